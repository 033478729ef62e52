"""The concern of each candidate pair by its meaning: all by the fast vectors, the suspicious again by the transformer.

The transformer needs some 0.1 s a text, so it reads only texts of suspicious pairs, the most suspicious first,
each once, within a budget; and the parts of a text only if whole texts leave a pair in doubt. Of these pairs its upper
layers then read both texts together. What the fast vectors said stays beside what it says: the readers err on
different pairs.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from matcher import settings
from matcher.duplicates import meaning
from matcher.duplicates.candidates import Candidates
from matcher.duplicates.classifier import BESIDE, DEFAULT_THRESHOLD, Fitted, MeaningFit, Versions
from matcher.embeddings import FAST, SHIPPED, Encoder, Vectors, encode, reads_pairs
from matcher.progress import Progress, halves, silent, steps
from matcher.shingles import Ints, Mask

Concerns = NDArray[np.float64]
Input = TypeVar("Input")
Output = TypeVar("Output")
_PAIRS_OF_ONE = settings.count("duplicates.rerank.pairs_of_one")
_MOST_LETTERS = settings.letters("duplicates.rerank.most")
_LEAST_LETTERS = settings.letters("duplicates.rerank.least")
_A_TEXT = settings.letters("duplicates.rerank.a_text")
_LATIN = settings.weight("duplicates.rerank.latin_letter")
_GIST_SHARE = settings.share("duplicates.gist.of_letters")
_GIST_COSINE = settings.score("duplicates.gist.cosine")
_TOGETHER = settings.count("duplicates.progress.together")


def concerns(
    candidates: Candidates,
    table: Concerns,
    undecided: Mask,
    model: Fitted,
    fast: Encoder,
    reader: Encoder | None,
    progress: Progress,
) -> Concerns:
    """The concern (p,) of each pair by its meaning; without a `reader` the fast vectors alone judge, by the `table` of features.

    The reader reads of the `undecided` pairs (p,) only: what is copied is found without it.
    """
    pairs, texts, same = candidates.pairs, candidates.texts, candidates.same_language
    first = model.reader(fast)
    result = first.alone.many(table, same)
    result[_silent(candidates)] = 0.0
    if reader is None or not len(pairs):
        return result
    suspicion = np.where(undecided, result, 0.0)
    letters = np.array([_letters(text.sentences) for text in texts])
    chosen = _affordable(letters, pairs, suspicion, model.again, _PAIRS_OF_ONE, candidates.batch)
    fit, rows = model.reader(reader), table[chosen]
    regressions, unknown = fit.alone, [1]
    if fit.beside is not None and fast.name == FAST:
        regressions, unknown = fit.beside, [1, len(BESIDE) - 1]
        if fit.paired is not None and reads_pairs(reader) is not None:
            regressions, unknown = fit.paired, [*unknown, len(BESIDE)]
        rows = np.column_stack([rows, rows[:, 0], np.zeros((len(rows), len(unknown) - 1))])
    again, read = _again(
        candidates, pairs[chosen], rows, unknown, same[chosen], fit, regressions, reader, progress
    )
    result[chosen[read]] = again[read]
    return result


def budget(texts: int) -> float:
    """How many letters the reader reads at most for a batch of so many texts, once in whole texts and once more in parts."""
    return max(float(_LEAST_LETTERS), float(_MOST_LETTERS) - _A_TEXT * texts)


def _silent(candidates: Candidates) -> Mask:
    """The pairs of which one text has no sentence of its own."""
    silent = np.array([not text.sentences for text in candidates.texts], bool)
    return np.asarray(silent[candidates.pairs].any(axis=1))


def _affordable(
    letters: Concerns, pairs: Ints, concern: Concerns, least: float, most_of_one: int, batch: int
) -> Ints:
    """The numbers of the pairs from a concern of `least` on whose texts the `budget` of a batch pays for, highest first.

    `letters` (n,) are what reading each text costs. Of a text that is in more than `most_of_one` of them only so many are taken.
    """
    counts, taken = np.zeros(len(letters), np.int64), np.zeros(len(letters), bool)
    left, chosen = budget(batch), []
    for number in np.argsort(-concern, kind="stable"):
        if concern[number] < least:
            break
        pair = pairs[number]
        if (counts[pair] >= most_of_one).all():
            continue
        cost = float(letters[pair][~taken[pair]].sum())
        if cost > left:
            continue
        left -= cost
        taken[pair] = True
        counts[pair] += 1
        chosen.append(int(number))
    return np.array(chosen, np.int64)


def _letters(parts: Sequence[str]) -> float:
    return sum(_LATIN if letter.isascii() else 1.0 for part in parts for letter in part)


def _again(
    candidates: Candidates,
    pairs: Ints,
    table: Concerns,
    unknown: list[int],
    same: Mask,
    fit: MeaningFit,
    regressions: Versions,
    reader: Encoder,
    progress: Progress,
) -> tuple[Concerns, Mask]:
    """The concern of pairs as the reader sees them, and which it has read as far as it must; (p,) both.

    `table` holds what the `regressions` weigh, by the fast vectors, whose word holds where the budget ends. The
    `unknown` columns are what takes longest, the pairing of parts and what the reader of pairs says.
    """
    rows = table.copy()
    members, local = np.unique(pairs, return_inverse=True)
    local, texts = local.reshape(-1, 2), [candidates.texts[i] for i in members]
    of_texts, of_parts = halves(progress)
    plain, runs = _documents(reader, [text.text for text in texts], of_texts)
    rows[:, 0] = _cosines(meaning.centred(plain, fit.centre_for(reader.dimension)), local)
    rows[:, unknown] = fit.highest[: len(unknown)]
    split = [meaning.parts(text) for text in texts]
    letters = np.array([_letters(parts) for parts in split])
    at_most = regressions.many(rows, same)
    doubtful = _affordable(letters, local, at_most, DEFAULT_THRESHOLD, len(local), candidates.batch)
    read = (at_most < DEFAULT_THRESHOLD) | np.isin(np.arange(len(pairs)), doubtful)
    rows[:, unknown] = 0.0
    if len(doubtful):
        both = len(unknown) > 1
        paired = _by_parts(candidates, members, local[doubtful], split, reader, of_parts, both=both)
        rows[doubtful[:, None], unknown[: 1 + both]] = paired
    if len(unknown) > 2:
        rows[:, -1] = fit.highest[-1]
        near = doubtful[regressions.many(rows[doubtful], same[doubtful]) >= DEFAULT_THRESHOLD]
        rows[:, -1] = 0.0
        rows[near, -1] = _log_odds(reader, runs, local[near])
    least = np.where(same & _gists(letters, plain, local), DEFAULT_THRESHOLD, 0.0)
    return np.maximum(regressions.many(rows, same), least), read


def _gists(letters: Concerns, documents: Vectors, pairs: Ints) -> Mask:
    """Which pairs (p, 2) of texts may be one and its summary: (p,), by their letters (n,) and the vectors of whole texts (n, d).

    The regressions take what a summary leaves out for sentences, figures and sites of another study.
    """
    lengths = np.sort(letters[pairs])
    short = lengths[:, 0] <= _GIST_SHARE * lengths[:, 1]
    return np.asarray(short & (_cosines(documents, pairs) >= _GIST_COSINE))


def _cosines(vectors: Vectors, pairs: Ints) -> Vectors:
    """The cosine (p,) of the two vectors of each pair (p, 2)."""
    return np.asarray(np.einsum("ij,ij->i", *vectors[pairs.T]))


def _by_parts(
    candidates: Candidates,
    members: Ints,
    pairs: Ints,
    split: Sequence[list[str]],
    reader: Encoder,
    progress: Progress,
    *,
    both: bool,
) -> Concerns:
    """How the parts of pairs (p, 2) of the `members` are paired, `split` being theirs, by the reader and by `both`; (p, 1 or 2)."""
    kept, local = np.unique(pairs, return_inverse=True)
    local, chosen = local.reshape(-1, 2), [split[i] for i in kept]
    slow = meaning.by_text(_read(reader, list(chain.from_iterable(chosen)), progress), chosen)
    texts = [candidates.texts[i] for i in members[kept]]
    signs = [meaning.aligned(texts, slow, local)]
    if both:
        fast = [candidates.readings.sentences[i] for i in members[kept]]
        signs.append(meaning.one_to_one(texts, fast, slow, local))
    return np.column_stack(signs).astype(np.float64)


def _documents(
    reader: Encoder, texts: Sequence[str], progress: Progress
) -> tuple[Vectors, Sequence[Vectors]]:
    """The vectors of whole texts, and their runs if the reader reads pairs."""
    together = reads_pairs(reader)
    if together is None:
        return _read(reader, texts, progress), ()
    shares = _shared(reader, together.documents, texts, progress)
    rows = np.concatenate([np.zeros((0, reader.dimension), np.float32), *(rows for rows, _ in shares)])
    return rows, [runs for _, each in shares for runs in each]


def _log_odds(reader: Encoder, runs: Sequence[Vectors], pairs: Ints) -> Concerns:
    """The log-odds (p,) that two texts are one study, of pairs (p, 2) of texts by number, read together."""
    together = reads_pairs(reader)
    assert together is not None
    read = together.log_odds
    shares = _shared(reader, lambda some: [read(runs[a], runs[b]) for a, b in some], pairs.tolist(), silent)
    return np.array([odds for share in shares for odds in share], np.float64)


def _read(reader: Encoder, texts: Sequence[str], progress: Progress) -> Vectors:
    """The vectors of texts."""
    read = _shared(reader, lambda some: encode(reader, some, "passage"), texts, progress)
    return np.concatenate([np.zeros((0, reader.dimension), np.float32), *read])


def _shared(
    reader: Encoder, work: Callable[[Sequence[Input]], Output], items: Sequence[Input], progress: Progress
) -> list[Output]:
    """What the reader makes of the items, some at a time; a shipped one, which takes one by one, gets a share on each core."""
    starts = range(0, len(items), _TOGETHER)
    cores = min(os.cpu_count() or 1, len(starts)) if reader.name in SHIPPED else 1
    with ThreadPoolExecutor(max(cores, 1)) as executor:
        shares = [executor.submit(work, items[start : start + _TOGETHER]) for start in starts]
        try:
            return [share.result() for share in steps(shares, progress)]
        finally:  # where whoever listens ends the search, the rest is not read
            executor.shutdown(cancel_futures=True)
