"""Two proposals in one: what is asked in another's own words beside a proposal's own, as careless copying makes it.

Each takes the proposal and another, of a topic that does not fit it and in the same language, and gives what is then filed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import chain, zip_longest

from matcher.language import language_of
from matcher.types import Proposal
from tests.accidents import sentences
from tests.attacks import clauses

Mixture = Callable[[Proposal, Proposal], Proposal]


def _joined(pieces: list[str]) -> str:
    """Pieces in one text, with a space behind a Latin one."""
    return "".join(f"{piece} " if piece[-1:].isascii() else piece for piece in pieces).strip()


def _by_turns(one: list[str], other: list[str]) -> str:
    return _joined([piece for piece in chain(*zip_longest(one, other, fillvalue="")) if piece])


def _pieces(text: str) -> list[str]:
    """Three words of an English text, seven characters of a Chinese one, so that most words are cut."""
    if language_of(text) == "en":
        words = text.split()
        return [" ".join(words[i : i + 3]) for i in range(0, len(words), 3)]
    return [text[i : i + 7] for i in range(0, len(text), 7)]


def short(proposal: Proposal) -> Proposal:
    """The first two sentences."""
    return replace(proposal, abstract=_joined(sentences(proposal.abstract)[:2]))


def _of_abstracts(mixed: Callable[[str, str], str]) -> Mixture:
    return lambda own, other: replace(own, abstract=mixed(own.abstract, other.abstract))


def _with_title(own: Proposal, other: Proposal) -> Proposal:
    """The other's title and first sentence around the own text."""
    return Proposal(own.id, other.title, f"{sentences(other.abstract)[0]}\n{own.abstract}")


def _in_halves(own: str, other: str) -> str:
    """The first half of the own sentences and the second of the other's."""
    mine, theirs = sentences(own), sentences(other)
    return _joined(mine[: max(1, len(mine) // 2)] + theirs[len(theirs) // 2 :])


def _steps(own: str, other: str) -> str:
    """The other's sentences as steps of a schedule."""
    form = "Phase {0}: {1}" if language_of(own) == "en" else "第{0}阶段：{1}"
    return "\n".join([own, *(form.format(n, each) for n, each in enumerate(sentences(other), 1))])


MIXTURES: dict[str, Mixture] = {
    "another's text after": _of_abstracts(lambda own, other: f"{own}\n{other}"),
    "another's text before": _of_abstracts(lambda own, other: f"{other}\n{own}"),
    "another's title and first sentence": _with_title,
    "sentences by turns": _of_abstracts(lambda own, other: _by_turns(sentences(own), sentences(other))),
    "clauses by turns": _of_abstracts(lambda own, other: _by_turns(clauses(own), clauses(other))),
    "pieces by turns": _of_abstracts(lambda own, other: _by_turns(_pieces(own), _pieces(other))),
    "half of each": _of_abstracts(_in_halves),
    "another's text as steps": _of_abstracts(_steps),
}
