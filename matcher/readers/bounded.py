"""A reader that cannot be bounded from inside runs in a process of its own, with a limit of time and memory."""

from __future__ import annotations

import atexit
import json
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from matcher import settings
from matcher.errors import DocumentError
from matcher.message import Message, restored
from matcher.readers import ocr
from matcher.readers.blocks import PageLine

SECONDS = settings.seconds("readers.bounded.reader")
SECONDS_A_PAGE = settings.seconds("readers.bounded.page")
_PATIENCE = settings.seconds("readers.bounded.patience")
MEMORY = settings.size("readers.bounded.memory")
_LISTED = settings.count("readers.bounded.listed")


class _Worker:
    """One process that reads one PDF after another; it is ended when a file is too much for it."""

    def __init__(self, module: str, patience: float) -> None:
        """`module` has the function `serve`; `patience` is in seconds, by the clock, for each page."""
        self._patience = patience
        package = Path(__file__).resolve().parents[2]
        self._process = subprocess.Popen(
            [sys.executable, "-c", f"from matcher.readers.{module} import serve; serve()"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=package,
        )
        self._answers: queue.Queue[Any] = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        with suppress(OSError, ValueError):
            for line in self._process.stdout:
                self._answers.put(json.loads(line))
        self._answers.put(None)

    def ask(self, raw: bytes, name: str, *more: object) -> Any:
        """The worker's answer as its `serve` writes it; None when it gave none in time."""
        assert self._process.stdin is not None
        with suppress(OSError):
            self._process.stdin.write(json.dumps([name, len(raw), *more]).encode() + b"\n" + raw)
            self._process.stdin.flush()
        try:
            while (answer := self._answers.get(timeout=self._patience)) == {"page": True}:
                pass
        except queue.Empty:
            return None
        return answer

    def end(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()


_lock = threading.Lock()
_workers: dict[str, _Worker] = {}


def read_bounded(raw: bytes, name: str) -> tuple[list[Any], list[Message]]:
    """(blocks, losses) of a PDF; DocumentError if it cannot be read within SECONDS and MEMORY.

    Pages that are pictures are read by OCR where that is installed, and else named.
    """
    answer = _asked("pdf_worker", _PATIENCE, raw, name, ocr.is_installed())
    if answer is None:
        raise DocumentError(
            f"{name} 在 {SECONDS:.0f} 秒和 {MEMORY >> 20} MB 之内读不完（可能已损坏）：请另存一份，或使用 Word 版。",
            f"{name} cannot be read within {SECONDS:.0f} s and {MEMORY >> 20} MB (damaged?); save it anew or use the Word version.",
        )
    losses = list(map(restored, answer["losses"]))
    read = [PageLine(b["line"], b["full"]) if "line" in b else b for b in answer["blocks"]]
    scanned = [block for block in read if isinstance(block, dict)]
    if not scanned:
        return read, losses
    texts, note = _of_pictures(raw, name, scanned)
    blocks = [b for block in read for b in (next(texts) if isinstance(block, dict) else [block])]
    return blocks, [*losses, note]


def read_picture(raw: bytes, name: str) -> tuple[list[Any], list[Message]]:
    """(blocks, losses) of a page that was scanned or photographed into an image file; DocumentError without OCR."""
    if not ocr.is_installed():
        raise DocumentError(
            f"{name} 是图片，读它的文字要装文字识别（pip install 'proposal-matcher[ocr]'）：也可以改用 Word 版。",
            f"{name} is a picture; to read its text install OCR (pip install 'proposal-matcher[ocr]'), or use the Word version.",
        )
    read = _recognised(raw, name, [])
    note = Message(
        "图片里的文字由 OCR 识别，可能有错字", "the text of the picture was read by OCR and may hold errors"
    )
    return [block for blocks in read for block in blocks], [note]


def _of_pictures(raw: bytes, name: str, pages: list[dict[str, Any]]) -> tuple[Iterator[list[Any]], Message]:
    """(blocks of each page whose text is in pictures, a note on them)."""
    numbers = [page["picture"] for page in pages]
    listed = ", ".join(map(str, numbers[:_LISTED])) + (" …" if len(numbers) > _LISTED else "")
    if not ocr.is_installed():
        return (
            iter([page["blocks"] for page in pages]),
            Message(
                f"第 {listed} 页是图片，其中的文字未读",
                f"pages {listed} are pictures, whose text was not read",
            ),
        )
    note = Message(
        f"第 {listed} 页是扫描图片，文字由 OCR 识别，可能有错字",
        f"pages {listed} are scans read by OCR, whose text may hold errors",
    )
    return iter(_recognised(raw, name, numbers)), note


def _recognised(raw: bytes, name: str, numbers: list[int]) -> list[list[Any]]:
    """The blocks of each page, by OCR; of an image file (no numbers) those of all its pages."""
    read = _asked("ocr", ocr.SECONDS_A_PAGE, raw, name, numbers)
    if read is None:
        raise DocumentError(
            f"{name} 的扫描页识别太慢（每页超过 {ocr.SECONDS_A_PAGE:.0f} 秒）：请使用 Word 版。",
            f"The scanned pages of {name} took more than {ocr.SECONDS_A_PAGE:.0f} s each; use the Word version.",
        )
    pages: list[list[Any]] = read["pages"]
    return pages


def _asked(module: str, patience: float, raw: bytes, name: str, *more: object) -> Any:
    """A worker's answer; None where the file was too much for it. DocumentError with its refusal."""
    with _lock:
        if not _workers:
            atexit.register(_end)
        if module not in _workers:
            _workers[module] = _Worker(module, patience)
        answer = _workers[module].ask(raw, name, *more)
        if answer is None or "beyond" in answer:
            _workers.pop(module).end()
            return None
    if "refused" in answer:
        raise DocumentError(*restored(answer["refused"]).halves)
    return answer


def _end() -> None:
    while _workers:
        _workers.popitem()[1].end()
