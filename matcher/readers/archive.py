"""A zip of files, unpacked within bounds to a folder that is gone afterwards."""

from __future__ import annotations

import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath

from matcher import settings
from matcher.errors import DocumentError
from matcher.files import temporary_folder
from matcher.message import Catalogue, Message

say = Catalogue(__file__)

MOST_FILES = settings.count("readers.archive.most_files")
LARGEST_BATCH_UNPACKED = settings.size("readers.archive.largest_unpacked")
_LARGEST_FILE = settings.size("readers.archive.largest_file")
_BLOCK = settings.chunk("readers.archive.copied")
_UNSAFE = re.compile(r'[<>:"|?*\x00-\x1f]|^\.+')
_LONGEST_NAME = settings.characters("readers.archive.longest_name")
_SUFFIX = settings.characters("readers.archive.suffix")

Unpacked = tuple[Path, dict[Path, str], list[tuple[str, Message]]]


@contextmanager
def unpacked(path: Path) -> Iterator[Unpacked]:
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
        for number, entry in enumerate(entries):
            name = _name(entry)
            target = temporary / f"{number:05d}{PurePosixPath(name).suffix[:_SUFFIX]}"
            if _is_noise(name):
                continue
            if (why := _unpack(folder, entry, name, target)) is None:
                names[target] = name
            else:
                refused.append((name, why))
        order = sorted(names, key=lambda file: names[file])
        yield (
            temporary,
            {_renamed(file, names[file], n): names[file] for n, file in enumerate(order)},
            refused,
        )


def _renamed(file: Path, name: str, number: int) -> Path:
    """The file under its own name, for messages, in a folder that sorts by the names of the zip."""
    folder = file.with_name(f"n{number:05d}")
    folder.mkdir()
    own = _UNSAFE.sub("_", PurePosixPath(name.replace("\\", "/")).name)
    return file.rename(folder / f"{own[: -len(file.suffix) or None][:_LONGEST_NAME]}{file.suffix}")


def _is_noise(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return any(part.startswith((".", "~$", "__MACOSX")) and part != ".." for part in parts)


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
    if entry.file_size > _LARGEST_FILE:
        return say("zip.large file", name=name, mb=_LARGEST_FILE >> 20)
    try:
        with folder.open(entry) as source, target.open("wb") as out:
            left = entry.file_size
            while left >= 0 and (block := source.read(_BLOCK)):
                left -= len(block)
                out.write(block)
        if left >= 0:
            return None
        why: str = say("zip.larger")
    except (zipfile.BadZipFile, zlib.error, RuntimeError, OSError, EOFError, ValueError) as error:
        why = " ".join(str(error).split())[:80]
    target.unlink(missing_ok=True)
    return say("zip.locked", name=name, why=why)
