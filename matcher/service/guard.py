"""What every request passes before a route sees it: address, token, scope, rate, size; and the log line after it."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import secrets
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from http import HTTPMethod
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.types import Message as Event

from matcher import settings
from matcher.credentials import SCOPES, Token, find_token
from matcher.errors import ServiceError
from matcher.message import Catalogue

say = Catalogue(__file__)

audit = logging.getLogger("matcher.audit")
_WITHOUT_TOKEN = ("/health", "/docs", "/openapi.json", "/static-offline-docs/")  # no token is asked for these
_METHODS = frozenset(HTTPMethod)
_UNANSWERED = 0
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of the service; a request beyond one is refused with a 4xx."""

    body_bytes: int = settings.size("service.guard.body")
    per_minute: int = settings.count("service.guard.per_minute")
    # A request takes at most so many; jobs have no bound.
    seconds: float = settings.seconds("service.guard.request")
    # Matches that are worked out at a time, one a core, and requests that wait for their turn; the next is refused.
    at_once: int = settings.count("service.guard.at_once")
    waiting: int = settings.count("service.guard.waiting")


class Metrics:
    """What /metrics shows, in a registry of its own."""

    def __init__(self) -> None:
        """Counters at zero."""
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "matcher_requests_total", "Requests", ["method", "route", "status"], registry=self.registry
        )
        self.seconds = Histogram(
            "matcher_request_seconds", "Seconds a request took", ["route"], registry=self.registry
        )
        self.open = Gauge("matcher_requests_open", "Requests being answered", registry=self.registry)


class Guard:
    """ASGI middleware around the routes."""

    def __init__(
        self, app: ASGIApp, tokens: Path | None, hosts: Iterable[str], limits: Limits, metrics: Metrics
    ) -> None:
        """Without a file of `tokens` none is asked for; `hosts` are the names that a Host header may have."""
        self._app, self._tokens, self._limits, self._metrics = app, tokens, limits, metrics
        self._hosts = frozenset(host.lower() for host in hosts)
        self._spent: dict[str, tuple[float, float]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, whatever it holds, and write its line of the audit log."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in scope["headers"]}
        asked = headers.get("x-request-id", "")
        request_id = asked if _REQUEST_ID.fullmatch(asked) else secrets.token_hex(8)
        scope.setdefault("state", {})["request_id"] = request_id
        began, status = time.monotonic(), _UNANSWERED

        async def answer(message: Event) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [
                    *message.get("headers", []),
                    (b"x-request-id", request_id.encode()),
                    (b"cache-control", b"no-store"),
                    (b"x-content-type-options", b"nosniff"),
                ]
            await send(message)

        token, refusal = self._admitted(scope["path"], headers)
        scope["state"]["token"] = token.id if token else ""
        self._metrics.open.inc()
        try:
            if refusal:
                await self._refuse(refusal, scope, receive, answer)
            else:
                await self._app(scope, self._counted(receive), answer)
        except asyncio.CancelledError:  # the service ends before the answer is worked out
            if status == _UNANSWERED:
                await self._refuse(503, scope, receive, answer)
        finally:
            self._metrics.open.dec()
            self._log(scope, status or 500, token, request_id, time.monotonic() - began)

    def _admitted(self, path: str, headers: Mapping[str, str]) -> tuple[Token | None, int]:
        """(the token, 0), or the status with which the request is refused."""
        host = re.sub(r":\d+$", "", headers.get("host", "")).lower()
        if self._hosts and host not in self._hosts:
            return None, 400
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length[:18]) > self._limits.body_bytes:
            return None, 413
        token = None
        if self._tokens is not None and not path.startswith(_WITHOUT_TOKEN):
            kind, _, secret = headers.get("authorization", "").partition(" ")
            try:
                token = find_token(self._tokens, secret.strip()) if kind.lower() == "bearer" else None
            except ServiceError as error:  # the tokens cannot be read; which file it is, is for the log alone
                audit.error("%s", json.dumps({"error": str(error)}))
                return None, 500
            if token is None:
                return None, 401
            area = path.removeprefix("/v1/").strip("/").split("/")[0]
            if area in SCOPES and area not in token.scopes:
                return token, 403
        return token, 0 if self._in_time(token.id if token else "") else 429

    def _in_time(self, name: str) -> bool:
        """Whether this token may ask once more: a bucket that fills evenly over a minute."""
        now, most = time.monotonic(), float(self._limits.per_minute)
        left, last = self._spent.get(name, (most, now))
        left = min(most, left + (now - last) * most / 60)
        self._spent[name] = (max(left - 1, 0.0), now)
        return left >= 1

    def _counted(self, receive: Receive) -> Receive:
        """`receive`, that stops a body without a length at the bound."""
        size = 0

        async def counted() -> Event:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if size > self._limits.body_bytes:
                # While a body is read the framework hands on this kind of exception alone.
                raise HTTPException(413, say("guard.413"))
            return message

        return counted

    async def _refuse(self, status: int, scope: Scope, receive: Receive, send: Send) -> None:
        # A client may read it whatever went wrong; the id leads to the log line.
        body = json.dumps({"error": say(f"guard.{status}"), "request_id": scope["state"]["request_id"]})
        later = {"retry-after": "5"}
        headers = {401: {"www-authenticate": "Bearer"}, 429: later, 503: later}.get(status)
        await Response(body, status, headers, "application/json")(scope, receive, send)

    def _log(self, scope: Scope, status: int, token: Token | None, request_id: str, seconds: float) -> None:
        """One line of JSON: who asked for which route and what came of it; no text, no query, no id of a proposal."""
        route = getattr(scope.get("route"), "path", "other")
        method = scope["method"] if scope["method"] in _METHODS else "other"  # else counters without end
        self._metrics.requests.labels(method, route, status).inc()
        self._metrics.seconds.labels(route).observe(seconds)
        line = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "request_id": request_id,
            "token": token.id if token else None,
            "client": (scope.get("client") or ("",))[0],
            "method": method,
            "route": route,
            "status": status,
            "ms": round(1000 * seconds, 1),
        }
        audit.info(json.dumps(line))


Overdue = Callable[[], bool]


class Turn:
    """Lets `at_once` pieces of work run in threads; the rest waits its turn, up to a bound."""

    def __init__(self, limits: Limits) -> None:
        """As many turns as `limits` says."""
        self._limits = limits
        self._free = asyncio.Semaphore(limits.at_once)
        self._waiting = 0

    async def run(self, work: Callable[[Overdue], Any]) -> Any:
        """What `work` gives, from a thread; refused as busy when too many wait or it gets no turn in time.

        Work that takes too long is refused as well. Its turn ends when it does: it is told by its argument that nobody waits
        for it any more.
        """
        if self._waiting >= self._limits.waiting:
            raise HTTPException(429, say("busy"))
        end, gone = time.monotonic() + self._limits.seconds, threading.Event()
        self._waiting += 1
        try:
            async with asyncio.timeout(self._limits.seconds):
                await self._free.acquire()
            running = asyncio.ensure_future(asyncio.to_thread(work, gone.is_set))
            running.add_done_callback(self._ended)
            done, _ = await asyncio.wait([running], timeout=end - time.monotonic())
        except TimeoutError:
            raise HTTPException(429, say("busy")) from None
        finally:
            self._waiting -= 1
            gone.set()  # also where the service is told to stop: it ends when its threads do
        if not done:
            raise HTTPException(413, say("too slow"))
        return running.result()

    def _ended(self, running: asyncio.Future[Any]) -> None:
        self._free.release()
        if not running.cancelled():
            running.exception()  # else what nobody waits for is told as never read
