"""Runs of titles to drafts of topics: groups, headings, offices above, and the body of each."""

from __future__ import annotations

import re
from bisect import bisect, bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from itertools import chain

from matcher import settings
from matcher.guide import prior, vocabulary
from matcher.guide.lists.candidates import ListReader
from matcher.guide.lists.counting import inner_bullets
from matcher.guide.lists.shared_lines import calling, in_most, office_ends
from matcher.guide.lists.slots import Body, is_phoned
from matcher.guide.lists.titles import marks_above, says_content, settle_titles, take_brackets
from matcher.guide.lists.unmarked import unnumbered
from matcher.guide.offices.contact_lists import is_list
from matcher.guide.offices.contacts import SHORT_NUMBER, Contact, is_unit, parse_contact
from matcher.guide.text.blocks import paint
from matcher.message import Message
from matcher.segment import fold
from matcher.types import Role

_HEAD = settings.characters("guide.bodies.head")
_SHORT = settings.characters("guide.bodies.short")
_INTRODUCTION = settings.lines("guide.bodies.introduction")
_LEAST_WORTH = settings.score("guide.bodies.least_worth")
_MOST_WORTH = settings.score("guide.bodies.most_worth")
_TITLE_ABOVE = settings.count("guide.bodies.titles_inside")
_BARE = settings.factor("guide.bodies.bare")
_UNREAD = settings.score("guide.bodies.unread")
# What stands in brackets between a mark and its title: Topic 1 (Theme 2: Water): …
_ASIDE = re.compile(r"\w\s*\(([^()]+)\)\s*[:–—]\s*$")
# What parts a title from a sentence behind a dash, or from the cells behind it: a name before a colon, whoever leads it.
_CELL = r"(?:[^|:]{2,24}:\s*[^|]+|(?:Dr|Prof|Professor|Mrs?|Ms)\b[^|]*|[\u3400-\u9fff]{2,3})"
_BEHIND = re.compile(
    r"(?<=[^|]{4})(?:\s+[-–—]\s+|\s*——?\s*)(?=[A-Z]\S*(?: [^\s|]+){5,}[.?!]$|(?!以)[\u3400-\u9fff][^|]*[,;][^|]*。$)"
    rf"|(?<=[^|]{{4}})\s*\|\s*(?={_CELL}(?:\s*\|\s*[^|]+)*$)"
)
_SAYS = (*vocabulary.CONTENTS, vocabulary.STRONG_OFFICE, vocabulary.PHONE)
# What parts a title from its second half.
_SUBTITLE = re.compile(r"(?::|\s*[–—]).*[^.。]$")
# …the Passage of Fish Problem: …
_NAMED = re.compile(r"(?<=\S)(?=\s+([A-Z][a-z]+(?: [A-Za-z]+)?|[\u3400-\u9fff]{2,8})\s*:)")
# The one unit that needs the work, where the phone below names nobody: 单位：临溪县山茶合作社; 申报单位 says who may apply.
_FIRM = re.compile(
    r"[【\[]?(?:需求)?(?:单位|企业|公司|机构)(?:名称)?[】\]]?\s*[:：|]\s*"
    r"(?P<name>(?![本各][省市县区级类地单]|有关|相关|全[省市县国])[^\s、，,或和及；;：:。]{2,}(?:公司|合作社|医院|厂|中心|院|(?<!院)所|集团|局|站))"
)


class BodyReader:
    """Turns accepted runs into drafts, and gives every unit a role."""

    def __init__(self, reader: ListReader, runs: Sequence[prior.Run]) -> None:
        """Looks over all bodies first: what one topic has tells what a line of another one is."""
        self.reader, self.runs, self.units = reader, runs, reader.units
        self.inner = inner_bullets(self.units, titles=False) if reader.kind == "bullet" else set()
        self.roles: dict[int, Role] = {}
        self.drafts: list[prior.Draft] = []
        self.notes: list[Message] = []
        self.items = items = [item for run in runs for item in run.items]
        self.last = items[-1]
        bodies, main = [item.body for item in items], vocabulary.MAIN_CONTENT
        labelled = sum(any(map(prior.is_content, i.body)) or bool(main.match(i.rest)) for i in items)
        self.labelled = labelled * 2 >= len(items)
        # A line without a mark right below each of several titles says more of it, however short it is.
        self.described = len(items) > 2 and all(body and not body[0].marks for body in bodies)
        earlier = [u for body in bodies[:-1] for u in body]
        self.weak_content = any(vocabulary.WEAK_CONTENT.match(u.text) for u in earlier)
        weak = vocabulary.WEAK_OFFICE
        self.weak_office = any(weak.match(u.text) or prior.is_contact(u.text) for u in earlier)
        # Most topics end with a line that gives a phone: whatever its name is, it names whom to call.
        phoned = sum(any(is_phoned(u.text) for u in body) for body in bodies)
        self.phoned = phoned > 1 and phoned * 2 > len(items)
        # Where most topics have a line that looks like the notice's (Applicants should …), it ends no list.
        noticed = sum(any(vocabulary.NOTICE_LINE.match(u.text) for u in body) for body in bodies[:-1])
        self.noticed = noticed * 2 > len(items)
        self.office_ends = office_ends(bodies[:-1])
        # A name before a colon that most topics have is a slot of theirs, whatever the word.
        named = [[(prior.label_of(u.text), u) for u in body] for body in bodies]
        self.names = in_most([{name for name, _ in body} - {""} for body in named])
        self.calls = calling(self.names, chain.from_iterable(named), phoned=self.phoned)
        # So are the first words of lines that most topics have: 拟资助1项，… 拟资助2项，…
        self.heads = tuple(in_most([{u.text[:_HEAD] for u in body if not u.marks} for body in bodies]))
        # A short line that stands in several topics is a caption of their form.
        shorts = Counter(u.text for body in bodies for u in body if len(u.text) <= _SHORT)
        least = len(items) / 2 if self.described else 1  # 经费不超过两万元 may be said of some
        plain = {t for t, count in shorts.items() if count > least and not re.search("[:。;]", t)}
        self.captions = {text for text in plain if not vocabulary.PHONE.search(text)}
        inner = {r.headings[-1].at: r.headings[-1].name for r in runs if r.headings}
        self.repeated = Counter(inner.values())
        # How many plain lines a topic of this list has at most: a guide for where the last one ends.
        self.longest = max((len(i.body) for run in runs for i in run.items[:-1]), default=None)

    def _cut_labels(self) -> None:
        """End titles ahead of a content's name before a colon in most of them, or of a line of its own below others."""
        placed = [
            (i, {m[1].lower(): m.start() for m in _NAMED.finditer(i.unit.text, i.start)}) for i in self.items
        ]
        contents = [
            {n for n, at in own.items() if says_content(i.unit.text[at - 1 :], n)} for i, own in placed
        ]
        names = in_most(contents) | self.names | {name.lower() for name in self.captions}
        for item, own in placed:
            item.end = min([item.end, *(at for name, at in own.items() if name in names)])

    def _cut_behind(self) -> None:
        """End titles ahead of the sentence, or of who leads the work, that stands behind each of them."""
        self.led: set[int] = set()  # the items with who leads them
        parts = [_BEHIND.search(item.unit.text, item.start) for item in self.items]
        for item, part in zip(self.items, parts, strict=True) if len(parts) > 2 and all(parts) else ():
            item.end = part.start() if part else item.end
            if item.rest[:1] == "|" and not any(p.search(item.rest) for p in _SAYS):
                self.led.add(item.at)

    def _join_subtitles(self) -> None:
        """Give back what stands behind the colon of a title, where most titles have none and what topics say, if anything, is below them."""
        items = self.items
        bare = all(prior.is_office(u) or vocabulary.PHONE.search(u.text) for i in items[:-1] for u in i.body)
        stated = {i.at for i in items if i.body and not (i.body[0].marks or prior.is_office(i.body[0]))}
        parted = [i for i in items if i.rest and _SUBTITLE.match(i.unit.text, i.end)]
        split = [i for i in parted if bare or len(stated) == len(items) or "," not in i.rest]
        below = len(stated) * 2 > len(items) and stated.issuperset(i.at for i in split)
        for item in split if len(split) * 2 <= len(items) and (bare or below) else ():
            item.end = len(item.unit.text.rstrip(vocabulary.AROUND + ",."))

    def read(self) -> prior.Reading:
        """The reading by this kind of mark."""
        self._join_subtitles()
        self._cut_labels()
        self._cut_behind()
        group = 0
        seen: dict[object, int] = {}
        counted: set[int] = set()  # the groups with a number
        for at in marks_above(self.units, self.runs):
            paint(self.roles, self.units[at], "heading")
        for run in self.runs:
            key: object = run.headings[-1].at if run.headings else None
            first = run.items[0].number
            if key not in seen or (first is not None and first <= 1 and seen[key] in counted):
                group += 1
                seen[key] = group
            name = self._section_name(run)
            for h in run.headings:
                # A list below 申报程序 belongs to an attachment: that heading is not its own.
                paint(self.roles, self.units[h.at], "outside" if h.cue < 0 and not h.lead else "heading")
            start = len(self.drafts)
            above, names = self._above(run), [self.units[h.at].text for h in reversed(run.headings)]
            for item in run.items:
                self._topic(item, name, seen[key], run)
                self.drafts[-1].above = above
                self.drafts[-1].names = (item.unit.text, *names)
            counted |= {d.group for d in self.drafts[start:] if (d.number or 0) >= 1}
        self.notes += settle_titles(self.drafts)
        return prior.Reading(
            self.reader.kind, self.drafts, self.roles, self._score(), self.notes, regular=self.reader.regular
        )

    def _above(self, run: prior.Run) -> Contact | None:
        """The contact in the headings of a run, or between the innermost one and the first topic."""
        first = run.items[0].at
        if not run.headings:
            above = [first - 1] if first and self._is_contact(first - 1) else []
            return self._contact_of(above)
        inner = run.headings[-1]
        for heading in reversed(run.headings):
            below = bisect(self.headings, heading.at)
            end = min([*self.headings[below : below + 1], first])
            # Below an outer heading only its first lines are its own; the rest is the notice's.
            near = range(heading.at + 1, end if heading is inner else min(end, heading.at + _INTRODUCTION))
            begin, stop = (bisect_left(self.contacts, at) for at in (near.start, near.stop))
            places = self.contacts[begin:stop] if heading.cue >= 0 else []
            if contact := self._contact_of(places):
                return contact
        for heading in reversed(run.headings):
            text = self.units[heading.at].slice()
            bracket = re.search(
                r"[（(【]([^（）()【】]*(?:[（(][^（）()]*[）)])?[^（）()【】]*)[）)】]\s*[:：]?$", text
            )
            inside = fold(bracket[1]) if bracket else ""
            stated = vocabulary.STRONG_OFFICE.search(inside) or vocabulary.PHONE.search(inside)
            label = vocabulary.WEAK_OFFICE.match(inside)
            if bracket and (stated or SHORT_NUMBER.fullmatch(inside, label.end() if label else 0)):
                contact = parse_contact(bracket[1])
                if contact is None or is_unit(contact.name):
                    return contact
                # 法治调研处（联系人：牛犇，电话：…）, Mwanza Station (Dr Mushi, …)
                housed = contact.of(text[: bracket.start()])
                return housed if housed == contact else replace(housed, person=contact.person or contact.name)
            if prior.is_contact(self.units[heading.at].text):
                return parse_contact(text)  # 【财政经济委员会 电话：…】 above its topics
        return None

    def _section_name(self, run: prior.Run) -> str:
        """The section of a run's topics; "" where its heading only says that a list follows."""
        if not run.headings:
            return ""
        heading, above = run.headings[-1], run.headings[-2] if len(run.headings) > 1 else None
        everywhere = self.repeated[heading.name] > 1 and len(self.repeated) == 1
        if above and above.name and everywhere and not self.units[heading.at].marks:
            heading = above  # 申报方向： that every section repeats names none of them
        elif above and not heading.name and heading.at - above.at <= 2:
            return above.name if above.cue >= 0 else ""  # 二、资助方向 above 包含以下研究方向：
        return heading.name if heading.cue >= 0 or not heading.name.isascii() else ""

    @cached_property
    def contacts(self) -> list[int]:
        """The places of the lines that give an office or a phone."""
        return [at for at in range(len(self.units)) if self._is_contact(at)]

    @cached_property
    def headings(self) -> list[int]:
        """The places of the headings, in order."""
        return sorted(self.reader.headings)

    def _is_contact(self, at: int) -> bool:
        text = self.units[at].text
        office = prior.is_office(self.units[at]) and not is_list(self.units[at].slice())
        return office or prior.is_contact(text) or bool(vocabulary.PHONE_LABEL.match(text))

    def _contact_of(self, places: Sequence[int]) -> Contact | None:
        """The contact in some units, one after another: an office and the phone on its next line."""
        contact: Contact | None = None
        for at in places:
            paint(self.roles, self.units[at], "office")
            part = parse_contact(self.units[at].slice())
            contact = part if contact is None else contact.joined(part)
        return contact

    def _score(self) -> float:
        """The log-odds of the items as topics, less what the reading leaves unread inside the list."""
        worth = sum(max(_LEAST_WORTH, min(_MOST_WORTH, item.score)) for item in self.items)
        unread = sum(role == "unread" for role in self.roles.values())
        # A content that belongs to no topic tells against the reading, wherever it stands.
        free = [at for at, u in enumerate(self.units) if self.roles.get(u.lines[0], "outside") == "outside"]
        starts = {item.at for item in self.items}  # 研究方向： right above a title says that titles follow
        named = [
            text
            for at in free
            if (match := vocabulary.MAIN_CONTENT.match(text := self.units[at].text))
            and (match.end() < len(text) or at + 1 not in starts)
        ]
        orphans = sum(not vocabulary.TITLES_INSIDE.search(text) for text in named)
        # Titles that a content announces are topics themselves: the reading stops one level too high.
        above = [u for item in self.items for u in item.body if vocabulary.TITLES_INSIDE.search(u.text)]
        orphans += _TITLE_ABOVE * sum(map(prior.is_content, above))
        # Without marks a reading is a guess, unless every section holds such lines.
        bare = self.reader.kind in ("bare", "anchor", "run-in") and not self.reader.regular
        return worth * (_BARE if bare else 1.0) - _UNREAD * unread - orphans

    def _take_code(self, item: prior.TopicStart, draft: prior.Draft) -> range:
        """The units of a topic's body; a line that gives its code, above its title or below it, is taken out."""
        body = range(item.at + 1, item.at + 1 + len(item.body))
        near = [*([item.at - 1] if item.at else []), *body[:1]]
        at, code = next(((at, code) for at in near if (code := prior.code_of(self.units[at].text))), (-1, ""))
        if code and not draft.code:
            draft.code = code
            paint(self.roles, self.units[at], "heading")
            return body[1:] if at > item.at else body
        return body

    def _topic(self, item: prior.TopicStart, heading: str, group: int, run: prior.Run) -> None:
        unit = item.unit
        paint(self.roles, unit, "title")
        if item.number is not None and item.start == 0:
            self.notes.append(unnumbered(unit))
        title = unit.slice(item.start, item.end).strip(vocabulary.AROUND + "|")
        title, contact, notes = take_brackets(title)
        draft = prior.Draft(heading, group, item.number, title, unit.lines, item.code, at=item.at)
        draft.contact = contact
        places = self._take_code(item, draft)
        if notes:
            draft.slots["conditions"] = notes
        if (aside := _ASIDE.search(unit.text, 0, item.start)) and aside[1] not in item.code:
            draft.add(unit.slice(*aside.span(1)), "other")
        self.drafts.append(draft)
        body = Body(self, draft)
        rest = item.rest
        if item is self.last and len(self.drafts) > 1 and vocabulary.RULE_WORDS.search(rest):
            # A notice that goes on behind the last title.
            rest = rest if any(d.contents for d in self.drafts[:-1]) else ""
        if item.at in self.led:
            draft.add(unit.slice(len(unit.text) - len(rest)).strip("| "), "other")
        elif rest:
            body.content(unit, len(unit.text) - len(rest))
        ends = item is run.items[-1]
        for at in places:
            body.take(at, ends, item is self.last)
        body.close()
        if draft.contact is not None and not (draft.contact.name or draft.contact.person):
            near = [u for u in self.units[item.at - 1 : item.at] if u.lines[0] not in self.roles]
            firms = (m["name"] for u in [*near, *item.body] if (m := _FIRM.fullmatch(u.slice())))
            draft.contact = replace(draft.contact, name=next(firms, ""))
