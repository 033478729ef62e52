"""What looks wrong in a guide, as sentences for people: Chinese / English."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from matcher.segment import fold
from matcher.types import AuditLine, Topic

_ENDS = "。！？.!?）)”」』》】;；…\"'"


def findings_of(topics: Sequence[Topic], audit: Sequence[AuditLine]) -> list[str]:
    """The findings on offices, titles, numbers, contents, unread lines and the end of the file, in this order."""
    return [
        *_two_phones(topics), *_two_offices(topics), *_same_titles(topics), *_gaps(topics), *_empty(topics),
        *_unread(audit), *_cut_off(topics, audit),
    ]  # fmt: skip


def _two_phones(topics: Sequence[Topic]) -> Iterator[str]:
    phones: dict[str, dict[str, list[str]]] = {}
    for t in topics:
        if t.office and t.office.name and t.office.phone:
            phones.setdefault(t.office.name, {}).setdefault(t.office.phone, []).append(t.id)
    for name, found in phones.items():
        if len(found) > 1:
            listed = "；".join(f"{phone}（{'、'.join(ids)}）" for phone, ids in found.items())
            english = "; ".join(f"{phone} ({', '.join(ids)})" for phone, ids in found.items())
            yield f"{name}有 {len(found)} 个电话：{listed}。 / {name} has {len(found)} phones: {english}."


def _two_offices(topics: Sequence[Topic]) -> Iterator[str]:
    names: dict[str, list[str]] = {}
    for t in topics:
        if (
            t.office
            and t.office.name
            and t.office.phone
            and t.office.name not in names.setdefault(t.office.phone, [])
        ):
            names[t.office.phone].append(t.office.name)
    for phone, found in names.items():
        # One name inside the other is one office written twice.
        short = min(found, key=len, default="")
        if len(found) > 1 and not all(short in name for name in found):
            listed = "、".join(found)
            yield f"电话 {phone} 属于多个处室：{listed}。 / Phone {phone} is given for several offices: {listed}."


def _same_titles(topics: Sequence[Topic]) -> Iterator[str]:
    seen: dict[str, str] = {}
    for t in topics:
        key = "".join(fold(t.title).split()).lower()
        if key in seen:
            yield f"标题重复：{seen[key]} 与 {t.id}（{t.title}）。 / Same title: {seen[key]} and {t.id}."
        seen.setdefault(key, t.id)


def _gaps(topics: Sequence[Topic]) -> Iterator[str]:
    before = 0
    for _, group in groupby(topics, key=lambda t: t.id.split("-")[0]):
        numbers = [t.number for t in group]
        section = topics[0].section
        # Numbering may run on from the section before, so a gap is one inside the section.
        missing = sorted(set(range(min(numbers), max(numbers) + 1)) - set(numbers))
        if missing and numbers[0] != before + 1 and before:
            missing = missing[:]
        if missing:
            section = next(t.section for t in topics if t.number in numbers)
            shown = "、".join(map(str, missing[:10])) + ("……" if len(missing) > 10 else "")
            yield f"编号不连续：“{section}”缺 {shown}。 / Gap in the numbering: {len(missing)} missing ({shown})."
        elif numbers[0] not in (1, before + 1):
            yield f"编号从 {numbers[0]} 开始。 / The numbering starts at {numbers[0]}."
        before = numbers[-1]


def _empty(topics: Sequence[Topic]) -> Iterator[str]:
    empty = [t.id for t in topics if not t.content]
    if empty and len(empty) * 2 <= len(topics):
        yield f"没有研究内容的课题：{'、'.join(empty)}。 / Topics without contents, unlike the others: {', '.join(empty)}."


def _unread(audit: Sequence[AuditLine]) -> Iterator[str]:
    lines = [a.line for a in audit if a.role == "unread"]
    if lines:
        shown = ", ".join(map(str, lines[:10])) + (" …" if len(lines) > 10 else "")
        yield f"清单内有 {len(lines)} 行未能读懂：第 {shown} 行。 / {len(lines)} lines inside the list were not understood: {shown}."


def _cut_off(topics: Sequence[Topic], audit: Sequence[AuditLine]) -> Iterator[str]:
    last = audit[-1]
    text = last.text
    written = topics[-1].content if last.role == "title" else ""
    if re.search(r"https?://[!-~]*$", text[-200:]) or re.search(r"(?i)keywords?:", text[-400:]):
        cut = False
    elif len(text) > 60 and (last.role == "outside" or written):
        cut = text[-1] not in _ENDS  # a paragraph, whatever it holds
    elif last.role == "content":
        cut = text[-1] not in _ENDS and len(text) >= 15 and not text.endswith(topics[-1].title)
        whole = [t.content for t in topics[:-1] if t.content]
        cut = cut and (not whole or sum(c[-1] in _ENDS for c in whole) * 2 > len(whole))
    elif last.role == "title" and len(topics) > 3:
        endings = [t.title[-2:] for t in topics[:-1]]
        common = max(set(endings), key=lambda e: (endings.count(e), e))
        cut = endings.count(common) * 4 >= 3 * len(endings) and not topics[-1].title.endswith(common)
    else:
        cut = (
            last.role == "outside"
            and len(text) > 25
            and text[-1] not in _ENDS + "：:"
            and any(c in "，,、。" for c in text)
        )
    if cut:
        yield (
            f"文件似乎在第 {last.line} 行中断（“……{text[-12:]}”）。 / "
            f"The file seems cut off at line {last.line}."
        )
