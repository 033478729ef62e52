"""A part of the policy data that no experiment trains on, to choose by: the register this encoder is for."""

from __future__ import annotations

from zlib import crc32

import numpy as np

from training.bags import Encode
from training.corpora import HAN
from training.evaluate import ranks, recalls
from training.pairs import Pair

HELD = {
    "glossary": 20,
    "social_science": 10,
    "paraphrases": 20,
}  # one text in so many, by a checksum of the text


def split(pairs: list[Pair], one_in: int) -> tuple[list[Pair], list[Pair]]:
    """(training pairs, held pairs): a pair is held if either text is, and no held text is trained on."""
    held = {text for pair in pairs for text in pair if crc32(text.encode()) % one_in == 0}
    train = [pair for pair in pairs if held.isdisjoint(pair)]
    return train, [pair for pair in pairs if pair[0] in held]


def score(encode: Encode, trained: dict[str, list[Pair]], held: dict[str, list[Pair]]) -> dict[str, float]:
    """R@1 of a held text's partner among the second sides of all pairs of its source."""
    figures = {}
    for name, pairs in held.items():
        documents = list(dict.fromkeys(b for _, b in trained[name] + pairs))
        place = {text: i for i, text in enumerate(documents)}
        vectors = encode(documents)
        for label, english in (("zh", False), ("en", True)):
            asked = [p for p in pairs if bool(HAN.search(p[0])) != english and HAN.search(p[1])]
            if asked:
                scores = encode([a for a, _ in asked]) @ vectors.T
                found = ranks(scores, [place[b] for _, b in asked])
                figures[f"held {name} {label} R@1"] = recalls(found)["R@1"]
                figures[f"held {name} {label} R@10"] = recalls(found)["R@10"]
    return {k: float(np.round(v, 4)) for k, v in figures.items()}
