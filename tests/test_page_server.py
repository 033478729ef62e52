"""The page as it is served: to its own address only, by one process that ends when the command does."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

STARTS_WITHIN = 60.0  # seconds, on a busy machine


@pytest.fixture(scope="module")
def port() -> int:
    with socket.socket() as free:
        free.bind(("localhost", 0))
        return int(free.getsockname()[1])


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the server writes to its standard error."""
    return tmp_path_factory.mktemp("said") / "stderr"


@pytest.fixture(scope="module")
def command(
    port: int, said: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[subprocess.Popen[bytes]]:
    settings = {
        "STREAMLIT_SERVER_PORT": str(port),
        "STREAMLIT_SERVER_HEADLESS": "true",
        "MATCHER_DATA": str(tmp_path_factory.mktemp("data")),
        "PYTHONPATH": str(Path(__file__).parent.parent),
    }
    code = "from matcher.cli.commands import main; main()"
    with said.open("wb") as stderr:
        process = subprocess.Popen(
            [sys.executable, "-c", code, "app"], env={**os.environ, **settings}, stdout=subprocess.DEVNULL,
            stderr=stderr, cwd=Path(__file__).parent.parent,
        )  # fmt: skip
    end = time.monotonic() + STARTS_WITHIN
    while not listening(port):
        assert process.poll() is None, "the page ended at once"
        assert time.monotonic() < end, "the page did not start"
        time.sleep(0.2)
    yield process
    process.kill()
    process.wait()


def listening(port: int) -> bool:
    try:
        socket.create_connection(("localhost", port), 1).close()
    except OSError:
        return False
    return True


def handshake(port: int, host: str, origin: str | None) -> int:
    """The status that a WebSocket handshake is answered with."""
    lines = [
        "GET /_stcore/stream HTTP/1.1", f"Host: {host}", "Upgrade: websocket", "Connection: Upgrade",
        "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    ]  # fmt: skip
    lines += [f"Origin: {origin}"] if origin else []
    with socket.create_connection(("localhost", port), 10) as opened:
        opened.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        return int(opened.recv(64).split()[1])


def test_only_its_own_address_is_answered(command: subprocess.Popen[bytes], port: int) -> None:
    for name in ("localhost", "127.0.0.1", "[::1]"):
        assert handshake(port, f"{name}:{port}", f"http://{name}:{port}") == 101
    for name in (
        "evil.example",
        f"evil.example:{port}",
        f"localhost.evil.example:{port}",
        f"127.0.0.1.nip.io:{port}",
    ):
        assert handshake(port, name, f"http://{name}") == 403, "Host and Origin of another site that agree"
        assert handshake(port, name, None) == 403


def test_a_foreign_origin_is_refused_without_asking_the_internet(
    command: subprocess.Popen[bytes], port: int, said: Path
) -> None:
    for origin in ("http://evil.example", "null"):
        assert handshake(port, f"localhost:{port}", origin) == 403
    told = said.read_text("utf-8")
    assert "disallowed Origin" in told
    assert "external IP" not in told  # what Streamlit says where no answer comes


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_the_server_ends_with_the_command(command: subprocess.Popen[bytes], port: int) -> None:
    command.send_signal(signal.SIGKILL)
    command.wait(10)
    assert not listening(port)
