"""Which topics a line of contacts names: by marks, names, numbers or codes of theirs, or by the headings above them."""

from __future__ import annotations

import re

from matcher import settings
from matcher.guide.prior import Draft
from matcher.guide.text.blocks import SHORT_LINE
from matcher.guide.text.marks import Mark, marks_of, number_of, outermost
from matcher.readers.blocks import BETWEEN_CELLS
from matcher.segment import fold

_NUMBER = r"\d{1,3}(?:\.\d{1,3})?|[一二三四五六七八九十]{1,3}"
_NUMBERS = re.compile(rf"(?P<a>{_NUMBER}|[A-Z](?![A-Za-z]))(?:\s*(?:[-—–~至到]|\bto\b)\s*(?P<b>{_NUMBER}))?")
_RANGE = re.sub(r"\?P<\w>", "", _NUMBERS.pattern)
# （一）政策咨询 is an item of its own, （一）类 a mention.
_MENTIONED = re.compile(rf"{_RANGE}\s*\)?\s*(?:类|项目|领域|部分|专题|方向|板块)")
_NUMBER_BEHIND = re.compile(r"(?:编号|序号|代码|名称)?[\d.一二三四五六七八九十A-Z()\s]+$")
_AND = r"(?:\s*(?:[、,和及&]|and\b)\s*)"
_LIST = rf"(?:{_RANGE})(?:{_AND}(?:{_RANGE}))*{_AND}?"
COUNTED = re.compile(
    r"(?:(?P<topic>课题|选题|项目|榜单|方向|(?i:topics?|projects?|challenges?|lots?|problems?))|专题|专项|领域|部分|板块|模块"
    rf"|(?i:themes?|sections?|areas?|chapters?|parts?|strands?|destinations?|pillars?|clusters?|tracks?|streams?))\s*(?P<list>{_LIST})(?![处科室部局])"
)
# Parts that are counted as such: 第一、二部分由…, 第三章业务联系：…
ORDINAL = re.compile(rf"\W*第\s*(?P<list>{_LIST})个?(?P<word>章|节|篇|编|部分|板块|专题|领域)")
# What may stand ahead of a mention: 上述第一至三项由…, 申报事宜：第一部分由…, Questions on Chapter 1: …
_AHEAD = re.compile(
    r"(?:上述|以上|其中)(?=第|课题|选题|方向|专题)|\d{1,2}(?:\.\d{1,2})?[)、.\s]\s*(?=[A-Z][类、])|[^:：\d]{2,12}[:：]\s*(?="
    + re.sub(r"\?P<\w+>", "?:", f"{COUNTED.pattern}|{ORDINAL.pattern}")
    + ")"
    r"|(?i:(?:questions|enquiries|inquiries|queries|contacts?(?: points?| persons?)?|points? of contact)"
    r" (?:on|about|for|regarding|concerning) (?:the )?)(?=[A-Z][a-z]+s? [\dA-Z]\b)"
)
# Topics 1 and 2 are managed by the …
SERVED_BY = r"(?i:(?:(?:is|are) (?:managed|handled|led|served|run|answered|covered) by|(?:go(?:es)? )?to|contact) (?:the )?)"
_BRACKETED = re.compile(rf"[^\d:()]{{2,10}}\(\s*(?P<list>{_LIST})\s*\)\s*:")  # 农业领域（01-02）：
# 、方向3 behind 方向1; 其余方向由科信处受理，电话…
_AGAIN = re.compile(
    r"(?<=[\d一二三四五六七八九十])([、，,和及]\s*)(?:课题|选题|项目|方向|专题|专项|榜单|领域|任务|模块)\s*(?=[\d一二三四五六七八九十])|(?<=[A-Z])类(?=[、,，和及]\s*[A-Z]类)"
)
_NAMED_CLASS = re.compile(r"[A-Z]类(?=[\s:])")  # A类 of A类 基础前沿
_CLASS = re.compile(
    r"^\s*(?:注[:：])?\s*([A-Z](?:[、,，和及]\s*[A-Z])*)类(?:项目|课题|选题)?(?:为|由|请?(?:联系|咨询)[:：]?|[:：])"
)
_SEVERAL = re.compile(r"(?P<names>[^\d:;。]{2,}[、,和及][^\d:;。]{2,}?):\s*")  # 新型显示材料、超硬材料：
_PARENT = re.compile(
    r"(?P<codes>[A-Z]{1,4}\d{0,4}(?:\s*[、,和及]\s*[A-Z]{1,4}\d{0,4})*)(?:类|组)?(?=[\s:、,]|$)"
)
_LAST_NUMBER = re.compile(r"(?P<ahead>.*?)(?P<n>\d{1,6})")
_TAIL = re.compile(r"(?:领域|专题|方向|类别|类|项目|课题|专项|板块|产业|技术|研究)+$")
_AROUND = " :、【】"
# What a heading's core says of no field: 支持 of 支持方向 is no mention in 系统技术支持：….
_GENERAL = re.compile(r"(?:支持|资助|申报|征集|重点|重大|一般|青年|主要|选题|指南|任务|榜单)+")
# Numbers behind a section's name: 重点项目1、3：, 专题一第2项：.
_OF_SECTION = (
    rf"(?:领域|专题|方向|类别|类|项目|课题|专项|板块)*的?(?:第|中)?(?:课题|项目|选题|方向)?(?P<list>{_LIST})"
    r"(?:项|题|号|个)?(?:课题|项目|选题|方向)?\s*[:(|]"
)
# 第1、5项, 1—4号课题
_ITEMS = re.compile(
    rf"(?:第\s*(?P<list>{_LIST})(?:项|题|号|个)|(?<![\d一二三四五六七八九十])(?P<bare>{_LIST})(?:号|题(?=由|请|找|归|联系|咨询|[:：])))(?:课题|项目|选题|题目|榜单)?"
)
_BARE_NUMBERS = re.compile(
    rf"\W*(?:答[：:])?(?P<list>(?:[（(](?:{_NUMBER})[）)][、，,和及]?)+)(?=找|由|请|归)"
)
_PAID = re.compile("万元|拨付|经费")
_CLASSES = re.compile(rf"第\s*(?P<list>{_LIST})类")
_PLAIN = ("number", "han", "stem", "part", "paren", "letter")  # marks that are numbers only
_LINE_HEAD = settings.characters("guide.contact_lists.line_head")


def mention_of(line: str, draft: Draft, outer: str = "") -> int:
    """Where the mention of a draft or its section ends that a line begins with; 0 if it has none. `outer`: its section's heading."""
    for name in draft.names[1:]:
        numbers = _numbers_in(line, name)
        if numbers is not None:
            own = draft.number if draft.number is not None else number_of(draft.code)
            return numbers.end("list") if covers(numbers["list"], own) else 0
    end = _celled(line, draft) or max((mention_end(line, name) for name in draft.names), default=0)
    return end or _counted(line, draft) or _ordinal(line, draft, outer) or _coded(line, draft.code)


def _celled(line: str, draft: Draft) -> int:
    """Where the cells of a row end that hold the code and the title of a draft, and nothing else; 0 if no cell holds the title."""
    own, end = fold(draft.title), 0
    for cell in line.split(BETWEEN_CELLS):
        if cell == own:
            return end + len(cell)
        end += len(cell + BETWEEN_CELLS)
        if cell != fold(draft.code) and not cell.isdigit():
            return 0
    return 0


def _numbers_in(line: str, heading: str) -> re.Match[str] | None:
    """The numbers of topics behind a heading's name at the head of a line: 重点项目1、3：; None if there are none."""
    own = outermost(heading)
    title = re.sub(r"\([^()]*\)", "", heading[own.start :] if own is not None else heading).strip(_AROUND)
    core = _TAIL.sub("", title)
    # To look costs nothing beside compiling an expression for each heading and line.
    return re.match(rf"\W*{re.escape(core)}{_OF_SECTION}", line) if len(core) >= 2 and core in line else None


def topics_by_items(text: str, *, count: int = 0) -> str:
    """A text with 课题1 for each 第1项 and 1号课题, at most `count` if not 0."""
    return _ITEMS.sub(lambda m: "课题" + (m["list"] or m["bare"]), text, count=count)


def parts_by_classes(text: str) -> str:
    """A text with 部分1 for each 第1类."""
    return _CLASSES.sub(r"部分\g<list>", text)


def plain_clause(clause: str, *, items: bool = False) -> str:
    """A clause that says its word once, and first: 方向1、3 由… for 方向1、方向3 由…, 专题A：… for A类为…"""
    clause = clause[ahead.end() :] if (ahead := _AHEAD.match(clause)) else clause
    if items and _ITEMS.match(clause) and not _PAID.search(clause):  # 第1、6项：法制工委 …
        clause = topics_by_items(clause, count=1)
    if items and (bare := _BARE_NUMBERS.match(clause)):  # (1)(3)(7)找装备科
        clause = "课题" + "、".join(re.findall(_NUMBER, bare["list"])) + clause[bare.end() :]
    return _CLASS.sub(r"专题\1：", _AGAIN.sub(r"\1", clause))


def mention_end(line: str, name: str) -> int:
    """Where a line's mention of a heading or topic ends; 0 if it does not begin with one."""
    head = line[:_LINE_HEAD]
    named = _NAMED_CLASS.match(name)
    if named is not None and head.startswith(named.group()):
        return named.end()
    own = next((m for k, m in marks_of(name).items() if k.startswith("word:")), outermost(name))
    if own is not None and (end := _mark_end(head, name, own)):
        return end
    core = _core(name[own.start :] if own is not None else name)
    several = _SEVERAL.match(head)
    if several and len(core) >= 2 and any(core in part for part in re.split("[、,和及]", several["names"])):
        return several.end()
    return _core_ends(line, head, core)


def _mark_end(head: str, name: str, own: Mark) -> int:
    """Where a heading's mark and the numbers that go on with it end at the head of a line (专题一、二); 0 for other marks."""
    worded = own.kind.startswith("word:")
    if own.kind in ("part", "chapter"):
        written = name[: own.start].rstrip(" :、.")
        return len(written) if head.startswith(written) else 0
    match = re.match(rf"\W*(?P<w>\D*?)\s*\(?(?P<list>(?:{_RANGE}(?:[、,和及&\s)]|and\b)*)+)", head)
    if match is None or not (worded or own.kind in ("paren-han", "han")):
        return 0
    if not worded and not _MENTIONED.match(head, match.start("list")):
        return 0
    base = _NUMBER_BEHIND.sub("", name[: own.start].strip(" :、.,【】[]")).strip("( ")
    word = match["w"].strip("( ")
    same = base == word or (len(word) > 1 and base.endswith(word))  # 专项一 for 重大专项一
    # Themes 1 and 3: …, but not Themes 1 and 3 are closed.
    several = word.isascii() and word.lower() == f"{base.lower()}s"
    served = head[match.end() : match.end() + 1] in tuple(":|,(-–—") or re.match(
        SERVED_BY, head[match.end() :]
    )
    same = same or (several and bool(served))
    return match.end() if same and covers(match["list"], number_of(own.written)) else 0


def _core(title: str) -> str:
    """What tells a heading or a title from others: 工业 of 工业领域（专题编号：…）; all of one that is general (支持方向)."""
    words = re.sub(r"\([^()]*\)", "", title).strip(_AROUND) or title
    core = _TAIL.sub("", words)
    return words if not core or _GENERAL.fullmatch(core) else core


def _core_ends(line: str, head: str, core: str) -> int:
    """Where a line's mention of a name's core ends; 0 if its head does not hold it early enough."""
    at = head.find(core) if len(core) >= 2 else -1
    if at < 0 or at > SHORT_LINE:
        return 0
    stop = re.compile(r"[\s:|(,、]|请|由(?=.{2,14}(?:负责|受理|承办|牵头|答复|解答|对接))").search(
        line, at + len(core)
    )
    return stop.start() if stop else at + len(core)


def _counted(line: str, draft: Draft) -> int:
    """Where 专题1 or Topics 1 and 3, said of marks that are numbers only, end at the head of a line; 0 if they are not there."""
    bracket = _BRACKETED.match(line)
    if bracket is not None and draft.number is None and draft.code.isdigit():
        return bracket.end() if covers(bracket["list"], int(draft.code)) else 0
    match = COUNTED.match(line)
    if match is None:
        return 0
    word = match.group()[: match.start("list") - match.start()].strip().lower().removesuffix("s")
    if any(name.lower().startswith(word) and COUNTED.match(name) for name in draft.names):
        return 0  # 领域2 is no mention of 二、选题方向 where the document counts its 领域
    marks = [own if (own := outermost(name)) and own.kind in _PLAIN else None for name in draft.names]
    heads = list(filter(None, marks[1:]))  # Area A of A. below no heading that is counted is the topic itself
    counted = heads if heads and not match["topic"] else list(filter(None, marks[:1]))
    if any(covers(match["list"], number_of(own.written)) for own in counted):
        return match.end()
    letter = match["list"] if match["list"].isalpha() and match["list"].isascii() else "-"
    return match.end() if re.match(rf"{letter}-?\d", draft.code) else 0  # 专题A, of A1 and A2


def _ordinal(line: str, draft: Draft, outer: str) -> int:
    """Where 第一、二部分 ends at the head of a line, by a heading that counts so, else by the `outer` one; 0 if it is not there."""
    match = ORDINAL.match(line)
    if match is None:
        return 0
    alike = (
        name for name in draft.names[1:] if (own := ORDINAL.match(name)) and own["word"] == match["word"]
    )
    mark = outermost(next(alike, outer))
    return match.end() if mark is not None and covers(match["list"], number_of(mark.written)) else 0


def _coded(line: str, code: str) -> int:
    """Where the codes end that a line names before its contact (MS-01、MS-03：…), if `code` is one or begins with one (A类); 0 if it does not."""
    parent = _PARENT.match(line)
    for named in re.findall("[A-Z]+\\d*", parent["codes"]) if parent is not None else ():  # A、C类：
        after = "[-.]" if named[-1].isdigit() else "[-.]?"
        if parent is not None and re.match(rf"{named}{after}\d", fold(code)):
            return parent.end()
    wanted = _LAST_NUMBER.fullmatch(fold(code))
    head = re.match(r"(?:[^:|]{0,12}:\s*)?(?P<list>[^:|]{2,80}?)\s*[:|]", line)
    if wanted is None or head is None or not wanted["ahead"]:
        return 0
    ahead = re.escape(wanted["ahead"])
    named = re.finditer(rf"{ahead}(\d+)(?:\s*[-—~至到]\s*(?:{ahead})?(\d+))?(?!\d)", head["list"])
    covered = any(int(m[1]) <= int(wanted["n"]) <= int(m[2] or m[1]) for m in named)
    return head.end("list") if covered else 0


def covers(numbers: str, wanted: int) -> bool:
    """Whether 1-3、5 or 一、二 (a list at the beginning of a text) has the number."""
    listed = re.match(_LIST, numbers)
    ranges = _NUMBERS.finditer(listed.group()) if listed else ()
    return any(number_of(m["a"]) <= wanted <= number_of(m["b"] or m["a"]) for m in ranges)


def highest_of(numbers: str) -> int:
    """The highest number of a list: 6 of 1-3、6."""
    return max((number_of(n["b"] or n["a"]) for n in _NUMBERS.finditer(numbers)), default=0)
