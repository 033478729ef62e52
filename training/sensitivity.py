"""What another value of a setting does: to matching by the fast reader, to the pairs that it finds, to declared topics.

    python -m training.sensitivity match index.words.kept.share=0.7,0.9 …
    python -m training.sensitivity names index.topics.half.letters=3,8 …
    python -m training.sensitivity duplicates duplicates.shared.own.share=0.2,0.6 …
    python -m training.sensitivity declared triage.declared.whole.factor=0,0.2 …

Each value is tried in a process of its own, beside the shipped one. `match` fits a calibration on all dev parts of
data/eval but those of one guide and tells of that guide's, the mean of the four; `names` does so
with their topics by short names as well (data/eval/short-names); `duplicates` compares the dev part of
data/eval/duplicates with itself, by the numbers as they are fitted; `declared` reads topics of the shipped guides as people write
them, seeded. Nothing is fitted to a figure that is printed here.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from matcher import calibrate, settings, shipped
from matcher.duplicates import classifier, find
from matcher.embeddings import FAST, load_encoder
from matcher.engine import Engine
from matcher.fit import LabelledScores
from matcher.guide import read_guide
from matcher.labelled import read_labelled
from matcher.triage.declared import DeclaredReader
from matcher.types import Topic
from training.cascade import SETS
from training.duplicates_set import COPIES, batch

Figures = Mapping[str, float]


def scored(encoder: str | None, guides: str = "guides") -> list[LabelledScores]:
    """The dev parts of each guide in a folder of data/, in scope and outside, by an encoder."""
    sets = []
    for name, file in SETS.items():
        engine = Engine.open(shipped.data_file(guides) / file, encoder)
        parts = (f"{name}.jsonl", f"{name.removesuffix('-dev')}-scope-dev.jsonl", "outside-dev.jsonl")
        rows = [row for part in parts for row in read_labelled(shipped.data_file("eval") / part)]
        sets.append(calibrate.scored(engine, rows))
    return sets


def match() -> Figures:
    """Mean figures of guides that the fit has not seen."""
    return _left_out(scored(FAST), list(SETS))


def names() -> Figures:
    """The same where each guide is there twice, as it is and by short names of its topics."""
    return _left_out([*scored(FAST), *scored(FAST, "eval/short-names")], [*SETS, *SETS])


def _left_out(sets: Sequence[LabelledScores], guides: Sequence[str]) -> Figures:
    return {key: value or 0.0 for key, value in calibrate.left_out(sets, guides)["mean"].items()}


def duplicates() -> Figures:
    """How many copies, versions and false pairs are reported, and what the reported pairs and kinds are, as a number."""
    truth, written = batch("dev"), json.loads(shipped.data_file("duplicates.json").read_text("utf-8"))
    # The numbers as they stand, though other settings make the features.
    model = classifier.from_json({**written, "settings": classifier.settings_digest()})
    pairs = find(truth.proposals, load_encoder(FAST), model=model).pairs
    kinds = {frozenset((pair.a, pair.b)): pair.kind for pair in pairs}
    said = [truth.repeats[pair] in COPIES for pair in kinds if pair in truth.repeats]
    false = sum(pair not in truth.repeats and pair not in truth.related for pair in kinds)
    copied = sum(kind in ("identical", "copied", "partial") for kind in kinds.values())
    return {
        "copies": sum(said), "versions": len(said) - sum(said), "false": false, "told as copied": copied,
        "spans": sum(len(pair.spans) for pair in pairs),
    }  # fmt: skip


def declared() -> Figures:
    """How many of the ways to write topics are read as those topics, as these and others, as none, or as others."""
    rng, read = random.Random(1), Counter[str]()
    for file in sorted(shipped.data_file("guides").iterdir()):
        topics = read_guide(file).topics
        reader = DeclaredReader(topics)
        for text, right in _ways(topics, rng):
            answer = reader.read(text)
            said = {answer.topic_id} if answer.topic_id else set(answer.candidates)
            read[
                "right" if said == right else "among others" if right < said else "others" if said else "none"
            ] += 1
    return dict(sorted(read.items()))


def _ways(topics: Sequence[Topic], rng: random.Random) -> Iterator[tuple[str, set[str]]]:
    """(text, the topics that it declares)."""
    for _ in range(40):
        pair = rng.sample(topics, 2)
        yield (
            rng.choice("、；").join(_written(topic.title, rng) for topic in pair),
            {topic.id for topic in pair},
        )
    for topic in topics:
        for share in (0.5, 0.8):
            yield topic.title[: max(8, int(share * len(topic.title)))], {topic.id}
        yield _slipped(topic.title, rng), {topic.id}
        yield f"{topic.number}. {topic.title[: len(topic.title) // 2]}", {topic.id}
        for length in (4, 6):
            start = rng.randrange(max(1, len(topic.title) - length))
            yield topic.title[start : start + length], {topic.id}
    for count in range(2, 13):
        chosen = rng.sample(topics, min(count, len(topics)))
        yield "、".join(topic.id for topic in chosen), {topic.id for topic in chosen}


def _written(title: str, rng: random.Random) -> str:
    """A title whole, with a slip, or its beginning."""
    return rng.choice(
        (title, _slipped(title, rng), title[: int(0.8 * len(title))], title[: max(8, len(title) // 2)])
    )


def _slipped(title: str, rng: random.Random) -> str:
    """A title without one of its letters."""
    at = rng.randrange(len(title))
    return title[:at] + title[at + 1 :]


def tried(what: str, key: str, value: str) -> Figures:
    """The figures with a value of a setting."""
    with tempfile.TemporaryDirectory() as folder:
        own = Path(folder) / "own.toml"
        own.write_text(f"{key} = {value}\n" if key else "", encoding="utf-8")
        command = [sys.executable, "-m", "training.sensitivity", what]
        answer = subprocess.run(
            command, env={**os.environ, settings.VARIABLE: str(own)}, stdout=subprocess.PIPE, check=True
        )
    figures: Figures = json.loads(answer.stdout)
    return figures


def main(arguments: Sequence[str]) -> None:
    """Print a line a value."""
    what, *wanted = arguments
    if not wanted:  # the process of one value
        print(
            json.dumps(
                {"match": match, "names": names, "duplicates": duplicates, "declared": declared}[what]()
            )
        )
        return
    lines = [("", "as shipped"), *((key, v) for key, _, vs in (w.partition("=") for w in wanted) for v in vs.split(","))]  # fmt: skip
    for key, value in lines:
        told = "  ".join(f"{name} {figure:.4g}" for name, figure in tried(what, key, value).items())
        print(f"{key} {value}: {told}".strip(), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
