"""Abstracts in parts, as journals have them: 【目的】…【方法】…【结果】…【结论】…, Background: … Methods: … Results: …

The names of the parts head no sections of a form: without them the abstract is one text, results and all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import takewhile

from matcher import settings
from matcher.readers.blocks import LINE_END, Document, Placed, Table, row_line

_LEAST = settings.count("readers.structured.least")
_PARTS = (
    "研究目的|目的(?:[和与]意义)?|目标|背景|意义|方法|材料[和与]方法|过程|结果|结论|讨论|局限性?|创新[性点]?"
    "|background|objectives?|aims?|purpose|methods?|methodology|materials and methods|design|settings?|participants|interventions?"
    "|results?|findings|outcomes?|conclusions?|implications|significance|limitations?|originality"
)
_NAME = re.compile(
    rf"[【\[［〔]\s*(?P<bracketed>{_PARTS})\s*[】\]］〕]\s*[:：]?\s*|(?<![^\s。；;.])(?P<bare>{_PARTS})\s*[:：]\s*",
    re.I,
)
_ENDS = re.compile("结[果论]|result|finding|conclusion", re.I)
_LABEL = re.compile(
    r"\W*(?:[中英]文)?(?:(?:项目|课题|内容|研究)?摘\s*要|(?:project |technical |structured )?abstract|summary)"
    r"(?:\s*[(（][^()（）]*[)）])?\s*[】\]]?\s*[:：]?\s*",
    re.I,
)


def without_part_names(document: Document) -> Document:
    """The document without the names of an abstract's parts; as it is where no abstract has several, one of them of what came out.

    They stand in one paragraph that begins with the abstract's name or a mark in brackets, in the cell beside it, or begin the paragraphs below it.
    """
    if sum(1 for line in document.lines if _ENDS.search(line) and _NAME.search(line)) == 0:
        return document
    plain = dict(_plain_lines(document))
    blocks = tuple(_plain(block, plain) for block in document.blocks)
    tables = tuple(block for block in blocks if isinstance(block, Table))
    lines = list(document.lines)
    for number, text in plain.items():
        lines[number - 1] = text
    for table in tables:
        for number, row in zip(table.line_numbers, table.rows, strict=True):
            lines[number - 1] = row_line(row)
    return replace(document, lines=tuple(lines), blocks=blocks, tables=tables)


def _plain_lines(document: Document) -> Iterator[tuple[int, str]]:
    """(number of a line, the line without names of parts) for those that hold some, outside of tables."""
    blocks = (block for block in document.blocks if not isinstance(block, Table))
    lines = [(block.line + n, line) for block in blocks for n, line in enumerate(LINE_END.split(block.text))]
    for at, (number, text) in enumerate(lines):
        label = _LABEL.match(text)
        rest = text[label.end() :] if label else ""
        named = next((line for _, line in reversed(lines[:at]) if line.strip()), "")
        alone = label is not None or text[:1] in "【[［〔" or _LABEL.fullmatch(named)
        if alone and _in_parts([text]):
            yield number, _NAME.sub("", text)
        elif label and (not rest or _NAME.match(rest)):
            below = [*takewhile(lambda line: not line[1] or _NAME.match(line[1].lstrip()), lines[at + 1 :])]
            if _in_parts([rest, *(line for _, line in below)]):
                yield number, text[: label.end()] + _NAME.sub("", rest)
                yield from ((n, _NAME.sub("", line.lstrip())) for n, line in below)


def _in_parts(texts: Sequence[str]) -> bool:
    """Whether texts are in parts that have names, each another, of which one is of what came out."""
    names = [(name["bracketed"] or name["bare"]).lower() for text in texts for name in _NAME.finditer(text)]
    return len({*names}) >= _LEAST and any(map(_ENDS.match, names))


def _plain(block: Placed, lines: dict[int, str]) -> Placed:
    """A block with what its lines and cells are without names of parts."""
    if isinstance(block, Table):
        rows = (
            tuple(_NAME.sub("", c) if _LABEL.fullmatch(row[0]) and _in_parts([c]) else c for c in row)
            for row in block.rows
        )
        return replace(block, rows=tuple(rows))
    texts = [lines.get(block.line + n, line) for n, line in enumerate(LINE_END.split(block.text))]
    return replace(block, text="\n".join(texts)) if texts else block
