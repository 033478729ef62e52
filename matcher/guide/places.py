"""Where topics stand among the lines of their document, each line with its mark and its name, and where their list ends.

Which lines end a list of titles without marks, or announce no topics: words as a prior, blank lines as a sign.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from matcher import settings
from matcher.guide.blocks import Unit
from matcher.guide.marks import Mark, marks_of
from matcher.guide.offices import is_unit
from matcher.guide.prior import cue, label_of, states_office
from matcher.guide.vocabulary import NOTICE_HEADING, NOTICE_LINE, RULE_WORDS, TOPIC_END
from matcher.segment import fold
from matcher.types import AuditLine, Topic

_BELOW = settings.lines("guide.places.below")
_LONGER = settings.characters("guide.places.longer")
# A remark, a code or an office behind a folded title.
LAST_BRACKET = re.compile(r"\([^()]*\)$")
_OPENING = re.compile(r"[^:]{2,30}:|\S+ \S+|[\u3400-\u9fff]{4}")
_NO_TITLE = re.compile(r"[(|-]|.*(?:\d{4}|附件|@|http|:)|[合总小]计|(?i:total\b)")
_LEAST_ENDED = settings.count("guide.places.least_ended")
# What applicants have to do or to hand in, beside the words that rules have everywhere.
_RULE = re.compile(
    rf"{RULE_WORDS.pattern}|须|不予|每人|每个?单位|不收取|(?:申报|报名|申请|证明)材料|复印件"
    r"|(?i:\b(?:contain|include|attach|required|documents)\b.{0,12}$)"
)
# What the lines below hold if they hold no topics, by a line's own name.
_OTHER_NAME = re.compile(
    r"(?i:(?:the )?(?:(?:selection|evaluation|application|review|assessment)(?: and [a-z]+)?"
    r" (?:steps|stages|procedures?|process|committee|panel|board|criteria)"
    r"|(?:program(?:me)?|scientific|steering|organi[sz]ing|advisory) (?:committee|board)|committee|jury"
    r"|(?:keynote|invited) (?:speakers?|lectures?)|(?:required |supporting )?documents|agenda))[:.]?"
)
# A line above a list of what is not supported, was supported before, or is paid for.
_NO_TOPICS = re.compile(
    r"不(?:予|在|属于?)?(?:支持|资助|受理)|往年|历年|(?:优秀|已立项)(?:课题|项目|成果)|(?:支出|开支|费用|材料|议程|日程)(?:如下|包括)?:?$"
    r"|(?i:\b(?:not|never) (?:be )?(?:fund|support|consider|accept)|\bcosts\b|\bexpens|\bdocuments\b|\bagenda\b|\bare eligible\b)"
)
_HALVES = ("()", "[]", "（）", "《》", "【】", "“”")
_SENTENCE_END = re.compile(r"[。;]|[.?!]\s")
_DATE = re.compile(
    r"[\d〇○零一二三四五六七八九十]{4}\s*年\s*[\d一二三四五六七八九十]{1,3}\s*月\s*[\d一二三四五六七八九十]{1,3}\s*日"
    r"|\d{1,2} [A-Z][a-z]+ \d{4}|[A-Z][a-z]+ \d{1,2}, \d{4}"
)


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


def is_rule(text: str) -> bool:
    """Whether a folded title has the words of a rule, and they are not its subject (…报送研究)."""
    return bool(RULE_WORDS.search(text)) and not TOPIC_END.search(text)


def is_half(text: str) -> bool:
    """Whether a text has half a pair of brackets or quotation marks."""
    return any(text.count(pair[0]) != text.count(pair[1]) for pair in _HALVES)


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


def lists_no_topics(text: str) -> bool:
    """Whether the last sentence of a folded line above a list says that it holds no topics: costs, what is not funded."""
    last = _SENTENCE_END.split(text.rstrip("。;. "))[-1]
    return bool(_NO_TOPICS.search(last)) and not re.search(r"选题|题目|(?i:topics|themes|priorities)", last)


def names_other(text: str) -> bool:
    """Whether a folded line names a unit or another list of a notice, not a topic."""
    return is_unit(text) or _OTHER_NAME.fullmatch(text) is not None


def ends_list(units: Sequence[Unit], at: int, titles: Collection[int], usual: int) -> bool:
    """Whether the line `at` ends a list: a signature, the name of another list, a rule.

    `titles` are the lines of the list so far, `usual` the least `gap_above` between neighbours of them, 0 if it has none.
    """
    text = units[at].text
    apart = 0 < usual < gap_above(units, at)
    dated = at + 1 < len(units) and _DATE.fullmatch(units[at + 1].text)
    # A signature, or the names of several units, below which nothing else stands.
    closes = (apart or at + 1 < len(units)) and all(is_unit(unit.text) for unit in units[at:])
    if (dated and is_unit(text)) or closes or _OTHER_NAME.fullmatch(text):
        return True
    return at - 1 in titles and _leaves_titles(units, at, titles, apart=apart)


def gap_above(units: Sequence[Unit], at: int) -> int:
    """How many lines lie between a unit and the one above it."""
    return units[at].lines[0] - units[at - 1].lines[1] if 0 < at < len(units) else 0


def _leaves_titles(units: Sequence[Unit], at: int, titles: Collection[int], *, apart: bool) -> bool:
    """Whether a line has the words of a rule, which are not its subject, or stands `apart` or below titles that all end as
    titles do, and below it no line ends as most titles do."""
    text = units[at].text
    ruled = _RULE.search(text) is not None
    if TOPIC_END.search(text):
        return False
    ended = sum(bool(TOPIC_END.search(units[i].text)) for i in titles)
    if not (ruled or apart or (ended == len(titles) >= _LEAST_ENDED and not may_name(text))):
        return False
    last = ended * 2 > len(titles) and not any(TOPIC_END.search(u.text) for u in units[at + 1 :])
    if ruled:
        return apart or last or text[-1] == ":" or bool(re.search(r"\b(?:must|shall)\b", text))
    return last
