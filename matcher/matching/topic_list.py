"""The guide's own list of topics in a proposal, as a form prints it or an applicant appends it: it says nothing of theirs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from matcher import settings
from matcher.matching.content import ENOUGH, ProposalContent
from matcher.segment import NOT_LETTERS, fold

_FEWEST = settings.count("matching.topic_list.fewest")
_COVERED = settings.share("matching.topic_list.covered")
_HEAD = settings.letters("matching.topic_list.head")


class TopicList:
    """Finds the titles of one guide in proposals."""

    def __init__(self, titles: Iterable[str]) -> None:
        """Take the titles of the guide's topics."""
        self._titles: defaultdict[str, list[str]] = defaultdict(list)
        letters = {_letters(fold(title)) for title in titles}
        self._longest_first = sorted(letters, key=lambda title: (-len(title), title))
        for title in self._longest_first:
            self._titles[title[:_HEAD]].append(title)

    def without(self, content: ProposalContent) -> ProposalContent:
        """What a proposal says beside a list of topics: parts that are titles do not count where several stand.

        Its own title counts, and all does where nothing else is there.
        """
        texts = {part.passage.id: _letters(part.text) for part in content.kept if part.reason != "title"}
        joined = "\n".join(texts.values())
        if sum(title in joined for title in self._longest_first) < _FEWEST:  # the walk below is slow
            return content
        titles = {id_: self._named(letters) for id_, letters in texts.items()}
        if len(set().union(*titles.values())) < _FEWEST:
            return content
        listed = [part for part in content.kept if titles.get(part.passage.id)]
        rest = tuple(part for part in content.kept if not titles.get(part.passage.id))
        if sum(len(_letters(part.text)) for part in rest) < ENOUGH:
            return content
        aside = tuple(part._replace(weight=0.0, reason="topics") for part in listed)
        return replace(content, kept=rest, aside=content.aside + aside)

    def _named(self, letters: str) -> set[str]:
        """The titles in the letters of a text that is made of them; empty where they are but mentioned."""
        named, covered, at = set(), 0, 0
        while at < len(letters):
            title = next(
                (t for t in self._titles.get(letters[at : at + _HEAD], ()) if letters.startswith(t, at)), ""
            )
            named |= {title} - {""}
            covered += len(title)
            at += len(title) or 1
        return named if covered and covered >= _COVERED * len(letters) else set()


def _letters(folded: str) -> str:
    return NOT_LETTERS.sub("", folded.lower())
