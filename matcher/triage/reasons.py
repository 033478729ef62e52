"""Why a row got its verdict, in a sentence of Chinese and one of English, with the numbers it rests on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from matcher import settings
from matcher.message import Message, chance
from matcher.triage.declared import Declared
from matcher.types import Topic

_DECLARED = settings.characters("triage.reasons.declared")


@dataclass(frozen=True, slots=True)
class Grounds:
    """What a verdict rests on: the filed topic, and the probability of every topic and of none.

    `text` and `none` are the engine's own; in `belief` and `none_belief` the applicant's choice is counted in.
    """

    filed: str | None
    text: Mapping[str, float]
    none: float
    belief: Mapping[str, float]
    none_belief: float

    @property
    def best(self) -> str:
        """The likeliest topic by belief."""
        return max(self.belief, key=lambda t: self.belief[t])


def reason(verdict: str, grounds: Grounds, declared: Declared, topics: Mapping[str, Topic]) -> Message:
    """The sentences for a verdict; what had to be supposed about the declared topic stands at their end."""
    if verdict == "agree":
        chinese, english = _agreed(grounds)
    else:
        chinese, english = _doubted(verdict, grounds, topics)
    if declared.note:
        chinese += f"；所报“{declared.text[:_DECLARED]}”{declared.note.zh}"
        english += f"; declared text: {declared.note.en}"
    return Message(f"{chinese}。", f"{english[0].upper()}{english[1:]}.")


def _agreed(grounds: Grounds) -> tuple[str, str]:
    filed = grounds.filed or grounds.best
    alone, together = chance(grounds.text[filed]), chance(grounds.belief[filed])
    if grounds.text[filed] >= max(grounds.none, *grounds.text.values()):
        return f"所报 {filed} 与内容相符（概率 {alone}）", f"the text fits {filed} ({alone})"
    return (
        f"不足以改报：所报 {filed} 单看文字为 {alone}，计入申报人自己的选择为 {together}",
        f"no reason to move it: {filed} has {alone} by the text alone, {together} with the applicant's choice counted in",
    )


def _doubted(verdict: str, grounds: Grounds, topics: Mapping[str, Topic]) -> tuple[str, str]:
    text, filed, best = grounds.text, grounds.filed, grounds.best
    nearest = max(text, key=lambda t: text[t])
    none = chance(grounds.none)
    filed_zh = f"所报 {filed} 的概率 {chance(text[filed])}" if filed else "没有可用的所报课题"
    filed_en = f"declared {filed} has {chance(text[filed])}" if filed else "no usable declared topic"
    named = {t: f"{t}《{topics[t].title}》" for t in (best, nearest)}
    return {
        "outside": (
            f"指南里没有合适的课题（概率 {none}）；{filed_zh}，相对最近的是 {named[nearest]}",
            f"no topic of the guide fits ({none}); {filed_en}, the nearest is {nearest}",
        ),
        "undeclared": (
            f"没有申报课题；内容最接近 {named[best]}（概率 {chance(text[best])}）",
            f"no topic declared; the text is closest to {best} ({chance(text[best])})",
        ),
        "move": (
            f"{filed_zh}；更像 {named[best]}（{chance(text[best])}）",
            f"{filed_en}; rather {best} ({chance(text[best])})",
        ),
        "ask": (
            f"拿不准：{filed_zh}，{named[nearest]}为 {chance(text[nearest])}，都不合适的概率 {none}",
            f"unsure: {filed_en}, {nearest} has {chance(text[nearest])}, nothing fits {none}",
        ),
    }[verdict]
