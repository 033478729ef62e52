"""Why a topic fits: which words meet, and which of its research contents a proposal covers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from matcher.matching.calibration import Calibration
from matcher.types import Link, Passage

State = Literal["covered", "partly", "missing"]


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a topic's research contents, and the sentence of the proposal that comes nearest.

    `score` in [0, 1] is the mean of that sentence's similarity and of how far the item's words are
    met anywhere in the proposal. `by` is None where the item is missing.
    """

    passage: Passage
    state: State
    score: float
    by: Passage | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """What speaks for one topic: words that meet, strongest first; items covered; a line of advice.

    Without a calibration, or for a topic that has only a title, there are no items and the advice is "".
    """

    topic_id: str
    links: tuple[Link, ...]
    items: tuple[Item, ...]
    advice: str


def state(score: float, calibration: Calibration) -> State:
    """How far an item is covered, by the scores that items of topics which do not fit reach by chance."""
    if score >= calibration.covered_from:
        return "covered"
    return "partly" if score >= calibration.partly_from else "missing"


def advice(items: Sequence[Item]) -> str:
    """One line for the applicant: how many items are covered, and which to add; "" without items."""
    if not items:
        return ""
    counts = {s: sum(item.state == s for item in items) for s in ("covered", "partly", "missing")}
    lacking = [item.passage.text for item in items if item.state == "missing"]
    unclear = [item.passage.text for item in items if item.state == "partly"]
    chinese = (
        f"研究内容共 {len(items)} 项：{counts['covered']} 项已写到，{counts['partly']} 项部分写到，"
        f"{counts['missing']} 项未见"
    )
    english = (
        f"Of {len(items)} items {counts['covered']} are covered, {counts['partly']} partly,"
        f" {counts['missing']} not found"
    )
    if lacking:
        chinese += f"；若申报此课题，建议补充“{_short(lacking[0])}”"
        english += "; add the first missing one if you file under this topic"
    elif unclear:
        chinese += f"；建议写得更具体：“{_short(unclear[0])}”"
        english += "; be more specific about the first one that is partly covered"
    return f"{chinese}。 / {english}."


def _short(text: str, limit: int = 40) -> str:
    line = " ".join(text.split()).rstrip("。；;，,")
    return line if len(line) <= limit else line[: limit - 1] + "…"
