"""Failures of an archive, told apart: absent, busy, read-only, disk full, unreadable device, damaged, another's.

Each says what to do about it, and none asks anyone to delete an archive: a sound one that is locked
or lies on a full disk looks the same to a hasty reader as a broken one.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from matcher import settings
from matcher.databases import fault
from matcher.embeddings import Encoder
from matcher.errors import ArchiveError
from matcher.message import Message

OTHER = Message("另一个程序", "another program")
_LISTED = settings.count("archive.contract.listed")


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
            return busy(folder)
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


def busy(place: object, who: Message = OTHER) -> ArchiveError:
    """Another program (named where it is known) writes to the archive."""
    return ArchiveError(
        f"档案库 {place} 正由{who.zh}写入；档案库没有问题，请等它结束后再试。",
        f"The archive in {place} is being written to by {who.en}; nothing is wrong with it, try again when that has finished.",
    )


def still_read(folder: Path, removed: int, processes: Sequence[int]) -> ArchiveError:
    """Submissions are out of the archive, but a reader keeps their text in the log."""
    who = holders(processes)
    return ArchiveError(
        f"{removed} 份已不在档案库 {folder} 中，但{who.zh}仍在读旧内容，文字还留在日志文件里；请关闭它，再运行"
        f" matcher archive verify {folder}，届时清除。",
        f"{removed} submissions are no longer in the archive in {folder}, but {who.en} still reads the state before, so"
        f" their text is still in the log file; close it, then run matcher archive verify {folder}, which erases it.",
    )


def holders(processes: Sequence[int]) -> Message:
    """Who holds an archive, as far as the system tells, for people."""
    numbers = ", ".join(map(str, processes))
    return Message(f"进程 {numbers} ", f"process {numbers}") if processes else OTHER


def read_only(folder: Path) -> ArchiveError:
    """The archive lies where nothing can be written."""
    return ArchiveError(
        f"{folder} 不可写，档案库不能改动；档案库没有问题，请取得写权限，或把整个文件夹复制到可写的地方再试。",
        f"{folder} cannot be written to, so the archive cannot be changed; nothing is wrong with it: get permission to"
        " write, or copy the whole folder to where you may write, and try again.",
    )


def absent(place: object) -> ArchiveError:
    """There is no archive at a place."""
    return ArchiveError(
        f"{place} 中没有档案库；请先用 matcher archive add 建立。",
        f"There is no archive in {place}; make one with matcher archive add.",
    )


def damaged(place: object, why: str) -> ArchiveError:
    """What the archive holds is not what was written."""
    return ArchiveError(
        f"{place} 的档案库已损坏（{why}）；请从备份整个恢复；没有备份时原样留存，在别处重新添加往年申报。",
        f"The archive in {place} is damaged ({why}); restore all of it from a backup; without one keep it as it is and add"
        " the earlier submissions again somewhere else.",
    )


def damaged_rows(folder: Path, ids: Sequence[str]) -> ArchiveError:
    """Rows do not match their checksums in what is worked out from their text."""
    return ArchiveError(
        f"{folder} 中 {len(ids)} 份的向量或词片与校验和不符（{listed(ids)}）；请运行 matcher archive rebuild {folder}，由文字重算。",
        f"Vectors or shingles of {len(ids)} submissions in {folder} do not match their checksums ({listed(ids)}); run"
        f" matcher archive rebuild {folder}, which makes them again from the text.",
    )


def listed(ids: Sequence[str]) -> str:
    """Ids in a message, the first of many."""
    return ", ".join(ids[:_LISTED]) + (" …" if len(ids) > _LISTED else "")


def unknown(ids: Sequence[str]) -> ArchiveError:
    """The error of ids that are to be removed and are not there."""
    return ArchiveError(
        f"档案库中没有：{listed(ids)}；未作任何删除，请用 matcher archive list 核对编号。",
        f"Not in the archive: {listed(ids)}; nothing was removed, check the ids with matcher archive list.",
    )


def other_encoder(place: object, bound: str, encoder: Encoder) -> ArchiveError:
    """The error of an archive whose vectors are of the encoder named `bound`."""
    return ArchiveError(
        f"档案库 {place} 的向量由另一个编码器（{bound}）生成，与当前编码器（{encoder.name}）不能比较；"
        f"请运行 matcher archive rebuild {place}。",
        f"The vectors in {place} were made by another"
        f" encoder ({bound}) and cannot be compared with this one ({encoder.name});"
        f" run matcher archive rebuild {place}.",
    )


def newer(place: object, there: int, known: int) -> ArchiveError:
    """The error of an archive whose format `there` is a later one than this program knows."""
    return ArchiveError(
        f"{place} 的档案库格式为 {there}，本程序只认识到 {known}；请用更新的版本打开。",
        f"The archive in {place} has format {there}, this program knows up to {known}; open it with a newer version.",
    )
