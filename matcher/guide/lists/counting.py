"""What its neighbours tell of a line: that 3.20世纪… counts 3, that it goes on the title above, heads a list, or ends it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from itertools import groupby, pairwise

from matcher import settings
from matcher.guide.prior import cue, may_name
from matcher.guide.text.blocks import LONGEST_LINE, SHORTEST_TITLE, Unit
from matcher.guide.text.marks import Mark, marks_of, number_of, words_of
from matcher.guide.vocabulary import OPEN_END, STOPS, STUDY_END, TASK_START, TOPIC_END
from matcher.segment import fold, word_spans

# They begin titles as well, so that only most of a list tells.
_TASK = re.compile("布设|编制|编写|制定|筛选|测算|采集|培训|开发|研制")
# No bullet: 要求：…
_DASHES = re.compile("[*–—-]")
_NAMED = re.compile(r"[\u3400-\u9fff]{2,8}:")
_DIGITS_AFTER = re.compile(r"(\d{1,3})[.](?=(?!1\D)\d{1,3}[^\d\s.、:])")  # 3.20世纪…
_BARE_DIGITS = re.compile(r"(\d{1,2})(?=[\u3400-\u9fff“《])")
_THOUSANDS = re.compile(r"(\d{4,5})(?:[.、:]\s*|\s+)(?=[^\d\s])")  # 1000. below 999.
_COUNTED = ("number", "paren-han", "han", "paren")
_LEAST_UNSPACED = settings.count("guide.counting.least_unspaced")
_EDGE = settings.characters("guide.counting.edge")
_INDENT = settings.columns("guide.counting.indent")
_LETTER_LAST = re.compile(r"[a-z] [b-hj-z]$")


def recounted(units: Sequence[Unit]) -> list[Unit]:
    """The units; one that reads 3.20 where 2. stands above, or 1.20 where 2. comes next, and whose neighbours do not begin
    with the same digit, has the number before its stop. Four digits are a year or a code, unless they count on: 1000. below 999.
    """
    counted = [at for at, u in enumerate(units) if u.marks.keys() & {"number", "dotted"}]
    written = {at: (units[at].marks.get("number") or units[at].marks["dotted"]).written for at in counted}
    parents = {at: number_of(text.split(".")[0]) for at, text in written.items()}
    numbers = {at: parents[at] for at in counted if "number" in units[at].marks}
    digits = {at: _DIGITS_AFTER.match(units[at].text) for at in counted if at not in numbers}
    below = dict(pairwise(counted))
    beside = {(a, parents.get(b)) for c in below.items() for a, b in (c, c[::-1])}
    renumbered: list[Unit] = []
    last = 0
    for at, unit in enumerate(units):
        match = digits.get(at) or _THOUSANDS.match(unit.text)
        if match is not None:
            number = int(match[1])
            first = number == 1 and numbers.get(below.get(at, at)) == 2
            if (at, number) not in beside and (first or (last and number == last + 1)):
                unit = replace(unit, counted=match.end())
        last = number_of(mark.written) if (mark := unit.marks.get("number")) is not None else last
        renumbered.append(unit)
    return _with_outer_bullets(_unspaced(renumbered))


def _with_outer_bullets(units: list[Unit]) -> list[Unit]:
    """The units; bullets whose sign stands before nothing but short names, each of which but the last heads bullets with other signs,
    are of another kind: ◆ 申报条件 above ● …, ● …."""
    signs = {at: _DASHES.sub("-", u.text[0]) for at, u in enumerate(units) if "bullet" in u.marks}
    for sign, count in Counter(signs.values()).items():
        places = dict.fromkeys(at for at, other in signs.items() if other == sign)
        held = [sum(i in signs for i in range(at + 1, end)) for at, end in pairwise([*places, len(units)])]
        named = all(may_name(units[at].text) or cue(units[at].text) for at in places)
        listed = [[units[i].text for i in signs if (i in places) == outer] for outer in (True, False)]
        held_by_most = 1 < count < len(signs) - count and all(held[:-1])
        if (
            held_by_most
            and named
            and not places.keys() & _subtitles(units)
            and not any(map(are_tasks, listed))
        ):
            return [replace(u, outer=True) if at in places else u for at, u in enumerate(units)]
    return units


def _unspaced(units: list[Unit]) -> list[Unit]:
    """The units; those that count 1, 2, 3 … from line to line without a stop behind the number (1创新平台协同) are counted."""
    digits = [None if u.marks.keys() & {"number", "circled"} else _BARE_DIGITS.match(u.text) for u in units]
    for first, match in enumerate(digits):
        if match is None or int(match[1]) != 1:
            continue
        end = first
        while end < len(units) and (m := digits[end]) is not None and int(m[1]) == end - first + 1:
            end += 1
        for at in range(first, end) if end - first >= _LEAST_UNSPACED else ():
            m = digits[at]
            units[at] = replace(units[at], counted=m.end() if m is not None else 0)
    return units


def torn_titles(texts: Sequence[str]) -> set[int]:
    """The lines of a counted list that go on in the next one, which has no mark of its own, as their words tell."""
    folded = [fold(text).strip() for text in texts]
    marks = [marks_of(text) for text in folded]
    torn_lines: set[int] = set()
    for kind in dict.fromkeys([*_COUNTED, "code", *(k for m in marks for k in m if k.startswith("word:"))]):
        places = [i for i, mark in enumerate(marks) if kind in mark]
        counts = {at: number_of(marks[at][kind].written) for at in places}
        counted = {n for a, b in pairwise(places) if counts[b] == counts[a] + 1 for n in (a, b)}
        torn_lines |= _torn_by_words(folded, marks, sorted(counted))
    return torn_lines


def parts_word(before: str, after: str) -> bool:
    """Whether a Han word begins at the end of a text, which does not end as titles do, and ends in the next one."""
    head = re.sub(r".*[^\u3400-\u9fff]", "", before[-_EDGE:])
    tail = re.sub(r"[^\u3400-\u9fff].*", "", after[:_EDGE])
    open_ended = bool(head and tail) and not TOPIC_END.search(before)
    return open_ended and any(a < len(head) < b for a, b in word_spans(head + tail))


def ends_in_word(title: str) -> bool:
    """Whether the last word of a title is a sign or a small letter that none ends with: 职务科技成果赋, Urban apiaries and w."""
    if _LETTER_LAST.search(title):
        return True
    tail = re.sub(r".*[^\u3400-\u9fff]", "", title[-_EDGE:])
    return any(b - a == 1 and b == len(tail) for a, b in word_spans(tail)) and not TOPIC_END.search(title)


def _torn_by_words(
    texts: Sequence[str], marks: Sequence[Mapping[str, Mark]], counted: Sequence[int]
) -> set[int]:
    """The counted lines that end within a phrase (Early warning of) or a word, or as no title does while the next line does.

    These last ones if no other line stands below a title, or at most every second line is torn and the others end as titles
    do: a list with a line below every title is described.
    """
    open_ended: set[int] = set()
    parted: set[int] = set()
    ended: set[int] = set()
    small: set[int] = set()  # above words in small letters
    complete = below_titles = 0
    for at in counted:
        below = texts[at + 1] if at + 1 < len(texts) else ""
        short = len(below) <= LONGEST_LINE * (1 + below.isascii())  # letters say less than signs
        goes_on = bool(below) and not marks[at + 1] and short and ":" not in below
        below_titles += goes_on
        stopped = goes_on and below[-1] in STOPS
        within = OPEN_END.search(texts[at]) and not (stopped and below.isascii())
        if goes_on and (within or STUDY_END.match(below)):
            open_ended.add(at)
        elif goes_on and not stopped and parts_word(texts[at], below):
            parted.add(at)
        elif goes_on and below[0].islower() and below[-1] not in ".;" and texts[at].isascii():
            small.add(at)
        elif goes_on and len(below) <= SHORTEST_TITLE and TOPIC_END.search(below):
            ended.add(at)  # 研究 alone on its line
        elif TOPIC_END.search(texts[at]):
            complete += 1
        elif goes_on and TOPIC_END.search(below) and "," not in below and below[-1] not in STOPS:
            ended.add(at)
    if below_titles < len(counted) or len(parted) * 2 >= len(counted):
        open_ended |= parted
    sure = complete + len(ended) + len(open_ended) == len(counted) and len(ended) <= max(1, complete)
    sure = sure or 0 < len(open_ended) == below_titles - len(ended)
    # A line in small letters below every title may describe it.
    open_ended |= small if len(small) * 2 < len(counted) else set()
    return open_ended | ended if sure and len(counted) > 2 else open_ended


def nested(units: Sequence[Unit], kind: str) -> dict[int, int]:
    """The lines, and start of their words, that count as the lists right below them do: 1. 经济学 above 1. …研究, 2. …研究;
    or whose bullets are of another level: ■ 经济学 above ● …研究, ● …研究."""
    if kind == "bullet":
        return _heads(units, *_by_levels(units))
    marked = [(at, mark) for at, unit in enumerate(units) if (mark := unit.marks.get(kind))]
    items = [(at, number_of(mark.written), mark.start) for at, mark in marked]
    outer: dict[int, int] = {}
    inner: list[int] = []
    expected = 0
    for (at, number, start), (below, first, _) in pairwise([*items, (len(units), 0, 0)]):
        if number == len(outer) + 1 and (first, below) == (1, at + 1):
            outer[at], expected = start, 1
        elif number == expected:
            inner.append(at)
            expected += 1
        else:
            break
    return _heads(units, outer, inner)


def inner_bullets(units: Sequence[Unit], *, titles: bool) -> set[int]:
    """The bullets of an inner level, if they are `titles` and those above them headings; if not, if they say more of topics."""
    inner = _inner(units, titles=titles)
    return inner if titles else inner | _subtitles(units)


def _inner(units: Sequence[Unit], *, titles: bool) -> set[int]:
    outer, inner = _by_levels(units)
    return {*inner} if bool(_heads(units, outer, inner)) == titles else set()


def _subtitles(units: Sequence[Unit]) -> set[int]:
    """The lines that say behind a dash what the bullet right above them, with another sign, is about: ——以…为例."""
    dashed = [at for at, unit in enumerate(units) if at and unit.text.startswith("——")]
    above = [units[at - 1] for at in dashed]
    return {*dashed} if all("bullet" in u.marks and not u.text.startswith("—") for u in above) else set()


def untitled(units: Sequence[Unit], kind: str) -> set[int]:
    """The bullets, if that is the `kind`, that are no topics where some say more of the topics above them: those, and all above
    the first such topic and below the last one, for rules have none."""
    below = _subtitles(units) if kind == "bullet" else set()
    inner = _inner(units, titles=False) - below if kind == "bullet" else set()
    topics = range(min(inner) - 1, max(inner) + 1) if inner else range(len(units))
    return below | inner | {at for at, unit in enumerate(units) if kind in unit.marks and at not in topics}


def _by_levels(units: Sequence[Unit]) -> tuple[dict[int, int], list[int]]:
    """The outer bullets and start of their words, each right above one of the only inner level, told by indent and sign, and those.

    Each stretch of bullets has its own levels: a list of rules may have one where the topics have two.
    """
    marked = {at: unit.marks["bullet"].start for at, unit in enumerate(units) if "bullet" in unit.marks}
    outer: dict[int, int] = {}
    inner: list[int] = []
    # 要求：… below a bullet is its own.
    listed = [at for at, unit in enumerate(units) if at in marked or not _NAMED.match(unit.text)]
    for stretch in [[*group] for bullets, group in groupby(listed, key=marked.__contains__) if bullets]:
        levels = _levels({at: units[at] for at in stretch})
        above = dict.fromkeys(at for at in stretch if levels[at] == levels[stretch[0]])
        below = [b for a, b in pairwise(stretch) if a in above]
        if len({*levels.values()}) == 2 and len(below) == len(above) and not {*below} & {*above}:
            outer |= {at: marked[at] for at in above}
            inner += [at for at in stretch if at not in above]
    return (outer, inner) if len(outer) > 1 else ({}, [])


def _levels(units: Mapping[int, Unit]) -> dict[int, tuple[int, str]]:
    """How many levels each of some bullets stands further in than the outermost one, and its sign.

    One space more, of whichever width, may be how an editor saved a line: it is a level only if it is the same space
    everywhere, before more lines than stand without it, and the words tell them apart.
    """
    originals = {at: unit.source.original.expandtabs(_INDENT * 2) for at, unit in units.items()}
    indents = {at: text[: len(text) - len(text.lstrip())] for at, text in originals.items()}
    least, *further = sorted({*indents.values()}, key=len)
    levels = {at: ((len(indents[at]) - len(least)) // _INDENT, unit.text[0]) for at, unit in units.items()}
    if len(further) == 1 == len({*levels.values()}):
        outer = [unit.text for at, unit in units.items() if indents[at] == least]
        inner = [unit.text for at, unit in units.items() if indents[at] != least]
        if 1 < len(outer) < len(inner) and _tell_apart(outer, inner):
            return {at: (len(indents[at]) - len(least), unit.text[0]) for at, unit in units.items()}
    return levels


def _tell_apart(names: Sequence[str], titles: Sequence[str]) -> bool:
    """Whether some folded lines are all shorter than others, end as no title where most of those do, or those are tasks."""
    ended = sum(bool(TOPIC_END.search(text)) for text in titles)
    plain = not any(map(TOPIC_END.search, names)) and ended * 2 > len(titles)
    return plain or max(map(len, names)) < min(map(len, titles)) or are_tasks(titles) > are_tasks(names)


def _heads(units: Sequence[Unit], outer: dict[int, int], inner: Sequence[int]) -> dict[int, int]:
    """The outer lines, if they are several and shorter than the inner ones, which are no sentences, no tasks and no points of studies; else none."""
    names, titles = [len(units[at].text) for at in outer], [units[at].text for at in inner]
    longer = len(outer) > 1 and max(names) * len(titles) < sum(map(len, titles))
    named = all(text[-1] not in "。;.:" for text in titles) and not are_tasks(titles)
    studies = all(STUDY_END.search(units[at].text) for at in outer) and not any(map(STUDY_END.search, titles))
    return outer if longer and named and not studies else {}


def are_tasks(texts: Sequence[str]) -> bool:
    """Whether most of some folded lines begin, behind their marks, as a description does and no title: 分析…, 提出…."""
    return sum(bool(TASK_START.match(text) or _TASK.match(text)) for text in map(words_of, texts)) * 2 > len(
        texts
    )


def lone_lines(units: Sequence[Unit], titles: Collection[int]) -> set[int]:
    """The places of the lines that each stand alone between two titles."""
    return {i for i in range(1, len(units) - 1) if i not in titles and i - 1 in titles and i + 1 in titles}
