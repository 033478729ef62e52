"""Which file of calibrations belongs to how scores are made, and what is said of one that does not."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

import pytest
from msgspec.structs import replace

from matcher import shipped
from matcher.errors import CalibrationError, DocumentError
from matcher.matching import calibration
from matcher.matching.calibration import Calibration, Provenance
from matcher.types import Guide, Topic
from tests.test_calibration import PLAIN, TOY

OTHER = Provenance("other", "fields", "code", "reader")
TOPIC = Topic("1-01", "", 1, "公交线网优化研究", "", None, "none", (1, 1))
GUIDE = Guide("甲", "甲", (TOPIC,), (), (), "")


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the user's own calibrations."""
    monkeypatch.setenv("MATCHER_DATA", str(tmp_path))
    return tmp_path


def of(provenance: Provenance) -> Calibration:
    encoder, elsewhere, scoring, reranker = provenance
    return replace(
        PLAIN, encoder=encoder, elsewhere=elsewhere, scoring=scoring, reranker=reranker, fitted_on=[]
    )


def write(file: Path, numbers: Calibration) -> Path:
    file.write_text(calibration.text(numbers), encoding="utf-8")
    return file


def test_a_file_is_for_people_too() -> None:
    text = calibration.text(replace(PLAIN, fitted_on=({"guide": "天津"},)))
    assert text.startswith('{\n  "format": 7,\n  "sharpness": 10.0,\n  "outside": {\n    "near": -2.0,\n')
    assert text.endswith(
        '\n  "fitted_on": [\n    {\n      "guide": "天津"\n    }\n  ],\n  "held_out": {}\n}\n'
    )


def test_what_is_wrong_with_a_file_is_told_in_both_languages(tmp_path: Path) -> None:
    file = tmp_path / "c.json"
    file.write_text("{}", encoding="utf-8")
    with pytest.raises(CalibrationError) as error:
        calibration.read(file)
    message = error.value.message
    assert (message.zh, message.en) == (
        f"校准文件 {file} 不可用（missing field: format）；请删除它，或用 matcher calibrate 重新生成。",
        f"The calibration file {file} cannot be used (missing field: format); delete it or run matcher calibrate.",
    )


def test_a_file_beyond_all_measure_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calibration, "LARGEST_FILE", 100)
    with pytest.raises(DocumentError, match="over the limit"):
        calibration.read(write(tmp_path / "c.json", PLAIN))


def test_a_users_file_is_named_after_what_makes_the_scores(kept: Path) -> None:
    named = sha256(b"('toy', 'fields', 'code', '')").hexdigest()[:16]
    assert calibration.user_file(TOY) == kept / f"calibration-{named}.json"
    assert calibration.user_file(OTHER) != calibration.user_file(TOY)


def test_the_named_file_comes_first_then_the_users_own(kept: Path, tmp_path: Path) -> None:
    assert calibration.fitting(TOY, GUIDE) is None
    own = replace(of(TOY), sharpness=1.0)
    write(calibration.user_file(TOY), own)
    assert calibration.fitting(TOY, GUIDE) == own
    named = replace(of(TOY), sharpness=2.0)
    assert calibration.fitting(TOY, GUIDE, write(tmp_path / "named.json", named)) == named
    assert calibration.fitting(OTHER, GUIDE) is None


def test_what_one_guide_taught_is_for_no_other(kept: Path) -> None:
    """A guide is known by its titles, whatever its file is called."""
    everywhere, here = (replace(of(TOY), sharpness=sharpness) for sharpness in (1.0, 2.0))
    write(calibration.user_file(TOY), everywhere)
    write(calibration.user_file(TOY, GUIDE), here)
    renamed = dataclasses.replace(GUIDE, id="乙", sha256="1")
    corrected = dataclasses.replace(GUIDE, topics=(dataclasses.replace(TOPIC, title="社区食堂研究"),))
    assert calibration.fitting(TOY, GUIDE) == calibration.fitting(TOY, renamed) == here
    assert calibration.fitting(TOY, corrected) == everywhere
    assert calibration.stale(TOY) == []


def test_the_users_own_file_is_passed_over_where_it_is_of_other_scores(kept: Path) -> None:
    write(calibration.user_file(TOY), of(OTHER))
    assert calibration.fitting(TOY, GUIDE) is None


@pytest.mark.parametrize("name", calibration.SHIPPED_FILES)
def test_the_shipped_file_is_the_last(kept: Path, name: str) -> None:
    numbers = calibration.read(shipped.data_file(name))
    made = Provenance(numbers.encoder, numbers.elsewhere, numbers.scoring, numbers.reranker)
    assert calibration.fitting(made, GUIDE) == numbers
    own = replace(numbers, sharpness=1.0)
    write(calibration.user_file(made), own)
    assert calibration.fitting(made, GUIDE) == own


@pytest.mark.parametrize("change", [{"format": 6}, {"format": 8}])
def test_the_users_own_file_of_another_format_is_outlived(kept: Path, change: Mapping[str, int]) -> None:
    fields = {**json.loads(calibration.text(of(TOY))), **change}
    calibration.user_file(TOY).write_text(json.dumps(fields), encoding="utf-8")
    assert calibration.fitting(TOY, GUIDE) is None


@pytest.mark.parametrize("content", [b"{", b"[]", b'{"format": 7}', b"\xff"])
def test_the_users_own_damaged_file_is_told(kept: Path, content: bytes) -> None:
    calibration.user_file(TOY).write_bytes(content)
    with pytest.raises(CalibrationError, match=calibration.user_file(TOY).name):
        calibration.fitting(TOY, GUIDE)


def test_a_named_file_of_other_scores_is_refused_by_what_is_other(tmp_path: Path) -> None:
    file = write(tmp_path / "c.json", of(TOY._replace(encoder="changed")))
    with pytest.raises(CalibrationError) as error:
        calibration.fitting(TOY, GUIDE, file)
    message = error.value.message
    assert (message.zh, message.en) == (
        f"校准文件 {file} 不是为现在的评分方式做的（encoder 不同），概率会不准；请用 matcher calibrate 重新生成。",
        f"The calibration file {file} was not fitted to scores as they are made now (other: encoder);"
        " run matcher calibrate to fit it again.",
    )
    with pytest.raises(CalibrationError, match="（encoder、reranker 不同）"):
        calibration.fitting(TOY, GUIDE, write(file, of(OTHER)))


@pytest.mark.parametrize("field", Provenance._fields)
def test_every_part_of_what_makes_the_scores_counts(tmp_path: Path, field: str) -> None:
    file = write(tmp_path / "c.json", of(TOY._replace(**{field: "changed"})))
    with pytest.raises(CalibrationError, match=rf"other: {field}\)"):
        calibration.fitting(TOY, GUIDE, file)


def test_stale_files_are_of_the_same_encoder_and_reranker(kept: Path) -> None:
    """Neither the current one, nor one of another encoder or reranker, nor what is no calibration."""
    assert calibration.stale(TOY) == []
    kinds = [TOY, TOY._replace(scoring="b"), TOY._replace(elsewhere="c"), TOY._replace(encoder="d")]
    written = [write(calibration.user_file(p), of(p)) for p in [*kinds, TOY._replace(reranker="e")]]
    (kept / "calibration-0.json").write_bytes(b"{")
    (kept / "calibration-1.json").mkdir()
    (kept / "other.json").write_text(calibration.text(of(kinds[1])), encoding="utf-8")
    assert calibration.stale(TOY) == sorted(written[1:3])
    assert calibration.stale(kinds[1]) == sorted([written[0], written[2]])
