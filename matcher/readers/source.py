"""What may be opened: the endings that are known, a file that ends, and what its first bytes say it is; a zip within bounds."""

from __future__ import annotations

import io
import os
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from operator import itemgetter
from pathlib import Path, PurePosixPath
from typing import Literal

from matcher import settings
from matcher.errors import DocumentError, MatcherError, is_full, reason
from matcher.files import temporary_folder
from matcher.message import Catalogue, Message

say = Catalogue(__file__)

FileKind = Literal["xlsx", "xlsb", "ods", "xls", "html", "xml", "text"]

TEXT, MARKDOWN = (".txt", ".text"), (".md", ".markdown")
WORD, OPEN_TEXT = (".docx", ".docm", ".dotx"), (".odt", ".ott")
PAGES = (".html", ".htm")
MAIL, RICH = (".eml", ".mht", ".mhtml"), (".rtf",)  # as mail programs save, and browsers pages whole
SOURCE = (".tex",)  # of LaTeX
BOOKS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
TABLES = (".csv", ".tsv", *BOOKS)
ROWS = (".csv", ".tsv", ".jsonl", ".json", *BOOKS)
PICTURES = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".webp")  # of pages, scanned or photographed
SCANS = (".pdf", *PICTURES)
DOCUMENTS = (*TEXT, *MARKDOWN, *WORD, *OPEN_TEXT, *RICH, *SOURCE, ".pdf", *PAGES, *MAIL, *PICTURES)
FORMS = (*WORD, *OPEN_TEXT, *RICH, *SOURCE, ".pdf", *TEXT, *MARKDOWN, *PAGES, *MAIL)  # in folders, one each
# Formats in which people save a proposal and that cannot be read, and those of slides.
OLD_FORMS = (".doc", ".dot", ".wps", ".wpt", ".et", ".pages", ".ofd")
OLD = (*OLD_FORMS, ".ppt", ".pptx")
LARGEST_FILE = settings.size("readers.source.largest_file")
LARGEST_UNPACKED = settings.size("readers.source.largest_unpacked")
_MULTIPART = settings.characters("readers.source.multipart")
_HEAD, _OLD_OFFICE = settings.size("readers.source.head"), settings.size("readers.source.old_office")
_MARKUP = ("<?xml", "<html", "<!doctype", "<table", "<meta", "<head", "<body", "<style", "<workbook", "<!--")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # the container of old and of locked Office files
_ZIPPED: tuple[tuple[str, FileKind], ...] = (
    ("xl/workbook.bin", "xlsb"),
    ("xl/workbook.xml", "xlsx"),
    ("content.xml", "ods"),
)
# How files begin of which only the bytes are there, and what marks the old Office files of one container.
_BEGINS = (
    (b"%PDF-", ".pdf"),
    (b"{\\rtf", ".rtf"),
    (b"\x89PNG\r\n", ".png"),
    (b"\xff\xd8\xff", ".jpg"),
    (b"II*\x00", ".tif"),
    (b"MM\x00*", ".tif"),
    (b"<!doctype html", ".html"),
    (b"<html", ".html"),
    (b"mime-version:", ".mht"),
)
_OLD_STREAMS = (("WordDocument", ".doc"), ("PowerPoint Document", ".ppt"))
_IN_ZIP = (
    ("word/document.xml", ".docx"),
    ("ppt/presentation.xml", ".pptx"),
    *((n, f".{k}") for n, k in _ZIPPED),
)
MOST_FILES = settings.count("readers.zip.most_files")
LARGEST_BATCH_UNPACKED = settings.size("readers.zip.largest_unpacked")
_LARGEST_ZIPPED = settings.size("readers.zip.largest_file")
_BLOCK = settings.chunk("readers.zip.copied")
_UNSAFE = re.compile(r'[<>:"|?*\x00-\x1f]|^\.+')
_LONGEST_NAME = settings.characters("readers.zip.longest_name")
_SUFFIX = settings.characters("readers.zip.suffix")


def check_regular(path: Path, largest: int | None = None) -> None:
    """DocumentError, at once, for what is no file that ends or opens (missing, a folder, a pipe, a device), or has more bytes than `largest`."""
    try:
        status = path.stat()
        if stat.S_ISREG(status.st_mode):
            with path.open("rb") as opened:
                opened.read(1)  # a disk or a share that is gone opens, and gives nothing
    except FileNotFoundError as error:
        missing = say("source.piped") if str(path) == "-" else say("source.missing", path=path)
        raise DocumentError(missing) from error
    except (OSError, ValueError) as error:  # ValueError: a name with a NUL
        raise closed(path.name, error) from error
    if not stat.S_ISREG(status.st_mode):
        what = "folder" if stat.S_ISDIR(status.st_mode) else "pipe"
        raise DocumentError(say("source.special", name=path.name or path, what=say(f"source.special.{what}")))
    if largest is not None and status.st_size > largest:
        mb, most = status.st_size >> 20, largest >> 20
        raise DocumentError(say("source.too large", name=path.name, mb=mb, most=most))


def closed(name: str, error: Exception) -> MatcherError:
    """The named error of a file: its own, or a DocumentError where the system does not open or read it."""
    if isinstance(error, MatcherError):
        return error
    return DocumentError(say("source.closed", name=name, why=reason(error)))


def ending_of(raw: bytes) -> str:
    """The ending of a document's format by its bytes (".docx"), which came without a name; "" for what may be text.

    Of a zip that is no document, and one that is damaged, ".zip".
    """
    start = raw[:_HEAD].lower().lstrip(b"\xef\xbb\xbf \t\r\n")
    if raw.startswith(_OLE):
        return next((suffix for name, suffix in _OLD_STREAMS if name.encode("utf-16-le") in raw), ".xls")
    if not raw.startswith(b"PK\x03\x04"):
        return next((suffix for begin, suffix in _BEGINS if start.startswith(begin.lower())), "")
    if b"opendocument.text" in raw[:_HEAD]:  # its type is the first entry, as it is
        return ".odt"
    with suppress(DocumentError):
        names = check_zip(raw, ".zip", "")
        return next((suffix for name, suffix in _IN_ZIP if name in names), ".zip")
    return ".zip"


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
    one_column = path.suffix.lower() != ".xls" and not any(mark in head for mark in ",\t;")
    if path.suffix.lower() in BOOKS and (one_column or re.search(r"[\x00-\x08\x0e-\x1f]", head)):
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
    if kind := next((kind for name, kind in _ZIPPED if name in names), None):
        return kind
    if "word/document.xml" in names:
        raise _refused(path, say("refused.Word"), ".xlsx")
    raise _refused(path, say("refused.no workbook"), ".xlsx")


def locked(name: str, suffix: str) -> DocumentError:
    """What to say of a file with a password, or in the old format of its kind."""
    return DocumentError(say("source.locked", name=name, suffix=suffix))


def check_zip(file: bytes | Path, suffix: str, name: str) -> set[str]:
    """The names in a zip folder, in lower case; DocumentError for what is none or unpacks to more than LARGEST_UNPACKED."""
    with file.open("rb") if isinstance(file, Path) else io.BytesIO(file) as opened:
        if opened.read(len(_OLE)) == _OLE:
            raise locked(name, suffix)
        try:
            entries = zipfile.ZipFile(opened).infolist()
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


@contextmanager
def unpacked(path: Path) -> Iterator[tuple[Path, dict[Path, str], list[tuple[str, Message]]]]:
    """(folder, file → its name in the zip, [(name, why it was refused)]).

    A name that leads out of the folder, a password or damage refuses one file. DocumentError for what
    is no zip, more than MOST_FILES files, or more than LARGEST_BATCH_UNPACKED bytes, before anything is written.
    """
    try:
        folder = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise DocumentError(say("zip.damaged", name=path.name)) from error
    with folder, temporary_folder() as temporary:
        entries = [entry for entry in folder.infolist() if not entry.is_dir()]
        size = sum(entry.file_size for entry in entries)
        if len(entries) > MOST_FILES or size > LARGEST_BATCH_UNPACKED:
            count, mb, most = len(entries), size >> 20, LARGEST_BATCH_UNPACKED >> 20
            raise DocumentError(
                say("zip.too large", name=path.name, count=count, mb=mb, files=MOST_FILES, most=most)
            )
        names: dict[Path, str] = {}
        refused: list[tuple[str, Message]] = []
        order = {id(entry): place for place, entry in enumerate(sorted(entries, key=_name))}
        for entry in entries:
            if is_noise(name := _name(entry)):
                continue
            target = _place(temporary, name, order[id(entry)])
            if (why := _unpack(folder, entry, name, target)) is None:
                names[target] = name
            else:
                refused.append((name, why))
        yield temporary, dict(sorted(names.items())), refused


def _place(folder: Path, name: str, number: int) -> Path:
    """Where a file of the zip lies under its own name, for messages, in a folder that sorts by the names of the zip."""
    own = _UNSAFE.sub("_", PurePosixPath(name.replace("\\", "/")).name)
    suffix = PurePosixPath(name).suffix[:_SUFFIX]
    target = folder / f"n{number:05d}" / f"{own[: -len(suffix) or None][:_LONGEST_NAME]}{suffix}"
    target.parent.mkdir()
    return target


def files_below(folder: Path) -> tuple[list[Path], list[tuple[str, MatcherError]]]:
    """What people put into a folder and its subfolders: files in the order of their paths, and [(subfolder, why it is not read)].
    DocumentError where the folder itself is not read."""
    files: list[Path] = []
    refused: list[OSError] = []
    unlisted: list[tuple[Path, MatcherError]] = []
    for place, folders, names in os.walk(folder, onerror=refused.append):
        files += [Path(place, name) for name in names]
        links = [Path(place, name) for name in folders if Path(place, name).is_symlink()]
        unlisted += [(link, DocumentError(say("zip.link", name=link.name))) for link in links]
    unlisted += [((path := Path(error.filename)), closed(path.name, error)) for error in refused]
    if unlisted and unlisted[-1][0] == folder:
        raise unlisted[-1][1]
    below = [(path.relative_to(folder).as_posix(), error) for path, error in unlisted]
    kept = sorted(file for file in files if not is_noise(str(file.relative_to(folder))))
    return kept, sorted(((name, e) for name, e in below if not is_noise(name)), key=itemgetter(0))


def is_noise(name: str) -> bool:
    """Whether a file among others is none that a person put there: hidden, or left by an office program or a system."""
    parts = PurePosixPath(name.replace("\\", "/")).parts
    return any(
        (part.startswith((".", "~$", "__MACOSX")) and part != "..") or part.lower() == "thumbs.db"
        for part in parts
    )


def _name(entry: zipfile.ZipInfo) -> str:
    """A file's name; macOS writes Chinese names in UTF-8, Windows in GBK, both without saying so."""
    for encoding in () if entry.flag_bits & 0x800 else ("utf-8", "gb18030"):
        with suppress(UnicodeError):
            return entry.filename.encode("cp437").decode(encoding)
    return entry.filename


def _unpack(folder: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str, target: Path) -> Message | None:
    """Write one file; why it was refused (Chinese / English), None if it was written."""
    parts = PurePosixPath(name.replace("\\", "/")).parts
    if ".." in parts or name.startswith(("/", "\\")) or ":" in name.split("/")[0] or "\x00" in name:
        return say("zip.outside", name=name)
    if stat.S_ISLNK(entry.external_attr >> 16):
        return say("zip.link", name=name)
    if entry.file_size > _LARGEST_ZIPPED:
        return say("zip.large file", name=name, mb=_LARGEST_ZIPPED >> 20)
    try:
        with folder.open(entry) as source, target.open("wb") as out:
            left = entry.file_size
            while left >= 0 and (block := source.read(_BLOCK)):
                left -= len(block)
                out.write(block)
        if left >= 0:
            return None
        why = say("zip.larger")
    except (zipfile.BadZipFile, zlib.error, RuntimeError, OSError, EOFError, ValueError) as error:
        if is_full(error):
            raise  # no fault of this file
        why = reason(error)
    target.unlink(missing_ok=True)
    return say("zip.locked", name=name, why=why)
