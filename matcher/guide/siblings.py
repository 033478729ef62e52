"""What sets one topic, or a line outside the topics, apart from the others: findings for people, Chinese / English."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from statistics import median

from matcher import settings
from matcher.guide.marks import marks_of
from matcher.guide.vocabulary import NOTICE_HEADING, NOTICE_LINE, RULE_WORDS, TOPIC_END
from matcher.message import Message
from matcher.segment import fold
from matcher.types import AuditLine, Topic

_FAR_LONGER = settings.factor("guide.siblings.far_longer")
_LONG_TITLE = settings.characters("guide.siblings.long_title")
_LONG = settings.characters("guide.siblings.long_content")
_LEAST_OTHERS = settings.count("guide.siblings.least_others")
_CLOSING = (")", "）", "】", "]")
_LEAST_LISTED = settings.lines("guide.siblings.least_listed")
_LONGEST_LISTED = settings.characters("guide.siblings.longest_listed")
_WORDS = settings.characters("guide.siblings.name")
_TITLE_END = settings.characters("guide.siblings.title_end")
_TITLE = settings.characters("guide.siblings.title")
_LINE = settings.characters("guide.siblings.line")
_BARE = settings.count("guide.siblings.bare")


def apart(topics: Sequence[Topic], audit: Sequence[AuditLine]) -> list[Message]:
    """The findings on sections, lengths of contents and lists outside the topics, in this order."""
    return [
        *_bracketed(topics),
        *_no_section(topics),
        *_long_title(topics),
        *_far_longer(topics),
        *_other_lists(topics, audit),
    ]


def _bracketed(topics: Sequence[Topic]) -> Iterator[Message]:
    """Titles that all end with a bracket, where no topic has an office: the brackets may name offices or persons."""
    if len(topics) < _LEAST_OTHERS or any(t.office is not None for t in topics):
        return
    if all(t.title.rstrip()[-1:] in _CLOSING for t in topics):
        yield (
            Message(
                f"每个标题都以括号结尾（如“{topics[0].title[-_TITLE_END:]}”）：括号里可能是处室或联系人，请核对。",
                "Every title ends with a bracket: it may hold an office or a person; check them.",
            )
        )


def _no_section(topics: Sequence[Topic]) -> Iterator[Message]:
    """Topics above the first heading where the others have one: the heading may be a part of a title, or theirs lost."""
    bare = [t.id for t in topics if not t.section]
    if 0 < len(bare) < len(topics):
        shown = "、".join(bare[:_BARE]) + ("……" if len(bare) > _BARE else "")
        other = next(t.section for t in topics if t.section)
        yield (
            Message(
                f"{shown} 没有类别，其他课题有（如“{other}”）：请核对。",
                f"{len(bare)} topics have no section, the others have one such as {other!r}: check them.",
            )
        )


def _long_title(topics: Sequence[Topic]) -> Iterator[Message]:
    """A title twice as long as every other one may hold the first line of its contents."""
    by_length = sorted(topics, key=lambda t: len(t.title))
    if len(topics) < 2:
        return
    longest, others = by_length[-1], by_length[-2]
    least = _LONG_TITLE * (2 if longest.title.isascii() else 1)
    if len(longest.title) > max(least, 2 * len(others.title)):
        yield (
            Message(
                f"{longest.id} 的标题比其他课题的都长一倍以上，可能连着内容：“{longest.title[:_TITLE]}”。",
                f"The title of {longest.id} is twice as long as any other; it may hold contents.",
            )
        )


def _far_longer(topics: Sequence[Topic]) -> Iterator[Message]:
    """A topic whose contents are far longer than its siblings' may hold another topic, or the notice around the list."""
    for topic in topics:
        others = [len(t.content) for t in topics if t is not topic]
        if len(others) < _LEAST_OTHERS or len(topic.content) < _LONG:
            continue
        usual = median(others)
        if len(topic.content) > _FAR_LONGER * usual:
            yield (
                Message(
                    f"{topic.id} 的内容有 {len(topic.content)} 字，其他课题约 {usual:.0f} 字：可能连着别的课题或通知，请核对。",
                    f"The contents of {topic.id} have {len(topic.content)} characters, those of the others about {usual:.0f}: "
                    "they may hold another topic or the notice.",
                )
            )


def _other_lists(topics: Sequence[Topic], audit: Sequence[AuditLine]) -> Iterator[Message]:
    """Lines outside the topics that are marked alike and end as titles do: another list of topics may not be read."""
    ends = sum(bool(TOPIC_END.search(fold(t.title))) for t in topics) * 2 > len(topics)
    for outside, group in groupby(audit, key=lambda a: a.role in ("outside", "unread")):
        lines = list(group)
        listed = [a for a in lines if outside and _is_title(a.text)] if ends else []
        kinds = [set(marks_of(fold(a.text))) for a in listed]
        if len(listed) < _LEAST_LISTED or not set.intersection(*kinds):
            continue
        yield (
            Message(
                f"清单之外第 {listed[0].line} 行起有 {len(listed)} 行也像课题（如“{listed[0].text[:_LINE]}”）：请核对是否漏读。",
                f"{len(listed)} lines outside the list, from line {listed[0].line} on, look like topics too; check whether they are.",
            )
        )


def _is_title(text: str) -> bool:
    """Whether a line outside the topics is marked, short, and ends as a title does, without the words of a notice."""
    folded = fold(text)
    marks = marks_of(folded)
    if not marks or len(folded) > _LONGEST_LISTED or folded[-1] in "。;:.,":
        return False
    words = folded[min(m.start for m in marks.values()) :]
    plain = not RULE_WORDS.search(words) and not NOTICE_LINE.match(words) and not NOTICE_HEADING.search(words)
    return plain and len(words) > _WORDS and bool(TOPIC_END.search(words))
