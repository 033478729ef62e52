"""What Milvus holds of an archive: its state as one row, and rows with text in parts, vectors of 32 bits, kept shingles as a sparse vector."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

import numpy as np

from matcher import settings
from matcher.archive import failures, rows
from matcher.archive.milvus.connection import Address
from matcher.arrays import Ints
from matcher.message import Catalogue
from matcher.shingles import Hashes

if TYPE_CHECKING:
    from pymilvus import MilvusClient

say = Catalogue(__file__)

_STATE_FORMAT = 1  # of the state
# Characters of one text: Milvus takes 65,535 bytes, and no character has more than four.
_LONGEST = 16_383
# Milvus numbers dimensions up to 2^32 - 2. That one says that a text keeps no shingle; hashes end below it.
_NONE = (1 << 32) - 2
LARGEST = _NONE - 1
# Years that have a partition of their own: a server takes 1,024 partitions, two a year.
_YEAR = re.compile("(?:19|20)[0-9]{2}")
# HNSW (Malkov, Yashunin 2018) with Milvus's usual numbers; `ef` is what a search looks at. Not measured on a server.
INDEX: Mapping[str, Mapping[str, int]] = {
    "HNSW": {
        "M": settings.count("archive.milvus.codec.links"),
        "efConstruction": settings.count("archive.milvus.codec.built_with"),
    }
}
SEARCH: Mapping[str, Mapping[str, Any]] = {
    "vector": {"params": {"ef": settings.count("archive.milvus.codec.looked_at")}}
}

# Of each kind of collection the fields, their types and sizes: its key first, last a vector, which each must have.
_TEXT, _NOTHING = ("VARCHAR", {"max_length": 65_535}), ("nothing", "FLOAT_VECTOR", {"dim": 2})
_COLLECTIONS: Mapping[str, Sequence[tuple[str, str, Mapping[str, int]]]] = {
    "about": (("name", "VARCHAR", {"max_length": 100}), ("value", *_TEXT), _NOTHING),
    "records": (
        ("key", "INT64", {}), ("text", *_TEXT), ("id_hash", "VARCHAR", {"max_length": 32}), ("parts", "INT64", {}),
        ("han", "INT64", {}), ("checksum", "VARCHAR", {"max_length": 64}),
        ("text_checksum", "VARCHAR", {"max_length": 64}), ("vector", "FLOAT_VECTOR", {}),
    ),
    "shingles": (("key", "INT64", {}), ("shingles", "SPARSE_FLOAT_VECTOR", {})),
    "more": (("place", "INT64", {}), ("key", "INT64", {}), ("text", *_TEXT), _NOTHING),
}  # fmt: skip

Entity = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ArchiveState:
    """What an archive says of itself; `dimension` 0: nothing was ever added. As JSON it fits one text of Milvus.

    Rows with the keys `going` are out of the archive and still to be erased, from the partitions `touched`.
    """

    format: int = _STATE_FORMAT
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
    """The state in a text; ArchiveError where this program did not write it, or another version did."""
    try:
        stated = json.loads(written)
        if stated["format"] != _STATE_FORMAT:
            raise failures.other_format(address, stated["format"], _STATE_FORMAT)
        return ArchiveState(
            **{**stated, "going": tuple(stated["going"]), "touched": tuple(stated["touched"])}
        )
    except (ValueError, KeyError, TypeError) as error:
        raise failures.damaged(address, say("damaged.state", written=written[:40])) from error


@dataclass(frozen=True, slots=True)
class NewRow:
    """A row that is to be written."""

    key: int
    fields: rows.Fields
    derived: rows.Derived

    @property
    def partition(self) -> str:
        """The partition: the text's language and year."""
        return partition_of(rows.SCRIPTS[self.derived.han], self.fields[-1])

    @property
    def checksum(self) -> bytes:
        """What binds all of it."""
        return self.derived.checksum(self.key, rows.text_checksum(self.fields))

    def entries(self, kind: str, parts: int) -> list[Entity]:
        """What the collection of this kind holds of it; the rest of a text stands under key * `parts` + its number."""
        if kind == "shingles":
            return [{"key": self.key, "shingles": _sparse(self.derived.shingles)}]
        text = _parts(self.fields)
        if kind == "more":
            rest = enumerate(text[1:], self.key * parts)
            return [
                {"place": place, "key": self.key, "text": part, "nothing": [0.0, 1.0]} for place, part in rest
            ]
        return [
            {
                "key": self.key,
                "id_hash": id_hash(self.fields[0]),
                "text": text[0],
                "parts": len(text),
                "han": self.derived.han,
                "checksum": self.checksum.hex(),
                "text_checksum": rows.text_checksum(self.fields).hex(),
                "vector": np.frombuffer(self.derived.vector, np.float16).astype(np.float32),
            }
        ]


def partition_of(language: str, year: str) -> str:
    """The partition for texts of a language and year."""
    return f"{language}_{year if _YEAR.fullmatch(year) else 'other'}"


def canonical(derived: rows.Derived) -> rows.Derived:
    """With shingles as a sparse vector gives them back: in order of their hashes, none too large for it."""
    shingles = np.sort(np.minimum(np.frombuffer(derived.shingles, np.uint32), LARGEST)).astype(np.uint32)
    return rows.Derived(derived.han, derived.vector, shingles.tobytes())


def _sparse(shingles: bytes) -> dict[int, float]:
    """How often each shingle is kept."""
    hashes, counts = np.unique(np.frombuffer(shingles, np.uint32), return_counts=True)
    return {int(h): float(c) for h, c in zip(hashes, counts, strict=True)} or {_NONE: 1.0}


def _parts(fields: rows.Fields) -> list[str]:
    text = json.dumps(fields, ensure_ascii=False)
    return [text[i : i + _LONGEST] for i in range(0, len(text), _LONGEST)]


def id_hash(name: str) -> str:
    """What an id is sought by."""
    return blake2b(name.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def stored(row: Entity, more: Sequence[str], sparse: Mapping[int, float] | None) -> rows.Submission:
    """The row that was read; one whose text cannot be read has an id that says so, and is not sound."""
    try:
        fields = tuple(map(str, json.loads("".join([row["text"], *more]))))
    except ValueError:
        fields = ()
    if len(fields) != len(rows.FIELDS):
        fields = (f"#{row['key']}", *[""] * (len(rows.FIELDS) - 1))
    derived = None
    if sparse is not None:
        hashes = [h for h, count in sorted(sparse.items()) for _ in range(round(count)) if h != _NONE]
        vector = np.array(row["vector"], np.float32).astype(np.float16).tobytes()
        derived = rows.Derived(row["han"], vector, np.array(hashes, np.uint32).tobytes())
    return rows.Submission(row["key"], fields, _bytes(row["checksum"]), _bytes(row["text_checksum"]), derived)


def kept(rows: Sequence[Entity]) -> tuple[Hashes, Ints, Ints]:
    """Kept shingles of rows with their sparse vectors as Milvus Lite keeps them: all, row by row, how many each has, keys."""
    packed = [row["shingles"] for row in rows]
    pairs = np.frombuffer(b"".join(packed), np.dtype([("hash", "<u4"), ("often", "<f4")]))
    often = np.where(pairs["hash"] == _NONE, 0, pairs["often"]).astype(np.int64)
    ends = np.cumsum([0, *(len(each) // pairs.itemsize for each in packed)])
    counts = np.diff(np.concatenate([[0], np.cumsum(often)])[ends])
    return np.repeat(pairs["hash"], often), counts, np.array([row["key"] for row in rows], np.int64)


def _bytes(written: str) -> bytes:
    try:
        return bytes.fromhex(written)
    except ValueError:
        return b""


def batches(new: Iterable[NewRow], characters: int) -> Iterator[list[NewRow]]:
    """Rows in order, so many together that their texts have about so many characters."""
    some: list[NewRow] = []
    size = 0
    for row in new:
        some.append(row)
        size += sum(map(len, row.fields))
        if size >= characters:
            yield some
            some, size = [], 0
    if some:
        yield some


def schema_of(client: MilvusClient, kind: str, dimension: int) -> tuple[Any, str]:
    """The schema of a kind of collection, and the vector that is indexed; `dimension` is that of "vector"."""
    from pymilvus import DataType

    schema, vector = client.create_schema(auto_id=False), _COLLECTIONS[kind][-1][0]
    for place, (name, of_type, size) in enumerate(_COLLECTIONS[kind]):
        more = {"dim": max(2, dimension)} if name == "vector" else size
        schema.add_field(name, getattr(DataType, of_type), is_primary=place == 0, **more)
    return schema, vector
