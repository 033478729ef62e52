"""What a document holds and was not read, for people."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from matcher import settings
from matcher.message import Catalogue, Message

say = Catalogue(__file__)

Left = Literal[
    "hidden", "struck", "coloured", "tiny", "deleted", "described", "unreferred", "embedded", "alt"
]
UNREAD = frozenset(("altChunk", "OLEObject", "relIds", "chart", "comment", "pic"))
_SHOWN = settings.characters("readers.losses.shown")


class Losses:
    """Collects what was left out while a document is read."""

    def __init__(self) -> None:
        """Nothing is lost yet."""
        self._left: dict[Left, list[str]] = {}
        self._unread: dict[str, int] = {}

    def leave(self, why: Left, text: str) -> None:
        """A text that a reader does not see was left out."""
        if text.strip():
            self._left.setdefault(why, []).append(text)

    def skip(self, what: str) -> None:
        """An element of UNREAD was met."""
        self._unread[what] = self._unread.get(what, 0) + 1

    def messages(self) -> list[Message]:
        """One line for each kind of loss, Chinese / English."""
        left = [
            say("losses.left", what=say(f"losses.left.{why}"), count=len(pieces), text=excerpt(pieces))
            for why, pieces in self._left.items()
        ]
        unread = (
            say("losses.unread", what=say(f"losses.unread.{what}"), count=count)
            for what, count in self._unread.items()
        )
        return [*left, *unread]


def excerpt(pieces: Iterable[str]) -> str:
    """The beginning of texts that were left out, for a note on them."""
    text = " ".join("".join(pieces).split())
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
