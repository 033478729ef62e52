"""Where an archive in Milvus is, as a user writes it, and a connection: to a server, or to Milvus Lite, started in this process.

Secrets may be in an address; no text made of it shows them. Errors of Milvus are named here.
"""

from __future__ import annotations

import logging
import os
import re
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from matcher import settings
from matcher.archive import failures
from matcher.errors import ArchiveError, reason, require
from matcher.files import temporary_folder
from matcher.message import Catalogue

if TYPE_CHECKING:
    from pymilvus import MilvusClient

say = Catalogue(__file__)

LONGEST_WAIT = settings.seconds("databases.wait_for_writer")
_CONNECTING = settings.seconds("archive.milvus.connection.connecting")
_PAUSE = settings.seconds("locks.pause")
_SHOWN = settings.characters("archive.milvus.connection.shown")
_DEVICE_FULL = "No space left on device"
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


@dataclass(slots=True)
class _Lite:
    """Milvus Lite over one file, shared by all connections of this process; `held` is the folder of its socket.

    It makes and drops a collection in steps that no other thread may see: who does, or looks at them, takes `turn`.
    """

    server: Any
    database: Any
    socket: Path
    held: ExitStack
    turn: threading.RLock = field(default_factory=threading.RLock)
    users: int = 0

    @property
    def uri(self) -> str:
        return f"unix:{self.socket}"


_running: dict[Path, _Lite] = {}
_starting = threading.Lock()


class Connection:
    """A client of Milvus. Errors inside `named` leave it as an ArchiveError with its own advice."""

    def __init__(self, address: Address, *, create: bool = False) -> None:
        """Connect; ExtraError without pymilvus, ArchiveError where nothing answers or another process has the file."""
        require("milvus", "pymilvus", *(["milvus_lite"] if address.file else []))
        client = _silent_client()
        self.address = address
        self.lite = address.file is not None
        self.client: MilvusClient
        self.turn: AbstractContextManager[object] = nullcontext()
        self.database: Any = None  # of Milvus Lite, which runs in this process
        uri = f"http{'s' * address.tls}://{address.host}:{address.port}"
        if self.lite:
            running = _start(address, create=create)
            uri, self.turn, self.database = running.uri, running.turn, running.database
        try:
            with self.named():
                certificate = {"server_pem_path": address.certificate} if address.certificate else {}
                self.client = client(
                    uri,
                    token=address.token,
                    db_name=address.database,
                    timeout=_CONNECTING,
                    dedicated=True,
                    **certificate,
                )
        except BaseException:
            self._release()
            raise

    def close(self) -> None:
        """Close the connection, and Milvus Lite with the last one."""
        try:
            with self.named():
                self.client.close()
        finally:
            self._release()

    def _release(self) -> None:
        if self.address.file is not None:
            _stop(self.address.file.absolute())

    @contextmanager
    def named(self) -> Iterator[None]:
        """Errors of Milvus inside become the ArchiveError that says what is wrong."""
        from grpc import RpcError
        from pymilvus.exceptions import MilvusException

        try:
            yield
        except (MilvusException, RpcError, OSError) as error:
            raise failure(self.address, error) from None  # the error itself may hold what was sent


def failure(address: Address, error: Exception) -> ArchiveError:
    """The ArchiveError for what Milvus reports; never with a secret in it."""
    numbered = isinstance(error, OSError) and error.errno is not None
    why: str = " ".join(str(getattr(error, "message", "") or error).split())[:_SHOWN]
    for secret in {address.token, address.token.partition(":")[2]} - {""}:
        why = why.replace(secret, "***")
    if _DEVICE_FULL in why or "disk quota" in why or "quota exceeded" in why:
        return ArchiveError(say("disk full", address=address, why=reason(error) if numbered else why))
    return ArchiveError(say("unreachable", address=address, why=reason(error) if numbered else why))


def _silent_client() -> type[MilvusClient]:
    """The client, which would write pages of what goes wrong, some of them with the rows: this program says it in a sentence."""
    os.environ.setdefault("GRPC_VERBOSITY", "NONE")
    # The client would read a .env of any folder above it.
    os.environ.setdefault("PYTHON_DOTENV_DISABLED", "1")
    from pymilvus import MilvusClient

    for name in ("pymilvus", "milvus_lite", "grpc"):  # after the import, which sets levels of its own
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    client: type[MilvusClient] = MilvusClient
    return client


def _start(address: Address, *, create: bool) -> _Lite:
    """Milvus Lite over a file, started if this process has not yet.

    It listens on a socket in a folder that only this user can enter: Lite asks nobody for a password.
    """
    assert address.file is not None
    file = address.file.absolute()
    if not file.is_dir() and not create:
        raise failures.absent(address)
    with _starting:
        if file not in _running:
            _running[file] = _open(address, file)
        _running[file].users += 1
        return _running[file]


def _open(address: Address, file: Path) -> _Lite:
    from milvus_lite.adapter.grpc.server import start_server_in_thread
    from milvus_lite.exceptions import DataDirLockedError

    end = time.monotonic() + LONGEST_WAIT
    with ExitStack() as held:
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            socket = held.enter_context(temporary_folder()) / "milvus"
            while True:
                try:
                    server, database, _ = start_server_in_thread(str(file), host="unix", port=socket)
                    return _Lite(server, database, socket, held.pop_all())
                except DataDirLockedError:
                    if time.monotonic() > end:
                        raise ArchiveError(say("lite in use", address=address)) from None
                    time.sleep(_PAUSE)
        except (OSError, ValueError, RuntimeError) as error:
            raise failure(address, error) from None


def _stop(file: Path) -> None:
    with _starting:
        running = _running[file]
        running.users -= 1
        if not running.users:
            del _running[file]
            running.server.stop(grace=0).wait()
            running.database.close()
            running.held.close()
