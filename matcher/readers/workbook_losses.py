"""What a workbook holds beside its cells and was not read, for people."""

from __future__ import annotations

import re
from html import unescape
from itertools import islice
from pathlib import Path
from zipfile import ZipFile

from matcher import settings
from matcher.message import Message
from matcher.readers.losses import excerpt
from matcher.readers.source import FileKind, check_zip

_UNREAD_PARTS = (
    ("xl/comments", "单元格批注", "cell comments"),
    ("xl/threadedcomments/", "单元格批注", "cell comments"),
    ("xl/charts/chart", "图表", "charts"),
    ("xl/embeddings/", "嵌入的对象", "embedded objects"),
    ("xl/media/", "图片", "pictures"),
    ("xl/diagrams/data", "SmartArt 图形", "SmartArt drawings"),
)
_DRAWING = re.compile(r"xl/drawings/drawing\d*\.xml", re.I)
_BODY = re.compile(r"<(?:\w+:)?txBody\b.*?</(?:\w+:)?txBody>", re.S)
_TEXT = re.compile(r"<a:t(?:\s[^>]*)?>([^<]*)</a:t>")
_LONGEST_DRAWING = settings.size("readers.workbook_losses.longest_drawing")
_MOST_DRAWINGS = settings.count("readers.workbook_losses.most_drawings")


def unread_parts(path: Path, kind: FileKind) -> list[Message]:
    """What an .xlsx or .xlsb holds beside its cells, one line each, Chinese / English; [] for other kinds."""
    if kind not in ("xlsx", "xlsb"):
        return []
    names = check_zip(path, path.suffix, path.name)
    messages = [
        Message(f"{chinese}未读", f"{english} were not read")
        for start, chinese, english in _UNREAD_PARTS
        if any(name.startswith(start) for name in names)
    ]
    if any(map(_DRAWING.fullmatch, names)) and (boxes := _text_boxes(path)):
        shown = excerpt(f"{text} " for text in boxes)
        messages.append(
            Message(f"{len(boxes)} 个文本框未读（“{shown}”）", f"{len(boxes)} text boxes were not read")
        )
    return list(dict.fromkeys(messages))


def _text_boxes(path: Path) -> list[str]:
    """The texts of the shapes that lie over the cells."""
    texts = []
    with ZipFile(path) as folder:
        for name in islice(filter(_DRAWING.fullmatch, folder.namelist()), _MOST_DRAWINGS):
            with folder.open(name) as part:
                xml = part.read(_LONGEST_DRAWING).decode("utf-8", "replace")
            texts += ["".join(map(unescape, _TEXT.findall(body))) for body in _BODY.findall(xml)]
    return [text for text in texts if text.strip()]
