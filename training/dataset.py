"""From corpora to training arrays: pairs, tokenizer, bags and the teacher's targets, each kept on disk."""

from __future__ import annotations

import logging
import pickle
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from tokenizers import Tokenizer

from training import bags, corpora, heldout, pairs, teacher, vocabulary
from training.bags import Bags
from training.batches import Source
from training.corpora import HAN
from training.pairs import Pair

log = logging.getLogger(__name__)
CHINESE_PIECES, ENGLISH_PIECES = 42_000, 20_000  # more would load in over 150 ms
# Sources whose English side the teacher reads, with the longest text in characters: it reads slowly.
DISTILLED = {"sentences": 80, "chinaxiv_keywords": 60, "chinaxiv_parallel": 160, "glossary": 60}


@dataclass(frozen=True)
class Places:
    """Where everything is: corpora, evaluation sets, the folder of our own texts, and the folder to work in."""

    corpora: Path
    evaluation: Path
    own: Path
    work: Path


@dataclass(frozen=True)
class Dataset:
    """All that training reads."""

    pieces: list[tuple[str, float]]
    tokenizer: Tokenizer
    texts: list[str]
    bags: Bags
    sources: dict[str, Source]
    trained: dict[str, list[Pair]]  # of the sources with a held part
    held: dict[str, list[Pair]]


def kept(file: Path, make: Callable[[], Any]) -> Any:
    """What `make` gives, read from `file` if an earlier run left it there; its folder is made where it is not there yet."""
    if not file.exists():
        log.info("making %s", file.name)
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_suffix(".part")
        part.write_bytes(pickle.dumps(make()))
        part.rename(file)
    return pickle.loads(file.read_bytes())


def load(places: Places) -> Dataset:
    """The dataset, made step by step; a step that is already in the work folder is read."""
    found: dict[str, list[Pair]] = kept(places.work / "pairs.pkl", lambda: collected(places))
    words, characters = kept(places.work / "counts.pkl", lambda: vocabulary.count(_texts(found)))
    pieces = vocabulary.choose(
        words, characters, corpora.dictionary(places.corpora), _terms(found), CHINESE_PIECES, ENGLISH_PIECES
    )
    tokenizer = vocabulary.tokenizer(pieces)
    trained, held = {}, {}
    for name, one_in in heldout.HELD.items():
        trained[name], held[name] = heldout.split(found[name], one_in)
    used = found | trained
    texts = _texts(used)
    cut: Bags = kept(places.work / "bags.pkl", lambda: bags.cut(tokenizer, texts))
    number = {text: i for i, text in enumerate(texts)}
    sources = {}
    for name, listed in used.items():
        numbers = np.array([[number[a], number[b]] for a, b in listed], np.int64)
        sources[name] = Source(numbers[:, 0], numbers[:, 1], dropout=0.6 if name == "titles" else 0.1)
    sources |= _distilled(used, number, places.work)
    return Dataset(pieces, tokenizer, texts, cut, sources, trained, held)


def _texts(found: dict[str, list[Pair]]) -> list[str]:
    return list(dict.fromkeys(text for listed in found.values() for pair in listed for text in pair))


def _terms(found: dict[str, list[Pair]]) -> list[str]:
    """The words of our own texts: glossary terms, and the words of English terms and paraphrases."""
    texts = _texts({name: found[name] for name in pairs.OWN})
    words = {word for text in texts for word in re.findall(r"[a-z]{3,}", text)}
    terms = {text for pair in found["glossary"] for text in pair if re.fullmatch(r"[\u4e00-\u9fff]+", text)}
    return sorted(words | terms)


def collected(places: Places) -> dict[str, list[Pair]]:
    """Every source's pairs, without texts of the evaluation sets."""
    banned = corpora.evaluation_keys(places.evaluation)
    found = {}
    for name, source in pairs.SOURCES.items():
        folder = places.own if name in pairs.OWN else places.corpora
        found[name], removed = pairs.collect(source, folder, banned, seed=1, same=name == "titles")
        log.info("%s: %d pairs, %d removed that hold an evaluation text", name, len(found[name]), removed)
    return found


def _distilled(found: dict[str, list[Pair]], number: dict[str, int], work: Path) -> dict[str, Source]:
    """Sources in which both sides of a translation aim at the teacher's vector of the English."""
    targets: dict[str, int] = {}
    links: dict[str, list[tuple[int, int]]] = {}
    for name, longest in DISTILLED.items():
        links[name] = []
        for pair in found[name]:
            for english, other in (pair, pair[::-1]):
                if len(english) <= longest and not HAN.search(english) and HAN.search(other):
                    target = targets.setdefault(english, len(targets))
                    links[name] += [(number[english], target), (number[other], target)]
    vectors = teacher.vectors(list(targets), work / "teacher", 40)
    vectors -= vectors.mean(0)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    made = {}
    for name, listed in links.items():
        numbers = np.array(sorted(set(listed)), np.int64)
        made[f"teacher_{name}"] = Source(numbers[:, 0], numbers[:, 1], vectors)
    return made
