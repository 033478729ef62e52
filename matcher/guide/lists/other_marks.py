"""Topics of one document that are counted in two ways: 方向1, 方向2 below 二、重点项目, (1), (2) below 三、面上项目."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import takewhile

from matcher import settings
from matcher.guide import prior
from matcher.guide.lists.drafts import BodyReader
from matcher.guide.lists.likeness import topical
from matcher.guide.text.blocks import weightier
from matcher.guide.text.marks import RANK
from matcher.message import Catalogue

say = Catalogue(__file__)

_SHOWN = settings.characters("guide.reading.shown")


def with_other_marks(
    best: prior.Reading, body: BodyReader, rest: Iterable[BodyReader], likely: Callable[[prior.Run], bool]
) -> prior.Reading:
    """The reading of the runs of `body`, and of those of the `rest` that are `likely` topics below sisters of its headings."""
    for other in rest:
        among = [] if other is body else topical(other.runs)
        runs = [run for run in among if _is_beside(run, body.runs) and likely(run)]
        more = BodyReader(other.reader, runs).read() if runs else None
        if more is not None and _lines(best).isdisjoint(_lines(more)):
            best = _joined(best, more)
    return best


def _lines(reading: prior.Reading) -> set[int]:
    return {n for draft in reading.drafts for n in range(draft.lines[0], draft.lines[1] + 1)}


def _is_beside(run: prior.Run, runs: Sequence[prior.Run]) -> bool:
    """Whether a run stands below a sister of a heading above one of `runs`: both announce topics, or what heads them both does."""
    for other in runs:
        pairs = zip(run.headings, other.headings, strict=False)
        shared = sum(1 for _ in takewhile(lambda pair: pair[0].at == pair[1].at, pairs))
        own, sisters = run.headings[shared:], other.headings[shared:]
        if not (own and sisters) or own[0].rank != sisters[0].rank or any(h.cue < 0 for h in own):
            continue
        if own[0].rank == RANK["words"]:
            continue  # a line without a mark may be the title of the whole document
        if min(own[0].cue, sisters[0].cue) > 0 or any(h.cue > 0 for h in run.headings[:shared]):
            return True
    return False


def _joined(one: prior.Reading, other: prior.Reading) -> prior.Reading:
    """Both readings as one, in the order of the document."""
    groups = max(draft.group for draft in one.drafts)
    for draft in other.drafts:
        draft.group += groups
    first = other.drafts[0]
    note = say("other marks", count=len(other.drafts), line=first.lines[0], title=first.title[:_SHOWN])
    return prior.Reading(
        one.layout,
        sorted([*one.drafts, *other.drafts], key=lambda draft: draft.at),
        {
            n: weightier(one.roles.get(n, "outside"), other.roles.get(n, "outside"))
            for n in one.roles.keys() | other.roles.keys()
        },
        one.score + other.score,
        [*one.notes, *other.notes, note],
    )
