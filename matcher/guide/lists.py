"""Lists of topics in running text: one reading per layout, scored by what it explains.

A reading finds the units that begin with the layout's mark, groups them into runs under one
heading, and keeps the runs that look like topics and not like rules for applicants; `bodies`
then says what each line between the topics is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise

from matcher.guide import layouts
from matcher.guide.items import (
    AFTER_TITLE,
    ANNOUNCED,
    TITLED,
    UNANNOUNCED,
    Heading,
    Item,
    Reading,
    Run,
    cue,
    heading_name,
    is_content,
    is_office,
    item_score,
    title_end,
)
from matcher.guide.layouts import LAYOUTS, UNNUMBERED, Layout
from matcher.guide.units import Unit, number_of


class ListReader:
    """Reads the units of one document by one layout."""

    def __init__(self, units: Sequence[Unit], layout: Layout, titled: bool) -> None:
        """`titled`: the document's title says that it is a guide."""
        self.units, self.layout, self.titled = units, layout, titled
        self.candidates = self._candidates()
        self.headings = self._headings()

    def runs(self) -> list[Run]:
        """The runs that are accepted as topics, their items trimmed of rules at either end."""
        accepted: list[Run] = []
        alone: list[Run] = []
        for run in self._all_runs():
            for item in run.items:
                text = self.units[item.at].text
                title, rest = text[item.start : item.end], text[item.end :].lstrip(AFTER_TITLE)
                item.score = item_score(text, title, rest, [self.units[i] for i in item.body])
            while run.items and run.items[-1].score < 0.1:
                run.items.pop()
            while run.items and run.items[0].score < 0.1:
                run.items.pop(0)
            if run.items and self._accepts(run):
                accepted.append(run)
            elif (
                len(run.items) == 1 and run.items[0].score >= 1.0 and not any(h.cue < 0 for h in run.headings)
            ):
                alone.append(run)
        # A section with one topic is believed when its sisters are.
        ranks = {run.headings[-1].rank for run in accepted if run.headings}
        accepted += [run for run in alone if run.headings and run.headings[-1].rank in ranks]
        return sorted(accepted, key=lambda run: run.items[0].at)

    def _accepts(self, run: Run) -> bool:
        cues = [h.cue for h in reversed(run.headings) if h.cue]
        above = 1.5 if run.lead else (1.0, -1.5)[cues[0] < 0] if cues else 0.0
        named = run.headings[-1].name if run.headings and not run.lead else ""
        if len(named) > 6 and layouts.TOPIC_END.search(named) and (not cues or run.headings[-1].cue == 0):
            above -= 1.0  # the heading is itself a topic, so these are its parts
        before = self.units[run.items[0].at - 1] if run.items[0].at else None
        if before is not None and is_content(before) and before.text[-1] in ":】]|容标":
            above -= 2.0  # a list that a content begins with: its steps, not topics
        score = sum(item.score for item in run.items) / len(run.items)
        labelled = score >= 2.0 and above > -1.5
        alone = len(run.items) == 1 and self.layout.topic != "page"
        if alone and not labelled and above <= 0:
            return False
        bar = ANNOUNCED if above > 0 or labelled else TITLED if self.titled else UNANNOUNCED
        return score + above >= bar

    def _all_runs(self) -> list[Run]:
        runs: list[Run] = []
        stack: list[Heading] = []
        last: int | None = None
        key: object = None
        follows = dict(pairwise([*sorted(self.candidates), len(self.units)]))
        for at, unit in enumerate(self.units):
            if at in self.headings:
                heading = self.headings[at]
                stack = [*(h for h in stack if h.rank < heading.rank), heading]
            elif at in self.candidates:
                number, start = self.candidates[at]
                restarted = number is not None and number <= 1 and last is not None and last >= 1
                if not runs or key != tuple(stack) or restarted:
                    runs.append(Run(tuple(stack), [], self._lead(at, stack)))
                key, last = tuple(stack), number
                end, _ = title_end(unit.text, start)
                body_end = next((h for h in range(at + 1, follows[at]) if h in self.headings), follows[at])
                runs[-1].items.append(Item(at, number, start, end, range(at + 1, body_end)))
            elif layouts.LEAD_IN.search(unit.text) and not is_content(unit):
                key, last = None, None  # what follows is a new list even without a heading
        return runs

    def _lead(self, at: int, stack: Sequence[Heading]) -> bool:
        """Whether a sentence such as 选题指南如下 stands right above (one line may lie between)."""
        if stack and stack[-1].lead and at - stack[-1].at <= 2:
            return True
        above = [i for i in range(max(0, at - 2), at) if i not in self.candidates]
        return any(
            layouts.LEAD_IN.search(self.units[i].text) and not is_content(self.units[i])
            for i in above
            if not any(h in self.headings for h in range(i + 1, at))
        )

    def _candidates(self) -> dict[int, tuple[int | None, int]]:
        """at -> (number, start of the title), for the units with the layout's mark."""
        kind = self.layout.topic
        if kind == "page":
            return self._page()
        if kind == "bare":
            return self._bare()
        found: dict[int, tuple[int | None, int]] = {}
        for at, unit in enumerate(self.units):
            mark = unit.marks.get(kind)
            if mark is None or (is_content(unit) and kind != "label") or is_office(unit):
                continue
            if kind in ("number", "letter") and "dotted" in unit.marks:
                continue
            if any(c.isalpha() for c in unit.text[mark[1] :]):
                found[at] = (None if kind in UNNUMBERED else number_of(mark[0]), mark[1])
        return found

    def _bare(self) -> dict[int, tuple[int | None, int]]:
        """Unmarked lines below a sentence such as 选题如下：, up to a marked line, a notice or a long text."""
        found: dict[int, tuple[int | None, int]] = {}
        inside = False
        for at, unit in enumerate(self.units):
            text = unit.text
            if (
                layouts.LEAD_IN.search(text)
                or layouts.SECTION_LINE.match(text)
                or (unit.marks and cue(text) > 0)
            ):
                inside = True
            elif (
                unit.marks
                or layouts.NOTICE_LINE.match(text)
                or is_office(unit)
                or (cue(text) < 0 and len(text) < 12)
            ):
                inside = False
            elif inside and not is_content(unit):
                end, rest = title_end(text, 0)
                if (end > 60 and not text[:end].isascii()) or end < 4:
                    inside = False
                elif rest < len(text) or text[-1] not in "。;":
                    found[at] = (None, 0)
        return found

    def _page(self) -> dict[int, tuple[int | None, int]]:
        """The first line, when named contents (two kinds at least) follow it and none is a résumé's."""
        names: set[str] = set()
        for unit in self.units:
            match = layouts.ENGLISH_CONTENT.match(unit.text)
            names |= {match["label"].lower()} if match else set()
            inner = re.finditer(r"\b(?:Scope|OBJECTIVE|DESCRIPTION):", unit.text)
            names |= {m.group().lower().strip(" :") for m in inner}
            if layouts.MAIN_CONTENT.match(unit.text) or layouts.OTHER_CONTENT.match(unit.text):
                names.add(unit.text[:8])
            if re.fullmatch(r"(?i)(?:work )?(?:education|experience|skills|employment)\W*.{0,20}", unit.text):
                return {}
        first = self.units[0] if self.units else None
        if first is None or len(names) < 2 or len(first.text) > 250 or is_content(first) or first.marks:
            return {}
        return {0: (None, 0)}

    def _headings(self) -> dict[int, Heading]:
        found: dict[int, Heading] = {}
        kinds = self.layout.sections
        for at, unit in enumerate(self.units):
            if at in self.candidates or is_office(unit) or is_content(unit):
                continue
            rank = next((r for r, kind in enumerate(kinds) if kind in unit.marks), None)
            if rank is not None:
                start = unit.marks[kinds[rank]][1]
                text = unit.text[start:] or unit.text
                lead = bool(layouts.LEAD_IN.search(unit.text))
                found[at] = Heading(rank, at, heading_name(unit, start, text), cue(text), lead)
            elif self._bare_heading(at):
                name = heading_name(unit, 0, unit.text).strip("【】[]《》<>：: ")
                found[at] = Heading(len(kinds), at, name, cue(unit.text))
        return found

    def _bare_heading(self, at: int) -> bool:
        """A heading in words: 重点项目, 【课题】, or a short line right above a list or between bare titles."""
        text = self.units[at].text
        if self.layout.topic == "page" or at + 1 >= len(self.units) or not 2 <= len(text) <= 34:
            return False
        if layouts.ADDRESSEE.match(text):
            return False
        below = self.candidates.get(at + 1)
        if layouts.SECTION_LINE.fullmatch(text):
            return True
        if text[-1] in "。;,、.?!" or self.units[at].marks or any(c in text for c in "。;,"):
            return False
        if cue(text) < 0 and len(text) <= 10:
            return at - 1 not in self.candidates or below is not None or self.units[at + 1].marks != {}
        if below is None or below[0] is None or layouts.NOTICE_LINE.match(text):
            return False
        first = below[0] == 1 or text[-1] == ":" or (at - 1 in self.candidates and len(text) <= 16)
        return first and any(c.isalpha() for c in text) and (len(text) <= 20 or text.isascii())


def read_lists(
    units: Sequence[Unit], titled: bool, bodies: Callable[[ListReader, list[Run]], Reading]
) -> list[Reading]:
    """One reading for every layout that finds topics, in the order of LAYOUTS."""
    found: list[Reading] = []
    for layout in LAYOUTS:
        reader = ListReader(units, layout, titled)
        runs = reader.runs()
        if runs:
            found.append(bodies(reader, runs))
    return found
