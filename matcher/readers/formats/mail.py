"""Mail (.eml) and web archives (.mht): the proposal in what was written, enclosed or forwarded; the rest is named."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path, PurePosixPath

from matcher import settings
from matcher.errors import DocumentError
from matcher.files import plain_name, temporary_folder
from matcher.message import SEMICOLON, Catalogue, Message, bracketed, first_of, joined
from matcher.readers.blocks import (
    LINE_END,
    Block,
    Content,
    Document,
    Margin,
    Term,
    assemble,
    excerpt,
    text_of,
)
from matcher.readers.encoding import decode
from matcher.readers.fields.in_lines import label_of, labels_in
from matcher.readers.formats.html import html_blocks
from matcher.readers.source import BOOKS, DOCUMENTS, PICTURES

say = Catalogue(__file__)

# Where a mail that is answered or forwarded begins.
_EARLIER = re.compile(
    r"\s*(?:[-_—]{2,}\s*(?:原始?邮件|转发的?邮件|(?i:original message|forwarded message))"
    r"|(?:在.{4,60}写道|On .{6,120}wrote)\s*[:：]?$|(?:发件人|From)\s*[:：].+|>)"
)
_HEAD = re.compile(r"\s*(?:(?:发送时间|日期|收件人|抄送|主题|(?i:sent|date|to|cc|subject))\s*[:：]|>\s*$)")
_FLOWED = re.compile(r"(?<![ -]) \r?\n(?!>|-- \r?\n)")  # RFC 3676: a line that ends in a space goes on
_FORWARDED = re.compile(r"^(?:(?:转发|转寄|回复|答复|(?i:fwd?|re|aw|wg))\s*[:：]\s*)+")
_LONGEST_HEAD = settings.characters("readers.mail.longest_head")
_NAMED = settings.count("readers.mail.named")
_DEEPEST = settings.count("readers.mail.deepest")
_MOST_PARTS = settings.count("readers.mail.most_parts")
_MOST_READ = settings.count("readers.mail.most_read")
_PROJECT = frozenset(("title", "abstract"))
# Any bytes are text in the first ones, which programs name without asking.
_GUESSED = ("", "us-ascii", "iso-8859-1", "windows-1252", "latin1")
_ENCODINGS = {"gb2312": "gb18030", "gbk": "gb18030"}
_UNSHOWN = ("calendar", "vcard", "x-vcard", "css")
_SUFFIXES = {  # of what is enclosed without a name
    "application/pdf": ".pdf",
    "application/msword": ".doc",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "message/rfc822": ".eml",
}


def read_mail(raw: bytes, name: str, read: Callable[[Path], Document]) -> Document:
    """The part of a mail that names a project: what was written, a document enclosed (opened by `read`), an earlier mail below.

    Where none does, the first document enclosed, else what was written. Sender and subject are headers; what else is in the
    mail is among its losses. Without lines where it holds nothing to read.
    """
    if sum(map(raw.count, (b"\n--", b"\r--"))) > _MOST_PARTS:  # so begins each part
        raise DocumentError(say("mail.too many", name=name, most=_MOST_PARTS))
    try:
        mail = message_from_bytes(raw.lstrip(b"\xef\xbb\xbf\r\n\t "), policy=policy.default)
    except RecursionError as error:  # its parser calls itself for each part within another
        raise DocumentError(say("mail.too deep", name=name, most=_DEEPEST)) from error
    assert isinstance(mail, EmailMessage)
    if _depth(mail) > _DEEPEST:
        raise DocumentError(say("mail.too deep", name=name, most=_DEEPEST))
    leaves = [*_leaves(mail, name)]
    content = _written([leaf for leaf in leaves if _is_text(leaf)], name)
    written = [assemble(part, "", losses=content.losses) for part in _parts([*content.blocks])]
    enclosed, unread = _enclosed([leaf for leaf in leaves if not _is_text(leaf)], read)
    every = [*written[:1], *enclosed, *written[1:]]
    if not every:
        return assemble([], "", losses=unread)
    chosen = next(filter(_names_a_project, every), (enclosed or written)[0])
    left = [say("mail.part", text=excerpt(d.lines)) for d in written if d is not chosen]
    left += [joined([d.name]) for d in enclosed if d is not chosen]
    unread = [*left, *unread]
    lost = [say("mail.left", parts=first_of(unread, _NAMED, SEMICOLON))] if unread else []
    margins: tuple[Margin, ...] = ()
    if Path(name).suffix.lower() == ".eml":  # the head of a saved page is the browser's
        subject, sender = _FORWARDED.sub("", _line(mail, "Subject", name)), _line(mail, "From", name)
        margins = (
            *([Margin(subject, first=True)] if subject else []),
            *([Margin(f"From: {sender}")] if sender else []),
        )
    return replace(chosen, losses=(*chosen.losses, *lost), margins=(*margins, *chosen.margins))


def _depth(mail: EmailMessage) -> int:
    """How many parts of a mail stand within one another."""
    depth, level = 0, [mail]
    while level := [
        part
        for outer in level
        if outer.is_multipart()
        for part in outer.get_payload()
        if isinstance(part, EmailMessage)
    ]:
        depth += 1
    return depth


def _line(mail: EmailMessage, head: str, name: str) -> str:
    """A head of a mail as one line; as it is written where it follows no rule or is in an encoding that it does not name."""
    written = str(next((value for key, value in mail.raw_items() if key.lower() == head.lower()), ""))
    if len(written) > _LONGEST_HEAD:  # its parser takes the square of its length
        return " ".join(written[:_LONGEST_HEAD].split())
    try:
        text = str(mail[head] or "")
    except (IndexError, AttributeError, LookupError, ValueError):  # the parser of heads fails on "To: a@"
        text = written
    if "\ufffd" in text:
        text = decode(written.encode("utf-8", "surrogateescape"), name)
    return " ".join(text.split())


def _leaves(part: EmailMessage, name: str) -> Iterator[EmailMessage]:
    """The parts of a mail that hold no others, in order; of alternatives the last one that says something."""
    if not part.is_multipart() or part.get_content_type() == "message/rfc822":
        yield part
        return
    below = [[*_leaves(each, name)] for each in part.iter_parts() if isinstance(each, EmailMessage)]
    if part.get_content_subtype() == "alternative":
        says = (
            a
            for a in below[::-1]
            if any(text_of(b).strip() for b in _written([*filter(_is_text, a)], name).blocks)
        )
        below = [next(says, below[-1] if below else [])]
    for leaves in below:
        yield from leaves


def _is_text(part: EmailMessage) -> bool:
    """Whether a part is shown as what was written."""
    shown = part.get_content_maintype() == "text" and part.get_content_subtype() not in _UNSHOWN
    return shown and not part.get_filename() and part.get_content_disposition() != "attachment"


def _written(parts: Sequence[EmailMessage], name: str) -> Content:
    """What a mail itself says: its pages, which keep tables, and plain texts, one after another."""
    blocks: list[Block] = []
    losses: list[Message] = []
    for part in parts:
        text = _decoded(part, name)
        if part.get_content_type() == "text/html":
            page = html_blocks(text) if text.strip() else Content([])
            blocks += page.blocks
            losses += page.losses
        else:
            flowed = part.get_param("format") == "flowed"
            blocks += LINE_END.split(_FLOWED.sub(" ", text) if flowed else text)
    return Content(blocks, losses)


def _decoded(part: EmailMessage, name: str) -> str:
    """The text of a part in the encoding that it names, else in one that it may be in."""
    raw = part.get_payload(decode=True)
    assert isinstance(raw, bytes)
    charset = str(part.get_content_charset() or "").lower()
    try:
        return decode(raw, name) if charset in _GUESSED else raw.decode(_ENCODINGS.get(charset, charset))
    except (UnicodeError, LookupError):
        return decode(raw, name)


def _parts(blocks: Sequence[Block]) -> Iterator[list[Block]]:
    """What was written last, and each earlier mail that it answers or forwards."""
    part: list[Block] = []
    earlier = False
    for block in blocks:
        text = text_of(block) if isinstance(block, (str, Term)) else "|"
        begins = _EARLIER.match(text) is not None or (earlier and (not text.strip() or _HEAD.match(text)))
        if begins and not earlier and any(text_of(b).strip() for b in part):
            yield part
            part = []
        earlier = bool(begins)
        if not begins or text.lstrip().startswith(">"):
            part.append(block if not begins else text.lstrip("> "))
    if any(text_of(block).strip() for block in part):
        yield part


def _enclosed(
    parts: Sequence[EmailMessage], read: Callable[[Path], Document]
) -> tuple[list[Document], list[Message]]:
    """The documents enclosed, and the names of what else is, with the reason where one cannot be read."""
    documents: list[Document] = []
    unread: list[Message] = []
    failed = 0
    with temporary_folder() as folder:
        for number, part in enumerate(parts):
            kind = part.get_content_type()
            mailed = kind == "message/rfc822"
            if part["Content-Location"] or (part["Content-ID"] and kind.startswith("image/")):
                continue  # what a page shows beside its text
            called = PurePosixPath((part.get_filename() or "").replace("\\", "/")).name
            name = called or kind.replace("/", " ")
            suffix = ".eml" if mailed else Path(called).suffix.lower() or _SUFFIXES.get(kind, "")
            raw = part.get_content().as_bytes() if mailed else part.get_payload(decode=True)
            known = suffix in (*DOCUMENTS, *BOOKS) and suffix not in PICTURES
            if not isinstance(raw, bytes) or not known or len(documents) + failed == _MOST_READ:
                unread.append(joined([name]))
                continue
            file = folder / str(number) / f"{plain_name(Path(name).stem)}{suffix}"
            file.parent.mkdir(parents=True)
            file.write_bytes(raw)
            try:
                documents.append(replace(read(file), name=name))
            except DocumentError as error:
                failed += 1
                unread.append(joined([name, bracketed(error.message)]))
    return documents, unread


def _names_a_project(document: Document) -> bool:
    """Whether a label of a document asks for the title or the abstract of a project."""
    cells = (cell for line in document.lines for cell in (line, *re.split(r" \| |\t", line)))
    return any(
        not _PROJECT.isdisjoint(places[:1])
        for cell in cells
        for places in (label_of(cell), *(label.places for label in labels_in(cell)))
    )
