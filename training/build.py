"""The one command: from the corpora to the shipped model folder.

    python -m training.build --corpora ../shared/corpora --evaluation ../shared/public_eval \
        --work WORK --out matcher/embeddings/shipped

Every step leaves its product in WORK, and a stopped run goes on from there. `--experiment` trains
with other settings and prints the figures without writing the folder.
"""

from __future__ import annotations

import argparse
import json
import logging
import random
import time
from collections.abc import Sequence
from dataclasses import asdict, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import torch

from training import card, corpora, evaluate, export, heldout, start
from training.bags import Vectors, encoder
from training.contrast import Settings, train
from training.dataset import Dataset, Places, kept, load

log = logging.getLogger(__name__)
VERSION = "1.1"
COMMON = 1  # common directions taken out per language
# The shipped table is the mean of runs that differ by their seed, with the settings that the
# experiments in README.md chose.
RUNS = tuple(
    Settings(
        passes=1,
        scale=25.0,
        rate=5e-3,
        repeat={
            "chinaxiv_titles": 2.0,
            "glossary": 2.0,
            "paraphrases": 8.0,
            "laws": 0.5,
            "words": 0.5,
            "arxiv": 0.7,
        },
        seed=seed,
    )
    for seed in range(1, 6)
)


def trained(data: Dataset, places: Places, settings: Settings) -> Vectors:
    """The table after training with `settings`; an earlier run with the same settings is read."""
    pieces = [piece for piece, _ in data.pieces]

    def make() -> Vectors:
        rows = start.directions(pieces, corpora.dictionary(places.corpora), places.work / "teacher")
        rows *= start.weights(np.array([p for _, p in data.pieces]))[:, None]
        rows[0] = 0  # the unknown piece says nothing
        table = train(data.bags, data.sources, rows, start.inheritance(pieces), settings)
        table[0] = 0
        return table

    name = sha256(json.dumps(asdict(settings), sort_keys=True).encode()).hexdigest()[:12]
    table: Vectors = kept(places.work / f"table-{name}.pkl", make)
    return table


def finished(data: Dataset, table: Vectors, common: int) -> Vectors:
    """The table without the common directions, as int8 will hold it."""
    texts = list(data.texts)
    random.Random(1).shuffle(texts)
    texts = [text for text in texts[:60_000] if len(text) > 12]
    chinese = [text for text in texts if corpora.han_share(text) > 0.5][:8000]
    english = [text for text in texts if corpora.han_share(text) < 0.01][:8000]
    pieces = [piece for piece, _ in data.pieces]
    encode = encoder(data.tokenizer, table)
    made = export.without_common(table, export.scripts(pieces), encode, (chinese, english), common)
    return export.restored(export.quantised(made))


def figures(data: Dataset, table: Vectors, places: Places) -> dict[str, float]:
    """Every figure of the table, on the public sets and the held part of the policy data."""
    encode = encoder(data.tokenizer, table)
    sets = kept(places.work / "evaluation.pkl", lambda: evaluate.Evaluation(places.evaluation))
    found: dict[str, float] = sets.score(lambda texts, _: encode(texts)) | heldout.score(
        encode, data.trained, data.held
    )
    return found


def facts(
    data: Dataset, table: Vectors, places: Places, found: dict[str, float], runs: Sequence[Settings]
) -> dict[str, Any]:
    """What training.json says about the model."""
    files = sorted(places.corpora.glob("*.jsonl.gz")) + sorted(
        [*places.own.glob("glossary*.tsv"), *places.own.glob("paraphrases/*.jsonl")]
    )
    return {
        "name": "shipped",
        "version": VERSION,
        "date": time.strftime("%Y-%m-%d"),
        "dimension": int(table.shape[1]),
        "pieces": len(data.pieces),
        "texts": len(data.texts),
        "pairs": {name: len(source.first) for name, source in data.sources.items()},
        "runs": [asdict(settings) for settings in runs],
        "common_directions_removed": COMMON,
        "figures": found,
        "corpora_sha256": {file.name: sha256(file.read_bytes()).hexdigest() for file in files},
    }


def main() -> None:
    """Parse, run, report."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--corpora", type=Path, required=True)
    parser.add_argument("--evaluation", type=Path, help="default: public_eval beside the corpora")
    parser.add_argument(
        "--own", type=Path, default=Path("data"), help="folder of glossary.tsv and paraphrases/"
    )
    parser.add_argument("--work", type=Path, required=True, help="folder for what is made on the way")
    parser.add_argument("--out", type=Path, help="the model folder to write")
    parser.add_argument("--experiment", default="", help='what differs, as JSON: {"runs": 1, "near": 0}')
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(arguments.threads)
    evaluation = arguments.evaluation or arguments.corpora.parent / "public_eval"
    places = Places(arguments.corpora, evaluation, arguments.own, arguments.work)
    changed = json.loads(arguments.experiment or "{}")
    common = changed.pop("common", COMMON)
    runs = RUNS[: changed.pop("runs", len(RUNS))]
    runs = tuple(replace(settings, **changed) for settings in runs)
    data = load(places)
    mean: Vectors = np.stack([trained(data, places, settings) for settings in runs]).mean(0, dtype=np.float32)
    table = finished(data, mean, common)
    found = figures(data, table, places)
    line = json.dumps({"experiment": arguments.experiment, "figures": found})
    with (places.work / "experiments.jsonl").open("a", encoding="utf-8") as book:
        book.write(line + "\n")
    print(line)
    if arguments.out:
        told = facts(data, table, places, found, runs)
        export.write(table, data.tokenizer, told, card.text(told), arguments.out)
        log.info("wrote %s", arguments.out)


if __name__ == "__main__":
    main()
