"""What two texts share word for word, by hand and beside a plain count."""

from __future__ import annotations

import re
from itertools import combinations, product

import numpy as np
import pytest

from matcher.duplicates.copied import LEAST_RUN, NOT_COPIED, Copied, candidates, compare, enough
from matcher.shingles import SIZE, Mask, units

A, B = "甲乙丙丁戊己庚辛壬癸子丑", "天地玄黄宇宙洪荒日月盈昃"
C, D = "寒来暑往秋收冬藏闰余成岁", "云腾致雨露结为霜金生丽水"
MARKS = "东西南北上下左右前后"
E = MARKS + "梅兰竹菊"
MARSH = "Salt marshes store carbon faster than forests do in warm years"
# A run of the one that is taken by half on the other, whose free half matches once more.
TWICE, ONCE = A + B + MARKS + B + C[:11], A + B + C[:11] + D + B


def mask(text: str, *shared: tuple[int, int]) -> Mask:
    """Which units do not count: those from each start to its end."""
    made = np.zeros(len(units(text).codes), bool)
    for start, end in shared:
        made[start:end] = True
    return made


def compared(a: str, b: str) -> Copied:
    return compare(units(a), units(b), mask(a), mask(b))


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("", "", NOT_COPIED),
        (A, B, NOT_COPIED),
        (A[:9], A[:9], NOT_COPIED),  # nine characters may be chance
        (A[:10], A[:10], Copied(1.0, 1.0, 10, 10, ((0, 10, 0, 10),))),
        (A, A + B, Copied(1.0, 0.5, 12, 12, ((0, 12, 0, 12),))),
        (A + B, A, Copied(0.5, 1.0, 12, 12, ((0, 12, 0, 12),))),
        # What stands once on one side is matched once: the first on the other.
        (A + B + A, C + A, Copied(12 / 36, 0.5, 12, 12, ((0, 12, 12, 24),))),
        (C + A, A + B + A, Copied(0.5, 12 / 36, 12, 12, ((12, 24, 0, 12),))),
        # The longest run first; the rest of a shorter one counts where it is long enough.
        (A + B, B + C + A[6:] + B[:8], Copied(14 / 24, 14 / 38, 14, 14, ((6, 20, 24, 38),))),
        (A + B + C, A + B + MARKS + B + C[:11], Copied(35 / 36, 35 / 57, 35, 24, ((0, 24, 0, 24), (24, 35, 46, 57)))),
        (TWICE, ONCE, Copied(47 / 57, 47 / 59, 47, 24, ((0, 24, 0, 24), (34, 46, 47, 59), (46, 57, 24, 35)))),
        (ONCE, TWICE, Copied(47 / 59, 47 / 57, 47, 24, ((0, 24, 0, 24), (24, 35, 46, 57), (47, 59, 34, 46)))),
        (A + B[:2], A + C + A[2:] + B[:2], Copied(12 / 14, 12 / 36, 12, 12, ((0, 12, 0, 12),))),
        # Both sides told from where they start, whatever the order.
        (C + A + D + B, B + MARKS + A, Copied(24 / 48, 24 / 34, 24, 12, ((12, 24, 22, 34), (36, 48, 0, 12)))),
        (A + B, A + MARKS + A[7:] + B, Copied(17 / 24, 17 / 39, 17, 17, ((7, 24, 22, 39),))),
        # Two ends of a run count where its middle went with another before.
        (D + A + B + C + "一" + E + D + A, E + D + A + B + "二" + A + B + C, Copied(74 / 87, 74 / 87, 74, 38,
            ((12, 24, 51, 63), (24, 36, 38, 50), (36, 48, 75, 87), (49, 87, 0, 38)))),
        # A Latin unit weighs as much as two characters.
        (MARSH, MARSH, Copied(1.0, 1.0, 18, 18, ((0, 62, 0, 62),))),
        (A + MARSH, MARSH, Copied(18 / 30, 1.0, 18, 18, ((12, 74, 0, 62),))),
    ],
)  # fmt: skip
def test_copies_by_hand(a: str, b: str, expected: Copied) -> None:
    assert compared(a, b) == expected


@pytest.mark.parametrize(
    ("a", "b", "spans"),
    [
        (A + B, A + MARKS[:5] + B, [(0, 24, 0, 29)]),
        (A + MARKS[:5] + B, A + B, [(0, 29, 0, 24)]),
        (A + MARKS[:5] + B, A + MARKS[5:] + B, [(0, 29, 0, 29)]),
        (A + B, A + MARKS[:6] + B, [(0, 12, 0, 12), (12, 24, 18, 30)]),
        (A + MARKS[:6] + B, A + B, [(0, 12, 0, 12), (18, 30, 12, 24)]),
        (A + MARKS[:2] + B, B + MARKS[2:4] + A, [(0, 12, 14, 26), (14, 26, 0, 12)]),
        (C + D + A + MARKS[:2] + B, C + MARKS + D + A + MARKS[2:4] + B, [(0, 12, 0, 12), (12, 50, 22, 60)]),
        (A + "一" + B + "二" + C, A + "三" + B + "四" + C, [(0, 38, 0, 38)]),
    ],
)
def test_runs_that_nearly_touch_on_both_sides_are_one_passage(
    a: str, b: str, spans: list[tuple[int, int, int, int]]
) -> None:
    """A passage weighs what its runs do, without what was changed between them."""
    made = compared(a, b)
    assert list(made.spans) == spans
    runs = {s: sum(len(x) for x in (A, B, C, D) if x in a[s[0] : s[1]]) for s in spans}
    assert (made.weight, made.longest) == (sum(runs.values()), max(runs.values()))


@pytest.mark.parametrize(
    ("shared_a", "shared_b", "expected"),
    [
        ([(0, 12)], [], Copied(1.0, 0.5, 12, 12, ((12, 24, 12, 24),))),
        ([], [(12, 24)], Copied(0.5, 1.0, 12, 12, ((0, 12, 0, 12),))),
        ([(0, 24)], [], NOT_COPIED),
        ([(11, 12)], [], Copied(23 / 23, 23 / 24, 23, 23, ((0, 24, 0, 24),))),
        ([(8, 12)], [], Copied(12 / 20, 12 / 24, 12, 12, ((12, 24, 12, 24),))),
        ([(0, 1)], [(23, 24)], Copied(22 / 23, 22 / 23, 22, 22, ((1, 23, 1, 23),))),
        ([(0, 12)], [(12, 24)], NOT_COPIED),
    ],
)
def test_what_does_not_count_is_in_no_run(
    shared_a: list[tuple[int, int]], shared_b: list[tuple[int, int]], expected: Copied
) -> None:
    one, other = units(A + B), units(A + B)
    assert compare(one, other, mask(A + B, *shared_a), mask(A + B, *shared_b)) == expected


@pytest.mark.parametrize(
    ("a", "b", "shared_a", "span"),
    [
        (D[:2] + A + B, A + B + MARKS + D[:2] + A, (14, 26), (0, 14, 34, 48)),
        (A + C[0], A + MARKS + A[1:] + C[0], (0, 1), (1, 13, 22, 34)),
    ],
)
def test_a_run_is_as_long_as_what_counts_of_it(
    a: str, b: str, shared_a: tuple[int, int], span: tuple[int, int, int, int]
) -> None:
    """Another that would be longer with the units that do not count does not come first."""
    assert compare(units(a), units(b), mask(a, shared_a), mask(b)).spans == (span,)


def tiled(a: str, b: str, shared_a: Mask, shared_b: Mask) -> int:
    """The weight of greedy string tiling over Han characters, by plain search."""
    runs = []
    for i, j in product(range(len(a)), range(len(b))):
        n = 0
        while (
            i + n < len(a)
            and j + n < len(b)
            and a[i + n] == b[j + n]
            and not (shared_a[i + n] or shared_b[j + n])
        ):
            n += 1
        before = i and j and a[i - 1] == b[j - 1] and not (shared_a[i - 1] or shared_b[j - 1])
        if n >= SIZE and not before:
            runs.append((-n, i, j))
    taken_a, taken_b, weight = shared_a.copy(), shared_b.copy(), 0
    for length, i, j in sorted(runs):
        free = "".join("x" if taken_a[i + n] or taken_b[j + n] else "." for n in range(-length))
        for piece in re.finditer(rf"\.{{{LEAST_RUN},}}", free):
            first, last = piece.span()
            taken_a[i + first : i + last] = taken_b[j + first : j + last] = True
            weight += last - first
    return weight


def test_tiling_is_that_of_a_plain_search() -> None:
    rng = np.random.default_rng(3)
    weights = []
    for _ in range(60):
        a = "".join(rng.choice(list("甲乙丙"), 90))
        b = "".join(a[start : start + rng.integers(5, 40)] for start in rng.integers(0, 70, 4))
        shared_a, shared_b = (rng.random(len(text)) < rng.choice([0.0, 0.02]) for text in (a, b))
        weights.append(tiled(a, b, shared_a, shared_b))
        assert compare(units(a), units(b), shared_a, shared_b).weight == weights[-1]
    assert sum(30 < weight < 60 for weight in weights) > 20


def test_how_many_shingles_must_be_shared() -> None:
    kept = np.array([0, 1, 2, 3, 4, 5, 6, 7, 8, 100])
    assert enough(kept, 3).tolist() == [1, 1, 1, 1, 2, 2, 3, 3, 3, 3]


def listed(texts: list[list[int]], most: int) -> list[list[int]]:
    """The pairs of texts, each given by the values of its kept shingles."""
    hashes = np.array([h for text in texts for h in text], np.uint32)
    owners = np.array([i for i, text in enumerate(texts) for _ in text], np.int64)
    pairs = candidates(hashes, owners, len(texts), most, 3)
    assert pairs.shape == (len(pairs), 2)
    assert pairs.dtype == np.int64
    return [list(pair) for pair in pairs.tolist()]


@pytest.mark.parametrize(
    ("texts", "most", "expected"),
    [
        ([], 5, []),
        ([[1, 2, 3]], 5, []),
        ([[1, 2], [3, 4]], 5, []),
        ([[1, 2, 3, 4, 5, 6], [1, 2, 3, 7, 8, 9]], 5, [[0, 1]]),
        ([[1, 2, 3, 4, 5, 6], [1, 2, 10, 7, 8, 9]], 5, []),  # two are too few of six
        ([[1, 2, 3, 4, 5, 6], [1, 2, 10, 7]], 5, [[0, 1]]),  # and enough of four
        ([[1, 1, 1, 4, 5, 6], [1, 1, 1, 7, 8, 9]], 5, []),  # one that stands three times is one
        ([[9, 1], [2, 9], [3, 9]], 3, [[0, 1], [0, 2], [1, 2]]),
        ([[9, 1], [2, 9], [3, 9]], 2, []),  # what stands in more than `most` says nothing
        ([[9, 1], [2, 9], [3, 9], [3, 8]], 2, [[2, 3]]),
        ([[5, 2**32 - 1], [2**32 - 1, 6], [0]], 5, [[0, 1]]),
    ],
)
def test_texts_that_share_rare_shingles_are_compared(
    texts: list[list[int]], most: int, expected: list[list[int]]
) -> None:
    assert listed(texts, most) == expected


def test_candidates_are_those_of_a_plain_count() -> None:
    rng = np.random.default_rng(7)
    texts = [rng.integers(0, 60, rng.integers(0, 12)).tolist() for _ in range(25)]
    sets = [set(text) for text in texts]
    rare = {h for h in range(60) if sum(h in s for s in sets) <= 4}
    pairs = [
        [i, j]
        for i, j in combinations(range(25), 2)
        if len(sets[i] & sets[j] & rare) >= min(3, max(1, min(len(sets[i]), len(sets[j])) // 2))
    ]
    assert len(pairs) > 10
    assert listed(texts, 4) == pairs
