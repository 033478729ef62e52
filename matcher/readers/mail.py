"""Mails (.eml) and pages saved as one file (.mht): the head of a mail, and of the parts the one that holds the form."""

from __future__ import annotations

import re
from collections.abc import Collection
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import PurePath
from typing import NamedTuple, cast

from matcher.message import COMMA, Catalogue, Message, joined
from matcher.readers.blocks import excerpt
from matcher.readers.encoding import decode

say = Catalogue(__file__)

_HEAD = ("From", "To", "Cc", "Date")
_FORM = re.compile(r"申[请报]|课题|项目|选题|[书表]|(?i:form|proposal|appl|abstract)")
_FORWARDED = re.compile(r"^(?:(?:转发|转寄|回复|答复|(?i:fwd?|re|aw|wg))\s*[:：]\s*)+")
_FLOWED = re.compile(r"(?<! ) \n(?!>|-- \n)")  # RFC 3676: a line that ends in a space goes on


class Mail(NamedTuple):
    """What a mail says: lines of its head, its subject, the file or text that holds the form with an ending, and what was not read."""

    head: list[str]
    subject: str
    raw: bytes
    suffix: str
    losses: list[Message]


def read_mail(raw: bytes, name: str, readable: Collection[str], *, headed: bool) -> Mail:
    """The mail in a file; of its attachments with a `readable` ending the only one, or the only one named as a form, else its text.

    `headed` says whether a head is read: that of a page saved as one file is none. What is not read is named. Raises
    DocumentError for a text that is none, and whatever the parser raises on damage.
    """
    message = message_from_bytes(raw, policy=policy.default)
    head = [f"{key}: {' '.join(str(message[key]).split())}" for key in _HEAD if headed and message[key]]
    subject = _FORWARDED.sub("", str(message["Subject"] or "")) if headed else ""
    attached = [part for part in message.iter_attachments() if part.get_filename()]
    forms = [part for part in attached if _suffix(part) in readable]
    named = [part for part in forms if _FORM.search(PurePath(_name(part)).stem)]
    chosen = next((parts[0] for parts in (forms, named) if len(parts) == 1), None)
    left = [_name(part) for part in attached if part is not chosen]
    losses = [say("mail.attached", names=joined(left, COMMA))] if left else []
    text, suffix = _text(message, name)
    if chosen is None:
        return Mail(head if text.strip() else [], subject, text.encode(), suffix, losses)
    plain = re.sub(r"<[^<>]*>", " ", text) if suffix == ".html" else text
    unread = [say("mail.text", text=excerpt([plain]))] if plain.strip() else []
    losses = [say("mail.read", name=_name(chosen)), *unread, *losses]
    return Mail([], subject, cast(bytes, chosen.get_payload(decode=True)), _suffix(chosen), losses)


def _name(part: EmailMessage) -> str:
    return part.get_filename() or ""


def _suffix(part: EmailMessage) -> str:
    return PurePath(_name(part)).suffix.lower()


def _text(message: EmailMessage, name: str) -> tuple[str, str]:
    """(text, its ending) of a mail as its reader sees it: the page where it has one; "" without either."""
    body = message.get_body(("html", "plain"))
    if body is None:
        return "", ".txt"
    raw, charset = cast(bytes, body.get_payload(decode=True)), (body.get_content_charset() or "").lower()
    text = _decoded(raw, "gb18030" if charset in ("gb2312", "gbk") else charset, name)
    if body.get_content_type() == "text/html":
        return text, ".html"
    flowed = body.get_param("format") == "flowed"
    return _FLOWED.sub(" ", text.replace("\r\n", "\n")) if flowed else text, ".txt"


def _decoded(raw: bytes, charset: str, name: str) -> str:
    """The text by the encoding that its part states, or by what its bytes are where that does not fit."""
    try:
        return raw.decode(charset) if charset and charset != "us-ascii" else decode(raw, name)
    except (LookupError, UnicodeDecodeError):
        return decode(raw, name)
