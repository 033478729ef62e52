"""What a line or cell of an application form is: a label, a label with its value, a hint of the template, or text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from matcher.readers.labels import NOTE_MARK, Built, fields_of
from matcher.segment import HAN, fold

Places = tuple[str, ...]  # the fields that a label may stand for, best first

# Fields whose text goes on until the next label; all others are a line or a cell.
LONG = frozenset(
    ("abstract", "content", "goals", "background", "methods", "innovation", "outcomes", "schedule", "foundation",
     "references", "members", "budget", "opinion", "instructions", "running")
)  # fmt: skip
_MOST_MARKS = 300  # colons of one line that are looked at: a long text in one line has some dozens
_LONGEST_PART = 8  # characters of an unknown name beside a known one
_LONGEST = 30  # characters of a label without its hints in brackets
_BRACKETED = re.compile(r"[（(【\[〔<][^（）()【】\[\]〔〕<>]*[）)】\]〕>]")
_LAST = re.compile(r"[（(【\[][^（）()【】\[\]]{1,40}[）)】\]]\s*$")
_NUMBER = re.compile(
    r"\s*(?P<part>第\s*(?P<p>[一二三四五六七八九十\d]{1,3})\s*(?:部分|章|节|项)[、.．:：\s]*)"
    r"|\s*(?P<bracket>[（(]\s*(?P<b>[一二三四五六七八九十\d]{1,3})\s*[）)][、.．]?\s*)"
    r"|\s*(?P<han>(?P<h>[一二三四五六七八九十]{1,3})\s*[、.．:：]\s*)"
    r"|\s*(?P<dotted>(?P<t>\d{1,2}(?:\.\d{1,2}){1,3})[、.．]?\s*)"
    r"|\s*(?P<digit>(?P<d>\d{1,2})\s*(?:[、.．:：)）]\s*|\s+))"
    r"|\s*(?P<sign>(?P<s>[①-⑳ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩIVX]{1,4})\s*[、.．:：\s]\s*)"
)
_DIGITS = {c: n for n, c in enumerate("一二三四五六七八九", 1)}
_OWN = re.compile(
    r"^(?:(?:本|该|此|拟)?(?:项目|课题|研究|选题)?(?:的|之)|(?:本|该|此)(?:项目|课题|研究|选题)(?=[^的之]{2}))"
)
_ROUND = re.compile(r"(?:序号|编号|代码|代号|情况|说明|概述|部分|简述|阐述|分析|介绍|要求|论述|及其他|等)$")
_JOINTS = re.compile(r"[、,，;；/&]|以及|及其|及|与|和|\band\b")
_COLON = re.compile(
    rf"[:：=＝]|(?<=[{HAN}])(?=[_＿]|…{{2}}|[.·]{{3}})"
)  # or the line on which the value is written
_BOUND = re.compile(r"[\s。；;！？|】」)）,，、]+")
_CORNERED = re.compile(r"[【〖\[]([^【】〖〗\[\]:：]{2,20})[】〗\]]\s*[:：]?")
_RUN_IN = re.compile(r"^\s*([A-Z][A-Za-z ]{2,40})(?:\.|\s[–—-])\s+(?=[A-Z])")  # Abstract. We study …
_NUMBERED_LABEL = re.compile(
    rf"(?:^|(?<=[。；;！？\s]))(?:[一二三四五六七八九十]{{1,3}}[、.．]|[（(][一二三四五六七八九十]{{1,3}}[)）])\s*([{HAN}]{{2,14}})[\s　]+(?=\S)"
)
# Words by which a template speaks to the person who fills it in.
_ASKS = re.compile(
    r"不超过|不少于|不得超过|不多于|以内|字左右|限\s*\d+|\d+\s*字|请|填写|填报|可删除|可另|另附|附页|加页|示例|样例|如有|例如|简要|简述|说明|阐述|概述"
    r"|勿|不得|应[与为当包]|须|必填|选填|单选|多选|打[√勾]|盖章|公章|签字|签章|签名|手写|至少|包括|同上|同指南|与指南|请选|下拉|可多选|字数|按照|本栏|此处|该项"
    r"|(?i:please|max(?:imum)?|words|characters|click|tap|enter|optional|required|delete|describe|select|e\.g\.)"
)
_REQUEST = re.compile(
    r"(?:请(?:在|简要|简述|按|填|如实|用|说明|阐述|概述|重点|围绕|结合|逐|分|对|就|从|列|提供|选|勿|于)|单击|点击|此处|在此)"
    r"[^。]{0,80}[。：:；]?|(?i:click|tap|please)\b.{0,120}"
)
# A sentence that tells how a field is to be filled in stands where its value would; in a text it may be meant.
_TELLS = re.compile(
    r"(?:应(?!急|用|对|收|届|激|力|变)|须|请|填写?(?!海|埋|充|料)|只能|限填|不得|字数|控制在|简要|简明|准确|如实)"
    r"(?=.{0,60}(?:\d+\s*个?汉?字|字数|填|全称|须|不得|不超过|只能|简明|为准|打印|公章)).{0,80}"
)
# How long a text may be, and what it should say.
_LIMITED = re.compile(
    r"(?:请用|限|不超过|不少于|不多于|控制在)?\s*\d+\s*个?汉?字(?:以内|左右|之内|以上|以下)?(?:[，,、；;。]|概括|描述|说明|简述).{0,60}"
)
_REMARK = re.compile(
    r"(?:\*|※|★)?\s*(?:注|注意|备注|说明|提示|温馨提示|要求|填写?[写报表]?(?:说明|要求|须知|提示|注意))\s*\d?\s*[:：]"
)
_LIMIT = re.compile(
    r"[(（]?(?:限|不超过|不少于|控制在)?\s*\d+\s*(?:个)?(?:汉)?字(?:以内|左右|之内|以上|以下)?[)）]?[。.]?"
)
_TAIL = re.compile(
    r"\s*[（(]\s*(?:单位)?(?:盖章|公章|签字|签章|签名|加盖[^）)]{0,8}|手写签名|印章)\s*[）)]\s*$"
)
_DAY = r"(?:年[\s_＿]*月(?:[\s_＿]*日)?)?"
_EMPTY = re.compile(rf"[\s_＿—=~\-/／.…·:：、,，。□☐○◯〇×xX*＊﹍﹎]*{_DAY}[\s_＿\-—~～至到]*{_DAY}\s*")
_OWN_TITLE = re.compile(
    r"(?:申报书|申请书|任务书|计划书|申报表|申请表|推荐书|推荐表|建议书|建议表|征集表|论证书|论证表|登记表|信息表|评审书|论证活页|活页|审批书|合同书|汇总表"
    r"|立项报告|可行性研究报告|(?i:application form|proposal form|application|proposal))"
    r"(?:\s*[（(【][^（）()【】]{1,20}[)）】])?"
)
_BOX = re.compile(r"([□☐○◯⬜▢☑☒■●√✓✔✅✗✘]|[\[［(（]\s*[√✓✔xX×]?\s*[\])）］])")
_QUOTED = re.compile(r"[《「『“\"]([^《》「」『』“”\"]+)[》」』”\"]")
_OPEN = frozenset("□☐○◯⬜▢")
_TICKED = frozenset("☑☒■●√✓✔✅✗✘")


class Label(NamedTuple):
    """A label within a line: where it begins, where its value begins, its fields, itself."""

    start: int
    end: int
    places: Places
    text: str


def number_of(line: str) -> tuple[str, int, str]:
    """(kind of the number before a heading, its value, the heading): ("han", 3, "研究内容"); ("", 0, line) without one."""
    found = _NUMBER.match(line)
    if not found or not line[found.end() :].strip():
        return "", 0, line.strip()
    kind = str(found.lastgroup)
    kind = next(k for k in ("part", "bracket", "han", "dotted", "digit", "sign") if found[k])
    written = next(found[g] for g in "pbhtds" if found[g])
    if kind == "bracket":
        kind = "bracket digit" if written.isdigit() else "bracket"
    return kind, _value(written), line[found.end() :].strip()


def _value(written: str) -> int:
    if written.isdecimal():  # ① is a digit, but no number to int
        return int(written)
    tens, ten, ones = written.partition("十")
    if not ten:
        return _DIGITS.get(written, 0)
    return _DIGITS.get(tens, 1) * 10 + _DIGITS.get(ones, 0)


@lru_cache(maxsize=8192)
def label_of(text: str, *, column: bool = False, loose: bool = False, listed: bool = False) -> Places:
    """The fields that a text names as their label, () if it is none; `column` knows names too bare for a heading.

    `loose`, where a label must stand, also takes a name that ends as labels do and begins with unknown words;
    `listed`, in the midst of a text, none but those of the lists.

    >>> label_of("二、项目摘要（限500字）"), label_of("研究目标、研究内容"), label_of("本文研究目标")
    (('abstract',), ('content', 'goals'), ())
    """
    bare = text.strip()
    if len(bare) > 200:
        return ()
    folded = fold(NOTE_MARK.sub("", bare))
    while (shorter := _BRACKETED.sub("", folded)) != folded and shorter.strip(" :"):
        folded = shorter
    folded = folded.strip().rstrip(":").strip("*※★#▲◆●■·• ")
    core = number_of(folded)[2].rstrip(":：。 ")
    if not core or len(re.sub(r"\s", "", core)) > (_LONGEST if not core.isascii() else 2 * _LONGEST):
        return ()
    numbered = bool(number_of(bare)[0])
    built: Built = "no" if listed else "loose" if loose else "heading" if numbered else "whole"
    for form in dict.fromkeys(
        (core, _OWN.sub("", core), _ROUND.sub("", core), _ROUND.sub("", _OWN.sub("", core)))
    ):
        places = fields_of(form, column=column, built=built)
        if places:
            return tuple(field for field, _ in places)
    return _joint(core, numbered=numbered)


def _joint(core: str, *, numbered: bool) -> Places:
    """The fields of a heading of several names: 研究内容、目标及拟解决的关键问题.

    Under a number the first name is enough: 2. 研究内容、基本观点 is a heading, 研究内容、基本观点 alone may be text.
    """
    parts = [_OWN.sub("", part.strip()) for part in _JOINTS.split(core) if part.strip()]
    if len(parts) < 2:
        return ()
    known = [fields_of(part, column=False) or fields_of("研究" + part, column=False) for part in parts]
    if not all(known) and not (numbered and known[0] and all(len(part) <= _LONGEST_PART for part in parts)):
        return ()
    found = dict.fromkeys(field for places in known for field, _ in places[:1])
    if not all(field in LONG for field in found):
        return ()
    return tuple(sorted(found, key=lambda f: f != "content"))


def labels_in(line: str, *, loose: bool = False) -> Iterator[Label]:
    """The labels of a line with a colon or in corners before their values: 负责人：王某某  电话：1380…

    `loose`, between the lines of a form, takes a name at the start of the line that no list has.
    """
    end = 0
    short = False  # whether the label before holds a name or a number, after which a comma ends its value
    found_in = (pattern.finditer(line) for pattern in (_COLON, _CORNERED, _NUMBERED_LABEL, _RUN_IN))
    hints = [hint.span() for hint in islice(_BRACKETED.finditer(line), _MOST_MARKS) if _ASKS.search(hint[0])]
    marks = [
        mark
        for several in found_in
        for mark in islice(several, _MOST_MARKS)
        if not any(a < mark.start() and mark.end() < b for a, b in hints)
    ]
    for mark in sorted(marks, key=lambda m: m.start()):
        if mark.start() < end and mark.re is _COLON:
            continue
        if mark.re is _COLON:
            found = _before_colon(line, end, mark.start(), mark.end(), after_short=short, loose=loose)
        elif mark.start() < end:
            continue
        else:
            places = label_of(mark[1])
            alone = mark.re is _CORNERED or any(field in LONG for field in places)
            found = Label(mark.start(), mark.end(), places, mark[1]) if places and alone else None
        if found is not None:
            yield found
            end = found.end
            short = found.places[0] not in LONG and found.places[0] != "title"


def _before_colon(
    line: str, low: int, colon: int, end: int, *, after_short: bool, loose: bool
) -> Label | None:
    """The label that ends at a colon: from the start of the line, or after white space or a stop."""
    bounds = [low] + [m.end() for m in _BOUND.finditer(line, max(low, colon - 60), colon)]
    for start in dict.fromkeys(bounds):
        head = line[start:colon].strip()
        if not head:
            continue
        first = not line[:start].strip()
        gap = line[:start][-1:]
        wide = first or bool(re.search(r"[\s　|]{2}$|[\t　|]$", line[:start]))
        places = (
            label_of(head, column=wide, listed=not wide)
            or (loose and first and label_of(head, loose=True))
            or ()
        )
        if not places or not (first or gap.isspace() or gap in "|】。；;，," or places[0] in LONG):
            continue
        if after_short and gap in "；;，,":
            return Label(start, end, places, head)
        if not first and not gap.isspace() and gap != "|" and not all(p in LONG for p in places):
            continue  # in the middle of a sentence only the headings of sections are labels
        return Label(start, end, places, head)
    return None


def is_hint(line: str) -> bool:
    """Whether a line is the template's word to the person who fills it in, and no content.

    >>> is_hint("（不超过30字，应与指南题目一致）"), is_hint("填写说明：请在上方填写。"), is_hint("（一）现状")
    (True, True, False)
    """
    text = line.strip()
    if not text:
        return False
    bare = _strip_brackets(text)
    if not bare.strip("。.；;：: *※"):
        return bool(_ASKS.search(text)) or len(text) <= 12
    if _LIMIT.fullmatch(text) or (_REQUEST.fullmatch(text) and len(text) <= 120) or _LIMITED.fullmatch(text):
        return True
    remark = _REMARK.match(text)
    return bool(remark and len(text) <= 200 and _ASKS.search(text, remark.end()))


def _strip_brackets(text: str) -> str:
    """A text without what stands in brackets, also in brackets within brackets."""
    while (shorter := _BRACKETED.sub("", text)) != text:
        text = shorter
    return text


def is_own_title(line: str) -> bool:
    """Whether a line is the name of the form itself: 2021年度科技计划项目申报书."""
    text = fold(line).strip().replace(" ", "") if not line.isascii() else line.strip()
    return len(text) <= 50 and bool(_OWN_TITLE.search(text)) and _OWN_TITLE.search(text).end() == len(text)  # type: ignore[union-attr]


def is_empty(value: str) -> bool:
    """Whether a value holds nothing yet: blank, underscores, an unfilled date, an empty box."""
    return _EMPTY.fullmatch(value) is not None


def value_of(text: str) -> str:
    """A value without the template's hints before and after it; of boxes what is ticked; "" if it holds nothing.

    >>> value_of("（不超过30字）夜市治理研究"), value_of("某某大学（盖章）"), value_of("□重点项目  ☑一般项目"), value_of("____")
    ('夜市治理研究', '某某大学', '一般项目', '')
    """
    text = _ticked(_TAIL.sub("", text.strip())).strip()
    while (lead := _BRACKETED.match(text)) and _ASKS.search(lead[0]) and lead.end() < len(text):
        text = text[lead.end() :].strip()
    tail = _LAST.search(text)
    if tail and tail.start() and _ASKS.search(tail[0]):
        text = text[: tail.start()].strip()
    if is_empty(text) or is_hint(text) or _TELLS.fullmatch(text):
        return ""
    text = text.rstrip("_＿ ").lstrip("_＿…·. ").strip()
    quoted = _QUOTED.fullmatch(text)
    return quoted[1] if quoted else text


def _ticked(text: str) -> str:
    """Of several boxes the text of those that are ticked; a text without boxes as it is."""
    pieces = _BOX.split(text)
    signs = [re.sub(r"[\[\]［］()（）\s]", "", sign) for sign in pieces[1::2]]
    boxes = list(zip(signs, map(str.strip, pieces[2::2]), strict=True))
    open_ = [not sign or sign in _OPEN for sign, _ in boxes]
    if len(boxes) == 1 and pieces[1] in _TICKED and not pieces[0].strip():
        return boxes[0][1]
    if not any(open_) or (len(boxes) == 1 and pieces[1] not in _OPEN):
        return text
    chosen = [label for (_, label), empty in zip(boxes, open_, strict=True) if not empty and label]
    return "、".join(chosen) if chosen else pieces[0].strip()


def one_line(text: str) -> str:
    """A value that was broken over lines: Latin words keep a space, Chinese none."""
    return re.sub(r"(?<=[\x21-\x7e])\s*\n\s*(?=[\x21-\x7e])", " ", text).replace("\n", "").strip()
