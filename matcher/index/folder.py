"""The index folder: named parts, a manifest that vouches for them, written as one.

    manifest.json    what it was built from, and a checksum of each part
    topics.jsonl     the topics of the guide
    passages.jsonl   their passages, each with the key of its vector
    vectors.safetensors   the vectors, a row a passage

The folder's name is a hash of everything that decides its content, so another guide, encoder
or setting is another folder and no answer can come from a stale one.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from matcher import settings
from matcher.embeddings import Encoder, Vectors
from matcher.errors import IndexFolderError, reason
from matcher.files import temporary_folder, unwritten
from matcher.index.corpus import Corpus
from matcher.message import Catalogue, Message
from matcher.types import Guide

say = Catalogue(__file__)

INDEX_FORMAT = 2
_VECTORS = "vectors.safetensors"
_PARTS = ("topics.jsonl", "passages.jsonl", _VECTORS)
_ROUNDING = settings.share("index.folder.rounding")


def recipe(guide: Guide, encoder: Encoder) -> dict[str, str | int]:
    """Everything that decides the content of an index; its hash is the folder's name."""
    topics = "\n".join(_json(asdict(topic)) for topic in guide.topics)
    return {
        "format": INDEX_FORMAT,
        "guide": guide.id,
        "guide_sha256": guide.sha256,
        # The topics as read, not only the document: a better reader must not find the old topics.
        "topics_sha256": sha256(topics.encode("utf-8", "surrogatepass")).hexdigest(),
        "encoder": encoder.name,
        "encoder_fingerprint": encoder.fingerprint,
        "settings": settings.digest(("segment", "letter_spacing", "word_breaks", "embeddings")),
    }


def open_or_build(guide: Guide, encoder: Encoder, cache: Path) -> tuple[Corpus, Message | None]:
    """The corpus of the guide by the encoder, and a note where it could not be kept or was rebuilt.

    A damaged or foreign folder that stands in its place is replaced.
    """
    wanted = recipe(guide, encoder)
    folder = cache / "index" / sha256(_json(wanted).encode()).hexdigest()[:24]
    note: Message | None = None
    if folder.exists():
        try:
            return _read(folder, wanted, guide, encoder), note
        except IndexFolderError as error:
            note = error.message
            shutil.rmtree(folder, ignore_errors=True)
    corpus = Corpus(guide.topics, encoder)
    try:
        _write(folder, wanted, corpus)
    except OSError as error:
        note = unwritten(cache, error)
    return corpus, note


def _json(value: Mapping[str, object]) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _lines(corpus: Corpus) -> dict[str, bytes]:
    """The parts that people read, as bytes."""
    rows = {
        "topics.jsonl": [_json(asdict(t)) for t in corpus.topics],
        "passages.jsonl": [_json({"key": key, **p._asdict()}) for key, p in enumerate(corpus.passages)],
    }
    return {
        name: "".join(f"{row}\n" for row in each).encode("utf-8", "surrogatepass")
        for name, each in rows.items()
    }


def _write(folder: Path, manifest: Mapping[str, object], corpus: Corpus) -> None:
    """All parts into a new folder beside its place, then one rename: readers see all or nothing."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with temporary_folder(folder.parent) as building:
        for name, content in _lines(corpus).items():
            (building / name).write_bytes(content)
        save_file({"vectors": corpus.vectors}, building / _VECTORS)
        checksums = {name: _checksum(building / name) for name in _PARTS}
        (building / "manifest.json").write_text(_json({**manifest, "checksums": checksums}) + "\n", "utf-8")
        try:
            building.rename(folder)
        except OSError:
            # Another process was faster: its folder has the same name, so the same content.
            if not (folder / "manifest.json").exists():
                raise


def _checksum(file: Path) -> str:
    return sha256(file.read_bytes()).hexdigest()


def _read(folder: Path, wanted: Mapping[str, object], guide: Guide, encoder: Encoder) -> Corpus:
    """The corpus in a folder, once its parts are those that its manifest and the guide ask for."""
    try:
        manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
        checksums = {name: _checksum(folder / name) for name in _PARTS}
        vectors = load_file(folder / _VECTORS)["vectors"]
        corpus = Corpus(guide.topics, encoder, vectors)
        same = all((folder / name).read_bytes() == content for name, content in _lines(corpus).items())
    except (OSError, ValueError, KeyError, RecursionError, SafetensorError) as error:
        raise _rebuilt(folder, say("rebuilt.lacking", error=reason(error))) from error
    if manifest != {**wanted, "checksums": checksums} or not same:
        raise _rebuilt(folder, say("rebuilt.manifest"))
    shape = len(corpus.passages), encoder.dimension
    if vectors.dtype != np.float32 or vectors.shape != shape or not _unit(vectors):
        raise _rebuilt(folder, say("rebuilt.vectors"))
    return corpus


def _unit(vectors: Vectors) -> bool:
    """Whether every row has length 1, or is zero as that of a text in which the encoder knows nothing."""
    with np.errstate(all="ignore"):  # a damaged number may be too large to square
        lengths = np.linalg.norm(vectors, axis=1)
    return bool(((np.abs(lengths - 1) < _ROUNDING) | (lengths == 0)).all())


def _rebuilt(folder: Path, why: Message) -> IndexFolderError:
    return IndexFolderError(say("rebuilt", name=folder.name, why=why))
