"""Documents that a Word document embeds (w:altChunk), as programs do with what was typed into their pages: each read as its own kind is."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import Any
from zipfile import ZipFile, is_zipfile

from matcher import settings
from matcher.errors import DocumentError
from matcher.message import Catalogue, Message
from matcher.readers.blocks import Block, Document, Paragraph, Table
from matcher.readers.formats.ooxml import Package
from matcher.readers.source import MAIL, PAGES, RICH, TEXT, WORD, ending_of

say = Catalogue(__file__)

EmbeddedReader = Callable[[bytes, str], Document]  # a document by its bytes and its ending
# Bytes of a page with pictures that are as much work as one of plain marks, and bytes of a short mark of Word.
_PICTURED, _TAG = 4, 8
_TAKEN = (*WORD, *RICH, *PAGES, *MAIL, *TEXT)


class Embedded:
    """Reads the embedded documents of one document, which together may hold no more than is set."""

    def __init__(self, package: Package, read: EmbeddedReader | None) -> None:
        """`read` is None where the document is itself embedded: what it embeds is not read."""
        self._package, self._read = package, read
        self._room = settings.size("readers.word.embedded")
        self.losses: dict[Message, None] = {}

    def blocks(self, reference: Any) -> list[Block] | None:
        """What stands at the place of a w:altChunk; None where it is not read."""
        suffix, raw = self._package.embedded(reference)
        suffix = ending_of(raw) or suffix
        self._room -= _work(raw)
        if self._read is None or suffix not in _TAKEN or self._room < 0:
            return None
        try:
            document = self._read(raw, suffix)
        except DocumentError as error:
            self.losses[say("Word.embedded", why=error.message)] = None
            return []
        self.losses.update(dict.fromkeys(document.losses))
        return list(_blocks(document))


def _work(raw: bytes) -> int:
    """How much there is to read in a file, as bytes of a part of Word; the pictures of a page are little work."""
    if is_zipfile(io.BytesIO(raw)):
        return sum(e.file_size for e in ZipFile(io.BytesIO(raw)).infolist() if e.filename.endswith(".xml"))
    return max(len(raw) // _PICTURED, raw.count(b"<") * _TAG)


def _blocks(document: Document) -> Iterator[Block]:
    for block in document.blocks:
        if isinstance(block, Table):
            yield [list(row) for row in block.rows]
        else:
            yield block.text if isinstance(block, Paragraph) else block
