"""What the bodies of most topics of a list share: names before a colon, whom to call, where the office stands."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Sequence

from matcher.guide import prior, vocabulary
from matcher.guide.text.blocks import Unit

_OFFICE = re.compile(
    r"[\u3400-\u9fff]{1,12}[处科股室局司部办委](?:\s*[\u3400-\u9fff]{2,3})?|(?i:.* (?:desk|office|team|unit))"
)
_PERSON = re.compile(r"[\u3400-\u9fff]{2,4}")
_OF_FIRM = re.compile(
    r"单位|企业|机构|公司|地点|地区|基地|(?:配合|参[与加]|[合协]作|协[同助]|申[报请]|推荐)部门$|对象|来源|[编代][号码]|序号|金额|经费|资金|预算|时间|日期|(?i:applicant|partner|location|place|funder|code|budget|number)"
)


def in_most(words: Sequence[set[str]]) -> set[str]:
    """The words that stand in more than half of the bodies, and in two at least."""
    counts = Counter(word for body in words for word in body)
    return {word for word, count in counts.items() if count > 1 and count * 2 > len(words)}


def calling(names: Container[str], named: Iterable[tuple[str, Unit]], *, phoned: bool) -> set[str]:
    """The names that say whom to call, where a phone stands behind one of them, or in most topics (`phoned`): no 依托平台：…实验室 alone."""
    lines: defaultdict[str, list[Unit]] = defaultdict(list)
    for name, unit in named:
        if name in names:
            lines[name].append(unit)
    calls = {name for name, units in lines.items() if _calls(name, units)}
    stated = phoned or any(vocabulary.PHONE.search(u.text) for name in calls for u in lines[name])
    return calls if stated else set()


def _calls(name: str, lines: Sequence[Unit]) -> bool:
    """Whether all `lines` with a name, which is that of no firm or code, give an office or a phone and nothing else: 去找：农村科 6621011."""
    parted = [vocabulary.PHONE.subn("", u.text[prior.label_end(u.text) :]) for u in lines]
    named = [(rest.strip(" ,()"), phones) for rest, phones in parted]
    called = (
        _OFFICE.fullmatch(rest) or (phones and (not rest or _PERSON.fullmatch(rest)))
        for rest, phones in named
    )
    return not (_OF_FIRM.search(name) or any(map(prior.is_office, lines))) and all(called)


def office_ends(bodies: Sequence[Sequence[Unit]]) -> bool:
    """Whether an office's line is the last one of most topics that have one."""
    with_office = [b for b in bodies if any(vocabulary.STRONG_OFFICE.match(u.text) for u in b)]
    with_last = [b for b in with_office if not any(map(prior.is_content, b[-2:]))]
    last = sum(not vocabulary.WEAK_CONTENT.match(b[-1].text) for b in with_last)
    return last * 2 >= len(with_office)
