"""A text of any length within bounds of time: what is read of one that no proposal is as long as."""

from __future__ import annotations

from collections.abc import Sequence

from matcher import settings
from matcher.message import Catalogue, Message
from matcher.types import Passage

say = Catalogue(__file__)

READ = settings.characters("longtext.read")
_STRETCH = settings.characters("longtext.stretch")


def chosen(passages: Sequence[Passage], most: int = READ) -> list[Passage]:
    """The passages of one text that are read, in order: all, or some `most` characters of them.

    Half of those are the beginning, where a proposal says what it is about; the rest are stretches at
    even distances up to the end.
    """
    if sum(len(p.text) for p in passages) <= most:
        return list(passages)
    end = passages[-1].end
    start = next(p.end for p in passages if p.end >= min(most // 2, end // 2))
    apart = (end - start) / (most // 2 / _STRETCH)
    kept, size = [], 0
    for passage in passages:
        beyond = passage.start - start
        if passage.end > start and (beyond + _STRETCH) % apart >= _STRETCH and passage is not passages[-1]:
            continue
        size += len(passage.text)
        if size > most:
            break
        kept.append(passage)
    return kept


def note(length: int, read: int) -> Message:
    """A sentence for people about a text of `length` characters of which only `read` were read."""
    first = READ // 2
    return say("long text", length=length, limit=READ, first=first, read=read)
