"""What an archive in Milvus says of itself: one row, so that it is the old state or the new one."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from matcher.archive import rows
from matcher.archive.contract import newer
from matcher.archive.milvus.address import Address
from matcher.archive.milvus.connection import damaged

FORMAT = 1


@dataclass(frozen=True, slots=True)
class ArchiveState:
    """What an archive says of itself; `dimension` 0: nothing was ever added. As JSON it fits one text of Milvus.

    Rows with the keys `going` are out of the archive and still to be erased, from the partitions `touched`.
    """

    format: int = FORMAT
    version: int = 0
    generation: int = 1
    dimension: int = 0
    encoder: str = ""
    fingerprint: str = ""
    count: int = 0
    total: str = "0"
    last: int = 0
    going: tuple[int, ...] = ()
    touched: tuple[str, ...] = ()

    @property
    def written(self) -> str:
        """As one text."""
        return json.dumps(asdict(self))

    @property
    def sum(self) -> rows.Total:
        """How many rows there are and the sum of their checksums."""
        return rows.Total(self.count, int(self.total, 16))

    @property
    def filter(self) -> str:
        """Which rows of records and shingles belong to this state."""
        gone = f" and key not in {list(self.going)}" if self.going else ""
        return f"key <= {self.last}{gone}"


def read_state(written: str, address: Address) -> ArchiveState:
    """The state in a text; ArchiveError where this program did not write it, or a later version did."""
    try:
        stated = json.loads(written)
        if stated["format"] > FORMAT:
            raise newer(address, stated["format"], FORMAT)
        return ArchiveState(
            **{**stated, "going": tuple(stated["going"]), "touched": tuple(stated["touched"])}
        )
    except (ValueError, KeyError, TypeError) as error:
        raise damaged(address, f"{written[:40]!r} 不是状态 is no state") from error
