"""The mark that a line may begin with (1. （一） 方向1.1 Track A: XQ-2031-001): its kind, number and code.

Kinds are open: any word before a number is a kind of its own ("word:方向", "word:track"), so an
agency's own word needs no entry here. Ranks say which kind usually stands above which; they are a
prior for headings, and `candidates.encloses` looks at the document itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from matcher import numerals, settings

_ROMAN = (
    "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV", "XVI", "XVII", "XVIII", "XIX", "XX",
)  # fmt: skip
_STEMS, _BRANCHES, _FORMAL = numerals.STEMS, numerals.BRANCHES, numerals.FORMAL
_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")

_HAN = "[一二三四五六七八九十百零〇两]{1,4}"
_N = (
    rf"(?P<n>[A-Z]{{1,2}}-?\d{{1,3}}(?=[:、.]?\s*[^\s\d:、.-])|\d{{1,3}}(?:[.-]\d{{1,3}}){{0,2}}"
    rf"|1[0-8]\d{{2}}(?=\s*[:、.])|{_HAN}(?:\.\d{{1,2}})?|[{_STEMS}](?=[:、.\s])|[A-Z](?![A-Za-z])|[IVX]{{1,4}}(?![A-Za-z]))"
)
# In _N and _EN_N: 1000 to 1899 may count; 1900 and later are years.
# What stands in brackets behind a mark with a word, and ahead of its title: Topic 1 (Theme 2: Water): …
_ASIDE = r"(?P<aside>\s*\([^()]{1,80}\)(?=\s*[:–—]))?"
_SEP = r"\s*(?:[:、.,—)\]】|]+|\s|-+(?!\d)|(?=[《“\"])|$)\s*"
_KNOWN = (
    "领域|板块|模块|类别|专项|门类|学科|专栏|专题|主题|任务|方向|课题|选题|榜单|榜题|榜(?=\\d)"
    "|需求|项目|题目|议题|问题|指南|难题|标段|(?:标|分|采购)?包|攻关"
)
_AHEAD = "重点|研究|申报|支持|技术|指南|子|征集|攻关|关键|共性|重大|揭榜|调研|榜单"
# What has a name (单位名称：) and is no topic.
_NO_TITLES = "单位|机构|企业|公司|部门|处室|学校|设备|文件|附件|附表|栏目|软件|人员|指标"
_CODED = (
    r"\d{1,4}-[A-Z]{1,2}\d{1,3}|\d{2,4}-\d{2,3}(?!\d)|[A-Z]\d{1,5}"  # Topic 28-R1, No. 37-01, Priority A1101
)
_OWN_CODE = re.compile(r"[A-Z]\d{1,5}")
_EN_N = (
    rf"(?P<n>{_CODED}|1[0-8]\d{{2}}(?=\s*:)|\d{{1,2}}[a-e](?=\s*:)|\d{{1,3}}(?:\.\d{{1,3}}){{0,2}}"
    rf"|[A-Z](?![A-Za-z])|[IVX]{{1,4}}(?![A-Za-z])|(?i:{'|'.join(_WORDS)})\b)"
)

# Plain marks: kind -> pattern; group n is the number, the title follows the match. Matched on folded text.
PLAIN: Mapping[str, re.Pattern[str]] = {
    name: re.compile(pattern)
    for name, pattern in {
        "md": r"(?P<n>)(?P<level>#{1,6})\s+",
        "part": rf"第\s*(?P<n>\d{{1,3}}|{_HAN})\s*(?:部分|章|类|批|编|篇|板块)[、:.\s]*",
        "chapter": rf"第\s*(?P<n>\d{{1,3}}|{_HAN})\s*节[、:.\s]*",
        "roman": r"(?P<n>[IVX]{1,4})\s*[.、)]\s*(?=[^\W\d_])",
        "small-roman": r"\(?(?P<n>x{0,2}(?:i[xv]|v?i{0,3})(?<=[ivx]))\s*[.)]\s*(?=[^\W\d_])",
        "han": rf"(?P<n>{_HAN})\s*(?:、|[.,:](?!\d))\s*",
        "han-is": rf"(?P<n>{_HAN})是(?=[^\W\d_])",  # 一是基层慢病管理。
        "ordinal": rf"第\s*(?P<n>\d{{1,2}}|{_HAN})\s*"
        r"(?:(?:件|个|项|条|桩|道|榜|题|包)(?:[\u3400-\u9fff]{0,3}[,、:]|\s(?=\s))|[册辑][,、:\s]|[,:](?=[^\W\d_]))\s*",  # 第一件事，第一，
        "stem": rf"(?P<n>[{_STEMS}{_FORMAL}])\s*(?:、|[.](?!\d))\s*",
        "branch": rf"(?P<n>[{_BRANCHES}])\s*(?:、|[.](?!\d))\s*",
        "paren-han": rf"\(\s*(?P<n>{_HAN}|[{_STEMS}{_FORMAL}])\s*\)\s*[、.:]?\s*",
        "label": rf"(?P<n>)[【\[]?(?:(?!.{{0,2}}(?:{_NO_TITLES}))[\u3400-\u9fff]{{0,4}}(?:名称|题目)|课题|选题|(?:研究|申报)?方向|榜题|难题"
        r"|(?i:topic title|project title|program(?:me)? title|topic|title|challenge|theme|research question))\s*(?:[:|]|[】\]]\s*:?)\s*",
        "number": r"(?P<n>\d{1,3})\s*(?:[.:,](?!\d)|[/|]\s+(?=[A-Z\u3400-\u9fff])"
        r"|\.(?=(?:19|20)\d\d\D|\d{1,3}[A-Za-z]|\d{5}[\u3400-\u9fff])|、|\s+(?=[^\d\s年月日.、)|]))\s*",
        "no": r"(?:NO|No|no|№|N°)\s*[.:]?\s*(?P<n>\d{1,3})(?:[.、:]\s*|\s+)(?=[^\d\s])",
        "dotted": rf"(?P<n>(?:\d{{1,2}}|{_HAN}(?=\.))(?:[.\-]|[—–](?=\d+\s))\d{{1,3}})(?![A-Za-z\d]|[.\-]\d)[.、:\s]*(?=\D|\d+[A-Za-z])",
        "deep": r"(?P<n>(?:[IVX]{1,4}\.\d{1,2}|\d{1,2}[.\-]\d{1,3})[.\-]\d{1,3}(?:\.\d{1,3})?)(?![A-Za-z\d])[.、:\s]*(?=\D|\d+[A-Za-z])",
        "paren": r"[(\[【〔]\s*(?P<n>\d{1,3})\s*[)\]】〕]\s*[、.]?\s*",
        "half-paren": r"(?P<n>\d{1,3})\)\s*[、.]?\s*",
        "circled": r"(?P<n>\d{1,2})[.、]?\s*",  # only where the original character is ①…⑳, whose digits these are
        "letter": r"\(?(?:\d{1,2}(?=[a-z]))?(?P<n>[A-Za-z])(?:[.、)](?![A-Z]\.|\d{1,2}[.、:\s])|:\s|(?<=\d[a-z])\s+(?=[A-Z\d]))\s*",
        "coded": rf"[\[【]?(?P<n>[A-Z{_STEMS}]{{1,2}}[-.]?\d{{1,3}}(?:\.\d{{1,2}})?|[IVX]{{3,4}}\.\d{{1,2}})(?:[\]】]|[.、:]|\s)\s*",
        "code": r"(?P<named>[\u3400-\u9fff]{0,2}编号:\s*)?(?:(?i:topic|challenge|call|project|lot)\s+(?=[A-Z]+[-_/]))?"
        r"[\[【(]?(?P<n>[A-Z]{2,6}/[A-Z]{2,8} \d{1,4}|"
        r"(?=[^\s:]{0,60}\d)(?:(?(named)20\d\d-\d{1,3}|(?!))"
        r"|[\u3400-\u9fff]?\d{2,4}[A-Z]{1,4}\d{2,8}|\d{2,4}-[A-Z]{1,4}-?\d{1,4}|\d\d/\d{2,3}(?!/)"
        r"|[A-Z][A-Za-z0-9]*(?:[-_/][A-Za-z0-9.]+){1,8}|[A-Z]{1,6}\d{3,8}(?:[A-Z]{1,3}\d{1,6})?|\d{4,8}))"
        r"[\]】)]?(?:\s*[:|]\s*|\s*[.、]\s*(?!\d)|\s+|(?<=[\]】)]))(?:(?i:topic|title)\s*:\s*)?(?=[^\s:\d年|]|\d{1,3}[A-Za-z]|20\d\d年)",
        "bullet": r"(?P<n>)(?:o(?=\s+[A-Z])|[•·・●○■□◆◇▪▫▸▹▷‣◦▶►➤★☆△▲▽▼◎⊙❖✓√➢✅✔☑➡⭐🔴-🔻🟠-🟫👆-👉*–—-])—?\s*(?=[^\W\d_]|[“\"《])",
    }.items()
}
_WORD = re.compile(
    rf"(?:第\s*)?(?P<w>(?:{_AHEAD}){{0,2}}(?:{_KNOWN}))\s*(?:编号|序号|代码|名称)?\s*:?\s*"
    rf"(?:\({_N.replace('?P<n>', '?P<b>')}\)\s*[:、.]?\s*|{_N}{_ASIDE}{_SEP})"
    rf"|(?P<x>(?![第附图表])[\u3400-\u9fff]{{2,5}}?)\s*(?P<m>0\d(?=\s+[^\s\d])|\d{{1,3}}(?:\.\d{{1,3}})?(?=\s*[:、.])|\d{{1,3}}(?=号\s*[:、.—-])|[{_STEMS}](?=\s*[:、.]|\s+[^\s\d])|{_HAN}(?=\s*[:、.]|\s+[^\s\d])|[A-H](?=\s+[^\s\da-z]))\s*(?:号?\s*[:、]|号?\.(?!\d)|号\s*[—-]+|\s)\s*"
)
_EN_KNOWN = (
    "theme|area of interest|focus area|topic area|research area|technical area|priority area|area|cluster|strand|part|section"
    "|pillar|thrust|stream|track|destination|(?:research |call |sub-?)?topic|(?:grand )?challenge|project|subject|lot"
    "|(?:research )?question|priority|focus|mission|direction|domain|component|problem statement|category"
)
_EN_WORD = re.compile(
    rf"(?i:(?P<w>{_EN_KNOWN}))(?![A-Za-z])\s*(?i:(?:no|number)\.?\s*|#\s*)?{_EN_N}(?:\s*\([A-Z]{{1,4}}-?\d{{1,3}}\)|{_ASIDE})"
    r"(?:\s*[:.)|–—-]\s*|\s*$|\s+(?=[A-Z“\"])|\s*/\s*(?=[\u3400-\u9fff]))"
    rf"|(?P<x>[A-Z][A-Za-z]+(?: [A-Za-z]+){{0,2}}?) {_EN_N.replace('?P<n>', '?P<m>')}"
    r"(?:\s*[:–—-]\s+|(?<=[IVX\d])\.\s+(?=[A-Z])|(?:(?<= \d)|(?<= \d\d))(?:\s+(?=[A-Z][a-z])|$))"
)
# The same mark in the other language: 课题1 / Topic 1
_TWIN = re.compile(
    rf"[/|(]\s*(?:(?i:{_EN_KNOWN})(?![A-Za-z])\s*{_EN_N}|(?:{_KNOWN})\s*{_N.replace('?P<n>', '?P<m>')})\s*\)?[:.、]?\s*"
)
# A call's own word before the title, behind its code: II.2.1 EIC Pathfinder Challenge: …
_EN_KIND = re.compile(r"(?:[A-Z]\w* ){0,3}(?:Challenge|Topic|Track|Call|Title|TITLE|TOPIC)s?:\s+")
_IN_BRACKET = re.compile(r"[【\[(](?=[^\d】\])]{2,6}?\s*[\d一二三四五六七八九十]+\s*[】\])])")  # 【课题一】
# A star before a mark of any kind: ★1. *NO.1 ▲A-1
_STARRED = re.compile(r"[*★☆△▲※]\s*(?=\d|[(【\[]|(?i:no\b|№)|[A-Z]{1,3}[-.]?\d)")
_NOT_KINDS = re.compile(
    r"附件|附表|附录|附图|步骤|阶段|电话|邮编|成果|指标|目标|内容|说明|要求|条款|年度|表格|注意|其中|第|图|表|不少于|至少|截至|以上"
    r"|(?i:phase|figure|table|appendix|annex|step|page|year|note|package|milestone|article|chapter|stage|option|version|level|attachment|form)"
    r"|世界|万|统|同|唯|专|单|一|二|三|四|五|六|七|八|九|十"
)
# A line that names a firm, an office or a paper (企业名称：) is no title and heads none.
NAMES_OTHER = re.compile(rf"[【\[]?[\u3400-\u9fff]{{0,3}}(?:{_NO_TITLES}|联系人)(?:名称)?[】\]]?\s*[:|]")
LAST_NUMBER = settings.count("guide.marks.last_number")
_REMEMBERED = settings.chunk("guide.marks.remembered")
# The kinds from the outermost to the innermost; those in one string stand side by side. A word before a number is a field
# (领域), a theme (专题), a direction (方向) or a task (课题); a parent and words are headings without a mark.
_ORDER = (
    "md1", "md2", "md3", "md4", "md5", "md6", "part", "chapter", "roman", "stem", "han", "paren-han", "field", "theme", "direction",
    "parent", "task", "outer-bullet", "letter", "small-roman", "number no branch", "dotted coded code", "deep", "label", "han-is ordinal paren",
    "half-paren", "circled", "bullet", "run-in", "bare titled", "anchor", "page", "words",
)  # fmt: skip
RANK = {kind: float(place) for place, kinds in enumerate(_ORDER) for kind in kinds.split()}
_WORD_KIND = {
    **dict.fromkeys(("领域", "板块", "模块", "类别", "专项", "门类", "学科", "专栏", "cluster", "pillar", "destination", "part", "section"), "field"),
    **dict.fromkeys(("专题", "主题", "theme", "area", "strand", "priority area", "domain"), "theme"),
    **dict.fromkeys(("方向", "direction", "focus area", "topic area"), "direction"),
}  # fmt: skip
# Kinds whose numbers are not the topics': topics are counted.
UNNUMBERED = ("label", "bullet", "outer-bullet", "run-in", "bare", "anchor", "page", "md")


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark at the beginning of a text: what follows it starts at `start`; `code` is it without its stop."""

    kind: str
    written: str
    start: int
    code: str


def rank(kind: str) -> float:
    """How far out a kind of mark usually stands: 0 outermost."""
    return RANK[_WORD_KIND.get(kind[len("word:") :], "task") if kind.startswith("word:") else kind]


@lru_cache(maxsize=_REMEMBERED)  # a line is looked at by nearly every part of the reading
def marks_of(text: str, *, circled: int = 0) -> Mapping[str, Mark]:
    """Every mark that folded `text` may begin with, by kind; `circled`: the digits that its ①, ② … became."""
    ahead = re.match(r"#{1,6}\s+", text) or _STARRED.match(text)
    at = ahead.end() if ahead else 0
    marks: dict[str, Mark] = {}
    for kind, pattern in PLAIN.items():
        if (kind == "circled") != bool(circled):
            continue
        match = pattern.match(text, at if kind != "md" else 0, circled or len(text))
        if kind == "circled" and match:
            marks[kind] = Mark(kind, match["n"], len(text) - len(text[circled:].lstrip(".、 ")), "")
            continue
        if match and match.end() < len(text):
            name = f"md{len(match['level'])}" if kind == "md" else kind
            code = match["n"] if kind in ("dotted", "deep", "coded", "code") else ""
            ahead_of = _EN_KIND.match(text, match.end()) if kind in ("dotted", "deep", "code") else None
            number = match["n"].upper() if kind == "small-roman" else match["n"]
            marks[name] = Mark(name, number, ahead_of.end() if ahead_of else match.end(), code)
    for kind in ("coded", "code") if "bullet" in marks else ():  # • T1 Hail on solar roofs
        match = PLAIN[kind].match(text, marks["bullet"].start)
        if match and match.end() < len(text):
            marks.setdefault(kind, Mark(kind, match["n"], match.end(), match["n"]))
    opened = at + 1 if _IN_BRACKET.match(text, at) else at
    for kind in marks.keys() & {"bullet", "dotted"}:
        if kind == "bullet" or _EN_WORD.match(text, marks[kind].start):
            opened = marks[kind].start  # • Theme 1: …, 2.1 Challenge 1: …
    word = _WORD.match(text, opened) or _EN_WORD.match(text, opened)
    if word:
        _add_word(marks, word, text)
    if "part" not in marks and (part := re.fullmatch(PLAIN["part"].pattern, text)):
        marks["part"] = Mark("part", part["n"], len(text), "")
    return marks


def _add_word(marks: dict[str, Mark], match: re.Match[str], text: str) -> None:
    name = match["w"]
    groups = match.groupdict("")
    number: str = (groups["n"] or groups.get("b", "")) if name else groups["m"]
    if not name:
        name = match["x"]
        if _NOT_KINDS.search(name):
            return
    if not name.isascii():
        name = re.sub(rf"^(?:{_AHEAD})+(?=.)", "", name) or name
    twin = _TWIN.match(text, match.end())
    start = twin.end() if twin else match.end()
    # 课题一 名称：…: the name of the title between a mark and its title is no part of it.
    label = PLAIN["label"].match(text, start)
    if label and label.end() < len(text):
        start = label.end()
    kind = f"word:{name.lower()}"
    aside = match.start("aside") if groups["aside"] else match.end()
    code = text[match.start() : aside].rstrip(" :、.,—-–)]】")
    if name.isascii() and _OWN_CODE.fullmatch(number):
        code = number  # Topic T1: the word is none of the code
    marks[kind] = Mark(kind, number, start, f"{code})" if "(" in code and ")" not in code else code)


def outermost(text: str) -> Mark | None:
    """The mark of a folded text that usually stands furthest out; None where it begins with none."""
    return min(marks_of(text).values(), key=lambda mark: rank(mark.kind), default=None)


def words_of(text: str) -> str:
    """A folded text without its mark, the shortest where it may begin with several."""
    return text[min((mark.start for mark in marks_of(text).values()), default=0) :]


def number_of(written: str) -> int:
    """The value of 12, 十二, C, IV, three, A3, 1.2 (its last part) or XQ-031; 0 if it has none."""
    digits = re.findall(r"\d+", written)
    if digits:
        return int(digits[-1][:6])
    for signs in (_STEMS, _BRANCHES, _FORMAL):
        if written and written in signs:
            return signs.index(written) + 1
    if written in _ROMAN:
        return _ROMAN.index(written) + 1
    if len(written) == 1 and written.isascii() and written.isalpha():
        return ord(written.upper()) - 64
    if written.lower() in _WORDS:
        return _WORDS.index(written.lower()) + 1
    value = numerals.read_row(written)
    return (numerals.read(written) if value is None else value) or 0


def are_codes(cells: Sequence[str]) -> bool:
    """Whether each folded cell of a column is a code of its own: P1, A-12, 2.1."""
    code = re.compile(r"[A-Z]{0,4}[-.]?\d{1,4}(?:[-.]\d{1,3})*")
    return len(set(cells)) == len(cells) > 1 and all(map(code.fullmatch, cells))
