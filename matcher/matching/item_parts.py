"""What a sentence of a topic's research contents lists: parts that a proposal covers one by one, by their words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np

from matcher import settings
from matcher.arrays import Floats, Ints, distinct
from matcher.embeddings import Text
from matcher.embeddings.encoder import unit
from matcher.embeddings.static import StaticEncoder
from matcher.index.scores import absolute
from matcher.language import as_characters
from matcher.matching.cues import cues
from matcher.matching.scored import Scored
from matcher.matching.scoring import FastReader
from matcher.segment import fold
from matcher.types import Passage, Span

_FRAME = re.compile(
    r"(?:面向|针对|围绕|基于|通过|结合|根据|按照|依托|利用|采用|随着|为了?|以|在|从|对|由)"
    r"|(?i:for|in|by|with|within|under|through|using|at|on|based on|drawing on)\b"
)
_CUT = re.compile(r"[，,；;]\s*|\s(?=and\b)")
_LEAST = settings.characters("matching.explain.least_part")
_FEWEST = settings.count("matching.explain.fewest_parts")
_OWN = settings.share("matching.explain.own_words")


def parts(passage: Passage) -> list[Passage]:
    """The parts of a sentence that lists several things, together the whole of it; the sentence itself where it lists few."""
    spans = _spans(passage.text)
    if len(spans) < _FEWEST:
        return [passage]
    return [
        Passage(f"{passage.id}.{n}", passage.doc_id, passage.start + a, passage.start + b, passage.text[a:b])
        for n, (a, b) in enumerate(spans)
    ]


def met(fast: FastReader, scored: Scored, row: int, topic: int, listed: Sequence[Passage]) -> Floats:
    """How near each sentence of proposal number `row` comes to each of p parts of topic number `topic`, (n, p).

    The mean of the cosine by the fast reader and of how far it has the words of the part, first of all those that the title has not.
    """
    title = fold(fast.corpus.topics[topic].title)
    texts = [fold(part.text) for part in listed]
    sentences = unit(scored.vectors[slice(*scored.span(row))])
    cosines = np.clip(sentences @ unit(fast.encoder.sums(texts)).T, 0, 1)
    words = words_met(fast.encoder, fast.words.weights_of(topic), title, scored.texts[row], texts)
    near: Floats = (cosines + words) / 2
    return near


def _spans(text: str) -> list[Span]:
    """Where the parts of a sentence stand: what says nothing of its own stays with what follows, or with the last."""
    spans: list[Span] = []
    start, ends = 0, [m.end() for m in _CUT.finditer(text) if m.end() < len(text)]
    for end in [*ends, len(text)]:
        piece = text[start:end].strip()
        last = end == len(text)
        if as_characters(piece) >= _LEAST and (last or not _only_frames(piece)):
            spans.append((start, end))
            start = end
        elif last and spans:
            spans[-1] = (spans[-1][0], end)
    return [(a, a + len(text[a:b].rstrip())) for a, b in spans]


def _only_frames(piece: str) -> bool:
    """Whether a piece says where, for whom or by what means something is done, and no more: 面向社区和乡镇卫生院."""
    return _FRAME.match(piece) is not None and not cues().aims.kinds(fold(piece).lower())


def words_met(
    encoder: StaticEncoder, known: Mapping[int, float], title: str, sentences: Text, parts: Text
) -> Floats:
    """How far each of n sentences has the words of each of p parts of a topic, (n, p); all are folded.

    `known` are the weights of the topic's words by their pieces. What is near a word of the title weighs less, since all parts
    are about that. A part without a word of weight is not met.
    """
    theirs = [
        np.array([p for p in distinct(piece).tolist() if p in known], np.int64)
        for piece in encoder.pieces(parts)
    ]
    mine = [_telling(encoder, piece) for piece in encoder.pieces(sentences)]
    covered = np.zeros((len(sentences), len(parts)))
    pieces, spoken = (_all(each) for each in (theirs, mine))
    if not len(pieces) or not len(spoken):
        return covered
    near = encoder.word_cosines(pieces, encoder.words(spoken))
    best = np.stack([_nearest(near[:, np.searchsorted(spoken, own)]) for own in mine])
    weights = np.array([known[p] for p in pieces.tolist()])
    named = _telling(encoder, encoder.pieces([title])[0])
    own = weights * (1 - _nearest(encoder.word_cosines(pieces, encoder.words(named))))
    for n, part in enumerate(theirs):
        at = np.searchsorted(pieces, part)
        counted = own[at] if own[at].sum() >= _OWN * weights[at].sum() else weights[at]
        if counted.sum() > 0:
            covered[:, n] = best[:, at] @ counted / counted.sum()
    return absolute(covered)


def _telling(encoder: StaticEncoder, pieces: Ints) -> Ints:
    """The pieces that say something."""
    return distinct(pieces[encoder.word_weights(pieces) > 0])


def _all(texts: Sequence[Ints]) -> Ints:
    """The pieces of all texts, ascending."""
    return distinct(np.concatenate([np.zeros(0, np.int64), *texts]))


def _nearest(near: np.ndarray) -> Floats:
    """The highest of each row, in [0, 1]; 0 without a column."""
    highest: Floats = np.clip(near.max(axis=1, initial=0.0), 0.0, 1.0).astype(np.float64)
    return highest
