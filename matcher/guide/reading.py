"""A document to a Guide: its title, readings, the choice among them, ids, offices, the role of every line, findings."""

from __future__ import annotations

import re
from collections.abc import Sequence

from matcher import settings
from matcher.errors import GuideError
from matcher.guide import vocabulary
from matcher.guide.checks.doubt import doubts, shared_signs
from matcher.guide.checks.findings import findings_of, inner_lists, loose_contents, uncounted
from matcher.guide.checks.office_findings import odd_contacts, offices_of
from matcher.guide.checks.places import GuideLines, outside
from matcher.guide.choice import choose, drop_index
from matcher.guide.document_kind import OtherKind, is_call, other_kind
from matcher.guide.lists.candidates import readers
from matcher.guide.lists.drafts import BodyReader
from matcher.guide.lists.likeness import topical
from matcher.guide.lists.titles import drop_editions
from matcher.guide.offices.assignment import Assigned, assign
from matcher.guide.prior import LAST_BRACKET, Draft, Reading, cue
from matcher.guide.sentences import listings, read_sentence
from matcher.guide.tables.grids import Grid, grids_of
from matcher.guide.tables.layouts import read_forms, read_page
from matcher.guide.tables.parted import read_parted
from matcher.guide.tables.seasons import is_of_results
from matcher.guide.tables.tables import read_tables
from matcher.guide.text.blocks import LONGEST_TITLE, SHORT_LINE, Source, Unit, clean
from matcher.guide.text.lines import heads_of, units_of
from matcher.guide.text.page_lines import INDEX_ENTRY, without_long_runs
from matcher.message import COMMA, Catalogue, Message, joined
from matcher.readers import Document
from matcher.segment import fold
from matcher.types import AuditLine, Guide, Topic

say = Catalogue(__file__)

_TITLE_WITHIN = settings.characters("guide.reading.title_within")
_NEAR = settings.lines("guide.reading.near")
_SHOWN = settings.characters("guide.reading.shown")
_FEW = settings.count("guide.reading.few")

_WORDS = settings.words("guide.titles.fewest")
_LATIN = settings.factor("guide.titles.latin")
_INDEX = re.compile(rf"^目\s*[录次]$|{INDEX_ENTRY.pattern}")
_HEAD = settings.lines("guide.titles.head")
_NO_TITLE = re.compile(
    r"附件|附:|附录|首页|当前位置|您的位置|来源|发布|时间:|点击|浏览|字号|打印|索引号|文号|\d{4}[-年/.]\d|\W*$"
    r"|.{0,12}[〔\[(]\d{4}[〕\])]\s*\d+号"
)


def parse_document(document: Document) -> Guide:
    """The guide in a document; GuideError, with the nearest lines, if it holds no list of topics."""
    document = without_long_runs(document)
    no_text = heads_of(document)
    units = units_of(document, no_text)
    grids = grids_of(document)
    gridded = {n for grid in grids for n in grid.lines_of(1)}
    title, title_units = document_title([u for u in units if u.lines[0] not in gridded], document.name)
    heads = [fold(title), *(u.text for u in title_units)] if title_units else []  # broken over lines
    titled = any(vocabulary.TITLE_WORDS.search(text) for text in heads)
    below = [u for u in units if not titled or u.lines[0] >= title_units[0].lines[0]]  # its lists
    best, rival, unusual = _listed(document, below, grids, titled, [title, *(u.text for u in units)])
    best = best or read_sentence(below, title)
    other, unsure = other_kind(document, units, title if title_units else "", grids, best)
    if best is None or other is not None:
        raise GuideError(_no_guide(units, document.name, title, other))
    for unit in title_units:
        for line in range(unit.lines[0], unit.lines[1] + 1):
            if best.roles.get(line, "outside") in ("outside", "unread"):
                best.roles[line] = "heading"
    for line in no_text:
        best.roles[line] = "heading"
    editions = drop_editions(best, document.lines, title)
    drop_index(best)
    headings = {draft.heading for draft in best.drafts if draft.heading}
    sections = len(headings) > 1 and bool(vocabulary.SECTION_LINE.fullmatch(fold(title)))
    plain = LAST_BRACKET.sub("", fold(title))
    own = {name for name in headings if titled and fold(name) in (fold(title), plain) and not sections}
    if len(headings) == 1 and title.endswith(tuple(headings)):
        own = headings  # the title, or its last line, heads all topics
    elif title in headings and (sections or not titled):
        title = document.name  # the first section's name stands where a title would
    for draft in best.drafts:
        draft.heading = "" if draft.heading in own else draft.heading
    doubtful = [*([say("reading.unusual")] if unusual else []), *([say("reading.unsure")] if unsure else [])]
    return _guide(document, title, best, units, [*rival, *doubtful, *editions])


def _listed(
    document: Document, units: Sequence[Unit], grids: Sequence[Grid], titled: bool, texts: Sequence[str]
) -> tuple[Reading | None, list[Message], bool]:
    """The best reading of a document with these `texts` as lists of topics, a finding that shows another, whether it is unusual."""
    readings, lists = _readings(document, units, grids, titled)
    (best, rival), unusual = choose(readings), False
    if best is None and is_call(texts):
        readings, lists = _readings(document, units, grids, titled, faint=True)
        best, rival = choose(readings, faint=True)
        # A list of nothing but titles is read by its order as rightly as by words, unless it is short.
        unusual = best is not None and (len(best.drafts) < _FEW or any(d.contents for d in best.drafts))
    body = lists.get(best.layout) if best is not None else None
    if body is not None and len(runs := topical(body.runs)) < len(body.runs):
        best = BodyReader(body.reader, runs).read()
    return best, rival, unusual


def _readings(
    document: Document, units: Sequence[Unit], grids: Sequence[Grid], titled: bool, *, faint: bool = False
) -> tuple[list[Reading], dict[str, BodyReader]]:
    """Every reading of the document, and what read its lists, by their kind."""
    forms, covered = read_forms(grids)
    grids = [grid for grid in grids if not grid.lines_of() & covered]
    readings = [] if forms is None else [forms]
    readings += read_tables(document, [grid for grid in grids if not is_of_results(grid, units)])
    # A table with two columns may be a form (课题名称 | …), which reads like text; others are not text.
    gridded = {n for grid in grids for n in grid.lines_of(2)} | covered
    loose = [unit for unit in units if unit.lines[0] not in gridded]
    lists = {
        reader.kind: BodyReader(reader, runs)
        for reader in readers(loose, titled, faint=faint)
        if reader.candidates and (runs := reader.runs())
    }
    readings += [body.read() for body in lists.values()]
    parted = read_parted(loose)
    readings += [parted] if parted is not None else []
    page = read_page(loose)
    if page is not None and not any(len(r.drafts) > 1 and r.score >= 2 * page.score for r in readings):
        readings.append(page)
    return readings, lists


def _guide(
    document: Document, title: str, best: Reading, units: Sequence[Unit], notes: Sequence[Message]
) -> Guide:
    inside = {n for d in best.drafts for n in range(d.lines[0], d.lines[1] + 1)}
    free = [source for source in dict.fromkeys(u.source for u in units) if not inside & {*_lines(source)}]
    assigned = assign(best.drafts, [(_lines(s)[0], clean(s.original)) for s in free])
    topics, repeated = _topics(best.drafts, assigned)
    for source in free:
        for n in _lines(source):
            if best.roles.get(n, "outside") == "outside" and _is_listed(source.original, topics):
                best.roles[n] = "office"
    kept = [u for u in units if u.lines[0] not in best.dropped]
    for line in loose_contents(kept, best.roles):
        best.roles[line] = "unread"
    texts = ((n, clean(line)) for n, line in enumerate(document.lines, 1))
    audit = tuple(AuditLine(n, best.roles.get(n, "outside"), text) for n, text in texts if text)
    lines = GuideLines(topics, audit, best.dropped)
    findings = tuple(
        dict.fromkeys(
            [
                *document.losses,
                *notes,
                *best.notes,
                *uncounted(kept, len(topics)),
                *inner_lists(best.drafts),
                *repeated,
                # A phone that is none is told with the office that it belongs to.
                *odd_contacts([(t, c) for t, (c, _) in zip(topics, assigned, strict=True)]),
                *offices_of(lines),
                *findings_of(lines),
                *shared_signs(lines),
                *outside(lines),
                *doubts(lines),
            ]
        )
    )
    return Guide(slug(document.name), title, topics, audit, findings, document.sha256)


def _lines(source: Source) -> range:
    """The lines of the document that a logical line was joined of."""
    first, last = source.lines(0, len(source.text) - 1)
    return range(first, last + 1)


def _is_listed(text: str, topics: Sequence[Topic]) -> bool:
    """Whether a line outside the topics gave one of them its office."""
    folded = fold(text)
    return any(
        t.office.name in text and t.office.phone.split("、")[0] in folded
        for t in topics
        if t.office is not None and t.office.name and t.office.phone
    )


def slug(name: str) -> str:
    """A file's name as an id: letters, digits, - and _."""
    return re.sub(r"[^\w]+", "-", fold(name).lower()).strip("-_") or "guide"


def _topics(drafts: Sequence[Draft], assigned: Sequence[Assigned]) -> tuple[tuple[Topic, ...], list[Message]]:
    """Topics with ids and offices, and notes on numbers that could not be kept."""
    printed: dict[int, set[int]] = {}
    for draft in drafts:
        if draft.number is not None:
            printed.setdefault(draft.group, set()).add(draft.number)
    sections = {group: i for i, group in enumerate(dict.fromkeys(d.group for d in drafts), 1)}
    taken: set[tuple[int, int]] = set()
    topics: list[Topic] = []
    notes: list[Message] = []
    for draft, (contact, source) in zip(drafts, assigned, strict=True):
        office = contact.office() if contact is not None else None
        number = draft.number
        if number is None or (draft.group, number) in taken or number < 1:
            used = printed.get(draft.group, set())
            number = next(n for n in range(1, 10**6) if n not in used and (draft.group, n) not in taken)
            if draft.number is not None:
                notes.append(
                    say("reading.number taken", title=draft.title, taken=draft.number, number=number)
                )
        taken.add((draft.group, number))
        slots = tuple((name, "\n".join(texts)) for name, texts in sorted(draft.slots.items()))
        topics.append(
            Topic(
                f"{sections[draft.group]}-{number:02d}", draft.heading, number, draft.title, "\n".join(draft.contents),
                office, source if office is not None else "none", draft.lines, draft.code, slots,
            )
        )  # fmt: skip
    return tuple(topics), notes


def _no_guide(units: Sequence[Unit], name: str, title: str, other: OtherKind | None) -> Message:
    """One line: what was looked for, or what `other` thing it is, and the lines that come nearest."""

    def nearness(unit: Unit) -> float:
        return (
            2 * bool(unit.marks)
            + cue(unit.text)
            + bool(vocabulary.TOPIC_END.search(unit.text[:_TITLE_WITHIN]))
        )

    likely = listings(units, fold(title))
    sentences = {listing.unit: listing.unit.slice(listing.of.start)[:_SHOWN] for listing in likely}
    near = sorted(units, key=lambda u: (u not in sentences, -nearness(u), u.lines[0]))[:_NEAR]
    shown = [
        (u.lines[0], sentences.get(u, u.slice()[:_SHOWN])) for u in near if u in sentences or nearness(u) > 0
    ]
    nearest = joined((say("reading.line", line=n, text=text) for n, text in shown), COMMA) or say(
        "reading.no line"
    )
    if other is not None:
        return say("reading.other document", name=name, other=say(f"other.{other}"), lines=nearest)
    return say("reading.no list", name=name, lines=nearest)


def document_title(units: Sequence[Unit], name: str) -> tuple[str, list[Unit]]:
    """(title, its units): the short lines at the top up to the one that says 指南 or 通知; else `name`, the file's."""
    head: list[Unit] = []
    for unit in units[:_HEAD]:
        text = unit.text
        if not any(c.isalnum() for c in text) or _INDEX.search(text):
            continue
        if _NO_TITLE.match(text) or vocabulary.ADDRESSEE.match(text) or _length(text) > LONGEST_TITLE:
            if head and len(text) > LONGEST_TITLE:
                break
            head = []
            continue
        numbered = any(not k.startswith("md") and k not in ("coded", "code", "label") for k in unit.marks)
        if not head and not numbered and text[-1] in "。;":
            continue  # a notice's sentence above the guide that it sends
        if numbered or text[-1] in "。;" or vocabulary.LEAD_IN.search(text):
            break
        head.append(unit)
        if vocabulary.TITLE_WORDS.search(text) and not (
            len(head) > 1 and vocabulary.SECTION_LINE.fullmatch(text)
        ):
            # A title broken over lines: 2021年……项目 / （……）申报指南; the name of an office above is none.
            if text.isascii() and len(text.split()) < _WORDS and len(head) > 1:
                return _plain(head[0]), head  # Program Solicitation, below the programme's name
            goes_on = text[0] in "(《" or len(text) <= SHORT_LINE
            joined = head[-2:] if goes_on else head[-1:]
            return "".join(_plain(u) for u in joined), joined
    if head and head[0] is units[0]:
        return _plain(head[0]), head[:1]
    return name, []


def _length(text: str) -> float:
    """The characters of a text as if all were Chinese: Latin ones say less than half as much."""
    latin = sum(c.isascii() for c in text)
    return len(text) - latin + _LATIN * latin


def _plain(unit: Unit) -> str:
    """A unit's text without the marks of Markdown."""
    mark = next((m for k, m in unit.marks.items() if k.startswith("md")), None)
    return unit.slice(mark.start if mark else 0).strip("*")
