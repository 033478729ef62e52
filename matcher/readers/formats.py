"""Bytes of .xlsx to blocks: a table a sheet; and the bounds of what is a zip folder."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from matcher.errors import DocumentError

if TYPE_CHECKING:
    pass

Block = str | list[list[str]]

# No guide or batch is this large unpacked; a file that declares more is a mistake or a bomb.
LARGEST_UNPACKED = 500 * 1024 * 1024


def check_zip(file: bytes | Path, suffix: str, name: str) -> None:
    """DocumentError unless the file is a zip folder of a sensible unpacked size."""
    raw = io.BytesIO(file) if isinstance(file, bytes) else file
    with file.open("rb") if isinstance(file, Path) else io.BytesIO(file[:8]) as opened:
        start = opened.read(8)
    if start == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":  # the container of locked and of old Office files
        raise DocumentError(
            f"{name} 有密码，或其实是旧格式：请打开后去掉密码，另存为 {suffix}。 / "
            f"{name} is locked by a password or in an old format; open it and save it as {suffix} without one."
        )
    try:
        with zipfile.ZipFile(raw) as folder:
            size = sum(entry.file_size for entry in folder.infolist())
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise DocumentError(
            f"{name} 已损坏或不是真正的 {suffix} 文件：请重新下载，或用原软件另存一份。 / "
            f"{name} is damaged or no real {suffix} file; fetch it again or save a new copy."
        ) from error
    if size > LARGEST_UNPACKED:
        raise DocumentError(
            f"{name} 解压后有 {size >> 20} MB，超过上限 {LARGEST_UNPACKED >> 20} MB：请拆分文件。 / "
            f"{name} unpacks to {size >> 20} MB, over the limit of {LARGEST_UNPACKED >> 20} MB; split it."
        )


def cut_trailing(cells: list[str]) -> list[str]:
    """The cells without the empty ones at the end."""
    while cells and not cells[-1].strip():
        cells = cells[:-1]
    return cells


def xlsx_blocks(raw: bytes) -> Iterator[Block]:
    """Each visible sheet as a table; values as text, formulas as their stored value."""
    from openpyxl import load_workbook  # here: the command line must start fast

    from matcher.readers.rows import cell_text

    book = load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            continue
        sheet.reset_dimensions()  # a wrong stored size would hide rows
        rows = [[cell_text(value) for value in row] for row in sheet.iter_rows(values_only=True)]
        if any(any(cell.strip() for cell in row) for row in rows):
            yield rows
