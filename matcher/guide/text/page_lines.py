"""What the page and the mail did to a text: numbers of pages, a table of contents, quotes, spread labels, lines broken at a width."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from matcher import settings
from matcher.guide.offices.contacts import is_unit
from matcher.guide.prior import states_office
from matcher.guide.text.blocks import LONGEST_TITLE, SHORTEST_TITLE, clean
from matcher.guide.text.marks import marks_of, number_of
from matcher.guide.vocabulary import PHONE, STOPS
from matcher.language import HAN_LETTERS
from matcher.message import Catalogue
from matcher.readers import Document
from matcher.segment import fold

say = Catalogue(__file__)

PAIRS = (("(", ")"), ("《", "》"))  # within which no line ends
_LONGEST_RUN = settings.count("guide.page_lines.longest_run")
_RUN = re.compile(rf"(.{{1,4}}?)\1{{{_LONGEST_RUN},}}", re.S)
INDEX_ENTRY = re.compile(r"(?<![….·])[….·]{2,}\s*\d+$")  # of a table of contents
_LONGEST_HEAD = settings.characters("guide.page_lines.longest")
_PAGE_MARK = re.compile(
    r"(?:^\W*[-—–·]\s*\d{1,3}\s*[-—–·]\W*|第\s*\d{1,3}\s*页(?:\W*共\s*\d{1,3}\s*页)?\W*|(?i:\bpage)\s+\d{1,3}(?:\s*(?i:of|/)\s*\d{1,3})?\W*)$"
)
_BARE = re.compile(r"\d{1,3}")
_COUNTED = {"number", "paren", "half-paren", "han", "paren-han", "dotted"}
_LONGEST_LATIN = settings.characters("guide.unmarked.longest_latin_title")
_LONE_CODE = re.compile(
    r"(?:(?i:topic|challenge|call|project|lot)\s+)?(?=\S*\d)[A-Z][A-Za-z0-9]*(?:[-_/][A-Za-z0-9.]+){1,8}"
    r"|[A-Z]{1,3}\d{1,3}|\d{1,2}\.\d{1,2}"
)
_SHAPE = re.compile(r"\d+|[A-Za-z]+")
_BOLD = re.compile(r"(?P<m>\*\*|__)(?P<text>[^*_]+)(?P=m)")  # Markdown
_ITALIC = re.compile(r"(?<![*\w])\*(?![*\s])([^*]+?)(?<!\s)\*(?![*\w])")  # *Host:* of Markdown
# Pictures that dress up a line: ### 🚀 1. …, **📍 Scope:** …; a keycap counts, and small shapes stay: they are bullets.
_PICTURE = re.compile(
    "(?![\U0001f534-\U0001f53b\U0001f7e0-\U0001f7eb\U0001f446-\U0001f449])[\U0001f000-\U0001faff]"
    "[\ufe0f\u200d\U0001f3fb-\U0001f3ff]*[ \t]*|(?<!\\S):[a-z]+(?:_[a-z]+)*:(?!\\S)"
)
_KEYCAP = re.compile("(?<=[0-9])\ufe0f?\u20e3[ \t]*")
_RULER = re.compile(r"\s*(?:(?:[-*_=~—]\s*){3,}|&nbsp;)\s*")
# 联 系 人：
_SPACED = re.compile(
    r"^([^\u3400-\u9fff]{0,6})([\u3400-\u9fff](?:[ \u3000\u00a0]+[\u3400-\u9fff]){1,4})(?=\s*[:：])"
)
_SPACED_LABEL = re.compile(
    r"\s*(?:(?P<name>[\u3400-\u9fff]{2,6})[ \t\u3000]|(?P<latin>[A-Z][a-z]+(?: [A-Za-z]+){0,2})(?:\t| (?= )))[ \t\u3000]*(?=\S)"
)
_TITLE_LABEL = re.compile(r".*(?:名称|题目)|(?i:(?:.* )?(?:topic|title|challenge|theme))")
_LEAST_NAMES = settings.count("guide.page_lines.least_names")
# 0795-32171 / 23）, 联系电话：886201 / 19, 020 7946 / 0103
_CUT_PHONE = re.compile(
    r"(?<![\d-])(?:(?P<area>(?:0|\+\d{2}[- ])\d{2,3}-)|(?<=[话机线式:：、，,/])\s*)(?P<first>\d{0,10})$|(?<!\d)(?P<latin>0\d{2,4}(?: \d{3,4})?)$"
)
_REST_OF_PHONE = re.compile(r"(?P<rest>(?:\d{1,3}-)?\d{1,8})(?=[)）。；;，,]|$|、\d)")
_LATIN_REST = re.compile(r"(?P<rest>\d{3,4}(?: \d{3,6})?)(?=[).,;]|$)")
_SHORTEST_PHONE = 7
_INSIDE = re.compile(r"(?<=\S\s)(\d{1,2})[.、](?!\d)")  # marks inside a line
_QUOTE = re.compile(r"^(?:>[ >]*)")


def without_long_runs(document: Document) -> Document:
    """The document with what stands many times in a row (blanks, leaders) cut short, and a loss that says so.

    To look for what such a run may be takes time by the square of its length.
    """
    lines = tuple(map(_cut_short, document.lines))
    changed = [n for n, pair in enumerate(zip(lines, document.lines, strict=True), 1) if pair[0] != pair[1]]
    if not changed:
        return document
    tables = tuple(
        replace(table, rows=tuple(tuple(map(_cut_short, row)) for row in table.rows))
        for table in document.tables
    )
    loss = say("page_lines.runs", count=len(changed), line=changed[0], kept=_LONGEST_RUN)
    return replace(document, lines=lines, tables=tables, losses=(*document.losses, loss))


def _cut_short(text: str) -> str:
    return _RUN.sub(lambda run: run[1] * _LONGEST_RUN, text) if len(text) > _LONGEST_RUN else text


def index_lines(texts: Sequence[str]) -> set[int]:
    """The lines of a table of contents, each a heading with leaders and its page's number that comes again below."""
    words = [fold(text) for text in texts]
    entries = {
        n: text[: m.start()].strip() for n, text in enumerate(words, 1) if (m := INDEX_ENTRY.search(text))
    }
    last = max(entries, default=0)
    again = {n for n, entry in entries.items() if any(text.startswith(entry) for text in words[last:])}
    if len(again) < 2 or len(again) * 2 < len(entries):
        return set()
    return {n for n in range(min(entries), last + 1) if texts[n - 1]}


def numbers_of_pages(texts: Sequence[str]) -> set[int]:
    """The lines with a page's number: alone (- 2 -), or behind words that every page repeats (all but the first)."""
    heads = _bare_numbers(texts)
    seen: set[str] = set()
    for n, text in enumerate(texts, 1):
        match = _PAGE_MARK.search(fold(text)) if len(text) < _LONGEST_HEAD else None
        if match is None:
            continue
        words = fold(text)[: match.start()].strip()
        if not words or words in seen:
            heads.add(n)
        seen.add(words)
    return heads


def _bare_numbers(texts: Sequence[str]) -> set[int]:
    """The lines with nothing but a number, each one more than the one before, above a line that has a mark of its own."""
    bare = {n: int(text) for n, text in enumerate(map(fold, texts), 1) if _BARE.fullmatch(text)}
    counts = all(b == a + 1 for a, b in pairwise(bare.values()))
    below = {n: next(filter(None, texts[n:]), "") for n in bare} if counts else {}
    return {n for n, text in below.items() if text[:1] == "|" or marks_of(fold(text)).keys() & _COUNTED}


def plain_lines(document: Document, skip: Collection[int]) -> list[tuple[int, str]]:
    """(line number, text) of the non-empty lines that are not in `skip`, in order."""
    quoted = sum(line.startswith(">") for line in document.lines) > 2  # the text of a mail that a mail quotes
    lines = [_QUOTE.sub("", line) if quoted else line for line in document.lines]
    kept = [(n, line) for n, line in enumerate(lines, 1) if n not in skip and clean(line)]
    kept = [(n, text) for n, text in ((n, undressed(line)) for n, line in kept) if not _RULER.fullmatch(text)]
    plain = [(n, _BOLD.sub(r"\g<text>", _ITALIC.sub(r"\1", line))) for n, line in kept]
    return _with_colons([(n, _SPACED.sub(lambda m: m[1] + re.sub(r"\s", "", m[2]), t)) for n, t in plain])


def undressed(line: str) -> str:
    """A line without the pictures that dress it up, if that leaves something."""
    return _KEYCAP.sub(". ", _PICTURE.sub("", line)) or line


def _with_colons(lines: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """The lines; a name that a space parts from its value gets a colon where blocks of such names repeat (场景名称 地铁夜检)."""
    matches = [_SPACED_LABEL.match(text) for _, text in lines]
    ends = [match.end(match.lastgroup or 0) if match else 0 for match in matches]
    names = [text[:end].strip() for (_, text), end in zip(lines, ends, strict=True)]
    counts = Counter(name for name in names if name)
    titles = [count for name, count in counts.items() if _TITLE_LABEL.fullmatch(name) and count > 1]
    # A block may lack one, and a line elsewhere begin with it.
    repeated = {
        name for name, count in counts.items() if titles and abs(count - titles[0]) <= (titles[0] > 2)
    }
    if len(repeated) < _LEAST_NAMES:
        return lines
    return [
        (n, f"{text[:end]}：{text[end + 1 :]}" if name in repeated else text)
        for (n, text), end, name in zip(lines, ends, names, strict=True)
    ]


def width(text: str) -> int:
    """The columns of a line: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text.rstrip())


def breaks_phone(before: str, text: str) -> bool:
    """Whether a line ends within a phone that the next one's first digits make whole."""
    before, text = before.rstrip(), text.strip()
    cut = _CUT_PHONE.search(before)
    rest = (_LATIN_REST if cut is not None and cut["latin"] else _REST_OF_PHONE).match(text)
    if cut is None or rest is None:
        return False
    if cut["latin"]:
        return len(re.sub(r"\D", "", cut["latin"] + rest["rest"])) in (10, 11)
    digits = cut["first"] + rest["rest"]
    if "-" in digits:
        return cut["area"] is None and re.fullmatch(r"0\d{2,3}-\d{7,8}", digits) is not None
    if len(cut["first"]) >= _SHORTEST_PHONE and text.isdigit():
        return False  # a phone that is whole, and the number of a page
    lengths = (7, 8) if cut["area"] else (7, 8, 11) if len(cut["first"]) > 2 else ()
    return len(digits) in lengths and not (digits[:1] == "1" and len(digits) < 11)


def ends_open(text: str) -> bool:
    """Whether a line ends within a bracket, or within the name of a paper."""
    folded = fold(text)
    opened = [folded.rfind(a) for a, b in PAIRS if folded.count(a) > folded.count(b)]
    return bool(opened) and len(folded) - max(opened) < LONGEST_TITLE


def runs_on(before: str, text: str) -> bool:
    """Whether a list within a line goes on in the next one: …甲的作用 2.乙的 / 问题 3.丙研究, or …甲研究 2. / 乙研究."""
    above, below = ([int(n) for n in _INSIDE.findall(part.strip())] for part in (before, text))
    ended = before.strip()[-1] in ".、" and above[-2:-1] == [n - 1 for n in above[-1:]]
    return len(above) > 1 and (ended or below[:1] == [above[-1] + 1])


def counts_below(written: str, before: str) -> bool:
    """Whether a number is the next one to the last that stands inside the line above: 4 below …2.甲 3.乙."""
    inside = _INSIDE.findall(before)
    return bool(inside) and number_of(written) == int(inside[-1]) + 1


def names_phone(before: str, text: str) -> bool:
    """Whether a line that is nothing but a phone follows one that ends with an office or a person and has none, or with a comma."""
    above = re.split(r"[;。](?=.)", fold(clean(before)))[-1]
    phone = fold(clean(text)).strip("()。 ")
    if re.search(r"[,;。)].{0,4}电话:?$", above) and PHONE.match(phone):
        return True  # …由应急指挥处受理，电话 / 028-86660001；…
    if not PHONE.fullmatch(re.sub(r"^.{0,2}电话[: ]*", "", phone) if above[-1:] == "," else phone):
        return False
    if re.search(r"[\d理责办][、,/]$", above):
        return True  # 83163901、 / 83163902; …由科信处受理， / 电话 028-86660002
    named = states_office(above) or any(map(is_unit, re.split(r"[\s:、,;()]+", above)))
    return named and not PHONE.search(above)


def lone_codes(lines: Sequence[tuple[int, str]]) -> set[int]:
    """The places of lines with nothing but a code (Topic ESS-27/01, 2.1): several of one shape, no two alike, each nearer to the
    line below than to the one above, most of which may be titles."""
    shapes: dict[str, dict[int, str]] = {}
    for i, (_, text) in enumerate(lines[:-1]):
        if i and _LONE_CODE.fullmatch(code := fold(text).strip()):
            shapes.setdefault(_SHAPE.sub(lambda sign: "9" if sign[0].isdigit() else "A", code), {})[i] = code
    return {i for codes in shapes.values() if _head_titles(lines, codes) for i in codes}


def _head_titles(lines: Sequence[tuple[int, str]], codes: Mapping[int, str]) -> bool:
    """Whether codes alone on their lines each stand above what they are the codes of, most of it titles."""
    nearer = all(lines[i + 1][0] - lines[i][0] < lines[i][0] - lines[i - 1][0] for i in codes)
    below = [lines[i + 1][1].strip() for i in codes]
    longest = LONGEST_TITLE if HAN_LETTERS.search("".join(below)) else _LONGEST_LATIN
    titles = [SHORTEST_TITLE <= len(t) <= longest and (t[-1] in "?？" or t[-1] not in STOPS) for t in below]
    return (
        len(codes) > 2 and len({*codes.values()}) == len(codes) and nearer and sum(titles) * 2 > len(titles)
    )
