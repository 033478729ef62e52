"""Lines below a label that tell how it is to be filled in: where they stand says so, and the value is below them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from matcher import settings
from matcher.readers.blocks import Document
from matcher.readers.fields.in_lines import Places, heads, label_of
from matcher.readers.fields.labels import requested
from matcher.readers.fields.values import BRACKETED, is_hint, is_prose, without_brackets
from matcher.readers.form.headings import heading_fields, rows_in

_MOST_LINES = settings.lines("readers.form_directions.most_lines")
_MOST_LOOKED = settings.lines("readers.unread.most_looked")
_LONGEST = settings.characters("readers.form_directions.longest")
_FOR_OFFICE = re.compile(
    r"[（(](?!请|须|必|如实|自行|申[报请])[^（）()]{0,16}(?:填写?|编写|分配)[)）]"
    r"|[（(]?(?i:(?:to be (?:assigned|allocated|completed)|(?:for )?(?:office|internal|official) use|leave blank)\b[^()]*)[)）]?"
)
_STOPS = ".。!！;；"
_OPENS = ("(", "（", "[", "【")
_REMARK = re.compile(
    r"(?:\*|※|★)?\s*(?:注|注意|备注|说明|(?:温馨)?提示|要求|填[写报表]?(?:说明|要求|须知|提示|注意(?:事项)?)"
    r"|(?:guidance(?: notes?)?|notes?|n\.?b\.?|tips?|help(?: text)?|hints?|instructions?)(?: (?:to|for) (?:the )?applicants?)?)\s*\d?\s*[:：]\s*",
    re.I,
)
_SENTENCE = re.compile(rf"(?<=[{_STOPS}])\s*(?=\S)")
# What is asked of who fills in the form …
_ASKS = re.compile(
    r"(?:in (?:plain|simple|lay) \w+, )?(?:please|do not|don['’]t|avoid|use(?! (?:of|an?)\b)|write|give|provide|enter|insert|include"
    r"|describe|outline|summari[sz]e|explain"
    r"|(?:select|choose|tick|pick)(?= (?:the|one|an?|from|your|all|up to|any)\b)"
    r"|(?:state|list|focus on)(?= (?:the|your|any|all|each|only|clearly|up|no|key|how|what|why|whether|which|\d))"
    r"|specify|indicate|set out|tell us|keep|limit|make sure|ensure|be (?:as )?(?:brief|specific|concise|clear)|identify"
    r"|demonstrate|note that|remember|max(?:imum|\.)?|up to|no more than|must be|should be)\b"
    r"|请(?:您|你|在|按|简|如实|用(?!户)|填|勿|概|说明|注明|写|参照|对照|控制|务必|不要|尽量|使用|准确|避免|提供|另附)"
    r"|勿|不要|不得(?!不)|切勿|限(?:\d|填|报|选)|须(?=[与按填写注如准由简使说加用]|在?\s*\d)|应(?=[简准与按填写突说尽由不注明])|控制在|不超过|可另",
    re.I,
)
# … about what; neither alone tells a direction from a sentence of the text.
_OF_FORMS = re.compile(
    r"\b(?:you|your|applicants?|readers?|reviewers?|panel|lay|layman|title|summary|abstract|section|field|box|proposal|words?|characters|pages?"
    r"|jargon|acronyms?|abbreviations?|technical|confidential|full name|capitals)\b|\d\s*个?汉?字|字数|标题|题目|名称|全称"
    r"|本栏|此栏|公章|附页|涉密|分条|真实",
    re.I,
)
# No sentences: Word limit: 550, Choose from the list below
_LIMIT = re.compile(r"(?:word|character|page) (?:limit|count)\s*[:：]?\s*\d[\d,]*(?: words)?\.?", re.I)
_FROM_LIST = re.compile(
    r"(?:please )?(?:select|choose|tick|pick) (?:(?:only )?one\b|from the|an?\b.{0,30}\bfrom)[^.]{0,60}\.?",
    re.I,
)
# A few words with a limit behind them.
_WITH_LIMIT = re.compile(
    r"[^（(].{0,39}[（(][^（）()]{0,24}\d+\s*个?(?:汉?字|(?i:words|characters))[^（）()]{0,60}[）)]\s*[:：]?$"
)
# What a field should be, or what becomes of it, by its own name.
_OF_FIELD = re.compile(
    r"(?:the|this|your) (?:(?:project|proposal|application|research|study|lay|public|plain|english|short|brief|full|(?:non-)?technical) ){0,3}"
    r"(?:title|name|section|summary|abstract|field|answer|box|description|statement|response)"
    r" (?:should|must|will be|may be|can be|cannot|needs? to|is limited|will appear)\b"
    r"|(?:this|it|these|they) (?:may|will|can) be (?:made (?:available|public)|published|shared with|publicly)\b"
    r"|we (?:may|will|can) (?:make|publish|share|use) (?:this|your) (?:\w+ )?(?:title|summary|abstract|section|answer|description|text)\b"
    r"|(?:our|the) (?:[\w-]+ ){0,3}(?:panel|reviewers?|assessors?|grants committee|selection committee)"
    r" (?:will |may )?(?:scores?|reads?|sees?|uses?|marks?|judges?)\b"
    r"|(?:this is )?(?:written|write) for (?:someone|somebody|an?|the) "
    r"|(?:项目|课题)?(?:题目|名称|标题|摘要|简介)(?:内容|文字)?(?:应(?!用|急|对)|须|不得|不宜|请|限|不超过\s*\d|控制在)"
    r"|[本此该](?:栏|项(?!目)|部分)(?:内容|信息)?[请应须需不限将由只可]",
    re.I,
)


def for_office(text: str) -> bool:
    """Whether a text beside a label says that who keeps the register writes there: （办公室填写）, (to be assigned by the Secretariat)."""
    return _FOR_OFFICE.fullmatch(text) is not None


def directions(document: Document) -> frozenset[str]:
    """The lines of a document that are directions: below a label or other directions, and above what is no label."""
    lines, listed, labelled = list(islice(_alone(document), _MOST_LOOKED)), set[str](), False
    n = 0
    while n < len(lines):
        count = _count(lines[n : n + _MOST_LINES + 1], wrapped=document.wrapped) if labelled else 0
        below = lines[n + count] if count and n + count < len(lines) else ""
        if below and not heads(below):
            listed.update(lines[n : n + count])
            n += count
        else:
            labelled = bool(lines[n]) and heads(lines[n])
            n += 1
    return frozenset(listed)


def limited(text: str) -> bool:
    """Whether a line heads the text below by the limit behind its few words, whatever they are.

    >>> limited("做法（不超过800字）"), limited("（不超过800字）"), limited("Why now? (max 200 words)")
    (True, False, True)
    """
    return _WITH_LIMIT.fullmatch(text) is not None


def over_text(first: str, rest: str, *, within: bool) -> Places:
    """The fields of the text in a cell (`rest`) below a first line that tells what to write, or has a colon and stands `within` other texts."""
    asked_for = requested(first) if is_prose(rest) else ""
    return heading_fields(first) if within and first[-1] in ":：" else (asked_for,) if asked_for else ()


def undirected(cell: str) -> str:
    """A cell without what tells how to fill it in below the name in its first line."""
    name, _, below = cell.strip().partition("\n")
    return name.strip() if below and all(map(directs, filter(None, below.split("\n")))) else cell.strip()


def below_directions(value: str, label: str = "") -> str:
    """A value without the directions above it; at least its last line, but nothing of a bracket behind a question."""
    lines, n = value.strip().split("\n"), 0
    while n < len(lines) - 1 and (is_hint(lines[n]) or directs(lines[n], lines[n + 1])):
        n += 1
    text = "\n".join(lines[n:])
    return "" if label[-1:] in ("?", "？") and BRACKETED.fullmatch(text.strip()) else text


def directs(text: str, below: str = "") -> bool:
    """Whether a text below a label tells how to fill it in, if something stands below it: all in brackets, a remark, or sentences that ask.

    >>> directs("(The person who will receive letters)"), directs("Guidance: write for a reader who knows nothing of it.")
    (True, True)
    >>> directs("Use it or lose it: farm tracks"), directs("(Un)safe passages"), directs("Guidance should be short.")
    (False, False, False)
    """
    text = text.strip("*_ ")
    if not text or len(text) > _LONGEST or text[-1] in "?？":
        return False
    if text[0] in "(（" and not without_brackets(text).strip(f"{_STOPS}: "):
        inner = text.strip("(（）) ")
        if inner.endswith(tuple(_STOPS)) and is_prose(below):  # a remark of who applies, above more of it
            return any(map(_asks, _SENTENCE.split(inner)))
        # （背景） heads a part of the text; an English list of names is what a value should hold.
        return any(map(str.isalpha, text)) and (text.isascii() or not label_of(inner))
    remark = _REMARK.match(text)
    sentences = _SENTENCE.split(text[remark.end() :] if remark else text)
    if remark:
        return any(map(_asks, sentences))
    if _LIMIT.fullmatch(text) or _FROM_LIST.fullmatch(text):
        return True
    asks = ((_ASKS.match(each) and _OF_FORMS.search(each)) or _OF_FIELD.match(each) for each in sentences)
    return text[-1] in f"{_STOPS})）" and all(asks)


def _asks(sentence: str) -> bool:
    """Whether a sentence asks something of who fills in the form, or says what a field should be."""
    return _ASKS.match(sentence) is not None or _OF_FIELD.match(sentence) is not None


def _alone(document: Document) -> Iterator[str]:
    """The lines of a document, "" for a row of several cells."""
    for _, cells, _ in rows_in(document):
        yield from (cells[0].split("\n") if len(cells) == 1 else [""])


def _count(lines: Sequence[str], *, wrapped: bool) -> int:
    """How many of the lines are one direction: several where a bracket goes on, or a page broke a sentence; 0 for none."""
    text, opened = "", False
    for n, line in enumerate(lines[:_MOST_LINES], 1):
        if not line or (text and not opened and heads(line)):
            return 0
        text = f"{text} {line}".strip()
        opened = text[0] in _OPENS and sum((c in "(（[【") - (c in ")）]】") for c in text) > 0
        goes_on = opened or (wrapped and text[-1] not in f"{_STOPS})）")
        if not goes_on or (not opened and is_hint(text) and not "".join(lines[n : n + 1])[:1].islower()):
            return n * (is_hint(text) or directs(text, "".join(lines[n : n + 1])))
    return 0
