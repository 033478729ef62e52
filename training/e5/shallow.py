"""An experiment: how many of the trained body's layers are needed, if a linear map stands for the rest.

    python -m training.e5.shallow --corpora ../shared/corpora --work WORK

The mean of the states after a lower layer is mapped to the vector of the whole body by ridge regression on texts of
data/paraphrases and of the corpora: a student without a step of training. README.md has its figures.
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from transformers import BertModel

from training.dataset import kept
from training.e5 import body, build, figures, finetune
from training.e5.settings import BROAD
from training.evaluate import Evaluation

Floats = NDArray[np.float32]
EXITS = (6, 8, 9, 10, 11, 12)  # layers that are read
OWN, CORPORA = 1500, 1500  # texts that the maps are fitted on
LONGEST = 512
RIDGE = 1e-3  # of the mean squared state
SEED = 1


class Exits:
    """The means of a text's states after each of EXITS, read once a text."""

    def __init__(self, model: BertModel, tokenizer: Tokenizer) -> None:
        """Read with the body `model`."""
        self._model, self._tokenizer = model, tokenizer
        self._known: dict[str, Floats] = {}

    def means(self, texts: Sequence[str]) -> Floats:
        """(texts, exits, hidden), float32; texts of like length are read together."""
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        ids = [
            e.ids[:LONGEST] for e in self._tokenizer.encode_batch_fast([body.PREFIX + text for text in new])
        ]
        order = sorted(range(len(new)), key=lambda place: len(ids[place]))
        for start in range(0, len(order), 32):
            part = order[start : start + 32]
            pieces, mask = body.padded([ids[i] for i in part])
            with torch.no_grad():
                read = self._model(input_ids=pieces, attention_mask=mask, output_hidden_states=True)
            weights = mask[:, None, :, None] / mask.sum(1)[:, None, None, None]
            states = torch.stack([read.hidden_states[layer] for layer in EXITS], 1)
            means = (states * weights).sum(2).numpy()
            self._known |= {new[i]: row for i, row in zip(part, means, strict=True)}
        return np.stack([self._known[text] for text in texts])


def unit(rows: Floats) -> Floats:
    """Each row scaled to length 1."""
    scaled: Floats = rows / np.linalg.norm(rows, axis=-1, keepdims=True)
    return scaled


def fitted(means: Floats) -> list[Floats]:
    """For each exit the map (hidden + 1, hidden) of its mean, with a 1 behind, to the last exit's unit vector."""
    wanted, maps = unit(means[:, -1]), []
    for place in range(len(EXITS)):
        given = _with_one(means[:, place])
        ridge = RIDGE * float((given**2).mean()) * len(given) * np.eye(given.shape[1])
        maps.append(np.linalg.solve(given.T @ given + ridge, given.T @ wanted).astype(np.float32))
    return maps


def _with_one(rows: Floats) -> Floats:
    return np.concatenate([rows, np.ones((len(rows), 1), np.float32)], 1)


def main() -> None:
    """Fit the maps, print each exit's figures."""
    places, pairs, model, tokenizer = build.made(__doc__)
    reader = Exits(model, tokenizer)
    draw = random.Random(SEED)
    problems = finetune.problems(places.own / "paraphrases")
    texts = draw.sample([text for p in problems for text in (f"{p.title} {p.content}", *p.forms)], OWN)
    for name in draw.choices(list(BROAD), list(BROAD.values()), k=CORPORA):
        texts.append(draw.choice(draw.choice(pairs[name]))[:200])
    maps = fitted(reader.means(texts))
    sets = kept(places.work / "evaluation.pkl", lambda: Evaluation(places.evaluation))
    for place, layer in enumerate(EXITS):
        measured = figures.all_figures(
            lambda listed, _, place=place: unit(_with_one(reader.means(listed)[:, place]) @ maps[place]),  # type: ignore[misc]
            sets,
            places.own,
        )
        print(json.dumps({"layers": layer, "figures": measured}), flush=True)


if __name__ == "__main__":
    main()
