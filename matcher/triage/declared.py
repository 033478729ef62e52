"""The topic that an applicant declared, in whatever way it was written, also under a guide that has been corrected since.

A code, a number within its section, or most of a title. A text that could mean two topics is said
to, and an office, a year or a category is no topic: guessing would blame the applicant for our mistake.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from rapidfuzz import fuzz

from matcher import settings
from matcher.message import COMMA, Catalogue, Message, joined
from matcher.numerals import DIGITS
from matcher.segment import fold
from matcher.triage import patterns
from matcher.triage.patterns import code_key, codes_of_date, codes_of_serial, letters, number_of, share
from matcher.types import Topic

say = Catalogue(__file__)

SURE_SHARE = settings.percent("triage.declared.sure_share")
_SHORT = settings.letters("triage.declared.short")
_MOST_OF = settings.share("triage.declared.most_of")
SURE_LEAD = settings.percent("triage.declared.sure_lead")
_MOST_NEAR = settings.count("triage.declared.most_near")
_SEVERAL_TITLE = settings.letters("triage.declared.several_title")
_SEVERAL_REST = settings.letters("triage.declared.several_rest")
_TITLE_BESIDE = settings.letters("triage.declared.title_beside")
_FULL_TITLE = settings.factor("triage.declared.whole")
_OFFICES = settings.count("triage.declared.offices")


@dataclass(frozen=True, slots=True)
class Declared:
    """What a declared topic was taken for.

    `topic_id` is None where nothing was declared (`text` is "") or it could not be told;
    `candidates` are then the topics that it could mean. `note` says in a sentence for people what
    had to be supposed, "" where nothing had.
    """

    text: str
    topic_id: str | None = None
    candidates: tuple[str, ...] = ()
    note: Message | None = None


class DeclaredReader:
    """Reads declared topics against one guide, first as an `earlier` one means them that applicants had before them."""

    def __init__(
        self, topics: Sequence[Topic], earlier: Sequence[Topic] = (), same: Mapping[str, str] | None = None
    ) -> None:
        """`topics` in the guide's order; `same`: id in the earlier guide → id of now."""
        self.topics = {topic.id: topic for topic in topics}
        self._earlier, self._same = DeclaredReader(earlier) if earlier else None, same or {}
        self._read: dict[tuple[str, bool], Declared] = {}

    def read(self, text: str, *, number: bool = False) -> Declared:
        """What `text` declares. The same text gives the same answer, worked out once.

        `number` says that it was a number in a spreadsheet, where 1.10 and 1.1 are the same.
        """
        key = (text, number)
        if key not in self._read:
            before = self._earlier and self._by_earlier(self._earlier.read(text, number=number))
            self._read[key] = before or self._resolve(text, number=number)
        return self._read[key]

    def _by_earlier(self, before: Declared) -> Declared | None:
        """What was declared `before`, by its id of now; a topic that is gone is none. None where nothing was understood."""
        if before.topic_id is not None and self._earlier:
            id_, was = self._same.get(before.topic_id), self._earlier.topics[before.topic_id].title
            return replace(before, topic_id=id_, note=before.note if id_ else say("declared.gone", title=was))
        if not before.candidates:
            return None
        now = tuple(self._same[id_] for id_ in before.candidates if id_ in self._same)
        note = before.note if now == before.candidates else say("declared.several before")
        return replace(before, candidates=now, note=note)

    def _resolve(self, text: str, *, number: bool) -> Declared:
        plain = " ".join(fold(text).split()).strip(" 《》\"'“”。；;")
        if patterns.names_nothing(plain):
            return Declared("")
        titled = self._by_title(plain)
        if titled and len(titled) == 1 and letters(plain) == self._titles[titled[0]]:
            return Declared(text, titled[0])
        for attempt in (self._by_code, self._by_date, self._several, self._by_labelled_code):
            if (declared := attempt(text, plain)) is not None:
                return declared
        if (note := self._no_topic(plain, titled=bool(titled))) is not None:
            return Declared(text, note=note)
        if number and (declared := self._decimal(text, plain)) is not None:
            return declared
        numbered, rest = self._by_number(plain)
        if not numbered and (dropped := patterns.YEAR.match(plain)):
            numbered, rest = self._by_number(plain[dropped.end() :])
        if numbered:
            return self._joined(text, numbered, rest)
        if not titled:
            return Declared(text, note=say("declared.unknown"))
        least = max(_SHORT, _MOST_OF * len(self._titles[titled[0]]))
        if len(titled) > 1 or len(letters(plain)) < least:
            return _ambiguous(text, titled)
        return Declared(text, titled[0], note=say("declared.by title", topic=titled[0]))

    def _by_code(self, text: str, plain: str) -> Declared | None:
        """The topic whose own code of the document stands there, alone or before a title."""
        head = re.split(r"[\s:：]", plain, maxsplit=1)[0]
        for written in (plain, head):
            topics = self._codes.get(code_key(written), [])
            if len(topics) == 1:
                return self._joined(text, topics, plain[len(written) :])
        return None

    def _by_labelled_code(self, text: str, plain: str) -> Declared | None:
        """The topic whose own code stands behind a label or with a space in it, and no other code after it."""
        match = patterns.CODE.fullmatch(plain)
        topics = self._codes.get(code_key(match["code"]), []) if match else []
        return self._joined(text, topics, match["rest"]) if match and len(topics) == 1 else None

    def _by_date(self, text: str, plain: str) -> Declared | None:
        """What a date was before a spreadsheet took it for one; the number of a day is only a guess."""
        sure = codes_of_date(plain)
        codes = sure or codes_of_serial(plain)
        topics = [topic for code in codes for topic in self._with_id(*code)]
        if not topics:
            return None
        if len(topics) == 1 and sure and topics == self._with_id(*sure[0]):
            return Declared(text, topics[0], note=say("declared.date"))
        return Declared(text, candidates=tuple(topics), note=say("declared.date"))

    def _no_topic(self, plain: str, *, titled: bool) -> Message | None:
        """What a year, a category or an office is, for people: evidence of no topic. None for anything else.

        `titled` says that the text reads like a title as well: then only an office's or a section's own name counts.
        """
        if patterns.ABOVE.fullmatch(plain):
            return say("declared.above")
        rest = plain[year.end() :] if (year := patterns.YEAR.match(plain)) else plain
        if not (bare := letters(rest)):
            return say("declared.year")
        if offices := [t.id for t in self.topics.values() if t.office and letters(t.office.name) == bare]:
            return say("declared.office", topics=joined(offices[:_OFFICES], COMMA))
        if bare in self._sections:
            return say("declared.section")
        if titled:
            return None
        if patterns.OFFICE.fullmatch(rest):
            return say("declared.like office")
        return say("declared.like section") if patterns.CATEGORY.fullmatch(bare) else None

    def _several(self, text: str, plain: str) -> Declared | None:
        """Topics that are declared side by side, those that the guide lacks among them."""
        one = patterns.ID.fullmatch(plain)
        if one and not one["rest"] and patterns.written_out(plain) == plain:
            return None
        parts = patterns.side_by_side(plain)
        named = self._with_id(one["section"], one["number"]) if one else []  # 第1-3题 may be 1-03 as well
        unknown, open_, titles, section = list[str](), False, 0, 0
        for part in parts:
            ways = (part, patterns.LABEL.sub("", part))
            read = next((read for way in ways if (read := self._listed(way, section))), None)
            if read is None:
                return None
            topics, title = read
            named += topics
            unknown += [] if topics else [part]
            open_, titles = open_ or len(topics) > 1, titles + title
            if len(topics) == 1 and not patterns.BARE.fullmatch(part):
                section = int(topics[0].partition("-")[0])
        distinct = list(dict.fromkeys(named))
        if not distinct or len(distinct) + len(unknown) < 2 or (open_ and (titles or len(parts) < 2)):
            return None
        if titles and len(parts) - titles == 1 and not unknown:
            return Declared(text, candidates=tuple(distinct), note=say("declared.number and title differ"))
        note = say("declared.several", topics=joined(distinct, COMMA))
        if open_:
            note = say("declared.several numbers", topics=joined(distinct, COMMA))
        if unknown:
            listed = joined([*unknown[:_OFFICES], *["…"][: len(unknown) > _OFFICES]], COMMA)
            note = say("declared.several unknown", several=note, unknown=listed)
        return Declared(text, candidates=tuple(distinct), note=note)

    def _listed(self, part: str, section: int) -> tuple[list[str], bool] | None:
        """(topics that a part of a list may mean, whether it is a title); no topics for one that the guide lacks, None for a
        part that is neither number nor title. A bare number is of the `section` of the topic before it, if that is known."""
        if len(coded := self._codes.get(code_key(part), ())) == 1:
            return list(coded), False
        if (number := patterns.BARE.fullmatch(part)) and number[1] and section:
            return self._with_id(section, number[1]), False
        counted = number or re.search(rf"\d|第[{DIGITS}十]", part)
        numbered, rest = self._by_number(part) if counted else ([], "")
        if numbered and len(letters(rest)) < _SEVERAL_REST:
            return numbered, False
        titled = self._by_title(part) if len(letters(part)) > _SEVERAL_TITLE else None
        if titled and len(titled) == 1:
            return titled, True
        code = patterns.ID.fullmatch(part)
        lacking = number or (code and len(letters(code["rest"])) < _SEVERAL_REST)
        return ([], False) if lacking and not numbered else None

    def _decimal(self, text: str, plain: str) -> Declared | None:
        """A number such as 1.1, which may have been 1.10 before a spreadsheet dropped its zero."""
        if not (match := patterns.DECIMAL.fullmatch(plain)):
            return None
        section, digit = int(match[1]), int(match[2])
        topics = [*self._with_id(section, digit), *self._with_id(section, 10 * digit)]
        if len(topics) < 2:
            return None
        return Declared(text, None, tuple(topics), say("declared.number", one=topics[0], ten=topics[1]))

    def _joined(self, text: str, numbered: Sequence[str], rest: str) -> Declared:
        """The topic of a number that may be followed by a title; the title settles which section."""
        titled = self._by_title(rest) if len(letters(rest)) > _TITLE_BESIDE else None
        if len(both := [t for t in numbered if titled and t in titled]) == 1:
            return Declared(text, both[0])
        other = self._sections.get(letters(rest), 0) not in (0, *(int(t.partition("-")[0]) for t in numbered))
        if differs := "title" if titled and len(titled) == 1 else "section" if other else "":
            note = say(f"declared.number and {differs} differ")
            return Declared(text, candidates=(*numbered, *(titled or ())), note=note)
        beside = [t for code in patterns.other_ids(rest) for t in self._with_id(*code)]
        beside += (t for code in patterns.codes(rest) for t in self._codes.get(code_key(code), ()))
        named = tuple(dict.fromkeys([*numbered, *beside]))
        if len(named) > len(numbered):
            return Declared(text, candidates=named, note=say("declared.several", topics=joined(named, COMMA)))
        sure = len(numbered) == 1 and not patterns.OPEN_END.match(rest)
        return Declared(text, numbered[0]) if sure else _ambiguous(text, numbered)

    def _by_number(self, plain: str) -> tuple[list[str], str]:
        """(topics, what else was written) for an id, or a number in a section."""
        if written := patterns.ID.fullmatch(plain):
            return self._with_id(written["section"], written["number"]), written["rest"]
        behind = patterns.ID_BEHIND.fullmatch(plain)
        if behind and (topics := self._with_id(behind["section"], behind["number"])):
            return topics, behind["rest"]
        for way in (plain, patterns.LABEL.sub("", plain)):
            if not (match := patterns.OUTLINE.fullmatch(way) or patterns.NUMBER.fullmatch(way)):
                continue
            number, section = number_of(match["number"]), letters(match["section"].rstrip("(第 "))
            in_section = (t for t in self.topics.values() if self._is_section(section, t))
            if topics := [t.id for t in in_section if t.number == number]:
                return topics, match["rest"] or ""
        return [], ""

    def _with_id(self, section: int | str, number: int | str) -> list[str]:
        wanted = f"{int(section)}-{int(number):02d}"
        return [wanted] if wanted in self.topics else []

    @cached_property
    def _codes(self) -> dict[str, list[str]]:
        """The document's own codes → topics."""
        codes: dict[str, list[str]] = {}
        for topic in self.topics.values():
            if topic.code:
                codes.setdefault(code_key(topic.code), []).append(topic.id)
        return codes

    @cached_property
    def _sections(self) -> dict[str, int]:
        """Folded heading → the section's number in the ids."""
        return {letters(t.section): int(t.section_number) for t in self.topics.values()}

    def _is_section(self, written: str, topic: Topic) -> bool:
        """Whether a written section ("重点", "一般项目", "二", "") may be the topic's."""
        heading = letters(topic.section)
        if not (short := patterns.SECTION_END.sub("", written)):
            return True
        if number_of(short) is not None:
            return number_of(short) == self._sections[heading]
        return heading.startswith(short) or (len(short) > 1 and short in heading)

    @cached_property
    def _titles(self) -> dict[str, str]:
        return {topic.id: letters(topic.title) for topic in self.topics.values()}

    def _by_title(self, written: str) -> list[str] | None:
        """The topics that a written title may name: one if sure, several if near, None if none."""
        bare = letters(written)
        exact = [id_ for id_, title in self._titles.items() if title == bare]
        section = any(name.startswith(bare) for name in self._sections)  # 重点, also in a title
        if len(exact) == 1 or len(bare) < 2 or bare.isdigit() or section:
            return exact or None
        shares = {id_: share(bare, title) for id_, title in self._titles.items()}
        if max(shares.values(), default=0.0) < (100.0 if len(bare) < _SHORT else SURE_SHARE):
            return None
        # Of two that agree as well, the one of which more was written is a little ahead.
        scores = {id_: s + _FULL_TITLE * fuzz.ratio(bare, self._titles[id_]) for id_, s in shares.items()}
        ranked = sorted(scores, key=lambda id_: (-scores[id_], id_))
        near = [id_ for id_ in ranked if scores[ranked[0]] - scores[id_] < SURE_LEAD]
        return near if len(near) <= _MOST_NEAR else None


def _ambiguous(text: str, candidates: Sequence[str]) -> Declared:
    return Declared(text, None, tuple(candidates), say("declared.could be", topics=joined(candidates, COMMA)))
