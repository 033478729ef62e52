"""Proposals with judgements, for evaluation: as they are, and as the world writes them.

A perturbation (openings, references, key words, denials, other places, typos) changes the form of a proposal and not what
it asks for, so its answer should stay (invariance tests in the sense of CheckList, Ribeiro et al. 2020). All are seeded by
row and name: the same row gives the same text, two rows give different ones. Their phrases are in data/perturbations.toml.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import NamedTuple

from matcher import settings, shipped
from matcher.errors import BatchError
from matcher.message import COMMA, Catalogue, joined
from matcher.readers.batch import BadRow, Batch, Entry
from matcher.segment import fold, passages, word_spans
from matcher.types import Guide, Proposal

say = Catalogue(__file__)

_SLIP_EVERY = settings.letters("perturb.slip_every")
_FEWEST_LETTERS = settings.letters("perturb.fewest")
_REFERENCES = settings.count("perturb.references")
_FOREIGN_REFERENCES = settings.count("perturb.other_references")
_KEYWORDS = settings.count("perturb.keywords")
_PLACES = settings.count("perturb.places")
_LITERATURE = settings.count("perturb.literature")
_ORDINARY = settings.count("perturb.ordinary")
_FIELDS = settings.count("perturb.fields")
_BLANKS = settings.count("perturb.blanks")
_MOST_WORDS = settings.count("perturb.most_words")
_DRAWN = settings.count("perturb.few_words_drawn")
_STOPS = tuple("。！？；.!?;")


@dataclass(frozen=True, slots=True)
class Labelled:
    """A proposal with its judgement: `relevant` maps topic ids to grades (2 best, 1 acceptable).

    An empty `relevant` says that nothing in the guide fits. `style`, `language` and `author`
    group the figures of an evaluation; "" where unknown.
    """

    proposal: Proposal
    relevant: Mapping[str, int]
    style: str
    language: str
    author: str


def read_labelled(path: Path) -> list[Labelled]:
    """The labelled proposals of an evaluation file (JSON lines with `relevant`).

    Raises BatchError naming the line of the first row that is unreadable or has no valid
    `relevant`: an evaluation that skips rows is no evaluation.
    """
    labelled = []
    for entry in Batch(path):
        relevant = entry.values.get("relevant") if isinstance(entry, Entry) else None
        if (
            isinstance(entry, BadRow)
            or not isinstance(relevant, dict)
            or not all(type(g) is int and g in (0, 1, 2) for g in relevant.values())
        ):
            why = entry.reason if isinstance(entry, BadRow) else "relevant"
            raise BatchError(say("proposals.relevant", name=path.name, line=entry.line, why=why))
        text = {name: str(entry.values.get(name) or "") for name in ("style", "language", "author")}
        labelled.append(Labelled(entry.proposal, {k: g for k, g in relevant.items() if g}, **text))
    return labelled


def check_topics(labelled: Sequence[Labelled], guide: Guide) -> None:
    """Raise BatchError where rows are judged by topics that the guide lacks: they would count as missed."""
    topics = {topic.id for topic in guide.topics}
    if missing := sorted({each for row in labelled for each in row.relevant} - topics):
        first, last = guide.topics[0].id, guide.topics[-1].id
        raise BatchError(say("proposals.no topic", missing=joined(missing, COMMA), first=first, last=last))


def in_few_words(labelled: Sequence[Labelled]) -> list[Labelled]:
    """Each row two times by a few words of its own."""
    return [replace(row, proposal=few_words(row.proposal, n)) for row in labelled for n in range(_DRAWN)]


def few_words(proposal: Proposal, number: int = 0) -> Proposal:
    """A few words of a proposal's title, or of its first sentence, as somebody types who only names a subject.

    They stand next to each other, up to `perturb.most_words`; which ones is drawn by proposal and `number`.
    """
    chance = Random(f"few words {number} {proposal.id}")
    text = fold(next((passage.text for passage in passages("", proposal.text)), ""))
    spans = list(word_spans(text))
    count = min(len(spans), chance.randint(1, _MOST_WORDS))
    first = chance.randint(0, len(spans) - count)
    chosen = spans[first : first + count]
    name = text[chosen[0][0] : chosen[-1][1]] if chosen else ""
    return replace(proposal, title=name, abstract="", sections=())


class Perturbed(NamedTuple):
    """A changed proposal with its row; `denied` is the topic that it says it does not study, or ""."""

    row: Labelled
    proposal: Proposal
    denied: str = ""


class _Material(NamedTuple):
    """What a perturbation works with: the proposal, its phrases, chance, and the title of a topic that does not fit it."""

    proposal: Proposal
    phrases: Mapping[str, Sequence[str]]
    random: Random
    other_title: str

    def drawn(self, *names: str) -> str:
        """A phrase of each kind, one after another."""
        return "".join(self.random.choice(self.phrases[name]) for name in names)

    def several(self, name: str, count: int) -> list[str]:
        """So many different phrases of a kind."""
        return self.random.sample(list(self.phrases[name]), min(count, len(self.phrases[name])))


def perturbed(labelled: Sequence[Labelled], guide: Guide, name: str) -> list[Perturbed]:
    """The rows that fit a topic under the perturbation of that name, in order.

    A guide of which every topic fits a row leaves that row out where another topic is needed.
    """
    cases = []
    for row in labelled:
        chance = Random(f"{name} {row.proposal.id}")
        elsewhere = [topic for topic in guide.topics if topic.id not in row.relevant]
        if not row.relevant or not elsewhere:
            continue
        other = chance.choice(elsewhere)
        phrases = _phrases()["en" if row.language == "en" else "zh"]
        case = _Material(row.proposal, phrases, chance, other.title)
        title = _TITLES[name](case) if name in _TITLES else row.proposal.title  # first, as chance is drawn
        proposal = replace(row.proposal, title=title, abstract=PERTURBATIONS[name](case))
        cases.append(Perturbed(row, proposal, other.id if name == "denial" else ""))
    return cases


def _references(case: _Material, subjects: Sequence[str]) -> str:
    """An abstract with a list of references on these subjects."""
    lines = [
        f"[{n}] {case.drawn('author')}. {subject}[J]. {case.drawn('journal')}, {case.random.randint(2008, 2020)}"
        f"({case.random.randint(1, 12)}): {case.random.randint(1, 90)}-{case.random.randint(91, 180)}."
        for n, subject in enumerate(subjects, 1)
    ]
    return "\n".join([case.proposal.abstract, case.drawn("references"), *lines])


def _keywords(case: _Material) -> str:
    words = [*case.several("keyword", _KEYWORDS), case.other_title]
    case.random.shuffle(words)
    return f"{case.proposal.abstract}\n{case.drawn('keywords')}{case.phrases['comma'][0].join(words)}"


def _denial(case: _Material) -> str:
    text = case.drawn("denial").format(case.other_title.rstrip("。. "))
    # Behind an abstract without its last stop it would be a piece of another sentence.
    stop = "" if case.proposal.abstract.endswith(_STOPS) else case.phrases["stop"][0]
    return f"{case.proposal.abstract}{stop}{text}"


def _slips(text: str, chance: Random) -> str:
    letters = list(text)
    for _ in range(len(letters) // _SLIP_EVERY if len(letters) >= _FEWEST_LETTERS else 0):
        at = chance.randrange(len(letters) - 1)
        kind = chance.choice(("swap", "drop", "twice"))
        if kind == "swap":
            letters[at], letters[at + 1] = letters[at + 1], letters[at]
        elif kind == "drop":
            del letters[at]
        else:
            letters.insert(at, letters[at])
    return "".join(letters)


def _long(case: _Material) -> str:
    before, after = case.several("literature", _LITERATURE), case.several("ordinary", _ORDINARY)
    return "\n".join([*before, case.proposal.abstract, *after])


def _form(case: _Material) -> str:
    labels, title = case.phrases["label"], case.proposal.title
    filled = [
        f"{labels[0]}{title}" if title else "",
        *case.several("field", _FIELDS),
        f"{labels[1]}{case.drawn('hint')}",
        case.proposal.abstract,
        *case.several("blank", _BLANKS),
    ]
    return "\n".join(line for line in filled if line)


# What each puts in the place of the abstract.
PERTURBATIONS: Mapping[str, Callable[[_Material], str]] = {
    # Two or three sentences of policy before it; or a paragraph of policy, then one of what the literature says.
    "opening": lambda case: case.drawn("occasion", "demand", "turn") + case.proposal.abstract,
    "long opening": lambda case: (
        f"{case.drawn('occasion', 'demand')}{''.join(case.several('literature', 2))}{case.drawn('turn')}"
        f"\n{case.proposal.abstract}"
    ),
    # References on methods and on subjects of elsewhere, or on one other topic of the guide.
    "references": lambda case: _references(case, case.several("subject", _REFERENCES)),
    "references of another topic": lambda case: _references(case, [case.other_title] * _FOREIGN_REFERENCES),
    # A line of key words, general ones and another topic's title; a sentence that sets it apart from another topic; what
    # other places do, as one that is honest writes it.
    "key words": _keywords,
    "denial": _denial,
    "other places": lambda case: (
        case.proposal.abstract + case.drawn("elsewhere").format(*case.several("place", _PLACES))
    ),
    # Letters swapped, dropped and typed twice.
    "typos": lambda case: _slips(case.proposal.abstract, case.random),
    # In a long body: methods, schedule, team and results that any project has; and as a form exports it, with labels,
    # hints and boxes.
    "long body": _long,
    "form": _form,
}
# The title that goes with it, where it is another.
_TITLES: Mapping[str, Callable[[_Material], str]] = {
    "typos": lambda case: _slips(case.proposal.title, case.random),
    "form": lambda _: "",
}


@lru_cache(maxsize=1)
def _phrases() -> Mapping[str, Mapping[str, Sequence[str]]]:
    return tomllib.loads(shipped.data_file(settings.file("perturb.texts")).read_text(encoding="utf-8"))
