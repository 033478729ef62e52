"""The concern of each candidate pair by its meaning: all by the fast vectors, the suspicious again by the transformer.

The transformer needs some 0.1 s a text, so it reads only texts of suspicious pairs, the most suspicious first,
each once, within a budget; and the sentences of a text only if whole texts leave a pair in doubt.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matcher.duplicates import meaning
from matcher.duplicates.candidates import Candidates
from matcher.duplicates.concern import DEFAULT_THRESHOLD, Fitted, MeaningFit
from matcher.embeddings import Encoder, encode
from matcher.shingles import Ints

Concerns = NDArray[np.float64]
# Pairs of one text that are read again at most, the most suspicious ones.
_PAIRS_OF_ONE = 20
# Letters that the transformer reads at most for a batch: 10,000 proposals stay within two minutes on two cores.
_MOST_LETTERS = 150_000


def concerns(candidates: Candidates, model: Fitted, fast: Encoder, reader: Encoder | None) -> Concerns:
    """The concern (p,) of each pair by its meaning; without a `reader` the fast vectors alone judge."""
    pairs, texts = candidates.pairs, candidates.texts
    first = model.reader(fast.name)
    table = meaning.features(texts, candidates.readings, pairs)
    same = _same_language(candidates)
    result = first.many(table, same)
    result[_silent(candidates)] = 0.0
    if reader is None or not len(pairs):
        return result
    chosen = _chosen(candidates, result, model.again)
    result[chosen] = _again(
        candidates, pairs[chosen], table[chosen], same[chosen], model.reader(reader.name), reader
    )
    return result


def _same_language(candidates: Candidates) -> NDArray[np.bool_]:
    han = np.array([text.han for text in candidates.texts], bool)
    return np.asarray(han[candidates.pairs[:, 0]] == han[candidates.pairs[:, 1]])


def _silent(candidates: Candidates) -> NDArray[np.bool_]:
    """The pairs of which one text has no sentence of its own."""
    silent = np.array([not text.sentences for text in candidates.texts], bool)
    return np.asarray(silent[candidates.pairs].any(axis=1))


def _chosen(candidates: Candidates, concern: Concerns, again: float) -> Ints:
    """The numbers of the pairs that are read again, the most suspicious first, within the limits."""
    letters = np.array([sum(map(len, text.sentences)) for text in candidates.texts])
    counts, taken = np.zeros(len(letters), np.int64), np.zeros(len(letters), bool)
    left, chosen = _MOST_LETTERS, []
    for number in np.argsort(-concern, kind="stable"):
        if concern[number] < again:
            break
        pair = candidates.pairs[number]
        if (counts[pair] >= _PAIRS_OF_ONE).all():
            continue
        cost = int(letters[pair][~taken[pair]].sum())
        if cost > left:
            continue
        left -= cost
        taken[pair] = True
        counts[pair] += 1
        chosen.append(int(number))
    return np.array(chosen, np.int64)


def _again(
    candidates: Candidates,
    pairs: Ints,
    table: Concerns,
    same: NDArray[np.bool_],
    fit: MeaningFit,
    reader: Encoder,
) -> Concerns:
    """The concern of pairs as the reader sees them; `table` holds the features by the fast vectors."""
    rows = table.copy()
    members, local = np.unique(pairs, return_inverse=True)
    local = local.reshape(-1, 2)
    texts = [candidates.texts[i] for i in members]
    documents = meaning.centred(
        encode(reader, [text.text for text in texts], "passage"), fit.centre_for(reader.dimension)
    )
    rows[:, 0] = np.einsum("ij,ij->i", documents[local[:, 0]], documents[local[:, 1]])
    rows[:, 1] = fit.highest
    doubtful = fit.many(rows, same) >= DEFAULT_THRESHOLD
    rows[:, 1] = 0.0
    if doubtful.any():
        kept, short = np.unique(local[doubtful], return_inverse=True)
        sentences = meaning.read_sentences([texts[i] for i in kept], reader)
        rows[doubtful, 1] = meaning.aligned(sentences, short.reshape(-1, 2))
    return fit.many(rows, same)
