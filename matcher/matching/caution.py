"""What in a proposal calls for caution: pasted, listed, repeated or hidden text, too little, another script.

None of it is a verdict; `suspect` finds the stretches, `trial` asks what the rest of the text says.
"""

from __future__ import annotations

import re

from matcher import settings
from matcher.matching.markup import MARKUP
from matcher.matching.suspect import Suspect
from matcher.message import Message
from matcher.segment import HIDDEN, NOT_LETTERS

_SHORT = settings.characters("matching.caution.short")
_FOREIGN = settings.share("matching.caution.foreign")
_FEW_HIDDEN = settings.count("matching.caution.few_hidden")
_WORTH_SAYING = settings.share("matching.caution.worth_saying")
# Halves of surrogate pairs, and the mark that decoders put where they failed.
_UNREADABLE = re.compile("[\ud800-\udfff\ufffd]")
_FOREIGN_LETTER = re.compile(r"[\u0370-\u1dff\u3040-\u30ff\u3130-\u318f\uac00-\ud7af]")


BARE = Message(
    "除参考文献、否定的内容等不计入的文字外没有可判断的内容，请人工核对。",
    "Apart from references, what is denied and the like there is nothing to judge by; please check it yourself.",
)


def notes(text: str) -> list[Message]:
    """What the text itself gives to think about, for people: unreadable, too short, hidden marks, another script."""
    letters = NOT_LETTERS.sub("", text)
    messages = []
    if unreadable := len(_UNREADABLE.findall(text)):
        messages.append(
            Message(
                f"有 {unreadable} 个字符无法辨认，未计入。",
                f"{unreadable} characters are unreadable and were left out.",
            )
        )
    if 0 < len(letters) < _SHORT:
        messages.append(
            Message(
                f"文字太短（{len(letters)} 字），结果仅供参考。",
                "The text is very short; take the answer as a hint.",
            )
        )
    hidden = len(HIDDEN.findall(text))
    if hidden > _FEW_HIDDEN:
        messages.append(
            Message(f"含 {hidden} 个看不见的字符，已略去。", f"{hidden} invisible characters were left out.")
        )
    if (tags := len(MARKUP.findall(text))) > _FEW_HIDDEN:
        messages.append(
            Message(
                f"含 {tags} 处排版标记，可能有看不见的文字，请核对原文。",
                f"It holds {tags} tags of markup, which may hide text; please check the original.",
            )
        )
    foreign = len(_FOREIGN_LETTER.findall(letters))
    if letters and foreign >= _FOREIGN * len(letters):
        messages.append(
            Message(
                "文字不是中文或英文，编码器读不懂，请人工判断。",
                "The text is neither Chinese nor English; the encoder cannot read it, please judge it yourself.",
            )
        )
    return messages


def described(suspect: Suspect, length: int, moved_to: str | None, rest_is_text: bool) -> list[Message]:
    """Warnings about suspect sentences in a text of which `length` characters count.

    `moved_to` names the topic that the rest of the text comes nearest to, if it is another one.
    """
    messages = []
    pasted = suspect.pasted if moved_to else suspect.copied  # likeness alone is no news
    for spans, chinese, english in (
        (pasted, "与指南原文相同或相近", "is the guide's own or nearly so"),
        (suspect.repeated, "是重复的句子", "is repeated"),
        (suspect.listed, "是关键词罗列", "is a list of key words"),
    ):
        share = min(sum(b - a for a, b in spans) / max(length, 1), 1.0)
        harmless = spans is suspect.listed and rest_is_text
        if spans and (moved_to or (share >= _WORTH_SAYING and not harmless)):
            messages.append(
                Message(f"约 {share:.0%} 的文字{chinese}。", f"About {share:.0%} of the text {english}.")
            )
    if moved_to:
        messages.append(
            Message(
                f"结论取决于上述文字：去掉后最接近的是 {moved_to}，请核对。",
                f"The answer depends on that text: without it the nearest is {moved_to}; please check.",
            )
        )
    elif not rest_is_text and messages:
        messages.append(
            Message(
                "除此之外没有可判断的内容，请核对。",
                "Apart from that there is nothing to judge by; please check.",
            )
        )
    return messages
