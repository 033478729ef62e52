"""What is wrong with an archive in Milvus that can be reached, for people."""

from __future__ import annotations

from collections.abc import Sequence

from matcher import settings
from matcher.archive.milvus.address import Address
from matcher.errors import ArchiveError

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
