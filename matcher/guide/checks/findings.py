"""What looks wrong in a guide, as sentences for people: Chinese / English."""

from __future__ import annotations

import re
from bisect import bisect, bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice, pairwise

from matcher import numerals, settings
from matcher.guide.checks.folded_line import NUMBER
from matcher.guide.checks.places import COUNTED, GuideLines
from matcher.guide.lists.counting import are_tasks
from matcher.guide.lists.unmarked import anchor
from matcher.guide.prior import Draft, is_half, is_rule, may_name
from matcher.guide.text.blocks import Unit
from matcher.guide.text.marks import marks_of, number_of
from matcher.guide.text.page_lines import INDEX_ENTRY
from matcher.guide.vocabulary import MAIN_CONTENT, OPEN_END, PHONE, TITLES_INSIDE
from matcher.message import COMMA, Catalogue, Message, first_of, joined
from matcher.segment import fold
from matcher.types import Role

say = Catalogue(__file__)

_SUBLETTER = re.compile(r"\d{1,2}[a-z] ")  # 1a Shearing without stress
_CODE_INSIDE = re.compile(r"(?<!\S)[A-Z]{2,}(?:-[A-Z0-9]+){3,}(?!\S)")  # HORIZON-CL6-2033-ZEROPOLLUTION-03
_FIELD = re.compile(r"(?:领域|类|专项|板块|学科|体系|方面)$")
_LONGER = settings.characters("guide.findings.longer")
_KEYWORDS = settings.characters("guide.findings.keywords_within")
_PARAGRAPH = settings.characters("guide.findings.paragraph")
_CUT = settings.characters("guide.findings.cut")
_LAST = settings.characters("guide.findings.last")
_LEAST_ALIKE = settings.count("guide.findings.least_alike")
_HAN = "[一二三四五六七八九十]+(?=$|[、.)条款])"
_RULED_ONE_IN = settings.count("guide.findings.ruled_one_in")
_NUMBERS = settings.count("guide.findings.numbers")
# A topic that leaves its subject to who applies needs no more than its name.
_OPEN = re.compile("自由(?:探索|申报|选题)|自选|自拟|不限|(?i:\\bopen (?:topic|call|strand|theme)|your own)")
_N = r"(?P<n>\d{1,3}|[一二三四五六七八九十两]{1,3})\s*(?:个|项|题|条)"
# 重点课题（3项）, 本年度共设8个课题
_COUNT_OF_HEADING = re.compile(rf"\((?:共|计)?\s*{_N}\)\W*$")
_COUNT = re.compile(rf"(?:共|年度|指南|专项|发布|下)(?:设置?|设立|发布|安排|列|有)\s*{_N}")
_ENDS = "。！？.!?）)”」』》】;；…\"'"


def findings_of(guide: GuideLines) -> Iterator[Message]:
    """The findings on titles, numbers, sections, contents, unread lines, the end and the announced count, in this order."""
    for finding in _FINDINGS:
        yield from finding(guide)


def uncounted(units: Sequence[Unit], topics: int) -> Iterator[Message]:
    """A content's name that stands more often in the document than it has topics: some were not seen."""
    counts = Counter(name for unit in units if (name := anchor(unit.text)))
    for name, count in counts.most_common(1):
        if count > topics:
            yield say("findings.names", name=name, count=count, topics=topics)


def inner_lists(drafts: Sequence[Draft]) -> Iterator[Message]:
    """Topics that hold nothing but lists of longer titles: they may be the sections of the topics."""
    held = [d for d in drafts if not d.named and (_is_list(d) or (d.contents and _FIELD.search(d.title)))]
    held = described if len(described := [*filter(_describes_items, drafts)]) * 2 > len(drafts) else held
    lists = {id(d) for d in held}
    held += [d for d in drafts if held and not d.named and id(d) not in lists and _is_lone_item(d)]
    if len(held) * 2 > len(drafts):
        yield say("findings.lists", title=held[0].title, count=len(held))


def _is_lone_item(draft: Draft) -> bool:
    """Whether a draft's contents are one marked line that is longer than its title and no sentence."""
    text = fold(draft.contents[0]) if len(draft.contents) == 1 else ""
    return bool(text and marks_of(text)) and len(text) > len(draft.title) and text[-1] not in "。."


def _describes_items(draft: Draft) -> bool:
    """Whether a draft's contents are items, of which those with a sentence on the line below are longer than its title."""
    lines = [line for text in draft.contents for line in text.split("\n") if line.strip()]
    marked = ["①" <= line[0] <= "⑳" or bool(marks_of(fold(line))) for line in lines]
    below = zip(pairwise(lines), pairwise(marked), strict=True)
    heads = [a for (a, b), m in below if m == (True, False) and a[-1] not in "。.；：" and b[-1] in "。."]
    return sum(marked) > 1 and marked[0] and sum(map(len, heads)) > len(heads) * len(draft.title)


def _is_list(draft: Draft) -> bool:
    """Whether a draft's contents are lines as of a list, no sentences, and on average longer than its title."""
    # A list below 经费：… was taken for more of it.
    texts = [*draft.contents, *(text for texts in draft.slots.values() for text in texts[1:])]
    lines = [fold(line) for text in texts for line in text.split("\n")]
    parts = re.split("[;、]", lines[0].rstrip("。")) if len(lines) == 1 and not lines[0].isascii() else []
    if len(parts) > 2 and not any("," in part or "。" in part for part in parts):
        return sum(map(len, parts)) > len(parts) * len(draft.title)  # 健康类：近视防控监测、骨质疏松筛查、…
    # A line with a stop inside is a title and its description.
    heads = [marks_of(line) or _SUBLETTER.match(line) for line in lines]
    marked = all(heads) and all(line[-1] not in "。." or "。" in line[:-1] for line in lines)
    listed = not any(heads) and {line[-1] for line in lines[:-1]} <= {"?", ";"}
    longer = sum(map(len, lines)) > len(lines) * len(draft.title)
    return len(lines) > 1 and (marked or listed) and longer and not are_tasks(lines)


def _odd_titles(guide: GuideLines) -> Iterator[Message]:
    """Titles that are torn or have something else inside, or have the words of a rule where few have."""
    for place in guide.places:
        if _is_torn(place.title):
            yield say("findings.title torn", id=place.topic.id, title=place.topic.title)
    ruled = [place.topic for place in guide.places if is_rule(place.title)]
    for topic in ruled if len(ruled) * _RULED_ONE_IN <= len(guide.topics) else []:
        yield say("findings.rule", id=topic.id, title=topic.title)


def _is_torn(title: str) -> bool:
    """Whether a title has half a bracket, a phone, a full stop or a page's number inside, or ends or begins as a sentence's part does."""
    inside = "。" in title[:-1] or ";" in title[:-1] or PHONE.search(title) or _CODE_INSIDE.search(title)
    open_ended = OPEN_END.search(title) or INDEX_ENTRY.search(title)
    edges = title[-1] in ",、:" or title[0] in ",、:;。)/|-—·" or re.fullmatch(r"\([^()]*\)", title)
    return bool(is_half(title) or inside or open_ended or edges)


def _same_titles(guide: GuideLines) -> Iterator[Message]:
    first: dict[str, str] = {}  # of a title -> the topic that has it
    keys = ["".join(place.title.split()).lower() for place in guide.places]
    pairs = [
        (id_, t)
        for key, t in zip(keys, guide.topics, strict=True)
        if (id_ := first.setdefault(key, t.id)) != t.id
    ]
    for id_, topic in pairs[:_NUMBERS]:
        yield say("findings.same title", id=id_, other=topic.id, title=topic.title)
    if len(pairs) > _NUMBERS:
        yield say("findings.more same titles", count=len(pairs) - _NUMBERS)


def _gaps(guide: GuideLines) -> Iterator[Message]:
    """Numbers missing from a run; numbering may run on from the section before. More than there are topics are a catalogue's."""
    everywhere, before = {t.number for t in guide.topics}, 0
    for group in guide.sections:
        numbers = [t.number for t in group]
        section = group[0].section or group[0].section_number
        missing = sorted({*range(min(numbers), max(numbers) + 1)} - {*numbers})
        if before and numbers[0] > 1 and len(everywhere) == len(guide.topics):
            missing = [n for n in missing if n not in everywhere]  # one numbering through all sections
        if 0 < len(missing) <= len(guide.topics):
            shown = first_of(missing, _NUMBERS, "、", "……")
            yield say("findings.gap", section=section, numbers=shown, count=len(missing))
        lost = 1 != numbers[0] != before + 1 and numbers[0] <= len(guide.topics)
        if not missing and lost and not all(re.search("[A-Za-z]", t.code) for t in group):
            yield say("findings.start", section=section, number=numbers[0])
        before = numbers[-1]


def _unread(guide: GuideLines) -> Iterator[Message]:
    if lines := [line.number for line in guide.lines if line.role == "unread"]:
        yield say("findings.unread lines", count=len(lines), lines=first_of(lines, _NUMBERS, ", ", " …"))


def _cut_off(guide: GuideLines) -> Iterator[Message]:
    """A last line that is a sentence without its end where the other topics end with theirs, the heading of one more section,
    or of a topic that lacks what all others have; titles are measured (doubt.py)."""
    topics, last = guide.topics, guide.lines[-1]
    text, by_line = last.written, {line.number: line.written for line in guide.lines}
    below = [by_line[n] for t in topics[:-1] for n in (t.lines[1],) if t.lines[0] < n and n in by_line]
    ends = below or [by_line[t.lines[0]] for t in topics[:-1] if t.content]
    usual = not ends or sum(c[-1] in _ENDS for c in ends) * 2 > len(ends)
    described = last.role == "content" or (last.number == topics[-1].lines[0] and bool(topics[-1].content))
    long = len(text) > _PARAGRAPH or (described and usual and len(text) >= _CUT)
    # A row of a table, a phone, a date, an address or keywords end as they end.
    other = re.search(r"\d{3,}\W*$|https?://[!-~]*$|\w@[\w.-]+$| \| |(?i:keywords?:)", text[-_KEYWORDS:])
    if text[-1] not in _ENDS + "：:" and long and not (other or text.endswith(topics[-1].title)):
        yield cut_off(last.number, text)
    elif _heads_nothing(guide):
        yield say("findings.heading last", line=last.number, text=text[:_LAST])
    elif lost := _lost_slots(guide):
        yield say("findings.slots lost", id=topics[-1].id, names=joined(lost, COMMA))


def cut_off(line: int, text: str) -> Message:
    """That the document seems to end within a line, by how its text ends."""
    return say("findings.cut off", line=line, text=text[-_LAST:])


def _heads_nothing(guide: GuideLines) -> bool:
    """Whether the only line below the last topic counts on as the headings of the sections do."""
    *before, last = guide.lines
    start, end = guide.topics[-1].lines
    if last.number <= end or any(line.number > end for line in before[-1:]):
        return False
    heads = {count for x in guide.lines if x.role == "heading" and x.number < start for count in x.counts}
    marks = [mark for mark in last.marks.values() if may_name(last.text[mark.start :] or last.text)]
    return any((m.kind, number_of(m.written) - 1) in heads for m in marks if m.written)


def _lost_slots(guide: GuideLines) -> list[str]:
    """The names that the last lines of every other topic begin with and no line of the last one, with which the document ends."""
    topics = guide.topics
    shorter = _OPEN.search(f"{topics[-1].title}\n{topics[-1].content}")
    if len(topics) < _LEAST_ALIKE or guide.lines[-1].number > topics[-1].lines[1] or shorter:
        return []
    labels = {line.number: line.label for line in guide.lines}
    *names, last = [
        dict.fromkeys(labels.get(n, "") for n in range(t.lines[0] + 1, t.lines[1] + 1)) for t in topics
    ]
    common = [name for name in names[0] if name and all(name in of for of in names)]
    return common[max((n for n, name in enumerate(common, 1) if name in last), default=0) :]


def _announced(guide: GuideLines) -> Iterator[Message]:
    """A heading that counts more topics than stand below it, or a line above the first one that counts more than there are."""
    topics, headings = guide.topics, [line for line in guide.lines if line.role == "heading"]
    starts = sorted(t.lines[0] for t in topics)
    for line in guide.lines:
        headed = _COUNT_OF_HEADING.search(line.text) if line.role == "heading" else None
        match = headed or (_COUNT.search(line.text) if line.number <= topics[0].lines[0] else None)
        if match is None:
            continue
        # 二、重点课题（6项） goes on to 三、, past （二）
        below = islice(headings, bisect(headings, line.number, key=NUMBER), None)
        ends = (x.number for x in below if not line.marks or line.marks.keys() & x.marks.keys())
        end = next(ends, guide.lines[-1].number + 1)
        count = numerals.read(match["n"]) or (int(match["n"]) if match["n"].isdigit() else 0)
        under = bisect_left(starts, end) - bisect_left(starts, line.number)
        read = under if headed else max(len(topics), len(guide.sections))
        if read < count != len(topics):
            yield say(
                "findings.announced", line=line.number, text=line.written[:_LAST], count=count, read=read
            )


def _empty(guide: GuideLines) -> Iterator[Message]:
    described = {t.section_number for t in guide.topics if t.content}
    empty = [t.id for t in guide.topics if not t.content and t.section_number in described]
    if empty and len(empty) * 2 <= len(guide.topics):
        yield say("findings.no contents", topics=joined(empty, COMMA))


def _no_section(guide: GuideLines) -> Iterator[Message]:
    """Topics above the first heading where the others have one: the heading may be a part of a title, or theirs lost."""
    bare = [t.id for t in guide.topics if not t.section]
    if 0 < len(bare) < len(guide.topics):
        shown = first_of(bare, _NUMBERS, "、", "……")
        other = next(t.section for t in guide.topics if t.section)
        yield say("findings.no section", topics=shown, other=other, count=len(bare))


def _alike_heads(guide: GuideLines) -> Iterator[Message]:
    """Titles, or sections, that each begin with another code: a mark that was not known stayed in them."""
    sections = list(dict.fromkeys(t.section for t in guide.topics if t.section))
    titles = [t.title for t in guide.topics] if len(guide.topics) >= _LEAST_ALIKE else []
    for names in (titles, sections):
        if len(names) > 1 and _count(names):
            yield say("findings.codes", code=names[0][:_LAST])


def _odd_forms(guide: GuideLines) -> Iterator[Message]:
    """Titles that all end with a bracket, where no topic has an office, or begin with a small letter below sections that do not."""
    topics = guide.topics
    if len(topics) >= _LEAST_ALIKE and all(t.office is None and t.title[-1] in "）)】]" for t in topics):
        yield say("findings.brackets", end=topics[0].title[-_LAST:])
    small = all(t.title[0].islower() and t.section[:1].isupper() for t in topics)
    if small and any(t.title.isalpha() for t in topics):
        yield say("findings.small letters", start=topics[0].title[:_LAST])


def _count(names: Sequence[str]) -> bool:
    """Whether names begin with codes of one shape, each another, or with numbers that count."""
    words = [fold(name).split() for name in names]
    same = len({w[0] for w in words}) == 1 and all(len(w) > 1 for w in words)  # Challenge RL2-01. …
    heads = [w[same].split(":")[0] for w in words]
    shapes = {re.sub(r"[A-Z]+", "A", re.sub(rf"\d+|{_HAN}", "9", head.upper())) for head in heads}
    numbers = [int(m[1]) for name in names if (m := COUNTED.match(fold(name)))]
    alike = len(set(heads)) > 1 and len(shapes) == 1 and bool(re.search(r"9|[\u3400-\u9fff]A$", shapes.pop()))
    return alike or (len(names) > 2 and numbers == list(range(1, len(names) + 1)))


def _lone_contents(guide: GuideLines) -> Iterator[Message]:
    """Contents that are no sentence where hardly another topic has any: no contents at all."""
    firsts = [(t.id, t.content.split("\n")[0]) for t in guide.topics if t.content and t.lines[0] < t.lines[1]]
    odd = [(at, first) for at, first in firsts if fold(first)[-1] not in "。.;!?):"]
    if odd and len(firsts) * 2 < len(guide.topics):
        yield say("findings.few contents", topic=odd[0][0], contents=odd[0][1][:_LAST])


def loose_contents(units: Sequence[Unit], roles: dict[int, Role]) -> list[int]:
    """The lines with the name of a main content that stand outside every topic."""
    return [
        u.lines[0]
        for u in units
        if MAIN_CONTENT.match(u.text)
        and len(u.text) > _LONGER
        and roles.get(u.lines[0], "outside") in ("outside", "unread")
        and not re.match(r"说明|简介|内容|.{0,2}方向", u.text)
        and not TITLES_INSIDE.search(u.text)
    ]


_FINDINGS = (
    *(_same_titles, _gaps, _odd_titles, _no_section, _alike_heads, _odd_forms, _lone_contents),
    *(_empty, _unread, _cut_off, _announced),
)
