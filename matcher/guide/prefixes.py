"""What every title of a list begins with: a name, a second mark; and the numbers that codes give."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby, pairwise

from matcher import settings
from matcher.guide.marks import marks_of, number_of
from matcher.guide.prior import Draft
from matcher.message import Message
from matcher.segment import fold

_LARGEST_COUNT = settings.count("guide.prefixes.largest")
_LONGEST_LABEL = settings.characters("guide.prefixes.longest_label")
_TITLE_LABEL = re.compile(
    r"(?:名称|题目|标题|课题|选题|方向|难题|榜题|需求|项目|任务|议题|场景)$|(?i:\b(?:title|topic|theme|notice|challenge|area|project|question|call|priority)$)"
)
_MARKS_AROUND = "。；;：:，,、 "


def count_by_codes(drafts: Sequence[Draft]) -> None:
    """Number the topics of a section by the codes above their titles (…-03, …-04), where these count up."""
    for _, group in groupby(drafts, key=lambda d: d.group):
        listed = list(group)
        numbers = [number_of(d.code) if "-" in d.code else 0 for d in listed]
        counts = all(a < b for a, b in pairwise([0, *numbers])) and numbers[-1] <= _LARGEST_COUNT
        if counts and all(d.number is None for d in listed):
            for draft, number in zip(listed, numbers, strict=True):
                draft.number = number


def drop_second_mark(drafts: Sequence[Draft]) -> None:
    """Take away the second mark that every title begins with (一、榜单一：…, 1. 27-FH1 …); it is the topic's code."""
    marks = [marks_of(fold(draft.title)) for draft in drafts]
    for kind in set.intersection(*(set(by_kind) for by_kind in marks)) if len(drafts) > 1 else ():
        codes = [by_kind[kind].code for by_kind in marks]
        counted = all(
            draft.number == number_of(by_kind[kind].written)
            for draft, by_kind in zip(drafts, marks, strict=True)
        )
        if not all(codes) or len(set(codes)) < len(codes) or not (counted or kind in ("code", "coded")):
            continue
        for draft, by_kind in zip(drafts, marks, strict=True):
            draft.code = draft.code or by_kind[kind].code
            draft.title = draft.title[by_kind[kind].start :].strip(_MARKS_AROUND)
        return


def drop_common_label(drafts: Sequence[Draft]) -> list[Message]:
    """Take away the name before a colon that every title begins with (课题名称：…, HIGHLIGHT NOTICE: …); a note if it is no title's."""
    labels = {re.split("[:：]", draft.title)[0] for draft in drafts}
    if len(drafts) < 2 or len(labels) != 1 or len(label := labels.pop()) > _LONGEST_LABEL:
        return []
    rests = [draft.title[len(label) + 1 :].strip() for draft in drafts]
    if not all(rests):
        return []
    if not _TITLE_LABEL.search(fold(label)):
        return [
            Message(
                f"每个标题都以“{label}”开头：它可能不是课题名称，请核对。",
                f"Every title begins with {label!r}, which may not be the name of a title; check them.",
            )
        ]
    for draft, rest in zip(drafts, rests, strict=True):
        draft.title = rest
    return []
