"""Mail (.eml) and web archives (.mht): the proposal in what was written, enclosed or forwarded; the rest is named."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage, MIMEPart
from pathlib import Path, PurePosixPath

from matcher.errors import DocumentError
from matcher.files import temporary_folder
from matcher.message import SEMICOLON, Catalogue, Message, bracketed, joined
from matcher.readers.blocks import LINE_END, Block, Content, Document, Margin, assemble, excerpt, text_of
from matcher.readers.encoding import decode
from matcher.readers.form_labels import label_of, labels_in
from matcher.readers.html import html_blocks
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
_PROJECT = frozenset(("title", "abstract"))
_ENCODINGS = {"gb2312": "gb18030", "gbk": "gb18030"}


def read_mail(raw: bytes, name: str, read: Callable[[Path], Document]) -> Document:
    """The part of a mail that names a project: what was written, a document enclosed (opened by `read`), an earlier mail below.

    Where none does, the first document enclosed, else what was written, below its sender. The subject is a header; what else is in
    the mail is among its losses. DocumentError where it holds nothing to read.
    """
    mail = message_from_bytes(raw, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    content = _written(mail, name)
    parts = [*_parts([*content.blocks])]
    written = [assemble(part, "", losses=content.losses) for part in parts]
    enclosed, unread = _enclosed(mail, read)
    every = [*written[:1], *enclosed, *written[1:]]
    if not every:
        raise DocumentError(say("document.no text", name=name, losses=joined(unread, SEMICOLON)))
    chosen = next(filter(_names_a_project, every), (enclosed or written)[0])
    left = [say("mail.part", text=excerpt(d.lines)) for d in written if d is not chosen]
    left += [joined([d.name]) for d in enclosed if d is not chosen]
    unread = [*left, *unread]
    lost = [say("mail.left", parts=joined(unread, SEMICOLON))] if unread else []
    losses = (*chosen.losses, *lost)
    if Path(name).suffix.lower() != ".eml":
        return replace(chosen, losses=losses)  # the head of a saved page is the browser's
    subject = _FORWARDED.sub("", _line(mail["Subject"]))
    if written and chosen is written[0] and (sender := _line(mail["From"])):
        chosen = assemble([f"From: {sender}", *parts[0]], "")
    margins = (*([Margin(subject, first=True)] if subject else []), *chosen.margins)
    return replace(chosen, losses=losses, margins=margins)


def _line(head: object) -> str:
    """A head of a mail, which may be lacking or parted over lines, as one line."""
    return " ".join(str(head or "").split())


def _written(mail: EmailMessage, name: str) -> Content:
    """What a mail itself says: its page, which keeps tables, before the same as plain text."""
    body = mail.get_body(("html", "plain"))
    if body is None:
        return Content([])
    text = _decoded(body, name)
    if body.get_content_type() == "text/html":
        return html_blocks(text)
    flowed = body.get_param("format") == "flowed"
    return Content(LINE_END.split(_FLOWED.sub(" ", text) if flowed else text))


def _decoded(part: MIMEPart, name: str) -> str:
    """The text of a part in the encoding that it names, else in one that it may be in."""
    raw = part.get_payload(decode=True)
    assert isinstance(raw, bytes)
    charset = (part.get_content_charset() or "").lower()
    try:
        return raw.decode(_ENCODINGS.get(charset, charset)) if charset else decode(raw, name)
    except (UnicodeError, LookupError):
        return decode(raw, name)


def _parts(blocks: Sequence[Block]) -> Iterator[list[Block]]:
    """What was written last, and each earlier mail that it answers or forwards."""
    part: list[Block] = []
    earlier = False
    for block in blocks:
        text = block if isinstance(block, str) else "|"
        begins = _EARLIER.match(text) is not None or (earlier and (not text.strip() or _HEAD.match(text)))
        if begins and not earlier and any(text_of(b).strip() for b in part):
            yield part
            part = []
        earlier = bool(begins)
        if not begins or text.lstrip().startswith(">"):
            part.append(block if not begins else text.lstrip("> "))
    if any(text_of(block).strip() for block in part):
        yield part


def _enclosed(mail: EmailMessage, read: Callable[[Path], Document]) -> tuple[list[Document], list[Message]]:
    """The documents enclosed, and the names of what else is, with the reason where one cannot be read."""
    documents, unread = [], []
    with temporary_folder() as folder:
        folder.mkdir(exist_ok=True)
        for number, part in enumerate(mail.iter_attachments()):
            kind = part.get_content_type()
            if part["Content-Location"] or (part["Content-ID"] and kind.startswith("image/")):
                continue  # what a page shows beside its text
            mailed = ".eml" if kind == "message/rfc822" else ""
            name = PurePosixPath((part.get_filename() or f"{kind}{mailed}").replace("\\", "/")).name
            raw = part.get_content().as_bytes() if mailed else part.get_payload(decode=True)
            suffix = Path(name).suffix.lower()
            if not isinstance(raw, bytes) or suffix in PICTURES or suffix not in (*DOCUMENTS, *BOOKS):
                unread.append(joined([name]))
                continue
            file = folder / f"{number}{suffix}"
            file.write_bytes(raw)
            try:
                documents.append(replace(read(file), name=name))
            except DocumentError as error:
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
