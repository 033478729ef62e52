"""Where topics stand among the lines of their document, each with its mark and its name, and which lines outside may be topics."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from matcher import settings
from matcher.guide.lists.other_lists import are_houses, is_called
from matcher.guide.prior import cue, label_of, may_name, names_other, states_office
from matcher.guide.text.marks import Mark, marks_of, number_of, words_of
from matcher.guide.vocabulary import NOTICE_LINE
from matcher.message import Catalogue, Message
from matcher.segment import fold
from matcher.types import AuditLine, Topic

_BELOW = settings.lines("guide.places.below")
_LONGER = settings.characters("guide.places.longer")
_OPENING = re.compile(r"[^:]{2,30}:|\S+ \S+|[\u3400-\u9fff]{4}")

say = Catalogue(__file__)

_LINE = settings.characters("guide.outside.line")
_CELL = re.compile(r"\t| \| ")
# What a mark that was not known left: 1—, No.1, #1; the last number of 1.2.
_BEHIND = " )]】.、:|—-"
COUNTED = re.compile(r"\W*(?:[A-Za-z]{1,3}[.-]?\s?)?(?:\d{1,2}[.-])*(\d{1,3})(?!\d)")


class FoldedLine:
    """A line of the document, folded."""

    def __init__(self, line: AuditLine) -> None:
        """What the reading says of a line."""
        self.number, self.role = line.line, line.role
        self.written, self.text = line.text, fold(line.text)

    @cached_property
    def marks(self) -> Mapping[str, Mark]:
        """The marks that the line may begin with, by kind."""
        return marks_of(self.text)

    @cached_property
    def label(self) -> str:
        """The name before its colon."""
        return label_of(self.text)

    @cached_property
    def opening(self) -> str:
        """What it begins with, in small letters: the name before its colon, its first two words, or as many Han signs."""
        match = _OPENING.match(self.text)
        return match.group().lower() if match else self.text.lower()

    @property
    def shape(self) -> tuple[str, ...]:
        """How it begins: its kinds of mark and its name."""
        return (*sorted(self.marks), self.label)

    @property
    def bare(self) -> bool:
        """Whether it has neither mark nor name."""
        return not self.marks and not self.label

    @property
    def stops(self) -> bool:
        """Whether it ends as a sentence, a name or a part of one does."""
        return self.text[-1] in "。;!?:.…"

    @property
    def unread(self) -> bool:
        """Whether no topic and no heading took it."""
        return self.role in ("outside", "unread")

    @property
    def words(self) -> str:
        """It without its mark."""
        return words_of(self.text)

    @cached_property
    def names(self) -> bool:
        """Whether it may name a topic or a section."""
        return may_name(self.words)


def longest_name(titles: Iterable[str]) -> int:
    """The most characters of a line that may be one more title beside these."""
    return max(map(len, titles)) + _LONGER


@dataclass(frozen=True)
class TopicPlace:
    """A topic among the lines: its title's, those of its contents, those to the next title, the heading above it."""

    topic: Topic
    title: str  # folded
    head: FoldedLine
    body: tuple[FoldedLine, ...]
    between: tuple[FoldedLine, ...]
    heading: FoldedLine | None  # among the topics, right above this one
    above: tuple[FoldedLine, ...]  # the last few lines above the first topic

    @property
    def below(self) -> FoldedLine | None:
        """The line below the title, unless it is the next one."""
        return next(iter((*self.body, *self.between)), None)


def places_of(topics: Sequence[Topic], lines: Sequence[FoldedLine]) -> list[TopicPlace]:
    """The places of the topics, in order, among all lines; behind the last one the next few lines count as between."""
    at = {line.number: i for i, line in enumerate(lines)}
    firsts = [at[t.lines[0]] for t in topics]
    places: list[TopicPlace] = []
    heading: FoldedLine | None = None
    for topic, first, following in zip(topics, firsts, [*firsts[1:], len(lines)], strict=True):
        end = max((i for i in range(first, following) if lines[i].number <= topic.lines[1]), default=first)
        body = tuple(x for x in lines[first + 1 : end + 1] if x.role != "title")
        following = following if topic is not topics[-1] else end + 1 + _BELOW
        between = tuple(lines[end + 1 : following])
        above = () if places else tuple(lines[max(0, first - _BELOW) : first])
        places.append(TopicPlace(topic, fold(topic.title), lines[first], body, between, heading, above))
        heading = next((x for x in reversed(between) if x.role == "heading"), None)
    return places


def beside(topics: Sequence[Topic], audit: Sequence[FoldedLine]) -> list[Message]:
    """The findings on lines among the topics and elsewhere, in this order."""
    return [*_between(topics, audit), *_other_lists(topics, audit)]


def _between(topics: Sequence[Topic], audit: Sequence[FoldedLine]) -> Iterator[Message]:
    """Lines among the topics that are marked as all titles are, or may be titles: titles or headings that were not seen."""
    named = {fold(text) for t in topics for text in (t.section, t.code, t.office.name if t.office else "")}
    own, ends = _own(audit), _ends(audit)
    listed = [
        a
        for a in audit
        if topics[0].lines[0] < a.number < topics[-1].lines[1]
        and a.unread
        and a.text not in named  # a sheet's name, or a code above a form
        and (
            own & a.marks.keys()
            or _may_be_title(_words(_open(a.text, ends)), longest_name(t.title for t in topics))
        )
    ]
    if listed:
        yield say("outside.between", count=len(listed), line=listed[0].number, text=listed[0].written[:_LINE])


def _other_lists(topics: Sequence[Topic], audit: Sequence[FoldedLine]) -> Iterator[Message]:
    """Lines outside the topics that count, or rows with as many cells as those of the topics."""
    called = any(states_office(a.text) for a in audit if a.role == "title")
    cells = {len(_CELL.findall(a.written)) for a in audit if a.role == "title"} - {0, 1}
    marked = any(a.marks for a in audit if a.role == "title")
    for outside, group in groupby(audit, key=lambda a: a.unread):
        if not outside:
            continue
        lines = list(group)
        rows = [a for a in lines if len(_CELL.findall(a.written.strip("| "))) in cells]
        # A table of offices is another one.
        rows = [a for a in rows if states_office(a.text) == called]
        longest = longest_name(t.title for t in topics)
        listed = rows or _counted(lines, longest, _ends(audit)) or _going_on(lines, audit)
        if not listed and not marked and lines[0].number > topics[-1].lines[1]:
            listed = _bare(lines, longest)
        if listed:
            yield say(
                "outside.after", line=listed[0].number, count=len(listed), text=listed[0].written[:_LINE]
            )


def _counted(lines: Sequence[FoldedLine], longest: int, ends: set[str]) -> list[FoldedLine]:
    """The first lines in order that count by one, whatever their mark (#1, No.1, 1—), and may be titles."""
    counted: list[tuple[int, FoldedLine]] = []
    noticed = False  # 附件：, 报送材料： above a list
    for line in lines:
        number, words = _number_and_words(line, ends)
        if words and not noticed and _may_be_title(words, longest):
            follows = not counted or number == counted[-1][0] + 1
            counted = [*(counted if follows else []), (number, line)]
        elif len(counted) > 1:
            break
        else:
            counted = []
            text = _open(line.text, ends)
            if number < 0 and text[0] != "(":
                kind = cue(_words(text))
                noticed = (
                    not is_called(line.text) or kind < 0 or (kind == 0 and bool(NOTICE_LINE.match(text)))
                )
    counts = len(counted) > 1 and counted[0][0] != 2  # 2.活页 below 附件：1.申请书
    return [line for _, line in counted] if counts else []


def _number_and_words(line: FoldedLine, ends: set[str]) -> tuple[int, str]:
    """What a line counts, whatever its mark, and its words behind that; (-1, "") where it counts nothing."""
    text = _open(line.text, ends)
    match = COUNTED.match(text)
    return (int(match[1]), text[match.end() :].lstrip(_BEHIND)) if match else (-1, "")


def _going_on(lines: Sequence[FoldedLine], audit: Sequence[FoldedLine]) -> list[FoldedLine]:
    """A line that counts on from the last title above it; or one that counts on as the headings do, or down from them, and a
    line below it, each of which may name something and is marked as all titles are."""
    last = next((a for a in reversed(audit) if a.role == "title" and a.number < lines[0].number), None)
    follows = {1, max(0, _number_and_words(last, set())[0]) + 1 if last else 1}
    above = _counts([last] if last else [])
    heads = _counts([a for a in audit if a.role == "heading"])
    own, ends = _own(audit), _ends(audit)
    first = next(a.number for a in audit if a.role == "title")
    codes = {m.code for a in audit if a.role == "title" for m in a.marks.values()}
    coded = {kind for kind in own if kind in ("code", "coded") or kind.startswith("word:")}

    def names(line: FoldedLine) -> bool:
        words = _words(_open(line.text, ends))
        return bool(own & line.marks.keys()) and may_name(words) and not are_houses([words])

    for at, line in enumerate(lines) if own else ():
        counts = _counts([line])
        if names(line) and any((kind, number - 1) in above for kind, number in counts if kind in own):
            return [line]
        coding = (mark.code for kind, mark in line.marks.items() if kind in coded)
        if names(line) and line.number < first and not codes.issuperset(coding):
            return [line]
        near = any((kind, number + step) in heads for kind, number in counts for step in (-1, 1))
        numbered = [(a, *_number_and_words(a, ends)) for a in lines[at + 1 :][:2]]
        below = [a for a, number, words in numbered if names(a) or (number in follows and may_name(words))]
        if near and below and cue(_words(line.text)) >= 0 and is_called(line.text):
            return [line, *below]
    return []


def _counts(lines: Sequence[FoldedLine]) -> set[tuple[str, int]]:
    """The kinds and numbers of the marks with which lines begin."""
    marks = [mark for line in lines for mark in line.marks.values() if mark.written]
    return {(mark.kind, number_of(mark.written)) for mark in marks}


def _bare(lines: Sequence[FoldedLine], longest: int) -> list[FoldedLine]:
    """The first lines together that have no mark and may be titles, below no name of a notice's part."""
    noticed = False
    for named, group in groupby(lines, key=lambda a: _may_be_title(a.text, longest)):
        listed = list(group)
        if named and not noticed and len(listed) > 1:
            return listed
        noticed = cue(listed[-1].text) < 0 or bool(NOTICE_LINE.match(listed[-1].text))
    return []


def _may_be_title(text: str, longest: int) -> bool:
    return len(text) <= longest and may_name(text) and not names_other(text)


def _own(audit: Sequence[FoldedLine]) -> set[str]:
    """The kinds of mark that every title has."""
    return set.intersection(*({*a.marks} for a in audit if a.role == "title"))


def _ends(audit: Sequence[FoldedLine]) -> set[str]:
    """The stops and brackets with which lines of titles end."""
    ends = {a.text[-1] for a in audit if a.role == "title"} & set("。;)")
    return ends | {"。"} if ";" in ends else ends  # the last one of a list ends with a full stop


def _open(text: str, ends: set[str]) -> str:
    """A folded line without its stop or last bracket, if titles of its guide end so."""
    return re.sub(r"(?:\([^()]*\))?[。;]?$", "", text) or text if text[-1] in ends else text


def _words(text: str) -> str:
    """A folded line without its mark; "-" for one that is nothing but a mark: 榜单二."""
    return words_of(text) or "-"
