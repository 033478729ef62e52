"""A connection to Milvus: to a server, or to Milvus Lite, which is started in this process. Its errors are named here."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from matcher import settings
from matcher.archive import failures
from matcher.archive.milvus.address import Address
from matcher.errors import ArchiveError, require
from matcher.files import temporary_folder
from matcher.message import Catalogue

if TYPE_CHECKING:
    from pymilvus import MilvusClient

say = Catalogue(__file__)

LONGEST_WAIT = settings.seconds("archive.milvus.connection.wait")
_CONNECTING = settings.seconds("archive.milvus.connection.connecting")
_PAUSE = settings.seconds("archive.milvus.connection.pause")
_SHOWN = settings.characters("archive.milvus.connection.shown")
_DEVICE_FULL = "No space left on device"


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
        uri = f"http{'s' * address.tls}://{address.host}:{address.port}"
        if self.lite:
            running = _start(address, create=create)
            uri, self.turn = running.uri, running.turn
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
    why = " ".join(str(getattr(error, "message", "") or error).split())[:_SHOWN]
    for secret in {address.token, address.token.partition(":")[2]} - {""}:
        why = why.replace(secret, "***")
    if _DEVICE_FULL in why or "disk quota" in why or "quota exceeded" in why:
        return ArchiveError(say("disk full", address=address, why=why))
    return ArchiveError(say("unreachable", address=address, why=why))


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
