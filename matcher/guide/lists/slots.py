"""What stands between the topics: contents and the other slots, offices, notices, and lines that nobody understands."""

from __future__ import annotations

import re
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING

from matcher import settings
from matcher.guide import vocabulary
from matcher.guide.lists.titles import is_filing, office_at_end, office_in_sentence
from matcher.guide.lists.unmarked import unnumbered
from matcher.guide.offices.contact_lists import is_list, serves_part
from matcher.guide.offices.contacts import REACHED, Contact, is_unit, parse_contact, purposes
from matcher.guide.prior import Draft, cue, is_contact, is_content, label_end, label_of
from matcher.guide.text.blocks import LONGEST_LINE, LONGEST_TITLE, SHORTEST_TITLE, Unit, paint
from matcher.types import Role

if TYPE_CHECKING:
    from matcher.guide.lists.drafts import BodyReader

_LONGEST_CONTACT = settings.characters("guide.lines.longest_contact")
_NAME = settings.characters("guide.slots.name")


def slot_of(text: str) -> str:
    """The slot that a line's name opens (indicators, support, budget …); "" for contents and plain text."""
    return next((name for name, pattern in vocabulary.SLOTS.items() if re.match(pattern, text)), "")


def is_phoned(text: str) -> bool:
    """Whether a short line gives a phone or an address, and not in a bracket with its office behind a sentence."""
    behind = office_at_end(text)
    named = behind is not None and is_unit(behind[1].name)
    short = len(text) <= _LONGEST_CONTACT * (2 if text.isascii() else 1)  # Latin names are longer
    return short and REACHED.search(text) is not None and not named


class Body:
    """The lines below one title, taken one by one."""

    def __init__(self, parent: BodyReader, draft: Draft) -> None:
        """Nothing taken yet."""
        self.parent, self.draft = parent, draft
        self.paint = partial(paint, parent.roles)
        self.pieces: list[tuple[Unit, int, str]] = []  # unit, where its text starts, slot
        self.main = False
        self.ended = False
        self.slot = ""
        self.office_below = False  # an office's line has stood in the body: what follows is hardly content

    def take(self, at: int, ends: bool, last: bool) -> None:
        """Give unit `at` its role. `ends`: the topic is the last of its run; `last`: of the document."""
        unit = self.parent.units[at]
        text = unit.text
        if self.ended:
            self.paint(unit, "outside")
        elif ends and (is_list(unit.slice()) or serves_part(text)):
            self._end(unit)  # 对口处室：甲处（第1、5项）…；乙处（第2项）… below the last topic
        elif self._is_caption(at, unit):
            self.paint(unit, "heading")
            self.slot = slot_of(text)  # 三、考核指标 names what the next lines say
        elif self._takes_office(unit, last):
            pass
        elif is_content(unit):
            if ends and not self.parent.labelled and len(self.parent.runs[0].items) > 1 and not self.pieces:
                self._end(unit)  # 说明：… below a list of titles
            else:
                self._named(unit)
        elif vocabulary.WEAK_CONTENT.match(text) and last and not self.parent.weak_content:
            self._end(unit)
        elif vocabulary.WEAK_CONTENT.match(text) or label_of(text) in self.parent.names:
            self.slot = slot_of(text)  # the name of a slot, or one that most topics repeat
            self.content(unit, 0)
        elif ends and self._leaves_list(at, unit):
            self._end(unit)
        elif not any(c.isalpha() for c in text):
            self.paint(unit, "unread")
        else:
            self._plain(at, unit, ends)

    def _is_caption(self, at: int, unit: Unit) -> bool:
        """Whether a line is a code of its own, or a short line that several topics have, and says nothing itself."""
        if vocabulary.CODE_LINE.match(unit.text) or unit.text not in self.parent.captions:
            return vocabulary.CODE_LINE.match(unit.text) is not None
        content = is_content(unit) or vocabulary.WEAK_CONTENT.match(unit.text)
        return not content and not self._is_named_above(at)

    def _takes_office(self, unit: Unit, last: bool) -> bool:
        """Take a line that gives an office or a phone; False if it gives none."""
        text, own = unit.text, self.draft.contact
        if purposes().match(label_of(text)) and is_phoned(text) and parse_contact(unit.slice()) is None:
            self._keep(unit, "office")  # 监督电话：… serves no topic
        elif self.parent.calls and label_of(text) in self.parent.calls and (own is None or not own.phone):
            self._contact(unit, parse_contact(unit.slice(label_end(text))))
        elif (vocabulary.SECTION_OFFICE.match(text) or self._is_foot_phone(text)) and self._foot(unit):
            self._keep(unit, "office")
        elif own is None and vocabulary.SENTENCE_OFFICE.match(text):
            self._contact(unit, office_in_sentence(unit.slice()))
        elif vocabulary.STRONG_OFFICE.match(text) or vocabulary.WEAK_OFFICE.match(text) or is_contact(text):
            self._office(unit, last)
        elif vocabulary.PHONE_LABEL.match(text) and own is not None:
            self._contact(unit, parse_contact(unit.slice()))
        elif self.parent.phoned and own is None and is_phoned(text):
            label = re.match(r"[^:\d,]{1,24}:\s*", text)  # 找：林业局产业科，电话 …
            self._contact(unit, parse_contact(unit.slice(label.end() if label else 0)))
        else:
            return False
        return True

    def _contact(self, unit: Unit, contact: Contact | None) -> None:
        """Keep a line's contact, behind what the topic has."""
        self.draft.contact = contact if self.draft.contact is None else self.draft.contact.joined(contact)
        self._keep(unit, "office")

    def _leaves_list(self, at: int, unit: Unit) -> bool:
        """Whether a line below the last topic of a run belongs to the notice around the list."""
        above = self.parent.units[at - 1].text
        if "。" in above and above[-1] not in "。;.!?:)" and unit.text[-1] == "。":
            return False  # the second half of a description that was broken behind its title
        noticed = vocabulary.NOTICE_LINE.match(unit.text) and not self.parent.noticed
        mark = unit.marks.get(self.parent.reader.kind) if at not in self.parent.inner else None
        if noticed or (mark is not None and not (mark.code and mark.code == self.draft.code)):
            return True
        if self.parent.labelled and self.office_below and self.parent.office_ends:
            return True
        inner = self.parent.longest
        if inner is None:  # a lone topic below its heading
            return bool(vocabulary.RULE_WORDS.search(unit.text))
        if self.parent.labelled and not self.pieces:
            return False
        plain = self.parent.labelled and not unit.marks and not re.search("[,。;:]", unit.text)
        if plain and len(unit.text) <= LONGEST_LINE and cue(unit.text) < 0:
            return True  # 形式审查条件要求
        return len(self.pieces) >= inner

    def _is_foot_phone(self, text: str) -> bool:
        """Whether a line goes on with the phone or the person of the section's office right above it."""
        foot = self.draft.foot
        label = vocabulary.PHONE_LABEL.match(text) or vocabulary.WEAK_OFFICE.match(text)
        return foot is not None and not foot[1].phone and label is not None

    def _foot(self, unit: Unit) -> bool:
        """Keep the office that a line gives to the whole section; False if it speaks of the topic itself."""
        label = vocabulary.SECTION_OFFICE.match(unit.text)
        whose = label.group() if label is not None else ""
        sentence = whose.endswith("由")
        contact = office_in_sentence(unit.slice(len(whose))) if sentence else parse_contact(unit.slice())
        several = re.search("以上|上述", whose)
        named = None if several else vocabulary.SECTION_WORD.search(whose)
        title = self.parent.units[self.draft.at].text.lower()
        own = ("课题", "项目", "选题", "榜单")
        if contact is None or (named and (named[0] in own or title.startswith(named[0].lower()))):
            return False
        if self.draft.foot is None:
            self.draft.foot = ("以上" if several else named[0] if named else "", contact)
        else:
            self.draft.foot = (self.draft.foot[0], self.draft.foot[1].joined(contact))
        return True

    def _office(self, unit: Unit, last: bool) -> None:
        strong = vocabulary.STRONG_OFFICE.match(unit.text)
        own, contact = self.draft.contact, parse_contact(unit.slice())
        again = own is not None and bool(own.phone)
        other = own is not None and contact is not None and is_unit(contact.name) and contact.name != own.name
        if not strong and last and (again or other or not (self.parent.weak_office or own)):
            self._end(unit)
            return
        self._keep(unit, "office")
        self.office_below = True
        if contact is None:
            return
        if own is None or (strong and contact.phone and not own.phone):
            self.draft.contact = contact  # 发榜单位：… above 对接科室：… with its phone
        elif not strong or not own.name:
            self.draft.contact = own.joined(contact)

    def _named(self, unit: Unit) -> None:
        match = vocabulary.MAIN_CONTENT.match(unit.text)
        english = vocabulary.ENGLISH_CONTENT.match(unit.text)
        other = vocabulary.OTHER_CONTENT.match(unit.text)
        self.slot = "" if match else slot_of(unit.text)
        first = not any(slot == "" for _, _, slot in self.pieces)
        drop = match or (english or other if first and not self.slot else None)
        self.main = self.main or match is not None
        directions = match is not None and "方向" in match.group()  # a list of titles may stand below
        self.draft.named = self.draft.named or (match is not None and not directions) or english is not None
        self.content(unit, drop.end() if drop else 0)

    def _plain(self, at: int, unit: Unit, ends: bool) -> None:
        text = unit.text
        if self._is_named_above(at):
            self.content(unit, 0)
            return
        if text.startswith(self.parent.heads) and is_filing(text):
            end = text.find("。") + 1
            end = 0 if is_filing(text[end:]) else end  # 申请代码1选择C16。针对…，研究…
            for part, slot in zip(unit.parted(end or len(text)), ("conditions", ""), strict=False):
                self.slot = slot
                self.content(part, 0)
            return
        if self.parent.labelled:
            if self._is_lost_title(at, unit):
                self._lost_title(unit)
                return
            sentence = len(text) > LONGEST_LINE or text[-1] in "。;；.!?:" or bool(unit.marks)
            if (self.office_below and self.parent.office_ends) or not sentence:
                self.paint(unit, "unread")
                return
        elif self._is_name(unit) and not self.parent.described:
            self.paint(unit, "outside" if ends else "unread")
            return
        self.content(unit, 0)

    def _is_name(self, unit: Unit) -> bool:
        """Whether a line may be a heading or a name: short, without a mark or a stop."""
        text = unit.text
        return len(text) <= _NAME and text[-1] not in "。;；.!?:" and not unit.marks and not text.isascii()

    def _is_named_above(self, at: int) -> bool:
        """Whether the line above is only the name of what this one says: 五、榜单金额."""
        above = self.parent.units[at - 1].text
        slot = vocabulary.WEAK_CONTENT.fullmatch(above) or slot_of(above)
        return above in self.parent.captions and bool(slot)

    def _is_lost_title(self, at: int, unit: Unit) -> bool:
        """A line like a title right above a content, where the topic before has its content already."""
        units = self.parent.units
        below = at + 1 < len(units) and vocabulary.MAIN_CONTENT.match(units[at + 1].text)
        long = SHORTEST_TITLE <= len(unit.text) <= LONGEST_TITLE
        return bool(below and self.main and long and unit.text[-1] not in "。;；")

    def _lost_title(self, unit: Unit) -> None:
        self.close()
        self.paint(unit, "title")
        before = self.draft
        number = before.number + 1 if before.number is not None else None
        title = unit.slice().strip(vocabulary.AROUND)
        self.draft = Draft(before.heading, before.group, number, title, unit.lines, at=before.at)
        self.parent.drafts.append(self.draft)
        self.parent.notes.append(unnumbered(unit))
        self.pieces, self.main, self.slot, self.office_below = [], False, "", False

    def content(self, unit: Unit, start: int) -> None:
        """Take the unit's text from `start` into the slot that is open."""
        if start == 0 or start < len(unit.text):
            match = vocabulary.MAIN_CONTENT.match(unit.text[start:]) if start else None
            self.pieces.append((unit, start + match.end() if match else start, self.slot))
        self._keep(unit, "content")

    def _keep(self, unit: Unit, role: Role) -> None:
        self.paint(unit, role)
        self.draft.lines = (self.draft.lines[0], max(self.draft.lines[1], unit.lines[1]))

    def _end(self, unit: Unit) -> None:
        self.ended = True
        self.paint(unit, "outside")

    def close(self) -> None:
        """Write the pieces into the draft; neighbours on one line stay one stretch of the original."""
        for _, group in groupby(self.pieces, key=lambda piece: (id(piece[0].source), piece[2])):
            (unit, start, slot), *more = group
            at, end = unit.start + start, (more[-1][0] if more else unit).end
            text = unit.source.slice(at, end) if at < end else ""
            if self.draft.contact is None and (bracket := office_at_end(text)) is not None:
                text, self.draft.contact = bracket
            if text:
                self.draft.add(text, slot)
