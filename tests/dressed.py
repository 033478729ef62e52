"""Proposals dressed up as answers to a topic: under its title, with its contents before, behind or between what is theirs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from matcher.types import Proposal, Topic
from tests.attacks import interleaved, reworded, woven

Dress = Callable[[Proposal, Topic], Proposal]


def _under_its_title(abstract: Callable[[str, Topic], str]) -> Dress:
    return lambda own, topic: replace(own, title=topic.title, abstract=abstract(own.abstract, topic))


def _opening(own: str, topic: Topic) -> str:
    """The topic's title and the first of its contents in a sentence before the own text."""
    contents = topic.content or topic.title
    if topic.title.isascii():
        return f"This project is about {topic.title}: {' '.join(contents.split()[:25])}. {own}"
    return f"本项目针对{topic.title}，{contents[:60]}。{own}"


DRESSED: dict[str, Dress] = {
    "contents before": _under_its_title(lambda own, t: f"{t.text}\n{own}"),
    "contents behind": _under_its_title(lambda own, t: f"{own}\n{t.text}"),
    "contents in synonyms": _under_its_title(lambda own, t: f"{reworded(t.text)}\n{own}"),
    "an opening of contents": _under_its_title(_opening),
    "clauses woven": _under_its_title(lambda own, t: woven(own, t.text)),
    "halves interleaved": _under_its_title(lambda own, t: interleaved(own, t.text)),
    "both titles": lambda own, t: replace(
        own, title=f"{t.title}——{own.title}", abstract=f"{t.text}\n{own.abstract}"
    ),
}
