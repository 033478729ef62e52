"""The guide as it was read, kept in the cache folder: a process that opens a document known to it need not read it again.

    guides/<hash>.json    a checksum in the first line, the guide as JSON in the second

The name is a hash of everything that decides the reading, so no guide can come of another document, program or setting.
"""

from __future__ import annotations

import json
import sys
from hashlib import sha256
from pathlib import Path

from matcher import settings, shipped, typed_json
from matcher.files import replacing_file
from matcher.guide.mending import edition, read_guide
from matcher.message import Catalogue, Message
from matcher.types import Guide

say = Catalogue(__file__)

_PACKAGE = Path(__file__).parent.parent


def open_or_read(path: Path, cache: Path) -> tuple[Guide, Message | None]:
    """The guide in a file as `read_guide` gives it, and a note where the cache was damaged or cannot be written.

    A mended guide is never kept here, nor what cannot be read. Raises DocumentError or GuideError as `read_guide` does.
    """
    raw = path.read_bytes() if path.is_file() else b""
    digest = sha256(raw).hexdigest()
    if not raw or edition(digest):
        return read_guide(path), None
    file = cache / "guides" / f"{_recipe(path.name, digest)}.json"
    note: Message | None = None
    try:
        return _read(file), None
    except FileNotFoundError:
        pass  # read for the first time
    except (OSError, ValueError) as error:
        note = say("cache.damaged", name=file.name, error=error)
    guide = read_guide(path)
    try:
        if guide.sha256 == digest:  # the document has not changed meanwhile
            _write(file, guide)
    except OSError as error:
        note = say("cache.unwritten", folder=file.parent, error=error.strerror)
    return guide, note


def _recipe(name: str, digest: str) -> str:
    """A hash of everything that decides the reading: the document and its name, our code, word lists and settings, libraries."""
    lists = [
        shipped.data_file(str(value)) for key, value in settings.values().items() if key.endswith(".file")
    ]
    files = [*sorted(_PACKAGE.rglob("*.py")), *(file for file in lists if file.is_file())]
    code = sha256()
    for file in files:
        code.update(file.read_bytes())
    # Each with its version, as its folder is called: to ask them takes longer than to read a guide.
    libraries = sorted(entry.name for folder in sys.path for entry in Path(folder).glob("*.*-info"))
    basis = [name, digest, code.hexdigest(), settings.digest(), libraries, sys.version]
    return sha256(json.dumps(basis).encode()).hexdigest()[:24]


def _read(file: Path) -> Guide:
    """The guide in a file of the cache; OSError, or ValueError if it is not as it was written."""
    checksum, _, text = file.read_bytes().partition(b"\n")
    if sha256(text).hexdigest().encode() != checksum:
        raise ValueError("checksum")
    return typed_json.loads(text, Guide)


def _write(file: Path, guide: Guide) -> None:
    text = json.dumps(typed_json.plain(guide)).encode()
    file.parent.mkdir(parents=True, exist_ok=True)
    with replacing_file(file) as part:
        part.write_bytes(sha256(text).hexdigest().encode() + b"\n" + text)
