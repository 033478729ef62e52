"""What a document holds and was not read, for people."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from matcher import settings
from matcher.message import Message

Left = Literal[
    "hidden", "struck", "coloured", "tiny", "deleted", "described", "unreferred", "embedded", "alt"
]
_LEFT: dict[Left, tuple[str, str]] = {
    "hidden": ("隐藏文字", "hidden passages"),
    "struck": ("加删除线的文字", "struck passages"),
    "coloured": ("与底色相同、看不见的文字", "passages coloured like their ground"),
    "tiny": ("小到看不清的文字", "passages too small to read"),
    "deleted": ("修订中删去的文字", "passages deleted in tracked changes"),
    "described": ("图片、表格的说明文字", "descriptions of pictures and tables"),
    "unreferred": ("正文没有引用的脚注、尾注", "notes that no mark in the text refers to"),
    "embedded": ("网页内嵌、不直接显示的内容", "embedded passages"),
    "alt": ("图片的说明文字", "descriptions of pictures"),
}
UNREAD = {
    "altChunk": ("嵌入的另一份文档", "embedded documents"),
    "OLEObject": ("嵌入的对象", "embedded objects"),
    "relIds": ("SmartArt 图形", "SmartArt drawings"),
    "chart": ("图表", "charts"),
    "comment": ("批注", "comments"),
    "pic": ("图片（其中可能有文字）", "pictures, which may hold text,"),
}
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
        messages = []
        for why, pieces in self._left.items():
            chinese, english = _LEFT[why]
            count = len(pieces)
            messages.append(
                Message(f"{chinese}未读（{count} 处：“{excerpt(pieces)}”）", f"{count} {english} left out")
            )
        for what, count in self._unread.items():
            chinese, english = UNREAD[what]
            messages.append(Message(f"{chinese}未读（{count} 个）", f"{count} {english} not read"))
        return messages


def excerpt(pieces: Iterable[str]) -> str:
    """The beginning of texts that were left out, for a note on them."""
    text = " ".join("".join(pieces).split())
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
