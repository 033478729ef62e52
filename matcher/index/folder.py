"""The index folder: named parts, a manifest that vouches for them, written as one.

    manifest.json    what it was built from, and a checksum of each part
    topics.jsonl     the topics of the guide
    passages.jsonl   their passages, each with the key of its vector
    vectors.faiss    the vectors

The folder's name is a hash of everything that decides its content, so another guide, encoder,
dictionary or setting is another folder and no answer can come from a stale one.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path

import faiss
import numpy as np
import platformdirs

from matcher.embeddings import Encoder, read
from matcher.errors import IndexFolderError
from matcher.index import dense
from matcher.segment import LONGEST_PASSAGE, dictionary_fingerprint, fold, passages, whole
from matcher.types import Guide, Passage, Topic

FORMAT = 2
_PARTS = ("topics.jsonl", "passages.jsonl", "vectors.faiss")


def cache_folder() -> Path:
    """Where index folders are kept: $MATCHER_CACHE, or the user's cache folder."""
    named = os.environ.get("MATCHER_CACHE")
    return Path(named) if named else Path(platformdirs.user_cache_dir("proposal-matcher"))


def recipe(guide: Guide, encoder: Encoder) -> dict[str, str | int]:
    """Everything that decides the content of an index; its hash is the folder's name."""
    topics = "\n".join(_json(asdict(topic)) for topic in guide.topics)
    return {
        "format": FORMAT,
        "guide": guide.id,
        "guide_sha256": guide.sha256,
        # The topics as read, not only the document: a better reader must not find the old topics.
        "topics_sha256": sha256(topics.encode("utf-8", "surrogatepass")).hexdigest(),
        "encoder": encoder.name,
        "encoder_fingerprint": encoder.fingerprint,
        "dictionary": dictionary_fingerprint(),
        "longest_passage": LONGEST_PASSAGE,
    }


def open_or_build(guide: Guide, encoder: Encoder, cache: Path) -> tuple[list[Passage], faiss.Index, str]:
    """The passages of the guide in order of key, their vectors, and a note if a folder was rebuilt.

    The note is "" unless a damaged or foreign folder stood in the way; it is replaced then.
    """
    wanted = recipe(guide, encoder)
    folder = cache / "index" / sha256(_json(wanted).encode()).hexdigest()[:24]
    note = ""
    if folder.exists():
        try:
            return (*_read(folder, wanted), note)
        except IndexFolderError as error:
            note = str(error)
            shutil.rmtree(folder, ignore_errors=True)
    found = topic_passages(guide.topics)
    texts = [[fold(p.text) for p in passages(topic.id, topic.text)] for topic in guide.topics]
    vectors = np.concatenate(read(encoder, texts, "passage"))
    index = dense.build(vectors, np.arange(len(found)))
    _write(folder, wanted, guide.topics, found, index)
    return found, index, note


def topic_passages(topics: Sequence[Topic]) -> list[Passage]:
    """The sentences of all topics in order (titles among them), then each topic's whole text.

    Offsets count in `topic.text`; a passage's key is its place in this list.
    """
    sentences = [p for topic in topics for p in passages(topic.id, topic.text)]
    return sentences + [whole(topic.id, topic.text) for topic in topics]


def _json(value: Mapping[str, object]) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _write(
    folder: Path,
    manifest: Mapping[str, object],
    topics: Sequence[Topic],
    found: Sequence[Passage],
    index: faiss.Index,
) -> None:
    """All parts into a new folder beside its place, then one rename: readers see all or nothing."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    building = Path(tempfile.mkdtemp(prefix=".building-", dir=folder.parent))
    try:
        lines = {
            "topics.jsonl": [_json(asdict(t)) for t in topics],
            "passages.jsonl": [_json({"key": key, **p._asdict()}) for key, p in enumerate(found)],
        }
        for name, rows in lines.items():
            (building / name).write_text("".join(f"{row}\n" for row in rows), "utf-8", "surrogatepass")
        faiss.write_index(index, str(building / "vectors.faiss"))
        checksums = {name: _checksum(building / name) for name in _PARTS}
        (building / "manifest.json").write_text(_json({**manifest, "checksums": checksums}) + "\n", "utf-8")
        building.rename(folder)
    except OSError:
        # Another process was faster: its folder has the same name, so the same content.
        if not (folder / "manifest.json").exists():
            raise
    finally:
        shutil.rmtree(building, ignore_errors=True)


def _checksum(file: Path) -> str:
    return sha256(file.read_bytes()).hexdigest()


def _read(folder: Path, wanted: Mapping[str, object]) -> tuple[list[Passage], faiss.Index]:
    """The parts of a folder after its manifest and checksums have been checked."""
    try:
        manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
        checksums = {name: _checksum(folder / name) for name in _PARTS}
    except (OSError, ValueError) as error:
        raise _rebuilt(folder, f"缺少部件（{error}）", f"a part is missing ({error})") from error
    if manifest != {**wanted, "checksums": checksums}:
        raise _rebuilt(folder, "内容与清单不符", "its parts do not match its manifest")
    rows = [
        json.loads(line)
        for line in (folder / "passages.jsonl").read_text("utf-8", "surrogatepass").split("\n")
        if line
    ]
    found = [Passage(r["id"], r["doc_id"], r["start"], r["end"], r["text"]) for r in rows]
    return found, faiss.read_index(str(folder / "vectors.faiss"))


def _rebuilt(folder: Path, chinese: str, english: str) -> IndexFolderError:
    return IndexFolderError(
        f"索引 {folder.name} {chinese}，已重建。 / Index {folder.name}: {english}; it was rebuilt."
    )
