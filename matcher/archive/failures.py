"""Failures of an archive's file, told apart: busy, read-only, disk full, unreadable device, damaged.

Each says what to do about it, and none asks anyone to delete an archive: a sound one that is locked
or lies on a full disk looks the same to a hasty reader as a broken one.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from matcher.archive.contract import listed
from matcher.databases import fault
from matcher.errors import ArchiveError


@contextmanager
def named(folder: Path) -> Iterator[None]:
    """Errors of SQLite inside become the ArchiveError that says what is wrong with the archive in `folder`."""
    try:
        yield
    except sqlite3.Error as error:
        raise failure(folder, error) from error


def failure(folder: Path, error: sqlite3.Error) -> ArchiveError:
    """The ArchiveError for what SQLite reports of the archive in `folder`."""
    match fault(error, folder):
        case "busy":
            return busy(folder, ())
        case "read-only":
            return read_only(folder)
        case "full":
            return ArchiveError(
                f"{folder} 所在磁盘已满，未作任何改动；档案库没有问题，请腾出空间再试。",
                f"The disk of {folder} is full and nothing was changed; nothing is wrong with the archive: make room and try again.",
            )
        case "failing" | "shut":
            return ArchiveError(
                f"无法读写 {folder} 的档案库（{error}）；请检查磁盘、网络盘连接和权限后再试，不要删除任何文件。",
                f"The archive in {folder} cannot be reached ({error}); check the disk, the network drive and the permissions"
                " and try again, and delete nothing.",
            )
        case _:
            return damaged(folder, str(error))


def busy(folder: Path, processes: Sequence[int]) -> ArchiveError:
    """Another process (named where the system tells) writes to the archive."""
    zh, en = _holders(processes)
    return ArchiveError(
        f"档案库 {folder} 正由{zh}写入；档案库没有问题，请等它结束后再试。",
        f"The archive in {folder} is being written to by {en}; nothing is wrong with it, try again when that has finished.",
    )


def still_read(folder: Path, removed: int, processes: Sequence[int]) -> ArchiveError:
    """Submissions are out of the archive, but a reader keeps their text in the log."""
    zh, en = _holders(processes)
    return ArchiveError(
        f"{removed} 份已不在档案库 {folder} 中，但{zh}仍在读旧内容，文字还留在日志文件里；请关闭它，再运行"
        f" matcher archive verify {folder}，届时清除。",
        f"{removed} submissions are no longer in the archive in {folder}, but {en} still reads the state before, so"
        f" their text is still in the log file; close it, then run matcher archive verify {folder}, which erases it.",
    )


def _holders(processes: Sequence[int]) -> tuple[str, str]:
    if not processes:
        return "另一个程序", "another program"
    numbers = ", ".join(map(str, processes))
    return f"进程 {numbers} ", f"process {numbers}"


def read_only(folder: Path) -> ArchiveError:
    """The archive lies where nothing can be written."""
    return ArchiveError(
        f"{folder} 不可写，档案库不能改动；档案库没有问题，请取得写权限，或把整个文件夹复制到可写的地方再试。",
        f"{folder} cannot be written to, so the archive cannot be changed; nothing is wrong with it: get permission to"
        " write, or copy the whole folder to where you may write, and try again.",
    )


def damaged(folder: Path, why: str) -> ArchiveError:
    """What the archive holds is not what was written."""
    return ArchiveError(
        f"{folder} 的档案库已损坏（{why}）；请从备份恢复整个文件夹；没有备份时把它移到别处留存，再重新添加往年申报。",
        f"The archive in {folder} is damaged ({why}); restore the whole folder from a backup; without one move it aside,"
        " keep it, and add the earlier submissions again.",
    )


def damaged_rows(folder: Path, ids: Sequence[str]) -> ArchiveError:
    """Rows do not match their checksums in what is worked out from their text."""
    return ArchiveError(
        f"{folder} 中 {len(ids)} 份的向量或词片与校验和不符（{listed(ids)}）；请运行 matcher archive rebuild {folder}，由文字重算。",
        f"Vectors or shingles of {len(ids)} submissions in {folder} do not match their checksums ({listed(ids)}); run"
        f" matcher archive rebuild {folder}, which makes them again from the text.",
    )
