"""What may be opened: the endings that are known, a file that ends, and what its first bytes say it is."""

from __future__ import annotations

import io
import stat
import zipfile
from pathlib import Path
from typing import Literal

from matcher import settings
from matcher.errors import DocumentError

FileKind = Literal["xlsx", "xlsb", "ods", "xls", "html", "xml", "text"]

TEXT, MARKDOWN = (".txt", ".text"), (".md", ".markdown")
WORD = (".docx", ".docm", ".dotx")
PAGES = (".html", ".htm")
BOOKS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
ROWS = (".csv", ".tsv", ".jsonl", ".json", *BOOKS)
PICTURES = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".webp")  # of pages, scanned or photographed
DOCUMENTS = (*TEXT, *MARKDOWN, *WORD, ".pdf", *PAGES, *PICTURES)
# Formats in which people save a proposal and that cannot be read, and those of slides.
OLD_FORMS = (".doc", ".dot", ".wps", ".wpt", ".et", ".rtf", ".odt", ".pages", ".ofd")
OLD = (*OLD_FORMS, ".ppt", ".pptx")
LARGEST_FILE = settings.size("readers.source.largest_file")
LARGEST_UNPACKED = settings.size("readers.source.largest_unpacked")
_HEAD = settings.size("readers.source.head")
_MULTIPART = settings.characters("readers.source.multipart")
_OLD_OFFICE = settings.size("readers.source.old_office")
_MARKUP = ("<?xml", "<html", "<!doctype", "<table", "<meta", "<head", "<body", "<style", "<workbook", "<!--")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # the container of old and of locked Office files
_ZIPPED: tuple[tuple[str, FileKind], ...] = (
    ("xl/workbook.bin", "xlsb"),
    ("xl/workbook.xml", "xlsx"),
    ("content.xml", "ods"),
)


def check_regular(path: Path, largest: int | None = None) -> None:
    """DocumentError, at once, for what is no file that ends: missing, a folder, a pipe, a device, a loop of links.

    Also for a file of more than `largest` bytes, where that is given.
    """
    try:
        status = path.stat()
    except FileNotFoundError as error:
        raise DocumentError(
            f"找不到文件 {path}（不存在）：请检查路径。", f"No such file: {path}; check the path."
        ) from error
    except (OSError, ValueError) as error:  # ValueError: a name with a NUL
        why = getattr(error, "strerror", None) or str(error)
        raise DocumentError(
            f"无法打开 {path.name}（{why}）：请检查路径与权限。",
            f"Cannot open {path.name} ({why}); check its path and permissions.",
        ) from error
    if stat.S_ISREG(status.st_mode):
        if largest is not None and status.st_size > largest:
            raise DocumentError(
                f"{path.name} 有 {status.st_size >> 20} MB，超过上限 {largest >> 20} MB：请拆分文件。",
                f"{path.name} has {status.st_size >> 20} MB, over the limit of {largest >> 20} MB; split it.",
            )
        return
    chinese, english = (
        ("文件夹", "a folder")
        if stat.S_ISDIR(status.st_mode)
        else ("管道、设备一类，没有尽头", "a pipe or a device, without an end")
    )
    raise DocumentError(
        f"{path.name} 不是普通文件（{chinese}）：请给一个文件。",
        f"{path.name} is {english}, no ordinary file; name a file.",
    )


def kind_of(path: Path) -> FileKind:
    """What a table file is by its bytes, whatever its name says.

    DocumentError, with the way out, for what no reader of tables knows: a password, a Word file, a
    web archive, an unpacked size above LARGEST_UNPACKED.
    """
    with path.open("rb") as file:
        start = file.read(_HEAD)
    if start.startswith(_OLE):
        return _ole_kind(path)
    if start.startswith(b"PK"):
        return _zip_kind(path)
    encoding = "utf-16" if start[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    head = start.decode(encoding, "ignore").lower().lstrip("\ufeff \t\r\n")
    if head.startswith("mime-version:") or "multipart/related" in head[:_MULTIPART]:
        raise _refused(path, "是“单个文件网页”（.mht）", "is a web archive (.mht)", ".xlsx")
    if head.startswith(_MARKUP):
        return "xml" if "microsoft-com:office:spreadsheet" in head and "<html" not in head else "html"
    if path.suffix.lower() in (".xlsx", ".xlsm", ".xlsb", ".ods") and not any(
        mark in head for mark in ",\t;"
    ):
        raise _refused(path, "已损坏或不是真正的表格", "is damaged or no real workbook", ".xlsx")
    return "text"


def _ole_kind(path: Path) -> FileKind:
    """xls, or a refusal of what else lies in the same container; stream names are UTF-16."""
    with path.open("rb") as file:
        raw = file.read(_OLD_OFFICE)
    if "EncryptedPackage".encode("utf-16-le") in raw:
        raise _refused(path, "有密码", "is locked by a password", ".xlsx")
    if "WordDocument".encode("utf-16-le") in raw:
        raise _refused(path, "其实是旧的 Word 文件", "is an old Word file", ".docx")
    return "xls"


def _zip_kind(path: Path) -> FileKind:
    names = check_zip(path, path.suffix, path.name)
    for name, kind in _ZIPPED:
        if name in names:
            return kind
    if "word/document.xml" in names:
        raise _refused(path, "其实是 Word 文件", "is a Word file", ".xlsx")
    raise _refused(path, "不是表格", "is no workbook", ".xlsx")


def check_zip(file: bytes | Path, suffix: str, name: str) -> set[str]:
    """The names in a zip folder, in lower case; DocumentError for what is none or unpacks to more than LARGEST_UNPACKED."""
    with file.open("rb") if isinstance(file, Path) else io.BytesIO(file[: len(_OLE)]) as opened:
        start = opened.read(len(_OLE))
    if start == _OLE:
        raise DocumentError(
            f"{name} 有密码，或其实是旧格式：请打开后去掉密码，另存为 {suffix}。",
            f"{name} is locked by a password or in an old format; open it and save it as {suffix} without one.",
        )
    try:
        with zipfile.ZipFile(file if isinstance(file, Path) else io.BytesIO(file)) as folder:
            entries = folder.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise DocumentError(
            f"{name} 已损坏或不是真正的 {suffix} 文件：请重新下载，或用原软件另存一份。",
            f"{name} is damaged or no real {suffix} file; fetch it again or save a new copy.",
        ) from error
    size = sum(entry.file_size for entry in entries)
    if size > LARGEST_UNPACKED:
        raise DocumentError(
            f"{name} 解压后有 {size >> 20} MB，超过上限 {LARGEST_UNPACKED >> 20} MB：请拆分文件。",
            f"{name} unpacks to {size >> 20} MB, over the limit of {LARGEST_UNPACKED >> 20} MB; split it.",
        )
    return {entry.filename.lower().lstrip("/") for entry in entries}


def refuse_old(path: Path) -> None:
    """DocumentError, with the way out, for a file of an old or foreign format."""
    suffix = path.suffix.lower()
    if suffix in OLD:
        new = ".xlsx" if suffix == ".et" else ".docx"
        raise DocumentError(
            f"不能读取 {suffix} 格式（{path.name}）：请用 Word、Excel 或 WPS 另存为 {new} 后再试。",
            f"{path.name} is in the {suffix} format, which cannot be read; save it as {new} and try again.",
        )


def _refused(path: Path, chinese: str, english: str, better: str) -> DocumentError:
    return DocumentError(
        f"{path.name} {chinese}，不能作为表格读取：请打开后另存为普通的 {better}（不带密码）。",
        f"{path.name} {english} and cannot be read as a table; open it and save it as an ordinary {better} without a password.",
    )
