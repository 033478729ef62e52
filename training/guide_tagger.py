"""Learns which pieces of a document's lines are titles of topics, whatever their layout (matcher/guide/tagger).

    python -m training.guide_tagger [--left-out]

From the calls of tests/cases/calls (some writers are only counted), each as written and in four other layouts
(training/guide_relaid.py), from the layouts of tests/cases and documents without topics. `--left-out` learns a network without each
two writers in turn, prints in how many of their calls all titles and nothing else are read by it alone, and writes nothing; else the
weights are written. Some 20 seconds of a quiet core a round.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from math import ceil
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save_file
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils.rnn import pad_sequence

from matcher import shipped
from matcher.arrays import Ints
from matcher.embeddings import Vectors
from matcher.errors import MatcherError
from matcher.guide.opened import opened
from matcher.guide.tagger.network import HEADS, STEPS, WEIGHTS, TaggerNetwork
from matcher.guide.tagger.segments import KINDS, STOPS, Segment, SegmentSigns, segments_of, signs_of
from matcher.guide.tagger.titles import Tagged
from matcher.guide.text.blocks import Source, Unit, trimmed
from matcher.readers import read_document
from tests.layout_cases import FOLDER as LAYOUTS
from tests.layout_cases import cases_of, write, written
from tests.test_guide_calls import bare
from training.guide_kinds import files
from training.guide_relaid import Relaid, Span
from training.guide_runs import CALLS, COUNTED

ROUNDS, RATE, DECAY, DROPPED = 12, 2e-3, 0.01, 0.3
RELAID, LONGEST, JOINED = (
    4,
    350,
    8,
)  # layouts of a call; segments of a document and of a title that is looked for
AT_ONCE, ALIKE = 24, 256  # documents of a step, and of which those of like length are read together
VECTOR, LETTER, CODE, WIDTH = 48, 8, 6, 96
LEAST_LETTERS = 8  # times that a character is seen
SHARE = {"layouts": 0.5, "others": 0.12}  # of these documents
WEIGHT = {"calls": 1.0, "relaid": 0.5, "layouts": 0.4, "others": 0.3}
UNSEEN_LETTERS, UNSEEN_CODES, UNSEEN_NUMBERS = 0.15, 0.15, 0.1  # how often a document is read without a sign


@dataclass(frozen=True)
class Labelled:
    """A document: what the tagger is told of its segments, and which begin (1) and go on with (2) the title of a topic."""

    writer: str
    weight: float
    units: Sequence[Unit]
    segments: Sequence[Segment]
    signs: SegmentSigns
    tags: Ints
    titles: list[str] | None
    complete: bool  # whether all titles are segments


def labelled(
    writer: str, weight: float, units: Sequence[Unit], titles: Sequence[str] | None, lines: set[int]
) -> Labelled:
    """A document with the titles of its topics, None where it is no call; `lines` of tables."""
    segments, wanted = segments_of(units), {*map(bare, titles or ())}
    tags, at, seen = np.zeros(len(segments), np.int64), 0, set[str]()
    while at < len(segments):
        first, unit = segments[at], units[segments[at].unit].text
        ends = [
            (n, text)
            for n, last in enumerate(segments[at : at + JOINED], at)
            if last.unit == first.unit
            and bare(unit[first.start : first.end])
            and (text := bare(unit[first.start : last.end])) in wanted
        ]
        if ends:
            end, text = ends[-1]
            tags[at], tags[at + 1 : end + 1] = 1, 2
            seen.add(text)
        at = ends[-1][0] + 1 if ends else at + 1
    named = None if titles is None else [*map(bare, titles)]
    return Labelled(
        writer, weight, units, segments, signs_of(units, segments, lines), tags, named, seen == wanted
    )


def documents(folder: Path) -> Iterator[Labelled]:
    """Every document with its titles; `folder` is for files."""
    chance = random.Random(1)
    rows: list[tuple[str, str, Path, Sequence[str] | None]] = []
    for file in sorted(CALLS.glob("*.jsonl")):
        rows += [("calls", file.stem, each.path, each.titles) for each in written(file, folder)]
    for file in sorted(LAYOUTS.glob("*.txt")):
        for case in cases_of(file):
            if chance.random() < SHARE["layouts"]:
                rows.append(("layouts", "", write(case, folder), [row[2] for row in case.rows] or None))
    for writer, _, path, guide in files(folder):
        if not guide and not writer.startswith("calls/") and chance.random() < SHARE["others"]:
            rows.append(("others", "", path, None))
    for kind, writer, path, titles in rows:
        with suppress(MatcherError):
            seen = opened(read_document(path))
            lines = {n for grid in seen.grids for n in grid.lines_of(2)}
            if seen.units:
                yield labelled(writer, WEIGHT[kind], seen.units, titles, lines)


def relaid(call: Labelled, chance: random.Random) -> Labelled:
    """A call in another layout."""
    spans: dict[int, list[Span]] = {}
    for at in np.flatnonzero(call.tags == 1).tolist():
        goes_on = call.tags[at + 1 :] == 2
        end = at + int(np.argmin(np.append(goes_on, False)))
        spans.setdefault(call.segments[at].unit, []).append((call.segments[at].start, call.segments[end].end))
    lines = Relaid([unit.text for unit in call.units], spans, chance).lines()
    units, titles = list[Unit](), list[str]()
    for n, (line, own) in enumerate(lines, 1):
        source = Source([(n, line)])
        units += trimmed(source, 0, len(source.text))
        titles += [line[a:b] for a, b in own]
    return labelled(call.writer, WEIGHT["relaid"], units, titles or None, set())


class Network(nn.Module):
    """`TaggerNetwork` as it is learnt."""

    def __init__(self, letters: Sequence[int], vector: int, numbers: int) -> None:
        """A network that knows these characters, for vectors and numbers of these widths."""
        super().__init__()
        self.known = {letter: row for row, letter in enumerate(letters, 1)}
        self.vectors, self.letters = nn.Linear(vector, VECTOR), nn.Embedding(len(letters) + 1, LETTER)
        self.stops, self.kinds = nn.Embedding(STOPS, CODE), nn.Embedding(KINDS, CODE)
        self.joined = nn.Linear(VECTOR + 8 * LETTER + 4 * CODE + numbers, WIDTH)
        self.near = nn.ModuleList(nn.Conv1d(WIDTH, WIDTH, 3, padding=step, dilation=step) for step in STEPS)
        self.norms = nn.ModuleList(nn.LayerNorm(WIDTH) for _ in range(len(STEPS) + 2))
        self.alike = nn.MultiheadAttention(WIDTH, HEADS, dropout=0.1, batch_first=True)
        self.last, self.out = nn.Conv1d(WIDTH, WIDTH, 3, padding=1), nn.Linear(WIDTH, 3)
        self.drop = nn.Dropout(DROPPED)

    def forward(
        self, vectors: Tensor, numbers: Tensor, codes: Tensor, letters: Tensor, filled: Tensor
    ) -> Tensor:
        """Log-odds (documents, segments, 3); `filled` where a document has a segment."""
        if self.training:
            codes = codes * (torch.rand(len(codes), 1, codes.shape[2]) > UNSEEN_CODES)
            seen = torch.rand(len(letters), 1, letters.shape[2]) > UNSEEN_LETTERS
            letters = letters * seen * (torch.rand(letters.shape) > UNSEEN_NUMBERS)
            numbers = numbers * (torch.rand(len(numbers), 1, numbers.shape[2]) > UNSEEN_NUMBERS)
        x = torch.cat(
            [
                self.vectors(self.drop(vectors)),
                self.letters(letters).flatten(2),
                self.stops(codes[..., :2]).flatten(2),
                self.kinds(codes[..., 2:]).flatten(2),
                numbers,
            ],
            -1,
        )
        kept = filled[..., None].float()
        x = torch.relu(self.joined(self.drop(x))) * kept
        for layer, norm in zip(self.near, self.norms, strict=False):
            x = x + self._near(layer, norm(x) * kept) * kept
        y = self.norms[len(STEPS)](x)
        x = (x + self.drop(self.alike(y, y, y, key_padding_mask=~filled, need_weights=False)[0])) * kept
        x = x + self._near(self.last, self.norms[len(STEPS) + 1](x) * kept)
        rows: Tensor = self.out(x)
        return rows

    def _near(self, layer: nn.Module, x: Tensor) -> Tensor:
        rows: Tensor = self.drop(torch.relu(layer(x.transpose(1, 2)).transpose(1, 2)))
        return rows

    def tensors(self) -> dict[str, Vectors]:
        """The weights as `TaggerNetwork` takes them, in 16 bits."""
        weights = {name: each.numpy().astype(np.float16) for name, each in self.state_dict().items()}
        return {**weights, "letters": np.array([*self.known], np.int32)}


def batch_of(network: Network, documents: Sequence[Labelled]) -> tuple[list[Tensor], Tensor]:
    """What a network reads of several documents, and their tags, -1 where there is no segment."""

    def padded(rows: Sequence[Vectors | Ints], value: int = 0) -> Tensor:
        return pad_sequence([torch.from_numpy(each) for each in rows], batch_first=True, padding_value=value)

    letters = [
        np.vectorize(lambda letter: network.known.get(letter, 0), otypes=[np.int64])(each.signs.characters)
        for each in documents
    ]
    tags = padded([each.tags for each in documents], -1)
    signs = [each.signs for each in documents]
    parts = [padded([each.vectors for each in signs]), padded([each.numbers for each in signs])]
    return [*parts, padded([each.codes for each in signs]), padded(letters), tags >= 0], tags


def learnt(documents: Sequence[Labelled], seed: int = 0) -> Network:
    """A network that learnt from these documents."""
    torch.manual_seed(seed)
    chance = random.Random(seed)
    seen, times = np.unique(
        np.concatenate([each.signs.characters.ravel() for each in documents]), return_counts=True
    )
    signs = documents[0].signs
    network = Network(seen[times >= LEAST_LETTERS].tolist(), signs.vectors.shape[1], signs.numbers.shape[1])
    optimiser = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=DECAY)
    steps = sum(ceil(min(ALIKE, len(documents) - n) / AT_ONCE) for n in range(0, len(documents), ALIKE))
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser,
        RATE,
        total_steps=ROUNDS * steps,
        pct_start=0.2,
        anneal_strategy="linear",
        final_div_factor=20,
    )
    for round_ in range(ROUNDS):
        total = 0.0
        for batch in _batches(documents, chance):
            read, tags = batch_of(network, batch)
            losses = functional.cross_entropy(
                network(*read).transpose(1, 2), tags, ignore_index=-1, reduction="none"
            )
            loss = (losses * torch.tensor([each.weight for each in batch])[:, None]).sum() / (tags >= 0).sum()
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            total += loss.item()
        print(f"round {round_ + 1}: {total / steps:.4f}", flush=True)
    return network.eval()


def _batches(documents: Sequence[Labelled], chance: random.Random) -> Iterator[list[Labelled]]:
    """All documents in any order, those of like length together."""
    order = chance.sample(documents, len(documents))
    for start in range(0, len(order), ALIKE):
        near = sorted(order[start : start + ALIKE], key=lambda each: len(each.tags))
        batches = [near[n : n + AT_ONCE] for n in range(0, len(near), AT_ONCE)]
        yield from chance.sample(batches, len(batches))


def read_alone(network: TaggerNetwork, document: Labelled) -> list[str]:
    """The titles of a document by the tagger alone."""
    tagged = Tagged(document.units, document.segments, network.probabilities(document.signs))
    return [bare(tagged.text(*title)) for title in tagged.ended(tagged.beginnings())]


def count(network: TaggerNetwork, documents: Sequence[Labelled]) -> str:
    """In how many calls all titles and nothing else are read, and in how many other documents two or more are."""
    read = [(each, read_alone(network, each)) for each in documents]
    calls = [titles == each.titles for each, titles in read if each.titles]
    background = [len(titles) > 1 for each, titles in read if not each.titles]
    return f"{sum(calls)} of {len(calls)} calls, {sum(background)} of {len(background)} others read"


def main() -> None:
    """Print how it carries over to other hands, or write the weights and count writers that nothing was learnt from."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--left-out", action="store_true", help="learn without two writers each, write nothing"
    )
    left_out = parser.parse_args().left_out
    torch.set_num_threads(1)
    chance = random.Random(5)
    with tempfile.TemporaryDirectory() as folder:
        every = list(documents(Path(folder)))
    taught = [each for each in every if each.writer not in COUNTED and each.complete and len(each.tags)]
    for call in [each for each in taught if each.writer and len(each.tags) <= LONGEST]:
        more = [relaid(call, chance) for _ in range(RELAID if call.titles else 1)]
        taught += [each for each in more if each.complete and len(each.tags)]
    writers = [*dict.fromkeys(each.writer for each in taught if each.writer)]
    for pair in [writers[n : n + 2] for n in range(0, len(writers), 2)] if left_out else ():
        network = TaggerNetwork(learnt([each for each in taught if each.writer not in pair]).tensors())
        for writer in pair:
            print(f"{writer:10} left out", count(network, [each for each in every if each.writer == writer]))
    if left_out:
        return
    tensors = learnt(taught).tensors()
    save_file(tensors, shipped.data_file(WEIGHTS))
    for writer in COUNTED:
        own = [each for each in every if each.writer == writer]
        print(f"{writer:10} counted ", count(TaggerNetwork(tensors), own))


if __name__ == "__main__":
    main()
