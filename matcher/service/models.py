"""What the service takes and gives: the field names of the program's own JSON."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from matcher import settings
from matcher.types import OfficeSource, Verdict

JobKind = Literal["triage", "duplicates"]
JobState = Literal["waiting", "running", "done", "failed", "cancelled"]
LONGEST_TEXT = settings.characters("service.models.longest_text")
MOST_AT_ONCE = settings.count("service.models.most_at_once")
MOST_IN_A_JOB = settings.count("service.models.most_in_a_job")
_TOPICS = settings.count("engine.topics")
_SHORT = settings.characters("service.models.short")

_Short = Annotated[str, StringConstraints(max_length=_SHORT)]
_Long = Annotated[str, StringConstraints(max_length=LONGEST_TEXT)]


class _Asked(BaseModel):
    """What a client sends: a field that nobody knows is a mistake."""

    model_config = ConfigDict(extra="forbid")


class ProposalIn(_Asked):
    """One proposal; only `title` or `abstract` must hold text."""

    id: _Short = "-"
    title: _Long = ""
    abstract: _Long = ""
    declared: _Short = ""
    organisation: _Short = ""
    principal_investigator: _Short = ""
    year: _Short = ""


class MatchRequest(_Asked):
    """One proposal or many, and the guide (its id from /v1/guides; the default one without)."""

    proposals: Annotated[list[ProposalIn], Field(min_length=1, max_length=MOST_AT_ONCE)]
    guide: _Short | None = None
    k: Annotated[int, Field(ge=1, le=100)] = _TOPICS
    fast: bool = False


class ArchiveRequest(_Asked):
    """Submissions to add to the archive."""

    proposals: Annotated[list[ProposalIn], Field(min_length=1, max_length=MOST_IN_A_JOB)]


class JobRequest(ArchiveRequest):
    """The batch of a job; `guide` as in MatchRequest, `archive` asks for earlier submissions too."""

    guide: _Short | None = None
    fast: bool = False
    archive: bool = False


class OfficeOut(BaseModel):
    """An office to call; `source` says how the guide names it."""

    name: str
    phone: str
    source: OfficeSource


class HitOut(BaseModel):
    """One ranked topic; `score` in [0, 1], `probability` null before calibration."""

    topic_id: str
    score: float
    probability: float | None
    scores: dict[str, float]
    evidence: list[dict[str, Any]]


class MatchOut(BaseModel):
    """The answer for one proposal, as `matcher match --json` prints it."""

    proposal_id: str
    verdict: Verdict
    topic_id: str | None
    office: OfficeOut | None
    confidence: float
    none_probability: float | None
    reason: str
    warnings: list[str]
    discounts: list[dict[str, Any]]
    hits: list[HitOut]


class MatchesOut(BaseModel):
    """Answers in the order of the request, and the title of the guide by which they were given."""

    guide: str
    matches: list[MatchOut]


class JobOut(BaseModel):
    """A job; `rows` stand at /v1/jobs/{id}/rows when `state` is done."""

    id: str
    kind: JobKind
    state: JobState
    done: int
    total: int
    error: str | None


class GuideOut(BaseModel):
    """A guide that the service holds; `findings` say what looked wrong when it was read."""

    id: str
    title: str
    topics: int
    findings: list[str]


class ErrorOut(BaseModel):
    """Every refusal: one line for people, Chinese first, and the id under which the log names it."""

    error: str
    request_id: str
