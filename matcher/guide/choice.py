"""Which reading of a document is its guide: a floor, a margin, and levels of one list; and what of it only an index names."""

from __future__ import annotations

import re
from bisect import bisect, bisect_left
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import accumulate

from matcher import settings
from matcher.guide.prior import Draft, Reading, cue, is_topic_word, label_of
from matcher.guide.text.marks import LAST_NUMBER, RANK, rank
from matcher.guide.vocabulary import TOPIC_END
from matcher.message import Catalogue, Message
from matcher.segment import fold

say = Catalogue(__file__)

_CLOSE = settings.share("guide.choice.close")
_OVERLAP = settings.share("guide.choice.overlap")
_TITLE = settings.characters("guide.outside.line")
_OTHER_LEVEL = settings.share("guide.choice.other_level")
_PARTS = settings.factor("guide.choice.parts")
_FLOOR = settings.score("guide.choice.floor")
_DISTINCT = settings.share("guide.choice.distinct")
_FAINT_FLOOR = settings.score("guide.choice.faint_floor")
_SHORT_TITLE = settings.characters("guide.choice.short_title")

_INDEX_NAME = re.compile(r"目录|目次|(?i:index|contents)")
# What stands on a document's cover, and is no topic's title.
_COVER = re.compile(
    r"目录|申报指南|(?i:table of contents|(?:call|request) for (?:full )?(?:proposals|applications))"
)


def choose(readings: Sequence[Reading], *, faint: bool = False) -> tuple[Reading | None, list[Message]]:
    """(the best reading that reaches the floor, a finding that shows another that is close); None where none does.

    `faint`: the floor of readings that only their regularity speaks for.
    """
    floor = _FAINT_FLOOR if faint else _FLOOR
    for reading in readings:
        paged = [d for d in _named_again(reading) if _key(d.title) != fold(d.title)]
        reading.score *= 1 - len(paged) / max(1, len(reading.drafts))  # 1.1 Water 6 in the table of contents
    for index in [r for r in readings if any(_is_index_of(r, other) for other in readings)]:
        index.score *= _OTHER_LEVEL
    # Six times .2 is a little less than 1.2: a list is as good as each of its equal titles.
    likely = [r for r in readings if round(r.score / max(1, len(r.drafts)), 6) >= floor]
    believed = [r for r in likely if not _lone(r) and not _repeats(r)]
    believed = [r for r in believed if not any(_has_points(outer, r) for outer in believed)]
    _weigh_levels(believed)
    if not believed:
        return None, []
    best, *after = sorted(believed, key=lambda r: -r.score)  # of equals the document's order
    if (named := next((r for r in after if _is_named_above(r, best)), None)) is not None:
        best, after = named, [best, *(r for r in after if r is not named)]
    near = (r for r in after if r.layout != "page" and r.score >= _CLOSE * best.score)
    if (rival := next((r for r in near if not _same(r, best)), None)) is None:
        return best, []
    first, other = best.drafts[0].title[:_TITLE], rival.drafts[0].title[:_TITLE]
    return best, [
        say("choice.rival", count=len(rival.drafts), rival=other, read=len(best.drafts), first=first)
    ]


def _is_index_of(reading: Reading, other: Reading) -> bool:
    """Whether a reading has nothing but titles, which all come again below as titles of another one that says more of most."""
    below = {_key(d.title): d for d in other.drafts if d.lines[0] > reading.drafts[-1].lines[1]}
    again = [below.get(_key(d.title)) for d in reading.drafts]
    described = sum(draft is not None and bool(draft.contents) for draft in again)
    return not any(d.contents for d in reading.drafts) and None not in again and described * 2 > len(again)


def _is_named_above(reading: Reading, best: Reading) -> bool:
    """Whether a reading counts with a field's own word (Topic 1, 方向一) above another, whose lines say what is to be done:
    no heading announces them, none says what it holds or ends as a study does."""
    plain = not any(d.contents or d.contact or TOPIC_END.search(fold(d.title)) for d in best.drafts)
    announced = any(cue(fold(d.heading)) > 0 for d in best.drafts)
    heads = {fold(d.heading) for d in best.drafts}
    apart = len(heads) == 1 and heads.isdisjoint({"", *(fold(d.title) for d in reading.drafts)})
    counted = is_topic_word(reading.layout) and len(reading.drafts) > 1 and not is_topic_word(best.layout)
    above = reading.drafts[-1].lines[0] < best.drafts[0].lines[0]
    return counted and above and plain and apart and not announced


def _same(one: Reading, other: Reading) -> bool:
    a, b = ({d.lines[0] for d in r.drafts} for r in (one, other))
    return len(a & b) >= _OVERLAP * max(len(a), len(b))


def _weigh_levels(readings: Sequence[Reading]) -> None:
    """Lower the readings that take sections for topics, and those that take short parts of topics for topics."""
    outer = [r for r in readings if any(_holds(r, other) for other in readings)]
    inner = [
        r
        for r in readings
        if not any(d.contents for d in r.drafts)
        and any((_encloses(o, r) and _length(o) >= _PARTS * _length(r)) or _has_some(o, r) for o in readings)
    ]
    for reading in (*outer, *inner):
        reading.score *= _OTHER_LEVEL


def _holds(outer: Reading, inner: Reading) -> bool:
    """Whether every topic of one reading holds topics of another that are listed as titles are: it reads the sections."""
    # Topics are named at greater length than sections, and parts more shortly than topics.
    longer = _length(inner) >= _length(outer) or _has_only(outer, inner)
    return inner.regular and longer and _encloses(outer, inner)


def _has_only(outer: Reading, inner: Reading) -> bool:
    """Whether right below every title of one reading a topic of the other follows, and most of these say something."""
    starts = {d.at for d in inner.drafts}
    described = sum(bool(d.contents) for d in inner.drafts) * 2 > len(inner.drafts)
    return described and all(d.at >= 0 and d.at + 1 in starts for d in outer.drafts)


def _encloses(outer: Reading, inner: Reading) -> bool:
    """Whether the topics of one reading each hold some of the other's, and all of them."""
    if len(inner.drafts) <= len(outer.drafts):
        return False
    spans = sorted(d.lines for d in outer.drafts)
    ends = [*accumulate((last for _, last in spans), max)]
    above = [bisect_left(spans, (d.lines[0],)) for d in inner.drafts]
    return min(_held(outer, inner)) > 0 and all(
        at > 0 and ends[at - 1] >= d.lines[0] for at, d in zip(above, inner.drafts, strict=True)
    )


def _held(outer: Reading, inner: Reading) -> list[int]:
    """How many titles of one reading stand in each topic of another, below its own title."""
    starts = sorted(d.lines[0] for d in inner.drafts)
    return [bisect(starts, last) - bisect(starts, first) for first, last in (d.lines for d in outer.drafts)]


def _has_some(outer: Reading, inner: Reading) -> bool:
    """Whether topics counted with a field's own word (Challenge 1) all say something, and only some by the other's lines."""
    held = _held(outer, inner)
    by_word = outer.layout.startswith("word:") and len(held) > 1 and all(d.contents for d in outer.drafts)
    return by_word and sum(held) == len(inner.drafts) and min(held) == 0


def _has_points(outer: Reading, inner: Reading) -> bool:
    """Whether bullets of one reading, which say nothing more, stand below topics with a code or a topic's own word (Challenge 1)
    that all say something ahead of them."""
    word = is_topic_word(outer.layout) and ("topic" in outer.layout or rank(outer.layout) == RANK["task"])
    if inner.layout != "bullet" or not (word or outer.layout == "code"):
        return False
    starts = {d.at for d in inner.drafts}
    described = all(d.contents and d.at + 1 not in starts for d in outer.drafts)
    above = [sum(d.at < at for d in outer.drafts) for at in starts]
    most = len({*above} - {0}) * 2 > len(outer.drafts) > 2 and above.count(0) == 0
    plain = sum(bool(d.contents) for d in inner.drafts) * 2 < len(inner.drafts)
    return described and most and plain


def _length(reading: Reading) -> float:
    return sum(len(d.title) for d in reading.drafts) / max(1, len(reading.drafts))


def _lone(reading: Reading) -> bool:
    """A list with one topic needs named contents: one numbered line may be anything."""
    if len(reading.drafts) > 1 or reading.layout in ("page", "form", "table"):
        return False
    # The heading over all others, an initial (P. Wynn) or a docket (02-515.) is no list, nor is a notice's own point (成果要求).
    initial = reading.layout == "letter" and reading.drafts[0].number != 1
    title = fold(reading.drafts[0].title)
    noticed = cue(title) < 0 and not TOPIC_END.search(title)
    docket = reading.layout == "dotted" and (reading.drafts[0].number or 0) > LAST_NUMBER
    return reading.score < 2.0 or initial or docket or noticed or reading.layout.startswith(("md", "bullet"))


def _repeats(reading: Reading) -> bool:
    """Titles that come again in every section are names of slots (需求目标, 时间节点), not of topics, as an index or a cover is none."""
    if any(_COVER.fullmatch(fold(d.title)) for d in reading.drafts):
        return True
    bare = [d.title for d in reading.drafts if not d.contents or len(d.title) <= _SHORT_TITLE]
    titles = [label_of(fold(title)) or title for title in bare]  # ①技术需求：… below every 榜单
    sections = len({d.group for d in reading.drafts})
    # 1.出题企业：… 2.攻关任务：… below every title
    labels = [(label_of(d.names[0]) if d.names else "", fold(d.title).lower()) for d in reading.drafts]
    named = Counter(label for label, title in labels if label and title.startswith(label))
    form = [count for count in named.values() if count > 1]
    # An index names each topic once more.
    often = sections > 1 or (len(set(titles)) > 1 and Counter(titles).most_common(1)[0][1] > 2)
    again = often and len(titles) == len(reading.drafts) and len(set(titles)) < _DISTINCT * len(titles)
    slots = len(form) > 1 and sum(form) * 2 > len(reading.drafts)
    parts: defaultdict[int, list[str]] = defaultdict(list)
    for draft in reading.drafts:
        parts[draft.group].append(draft.title)
    alike = len({*map(tuple, parts.values())}) == 1 and len(reading.drafts) > sections
    slots = slots or (sections > 2 and alike)
    below = [line for d in reading.drafts for text in d.contents or [d.title] for line in text.split("\n")]
    return again or slots or are_of_index([d.title for d in reading.drafts]) or are_of_index(below)


def are_of_index(titles: Sequence[str], *, leaders: bool = False) -> bool:
    """Whether several titles all end with the number of a page, behind `leaders` (……3) or white space, and these go up."""
    before = r"[.…·]{2}\s*" if leaders else r"(?:\D\s|[.…·]{2}\s*)"
    pages = [re.search(rf"{before}(\d{{1,4}})$", title) for title in titles]
    numbers = [int(page[1]) for page in pages if page]
    return len(numbers) == len(titles) > 1 and numbers == sorted(set(numbers))


def drop_index(reading: Reading) -> None:
    """Take out the titles, or the codes, that an index names before the topics themselves, which have contents."""
    listed = _named_again(reading)
    half = len(reading.drafts) // 2
    first, second = reading.drafts[:half], reading.drafts[half:]
    bare = not any(d.contents for d in first[:-1]) and all(d.contents for d in second)
    codes = [d.code for d in first]
    if half > 1 and bare and all(codes) and codes == [d.code for d in second]:
        listed = first  # a table of codes and budgets
    if not listed:
        return
    headings = {d.heading for d in listed if _INDEX_NAME.search(d.heading)}
    index = {id(d) for d in listed}
    reading.drafts[:] = [d for d in reading.drafts if id(d) not in index]
    for draft in listed:
        reading.roles.update(dict.fromkeys(range(draft.lines[0], draft.lines[1] + 1), "outside"))
    for draft in reading.drafts:
        draft.heading = "" if draft.heading in headings else draft.heading


def _named_again(reading: Reading) -> list[Draft]:
    """The topics without contents whose titles come again below, with contents."""
    later = {_key(d.title): i for i, d in enumerate(reading.drafts) if d.contents}
    return [d for i, d in enumerate(reading.drafts) if not d.contents and later.get(_key(d.title), -1) > i]


def _key(title: str) -> str:
    """A title as an index names it: without the dots and the page number behind it."""
    return fold(title).rstrip("0123456789").rstrip(" \t.…·")
