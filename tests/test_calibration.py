from __future__ import annotations

import dataclasses
import json
import math
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace

from matcher import calibrate, reliability, settings, shipped
from matcher.engine import Engine
from matcher.errors import CalibrationError
from matcher.fit import LabelledScores
from matcher.matching import calibration
from matcher.matching.calibration import Calibration, Provenance, Signs
from matcher.types import Proposal

PLAIN = Calibration(
    10.0,
    {
        "near": -2.0,
        "alike": -1.5,
        "lead": -2.0,
        "home": -3.0,
        "swapped": 4.0,
        "within": -0.5,
        "brevity": -2.0,
        "intercept": 1.0,
    },
    4.0,
    {
        "near": -1.0,
        "alike": 0.5,
        "lead": -1.0,
        "home": 2.0,
        "swapped": 0.0,
        "within": 0.25,
        "brevity": 1.0,
        "intercept": 0.5,
    },
    0.5,
    0.8,
    0.4,
    0.3,
    "toy",
    "fields",
    "code",
    "",
)


TOY = Provenance("toy", "fields", "code")
# A text so long that nothing of it is a few words.
LONG = 200.0
FEW = settings.letters("matching.calibration.few_letters")
LEFT = settings.share("matching.calibration.left_of_sharpness")


def signs(
    scores: list[list[float]],
    home: list[float],
    swapped: float = 0.0,
    within: float = 0.0,
    letters: float = LONG,
) -> Signs:
    table = np.array(scores)
    near, swaps, lies = table.max(axis=1) / 2, np.full(len(scores), swapped), np.full(len(scores), within)
    each = np.full(len(scores), letters)
    return Signs(table, near, near + 0.1, each, np.array(home), swaps, lies, 0.5, 0.2)


def test_probabilities_by_hand() -> None:
    """Scores .5 and .3, the guide's spread .5: the lead is .4, the softmax of 8 × score gives 1 / (1 + e^-1.6)."""
    topics, none = calibration.probabilities(PLAIN, signs([[0.5, 0.3]], [0.2], 0.25, -3.0))
    shown = -2 * 0.25 - 1.5 * 0.35 - 2 * 0.4 - 3 * 0.2 + 4 * 0.25 + 0.5 * 3
    odds = 1 + 0.8 * shown - 2 * 0.2
    expected = 1 / (1 + math.exp(-odds))
    assert none[0] == pytest.approx(expected)
    assert topics[0, 0] == pytest.approx((1 - expected) / (1 + math.exp(-1.6)))
    assert topics.sum() + none.sum() == pytest.approx(1)


@pytest.mark.parametrize(
    ("letters", "few"), [(0, 1.0), (FEW / 2, math.exp(-0.25)), (FEW, math.exp(-1)), (LONG, 0.0)]
)
def test_a_few_words_are_judged_by_numbers_of_their_own(letters: float, few: float) -> None:
    """The log-odds and the sharpness lie between both, the fewer the nearer to those for few."""
    shown = signs([[0.5, 0.3]], [0.2], 0.25, -3.0, letters)
    assert calibration.few_words(shown) == pytest.approx([few])
    topics, none = calibration.probabilities(PLAIN, shown)
    long = 1 + 0.8 * (-2 * 0.25 - 1.5 * 0.35 - 2 * 0.4 - 3 * 0.2 + 4 * 0.25 + 0.5 * 3) - 2 * 0.2
    short = 0.5 + 0.8 * (-0.25 + 0.5 * 0.35 - 0.4 + 2 * 0.2 - 0.25 * 3) + 0.2
    expected = 1 / (1 + math.exp(-(long * (1 - few) + short * few)))
    assert none[0] == pytest.approx(expected)
    steep = (10 * (1 - few) + 4 * few) * 0.8
    assert topics[0, 0] == pytest.approx((1 - expected) / (1 + math.exp(-0.2 * steep)))


@pytest.mark.parametrize(
    ("brevity", "left"),
    [
        (0.0, 1.0),
        (0.1, 0.9),
        (0.27, 0.73),
        (0.3, (0.73 + LEFT) / 2),
        (0.33, LEFT),
        (0.6, LEFT),
        (0.9, 0.1),
    ],
)
def test_names_alone_leave_a_share_of_the_sharpness(brevity: float, left: float) -> None:
    """Short names and longer ones alike: a list of two-letter names is no blunter than one of ten letters, till nothing is said."""
    assert calibration.sharpness_over(10.0, brevity) == pytest.approx(10 * left)
    over = dataclasses.replace(signs([[0.5, 0.3]], [0.2]), brevity=brevity)
    assert calibration.shares(over, 10.0, 1.0)[0, 0] == pytest.approx(1 / (1 + math.exp(-2 * left)))


@pytest.mark.parametrize("letters", [9.0, 10.0, 11.0, 13.0, 16.0, 21.0])
def test_a_letter_more_hardly_tells(letters: float) -> None:
    """Of two guides whose titles differ by half a letter, one is not half as sharp as the other."""
    half = settings.letters("index.topics.half")
    shorter, longer = (calibration.sharpness_over(1.0, half / (half + n)) for n in (letters, letters + 0.5))
    assert shorter <= longer <= 1.3 * shorter


def test_lists_of_names_tell_no_sharpness_beside_guides_with_contents() -> None:
    """Their own rows would have it sharper than lists of other hands bear."""
    with_contents, names = sets(1, 3000), sets(2, 3000, brevity=0.5)
    sharper = dataclasses.replace(names.signs, brevity=0.5, scores=names.signs.scores / 3)
    blunted = LabelledScores(sharper, names.fits, names.groups, names.kin, names.strays)
    both = calibrate.refit([with_contents, blunted], TOY, None).calibration
    assert both.sharpness == calibrate.refit([with_contents], TOY, None).calibration.sharpness
    alone = calibrate.refit([blunted], TOY, None).calibration
    assert alone.sharpness == pytest.approx(3 * PLAIN.sharpness, rel=0.1)


def test_other_signs_add_to_the_log_odds_of_none() -> None:
    table, none = np.array([[0.6, 0.2], [0.6, 0.2], [0.0, 0.0]]), np.array([0.2, 0.2, 1.0])
    topics, likelier = calibration.likelier_none(table, none, [1, 2], math.log(4))
    # Odds of 1 to 4 become 1 to 1; what was certain stays so.
    assert likelier == pytest.approx([0.2, 0.5, 1.0])
    assert topics == pytest.approx(np.array([[0.6, 0.2], [0.375, 0.125], [0.0, 0.0]]))
    assert topics[0].tolist() == table[0].tolist()


def test_the_lead_is_over_the_next_five() -> None:
    many = signs([[0.1, 0.9, 0.2, 0.3, 0.4, 0.5, 0.0]], [0.1], 0.3, -2.0)
    expected = [(0.9 - 0.3) / 0.5 * 0.8, 0.45 * 0.8, 0.55 * 0.8, 0.1 * 0.8, 0.3 * 0.8, -2 * 0.8, 0.2]
    assert calibration.features(many)[0] == pytest.approx(expected)
    assert calibration.features(signs([[0.7]], [0.0]))[0] == pytest.approx(
        [1.12, 0.28, 0.36, 0.0, 0.0, 0.0, 0.2]
    ), "one topic leads nobody"


def test_a_file_holds_everything(tmp_path: Path) -> None:
    calibrate.save(PLAIN, tmp_path / "new" / "c.json")
    read = calibration.read(tmp_path / "new" / "c.json")
    assert replace(read, fitted_on=()) == PLAIN


@pytest.mark.parametrize("missing", ["format", "sharpness", "encoder"])
def test_a_file_without_a_field_is_refused(tmp_path: Path, missing: str) -> None:
    file = tmp_path / "c.json"
    fields = json.loads(calibration.text(PLAIN))
    del fields[missing]
    file.write_text(json.dumps(fields), encoding="utf-8")
    with pytest.raises(CalibrationError, match=rf"c\.json .*{missing}"):
        calibration.read(file)


def sets(
    seed: int, rows: int = 300, topics: int = 8, brevity: float = 0.2, letters: tuple[int, int] = (100, 400)
) -> LabelledScores:
    """Scores drawn from a known calibration: whoever fits it must find it again."""
    rng = np.random.default_rng(seed)
    scores = rng.uniform(0, 0.5, (rows, topics))
    scores[np.arange(rows), rng.integers(topics, size=rows)] += rng.uniform(0, 0.4, rows)
    length = rng.integers(*letters, rows).astype(np.float64)
    near, swapped, within = (
        scores.max(axis=1) / 2,
        np.arange(rows) % 4 / 20,
        np.arange(rows, dtype=np.float64) % 9 - 4,
    )
    shown = Signs(scores, near, near, length, rng.uniform(-0.4, 0.4, rows), swapped, within, 0.5, brevity)
    chances, none = calibration.probabilities(PLAIN, shown)
    fits = np.zeros(scores.shape, bool)
    for i in range(rows):
        drawn = rng.choice(topics + 1, p=np.append(chances[i], none[i]))
        if drawn < topics:
            fits[i, drawn] = True
    return LabelledScores(
        shown, fits, [str(i % 30) for i in range(rows)], np.array(~fits.any(axis=1)), np.array([0.1, 0.2])
    )


def test_a_known_calibration_is_found_again() -> None:
    made = calibrate.refit([sets(1, 3000), sets(2, 3000, brevity=0.5)], TOY, None).calibration
    assert made.sharpness == pytest.approx(PLAIN.sharpness, rel=0.1)
    fresh = sets(5).signs
    for found, true in zip(
        calibration.probabilities(made, fresh), calibration.probabilities(PLAIN, fresh), strict=True
    ):
        assert np.abs(found - true).max() < 0.12
        assert np.abs(found - true).mean() < 0.03
    assert made.held_out["calibration error"] < 0.03
    assert made.encoder == "toy"


def test_the_numbers_of_a_few_words_are_found_again() -> None:
    """By the rows in few words alone; without such they are those of all texts."""
    few = [sets(3, 3000, letters=(1, 5)), sets(4, 3000, brevity=0.5, letters=(1, 5))]
    both = [
        dataclasses.replace(each, few=brief)
        for each, brief in zip([sets(1), sets(2, brevity=0.5)], few, strict=True)
    ]
    made, without = (
        calibrate.refit(each, TOY, None).calibration for each in (both, [sets(1), sets(2, brevity=0.5)])
    )
    assert made.few_sharpness == pytest.approx(PLAIN.few_sharpness, rel=0.1)
    fresh = sets(5, letters=(1, 5)).signs
    for found, true in zip(
        calibration.probabilities(made, fresh), calibration.probabilities(PLAIN, fresh), strict=True
    ):
        assert np.abs(found - true).mean() < 0.03
    assert (made.sharpness, made.outside) == (without.sharpness, without.outside)
    assert (without.few_sharpness, without.few_outside) == (without.sharpness, without.outside)


def test_chosen_rows_have_the_few_words_of_their_groups() -> None:
    chosen = dataclasses.replace(sets(1), few=sets(2, 90)).rows(np.array([3, 7, 33]))
    assert chosen.few is not None
    assert chosen.few.groups == ["3", "7", "3", "7", "3", "7"]


@pytest.mark.parametrize(("after", "harms"), [(0.520, True), (0.503, False), (0.300, False)])
def test_harm_is_a_higher_loss_on_rows_not_seen(after: float, harms: bool) -> None:
    assert calibrate.Refit(PLAIN, {"log loss": 0.5}, {"log loss": after}).harms is harms


def test_a_refit_betters_poor_numbers() -> None:
    poor = replace(PLAIN, sharpness=0.01, outside={**PLAIN.outside, "intercept": 5.0})
    made = calibrate.refit([sets(3)], TOY, poor)
    assert made.after["log loss"] < made.before["log loss"] - 0.3
    assert not made.harms


@pytest.mark.parametrize("chosen", [range(10), None])
def test_too_little_to_learn_from_is_an_error(chosen: range | None) -> None:
    made = sets(4)
    rows = np.arange(10) if chosen else np.flatnonzero(made.fits.any(axis=1))
    with pytest.raises(CalibrationError, match="at least 20"):
        calibrate.refit([made.rows(rows)], TOY, None)


def test_the_shipped_calibration_is_of_the_shipped_encoder(tianjin: Engine) -> None:
    assert tianjin.calibration is not None
    assert tianjin.calibration.encoder == tianjin.encoder.fingerprint
    assert tianjin.calibration.elsewhere == tianjin.provenance.elsewhere
    proposal = Proposal("p", "", "创新券怎样帮助小企业购买检测服务")
    match = tianjin.match(proposal, k=36)
    assert match.none_probability is not None
    assert sum(match.distribution) + match.none_probability == pytest.approx(1, abs=1e-4)
    assert [h.probability for h in match.hits] == sorted(match.distribution, reverse=True)
    probabilities = {h.topic_id: h.probability for h in match.hits}
    assert list(match.distribution) == [probabilities[topic] for topic in tianjin.topics]
    assert tianjin.match(proposal, k=1).distribution == match.distribution, "whole, whatever is listed"


def test_reliability_by_hand() -> None:
    """Two bins: .95 said, 1 of 2 right; .15 said, 0 of 1 right."""
    confidence, right = np.array([0.95, 0.95, 0.15]), np.array([True, False, False])
    assert [[float(x) for x in b] for b in reliability.table(confidence, right)] == [
        pytest.approx([0.1, 0.2, 1, 0.15, 0.0]),
        pytest.approx([0.9, 1.0, 2, 0.95, 0.5]),
    ]
    assert reliability.expected_calibration_error(confidence, right) == pytest.approx((0.15 + 2 * 0.45) / 3)
    assert reliability.risk_coverage(confidence, right) == [
        (1 / 3, 1.0),
        (2 / 3, 0.5),
        (1.0, pytest.approx(1 / 3)),
    ]
    assert reliability.accuracy_at(reliability.risk_coverage(confidence, right), 0.5) == 0.5


def test_a_guide_left_out_takes_no_part_in_its_fit() -> None:
    """Two guides of one truth do well on each other, by the figures of a fit on the other alone."""
    good = [sets(6, 1500), sets(7, 1500)]
    table = calibrate.left_out(good, ["a", "b"])
    assert list(table) == ["a", "b", "mean"]
    for figures in table.values():
        assert figures["calibration error"] is not None
        assert figures["calibration error"] < 0.05
    assert table["mean"]["top-1"] == pytest.approx(np.mean([table[guide]["top-1"] or 0.0 for guide in "ab"]))
    numbers = calibrate.refit([good[1]], Provenance("", "", ""), None).calibration
    said = [calibration.probabilities(numbers, good[0].signs)]
    assert table["a"]["log loss"] == pytest.approx(calibrate.figures(said, [good[0]])["log loss"])


def test_one_guide_cannot_be_left_out() -> None:
    with pytest.raises(CalibrationError, match="at least two guides"):
        calibrate.left_out([sets(6)], ["a"])


def test_scope_by_hand() -> None:
    """Four rows: inside and right at .9, inside but refused, kin named at .85, kin refused."""
    figures = reliability.scope(
        np.array([0.9, 0.1, 0.85, 0.2]),
        np.array([True, True, False, False]),
        np.array([False, True, False, True]),
        np.array([True, True, False, False]),
        np.array([False, False, True, True]),
    )
    assert figures == {
        "right where stated": 0.5,
        "in-scope stated": 0.5,
        "in-scope none": 0.5,
        "same-genre none": 0.5,
        "same-genre stated": 0.5,
    }
    nothing = np.zeros(4, bool)
    assert reliability.scope(np.ones(4), nothing, nothing, ~nothing, nothing)["same-genre none"] is None


SOUND = json.loads(shipped.data_file("calibration-fast.json").read_text("utf-8"))
NUMBERS = ("1e308", "-1e308", "NaN", "-Infinity", "9" * 400, "9" * 5000, "true", "null", '"1"', "[]")
FIELDS = (
    "sharpness",
    "few_sharpness",
    "none_from",
    "sure_from",
    "covered_from",
    "partly_from",
    "lead",
    "intercept",
)


@pytest.mark.parametrize("number", NUMBERS, ids=lambda number: number[:12])
@pytest.mark.parametrize("field", FIELDS)
def test_a_number_out_of_range_is_a_named_error(tmp_path: Path, field: str, number: str) -> None:
    changed = {**SOUND, "outside": dict(SOUND["outside"])}
    (changed if field in changed else changed["outside"])[field] = "@"
    (tmp_path / "c.json").write_text(json.dumps(changed).replace('"@"', number), encoding="utf-8")
    with pytest.raises(CalibrationError, match="cannot be used"):
        calibration.read(tmp_path / "c.json")


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 100_000,
     *(json.dumps({**SOUND, field: value}).encode() for field, value in
       (("format", 99), ("outside", None), ("outside", {}), ("few_outside", {}), ("encoder", 1), ("more", 1), ("none_from", "x")))],
)  # fmt: skip
def test_what_is_no_calibration_is_a_named_error(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "c.json").write_bytes(content)
    with pytest.raises(CalibrationError, match=r"c\.json cannot be used"):
        calibration.read(tmp_path / "c.json")


def test_each_proposal_is_judged_by_its_own_scores() -> None:
    """Two rows by hand: leads .4 - .2 and .9 - .3 over the spread .5; near half of the best score, alike .1 more."""
    two = signs([[0.4, 0.2], [0.3, 0.9]], [0.2, 0.0])
    np.testing.assert_allclose(
        calibration.features(two),
        [
            [0.32, 0.16, 0.24, 0.16, 0.0, 0.0, 0.2],
            [0.96, 0.36, 0.44, 0.0, 0.0, 0.0, 0.2],
        ],
    )
    topics, none = calibration.probabilities(PLAIN, two)
    odds = np.array(
        [
            1 + 0.8 * (-2 * 0.2 - 1.5 * 0.3 - 2 * 0.4 - 3 * 0.2) - 2 * 0.2,
            1 + 0.8 * (-2 * 0.45 - 1.5 * 0.55 - 2 * 1.2) - 2 * 0.2,
        ]
    )
    np.testing.assert_allclose(none, 1 / (1 + np.exp(-odds)))
    shares = np.array([[1, math.exp(-1.6)], [math.exp(-4.8), 1]]) / (1 + np.exp([[-1.6], [-4.8]]))
    np.testing.assert_allclose(topics, (1 - none)[:, None] * shares)


def test_the_sharpest_numbers_stay_in_range() -> None:
    """The largest coefficients that a file may hold, on rows far apart."""
    rows = signs([[0.9, 0.8], [0.1, 0.0]], [1.0, -1.0])
    sharp = replace(
        PLAIN, sharpness=1e5, outside={**dict.fromkeys(calibration.SCOPE_FEATURES, 0.0), "intercept": 0.0}
    )
    topics, none = calibration.probabilities(sharp, rows)
    assert (topics.tolist(), none.tolist()) == ([[0.5, 0.0], [0.5, 0.0]], [0.5, 0.5])
    with np.errstate(all="raise"):
        even = replace(PLAIN, sharpness=0.0, outside={**sharp.outside, "home": 1e5})
        topics, none = calibration.probabilities(even, rows)
    np.testing.assert_allclose(none, [1.0, 0.0], atol=1e-300)
    np.testing.assert_allclose(topics, [[0.0, 0.0], [0.5, 0.5]])


def test_a_missing_coefficient_is_named() -> None:
    with pytest.raises(ValueError, match=r"^outside: brevity, home, intercept$"):
        replace(
            PLAIN,
            outside={"near": 1.0, "alike": 1.0, "lead": 1.0, "length": 1.0, "swapped": 1.0, "within": 1.0},
        )
