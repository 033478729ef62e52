"""What may be opened: the endings that are known, a file that ends, and what its first bytes say it is."""

from __future__ import annotations

import io
import stat
import zipfile
from pathlib import Path
from typing import Literal

from matcher import settings
from matcher.errors import DocumentError
from matcher.message import Catalogue, Message

say = Catalogue(__file__)

FileKind = Literal["xlsx", "xlsb", "ods", "xls", "html", "xml", "text"]

TEXT, MARKDOWN = (".txt", ".text"), (".md", ".markdown")
WORD = (".docx", ".docm", ".dotx")
OPEN_TEXT = (".odt", ".ott")
PAGES = (".html", ".htm")
BOOKS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
ROWS = (".csv", ".tsv", ".jsonl", ".json", *BOOKS)
PICTURES = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".webp")  # of pages, scanned or photographed
DOCUMENTS = (*TEXT, *MARKDOWN, *WORD, *OPEN_TEXT, ".pdf", *PAGES, *PICTURES)
# Formats in which people save a proposal and that cannot be read, and those of slides.
OLD_FORMS = (".doc", ".dot", ".wps", ".wpt", ".et", ".rtf", ".pages", ".ofd")
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
        raise DocumentError(say("source.missing", path=path)) from error
    except (OSError, ValueError) as error:  # ValueError: a name with a NUL
        why = getattr(error, "strerror", None) or str(error)
        raise DocumentError(say("source.closed", name=path.name, why=why)) from error
    if stat.S_ISREG(status.st_mode):
        if largest is not None and status.st_size > largest:
            raise DocumentError(
                say("source.too large", name=path.name, mb=status.st_size >> 20, most=largest >> 20)
            )
        return
    what = "folder" if stat.S_ISDIR(status.st_mode) else "pipe"
    raise DocumentError(say("source.special", name=path.name, what=say(f"source.special.{what}")))


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
        raise _refused(path, say("refused.MHT"), ".xlsx")
    if head.startswith(_MARKUP):
        return "xml" if "microsoft-com:office:spreadsheet" in head and "<html" not in head else "html"
    if path.suffix.lower() in (".xlsx", ".xlsm", ".xlsb", ".ods") and not any(
        mark in head for mark in ",\t;"
    ):
        raise _refused(path, say("refused.damaged"), ".xlsx")
    return "text"


def _ole_kind(path: Path) -> FileKind:
    """xls, or a refusal of what else lies in the same container; stream names are UTF-16."""
    with path.open("rb") as file:
        raw = file.read(_OLD_OFFICE)
    if "EncryptedPackage".encode("utf-16-le") in raw:
        raise _refused(path, say("refused.password"), ".xlsx")
    if "WordDocument".encode("utf-16-le") in raw:
        raise _refused(path, say("refused.old Word"), ".docx")
    return "xls"


def _zip_kind(path: Path) -> FileKind:
    names = check_zip(path, path.suffix, path.name)
    for name, kind in _ZIPPED:
        if name in names:
            return kind
    if "word/document.xml" in names:
        raise _refused(path, say("refused.Word"), ".xlsx")
    raise _refused(path, say("refused.no workbook"), ".xlsx")


def check_zip(file: bytes | Path, suffix: str, name: str) -> set[str]:
    """The names in a zip folder, in lower case; DocumentError for what is none or unpacks to more than LARGEST_UNPACKED."""
    with file.open("rb") if isinstance(file, Path) else io.BytesIO(file[: len(_OLE)]) as opened:
        start = opened.read(len(_OLE))
    if start == _OLE:
        raise DocumentError(say("source.locked", name=name, suffix=suffix))
    try:
        with zipfile.ZipFile(file if isinstance(file, Path) else io.BytesIO(file)) as folder:
            entries = folder.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise DocumentError(say("source.damaged", name=name, suffix=suffix)) from error
    size = sum(entry.file_size for entry in entries)
    if size > LARGEST_UNPACKED:
        raise DocumentError(say("source.unpacks", name=name, mb=size >> 20, most=LARGEST_UNPACKED >> 20))
    return {entry.filename.lower().lstrip("/") for entry in entries}


def refuse_old(path: Path) -> None:
    """DocumentError, with the way out, for a file of an old or foreign format."""
    suffix = path.suffix.lower()
    if suffix in OLD:
        new = ".xlsx" if suffix == ".et" else ".docx"
        raise DocumentError(say("source.format", suffix=suffix, name=path.name, new=new))


def _refused(path: Path, why: Message, better: str) -> DocumentError:
    return DocumentError(say("refused", name=path.name, why=why, better=better))
