"""How reports call kinds, teams and what to make of a similarity: Chinese, then English."""

from __future__ import annotations

from collections.abc import Mapping

from matcher.duplicates.concern import Kind
from matcher.duplicates.teams import SameTeam
from matcher.message import Message

KINDS: Mapping[Kind, Message] = {
    "identical": Message("完全相同", "identical"),
    "copied": Message("大部照抄", "copied"),
    "partial": Message("部分照抄", "partial"),
    "reworded": Message("改写", "reworded"),
    "translated": Message("翻译", "translated"),
    "title": Message("题目几乎相同", "nearly the same title"),
}
TEAMS: Mapping[SameTeam, Message] = {
    "same": Message("同一团队", "same team"),
    "possible": Message("可能同一团队", "possibly the same team"),
    "different": Message("不同团队", "different teams"),
    "unknown": Message("团队未注明", "team not stated"),
}
ADVICE = Message(
    "相似只说明值得核对，不是结论；请评审人核对原文。",
    "A similarity is a reason to look, never a verdict; refer to a reviewer.",
)
