"""What sets one topic, or a line outside the topics, apart from the others: findings for people, Chinese / English."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from statistics import median

from matcher import settings
from matcher.guide.marks import marks_of, number_of
from matcher.guide.prior import cue, states_office
from matcher.guide.vocabulary import NOTICE_HEADING, NOTICE_LINE, PHONE, RULE_WORDS, TOPIC_END, TOPIC_WORD
from matcher.message import Message
from matcher.segment import fold
from matcher.types import AuditLine, Topic

_FAR_LONGER = settings.factor("guide.siblings.far_longer")
_LONG = settings.characters("guide.siblings.long_content")
_LEAST_SIBLINGS = settings.count("guide.siblings.least_others")
_STOPS = "。;.:"
_PAIRED = settings.lines("guide.siblings.paired")
_CLOSING = (")", "）", "】", "]")
_LEAST_LISTED = settings.lines("guide.siblings.least_listed")
_LONGEST_HEADING = settings.characters("guide.siblings.longest_heading")
_LONGEST_LISTED = settings.characters("guide.siblings.longest_listed")
_WORDS = settings.characters("guide.siblings.name")
_TITLE_END = settings.characters("guide.siblings.title_end")
_LINE = settings.characters("guide.siblings.line")
_BARE = settings.count("guide.siblings.bare")
_LEAST_LONE = settings.count("guide.siblings.least_lone")
_SHORT = settings.characters("guide.siblings.short_title")
_RULES = settings.count("guide.siblings.rules")
_PHONE_DIGITS = settings.count("guide.siblings.phone_digits")
_HAN = "[一二三四五六七八九十]+(?=$|[、.)条款])"
_PAPERS = re.compile(
    r"(?:申请书|申报书|申报表|申请表|推荐表|汇总表|登记表|活页|承诺书|证明材料|委托书|身份证|营业执照|复印件|盖章版)(?:\(.*\))?$"
    r"|(?i:^(?:cover (?:sheet|page|letter)|budget justification|curriculum vitae|data management plan|letters? of support|project description)\b)"
)


def apart(topics: Sequence[Topic], audit: Sequence[AuditLine]) -> list[Message]:
    """The findings on sections, lengths of contents and lists outside the topics, in this order."""
    return [
        *_bracketed(topics),
        *_no_section(topics),
        *_lone_sections(topics),
        *_lone_lines(topics),
        *_titles_below(topics, audit),
        *_odd_codes(topics),
        *_alike_heads(topics),
        *_filing(topics),
        *_notice_inside(topics),
        *_phone_inside(topics),
        *_far_longer(topics),
        *_next_number(topics, audit),
        *_other_lists(topics, audit),
        *_other_words(topics, audit),
    ]


def _bracketed(topics: Sequence[Topic]) -> Iterator[Message]:
    """Titles that all end with a bracket, where no topic has an office: the brackets may name offices or persons."""
    if len(topics) < _LEAST_SIBLINGS or any(t.office is not None for t in topics):
        return
    if all(t.title.rstrip()[-1:] in _CLOSING for t in topics):
        yield Message(
            f"每个标题都以括号结尾（如“{topics[0].title[-_TITLE_END:]}”）：括号里可能是处室或联系人，请核对。",
            "Every title ends with a bracket: it may hold an office or a person; check them.",
        )


def _no_section(topics: Sequence[Topic]) -> Iterator[Message]:
    """Topics above the first heading where the others have one: the heading may be a part of a title, or theirs lost."""
    bare = [t.id for t in topics if not t.section]
    if 0 < len(bare) < len(topics):
        shown = "、".join(bare[:_BARE]) + ("……" if len(bare) > _BARE else "")
        other = next(t.section for t in topics if t.section)
        yield Message(
            f"{shown} 没有类别，其他课题有（如“{other}”）：请核对。",
            f"{len(bare)} topics have no section, the others have one such as {other!r}: check them.",
        )


def _lone_sections(topics: Sequence[Topic]) -> Iterator[Message]:
    """Sections that mostly have one topic each: they may be the ends of broken titles, or the topics themselves."""
    counts = Counter(t.id.split("-")[0] for t in topics)
    lone = sum(count == 1 for count in counts.values())
    if lone >= _LEAST_LONE and lone * 2 > len(counts):
        yield Message(
            f"{len(counts)} 个类别中有 {lone} 个只有一个课题：类别可能是断行的标题，或本身就是课题，请核对。",
            f"{lone} of {len(counts)} sections have one topic: they may be ends of broken titles, or topics themselves.",
        )


def _lone_lines(topics: Sequence[Topic]) -> Iterator[Message]:
    """Short lines below a few topics of a list of titles: they may be the headings of what follows."""
    bare = sum(not t.content for t in topics)
    odd = [
        t
        for t in topics
        if t.content
        and "\n" not in t.content
        and t.lines[0] < t.lines[1]
        and len(t.content) <= _LONGEST_HEADING
        and fold(t.content)[-1] not in "。;.:"
    ]
    if odd and bare * 2 > len(topics):
        yield Message(
            f"{odd[0].id} 之下的“{odd[0].content}”读作内容，其他课题多没有内容：它可能是类别，请核对。",
            f"The line below {odd[0].id}, {odd[0].content!r}, was read as contents where most topics have none: it may be a heading.",
        )


def _titles_below(topics: Sequence[Topic], audit: Sequence[AuditLine]) -> Iterator[Message]:
    """Short lines without a mark below the last topic, each above a sentence, as titles stand above their descriptions."""
    below = [fold(a.text) for a in audit if a.line > topics[-1].lines[1] and a.role == "outside"]
    pairs = list(pairwise(below[:_PAIRED]))
    titles = [
        a for a, b in pairs[::2] if a[-1] not in _STOPS and not marks_of(a) and b[-1] in _STOPS and not cue(a)
    ]
    if (
        topics[-1].content
        and len(titles) == len(pairs[::2]) > 1
        and not any(RULE_WORDS.search(b) for _, b in pairs[::2])
    ):
        yield Message(
            f"清单之后的行像没有编号的课题（如“{titles[0]}”）：请核对是否漏读。",
            f"Lines below the list look like topics without a mark, such as {titles[0]!r}; check whether they are.",
        )


def _odd_codes(topics: Sequence[Topic]) -> Iterator[Message]:
    """Topics whose code has another shape than most others', or that have none."""
    shapes = {t.id: re.sub(r"[A-Z]+", "A", re.sub(r"\d+", "9", t.code.upper())) for t in topics}
    usual, count = Counter(shapes.values()).most_common(1)[0]
    odd = [t for t in topics if shapes[t.id] != usual]
    if usual and odd and count > _LEAST_SIBLINGS * len(odd):
        shown = "、".join(f"{t.id}“{t.code or t.title[:_TITLE_END]}”" for t in odd)
        yield Message(
            f"编号的样式与其他课题不同：{shown}，请核对。",
            f"Codes unlike the others': {', '.join(t.id for t in odd)}; check them.",
        )


def _alike_heads(topics: Sequence[Topic]) -> Iterator[Message]:
    """Titles that all begin with a word like a code, each with another: a mark that was not known stayed in them."""
    heads = [re.split(r"[\s:]", fold(t.title))[0] for t in topics]
    shapes = {re.sub(r"[A-Z]+", "A", re.sub(rf"\d+|{_HAN}", "9", head.upper())) for head in heads}
    if (
        len(topics) >= _LEAST_SIBLINGS
        and len({(t.section, head) for t, head in zip(topics, heads, strict=True)}) == len(heads)
        and len(set(heads)) > 1
        and len(shapes) == 1
        and "9" in shapes.pop()
    ):
        yield Message(
            f"每个标题都以编号样的字开头（如“{heads[0]}”）：它可能不是标题的一部分，请核对。",
            f"Every title begins with what looks like a code ({heads[0]!r}): it may be no part of the title; check them.",
        )


def _filing(topics: Sequence[Topic]) -> Iterator[Message]:
    """Titles that name papers to file or parts of a notice, where no other title does."""
    odd = [t for t in topics if _is_filing(fold(t.title))]
    if odd and len(odd) * 2 <= len(topics):
        shown = "、".join(f"{t.id}“{t.title[:_TITLE_END]}”" for t in odd[:_BARE])
        yield Message(
            f"像申报材料或通知条目，不像课题：{shown}，请核对。",
            f"Titles that read like papers to file or parts of a notice: {', '.join(t.id for t in odd)}.",
        )


def _is_filing(title: str) -> bool:
    if TOPIC_END.search(title) and len(title) > _SHORT:
        return False
    notice = len(title) <= _SHORT and any(m.end() == len(title) for m in NOTICE_HEADING.finditer(title))
    return notice or bool(_PAPERS.search(title))


def _notice_inside(topics: Sequence[Topic]) -> Iterator[Message]:
    """Contents with the words of rules for applicants where the others have none: the notice around the list."""
    words = [len({m.group().lower() for m in RULE_WORDS.finditer(fold(t.content))}) for t in topics]
    for topic, count in zip(topics, words, strict=True):
        elsewhere = sum(words) - count
        if len(topics) > _LEAST_SIBLINGS and count >= _RULES and not elsewhere:
            yield Message(
                f"{topic.id} 的内容里有申报要求一类的话，其他课题没有：可能连着通知，请核对。",
                f"The contents of {topic.id} hold rules for applicants, unlike the others': the notice may go on in them.",
            )


def _phone_inside(topics: Sequence[Topic]) -> Iterator[Message]:
    """Contents that hold a phone which is not the office's."""
    for topic in topics:
        match = PHONE.search(fold(topic.content))
        known = topic.office.phone if topic.office is not None else ""
        if (
            match
            and len(re.sub(r"\D", "", match.group())) >= _PHONE_DIGITS
            and match.group().strip() not in fold(known)
        ):
            yield Message(
                f"{topic.id} 的内容里有电话“{match.group().strip()}”，没有读作处室：请核对。",
                f"The contents of {topic.id} hold the phone {match.group().strip()}, which was not read as its office's.",
            )


def _far_longer(topics: Sequence[Topic]) -> Iterator[Message]:
    """A topic whose contents are far longer than its siblings' may hold another topic, or the notice around the list."""
    for topic in topics:
        lengths = [len(t.content) for t in topics if t is not topic]
        if len(lengths) < _LEAST_SIBLINGS or len(topic.content) < _LONG:
            continue
        usual = median(lengths)
        if len(topic.content) > _FAR_LONGER * usual:
            yield Message(
                f"{topic.id} 的内容有 {len(topic.content)} 字，其他课题约 {usual:.0f} 字：可能连着别的课题或通知，请核对。",
                f"The contents of {topic.id} have {len(topic.content)} characters, those of the others about {usual:.0f}: "
                "they may hold another topic or the notice.",
            )


def _next_number(topics: Sequence[Topic], audit: Sequence[AuditLine]) -> Iterator[Message]:
    """A line right below the last topic that has its mark and the next number, and was not read as one."""
    last, end = topics[-1], topics[-1].lines[1]
    own = next((marks_of(fold(a.text)) for a in audit if a.line == last.lines[0]), {})
    below = next((a for a in audit if a.line > end), None)
    if below is None or below.role not in ("outside", "unread"):
        return
    text = fold(below.text)
    for kind, mark in marks_of(text).items():
        counts = kind in own and number_of(mark.written) == number_of(own[kind].written) + 1 > 1
        if counts and cue(text[mark.start :]) >= 0:  # 四、申报要求 is a heading of the notice
            yield Message(
                f"第 {below.line} 行接着编号（“{below.text[:_LINE]}”），没有读作课题：请核对。",
                f"Line {below.line} goes on with the next number, but was not read as a topic; check it.",
            )
            return


def _other_lists(topics: Sequence[Topic], audit: Sequence[AuditLine]) -> Iterator[Message]:
    """Lines outside the topics that are marked alike and end as titles do, or stand among the topics and are marked as they are."""
    ends = sum(bool(TOPIC_END.search(fold(t.title))) for t in topics) * 2 > len(topics)
    own = [set(marks_of(fold(a.text))) for a in audit if a.role == "title"]
    first, last = topics[0].lines[0], topics[-1].lines[0]
    for outside, group in groupby(audit, key=lambda a: a.role in ("outside", "unread")):
        lines = list(group) if outside else []
        among = [a for a in lines if first < a.line < last and _has_marks(a.text, own)]
        listed = [a for a in lines if _is_title(a.text)] if ends else []
        kinds = [set(marks_of(fold(a.text))) for a in listed]
        if not among and (len(listed) < _LEAST_LISTED or not set.intersection(*kinds)):
            continue
        listed = among or listed
        yield Message(
            f"没有读作课题的第 {listed[0].line} 行起有 {len(listed)} 行也像课题（如“{listed[0].text[:_LINE]}”）：请核对是否漏读。",
            f"{len(listed)} lines that are no topics, from line {listed[0].line} on, look like topics too; check whether they are.",
        )


def _has_marks(text: str, own: Sequence[set[str]]) -> bool:
    """Whether a line begins with a mark that all titles (`own`: the kinds of each) have."""
    return bool(own) and bool(set.intersection(*own) & set(marks_of(fold(text))))


def _other_words(topics: Sequence[Topic], audit: Sequence[AuditLine]) -> Iterator[Message]:
    """Lines outside the topics that count with a field's own word (Track A, 课题一), where no topic is counted with it."""
    kinds: dict[str, list[AuditLine]] = {}
    for line in audit:
        text = fold(line.text)
        if line.role not in ("outside", "unread", "heading") or states_office(text):
            continue
        for kind, mark in marks_of(text).items():
            if kind.startswith("word:") and TOPIC_WORD.fullmatch(kind[5:]) and mark.start < len(text):
                kinds.setdefault(kind, []).append(line)
    sections = {t.section for t in topics}
    for kind, lines in kinds.items():
        unread = [a for a in lines if not any(s and s in a.text for s in sections)]
        if len(unread) >= _LEAST_LISTED:
            yield Message(
                f"第 {unread[0].line} 行起有 {len(unread)} 行以“{kind[5:]}”编号（如“{unread[0].text[:_LINE]}”），没有读作课题或类别：请核对。",
                f"{len(unread)} lines are counted with {kind[5:]!r}, from line {unread[0].line} on, but are neither topics nor sections.",
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
