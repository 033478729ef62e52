"""The server of the service: it says where it is once it listens, and refuses in the service's words what is no HTTP."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from matcher import settings
from matcher.message import Catalogue
from matcher.service.guard import Guard

say = Catalogue(__file__)

_LAST_ANSWERS = settings.count("cli.service.shutdown")


class Protocol(H11Protocol):
    """HTTP as it is read from a connection."""

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP, mostly for Chinese that stands in an address as it is; no route sees it, so no log names it."""
        super().send_400_response(json.dumps({"error": say("not HTTP"), "request_id": ""}))


class _Server(uvicorn.Server):
    def __init__(self, configuration: uvicorn.Config, listening: Callable[[], None]) -> None:
        super().__init__(configuration)
        self._listening = listening

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._listening()


def serve(
    application: Guard,
    host: str,
    port: int,
    certificate: Path | None,
    key: Path | None,
    listening: Callable[[], None],
) -> None:
    """Serve till the command is ended; `listening` is called once requests are answered."""
    configuration = uvicorn.Config(
        application, host=host, port=port, http=Protocol, log_level="warning", access_log=False, server_header=False,
        ssl_certfile=certificate, ssl_keyfile=key, timeout_graceful_shutdown=_LAST_ANSWERS,
    )  # fmt: skip
    with suppress(KeyboardInterrupt):
        _Server(configuration, listening).run()
