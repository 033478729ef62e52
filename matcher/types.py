"""The records that every part of the program speaks. Standard library only.

Passages and evidence are named tuples: a batch makes a hundred of them a proposal, and tuples cost
a third of frozen dataclasses.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from matcher.message import Message

OfficeSource = Literal["stated", "group", "section", "list", "none"]
Role = Literal["heading", "title", "content", "office", "outside", "unread"]
Verdict = Literal["topic", "close", "none", "empty"]
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Office:
    """A liaison office (对接处室) and whom to ask there; "" where the guide gives none. Two with one name and phone are the same."""

    name: str
    phone: str = ""
    person: str = field(default="", compare=False)
    email: str = field(default="", compare=False)

    @property
    def reached_at(self) -> str:
        """Its phone; its email address where the guide gives no phone."""
        return self.phone or self.email

    def __str__(self) -> str:
        """Name and phone or address, for people."""
        return f"{self.name} {self.reached_at}".strip()

    def to_dict(self, source: OfficeSource) -> dict[str, str]:
        """The office as answers and rows of reports hold it, with where the guide names it; `email` only if it has one."""
        email = {"email": self.email} if self.email else {}
        return {"name": self.name, "phone": self.phone, "source": source, **email}


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic (课题) of a guide: the thing that an answer names.

    `id` is `<section>-<number, two digits>`, sections counted from 1. `section` is the heading
    above the topic ("" where the guide has none), `number` the topic's number in its section.
    `lines` are the first and last line of the document (from 1) that the topic was read from.
    `code` is the document's own mark (方向1.1, 1011, ZT-03), "" where a plain number stands. `slots`
    are (name, text) of what the guide says beside the contents: indicators, support, budget,
    duration, conditions, other. `text` leaves them out: matching judges title and contents (the indicators
    as contents bring no rank and let more outside proposals pass; measured in training/README.md).
    """

    id: str
    section: str
    number: int
    title: str
    content: str
    office: Office | None
    office_source: OfficeSource
    lines: tuple[int, int]
    code: str = ""
    slots: tuple[tuple[str, str], ...] = ()

    @property
    def section_number(self) -> str:
        """What its `id` begins with."""
        return self.id.partition("-")[0]

    @property
    def mark(self) -> str:
        """What applicants know it by: the document's own `code`, its `id` where there is none."""
        return self.code or self.id

    @property
    def office_name(self) -> str:
        """The name of its office; "" where the guide gives none."""
        return self.office.name if self.office else ""

    @property
    def text(self) -> str:
        """Title and content as one text; passage offsets of a topic count in it."""
        return f"{self.title}\n{self.content}" if self.content else self.title


@dataclass(frozen=True, slots=True)
class AuditLine:
    """What became of one non-empty line of the document (`line` counts from 1)."""

    line: int
    role: Role
    text: str


@dataclass(frozen=True, slots=True)
class Guide:
    """A guide as read: its topics, what became of every line, and what looked wrong.

    `sha256` is the hash of the document's bytes; `findings` are sentences for people,
    Chinese first and English second. `mended` says that a person's edition took the document's place.
    """

    id: str
    title: str
    topics: tuple[Topic, ...]
    audit: tuple[AuditLine, ...]
    findings: tuple[Message, ...]
    sha256: str
    mended: bool = False


class Section(NamedTuple):
    """A section of a proposal (摘要, 研究内容, 参考文献 …) under its heading.

    `kind` is the field of data/labels.toml that the heading names: abstract, content, goals, background,
    methods, innovation, outcomes, schedule, foundation, references …; "other" for a heading in no list, "claim" for what may name the topic.
    `start` is where it stands in the proposal's text, `text[start:start + len(section.text)] == section.text`;
    None for a section that the proposal is not judged by.
    """

    kind: str
    heading: str
    text: str
    start: int | None


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposal as received. Fields other than `id`, `title` and `abstract` may be "".

    `sections` are those that were found in its form; two proposals that differ in nothing else are equal.
    """

    id: str
    title: str
    abstract: str
    declared: str = ""
    organisation: str = ""
    principal_investigator: str = ""
    year: str = ""
    sections: tuple[Section, ...] = field(default=(), compare=False)

    @property
    def text(self) -> str:
        """Title and abstract as one text; passage offsets of a proposal count in it."""
        return "\n".join(filter(None, (self.title, self.abstract)))


class Passage(NamedTuple):
    """A stretch of one document: `source[start:end] == text`, offsets in characters."""

    id: str
    doc_id: str
    start: int
    end: int
    text: str

    @property
    def span(self) -> Span:
        """Where it stands."""
        return self.start, self.end

    @property
    def is_full_text(self) -> bool:
        """Whether it is the whole text, as `segment.full_passage` makes it."""
        return self.id.endswith("#whole")

    def to_dict(self) -> dict[str, Any]:
        """Its place and text; a whole text, which the reader has, is None: it would stand there ten times over."""
        text = None if self.is_full_text else self.text
        return {"start": self.start, "end": self.end, "text": text}


class Discount(NamedTuple):
    """A passage of a proposal that does not count in full, what it counts in [0, 1), and why.

    The reason is one of background, routine, general (of a long text, near all topics alike), repeated, reference,
    form, heading, hint, unread, keywords, denied, topics (the guide's own list).
    """

    passage: Passage
    weight: float
    reason: str


class Evidence(NamedTuple):
    """One pair of passages that made a score.

    `score` is their similarity in [0, 1] as the retriever `by` computed it; `weight` is the
    share of the topic's score that the pair carries, so a topic's score is
    sum(weight * score) over its evidence.
    """

    query: Passage
    topic: Passage
    score: float
    weight: float
    by: str

    @property
    def of_sentences(self) -> bool:
        """Whether both are sentences; that whole texts are alike explains nothing."""
        return not (self.query.is_full_text or self.topic.is_full_text)

    def to_dict(self) -> dict[str, Any]:
        """The pair as plain values, weight rounded to nine places."""
        pair = {"query": self.query.to_dict(), "topic": self.topic.to_dict()}
        return {"by": self.by, "score": self.score, "weight": round(self.weight, 9), **pair}


@dataclass(frozen=True, slots=True)
class Link:
    """A word of the topic and the nearest word of the proposal, with every place where they stand.

    `similarity` is their cosine in [0, 1]; 1 is the same word. Spans are offsets in the original
    texts. `share` is the part of the topic's words, by weight, that this one is.
    """

    topic_word: str
    query_word: str
    similarity: float
    share: float
    topic_spans: tuple[Span, ...]
    query_spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """One ranked topic. `score` is an absolute similarity in [0, 1], higher is better.

    `scores` holds each retriever's own score; `probability` is None until calibrated.
    """

    topic_id: str
    score: float
    probability: float | None
    scores: Mapping[str, float]
    evidence: tuple[Evidence, ...]

    @property
    def confidence(self) -> float:
        """Its probability, or the score where there is no calibration."""
        return self.score if self.probability is None else self.probability


@dataclass(frozen=True, slots=True)
class Match:
    """The answer for one proposal: a verdict, the office to call, and the best topics.

    `none_probability` is P(no topic fits), None until calibrated, and where there is no text. `distribution` has the
    probability of every topic, in the order of the guide; with P(none) they add up to 1. Until calibrated it has the
    scores, and it is empty where there is no text. `discounts` are the passages of the proposal that count less
    than in full, in order.
    """

    proposal_id: str
    verdict: Verdict
    topic_id: str | None
    office: Office | None
    office_source: OfficeSource
    confidence: float
    hits: tuple[Hit, ...]
    reason: Message
    warnings: tuple[Message, ...] = field(default=())
    none_probability: float | None = None
    discounts: tuple[Discount, ...] = field(default=())
    distribution: array[float] = field(default_factory=lambda: array("d"))

    def to_dict(self) -> dict[str, Any]:
        """The answer as the fixed JSON object of `matcher match --json`."""
        office = self.office
        return {
            "proposal_id": self.proposal_id,
            "verdict": self.verdict,
            "topic_id": self.topic_id,
            "office": office and office.to_dict(self.office_source),
            "confidence": self.confidence,
            "none_probability": self.none_probability,
            "reason": str(self.reason),
            "warnings": list(map(str, self.warnings)),
            "discounts": [
                {"reason": d.reason, "weight": d.weight, **d.passage.to_dict()} for d in self.discounts
            ],
            "hits": [
                {
                    "topic_id": hit.topic_id,
                    "score": hit.score,
                    "probability": hit.probability,
                    "scores": dict(hit.scores),
                    "evidence": [e.to_dict() for e in hit.evidence],
                }
                for hit in self.hits
            ],
        }
