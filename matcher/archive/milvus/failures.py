"""What is wrong with an archive in Milvus that can be reached, for people."""

from __future__ import annotations

from collections.abc import Sequence

from matcher import settings
from matcher.archive.milvus.address import Address
from matcher.errors import ArchiveError
from matcher.message import Message

_LISTED = settings.count("archive.milvus.failures.listed")


def damaged(address: Address, why: str) -> ArchiveError:
    """What the collections hold is not what was written."""
    return ArchiveError(
        f"{address} 的档案库已损坏（{why}）；请从备份恢复它的全部集合；没有备份时保留原样，换一个集合名重新添加往年申报。",
        f"The archive at {address} is damaged ({why}); restore all of its collections from a backup; without one keep it as"
        " it is and add the earlier submissions again under another name.",
    )


def damaged_texts(address: Address, ids: Sequence[str]) -> ArchiveError:
    """Texts do not match their checksums."""
    listed = ", ".join(ids[:_LISTED]) + (" …" if len(ids) > _LISTED else "")
    return damaged(address, f"文字与校验和不符 text does not match its checksum: {listed}")


def not_erased(removed: int) -> Message:
    """What is sure after a removal from a server, and what is not."""
    return Message(
        f"{removed} 份已不在档案库中，检索不到，服务器也已按要求压缩；旧数据文件和消息日志由服务器按自己的设置稍后删除"
        "（dataCoord.gc.dropTolerance，默认三小时），本程序无法确认。",
        f"{removed} are out of the archive and of every search, and the server was asked to compact; when it deletes the old"
        " files and its message log is set there (dataCoord.gc.dropTolerance, three hours by default): this program cannot"
        " confirm it.",
    )


def missing(stated: int, there: int) -> Message:
    """Rows are missing, or there are too many, as `verify` says it."""
    return Message(
        f"应有 {stated} 份，实有 {there} 份，或有一份被换过；请从备份恢复，或 rebuild 后重新添加缺少的",
        f"{stated} submissions were written down, {there} are there, or one is another: restore a backup, or rebuild and add"
        " what is missing again",
    )


def newer(address: Address, stated: int, known: int) -> ArchiveError:
    """The archive was made by a later version of the program."""
    return ArchiveError(
        f"{address} 的档案库格式为 {stated}，本程序只认识到 {known}；请用更新的版本打开。",
        f"The archive at {address} has format {stated}, this program knows up to {known}; open it with a newer version.",
    )
