"""Candidates: every mark that the document's lines share gives one reading of it as a list of topics.

A reading takes the units with one kind of mark (or the lines above a repeated 研究内容：) for topics,
groups them into runs under one heading, and keeps the runs that look like topics and not like
rules for applicants; `slots` then says what each line between the topics is.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise
from math import inf
from statistics import median

from matcher import settings
from matcher.guide import prior, vocabulary
from matcher.guide.lists import list_items
from matcher.guide.lists.counting import inner_bullets
from matcher.guide.lists.headings import headings_of, without_aims
from matcher.guide.lists.likeness import is_described
from matcher.guide.lists.other_lists import is_called, is_closed, says_decided
from matcher.guide.lists.runs import Sisters, counts_in_parents, counts_on, runs_of
from matcher.guide.text.blocks import LONGEST_LINE, Unit
from matcher.language import is_latin

_ANNOUNCED = settings.score("guide.prior.announced")
_TITLED = settings.score("guide.prior.titled")
_UNANNOUNCED = settings.score("guide.prior.unannounced")
_FAINT = settings.score("guide.prior.faint")
_HEADED = settings.share("guide.candidates.headed")
_MANY = settings.count("guide.candidates.many")
_PARDONED = settings.share("guide.candidates.pardoned")
_SLOTTED = settings.score("guide.candidates.slotted")
_DESCRIBED = settings.score("guide.candidates.described")
_WORDED = settings.score("guide.candidates.worded")
_CLEAN = settings.score("guide.candidates.clean")
_PARENT = settings.score("guide.candidates.parent")
_REGULAR = settings.score("guide.candidates.regular")
_REGULAR_LINES = settings.lines("guide.candidates.regular")
_LONGEST_LISTED = settings.characters("guide.candidates.longest_listed")
_LEAST = settings.score("guide.candidates.least")
_CUED = settings.score("guide.candidates.cued")
_PARDONED_TO = settings.score("guide.candidates.pardoned")
_LEAD = settings.score("guide.candidates.lead")
_ABOVE = settings.score("guide.candidates.announced")
_BELOW_NOTICE = settings.score("guide.candidates.below_notice")
_KNOWN_BELOW = settings.score("guide.candidates.known_below_notice")
_NAMED = settings.characters("guide.candidates.named")
_WITHIN = settings.score("guide.candidates.within_topic")
_DECLARED = settings.score("guide.candidates.labelled")
_LONGEST_TITLE = settings.characters("guide.candidates.longest_title")
_FAINT_ITEMS = settings.count("guide.candidates.faint")

_DIRECTIONS = re.compile(r"(?:主要|重点)?研究方向\s*:")
_LAST_BRACKET = re.compile(r"【[^【】]*】$|\([^()]*\)$")
_TYPES = re.compile(r"(?:项目|课题)(?:类型|类别|分类|设置)(?:[与及和].{2,4})?$")
_TYPE = re.compile(r"(?!.*研究).*(?:项目|专项|[重一面自青]\S课题)$")  # no study: 创新训练项目
_KIND = re.compile(r"(?:项目|课题|类|领域|专项|计划|板块)$")


def readers(units: Sequence[Unit], titled: bool, *, faint: bool = False) -> list[ListReader]:
    """One reader for every kind of mark that the document has; `titled`: its title says that it is a guide.

    `faint`: believe lists by their regularity alone, where no list has words that make it likely.
    """
    kinds = list(dict.fromkeys(kind for unit in units for kind in unit.marks if kind != "roman"))
    counts = Counter(kind for unit in units for kind in unit.marks)
    # A word that no other line has before its number is no mark unless it is a field's own word.
    kinds = [k for k in kinds if counts[k] > 1 or not k.startswith("word:") or prior.is_topic_word(k)]
    kinds.sort(key=lambda kind: kind == "bullet")  # • T1 … is counted: its code tells more than its bullet
    return [ListReader(units, kind, titled, faint=faint) for kind in [*kinds, "anchor", "run-in", "bare"]]


class ListReader:
    """Reads the units of one document by one kind of mark."""

    def __init__(self, units: Sequence[Unit], kind: str, titled: bool, *, faint: bool = False) -> None:
        """`titled`: the document's title says that it is a guide; `faint`: regularity is enough."""
        self.units, self.kind, self.titled, self.faint = units, kind, titled, faint
        self.candidates = list_items.items_of(units, kind, titled, faint=faint)
        self.headings = headings_of(self.units, self.kind, self.candidates) if self.candidates else {}
        self.regular = False
        self.steps: set[int] = set()  # items that a content's name right above them begins
        self.pardoned: set[int] = set()  # items whose words of rules are their subject

    def runs(self) -> list[prior.Run]:
        """The runs that are accepted as topics, their items trimmed of rules at either end."""
        runs = runs_of(self.units, self.candidates, self.headings)
        lead = any(run.lead for run in runs)
        runs = [run for run in runs if self.is_called(run, lead=lead)]
        inner = inner_bullets(self.units, titles=True) if self.kind == "bullet" else set()
        for run in runs:
            for item in run.items:
                item.score = list_items.item_score(item)
            if any(item.score >= _LEAST for item in run.items):
                for item in run.items:  # a task among the titles below a bullet is one of them
                    task = vocabulary.TASK_START.match(item.title) and not vocabulary.RULE_WORDS.search(
                        item.title
                    )
                    item.score = max(item.score, _LEAST) if task and item.at in inner else item.score
        self.steps = {item.at for run in runs if self._is_steps(run) for item in run.items}
        self._doubt(runs)
        self._pardon(runs)
        for run, following in zip(runs, [*runs, None][1:], strict=True):
            while run.items and self._ends_run(run.items[-1]) and not counts_on(run, following):
                run.items.pop()
            while run.items and run.items[0].score < _LEAST:
                run.items.pop(0)
        self.regular = self._is_regular(runs := [run for run in runs if run.items])
        if len(self.steps) > 1:
            runs = [run for run in runs if not any(item.at in self.steps for item in run.items)]
        parents = self.kind in ("dotted", "coded") and counts_in_parents(self.units, runs)
        ways = [(run, self._accepts(run, parents=parents)) for run in runs]
        accepted = [run for run, accepts in ways if accepts]
        sisters = Sisters(accepted)
        accepted += [run for run, accepts in ways if not accepts and self._continues(run, sisters)]
        if any(run.headings and run.headings[0].rank == -inf for run in accepted):
            # The notice that sends a list counts its own points: sentences below no heading are none of the attachment.
            accepted = [run for run in accepted if run.headings or run.lead or not _has_points(run)]
        return sorted(without_aims(self.units, accepted), key=lambda run: run.items[0].at)

    def _ends_run(self, item: prior.TopicStart) -> bool:
        """Whether the last item of a run is none of it by its words; a field's own word (Theme 3) counts any subject."""
        counted = prior.is_topic_word(self.kind) and not vocabulary.RULE_WORDS.search(item.title)
        return item.score < _LEAST and not (counted and is_described(item))

    def _doubt(self, runs: Sequence[prior.Run]) -> None:
        """Lower the items that are named like parts of a notice where many are: they are its own headings."""
        items = [item for run in runs for item in run.items]
        cued = [
            i
            for i in items
            if prior.cue(i.title) and not any(map(prior.is_content, i.body)) and not list_items.names_field(i)
        ]
        if len(items) > 2 and len(cued) >= _HEADED * len(items):
            for item in cued:
                if item.score >= _LEAST:
                    item.score -= _CUED

    def _pardon(self, runs: Sequence[prior.Run]) -> None:
        """Lift an item that is no sentence, with words of rules or of notices, whose many neighbours have none."""
        listed = [i for run in runs if not any(h.cue < 0 for h in run.headings) for i in run.items]
        usual = median(len(i.title) for i in listed) if listed else 0
        ruled = [i for i in listed if list_items.hangs_on_neighbours(i, usual)]
        if len(listed) < _MANY or len(ruled) > _PARDONED * len(listed):
            return
        for item in ruled:
            text = item.unit.text
            sentence = len(text) > LONGEST_LINE or text[-1] in "。;."
            if item.score < _PARDONED_TO and not sentence and not item.body:
                item.score = _PARDONED_TO
                self.pardoned.add(item.at)

    def _continues(self, run: prior.Run, accepted: Sisters) -> bool:
        """Whether a run that alone would not do stands between accepted ones as their sister."""
        if any(h.cue < 0 for h in run.headings) or min(item.score for item in run.items) < _LEAST:
            return False
        # A section with one topic, or with weaker words, is believed when its sisters are.
        sister = bool(run.headings) and run.headings[-1].rank in accepted.ranks
        weak = self._is_clean(run) or sum(item.score for item in run.items) >= len(run.items)
        return accepted.count_on(run) or (sister and weak)

    def _accepts(self, run: prior.Run, *, parents: bool) -> bool:
        """Whether a run is believed; `parents`: the codes of all begin with the numbers of the headings above them."""
        below = next((h.name for h in reversed(run.headings) if h.name), "")
        if _TYPES.search(below) and all(_TYPE.match(item.title) for item in run.items):
            return False
        cues = [h.cue for h in reversed(run.headings) if h.cue]
        above = _LEAD if run.lead else (_ABOVE, _BELOW_NOTICE)[cues[0] < 0] if cues else 0.0
        if prior.is_topic_word(self.kind) and len(run.items) > 1:
            above = max(above, _KNOWN_BELOW)  # a field's own words count topics below an introduction too
        named = run.headings[-1].name if run.headings and not run.lead else ""
        unknown = not cues or run.headings[-1].cue == 0
        if len(named) > _NAMED and vocabulary.TOPIC_END.search(named) and unknown:
            above -= _WITHIN  # the heading is itself a topic, so these are its parts
        score = sum(item.score for item in run.items) / len(run.items)
        if len(run.items) > 1:
            # A description below every title, and a word before every number, are a list's own regularity.
            above += _SLOTTED * self._is_slotted(run)
            above += _DESCRIBED * all(is_described(item) for item in run.items)
            above += (_CLEAN + _REGULAR * self.regular) * (self.titled and self._is_clean(run))
            above += _PARENT * (parents and not (cues and cues[0] < 0))
            above += _WORDED * prior.is_topic_word(self.kind)
        labelled = score >= _DECLARED and above > _BELOW_NOTICE
        if len(run.items) == 1 and not labelled and above <= 0:
            return False
        bar = _ANNOUNCED if above > 0 or labelled else _TITLED if self.titled else _UNANNOUNCED
        if self.faint and len(run.items) >= _FAINT_ITEMS and self._is_list(run):
            bar = _FAINT
        return round(score + above, 6) >= bar

    @cached_property
    def _announcing(self) -> set[int]:
        """The headings that announce topics which are asked for."""
        return {h.at for h in self.headings.values() if h.cue > 0 and not is_closed(self.units[h.at].text)}

    def is_called(self, run: prior.Run, *, lead: bool) -> bool:
        """Whether neither the heading of a run nor the line above it says that it holds no topics; `lead`: a line announces some."""
        heading = [self.units[h.at] for h in run.headings[-1:] if not run.lead]
        at, studied = run.items[0].at, list_items.names_studies(run.items)
        above = self.units[max(0, at - 1) : at]
        announced = lead or len(self._announcing) > len({h.at for h in run.headings} & self._announcing)
        closed = [h.at for h in run.headings if is_closed(self.units[h.at].text, announced=announced)]
        if closed and not self._reopens(run, closed[-1]):
            return False
        return all(is_called(u.text, studied=studied) for u in [*heading, *above])

    def _reopens(self, run: prior.Run, closed: int) -> bool:
        """Whether a line below the `closed` heading of a run announces topics, which are then none of that heading's."""
        between = [u.text for u in self.units[closed + 1 : run.items[0].at] if not u.marks]
        opened = any(vocabulary.LEAD_IN.search(t) and not says_decided(t) for t in between)
        run.headings = tuple(h for h in run.headings if h.at > closed or not opened)
        return opened

    def _is_steps(self, run: prior.Run) -> bool:
        """Whether the name of a content stands right above a run, and does not announce titles."""
        before = self.units[run.items[0].at - 1] if run.items[0].at else None
        if before is None or not prior.is_content(before) or before.text[-1] not in ":】]|容标":
            return False
        if run.items[0].at - 1 in self.headings:
            return False  # (二)研究内容 below (一)申报条件
        if not _DIRECTIONS.fullmatch(before.text):
            return True
        # 研究方向： below a kind of projects (工业引导性项目) opens the list of its topics, and so does the only one below no title.
        kind = run.headings[-1].name if run.headings else ""
        above = self.units[: run.items[0].at - 1]
        titled = any(unit.marks for unit in above[-1:]) or any(map(prior.is_content, above))
        return titled and not _KIND.search(kind)

    def _is_clean(self, run: prior.Run) -> bool:
        """Whether a run counts 1, 2, 3 … or on, and no item is a sentence or has the words of rules."""
        texts = [_LAST_BRACKET.sub("", item.title) for item in run.items if item.at not in self.pardoned]
        numbers = [item.number for item in run.items]
        counts = None in numbers or all(b == (a or 0) + 1 for a, b in pairwise(numbers))
        ends = self._is_enumerated(run) or all(self._ends_as_title(item) for item in run.items)
        ruled = any(vocabulary.RULE_WORDS.search(text) or len(text) > _LONGEST_TITLE for text in texts)
        return counts and ends and not ruled

    def _is_list(self, run: prior.Run) -> bool:
        """Whether a run may be topics for its regularity alone: no title of it is a heading of a notice."""
        noticed = any(prior.cue(item.title) < 0 for item in run.items)
        return not noticed and (
            self._is_clean(run) or all(map(is_described, run.items)) or self._is_parted(run)
        )

    def _is_parted(self, run: prior.Run) -> bool:
        """Whether every item is a short title and a text behind it, and no title has the words of rules."""
        titles = [item.title for item in run.items if item.rest and len(item.title) <= _LONGEST_TITLE]
        return len(titles) == len(run.items) and not any(map(vocabulary.RULE_WORDS.search, titles))

    def _is_enumerated(self, run: prior.Run) -> bool:
        """Whether the items are short parts of one English sentence: each ends with a semicolon, the last one with a stop."""
        texts = [item.unit.text[item.start :] for item in run.items]
        *parts, last = [re.sub(r"\s+(?:and|or)$", "", text) for text in texts]
        short = all(is_latin(text) and len(text) <= _LONGEST_TITLE for text in texts)
        return short and bool(parts) and last[-1] == "." and all(text[-1] in ";," for text in parts)

    def _ends_as_title(self, item: prior.TopicStart) -> bool:
        """Whether an item is no sentence: without a stop, or with the one that parts a list of short names."""
        text, title = item.unit.text, item.title
        short = len(title) <= _LONGEST_LISTED and "," not in title and not vocabulary.TASK_START.match(title)
        if self.kind == "bare" and text[-1] == "?":
            return False
        return text[-1] not in "。;." or (short and not text.isascii())

    def _is_regular(self, runs: Sequence[prior.Run]) -> bool:
        """Whether all runs that are not below a notice's heading are clean, and hold some lines together."""
        listed = [run for run in runs if run.lead or not any(h.cue < 0 for h in run.headings)]
        lines = sum(len(run.items) for run in listed)
        return lines >= _REGULAR_LINES and all(self._is_clean(run) for run in listed)

    def _is_slotted(self, run: prior.Run) -> bool:
        """Whether lines with one name, whatever it is (合作方式：), stand in every topic of a run."""
        starts = [
            [(u, u.marks["bullet"].start if "bullet" in u.marks else 0) for u in i.body] for i in run.items
        ]
        return bool(
            set.intersection(*({prior.label_of(u.text[at:]) for u, at in body} - {""} for body in starts))
        )


def _has_points(run: prior.Run) -> bool:
    """Whether an item is a sentence, and no title with one behind it."""
    return any(item.unit.text[-1] == "。" and not item.rest for item in run.items)
