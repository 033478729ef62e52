"""What each text says of its own, read once: units, sentences, entities and wording without what does not count.

What nobody would call its own study does not: references, hints of the form, headings, placeholders; texts of the guide and
phrases that many texts share are `shared`'s work.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from matcher import settings
from matcher.archive import Search
from matcher.archive.nearest import Postings
from matcher.arrays import Singles, stretches
from matcher.duplicates import shared
from matcher.duplicates.entities import Entities, entities
from matcher.matching.cues import LISTED, reference_marks
from matcher.progress import Progress, halves, silent, steps
from matcher.readers.fields.in_lines import label_of
from matcher.readers.fields.placeholders import is_placeholder
from matcher.readers.fields.values import is_hint
from matcher.segment import HAN, fold, passages
from matcher.shingles import Hashes, Ints, Mask, Units, units, winnow
from matcher.types import Guide, Span

_LEAST_SENTENCE = settings.characters("duplicates.content.least_sentence")
_MOST_SHARED = settings.share("duplicates.content.most_shared")
_HAN_RUN = re.compile(f"[{HAN}]+")
_STEM = settings.letters("duplicates.content.stem")
_LATIN = re.compile(rf"[a-z]{{{_STEM},}}")
# A number before a line of a list; other marks of an entry are told by `reference_marks`.
_NUMBERED = re.compile(r"\d{1,3}[.、]\s")
_CITED = re.compile(
    r"[\[［]\d{1,3}[\]］][^\[\]［］\n]{6,240}[\[［][JMDCRPNSZ](?:/OL)?[\]］][^\[\]［］\n]{0,120}?\d{4}(?: ?[\d(),，:：.\-–—])*"
)
_LONGEST_HINT = settings.characters("duplicates.boilerplate.longest_hint")
_LONGEST_LABEL = settings.characters("duplicates.boilerplate.longest_label")


@dataclass(frozen=True, slots=True)
class OwnText:
    """A text without what does not count.

    `uncounted` (units,) marks the units that do not count. The n `sentences` are folded, `spans` (n, 2) are their
    places in the original, `weights` (n,) their own units. `wording` holds pairs of Han characters and stems of
    words in any order. `han` is the share of its own units that are Han characters, in [0, 1].
    """

    units: Units
    uncounted: Mask
    sentences: tuple[str, ...]
    spans: Ints
    weights: Singles
    entities: Entities
    wording: frozenset[str]
    han: float

    @property
    def text(self) -> str:
        """The sentences as one text."""
        return "\n".join(self.sentences)

    @property
    def uncounted_spans(self) -> tuple[Span, ...]:
        """What does not count, as (start, end) in characters of the original."""
        starts, ends = self.units.starts, self.units.ends
        return tuple((int(starts[a]), int(ends[b - 1])) for a, b in stretches(self.uncounted))


def read(
    texts: Sequence[str], archive: Search | None, guide: Guide | None, progress: Progress = silent
) -> tuple[list[OwnText], Hashes, Postings]:
    """The contents of a batch, the shingles that nobody owns (of the guide, frequent in batch or archive), and postings.

    These say which archived texts keep which shingles of the batch: none without an archive.
    """
    splitting, reading = halves(progress)
    split = [units(text) for text in steps(texts, splitting)]
    frequent, there = shared.frequent(split, archive)
    known = _known(frequent, guide)
    pairs = list(zip(texts, split, strict=True))
    return [content(text, each, known) for text, each in steps(pairs, reading)], known, there


def _known(frequent: Hashes, guide: Guide | None) -> Hashes:
    hashes = [frequent]
    if guide is not None:
        hashes += [units(line.text).hashes for line in guide.audit]
        hashes += [units(topic.text).hashes for topic in guide.topics]
    return np.unique(np.concatenate(hashes))


def content(text: str, split: Units, known: Hashes) -> OwnText:
    """The content of one text whose units are `split`; `known` are the shingles that nobody owns, ascending."""
    uncounted = shared.mask(split, known) | _covered(split, boilerplate(text))
    spans, weights = _sentences(text, split, uncounted)
    sentences = tuple(fold(text[a:b]) for a, b in spans.tolist())
    own = "\n".join(sentences)
    # A Chinese form around an English text does not make it Chinese.
    own_units = split.weights[~uncounted]
    han = float((own_units == 1).mean()) if len(own_units) else 1.0
    return OwnText(split, uncounted, sentences, spans, weights, entities(own), _wording(own), han)


def _covered(split: Units, stretches: Sequence[tuple[int, int]]) -> Mask:
    """Which units begin in one of the stretches of characters."""
    covered = np.zeros(len(split.codes), bool)
    for start, end in stretches:
        covered[slice(*np.searchsorted(split.starts, (start, end)))] = True
    return covered


def _sentences(text: str, split: Units, uncounted: Mask) -> tuple[Ints, Singles]:
    """The spans (n, 2) and own weights (n,) of the sentences that count."""
    spans = np.array([(p.start, p.end) for p in passages("", text)], np.int64).reshape(-1, 2)
    first, last = np.searchsorted(split.starts, spans).T
    own, shared_units = (
        np.concatenate([[0], np.cumsum(each)]) for each in (np.where(uncounted, 0, split.weights), uncounted)
    )
    weights = own[last] - own[first]
    most = _MOST_SHARED * (last - first)
    kept = (weights >= _LEAST_SENTENCE) & (shared_units[last] - shared_units[first] <= most)
    return spans[kept], weights[kept].astype(np.float32)


def _wording(folded: str) -> frozenset[str]:
    han = "".join(_HAN_RUN.findall(folded))
    stems = {word[:_STEM] for word in _LATIN.findall(folded.lower())}
    return frozenset(stems | {han[i : i + 2] for i in range(len(han) - 1)})


def own_shingles(text: OwnText) -> Hashes:
    """The kept shingles of a text that lie outside of what does not count."""
    places = winnow(text.units.hashes)
    return text.units.hashes[places[~text.uncounted[places]]]


def boilerplate(text: str) -> list[Span]:
    """The boilerplate of a text as (start, end) in characters, in order."""
    listed = [(m.start(), m.end()) for m in _CITED.finditer(text)]
    if opened := LISTED.search(text):  # to the end of its line
        listed.append((opened.start(), opened.end() + len(text[opened.end() :].partition("\n")[0])))
    return sorted([*_lines(text), *listed])


def _lines(text: str) -> Iterator[Span]:
    """Lines that do not count, and the labels at the head of those that do; a list of references has its lines."""
    start, listing = 0, False
    for line in text.split("\n"):
        end = start + len(line)
        bare = line.strip()
        heading = label_of(bare) if bare else ()
        if heading[:1] == ("references",):
            listing = True
            yield start, end
        elif listing and bare and not heading and (_NUMBERED.match(bare) or reference_marks(bare)):
            yield start, end
        else:
            listing = listing and not bare
            short = 0 < len(bare) <= _LONGEST_HINT
            if short and (heading or is_hint(line) or is_placeholder(line)):
                yield start, end
            elif label := _label(line):
                yield start, start + label
        start = end + 1


def _label(line: str) -> int:
    """How many characters of a line are the label before its colon; 0 without one."""
    colon = re.search("[:：]", line[: _LONGEST_LABEL + 1])
    return colon.end() if colon and label_of(line[: colon.start()]) else 0
