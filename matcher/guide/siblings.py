"""What sets one topic, or a line outside the topics, apart from the others: findings for people, Chinese / English."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from statistics import median

from matcher.guide.marks import marks_of
from matcher.guide.vocabulary import NOTICE_HEADING, NOTICE_LINE, RULE_WORDS, TOPIC_END
from matcher.segment import fold
from matcher.types import AuditLine, Topic

_FAR_LONGER = 8  # times the median content of the others
_LONG = 400  # characters that a content may have whatever the others have
_LEAST_OTHERS = 3
_LEAST_LISTED = 2  # lines outside the topics that make a list


def apart(topics: Sequence[Topic], audit: Sequence[AuditLine]) -> list[str]:
    """The findings on sections, lengths of contents and lists outside the topics, in this order."""
    return [*_no_section(topics), *_far_longer(topics), *_other_lists(topics, audit)]


def _no_section(topics: Sequence[Topic]) -> Iterator[str]:
    """Topics above the first heading where the others have one: the heading may be a part of a title, or theirs lost."""
    bare = [t.id for t in topics if not t.section]
    if 0 < len(bare) < len(topics):
        shown = "、".join(bare[:8]) + ("……" if len(bare) > 8 else "")
        other = next(t.section for t in topics if t.section)
        yield (
            f"{shown} 没有类别，其他课题有（如“{other}”）：请核对。 / "
            f"{len(bare)} topics have no section, the others have one such as {other!r}: check them."
        )


def _far_longer(topics: Sequence[Topic]) -> Iterator[str]:
    """A topic whose contents are far longer than its siblings' may hold another topic, or the notice around the list."""
    for topic in topics:
        others = [len(t.content) for t in topics if t is not topic]
        if len(others) < _LEAST_OTHERS or len(topic.content) < _LONG:
            continue
        usual = median(others)
        if len(topic.content) > _FAR_LONGER * usual:
            yield (
                f"{topic.id} 的内容有 {len(topic.content)} 字，其他课题约 {usual:.0f} 字：可能连着别的课题或通知，请核对。 / "
                f"The contents of {topic.id} have {len(topic.content)} characters, those of the others about {usual:.0f}: "
                "they may hold another topic or the notice."
            )


def _other_lists(topics: Sequence[Topic], audit: Sequence[AuditLine]) -> Iterator[str]:
    """Lines outside the topics that are marked alike and end as titles do: another list of topics may not be read."""
    ends = sum(bool(TOPIC_END.search(fold(t.title))) for t in topics) * 2 > len(topics)
    for outside, group in groupby(audit, key=lambda a: a.role in ("outside", "unread")):
        lines = list(group)
        listed = [a for a in lines if outside and _is_title(a.text)] if ends else []
        kinds = [set(marks_of(fold(a.text))) for a in listed]
        if len(listed) < _LEAST_LISTED or not set.intersection(*kinds):
            continue
        yield (
            f"清单之外第 {listed[0].line} 行起有 {len(listed)} 行也像课题（如“{listed[0].text[:20]}”）：请核对是否漏读。 / "
            f"{len(listed)} lines outside the list, from line {listed[0].line} on, look like topics too; check whether they are."
        )


def _is_title(text: str) -> bool:
    """Whether a line outside the topics is marked, short, and ends as a title does, without the words of a notice."""
    folded = fold(text)
    marks = marks_of(folded)
    if not marks or len(folded) > 60 or folded[-1] in "。;:.,":
        return False
    words = folded[min(m.start for m in marks.values()) :]
    plain = not RULE_WORDS.search(words) and not NOTICE_LINE.match(words) and not NOTICE_HEADING.search(words)
    return plain and len(words) > 6 and bool(TOPIC_END.search(words))
