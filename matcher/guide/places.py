"""Where the topics of a reading stand among the lines of their document, each line with its mark and its name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from matcher import settings
from matcher.guide.marks import Mark, marks_of
from matcher.guide.prior import cue, label_of, states_office
from matcher.guide.vocabulary import NOTICE_HEADING, NOTICE_LINE, RULE_WORDS
from matcher.segment import fold
from matcher.types import AuditLine, Topic

_BELOW = settings.lines("guide.places.below")
_LONGER = settings.characters("guide.places.longer")
# A remark, a code or an office behind a folded title.
LAST_BRACKET = re.compile(r"\([^()]*\)$")
_NO_TITLE = re.compile(r"[(|-]|.*(?:\d{4}|附件|@|http|:)|[合总小]计|(?i:total\b)")


class FoldedLine:
    """A line of the document, folded."""

    def __init__(self, line: AuditLine) -> None:
        """What the reading says of a line."""
        self.number, self.role = line.line, line.role
        self.written, self.text = line.text, fold(line.text)

    @cached_property
    def marks(self) -> dict[str, Mark]:
        """The marks that the line may begin with, by kind."""
        return marks_of(self.text)

    @cached_property
    def label(self) -> str:
        """The name before its colon."""
        return label_of(self.text)

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
        return self.text[min((m.start for m in self.marks.values()), default=0) :]

    @cached_property
    def names(self) -> bool:
        """Whether it may name a topic or a section."""
        return may_name(self.words)


def may_name(text: str) -> bool:
    """Whether a folded text may name a topic or a section: no sentence, no words of a notice, no office, date or address."""
    if not text or text[-1] in "。.;:!)],、" or _NO_TITLE.match(text) or cue(text) < 0:
        return False
    notice = RULE_WORDS.search(text) or NOTICE_LINE.match(text) or NOTICE_HEADING.search(text)
    return not notice and not states_office(text)


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


def places_of(topics: Sequence[Topic], audit: Sequence[AuditLine]) -> list[TopicPlace]:
    """The places of the topics, in order; behind the last one the next few lines count as between."""
    lines = [FoldedLine(a) for a in audit]
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
