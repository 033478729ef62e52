"""Any file, text or long cell to a form: title, abstract, sections with their kinds, and who applies for what."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from matcher import settings
from matcher.errors import DocumentError
from matcher.message import Catalogue, Message
from matcher.readers.blocks import Document, Margin, margins_unread
from matcher.readers.document import read_text
from matcher.readers.fields.declared import settled
from matcher.readers.fields.in_lines import number_of
from matcher.readers.fields.labels import EXTRA, PROPOSAL, WHO, field_name, first_name
from matcher.readers.fields.shapes import names_a_topic
from matcher.readers.fields.values import is_prose
from matcher.readers.fields.words import OF_STUDY, SAY_IT
from matcher.readers.form import unlabelled
from matcher.readers.form.broken_titles import with_whole_titles
from matcher.readers.form.claims import chosen_kind, claims, may_be_declared, topics_of
from matcher.readers.form.doubts import among_sections, doubtful
from matcher.readers.form.hard_wrap import unwrapped, without_hard_wraps
from matcher.readers.form.headings import OpenSection, filled, join_outlines
from matcher.readers.form.judged import judged, sections_of
from matcher.readers.form.letter_frame import named, quoted_title, without_courtesy
from matcher.readers.form.row_heads import without_referees
from matcher.readers.form.structured import without_part_names
from matcher.readers.form.title_lines import is_title
from matcher.readers.form.unread import APPLICANT, MOST_LOOKED, unread, unsure
from matcher.readers.form.walk import FormWalk
from matcher.segment import HAN
from matcher.types import Proposal, Section

say = Catalogue(__file__)

# How papers are called that lie beside proposals.
_BESIDE = re.compile(
    r"(?:简历|履历|预算表?|推荐[信函]|承诺书|声明|(?:填[写报]|评审|申报|材料|情况)说明|须知|查新报告|证明|通知|备注|回执|评审意见|合作协议)[)）\d]*$"
    r"|(?i:(?:^|[\s_-])(?:cv|resume|budget|references?|recommendation|letter|cover|readme|notes?|statement)[)\d]*$)"
)
_LONGEST_FORM = settings.characters("readers.form.longest")
_LABELLED = re.compile(r"(?m)^[^:：\n]{1,40}[:：].*$")
# What parts a heading from its text, or begins one: without any of these a text is one section.
# Begins with one set of characters, which is looked for fast; what must stand before one is looked for behind it.
_MAY_HEAD = re.compile(
    rf"[\n\t|:：=＝_＿…【〖\[?？.·\s)）、．](?:(?<=[\n\t|:：=＝_＿…【〖\[])|(?<=[?？])$|(?<=[.·])[.·]{{2}}"
    rf"|(?<=[{HAN}][ 　])|(?<=[一二三四五六七八九十][)）、.．]))"
)
_CHOOSES = re.compile("(?:报|选)[^。]{0,8}指南")  # 我想报的是指南里的第6项
_MAY_BEGIN = re.compile(r".{0,44}?(?:——|\s[-–—]\s)|[A-Z][A-Za-z ]{2,40}\.")


@dataclass(frozen=True, slots=True)
class Form:
    """A proposal as it was written down.

    `text` is what it is judged by: title, then the sections chosen as abstract. `sections` are all that were
    found; `fields` maps the fields of labels.toml to their text (title and abstract among them); `notes` say what
    was left out, not filled in or not found, Chinese / English. `blank` says that it is a form nobody filled in.
    """

    fields: Mapping[str, str]
    sections: tuple[Section, ...]
    notes: tuple[Message, ...] = ()
    blank: bool = False

    def proposal(self, name: str) -> Proposal:
        """The proposal of this form under the id `name`; without title and abstract where the form is blank."""
        known = {key: self.fields.get(key, "") for key in PROPOSAL}
        return Proposal(**{**known, "id": name}, sections=self.sections)

    @property
    def labelled(self) -> str:
        """Title and abstract under labels: `form_of_text` reads the same proposal from it."""
        title, abstract = self.fields.get("title", ""), self.fields.get("abstract", "")
        return f"{first_name('title')}：{title}\n{first_name('abstract')}：{abstract}" if title else abstract

    def edited(self, text: str) -> Form | None:
        """The form with its parts after `labelled` was changed in one place; None where another text stands there, or its labels are gone."""
        label = (
            f"{first_name('title')}：(.*)\n{first_name('abstract')}：" if self.fields.get("title") else "()"
        )
        parts = re.fullmatch(rf"{label}(.*)", text, re.S)
        if parts is None or not parts[2].strip():
            return None
        if 2 * sum(_common(self.labelled, text)) < max(len(self.labelled), len(text)):
            return None
        fields = {**self.fields, "title": parts[1].strip(), "abstract": parts[2]}
        form = replace(self, fields={name: value for name, value in fields.items() if value}, notes=())
        moved = _moved(self.sections, self.proposal("-").text, form.proposal("-").text)
        return replace(form, sections=tuple(moved))

    @property
    def extra(self) -> dict[str, str]:
        """What only filing rules ask for, where the form has it."""
        return {key: self.fields[key] for key in EXTRA if key in self.fields}


def _common(one: str, other: str) -> tuple[int, int]:
    """How many characters two texts begin and end with alike."""
    begin = _alike(one, other)
    return begin, _alike(one[begin:][::-1], other[begin:][::-1])


def _alike(one: str, other: str) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((n for n, (a, b) in pairs if a != b), min(len(one), len(other)))


def _moved(sections: Iterable[Section], old: str, new: str) -> Iterator[Section]:
    """The sections of a text in the one that it was changed to; one that begins or ends within what was written over is none."""
    begin, end = _common(old, new)
    behind, more = len(old) - end, len(new) - len(old)
    for section in sections:
        if section.start is None:
            yield section
            continue
        start, stop = section.start, section.start + len(section.text)
        if (start <= begin or start >= behind) and (stop <= begin or stop >= behind):
            start, stop = start + more * (start > begin), stop + more * (stop >= behind)
            yield section._replace(text=new[start:stop], start=start)


def form_of_text(text: str) -> Form:
    """The form in a text that was typed, pasted, or stands in a cell of a table."""
    return form_of(read_text(text))


def form_of(document: Document) -> Form:
    """The form in a document: what stands under its labels; without labels its first line and the rest.

    DocumentError for more than _LONGEST_FORM characters.
    """
    unbroken = with_whole_titles(without_hard_wraps(_bounded(document)))
    document = without_part_names(without_referees(unbroken))
    form, walk, margins, proposed = _read(document)
    claimed = claims(walk, form.fields)
    before = margins_unread(document.margins)
    notes = (
        *(loss for loss in document.losses if loss not in before),
        *margins_unread(margins),
        *([say("unread.after", most=MOST_LOOKED)] if walk.looked > MOST_LOOKED else ()),
        *proposed,
        *may_be_declared(claimed, form.fields),
        *doubtful(form.fields, walk, unlabelled.other_title(walk, form.fields.get("title", ""))),
        *_unfilled(walk, form),
        *unread(document, form.fields, form.sections, walk.rivals),
    )
    return replace(form, sections=(*form.sections, *claimed), notes=notes)


def _bounded(document: Document) -> Document:
    """The document, before any work is done on it; DocumentError for more than _LONGEST_FORM characters."""
    length = sum(map(len, document.lines))
    if length > _LONGEST_FORM:
        name = document.name or say("form.the text")
        raise DocumentError(say("form.too long", name=name, length=length, most=_LONGEST_FORM))
    return document


def _read(document: Document) -> tuple[Form, FormWalk, Sequence[Margin], Sequence[Message]]:
    """The form in a document, before it is said what is lacking, and what shows that: takes as long as all of it."""
    walk = FormWalk(document)
    unlabelled.take_calls(walk)
    margins = unlabelled.take_margins(walk, document.margins)
    fields = dict(walk.fields)
    topics = topics_of(walk)
    fields["declared"], own_title = settled(topics, title=fields.get("title", ""))
    fields["title"] = fields.get("title") or own_title
    by_name = "" if fields["title"] else unlabelled.title_by_name(walk)
    fields["title"] = fields["title"] or by_name
    rivals = "\n".join(text for _, _, text in walk.rivals)
    walk.rivals += [("declared", *claim) for claim in walk.topics if claim.text not in rivals]
    if not (fields["title"] or walk.cover or walk.fields or walk.blank) and _heads_the_paper(walk.parts):
        walk.cover = walk.parts.pop(0).lines
    join_outlines(walk.parts)
    parts = filled(walk.parts, wrapped=document.wrapped)
    loose = unwrapped(walk.loose) if document.wrapped else "\n".join(walk.loose)
    loose = without_courtesy(loose) if walk.frame.letter else loose
    asked = "title" in walk.blank or any(part.kind in OF_STUDY | {"foundation"} for part in walk.parts)
    blank = not parts and not fields["title"] and asked
    labelled = bool(fields["title"])
    chosen = _with_loose(walk, fields, judged(parts), loose, blank=blank)
    title = fields.get("title", "")
    fields["title"] = named(title, loose) if title else quoted_title(loose) if walk.frame.letter else ""
    citing = loose if walk.frame.letter or fields["title"] != title else _citing(walk)
    if fields["title"]:
        fields["declared"] = fields.get("declared") or unlabelled.cited_topic(title, citing)
    guessed = fields["title"] and not labelled and any(map(fields.get, APPLICANT))
    proposed = [first_line(fields["title"])] if guessed else []
    fields["declared"] = fields.get("declared") or chosen_kind(walk)
    of_kind = fields["declared"] if fields["declared"] not in (claim.text for claim in walk.topics) else ""
    elsewhere = {"title": by_name, "declared": "" if names_a_topic(of_kind) else of_kind}
    proposed += unlabelled.taken_from_elsewhere(elsewhere)
    proposed += unlabelled.fill_unnamed(fields, parts, walk, document) + unsure(fields, parts, chosen)
    proposed += among_sections(parts, chosen)
    fields["abstract"] = "\n".join("\n".join(part.lines) for part in chosen)
    sections, margins = sections_of(fields, parts, chosen), _headed(fields, margins)
    return Form({k: v for k, v in fields.items() if v}, sections, (), blank), walk, margins, proposed


def _citing(walk: FormWalk) -> str:
    """The loose lines of a form that may name the topic in a sentence: 二、选自指南第11题"""
    return "\n".join(line for line in walk.loose if number_of(line)[0] or _CHOOSES.search(line))


def first_line(title: str) -> Message:
    """What to say of a title that nothing names."""
    return say("unread.first line", title=title)


def _heads_the_paper(parts: Sequence[OpenSection]) -> bool:
    """Whether the first heading of all is the paper's name, with no more than the title below it: Project Summary."""
    first = parts[0] if len(parts) > 1 else None
    line = first.lines[0] if first is not None and len(first.lines) == 1 else "."
    return first is not None and first.kind == "abstract" and is_title(line) and line[-1] not in "。."


def _with_loose(
    walk: FormWalk, fields: dict[str, str], chosen: list[OpenSection], loose: str, *, blank: bool
) -> list[OpenSection]:
    """The sections a proposal is judged by with the text outside all sections, where none of them says enough; sets the title."""
    says_it = SAY_IT.intersection(p.kind for p in chosen)
    if not blank and loose and (not chosen or (is_prose(_LABELLED.sub("", loose)) and not says_it)):
        fields["title"], loose = _title_of_loose(walk, fields.get("title", ""), loose.split("\n"))
        if loose:
            return [OpenSection("", "", lines=[loose]), *(p for p in chosen if p.kind != "foundation")]
    elif chosen and not fields.get("title") and "title" not in walk.blank:
        fields["title"] = unlabelled.title_of_cover(walk)
    return chosen


def _title_of_loose(walk: FormWalk, title: str, lines: list[str]) -> tuple[str, str]:
    """(title, text) of the text outside all sections: of a letter's the first line of what it encloses, no sentence and not who signs."""
    begin = lines.index(walk.frame.enclosed) if walk.frame.enclosed in lines else 0
    if walk.frame.letter and lines[begin].endswith("."):
        return title, "\n".join(lines)
    title, text = unlabelled.titled(title, lines[begin:])
    return title, "\n".join(filter(None, (*lines[:begin], text)))


def _headed(fields: dict[str, str], margins: list[Margin]) -> list[Margin]:
    """The headers and footers that remain after one of the first page has given the title, where nothing else did."""
    head = next((m for m in margins if m.first and is_title(m.text)), None)
    if fields.get("title") or head is None:
        return margins
    fields["title"] = named(head.text)
    return [margin for margin in margins if margin is not head]


def _unfilled(walk: FormWalk, form: Form) -> list[Message]:
    """Which of the fields that decide the form asks for and nobody filled in."""
    filled = {section.kind for section in form.sections} | form.fields.keys() - {"abstract"}
    empty: list[str] = [f for f in ("title", "declared", *WHO) if f in walk.blank and f not in filled]
    empty += [
        part.kind
        for part in walk.parts
        if part.kind in ("abstract", "content") and part.kind not in filled
        if not (part.kind == "content" and filled & {"abstract", "goals"})  # a heading over others
    ]
    return [say("form.not filled in", field=field_name(name)) for name in dict.fromkeys(empty)]


def long_cells(proposal: Proposal) -> Proposal:
    """A row of a batch with the sections of its long cell read as a form's are; unchanged without headings in it."""
    if not (_MAY_HEAD.search(proposal.abstract) or _MAY_BEGIN.match(proposal.abstract)):
        return proposal  # to walk through each text costs more than all else of a row
    form = _read(_bounded(read_text(proposal.abstract)))[0]
    if not form.sections:
        return proposal
    known = {key: getattr(proposal, key) or form.fields.get(key, "") for key in PROPOSAL}
    known["abstract"] = form.fields.get("abstract", "")
    titles = form.fields.get("title", ""), known["title"]
    before, after = (len(title) + 1 if title and known["abstract"] else 0 for title in titles)
    moved = (s if s.start is None else s._replace(start=s.start - before + after) for s in form.sections)
    return Proposal(**known, sections=tuple(moved))


def is_beside(name: str, proposal: Proposal) -> bool:
    """Whether a file lies beside proposals by its `name` (CV, 推荐信), says neither who applies nor for what topic, and has no part of a study."""
    applies = proposal.organisation or proposal.principal_investigator or proposal.declared
    studied = any(section.kind in OF_STUDY for section in proposal.sections)
    return not applies and not studied and _BESIDE.search(Path(name).stem) is not None
