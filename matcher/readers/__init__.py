"""Files to what they say: a document as blocks and lines, a form as fields, a batch as rows."""

from __future__ import annotations

from matcher.readers.blocks import Document, Heading, Paragraph, Table, assemble
from matcher.readers.document import read_document, read_text
from matcher.readers.rows import read_rows
from matcher.readers.table import Row

__all__ = [
    "Document",
    "Heading",
    "Paragraph",
    "Row",
    "Table",
    "assemble",
    "read_document",
    "read_rows",
    "read_text",
]
