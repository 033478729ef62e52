"""Why something failed, in both languages: one function tells it, of the file that people named."""

from __future__ import annotations

import ast
import errno
import os
import re
import socket
import ssl
import zipfile
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from matcher import errors, files, locks
from matcher.errors import described, reason
from matcher.message import Message
from matcher.readers import source
from matcher.readers.bounded import UnreadableError
from matcher.triage import resume
from tests.sources import ROOMS, ROOT, nodes

# What Python calls an error of the system, and what holds its English words.
OF_SYSTEM = {"OSError", "PermissionError", "FileNotFoundError", "IsADirectoryError", "NotADirectoryError"}


@pytest.mark.parametrize(
    ("number", "zh", "en"),
    [
        (errno.EACCES, "没有权限", "no permission"),
        (errno.ENOSPC, "磁盘已满", "the disk is full"),
        (errno.EROFS, "所在磁盘是只读的", "the disk is read-only"),
        (errno.ENOENT, "没有这个文件或文件夹", "no such file or folder"),
        (errno.EISDIR, "是文件夹", "it is a folder"),
        (errno.ENAMETOOLONG, "名字太长", "the name is too long"),
        (errno.EADDRINUSE, "端口已被占用", "the port is in use"),
        (errno.EADDRNOTAVAIL, "不是本机的地址", "no address of this machine"),
        (errno.EHOSTUNREACH, "连接不上", "it cannot be reached"),
        (errno.EDOM, os.strerror(errno.EDOM), os.strerror(errno.EDOM)),  # the system's own words
    ],
)
def test_a_refusal_of_the_system_is_told_by_its_number(number: int, zh: str, en: str) -> None:
    refusal = OSError(number, os.strerror(number), "a.txt")
    assert (reason(refusal).zh, reason(refusal).en) == (zh, en)


def test_any_other_error_speaks_for_itself_on_one_line() -> None:
    assert reason(ValueError("no\n number")) == "no number"
    assert reason(KeyError()) == "KeyError"
    assert reason(errors.BatchError(Message("甲", "a"))).zh == "甲"
    # The numbers of OpenSSL and of names are not the system's: 1 would be "no permission".
    assert reason(ssl.SSLCertVerificationError(1, "verify failed")) == "verify failed"
    assert reason(socket.herror(1, "Unknown host")) == "Unknown host"
    assert described(ValueError("no\n number")) == "ValueError: no number"
    assert described(UnreadableError(described(KeyError("a")))) == "KeyError: 'a'"


def handlers() -> Iterator[tuple[str, ast.ExceptHandler]]:
    """(file, handler) of everything that catches an error of the system and gives it a name."""
    for path in (path for paths in ROOMS.values() for path in paths):
        for node in nodes(path):
            if not isinstance(node, ast.ExceptHandler) or not node.name or not node.type:
                continue
            if OF_SYSTEM & {part.id for part in ast.walk(node.type) if isinstance(part, ast.Name)}:
                yield path.relative_to(ROOT).as_posix(), node


def test_only_one_function_tells_the_words_of_the_system() -> None:
    for path in (path for paths in ROOMS.values() for path in paths):
        if path != ROOT / "matcher" / "errors.py":
            assert "strerror" not in path.read_text("utf-8"), path
    seen = 0
    for file, handler in handlers():
        seen += 1
        for node in (node for part in handler.body for node in ast.walk(part)):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("say", "texts", "str"):
                inside = [*node.args, *(keyword.value for keyword in node.keywords)]
                raw = [v for v in inside if isinstance(v, ast.Name) and v.id == handler.name]
                assert not raw, f"{file}:{node.lineno}"
    assert seen > 8


def writing(path: Path) -> list[AbstractContextManager[object]]:
    """All ways in which something beside a file stands for it while it is written."""
    return [
        files.replacing_file(path),
        files.replacing(path),
        locks.locked(path),
        resume.journal(resume.journal_of(path), "key", resume=False),
    ]


@pytest.mark.parametrize("way", range(4))
def test_the_file_that_was_named_is_told_and_no_hidden_one(
    way: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out.csv"

    def refused(path: object, *_: object, **__: object) -> int:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))

    monkeypatch.setattr(os, "open", refused)
    with pytest.raises(PermissionError) as error, writing(out)[way]:
        pass
    assert error.value.filename == str(out)
    monkeypatch.setattr(os, "mkdir", refused)  # the folder beside it, before any file in it
    with pytest.raises(PermissionError) as error, writing(out)[way]:
        pass
    assert error.value.filename == str(out)


def test_the_folder_for_temporary_files_is_told_and_none_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(path: object, *_: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(path))

    monkeypatch.setattr(os, "mkdir", refused)
    with pytest.raises(OSError, match=re.escape(str(tmp_path))) as error, files.temporary_folder(tmp_path):
        pass
    assert error.value.filename == str(tmp_path)


def test_a_full_disk_is_no_damage_of_a_file_in_a_zip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as folder:
        folder.writestr("a.txt", "题目")

    def full(*_: object) -> bytes:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(zipfile.ZipExtFile, "read", full)
    with pytest.raises(OSError, match="No space left"), source.unpacked(tmp_path / "a.zip"):
        pass
