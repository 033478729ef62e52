"""Where topics stand among the lines of their document, each with its mark and its name, and which lines outside may be topics."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from matcher import settings
from matcher.guide.checks.folded_line import NUMBER, FoldedLine
from matcher.guide.lists.other_lists import are_houses, is_called
from matcher.guide.offices.other_desks import for_topics
from matcher.guide.prior import cue, may_name, names_other, states_office
from matcher.guide.text.marks import words_of
from matcher.guide.vocabulary import NOTICE_LINE
from matcher.message import Catalogue, Message
from matcher.segment import fold
from matcher.types import AuditLine, Role, Topic

_BELOW = settings.lines("guide.places.below")
_LONGER = settings.characters("guide.places.longer")

say = Catalogue(__file__)

# What a mark that was not known left: 1—, No.1, #1; the last number of 1.2.
_BEHIND = " )]】.、:|—-"
COUNTED = re.compile(r"\W*(?:[A-Za-z]{1,3}[.-]?\s?)?(?:\d{1,2}[.-])*(\d{1,3})(?!\d)")


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


class GuideLines:
    """The lines of a document and the topics of its guide among them, as all findings look at them."""

    def __init__(
        self, topics: Sequence[Topic], audit: Sequence[AuditLine], dropped: Container[int] = ()
    ) -> None:
        """The topics in order, and what became of every line; those `dropped` are of another edition."""
        self.topics, self.audit, self.lines = topics, audit, [FoldedLine(line) for line in audit]
        self.edition = [line for line in self.lines if line.number not in dropped]
        self.titles = [line for line in self.edition if line.role == "title"]
        self.places = self._places()

    def _places(self) -> list[TopicPlace]:
        """The places of the topics, in order; behind the last one the next few lines count as between."""
        topics, lines, at = self.topics, self.lines, {line.number: i for i, line in enumerate(self.lines)}
        firsts = [at[t.lines[0]] for t in topics]
        places: list[TopicPlace] = []
        heading: FoldedLine | None = None
        for topic, first, following in zip(topics, firsts, [*firsts[1:], len(lines)], strict=True):
            end = max(
                (i for i in range(first, following) if lines[i].number <= topic.lines[1]), default=first
            )
            body = tuple(x for x in lines[first + 1 : end + 1] if x.role != "title")
            following = following if topic is not topics[-1] else end + 1 + _BELOW
            between = tuple(lines[end + 1 : following])
            above = () if places else tuple(lines[max(0, first - _BELOW) : first])
            places.append(TopicPlace(topic, fold(topic.title), lines[first], body, between, heading, above))
            heading = next((x for x in reversed(between) if x.role == "heading"), None)
        return places

    @cached_property
    def sections(self) -> list[list[Topic]]:
        """The topics of each section."""
        return [[*part] for _, part in groupby(self.topics, key=lambda topic: topic.section_number)]

    def desks(self, roles: Container[Role]) -> dict[int, str]:
        """The lines in these roles by their numbers, without the contacts that are for something else than topics."""
        names = {fold(name) for topic in self.topics for name in (topic.title, topic.section)}
        return dict(for_topics([(line.line, line.text) for line in self.audit if line.role in roles], names))

    @cached_property
    def marks(self) -> set[str]:
        """The kinds of mark that every title has."""
        return set.intersection(*({*line.marks} for line in self.titles))

    @cached_property
    def marked(self) -> bool:
        """Whether a title has a mark."""
        return any(line.marks for line in self.titles)

    @cached_property
    def codes(self) -> set[str]:
        """The codes of the marks that titles have."""
        return {mark.code for line in self.titles for mark in line.marks.values()}

    @cached_property
    def heads(self) -> set[tuple[str, int]]:
        """What headings count."""
        return {count for line in self.edition if line.role == "heading" for count in line.counts}

    @cached_property
    def cells(self) -> set[int]:
        """How many gaps between cells lines of titles have, where they are a table's."""
        return {line.cells for line in self.titles} - {0, 1}

    @cached_property
    def called(self) -> bool:
        """Whether a title's line states an office."""
        return any(states_office(line.text) for line in self.titles)

    @cached_property
    def longest(self) -> int:
        """The most characters of a line that may be one more title beside these."""
        return max(len(place.title) for place in self.places) + _LONGER

    @cached_property
    def ends(self) -> set[str]:
        """The stops and brackets with which lines of titles end."""
        ends = {line.text[-1] for line in self.titles} & set("。;)")
        return ends | {"。"} if ";" in ends else ends  # the last one of a list ends with a full stop

    def open(self, line: FoldedLine) -> str:
        """A line without its stop or last bracket, if titles of the guide end so."""
        text = line.text
        return re.sub(r"(?:\([^()]*\))?[。;]?$", "", text) or text if text[-1] in self.ends else text

    def words(self, line: FoldedLine) -> str:
        """A line so without its mark; "-" for one that is nothing but a mark: 榜单二."""
        return words_of(self.open(line)) or "-"

    def is_marked(self, line: FoldedLine) -> bool:
        """Whether a line has a mark that every title has."""
        return not self.marks.isdisjoint(line.marks)

    def may_be_title(self, text: str) -> bool:
        """Whether a text may be one more title beside those that were read."""
        return len(text) <= self.longest and may_name(text) and not names_other(text)


def outside(guide: GuideLines) -> Iterator[Message]:
    """The findings on lines that may be topics or headings and were not read so: among the topics, then elsewhere."""
    first, last = guide.topics[0].lines[0], guide.topics[-1].lines[1]
    # A sheet's name, or a code above a form.
    named = {fold(text) for t in guide.topics for text in (t.section, t.code, t.office_name)}
    inside = (x for x in guide.edition if first < x.number < last and x.unread and x.text not in named)
    among = [x for x in inside if guide.is_marked(x) or guide.may_be_title(guide.words(x))]
    if among:
        yield say("outside.between", count=len(among), line=among[0].number, text=among[0].excerpt)
    for unread, group in groupby(guide.edition, key=lambda line: line.unread):
        if unread and (more := _more_topics(guide, [*group])):
            yield say("outside.after", line=more[0].number, count=len(more), text=more[0].excerpt)


def _more_topics(guide: GuideLines, lines: Sequence[FoldedLine]) -> list[FoldedLine]:
    """Those of some lines together that look like topics: rows with as many cells as theirs, or a list of titles."""
    # A table of offices is another one.
    rows = [x for x in lines if x.cells in guide.cells and states_office(x.text) == guide.called]
    listed = rows or _counted(guide, lines) or _going_on(guide, lines)
    below = not guide.marked and lines[0].number > guide.topics[-1].lines[1]
    return listed or (_bare(guide, lines) if below else [])


def _counted(guide: GuideLines, lines: Sequence[FoldedLine]) -> list[FoldedLine]:
    """The first lines in order that count by one, whatever their mark (#1, No.1, 1—), and may be titles."""
    counted: list[tuple[int, FoldedLine]] = []
    noticed = False  # 附件：, 报送材料： above a list
    for line in lines:
        text = guide.open(line)
        number, words = _number_and_words(text)
        if words and not noticed and guide.may_be_title(words):
            if counted and number != counted[-1][0] + 1:
                counted = []
            counted.append((number, line))
        elif len(counted) > 1:
            break
        else:
            counted = []
            if number < 0 and text[0] != "(":
                kind = cue(guide.words(line))
                noticed = not is_called(line.text) or kind < 0 or (not kind and bool(NOTICE_LINE.match(text)))
    counts = len(counted) > 1 and counted[0][0] != 2  # 2.活页 below 附件：1.申请书
    return [line for _, line in counted] if counts else []


def _number_and_words(text: str) -> tuple[int, str]:
    """What a line counts, whatever its mark, and its words behind that; (-1, "") where it counts nothing."""
    match = COUNTED.match(text)
    return (int(match[1]), text[match.end() :].lstrip(_BEHIND)) if match else (-1, "")


def _going_on(guide: GuideLines, lines: Sequence[FoldedLine]) -> list[FoldedLine]:
    """A line that counts on from the last title above it; or one that counts on as the headings do, or down from them, and a
    line below it, each of which may name something and is marked as all titles are."""
    titled = bisect_left(guide.titles, lines[0].number, key=NUMBER)
    last = guide.titles[titled - 1] if titled else None
    follows = {1, max(0, _number_and_words(last.text)[0]) + 1 if last else 1}
    above = last.counts if last else set()
    coded = {kind for kind in guide.marks if kind in ("code", "coded") or kind.startswith("word:")}

    def names(line: FoldedLine) -> bool:
        words = guide.words(line)
        return guide.is_marked(line) and may_name(words) and not are_houses([words])

    for at, line in enumerate(lines) if guide.marks else ():
        on = any((kind, number - 1) in above for kind, number in line.counts if kind in guide.marks)
        coding = (mark.code for kind, mark in line.marks.items() if kind in coded)
        new = line.number < guide.titles[0].number and not guide.codes.issuperset(coding)
        if names(line) and (on or new):
            return [line]
        near = any((kind, number + step) in guide.heads for kind, number in line.counts for step in (-1, 1))
        numbered = [(x, *_number_and_words(guide.open(x))) for x in lines[at + 1 : at + 1 + 2]]
        below = [x for x, number, words in numbered if names(x) or (number in follows and may_name(words))]
        if near and below and cue(words_of(line.text) or "-") >= 0 and is_called(line.text):
            return [line, *below]
    return []


def _bare(guide: GuideLines, lines: Sequence[FoldedLine]) -> list[FoldedLine]:
    """The first lines together that have no mark and may be titles, below no name of a notice's part."""
    noticed = False
    for named, group in groupby(lines, key=lambda line: guide.may_be_title(line.text)):
        listed = list(group)
        if named and not noticed and len(listed) > 1:
            return listed
        noticed = cue(listed[-1].text) < 0 or bool(NOTICE_LINE.match(listed[-1].text))
    return []
