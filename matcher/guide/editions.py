"""What a file holds beside its list: an older edition, which is left out and said so, and a table of contents."""

from __future__ import annotations

import re
from collections.abc import Sequence

from matcher.guide.blocks import LONGEST_TITLE, clean
from matcher.guide.prior import Reading
from matcher.message import Message
from matcher.segment import fold

_TITLE = re.compile(
    r"(?P<year>20\d\d)\s*年?度?.{0,40}?(?:指南|选题|课题|榜单|清单|目录|通知|公告|(?i:call|topics))"
)
_CLOSED = re.compile(r"截止|往年|上年|去年|历史|供参考|作废|失效|(?i:closed|for reference|previous)")
_INDEX = re.compile(r"目录|目次|(?i:index|contents)")


def drop_editions(reading: Reading, lines: Sequence[str], title: str) -> list[Message]:
    """Take the topics of an older edition out of `reading`; the findings that say so, and where it begins."""
    years = re.findall(r"20\d\d", fold(title))
    if not years:
        return []
    own = int(years[0])
    starts = {d.lines[0] for d in reading.drafts}
    first = min(starts)
    findings: list[Message] = []
    for n, line in enumerate(lines, 1):
        text = fold(clean(line))
        match = (
            _TITLE.match(text)
            if n > first and len(text) <= LONGEST_TITLE and text[-1:] not in "。;"
            else None
        )
        if match is None or n in starts or int(match["year"]) == own or not _restarts(reading, n):
            continue
        year = int(match["year"])
        if year < own or _CLOSED.search(text):
            kept = [d for d in reading.drafts if d.lines[0] < n]
            dropped = [d for d in reading.drafts if d.lines[0] > n]
            reading.drafts[:] = kept
            for draft in kept:
                draft.lines = (draft.lines[0], min(draft.lines[1], n - 1))
            reading.roles.update({m: "outside" for m in range(n, len(lines) + 1) if m in reading.roles})
            reading.dropped = range(n, len(lines) + 1)
            findings.append(
                Message(
                    f"第 {n} 行起是另一份指南（{year} 年），其中 {len(dropped)} 个课题没有读入。",
                    f"Another edition ({year}) begins at line {n}; its {len(dropped)} topics were left out.",
                )
            )
            return findings
        findings.append(
            Message(
                f"第 {n} 行像另一份指南的标题（{year} 年，本指南为 {own} 年）：请确认以哪一份为准。",
                f"Line {n} looks like the title of another edition ({year}; this one is of {own}); check which is meant.",
            )
        )
    return findings


def drop_index(reading: Reading) -> None:
    """Take out the titles, or the codes, that an index names before the topics themselves, which have contents."""
    later = {_key(d.title): i for i, d in enumerate(reading.drafts) if d.contents}
    listed = [d for i, d in enumerate(reading.drafts) if not d.contents and later.get(_key(d.title), -1) > i]
    half = len(reading.drafts) // 2
    first, second = reading.drafts[:half], reading.drafts[half:]
    bare = not any(d.contents for d in first[:-1]) and all(d.contents for d in second)
    if (
        half > 1
        and bare
        and all(d.code for d in first)
        and [d.code for d in first] == [d.code for d in second]
    ):
        listed = first  # a table of codes and budgets
    if not listed:
        return
    headings = {d.heading for d in listed if _INDEX.search(d.heading)}
    reading.drafts[:] = [d for d in reading.drafts if d not in listed]
    for draft in listed:
        reading.roles.update(dict.fromkeys(range(draft.lines[0], draft.lines[1] + 1), "outside"))
    for draft in reading.drafts:
        draft.heading = "" if draft.heading in headings else draft.heading


def _key(title: str) -> str:
    """A title as an index names it: without the dots and the page number behind it."""
    return re.sub(r"[\s.…·]*\d*$", "", fold(title))


def _restarts(reading: Reading, line: int) -> bool:
    """Whether topics stand after the line and count anew there."""
    after = [d for d in reading.drafts if d.lines[0] > line]
    return bool(after) and after[0].number in (None, 1)
