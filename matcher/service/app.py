"""The routes of the service, each a thin call of a desk."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from fastapi.security import HTTPBearer
from fastapi_offline import FastAPIOffline
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from matcher import settings
from matcher.archive import place_of
from matcher.credentials import is_local, read_tokens
from matcher.errors import MatcherError, ServiceError
from matcher.message import Catalogue, Message
from matcher.service import models
from matcher.service.desk import KEPT_SECONDS, Desks, Guides, Job, Jobs
from matcher.service.guard import Guard, Limits, Metrics, Turn

say = Catalogue(__file__)

_PLACE = settings.characters("service.app.problem")

_REFUSALS: dict[int | str, dict[str, Any]] = {
    status: {"model": models.ErrorOut} for status in (400, 401, 403, 404, 413, 422, 429)
}


def create_app(
    guides: Path,
    archive: str | Path | None = None,
    tokens: Path | None = None,
    hosts: Sequence[str] = ("127.0.0.1", "localhost", "[::1]"),
    limits: Limits | None = None,
) -> Guard:
    """The ASGI application: guides are kept in the folder `guides`, `tokens` is the file of bearer tokens.

    Without `tokens` nobody is asked for one; the command line allows that on loopback only.
    """
    limits = limits or Limits()
    if tokens is not None:
        read_tokens(tokens)  # one that is no file of tokens is told now, not by every request
    desks = Desks(Guides(guides), place_of(archive) if archive else None)
    jobs, metrics, turn = Jobs(), Metrics(), Turn(limits)

    @asynccontextmanager
    async def lifespan(_: Any) -> AsyncIterator[None]:
        await asyncio.to_thread(desks.engine, None, False)
        forgetting = asyncio.create_task(_forgetting(jobs))
        yield
        forgetting.cancel()
        await asyncio.to_thread(jobs.close)

    # The dependency only describes the token in the API page: the guard has asked for it already.
    app = FastAPIOffline(
        title="matcher", description=say("description"), version=version("proposal-matcher"), lifespan=lifespan,
        redoc_url=None, responses=_REFUSALS, dependencies=[Depends(HTTPBearer(auto_error=False))],
    )  # fmt: skip
    _refusals(app)
    _answers(app, desks, turn, metrics)
    _guides(app, desks, turn)
    _jobs(app, desks, jobs)
    _archive(app, desks, turn)
    return Guard(app, tokens, hosts, limits, metrics)


async def _forgetting(jobs: Jobs) -> None:
    """Free what jobs hold of proposals although nobody asks any more."""
    while True:
        await asyncio.sleep(KEPT_SECONDS)
        jobs.forget_old()


def _json(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """JSON in ASCII: a lone surrogate in a proposal's id is no reason to fail."""
    return Response(json.dumps(value), status, headers, "application/json")


def _refusals(app: FastAPI) -> None:
    """Every fault as one line with the request's id; none of them a 5xx that a request could cause."""

    def refuse(
        request: Request, status: int, message: str, headers: Mapping[str, str] | None = None
    ) -> Response:
        return _json({"error": message, "request_id": request.state.request_id}, status, headers)

    @app.exception_handler(MatcherError)
    async def named(request: Request, error: MatcherError) -> Response:
        return refuse(request, 422, str(error))

    @app.exception_handler(RequestValidationError)
    async def unread(request: Request, error: RequestValidationError) -> Response:
        first = error.errors()[0]
        kind = request.headers.get("content-type", "—")
        if first["loc"] == ("body",) and first["type"].startswith(("model", "dict")) and "json" not in kind:
            return refuse(request, 422, say("request.no JSON", kind=kind[:_PLACE]))
        place = ".".join(str(part) for part in first["loc"][:6])[:_PLACE]
        return refuse(request, 422, say("request.not understood", place=place, why=_why(first)))

    @app.exception_handler(HTTPException)
    async def http(request: Request, error: HTTPException) -> Response:
        status, detail = error.status_code, error.detail
        if not isinstance(detail, Message) and f"routing.{status}" in say:
            detail = say(f"routing.{status}")  # what the framework says itself, in English only
        return refuse(request, status, detail, error.headers)

    @app.exception_handler(ClientDisconnect)
    async def hung_up(request: Request, _: ClientDisconnect) -> Response:
        return await http(request, HTTPException(400))  # nobody reads it: for the log


# The kinds of errors of pydantic, by how their names begin, and what is said of them.
_WRONG = {
    "missing": "missing", "extra": "extra", "json": "json", "string_too": "long", "string": "text", "list": "list",
    "too_short": "few", "too_long": "many", "int": "integer", "bool": "boolean", "greater": "least", "less": "most",
    "model": "object", "dict": "object",
}  # fmt: skip


def _why(error: Mapping[str, Any]) -> Message:
    """What is wrong with a value, by the kind of pydantic's error; its own words for a kind that no model here has."""
    bounds = error.get("ctx", {})
    limit = next((bounds[k] for k in ("max_length", "min_length", "ge", "le") if k in bounds), "")
    for begin, kind in _WRONG.items():
        if error["type"].startswith(begin):
            return say(f"wrong.{kind}", limit=limit)
    return Message(error["msg"], error["msg"])


def _answers(app: FastAPI, desks: Desks, turn: Turn, metrics: Metrics) -> None:
    @app.post("/v1/match", response_model=models.MatchesOut, summary=say("summary.match"))
    async def match(body: models.MatchRequest) -> Response:
        return _json(await turn.run(partial(desks.match, body)))

    @app.get("/health", summary=say("summary.health"))
    async def health() -> Response:
        return _json({"status": "ok", "version": app.version})

    @app.get("/metrics", summary=say("summary.metrics"))
    async def figures() -> Response:
        return Response(generate_latest(metrics.registry), media_type=CONTENT_TYPE_LATEST)


def _guides(app: FastAPI, desks: Desks, turn: Turn) -> None:
    @app.get("/v1/guides", response_model=list[models.GuideOut], summary=say("summary.guides"))
    async def listed() -> Response:
        return _json([guide.model_dump() for guide in await turn.run(lambda _: desks.guides.listed())])

    @app.post("/v1/guides", response_model=models.GuideOut, summary=say("summary.guides.send"))
    async def send(name: str, request: Request) -> Response:
        if request.headers.get("content-type", "").startswith("multipart/"):
            raise ServiceError(say("guide.upload"))
        content = await request.body()
        guide = await turn.run(lambda _: desks.guides.add(name, content))
        return _json(guide.model_dump(), 201)

    @app.get("/v1/guides/{id}", summary=say("summary.guide"))
    async def read(id: str) -> Response:
        from matcher.guide import read_guide, to_json

        try:
            file = desks.guides.path(id)
        except ServiceError as error:
            # In a body it is a value that does not hold, in an address nothing is there.
            raise HTTPException(404, error.message) from None
        return _json(await turn.run(lambda _: to_json(read_guide(file))))


def _described(job: Job, status: int = 200) -> Response:
    return _json(models.JobOut.model_validate(job, from_attributes=True).model_dump(), status)


def _jobs(app: FastAPI, desks: Desks, jobs: Jobs) -> None:
    def own(id: str, request: Request) -> Job:
        job = jobs.find(id, request.state.token)
        if job is None:
            raise HTTPException(404, say("job.unknown"))
        return job

    @app.post("/v1/triage", response_model=models.JobOut, summary=say("summary.triage"), status_code=202)
    async def triage(body: models.JobRequest, request: Request) -> Response:
        work = partial(desks.triage, body)
        return _described(jobs.submit("triage", request.state.token, len(body.proposals), work), 202)

    @app.post(
        "/v1/duplicates", response_model=models.JobOut, summary=say("summary.duplicates"), status_code=202
    )
    async def duplicates(body: models.JobRequest, request: Request) -> Response:
        work = partial(desks.duplicates, body)
        return _described(jobs.submit("duplicates", request.state.token, len(body.proposals), work), 202)

    @app.get("/v1/jobs/{id}", response_model=models.JobOut, summary=say("summary.job"))
    async def state(id: str, request: Request) -> Response:
        return _described(own(id, request))

    @app.get("/v1/jobs/{id}/rows", summary=say("summary.job.rows"))
    async def rows(id: str, request: Request) -> Response:
        job = own(id, request)
        if job.state != "done":
            raise HTTPException(409, say("job.not done", state=job.state))
        return _json({"rows": list(job.rows)})

    @app.delete("/v1/jobs/{id}", summary=say("summary.job.remove"), status_code=204)
    async def remove(id: str, request: Request) -> Response:
        jobs.remove(own(id, request))
        return Response(status_code=204)


def _archive(app: FastAPI, desks: Desks, turn: Turn) -> None:
    @app.get("/v1/archive", summary=say("summary.archive"))
    async def listed() -> Response:
        return _json(await turn.run(lambda _: desks.archive_list()))

    @app.post("/v1/archive", summary=say("summary.archive.add"))
    async def add(body: models.ArchiveRequest) -> Response:
        return _json(await turn.run(lambda _: desks.archive_add(body.proposals)))

    # An id may hold a slash: 2023/017.
    @app.delete("/v1/archive/{id:path}", summary=say("summary.archive.remove"))
    async def remove(id: str, year: str | None = None) -> Response:
        if not id:  # an empty variable of a script, no submission
            raise HTTPException(404)
        return _json(await turn.run(lambda _: desks.archive_remove(id, year)))


def check_address(host: str, tokens: Path | None) -> None:
    """ServiceError where the service would be open to other machines without a token."""
    if tokens is None and not is_local(host):
        raise ServiceError(say("tokens.needed", host=host))
