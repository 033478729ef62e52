"""Rows of a table that are no proposals: totals, signatures, captions, notes, numbers without anything beside them."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence

from matcher import settings
from matcher.message import Catalogue, Message
from matcher.readers.blocks import Area
from matcher.readers.fields.labels import WHO
from matcher.readers.fields.shapes import is_date, names_a_topic
from matcher.readers.fields.values import ASKS
from matcher.readers.table.captions import marked_topic, read_section_row
from matcher.readers.table.cells import abbreviates, are_titles
from matcher.readers.table.columns import TEXTS, Header
from matcher.segment import fold

say = Catalogue(__file__)

_UNIT = r"(?:[项个份件条人元]|万元|proposals?|projects?|applications?|submissions?|bids?|entries|papers?|concepts?|ideas?|items?|rows?|records?)"
_TOTAL = re.compile(
    rf"(?:本页|以上|全部|总|grand |sub-?)?(?:(?:合计|总计|小计|共计|累计|总数|汇总|平均(?:[分值数])?|count|total|sum|average|mean)"
    rf"\s*+[:：(（]?(?=(?P<much>(?:[\d\s,.，]|{_UNIT})*))(?P=much)[)）]?"
    rf"|共\s*\d+\s*[项个份件条].{{0,6}})|\d+ {_UNIT} in (?:total|all)",
    re.I,
)
_SUM_OF = re.compile(r"(?:合计|总计|共计|(?:grand |sub-?)?total|sum)(?![A-Za-z]).{0,20}", re.I)  # TOTAL ASK
_UNANSWERED = re.compile(r"[^:：]{1,12}[:：]\s*")  # 处长签批：
_OF_ROWS = re.compile(
    r"^(?:以[上下]|上述|另有)|(?i:\b(?:applications|proposals|projects|bids|entries|rows|those)\s(?:above|below|marked)\b)"
)
_FIGURE = re.compile(rf"[\d\s.,/-]*+{_UNIT}?", re.I)
_FEW_WORDS = re.compile(r"[A-Za-z]+(?: [A-Za-z]+){0,2}:?")
_SUBTOTAL = re.compile(r".{1,30}[\s:：](?:合计|总计|小计|汇总|(?i:total|subtotal))")  # 2-24 汇总
_SIGNED = (
    "填表人?|填报人?|制表人?|登记人?|审核人|审批人|复核人|复核|审核|经办人|经手人|联系人|联系电话|电话|手机|传真|邮箱|填表日期|填报日期|制表日期|填表时间|填报时间|填报单位|报送单位|"
    "单位负责人|部门负责人|负责人签字|负责人签章|主管领导|分管领导|领导签字|单位盖章|单位公章|盖章|公章|签字|签章|签名|日期|时间|审核意见|单位意见"
)
_SIGNATURE = re.compile(
    rf"[(（]?(?:{_SIGNED})\s*(?:[(（][^()（）]{{0,8}}[)）])?\s*[:：].{{0,40}}|[(（]?(?:单位)?(?:公章|盖章|签章|签字)[)）]?"
    r"|\d{0,4}\s*年\s*\d{0,2}\s*月\s*\d{0,2}\s*日|单位[(（](?:公章|盖章)[)）].{0,30}"
    r"|(?i:(?:checked|prepared|compiled|approved|reviewed|signed)(?: by)?|signature|date)\s*:.{0,40}"
)
_NOTE = re.compile(
    r"(?:注|备注|附注|注意事项|(?:填[表报写])?(?:说明|要求|须知)|notes?|n\.?b\.?|remarks?)\s*\d?\s*[:：.].*",
    re.I | re.S,
)
_NO_MORE = re.compile(r"[(（]?(?:本[页表行]|此[处行])?以下(?:空白|无正文|无内容)[)）]?")
_CAPTION = re.compile(
    r"[(（]?[一二三四五六七八九十]{1,3}[)）、.．].{1,40}|第[一二三四五六七八九十\d]+(?:部分|类|批|组).{0,30}"
    r"|.{1,20}(?:项目|类|部分|专项)(?:[(（].{0,12}[)）])?"
)
_HINT = re.compile(
    r"[(（【\[][^()（）]*[)）】\]]|必填|选填|必选|(?:长|短)?文本|数[字值]|整数|日期|时间|字符|(?:字符|文本|数[字值]|日期)[型串]"
    r"|下拉选择|自动生成|格式[:：].*|(?i:(?:n?var)?char(?:\(\d+\))?|string|text|int(?:eger)?|date(?:time)?|number|float)"
    r"|\{\"ImportId\":.*\}|(?i:(?:open-ended )?response|other \(please specify\))",  # of survey tools, below the questions
    re.S,
)
_CODE = re.compile(r"[A-Z][A-Z_.]*|[a-z][A-Za-z_.]*")  # no P001, no Robotics
_SPACED = re.compile(r"(?<=[一-龥])\s+(?=[一-龥])")  # 合 计
_WORDS = re.compile("[一-龥]{2}|[A-Za-z]{3}")
_LONGEST_SIGNATURE = settings.characters("readers.skipped.longest_signature")
_SHOWN = settings.characters("readers.skipped.shown")
_SAMPLE = re.compile(r"(?:填写)?(?:示例|样例|范例|例|样表|example|sample)\d*")
_SAMPLE_OF = re.compile(r"[（(【\[]?(?:填写)?(?:示例|样例|范例|例)[:：)）】\]]")
# What a row says that its office has taken back, or wrote to try the table, and then hid.
_OFF = re.compile(
    r".{0,40}(?:(?:撤回|撤销|撤稿|作废|退出评审)(?![一-龥])|(?i:\b(?:withdrawn|withdrew|cancelled)\b)).{0,40}"
    r"|\W*(?:测试|示例|样例|重复(?:申报|填报|提交)?)(?:数据|条目|行)?\W*"
    r"|\W*(?i:(?:test|sample|template|duplicate|dummy)(?: (?:entry|row|data|record|only))?)\W*|(?i:duplicate of\b).{0,60}",
    re.S,
)


def a_caption(text: str) -> Message:
    """Why a row that is a heading for those below is no proposal."""
    return say("skipped.caption", text=text[:_SHOWN])


def a_remark(text: str) -> Message:
    """Why a row of words that say nothing of a proposal is none."""
    return say("skipped.remark", text=text[:_SHOWN])


def speaks_of_rows(text: str) -> bool:
    """Whether a text is no phrase as titles are, or tells of other rows: 以下为延期项目, bids below were received late."""
    return not are_titles([text]) or _OF_ROWS.search(text) is not None


def wide_cells(merged: Sequence[Area]) -> frozenset[tuple[int, int]]:
    """(row, column), from 1, of the cells that are merged over three columns or more."""
    return frozenset((top, left) for top, left, _, right in merged if right - left >= 2)


def why_skipped(
    texts: Sequence[str], header: Header, wide: Container[tuple[int, int]], number: int, *, hidden: bool
) -> Message | None:
    """Why row `number` (its cells as text) is no proposal, for people; None where it is one, as any with an abstract. `wide` as of `wide_cells`.

    A `hidden` one is none where it says that it was taken back, or only tries the table.
    """
    if not (filled := [(i, text) for i, text in enumerate(texts) if text]):
        return say("skipped.empty")
    if hidden and (off := next(filter(_OFF.fullmatch, texts), "")):
        return say("skipped.taken back", text=off[:_SHOWN])
    same = sum(header.names[i : i + 1] == (text,) for i, text in filled)
    if 2 * same > max(len(filled), 2):
        return say("skipped.header")
    if _is_hints([text for _, text in filled], below=number - header.row):
        return say("skipped.hints", text=filled[0][1][:_SHOWN])
    if _is_sample(filled, header):
        return say("skipped.sample")
    if _is_sum(filled, header):
        return say("skipped.total")
    title = set(header.columns.get("title", ()))
    longer = {i for f in TEXTS[1:] for i in header.columns.get(f, ())}
    if any(i in longer and not _is_form(text) for i, text in filled):
        return None
    # What stands alone under topics is a caption, or signs the table.
    who = WHO if len(filled) == 1 else ("declared", *WHO)
    people = {i for field in who for i in header.columns.get(field, ())}
    if _is_dated(filled, title, people):
        return say("skipped.signatures")
    if (reason := _a_foot(filled, header)) is not None:
        return reason
    place, first = filled[0][0], _folded(filled[0][1])
    if len(filled) <= 2 and _NOTE.fullmatch(first):
        return say("skipped.note", text=filled[0][1][:_SHOWN])
    bare = all(_FIGURE.fullmatch(text) for _, text in filled[1:])  # 一、科技金融类 | | 3项
    if bare and _is_caption(place, first, header, (number, place + 1) in wide, alone=len(filled) == 1):
        return a_caption(filled[0][1])
    own = any(i in title | longer | people for i, _ in filled) and not _NO_MORE.fullmatch(first)
    return None if own else _remark(filled)


def _a_foot(filled: Sequence[tuple[int, str]], header: Header) -> Message | None:
    """Why a row without a title, or with one alone beside figures, is a total or for signatures; None for any other."""
    title, (place, first) = header.columns.get("title", ()), filled[0]
    first = _folded(first)
    named = [text for i, text in filled if i in title and not _is_form(text)]
    if not named or (len(filled) == 1 and place in title):
        short = [fold(text).strip() for i, text in filled if not named or i in title]
        short = [text for text in short if len(text) <= _LONGEST_SIGNATURE]
        if any(map(_TOTAL.fullmatch, (first, *short))):
            return say("skipped.total")
        if not named and _SUBTOTAL.fullmatch(first):
            return say("skipped.subtotal", text=filled[0][1])
        if any(map(_SIGNATURE.fullmatch, short)) or all(_UNANSWERED.fullmatch(text) for _, text in filled):
            return say("skipped.signatures")
    elif place in title and len(filled) > 1 and _SUM_OF.fullmatch(first):
        ids = header.columns.get("id", ())
        if all(_FIGURE.fullmatch(text) and i not in ids for i, text in filled[1:]):
            return say("skipped.total")
    return None


def _is_sample(filled: Sequence[tuple[int, str]], header: Header) -> bool:
    """Whether a row only shows how to fill in the table, by its number or title."""
    ids, titles = (header.columns.get(field, ()) for field in ("id", "title"))
    place, first = filled[0]
    numbered = place in ids and _SAMPLE.fullmatch(_folded(first))
    return bool(numbered) or any(i in titles and _SAMPLE_OF.match(text) for i, text in filled)


def _is_sum(filled: Sequence[tuple[int, str]], header: Header) -> bool:
    """Whether a row is a word or three beside figures, in whatever language, and names neither project nor applicant: Summe | 106.501,25."""
    own = {i for field in ("id", "title", *WHO) for i in header.columns.get(field, ())}
    words = [text for _, text in filled if not _FIGURE.fullmatch(text)]
    alone = len(filled) > len(words) == 1 and _FEW_WORDS.fullmatch(words[0])
    return bool(alone) and "title" in header.columns and own.isdisjoint(i for i, _ in filled)


def _is_dated(filled: Sequence[tuple[int, str]], title: set[int], people: set[int]) -> bool:
    """Whether beside a title stand dates alone, one where `people` or a topic would: 教务处 | 2027年9月6日."""
    beside = [i for i, _ in filled if i not in title]
    return bool(people.intersection(beside)) and all(is_date(text) for i, text in filled if i in beside)


def _remark(filled: Sequence[tuple[int, str]]) -> Message:
    """Why a row without anything that a proposal has is none: its number alone, a remark, or a heading that names a topic or institution."""
    words = next((text for _, text in filled if _WORDS.search(text)), "")
    section = read_section_row(words)
    sure = section.level >= 0 or section.field == "organisation" or marked_topic(words)
    if len(filled) == 1 and section.field and sure:
        return a_caption(words)
    return a_remark(words) if words else say("skipped.number")


def _folded(text: str) -> str:
    # The number of each row is another: to fold them all takes a twentieth of the time.
    return text if text.isascii() and text.isdigit() else _SPACED.sub("", fold(text).strip())


def _is_form(text: str) -> bool:
    if len(text) > _LONGEST_SIGNATURE:
        return False
    plain = _folded(text)
    return any(form.fullmatch(plain) for form in (_TOTAL, _SIGNATURE, _FIGURE))


def _is_hints(texts: Sequence[str], *, below: int) -> bool:
    """Whether a row below the header only explains it: hints in brackets, the columns' numbers, or right `below` it codes and words of a template."""
    if len(texts) > 2 and [t.strip("()（） ") for t in texts] == [str(n) for n in range(1, len(texts) + 1)]:
        return True
    if below == 1 and len(texts) > 2 and all(_CODE.fullmatch(text) for text in texts):
        return True  # XMBH XMMC ZNFX: what a system calls its columns
    if all(_HINT.fullmatch(text) for text in texts):
        return True
    short = (text for text in texts if len(text) <= _LONGEST_SIGNATURE)
    return below == 1 and len(texts) > 2 and 2 * sum(bool(ASKS.search(text)) for text in short) > len(texts)


def _is_caption(place: int, text: str, header: Header, wide: bool, *, alone: bool) -> bool:
    """Whether a first cell with at most figures beside it is a heading between the rows: merged over columns, or written like one."""
    in_title = place in header.columns.get("title", ()) and len(header.names) > 1
    if in_title and alone and "id" in header.columns and abbreviates([text]) and not _NO_MORE.fullmatch(text):
        return True  # without the number that proposals have: 以下为补报
    own = names_a_topic(text) if alone or not in_title else False
    return wide or own or (not in_title and bool(_CAPTION.fullmatch(text)))
