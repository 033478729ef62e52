"""What is answered under the labels of a form: a label and its value are read in one way, wherever the value stands."""

from __future__ import annotations

import re
from collections.abc import Sequence

from matcher.readers.fields import shapes
from matcher.readers.fields.applicants import applicant, is_body_rather
from matcher.readers.fields.declared import Claim, topic_in
from matcher.readers.fields.in_lines import LONG, Places, label_of, number_of
from matcher.readers.fields.joined import joined_values
from matcher.readers.fields.labels import WHO, first_name
from matcher.readers.fields.values import (
    BRACKETED,
    breaks_off,
    is_hint,
    is_own_title,
    is_prose,
    is_remark,
    joins,
    one_line,
    value_of,
)
from matcher.readers.fields.words import REACHED, SAY_IT
from matcher.readers.form import owners
from matcher.readers.form.directions import below_directions, for_office
from matcher.readers.form.headings import LONGEST_UNKNOWN, NO_HEADING, OpenSection, is_outline
from matcher.readers.form.letter_frame import introduced
from matcher.readers.form.named_values import OWN_LABEL, is_another, is_language, parted, without_name
from matcher.readers.form.owners import Held
from matcher.readers.form.page_frame import certifies

AREA = re.compile("(?<!经费)(?<!资金)来源|领域|方向|专题|板块|赛道|需求|范畴|(?i:area|field)")
_LIKE_LABEL = re.compile(r"[A-Z][a-z]+(?: [a-z]+)?")  # of a form in English: Opportunity, Funding scheme
_DISCIPLINE = re.compile("学[科门]")
_OF_LITTLE_USE = frozenset(("person", "category", "address"))  # all that is said of these is kept in one


class Answers:
    """The fields and sections that a form's labels gave so far, and what is awaited next."""

    def __init__(self, *, wrapped: bool) -> None:
        """`wrapped` says that the page broke lines, so that a value may go on in the next."""
        self.fields: dict[str, str] = {}
        self.rivals: list[tuple[str, str, str]] = []  # (field, label, value) where the field has a value
        self.blank: set[str] = set()  # fields whose label stands there, where nothing was filled in
        self.parts: list[OpenSection] = []
        self.topics: list[Claim] = []  # what stands under the names of the declared topic
        # Of what kind the project is, and whether the form asks for a discipline, so that a direction may be of study.
        self.kinds, self.disciplined = list[Claim](), False
        self.areas: list[tuple[str, str]] = []  # of fields of study that may be the guide's directions
        self.open: OpenSection | None = None
        self.waiting: tuple[str, str] | None = None  # (field, label) whose value the next line is
        self._tail = ""  # the field whose value a page may have broken
        self.block = self.owner = ""  # whose lines follow the last heading, and who is named nearest
        self.held: dict[str, Held] = {}
        self.valued = ""  # the field that the last line gave
        self.cut: dict[str, str] = {}  # field → the line below its value, which no field took
        self._wrapped = wrapped
        # Lines of a page after which there was room for more, and whether the value that a page may have broken stands in one.
        self._ended, self._at_end = frozenset[str](), False

    def start(self, part: OpenSection) -> None:
        """A section begins."""
        self.parts.append(part)
        self.open, self.waiting, self._tail = part, None, ""

    def ends_at(self, text: str) -> bool:
        """Whether a line of what stands around the form ends the open section: it is none where an answer is awaited, and what is signed goes on."""
        asked = self.waiting or (self.open is not None and not self.open.lines)
        if asked or (self.open is not None and self.open.kind == "opinion"):
            return False
        self.open = self.waiting = None
        if certifies(text):
            self.start(OpenSection("opinion", text))
        return True

    def begin(self, text: str, *, heading: bool) -> None:
        """A line of its own: what follows is of the person or body that it names, of nobody below any other `heading`."""
        owner, marked = owners.owner_of(text), heading or bool(number_of(text)[0])
        if not marked and not owners.names_block(text):
            self.owned((), text)  # 导师：许由
        elif owner is not None or marked:
            # Participants are a consortium as well, the applicant first.
            self.block = self.owner = "" if owner in (None, "members") else owner

    def owned(self, places: Places, label: str) -> Places:
        """The fields of a label by whose it is; the person or body that it names is then the nearest."""
        if places and self.block:
            self.block = "" if owners.ends_block(places, label, self.block) else self.block
            places = owners.grouped(places, label, self.block or None)
        # A label may hold a name that nobody knows: 项目会计：凌霞  电话
        if (named := owners.owner_of(label.replace("：", ":").partition(":")[0])) and named != owners.PROJECT:
            self.owner = named
            if named in owners.BOOKKEEPERS and places[:1] and places[0] in WHO:
                places = owners.grouped(places, label, named)  # 财务负责人
        elif places and (places[0] in LONG or places[0] in (owners.PROJECT, "declared")):
            self.owner = self.block
        return (WHO[1], "contact") if places == (WHO[1],) and owners.CALLED.search(label) else places

    def choose(self, places: Places) -> str:
        """The first of the fields of a label that has no value yet."""
        return next((p for p in places if p in LONG or p not in self.fields), places[0])

    def head(self, places: Places, text: str, *, in_table: bool = False, level: int = 0) -> None:
        """A line that is a label alone: a section begins, or the value is awaited."""
        field_ = self.choose(places)
        if field_ in LONG or field_ == "other":
            self.start(OpenSection(field_, text, number_of(text)[:2], in_table, level))
        else:
            self.open = None
            self.waiting = (field_, text)
            self.blank.add(field_)

    def take(
        self, places: Places, label: str, value: str, *, in_table: bool = False, ends: bool = False
    ) -> Sequence[str]:
        """A label with what stands after, beside or below it; the lines of the section that it opens, yet to be read.

        `in_table` says that the label has a cell, `ends` that no value stands there because others do.
        """
        places, value = self.owned(places, label), below_directions(value, label)
        written = value.strip()
        field_ = shapes.of_several(self.choose(places), written)
        self._tail = ""
        if (field_ == "instructions" and written) or (field_ in (*LONG, WHO[0]) and is_own_title(written)):
            return ()
        if written and field_ == "opinion" and self.open and not self.open.lines and is_remark(label):
            hint = is_hint(f"{label}：{written}")
            return () if hint else [written]  # on how to fill in the section, or its text
        if field_ in LONG:
            beside = bool(written) and not in_table
            self.start(OpenSection(field_, label, number_of(label)[:2], in_table, beside=beside))
            return [line for line in map(str.strip, value.split("\n")) if line and not is_outline(line)]
        stops = "；;，, " if field_ == "title" and value.count("。") > 1 else "；;，,。 "
        text = value_of(value.rstrip(stops), field_)
        if text.endswith(("）", ")")) and not re.search("[（(]", text):
            text = text[:-1].rstrip()  # the bracket stood before the label
        if in_table or not self._stays_open(field_):
            self.open = None
        if self._takes(field_, text, label, in_table=in_table):
            self.waiting = None
        elif text and field_ == "email":
            self.rivals.append((field_, label, one_line(text)))
        elif text and (in_table or is_prose(text)):
            kind = next((p for p in places if p in LONG), "other")
            self.start(OpenSection(kind, label, in_table=True, lines=text.split("\n")))
        elif field_ not in self.fields and not for_office(written):
            self.blank.add(field_)
            # Something that asks to be filled in stands there: what follows is another field. But a question's hint may stand before its answer.
            hint = is_hint(written) and (label[-1:] in "?？" or BRACKETED.fullmatch(written) is not None)
            self.waiting = None if (written and not hint) or ends else (field_, label)
        return ()

    def _takes(self, field_: str, text: str, label: str, *, in_table: bool) -> bool:
        """Take a text for the value of a field, of one that introduces an institution the name; whether it can be that."""
        body = introduced(text) if field_ == "organisation" else ""
        if field_ == WHO[1]:
            text, team = owners.leader_of(text)
            self.add("members", team)
        if not (body or (text and shapes.fits(field_, one_line(text)))):
            return False
        self.set(field_, body or text, label)
        self.valued = field_
        titled = field_ == "declared" and one_line(text) == self.fields.get(owners.PROJECT)
        goes_on = (self._wrapped and not titled) or (not in_table and breaks_off(one_line(text)))
        taken = field_ == "declared" or self.fields.get(field_) == one_line(body or text)
        broken = goes_on and taken and field_ in ("title", "declared")
        self._tail = field_ if broken or field_ in shapes.SEVERAL else ""
        self._at_end = one_line(text) in self._ended
        if body:
            self.start(OpenSection("foundation", label, number_of(label)[:2], in_table=True, lines=[text]))
        return True

    def _stays_open(self, field_: str) -> bool:
        """Whether the open section goes on below a field's line: of a field that is known, or of the title below a heading (SPECIFIC AIMS)."""
        section = self.open
        if section is None or section.kind not in LONG:
            return False
        return field_ in self.fields or (
            field_ == owners.PROJECT and section.kind in SAY_IT and not section.lines
        )

    def set(self, field_: str, text: str, label: str = "") -> None:
        """The value of a field under a label, unless it has one."""
        text, further = parted(text) if field_ in (*WHO, *REACHED) else (text, ())
        self.rivals += [(field_, *pair) for pair in further]
        text = owners.phone_of(label, text) if field_ == REACHED[0] else text
        rival = (field_, label, one_line(text))
        if field_ == "declared" and shapes.fits(field_, one_line(text)):
            self.topics.append(Claim(label, one_line(text)))
        self.disciplined |= field_ == "category" and _DISCIPLINE.search(label) is not None
        if field_ == "category":
            self.kinds.append(kind := Claim(label.strip(" :："), one_line(text)))
            self.areas += [kind] if AREA.search(label) or topic_in(text) else []
        beside = joined_values(label, one_line(text))
        if len(beside) < 2:
            field_, text, beside = applicant(field_, text, unit_known="organisation" in self.fields)
            if WHO[1] in beside:  # who has a label of their own leads rather
                self.held.setdefault(WHO[1], Held(1, label))
        far = owners.distance(field_, label, self.owner)
        if field_ not in self.fields:  # else it is of somebody else
            self.fields = {**beside, **self.fields}
        if not text or not shapes.fits(field_, one_line(text)):
            return
        if field_ in shapes.SEVERAL:
            self.add(field_, [text])
        elif far is not None and (field_ not in self.fields or self._gives_way(field_, one_line(text), far)):
            before = self.fields.get(field_, "") if field_ in _OF_LITTLE_USE else ""
            self.fields[field_] = "；".join(filter(None, (one_line(text), before)))
            self.held[field_] = Held(far, label)
            self.blank.discard(field_)
        elif field_ in _OF_LITTLE_USE and one_line(text) not in self.fields[field_]:
            self.fields[field_] += f"；{one_line(text)}"
        else:
            self.rivals.append(rival)

    def _gives_way(self, field_: str, text: str, far: int) -> bool:
        """Whether the value of a field stands further away, or is another's by its shape, and this one not: it is then a rival."""
        value, (held, held_label) = self.fields[field_], self.held.get(field_, Held())
        body = field_ == WHO[1] and shapes.looks_like_a_person(text) and shapes.names_one("partners", value)
        if body and self.fields.setdefault(WHO[0], value) == value:
            return True  # 申报人：市图书馆, 项目负责人：郭靖
        sure = not (body or shapes.of_another(field_, value)) or shapes.of_another(field_, text)
        if held <= far and sure and not is_body_rather(field_, text, value):
            return False
        if field_ == WHO[1] and owners.CALLED.search(held_label):
            self.fields.setdefault("contact", value)
        self.rivals.append((field_, held_label or first_name(field_), value))
        if (field_ == owners.PROJECT and owners.chosen(held_label)) or shapes.names_a_topic(value):
            self.topics.append(Claim(held_label, value))
        return True

    def add(self, field_: str, names: Sequence[str]) -> None:
        """More people or institutions that take part, if any; the next line may name one more."""
        if not names:
            return
        known = self.fields.get(field_, "")
        more = [name for name in map(one_line, names) if name and name not in known]
        self.fields[field_] = "、".join([*([known] if known else ()), *more])
        self.blank.discard(field_)
        self._tail = field_

    def answers(self, text: str) -> bool:
        """Whether a line is the value that is awaited; one that cannot be a value of that field is a section under its label."""
        if self.waiting is None:
            return False
        field_, label = self.waiting
        self.waiting = None
        named = owners.grouped(label_of(text, column=True), text, field_)[:1] == (field_,)
        if named or is_language(text):
            self.waiting = (field_, text)  # 3. INVESTIGATOR over 3a. NAME, or its language
            return True
        if is_another(field_, label, text):
            return False
        text = without_name(field_, text)
        if field_ == "id" and not shapes.fits("id", value_of(text)):
            return False
        held = "" if field_ == "declared" else self.fields.get(field_, "")  # a code may join a topic's title
        if held and not is_body_rather(field_, one_line(text), held):
            if shapes.fits(field_, one_line(text)) and "。" not in text:
                self.rivals.append((field_, label, text))
            else:
                self.start(OpenSection("other", label, number_of(label)[:2], lines=[text]))
        elif not is_own_title(text):  # the form's name below a place for its number that nobody filled in
            self.take((field_,), label, text, in_table=True)
            self._at_end = text in self._ended
            broken = field_ in ("title", "declared") and breaks_off(self.fields.get(field_, "."))
            self._tail = field_ if broken else self._tail
        return True

    def goes_on(self, text: str) -> bool:
        """Whether a line is the rest of the value that the page broke, or one more person of a list, which it then joins."""
        field_, self._tail = self._tail, ""
        ended, self._at_end = self._at_end, False
        one = field_ not in shapes.SEVERAL
        if not field_ or (
            ended and one and (_LIKE_LABEL.fullmatch(text) or not joins(self.fields[field_], text))
        ):
            return False
        if field_ != "title" and OWN_LABEL.match(text):
            return False
        value = self.fields[field_]
        if field_ in shapes.SEVERAL:
            if is_one := shapes.names_one(field_, text):
                self.add(field_, [text])
            return is_one
        short = len(text) <= LONGEST_UNKNOWN * (1 + breaks_off(value)) and text[-1] not in NO_HEADING
        if not short or shapes.is_code(value) or number_of(text)[0] or shapes.is_date(text):
            return False
        if field_ == "declared":
            label, value = self.topics[-1]
            self.topics[-1] = Claim(label, one_line(f"{value}\n{text}"))
        else:
            self.fields[field_] = one_line(f"{value}\n{text}")
        return True
