"""Tables of referees and experts, whose names and institutions are no applicant's."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from matcher.message import Catalogue
from matcher.readers.blocks import Document, Heading, Paragraph, Placed, Table, excerpt, row_line
from matcher.readers.label_fields import fields_of
from matcher.readers.labels import WHO

say = Catalogue(__file__)

# Of 首席专家 a project is led; these only read it. A caption is no sentence.
_REFEREES = re.compile(
    r"^[^。；;]{0,24}(?:(?:评审|推荐|同行|回避|评议|函评|咨询|论证)的?专家|专家(?:名单|姓名|库)|评委|(?i:\b(?:referee|reviewer|assessor)s?\b))[^。；;]{0,24}$"
)


def without_referees(document: Document) -> Document:
    """The document without its tables of referees and experts, who are no applicants; they are among its losses."""
    beside = pairwise((None, *document.blocks))
    left = [table for above, table in beside if isinstance(table, Table) and _of_referees(table, above)]
    if not left:
        return document
    numbers = {number for table in left for number in table.line_numbers}
    rest = tuple(block for block in document.blocks if block not in left)
    tables = tuple(block for block in rest if isinstance(block, Table))
    lines = tuple("" if n in numbers else line for n, line in enumerate(document.lines, 1))
    texts = excerpt(f"{row_line(row)} " for table in left for row in table.rows)
    losses = (*document.losses, say("referees.unread", texts=texts))
    return replace(document, lines=lines, tables=tables, blocks=rest, losses=losses)


def _of_referees(table: Table, above: Placed | None) -> bool:
    """Whether a table is a list of experts by a name in its first row or by its caption, and none of projects."""
    names = [cell for cell in table.rows[0] if cell.strip()]
    known = [{field for field, _ in fields_of(name)} for name in names]
    of_projects = any("title" in fields and WHO[1] not in fields for fields in known)
    if of_projects or not 2 * sum(map(bool, known)) > len(names) > 1:  # in a form values stand beside names
        return False
    captions = [above.text] if isinstance(above, (Heading, Paragraph)) else []
    return any(_REFEREES.search(text.strip()) for text in (*names, *captions))
