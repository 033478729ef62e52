"""One file to a Document: chooses the reader of its format, and names what cannot be read.

Plain text, Markdown and topics of JSON (a list, JSON lines, or the object that `guide --json` writes) are read here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from hashlib import sha256
from pathlib import Path

from matcher import settings
from matcher.errors import DocumentError, described
from matcher.message import SEMICOLON, Catalogue, Message, joined
from matcher.readers import source
from matcher.readers.blocks import (
    LINE_END,
    Block,
    CellGrid,
    Content,
    Document,
    Heading,
    Losses,
    Term,
    assemble,
)
from matcher.readers.encoding import decode

say = Catalogue(__file__)

_MOST_LINES = settings.lines("readers.document.most")
# Line ends of other kinds: page breaks, those of the Mac's editors within a paragraph, and of mainframes.
_ENDS = re.compile(r"\r\n|[\r\v\f\x85\u2028\u2029]")
_LEFT = re.compile(
    r"(?P<code>^```(?:(?!^```).)*^```|`[^`\n]+`)|<!--(?P<comment>(?:(?!<!--).)*?)-->|~~(?=[^\s~])(?!(?<=\d~~)\d)(?P<struck>[^~\n]+?)(?<=\S)~~(?!~)",
    re.S | re.M,
)
_HEADED = re.compile(r"^#{1,6} +\S", re.M)
_TITLE = re.compile(r"(#{1,6})\s+(.*?)\s*#*$")
# A line in bold, also with a hint in brackets behind.
_BOLD = re.compile(r"\s*(\*\*|__)(?=\S)(?:(?!\1).)+(?<=\S)\1\s*[*＊]?\s*(?:[(（][^()（）]*[)）])?\s*")
_RULE = re.compile(r"\s*\|?\s*:?-{2,}:?\s*(\|\s*:?-{2,}:?\s*)*\|?\s*$")
# The keys under which topics become a table; a guide reader knows them all.
_COLUMNS = ("id", "section", "number", "title", "content", "office", "phone")


def read_document(path: Path, *, embedded: bool = False) -> Document:
    """The blocks, lines and tables of one file, whatever its format. One that is `embedded` in another is read without what it embeds.

    Raises DocumentError, in one line, for a missing file, a folder, a pipe or device, an unknown or old
    format, a password, damage, a size beyond the bounds, a scanned PDF, or a file without text.
    """
    path = Path(path)
    suffix = path.suffix.lower()
    raw = _bytes_of(path, suffix)
    document = _document(raw, suffix, path, embedded=embedded)
    if not any(line.strip() for line in document.lines):
        raise DocumentError(_no_text(path, suffix, document.losses))
    return document


def _document(raw: bytes, suffix: str, path: Path, *, embedded: bool) -> Document:
    try:
        return _parsed(raw, suffix, path, embedded=embedded)
    except DocumentError:
        raise
    except Exception as error:  # the parsers of five formats raise whatever they like on damage
        why = described(error)
        raise DocumentError(say("document.damaged", name=path.name, suffix=suffix, why=why)) from error


def _parsed(raw: bytes, suffix: str, path: Path, *, embedded: bool) -> Document:
    digest = sha256(raw).hexdigest()
    if suffix in source.MAIL:
        from matcher.readers.formats.mail import read_mail

        read = partial(read_document, embedded=embedded)
        return replace(read_mail(raw, path.name, read), name=path.stem, sha256=digest)
    if suffix in source.WORD:
        from matcher.readers.formats.word import docx_blocks

        source.check_zip(raw, ".docx", path.name)
        inner = None if embedded else lambda raw, suffix: _document(raw, suffix, path, embedded=True)
        blocks, losses, margins = docx_blocks(raw, path.name, inner)
    else:
        blocks, losses, margins = _content(raw, suffix, path)
    wrapped = suffix in source.SCANS
    return assemble(blocks, path.stem, digest, wrapped=wrapped, losses=losses, margins=margins)


def read_text(text: str, name: str = "") -> Document:
    """A text that was typed or pasted as a Document; with headings of Markdown (## 研究内容) as one."""
    return assemble(markdown_blocks(text) if _HEADED.search(text) else [_ENDS.sub("\n", text)], name)


def _bytes_of(path: Path, suffix: str) -> bytes:
    source.check_regular(path, source.LARGEST_FILE)
    source.refuse_old(path)
    if suffix not in (*source.DOCUMENTS, *source.ROWS):
        known = " ".join((*source.DOCUMENTS, *source.ROWS))
        unknown = suffix or say("document.no ending")
        raise DocumentError(say("document.unknown type", suffix=unknown, name=path.name, known=known))
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise source.closed(path.name, error) from error
    if not raw.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise DocumentError(say("document.empty", name=path.name))
    return raw


def _content(raw: bytes, suffix: str, path: Path) -> Content:
    """What a file holds. The reader of a format is loaded for the first file of it: the command line starts fast."""
    name = path.name
    if suffix in source.OPEN_TEXT:
        from matcher.readers.formats.odt import odt_blocks

        source.check_zip(raw, ".odt", name)
        return odt_blocks(raw, name)
    if suffix in source.RICH:
        from matcher.readers.formats.rtf import rtf_blocks

        return rtf_blocks(raw, name)
    if suffix in source.SCANS:
        from matcher.readers.pdf.reading import pdf_blocks, picture_blocks

        return (pdf_blocks if suffix == ".pdf" else picture_blocks)(raw, name)
    if suffix in source.TABLES:
        from matcher.readers.sheet.workbook import book_blocks

        return book_blocks(path, source.kind_of(path) if suffix in source.BOOKS else "text")
    text = decode(raw, name)
    if sum(map(text.count, "\n\r\v\f\x85\u2028\u2029")) > _MOST_LINES:
        raise DocumentError(say("document.too many lines", name=name, most=f"{_MOST_LINES:,}"))
    if suffix in source.PAGES:
        from matcher.readers.formats.html import html_blocks

        return html_blocks(text)
    if suffix in source.SOURCE:
        from matcher.readers.formats.tex import tex_blocks

        return Content(tex_blocks(text))
    if suffix in (".json", ".jsonl"):
        return Content([json_table(text, name)])
    return _markdown(text) if suffix in source.MARKDOWN else Content([_ENDS.sub("\n", text)])


def _no_text(path: Path, suffix: str, losses: tuple[Message, ...]) -> Message:
    if suffix in source.SCANS:
        return say("document.scan", name=path.name)
    lost = joined(part for loss in losses for part in (SEMICOLON, loss))
    return say("document.no text", name=path.name, losses=lost)


def _markdown(text: str) -> Content:
    """A Markdown text without what it strikes through and its comments, which keep their lines."""
    losses = Losses()

    def left(match: re.Match[str]) -> str:
        if match["code"]:
            return match[0]
        struck = match["struck"]
        losses.leave("hidden" if struck is None else "struck", match["comment"] if struck is None else struck)
        return "\n" * match[0].count("\n")

    return Content(list(markdown_blocks(_LEFT.sub(left, text))), losses.messages())


def markdown_blocks(text: str) -> Iterator[Block]:
    """Headings, tables of pipes and lines of a Markdown text; what only Markdown reads (#, ---, **, `) is taken away."""
    lines = _ENDS.sub("\n", text).split("\n")
    n = 0
    while n < len(lines):
        if "|" in lines[n] and n + 1 < len(lines) and "|" in lines[n + 1] and _RULE.fullmatch(lines[n + 1]):
            end = next((i for i in range(n + 2, len(lines)) if "|" not in lines[i]), len(lines))
            yield [_cells(line) for line in (lines[n], *lines[n + 2 : end])]
            n = end
            continue
        title, line = _TITLE.match(lines[n]), _plain(lines[n])
        if title:
            yield Heading(_plain(title[2]), len(title[1]), mark=f"{title[1]} ")
        else:
            yield Term(line) if _BOLD.fullmatch(lines[n]) else line
        n += 1


def _cells(line: str) -> list[str]:
    cells = re.split(r"(?<!\\)\|", line.strip().strip("|"))
    return [_plain(cell.strip()).replace("\\|", "|") for cell in cells]


def _plain(line: str) -> str:
    line = re.sub(r"(\*\*|__|`{1,3})(?=\S)(.+?)(?<=\S)\1", r"\2", line)
    line = re.sub(r"(?<![A-Za-z\d*])\*(?=[^\s*])([^*]+)(?<=\S)\*(?![A-Za-z\d*])", r"\1", line)
    return re.sub(r"!?\[([^\[\]]+)\]\((?:https?:|mailto:|[./#])[^()\s]*\)", r"\1", line)


def json_table(text: str, name: str) -> CellGrid:
    """The topics in a JSON text, a header and a row for each; DocumentError if it holds no topics."""
    try:
        loaded = json.loads(text)
    except (json.JSONDecodeError, RecursionError):
        loaded = _json_lines(text, name)
    if isinstance(loaded, dict):
        loaded = loaded.get("topics", [loaded])
    topics = loaded if isinstance(loaded, list) else []
    if not topics or not all(isinstance(topic, dict) and topic.get("title") for topic in topics):
        raise DocumentError(say("topics.no list", name=name))
    return [list(_COLUMNS), *map(_row, topics)]


def _json_lines(text: str, name: str) -> list[object]:
    topics: list[object] = []
    for number, line in enumerate(LINE_END.split(text), 1):
        try:
            if line.strip():
                topics.append(json.loads(line))
        except (json.JSONDecodeError, RecursionError) as error:
            raise DocumentError(say("topics.line", name=name, line=number)) from error
    return topics


def _row(topic: dict[str, object]) -> list[str]:
    office = topic.get("office")
    if isinstance(office, dict):
        # An office that a group shares was not stated on this row: leave it to the group rule.
        stated = topic.get("office_source", "stated") == "stated"
        topic = {
            **topic,
            "office": office.get("name") if stated else "",
            "phone": office.get("phone") if stated else "",
        }
    return ["" if topic.get(c) is None else str(topic[c]) for c in _COLUMNS]
