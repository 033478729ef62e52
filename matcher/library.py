"""Use from Python: one guide opened once, and the questions of the three desks asked of it.

>>> from matcher import Matcher
>>> matcher = Matcher.open(fast=True)
>>> answer = matcher.match("想研究科技创新券对小企业的作用")
>>> answer.topic_id, answer.office.name
('2-12', '区域创新处')
"""

from __future__ import annotations

import operator
import warnings
from collections.abc import Iterable, Mapping
from numbers import Real
from os import PathLike, fspath
from pathlib import Path
from typing import TYPE_CHECKING, Any, SupportsIndex, overload

from matcher import settings
from matcher.embeddings import CPU, FAST, Computing
from matcher.engine import Engine
from matcher.errors import ArgumentError, require
from matcher.guide.mistaken import is_guide
from matcher.matching.explain import Explanation
from matcher.message import Catalogue, Message
from matcher.readers.batch import BadRow, Batch, Entry
from matcher.readers.fields.labels import PROPOSAL
from matcher.readers.form.reading import form_of_text
from matcher.types import Guide, Match, Proposal

say = Catalogue(__file__)

_TOPICS = settings.count("engine.topics")
_PATHS = (str, PathLike)

if TYPE_CHECKING:
    from pandas import DataFrame

    from matcher.duplicates import Findings
    from matcher.scale.work import Executor
    from matcher.triage.desk import Report


class BatchWarning(UserWarning):
    """What people should know of a batch: which column was taken for what, what was left out or could not be read."""


class Matcher:
    """One guide, read and encoded, and what it answers. Nothing leaves the machine."""

    def __init__(self, engine: Engine, cluster: Executor | None = None) -> None:
        """Ask an engine; `Matcher.open` makes one. Lists and batches go to the `cluster` if there is one.

        ArgumentError for anything else than an engine, such as the path of a guide.
        """
        if not isinstance(engine, Engine):
            raise _refused("engine", say("argument.engine"), engine)
        self.engine, self._cluster = engine, cluster

    @classmethod
    def open(
        cls,
        guide: str | PathLike[str] | None = None,
        *,
        fast: bool = False,
        encoder: str | PathLike[str] | None = None,
        computing: Computing = CPU,
        cluster: Executor | None = None,
    ) -> Matcher:
        """The matcher of a guide document of any readable format; None: the shipped 2021 Tianjin guide.

        `fast` asks the fast reader alone. `encoder` is a folder or hub name of another sentence-transformers
        model, which computes as `computing` says. Lists and batches are answered by `cluster`, such as a
        `matcher.scale.cluster.Cluster`, if there is one. Raises DocumentError, GuideError, EncoderError or
        CalibrationError, all of them MatcherErrors.
        """
        if guide is not None and not isinstance(guide, _PATHS):
            raise _refused("guide", say("argument.path"), guide)
        if encoder is not None and (fast or not isinstance(encoder, _PATHS)):
            raise _refused("encoder", say("argument.encoder"), encoder)
        if cluster is not None and not hasattr(cluster, "run"):
            raise _refused("cluster", say("argument.cluster"), cluster)
        chosen = FAST if fast else None if encoder is None else fspath(encoder)
        opened = Engine.open(None if guide is None else Path(guide), chosen, computing=computing)
        return cls(opened, cluster)

    @property
    def guide(self) -> Guide:
        """The guide as read, with what looked wrong in it."""
        return self.engine.guide

    @property
    def notes(self) -> tuple[str, ...]:
        """What people should know of the answers: no calibration, a guide that a person mended."""
        return tuple(self.engine.notes)

    @overload
    def match(self, asked: str | Proposal, k: int = _TOPICS) -> Match: ...  # type: ignore[overload-overlap]  # a str is an Iterable of str, too
    @overload
    def match(self, asked: Iterable[str | Proposal], k: int = _TOPICS) -> list[Match]: ...
    def match(
        self, asked: str | Proposal | Iterable[str | Proposal], k: int = _TOPICS
    ) -> Match | list[Match]:
        """The answer for a proposal with its `k` best topics, or the answers for several, in order.

        A text is read as a pasted form is: title and abstract under their labels, else its first line and the rest.
        Texts of a list are called "1", "2" … in the answers.
        """
        if not isinstance(k, SupportsIndex) or operator.index(k) < 1:
            raise _refused("k", say("argument.count"), k)
        if isinstance(asked, str | Proposal):
            return self.engine.match(_proposal(asked, ""), k)
        if not _is_list(asked):
            raise _refused("proposal", say("argument.asked"), asked)
        proposals = (_proposal(one, str(n)) for n, one in enumerate(asked, 1))
        if self._cluster is None:
            return list(self.engine.match_many(proposals, k))
        from matcher.scale.batches import answers

        return list(answers(self.engine, proposals, k, self._cluster))

    def explain(self, asked: str | Proposal, topic_id: str) -> Explanation:
        """Which words and which research contents of a topic a proposal meets; ArgumentError for an unknown topic.

        A topic is named by its id, or by the guide's own mark of it where no other has that.
        """
        marked = [topic.id for topic in self.guide.topics if topic.code and topic.code == topic_id]
        named = marked[0] if len(marked) == 1 and topic_id not in self.engine.place else topic_id
        if not isinstance(named, str) or named not in self.engine.place:
            raise ArgumentError(say("argument.topic", topic=topic_id, guide=self.guide.title))
        return self.engine.explain(_proposal(asked, ""), named)

    def triage(self, batch: str | PathLike[str] | Iterable[Proposal]) -> Report:
        """Which proposals of a batch may be misfiled, those to look at first in front; `rows` has every one.

        `batch` is a table, a folder or a .zip, or proposals; a row that cannot be read is one of the report. The
        filing rules of the guide are checked where it has any. `matcher.triage.reports.write_report` writes it.
        """
        from matcher.rules import guide_rules
        from matcher.scale.batches import judged_rows
        from matcher.triage import desk

        name, received, reading = _received(batch)
        if self._cluster is None:
            judged = list(desk.judged_rows(self.engine, received))
        else:
            judged = list(judged_rows(self.engine, received, 0, self._cluster))
        return desk.report(self.guide, name, received, judged, guide_rules(self.guide.id), (), reading)

    def find_duplicates(
        self,
        batch: str | PathLike[str] | Iterable[Proposal],
        archive: str | PathLike[str] | None = None,
        threshold: float | None = None,
    ) -> Findings:
        """The pairs that may repeat each other, in a batch and against an archive; the most concerning first.

        A pair is a reason to look, never a verdict. `archive` is a folder or milvus://…; `threshold` in [0, 1] is the
        least concern of a pair, None: the default. A row that cannot be read is told as an BatchWarning. Raises
        ArchiveError.
        """
        from matcher.archive import place_of, searching
        from matcher.duplicates import as_themselves, find
        from matcher.duplicates.classifier import DEFAULT_THRESHOLD
        from matcher.scale.batches import spread

        if threshold is not None and not (isinstance(threshold, Real) and 0 <= threshold <= 1):
            raise _refused("threshold", say("argument.threshold"), threshold)
        if archive is not None and not isinstance(archive, _PATHS):
            raise _refused("archive", say("argument.path"), archive)
        proposals = _readable(_received(batch)[1])
        first, second = spread(self.engine.readers, self._cluster, self.engine.identity.chosen.computing)
        least = DEFAULT_THRESHOLD if threshold is None else threshold
        with searching(None if archive is None else place_of(fspath(archive)), first) as search:
            for line in as_themselves(proposals, search):
                warnings.warn(line, BatchWarning, stacklevel=2)
            return find(proposals, first, search, self.guide, least, reader=second)


def read_proposals(batch: str | PathLike[str]) -> list[Proposal]:
    """The proposals of a table, a folder or a .zip in order; what could not be read is told as BatchWarnings.

    Raises DocumentError or BatchError for a file that cannot be read at all.
    """
    if not isinstance(batch, _PATHS):
        raise _refused("batch", say("argument.path"), batch)
    return _readable(_received(Path(batch))[1])


def to_frame(results: Match | Iterable[Match] | Report | Findings) -> DataFrame:
    """Answers, the rows of a report, or pairs as a pandas table, one a row; without evidence and passages.

    What stands inside another has its name before its own: office.name, copied.a_in_b. ExtraError without pandas.
    """
    require("frames", "pandas")
    from pandas import json_normalize

    rows = [{k: v for k, v in row.items() if k not in _LISTS} for row in to_dicts(results)]
    return json_normalize(rows)


def to_dicts(results: Match | Iterable[Match] | Report | Findings) -> list[dict[str, Any]]:
    """Answers, the rows of a report, or pairs as the fixed JSON objects that the command line writes."""
    from matcher.duplicates import Findings
    from matcher.duplicates.cases import case_of
    from matcher.duplicates.saved import pair_json
    from matcher.triage.desk import Report
    from matcher.triage.reports import row_json

    if isinstance(results, Report):
        return [row_json(row) for row in results.rows]
    if isinstance(results, Findings):
        return [pair_json(pair, case_of({}, results, pair)) for pair in results.pairs]
    matches: list[Any] = list(results) if isinstance(results, Iterable) else [results]
    if isinstance(results, str | bytes | Mapping) or not all(isinstance(one, Match) for one in matches):
        raise _refused("results", say("argument.results"), results)
    return [match.to_dict() for match in matches]


_LISTS = frozenset(("hits", "discounts", "spans", "findings", "pair", "warnings"))


def _refused(name: str, expected: Message, value: object) -> ArgumentError:
    """The error of an argument; texts, which may be confidential, are told by their type."""
    got = repr(value) if value is None or isinstance(value, Real) else type(value).__name__
    return ArgumentError(say("argument", name=name, expected=expected, got=got))


def _is_list(value: object) -> bool:
    """Whether it may hold several of what is asked for: no text, and no row or table, whose keys or headings it would give."""
    held = isinstance(value, Iterable) and not isinstance(value, str | bytes | Mapping)
    return held and not hasattr(value, "columns")


def _proposal(asked: str | Proposal, name: str) -> Proposal:
    if isinstance(asked, str):
        return form_of_text(asked).proposal(name)
    return _checked(asked, say("argument.asked"))


def _checked(proposal: Proposal, expected: Message) -> Proposal:
    """The proposal; ArgumentError for anything else, or one with a field that is no text."""
    if not isinstance(proposal, Proposal):
        raise _refused("proposal", expected, proposal)
    for field in PROPOSAL:
        if not isinstance(value := getattr(proposal, field), str):
            raise _refused(f"Proposal.{field}", say("argument.text"), value)
    return proposal


def _received(
    batch: str | PathLike[str] | Iterable[Proposal],
) -> tuple[str, list[Entry | BadRow], list[Message]]:
    """The name of a batch, "" for proposals, its rows, and how it was read, of which BatchWarnings tell."""
    if not isinstance(batch, _PATHS):
        if not _is_list(batch):
            raise _refused("batch", say("argument.batch"), batch)
        one = say("argument.proposal")
        return "", [Entry(line, _checked(proposal, one)) for line, proposal in enumerate(batch, 1)], []
    opened = Batch(Path(batch), is_guide=is_guide)
    received = list(opened)
    for line in (reading := opened.messages()):
        warnings.warn(line, BatchWarning, stacklevel=3)
    return opened.name, received, reading


def _readable(received: Iterable[Entry | BadRow]) -> list[Proposal]:
    proposals = []
    for row in received:
        if isinstance(row, BadRow):
            warnings.warn(f"{row.name or row.place}：{row.reason}", BatchWarning, stacklevel=3)
        else:
            proposals.append(row.proposal)
    return proposals
