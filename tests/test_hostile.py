"""A seeded twentieth of the hostile campaign, at most MOST of a kind; `make bench-hostile` runs all of it."""

from __future__ import annotations

import sys

import pytest

from tests.hostile import ATTACKS, KILLS, campaign, kills

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="alarms, forks and pipes of POSIX")
SEED = 16
MOST = 100  # some 10 ms each


@pytest.mark.parametrize("name", ATTACKS)
def test_a_part_of_the_campaign(name: str) -> None:
    tally = campaign(name, SEED, min(MOST, ATTACKS[name][1] // 20))
    assert tally.failed == []
    assert tally.tried > 0


def test_a_part_of_the_kills() -> None:
    assert kills(SEED, KILLS // 20).failed == []
