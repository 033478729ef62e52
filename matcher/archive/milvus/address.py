"""The address of an archive in Milvus, as a user writes it. Secrets may be in it; no text made of it shows them."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from matcher.errors import ArchiveError
from matcher.message import Catalogue

say = Catalogue(__file__)

SCHEMES = ("milvus://", "milvus+tls://")
_PORT = 19530
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,199}")  # what Milvus takes as a name, with room for endings
_IN_FILE = "archive"  # the collection of a file that is named alone
# Secrets are better in the environment than in a command, which other users of the machine can list.
_USER, _PASSWORD, _TOKEN = "MATCHER_MILVUS_USER", "MATCHER_MILVUS_PASSWORD", "MATCHER_MILVUS_TOKEN"
_CERTIFICATE = "MATCHER_MILVUS_CA"


@dataclass(frozen=True, slots=True)
class Address:
    """A collection on a server, or in a `file` of Milvus Lite; `token` is an API key or "user:password"."""

    collection: str
    file: Path | None = None
    host: str = ""
    port: int = _PORT
    database: str = ""
    tls: bool = False
    token: str = field(default="", repr=False)
    certificate: str = ""

    def __str__(self) -> str:
        """The address without secrets."""
        if self.file is not None:
            tail = "" if self.collection == _IN_FILE else f"/{self.collection}"
            return f"milvus://{self.file}{tail}"
        names = [self.database] * bool(self.database) + [self.collection]
        return f"{SCHEMES[self.tls]}{self.host}:{self.port}/{'/'.join(names)}"

    @property
    def name(self) -> str:
        """The collection's name, of a file its own."""
        return self.file.name if self.file is not None else self.collection


def address_of(text: str) -> Address:
    """The address in `milvus[+tls]://[user:password@]host[:port]/[database/]collection` or `milvus:///path/x.db[/collection]`.

    What the address does not say of user, password or token, the environment may. ArchiveError for anything else.
    """
    try:
        parts = urlsplit(text)
        host, port, user, password = parts.hostname, parts.port, parts.username, parts.password
    except ValueError as error:
        raise _wrong() from error
    names = [unquote(name) for name in parts.path.split("/")[1:]]
    if not host:
        return _file(names)
    names = [name for name in names if name]
    if not 1 <= len(names) <= 2 or not all(map(_NAME.fullmatch, names)) or parts.query or parts.fragment:
        raise _wrong()
    return Address(
        collection=names[-1],
        host=host,
        port=port or _PORT,
        database=names[0] if len(names) == 2 else "",
        tls=parts.scheme == "milvus+tls",
        token=_token(unquote(user or ""), unquote(password or "")),
        certificate=os.environ.get(_CERTIFICATE, ""),
    )


def _file(names: list[str]) -> Address:
    ends = [i for i, name in enumerate(names) if name.endswith(".db")]
    rest = names[ends[0] + 1 :] if ends else []
    if not ends or len(rest) > 1 or not all(map(_NAME.fullmatch, rest)):
        raise _wrong()
    return Address(rest[0] if rest else _IN_FILE, Path("/", *names[: ends[0] + 1]))


def _token(user: str, password: str) -> str:
    user, password = user or os.environ.get(_USER, ""), password or os.environ.get(_PASSWORD, "")
    return f"{user}:{password}" if user and password else os.environ.get(_TOKEN, "")


def _wrong() -> ArchiveError:
    return ArchiveError(say("address"))
