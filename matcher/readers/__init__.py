"""Files to what they say: a document as blocks and lines, a form as fields, a batch as rows."""

from __future__ import annotations

from matcher.readers.blocks import Document, Heading, Paragraph, Table, assemble
from matcher.readers.document import read_document, read_text

__all__ = ["Document", "Heading", "Paragraph", "Table", "assemble", "read_document", "read_text"]
