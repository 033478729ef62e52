"""An experiment: a student of half the layers learns, by gradients, what the trained body says.

    python -m training.e5.student --corpora ../shared/corpora --work WORK

The student starts as those layers of the trained body, of CHOICES, that come nearest to it as they are; the word
vectors stay. It is held to the teacher's last state of every piece, to the vectors, and to the similarities within a
batch; in the last steps it also learns which topic is whose. A batch holds families of problems as the world writes
them and pairs of one corpus; what the teacher says of it is computed once and kept in WORK/student, and a stopped
run goes on from its checkpoint there.
"""

from __future__ import annotations

import json
import logging
import random
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers import BertConfig, BertModel

from training.dataset import kept
from training.e5 import body, build, figures, finetune
from training.e5.batches import Pair
from training.e5.settings import BROAD
from training.e5.views import Problem, Views
from training.evaluate import Evaluation

log = logging.getLogger(__name__)
# Layers of the teacher, counted from 0: spread evenly, or with all of the last three.
CHOICES = (
    (1, 3, 5, 7, 9, 11), (0, 2, 4, 6, 8, 11), (0, 2, 5, 7, 9, 11), (0, 3, 6, 9, 10, 11),
    (0, 2, 4, 9, 10, 11), (0, 1, 5, 9, 10, 11), (6, 7, 8, 9, 10, 11),
)  # fmt: skip
BATCHES, HELD_OUT = 300, 4  # batches that are trained on, and that the log's distance is measured on
PROBLEMS, PAIRS = 9, 8  # of a batch: problems in families, each with its topic; pairs of one corpus
STEPS, FINISH = 1000, 250  # all steps, and those at the end that know whose topic is whose
EVERY = 20  # steps from one checkpoint to the next
RATE, WARM, SEED = 2e-4, 30, 1
LONGEST = 96  # pieces
STATES, VECTORS, SIMILARITIES, OWN = 1.0, 10.0, 1.0, 0.5  # weights of the losses
Chunk = tuple[Tensor, Tensor]  # ids and mask of texts of like length


def shallow(teacher: BertModel, layers: Sequence[int]) -> BertModel:
    """A body of these layers of `teacher`; the word vectors do not learn."""
    sizes = teacher.config.to_dict() | {"num_hidden_layers": len(layers)}
    student = BertModel(BertConfig(**sizes), add_pooling_layer=False)
    student.embeddings.load_state_dict(teacher.embeddings.state_dict())
    student.embeddings.requires_grad_(False)
    for layer, place in zip(student.encoder.layer, layers, strict=True):
        layer.load_state_dict(teacher.encoder.layer[place].state_dict())
    return student


def batches(problems: Sequence[Problem], pairs: dict[str, list[Pair]], views: Views) -> Iterator[list[Pair]]:
    """BATCHES + HELD_OUT batches: (proposal, topic) of PROBLEMS problems in families, then PAIRS pairs."""
    draw, by_name = random.Random(SEED), defaultdict(list)
    for problem in problems:
        by_name[problem.family].append(problem)
    families = list(by_name.values())
    for _ in range(BATCHES + HELD_OUT):
        chosen: list[Problem] = []
        while len(chosen) < PROBLEMS:
            chosen += draw.choice(families)
        name = draw.choices(list(BROAD), list(BROAD.values()))[0]
        own = [(views.proposal(p, draw.choice(chosen)), views.topic(p)) for p in chosen[:PROBLEMS]]
        yield own + draw.sample(pairs[name], PAIRS)


def chunks(tokenizer: Tokenizer, pairs: Sequence[Pair]) -> tuple[list[Chunk], Tensor]:
    """The texts of the pairs (left ones first) in three chunks by length, and where each text is in them."""
    texts = [pair[side] for side in (0, 1) for pair in pairs]
    ids = [e.ids[:LONGEST] for e in tokenizer.encode_batch_fast([body.PREFIX + text for text in texts])]
    order = np.argsort([len(row) for row in ids], kind="stable")
    thirds = [body.padded([ids[i] for i in third]) for third in np.array_split(order, 3)]
    return thirds, torch.from_numpy(np.argsort(order))


def read(model: BertModel, given: Sequence[Chunk]) -> tuple[Tensor, Tensor]:
    """The last state of every piece, (pieces, hidden), and the unit vector of every text, (texts, hidden)."""
    states, vectors = [], []
    for ids, mask in given:
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=body.SIXTEEN_BITS):
            last = model(input_ids=ids, attention_mask=mask).last_hidden_state
        states.append(last.float()[mask.bool()])
        vectors.append(pooled(last.float(), mask))
    return torch.cat(states), torch.cat(vectors)


def pooled(states: Tensor, mask: Tensor) -> Tensor:
    """Unit rows (texts, hidden) of the means of each text's states."""
    return nn.functional.normalize((states * mask[:, :, None]).sum(1), dim=-1)


class Lesson:
    """The batches with what the teacher says of them, read from `folder` or computed at first need."""

    def __init__(
        self, teacher: BertModel, tokenizer: Tokenizer, listed: Sequence[list[Pair]], folder: Path
    ) -> None:
        """Teach by the texts of the batches `listed`."""
        self._teacher, self._tokenizer, self._listed, self._folder = teacher, tokenizer, listed, folder

    def losses(self, student: BertModel, number: int, own: float) -> Tensor:
        """Weighted loss of batch `number`, unexplained share of the states, 1 - cosine, divergence, InfoNCE."""
        given, places = chunks(self._tokenizer, self._listed[number])
        wanted_states, wanted = self._wanted(number, given)
        states, rows = read(student, given)
        unexplained = ((states - wanted_states) ** 2).mean() / wanted_states.var(0).mean()
        apart = 1 - (rows * wanted).sum(1).mean()
        said, held = rows[places].chunk(2), wanted[places].chunk(2)
        moved = finetune.distance(*said, *held)
        whose = finetune.info_nce(said[0][:PROBLEMS], said[1][:PROBLEMS], 0.03)
        total = STATES * unexplained + VECTORS * apart + SIMILARITIES * moved + own * whose
        return torch.stack([total, unexplained, apart, moved, whose])

    def _wanted(self, number: int, given: Sequence[Chunk]) -> tuple[Tensor, Tensor]:
        """The teacher's states and vectors; the states are kept in 16 bits."""
        file = self._folder / f"batch-{number}.npy"
        if not file.exists():
            with torch.no_grad():
                states = read(self._teacher, given)[0]
            np.save(file, states.numpy().astype(np.float16))
        flat = torch.from_numpy(np.load(file).astype(np.float32))
        vectors, first = [], 0
        for _, mask in given:
            states = torch.zeros(*mask.shape, flat.shape[1])
            states[mask.bool()] = flat[first : (first := first + int(mask.sum()))]
            vectors.append(pooled(states, mask))
        return flat, torch.cat(vectors)


def nearest(teacher: BertModel, lesson: Lesson) -> tuple[int, ...]:
    """The layers of CHOICES that a student without training loses least with, on a batch held out."""
    lost = {}
    for layers in CHOICES:
        with torch.no_grad():
            found = lesson.losses(shallow(teacher, layers), BATCHES, 0.0).numpy()
        lost[layers] = float(found[0])
        log.info("layers %s, held out %s", layers, found.round(4).tolist())
    return min(lost, key=lambda layers: lost[layers])


def train(student: BertModel, lesson: Lesson, folder: Path) -> None:
    """STEPS steps, each of one batch, in an order that is drawn anew every BATCHES steps."""
    learned = [p for p in student.parameters() if p.requires_grad]
    optimiser = torch.optim.AdamW(learned, lr=RATE, weight_decay=0.01)
    checkpoint, first = folder / "checkpoint.pt", 0
    if checkpoint.exists():
        saved = torch.load(checkpoint, weights_only=True)
        student.load_state_dict(saved["model"])
        optimiser.load_state_dict(saved["optimiser"])
        first = saved["step"]
    began, means = time.time(), np.zeros(5)
    for step in range(first, STEPS):
        order = random.Random(SEED + step // BATCHES).sample(range(BATCHES), BATCHES)
        for group in optimiser.param_groups:
            group["lr"] = RATE * min(1.0, (step + 1) / WARM) * (1 - step / STEPS)
        optimiser.zero_grad()
        losses = lesson.losses(student, order[step % BATCHES], OWN if step >= STEPS - FINISH else 0.0)
        torch.autograd.backward(losses[0])
        nn.utils.clip_grad_norm_(learned, 1.0)
        optimiser.step()
        means += (0.05 if step > first else 1.0) * (losses.detach().numpy() - means)
        if step % 10 == 9:
            log.info("step %d, %.0f s, losses %s", step + 1, time.time() - began, means.round(4).tolist())
        if step % EVERY == EVERY - 1 or step == STEPS - 1:
            with torch.no_grad():
                unseen = [lesson.losses(student, BATCHES + i, 0.0).numpy() for i in range(HELD_OUT)]
            log.info("step %d, held out %s", step + 1, np.mean(unseen, 0).round(4).tolist())
            saved = {
                "model": student.state_dict(), "optimiser": optimiser.state_dict(), "step": step + 1,
            }  # fmt: skip
            torch.save(saved, checkpoint.with_suffix(".part"))
            checkpoint.with_suffix(".part").rename(checkpoint)


def main() -> None:
    """Train the student, write its folder WORK/student/model, print its figures."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    places, pairs, teacher, tokenizer = build.made(__doc__)
    tokenizer.no_truncation()
    folder = places.work / "student"
    folder.mkdir(exist_ok=True)
    torch.manual_seed(SEED)
    views = Views(places.corpora, SEED)
    listed = list(batches(finetune.problems(places.own / "paraphrases"), pairs, views))
    lesson = Lesson(teacher, tokenizer, listed, folder)
    layers = nearest(teacher, lesson)
    student = shallow(teacher, layers)
    train(student, lesson, folder)
    sets = kept(places.work / "evaluation.pkl", lambda: Evaluation(places.evaluation))
    measured = figures.all_figures(
        lambda texts, _: finetune.encode(student, tokenizer, texts), sets, places.own
    )
    print(json.dumps({"layers": layers, "steps": STEPS, "figures": measured}), flush=True)
    about = build.facts(places, build.STAGES, 0.0, measured)
    build.write(student, tokenizer.to_str(pretty=True), about, folder / "model")


if __name__ == "__main__":
    main()
