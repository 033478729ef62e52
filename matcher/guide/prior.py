"""The items that a list may hold, and what words tell of a line: pure functions."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from matcher import settings
from matcher.guide import vocabulary
from matcher.guide.offices.contacts import REACHED, Contact, is_unit
from matcher.guide.text.blocks import LONGEST_LINE, LONGEST_TITLE, SHORTEST_TITLE, Unit
from matcher.language import HAN_LETTERS, is_latin
from matcher.message import Message
from matcher.readers.blocks import BETWEEN_CELLS
from matcher.types import Role

_REMEMBERED = settings.chunk("guide.marks.remembered")
_AFTER_TITLE = "。;:., 、–—"  # marks between a title and what follows it in its unit
NOTICE_WORDS = settings.words("guide.prior.notice")
_LONGEST_NAME = settings.characters("guide.prior.longest_name")
_FEWEST_BEFORE_COLON = settings.characters("guide.prior.before_colon")
_AFTER_COLON = settings.characters("guide.prior.after_colon")
_SENTENCE = settings.characters("guide.prior.english_sentence")
_ASKING = re.compile(
    r"联系|咨询|电话|处室|部门|(?:处|科|室|局|中心|办)\W*\d|(?i:contact|tel\b|phone|call us|enquir|office)"
)
_LABEL = re.compile(
    r"[(【\[]?(?:\d{1,2}[.、)]\s*)?([\u3400-\u9fff]{2,8}|[A-Z][a-z]+(?:[ -][A-Za-z]+){0,3})(?:[】\]]\s*:?|\s*:)\s*"
)
# 三、经费与财务领域; nor does 专利转化的区域梯度 head a notice.
_FIELD = re.compile(r"(?:领域|板块|学科|类)$")
_OFFICE_COLUMN = re.compile(
    r".{0,8}(?:处室|科室|部门|电话|联系方式|咨询)|(?i:.{0,16}(?:office|phone|contact))"
)

# A description behind a title without stops: …路径研究 主要研究产业链现状，…; 深化改革开放 构建…机制研究 is one title.
_BEHIND = re.compile(
    rf"(?P<title>[^,。;:\s]{{{SHORTEST_TITLE},}}(?<=[\u3400-\u9fff)”》]))(?P<gap>\s+)(?=(?P<parts>.*,)?)"
    rf"(?:(?P<says>(?:主要|重点)(?:研究|分析|探讨|围绕|解决))|{vocabulary.TASK_START.pattern}|(?:主要|重点)[\u3400-\u9fff]|[\u3400-\u9fff]+,)"
)
# Topic A “Joint trials” is open to …, (1) The Technology Program, which involves …: a sentence begins behind its name.
# “Silent” objects and how people look at them, How people, who do not read, look at them: these are titles.
_SUBJECT = re.compile(
    r"[“\"][^“”\"]{3,80}[”\"](?P<gap> )(?=(?:is|are|will|aims|seeks|invites|asks|covers|supports|funds|welcomes) )"
    r"|(?![A-Z][a-z]*ing (?!of )|(?:How|What|Why|When|Where|Whether|To) )"
    r"[^,.;:“”\"]{3,80} [^,.;:“”\" ]+(?P<clause>, )(?=(?:which|where|who) )"
)
# A subject's own direction, not 重点研究方向.
OF_FIELD = re.compile(
    r"(?!(?:主要|重点|优先|研究|支持|资助|选题|申报|申请|征集|技术|攻关|招标|项目|课题)+..$)[\u3400-\u9fff、]{3,}(?:方向|领域)$"
)
_HOUSED = re.compile(rf"(?P<unit>[A-Z][^()。;:,]{{2,60}}?) ?\([^()]*(?:{vocabulary.PHONE.pattern})[^()]*\)")
_TASKS = re.compile(f"围绕|针对|聚焦|{vocabulary.TASK_START.pattern}")
# A unit that may be a topic: its number, where its title starts, its code.
Candidate = tuple[int | None, int, str]
ListCandidates = dict[int, Candidate]  # by the place of the unit, in order
# A remark, a code or an office behind a folded title.
LAST_BRACKET = re.compile(r"\([^()]*\)$")
_NO_TITLE = re.compile(r"[(|-]|.*(?:\d{4}|附件|@|http|:)|[合总小]计|(?i:total\b)")
_HALVES = ("()", "[]", "（）", "《》", "【】", "“”")

# What the lines below hold if they hold no topics, by a line's own name.
OTHER_NAME = re.compile(
    r"(?i:(?:the )?(?:(?:selection|evaluation|application|review|assessment)(?: and [a-z]+)?"
    r" (?:steps|stages|procedures?|process|committee|panel|board|criteria)"
    r"|(?:program(?:me)?|scientific|steering|organi[sz]ing|advisory) (?:committee|board)|committee|jury"
    r"|(?:keynote|invited) (?:speakers?|lectures?)|(?:required |supporting )?documents|agenda))[:.]?"
)


@dataclass
class Draft:
    """A topic as read, before ids and shared offices. `number` is None where none is printed."""

    heading: str
    group: int  # drafts with one heading have one group
    number: int | None
    title: str
    lines: tuple[int, int]
    code: str = ""
    contents: list[str] = field(default_factory=list)
    slots: dict[str, list[str]] = field(default_factory=dict)  # name of vocabulary.SLOTS -> texts
    contact: Contact | None = None
    shared: bool = False  # of `contact`: a cell left blank under another one
    foot: tuple[str, Contact] | None = None  # (专题, what 本专题咨询：… below the topic names)
    above: Contact | None = None  # what stands in the headings above, or right below them
    names: tuple[str, ...] = ()  # folded texts of the topic and its headings, by which lists name them
    at: int = -1  # the unit of the title
    named: bool = False  # a main content was named (研究内容：)

    def add(self, text: str, slot: str = "") -> None:
        """Keep a text in a slot; without one it is of the contents."""
        (self.slots.setdefault(slot, []) if slot else self.contents).append(text)


@dataclass
class Reading:
    """The drafts that one layout finds, the role of each line, and how much it explains (higher is better)."""

    layout: str
    drafts: list[Draft]
    roles: dict[int, Role]
    score: float
    notes: list[Message] = field(default_factory=list)
    dropped: range = range(0)  # lines of another edition
    regular: bool = False  # its lines are counted in order, and none is a sentence or a rule


@dataclass(frozen=True)
class RunHeading:
    """A heading above a run: cue is 1 for a list of topics, -1 for a notice, 0 unknown; lead: 选题如下."""

    rank: float
    at: int
    name: str
    cue: int
    lead: bool = False


Headings = Mapping[int, RunHeading]  # by the place of the unit


@dataclass
class TopicStart:
    """A unit that may be a topic: where it stands, its mark's number, where its title is."""

    at: int
    unit: Unit
    number: int | None
    start: int
    end: int  # of the title; what follows in the unit is content
    body: Sequence[Unit]  # below it, up to the next item or heading
    score: float = 0.0
    code: str = ""

    @property
    def title(self) -> str:
        """The folded title."""
        return self.unit.text[self.start : self.end]

    @property
    def rest(self) -> str:
        """What follows the title in its unit; "; and" only joins it with the next one."""
        rest = self.unit.text[self.end :].lstrip(_AFTER_TITLE)
        return "" if rest in ("and", "or") else rest


@dataclass
class Run:
    """Items that count on under the same headings."""

    headings: tuple[RunHeading, ...]
    items: list[TopicStart]
    lead: bool


@lru_cache(maxsize=_REMEMBERED)
def cue(text: str) -> int:
    """1 if a heading announces topics, -1 if it announces a notice, 0 if it does neither."""
    if "(" in text or text.endswith("】"):
        text = re.sub(r"\([^()]{0,60}\)|(?<=.)【[^【】]{0,60}】$", "", text)
    text = text.rstrip(":。; \t")
    if len(text) > LONGEST_LINE:
        return -1 if vocabulary.RULE_WORDS.search(text) else 0
    core = re.sub(r"(?:及|和|与|、)(?:有关|相关|其他)?(?:要求|说明|条件|数量|限额)$", "", text)
    notices = list(vocabulary.NOTICE_HEADING.finditer(core))
    if notices and notices[-1].end() == len(core):
        return -1
    if vocabulary.LIST_HEADING.search(core):
        return 1
    return -1 if notices and "的" not in core and not _FIELD.search(core) else 0


def title_end(text: str, start: int) -> tuple[int, int]:
    """(end of the title, start of what follows it) in a unit such as "标题。说明……"."""
    # A stop in a bracket ends nothing.
    text = re.sub(r"\([^()]*\)|(?<=.)【[^【】]*】", lambda m: "_" * len(m.group()), text)
    stop = text.find("。", start)
    behind = _BEHIND.match(text, start) if text[-1:] == "。" else None
    sure = behind and (behind["says"] or behind["title"].endswith("研究"))
    if behind and (sure or (behind["parts"] and not vocabulary.TOPIC_END.search(text[:-1]))):
        return behind.span("gap")
    if stop - start > 0 and stop < len(text) - 1:
        return stop, stop + 1
    subject = _SUBJECT.match(text, start) if text[-1:] == "." else None
    if subject is not None and not HAN_LETTERS.search(text) and len(text) - subject.end() >= _SENTENCE:
        return subject.span(subject.lastgroup or 0)
    end = len(re.sub(r"[;,]\s+(?:and|or)$", "", text).rstrip("。;；:,、. "))
    colon = re.compile(r":\s*|(?<=[a-z)])(?: [–—] |—(?=[A-Z]))").search(text, start + _FEWEST_BEFORE_COLON)
    if colon and colon.end() < end:
        clause = text[colon.end() :].strip("_ ")
        few = is_latin(clause) and len(clause.split()) <= NOTICE_WORDS  # Inland Challenge: Dry lakes.
        described = len(clause) > _AFTER_COLON or (text[-1] in "。;." and not few)
        # …研究:重点研究布局和补贴, 医工交叉方向:甲、乙
        tasks = vocabulary.STUDY_END.search(text[: colon.start()]) and _TASKS.match(clause)
        listed = OF_FIELD.match(text[start : colon.start()]) and "、" in clause
        described = bool(described or tasks or listed)
        if described and len(text[start : colon.start()].replace("_", "")) <= LONGEST_TITLE:
            return colon.start(), colon.end()
    english = re.compile(r"(?<=[a-z)\d]{2})(?:\.|\?(?=.{12,}\.$))\s+(?=[A-Z])").search(text, start)
    rest = text[english.end() :] if english else ""
    if english and (len(rest) >= _SENTENCE or (rest[-1:] in ".?" and len(rest.split()) > 2)):
        return english.start() + (text[english.start()] == "?"), english.end()
    return max(start, end), len(text)


def is_content(unit: Unit) -> bool:
    """Whether a unit begins with the name of a content (研究内容：, Scope:); 二、研究内容 alone is a heading."""
    if "han" in unit.marks and ":" not in unit.text:
        return False
    return any(p.match(unit.text) for p in vocabulary.CONTENTS)


def opens_content(unit: Unit) -> bool:
    """Whether a unit is the name of a content, or a heading of Markdown that is one: ## Abstract."""
    styled = unit.words > 0 and vocabulary.ENGLISH_CONTENT.match(unit.text, unit.words) is not None
    return is_content(unit) or styled


def is_topic_word(kind: str) -> bool:
    """Whether a kind of mark is a word before a number that counts topics, or what stands above them: 方向1, Track A."""
    return kind.startswith("word:") and bool(vocabulary.TOPIC_WORD.fullmatch(kind[len("word:") :]))


def is_contact(text: str) -> bool:
    """Whether a folded line is a unit's name and its phone, without a label: 农业农村股（电话：0873-3720022）, Dam Office (ext. 2140)."""
    inside = text[1:-1] if text[:1] in "【([" and text[-1:] in "】)]" else text
    housed = _HOUSED.fullmatch(text)
    return is_unit(housed["unit"]) if housed else vocabulary.CONTACT_LINE.fullmatch(inside) is not None


def code_of(text: str) -> str:
    """The code that a folded line gives and nothing else (榜单编号：JB2032-01, HORIZON-CL5-2031-01); "" if it does not."""
    match = vocabulary.CODE_LINE.match(text)
    return (match["code"] or match["id"] or match["alone"]) if match else ""


def label_of(text: str) -> str:
    """The name before the colon that a folded line begins with (合作方式：, Opening date:); "" if it has none."""
    match = _LABEL.match(text)
    return match[1].strip().lower() if match else ""


def label_end(text: str) -> int:
    """Where what a name says begins in a folded line; 0 if it begins with none."""
    match = _LABEL.match(text)
    return match.end() if match else 0


def asks_office(caption: str) -> bool:
    """Whether a folded caption asks for an office or a contact that follows on the next line: 六、联系人及电话."""
    asking = len(caption) <= _LONGEST_NAME and _ASKING.search(caption) is not None
    return asking and not vocabulary.PHONE.search(caption)


@lru_cache(maxsize=_REMEMBERED)  # asked of each line by the joining of lines, the findings and the places
def states_office(text: str) -> bool:
    """Whether a folded line gives an office or a phone anywhere in it."""
    cells = text.split(BETWEEN_CELLS)
    return bool(
        vocabulary.STRONG_OFFICE.search(text)
        or vocabulary.WEAK_OFFICE.match(text)
        or is_contact(text)
        or (_ASKING.search(text) and REACHED.search(text))
        or (len(cells) > 1 and any(_OFFICE_COLUMN.fullmatch(cell.strip()) for cell in cells))
    )


def is_office(unit: Unit) -> bool:
    """Whether a unit begins with the name of an office or a contact."""
    return bool(vocabulary.STRONG_OFFICE.match(unit.text) or vocabulary.WEAK_OFFICE.match(unit.text))


def may_name(text: str) -> bool:
    """Whether a folded text may name a topic or a section: no sentence, no words of a notice, no office, date or address."""
    if not text or text[-1] in "。.;:!)],、" or _NO_TITLE.match(text) or cue(text) < 0:
        return False
    notice = (
        vocabulary.RULE_WORDS.search(text)
        or vocabulary.NOTICE_LINE.match(text)
        or vocabulary.NOTICE_HEADING.search(text)
    )
    return not notice and not states_office(text)


def is_rule(text: str) -> bool:
    """Whether a folded title has the words of a rule, and they are not its subject (…报送研究)."""
    return bool(vocabulary.RULE_WORDS.search(text)) and not vocabulary.TOPIC_END.search(text)


def is_half(text: str) -> bool:
    """Whether a text has half a pair of brackets or quotation marks."""
    return any(text.count(pair[0]) != text.count(pair[1]) for pair in _HALVES)


def names_other(text: str) -> bool:
    """Whether a folded line names a unit or another list of a notice, not a topic."""
    return is_unit(text) or OTHER_NAME.fullmatch(text) is not None
