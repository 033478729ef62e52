"""The HTTP service: the answers are those of the engine; a request that is wrong gets a 4xx and a reason."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
import uvicorn
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.exceptions import HTTPException
from starlette.testclient import TestClient
from starlette.types import Message as Event
from starlette.types import Receive, Scope, Send
from typer.testing import CliRunner
from uvicorn.server import ServerState

from matcher import shipped
from matcher.cli import commands
from matcher.credentials import add_token, find_token, read_tokens, revoke_token
from matcher.embeddings import FAST
from matcher.engine import Engine
from matcher.errors import ServiceError
from matcher.message import Message
from matcher.service.app import check_address, create_app
from matcher.service.desk import MOST_WAITING, Desks, Guides, Jobs
from matcher.service.guard import Guard, Limits, Metrics, Overdue, Turn
from matcher.service.models import JobRequest, MatchRequest
from matcher.service.server import Protocol
from matcher.triage import Judged, desk
from matcher.triage.declared import DeclaredReader
from matcher.types import Proposal

pytestmark = pytest.mark.usefixtures("guides_read_once")

VOUCHER: dict[str, Any] = {
    "id": "p1",
    "title": "创新券",
    "abstract": "评估科技创新券政策对科技型中小企业研发投入的作用。",
}
LAKE = "lakeside-2024-health-environment.txt"


@pytest.fixture(scope="module")
def secret_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("service") / "tokens.json"


@pytest.fixture(scope="module")
def client(secret_file: Path) -> Iterator[TestClient]:
    secret = add_token(secret_file, "all", ("match", "triage", "duplicates", "guides", "archive", "metrics"))
    folder = secret_file.parent
    app = create_app(
        folder / "guides", folder / "archive", secret_file, ["testserver"], Limits(body_bytes=200_000)
    )
    with TestClient(
        app, headers={"Authorization": f"Bearer {secret}"}, raise_server_exceptions=False
    ) as made:
        yield made


def finished(client: TestClient, answer: Any) -> list[dict[str, Any]]:
    assert answer.status_code == 202, answer.text
    path = f"/v1/jobs/{answer.json()['id']}"
    for _ in range(600):
        job = client.get(path).json()
        if job["state"] not in ("waiting", "running"):
            assert (job["state"], job["done"]) == ("done", job["total"]), job
            rows: list[dict[str, Any]] = client.get(path + "/rows").json()["rows"]
            return rows
        time.sleep(0.05)
    raise AssertionError("the job did not end")


def test_answers_are_those_of_the_engine(client: TestClient) -> None:
    engine = Engine.open(encoder=FAST)
    answer = client.post("/v1/match", json={"proposals": [VOUCHER], "k": 3, "fast": True})
    assert answer.json() == {
        "guide": engine.guide.title,
        "matches": [json.loads(json.dumps(engine.match(Proposal(**VOUCHER), 3).to_dict()))],
    }
    many = client.post("/v1/match", json={"proposals": [VOUCHER, {"id": "e"}], "fast": True}).json()[
        "matches"
    ]
    assert [(m["proposal_id"], m["verdict"]) for m in many] == [("p1", "topic"), ("e", "empty")]


def test_a_guide_that_was_sent_answers_under_its_id(client: TestClient) -> None:
    content = shipped.data_file(f"guides/{LAKE}").read_bytes()
    sent = client.post("/v1/guides", params={"name": LAKE}, content=content)
    assert (sent.status_code, sent.json()["topics"]) == (201, 28)
    again = client.post("/v1/guides", params={"name": "other.txt"}, content=content)
    assert again.json()["id"] == sent.json()["id"]
    assert [g["id"] for g in client.get("/v1/guides").json()] == [sent.json()["id"]]
    read = client.get(f"/v1/guides/{sent.json()['id']}").json()
    assert len(read["topics"]) == 28
    body = {"proposals": [VOUCHER], "guide": sent.json()["id"], "fast": True}
    answer = client.post("/v1/match", json=body).json()
    assert (answer["guide"], answer["matches"][0]["verdict"]) == (sent.json()["title"], "none")
    unknown = [client.get("/v1/guides/nope"), client.post("/v1/match", json={**body, "guide": "nope"})]
    assert [answer.status_code for answer in unknown] == [404, 422]
    assert len({answer.json()["error"] for answer in unknown}) == 1


@pytest.mark.parametrize("name", ["../x.txt", "x", "x.", "x.t t", "/etc/passwd.txt"])
def test_a_guide_lands_under_its_content_whatever_its_name(
    client: TestClient, name: str, secret_file: Path
) -> None:
    content = shipped.data_file(f"guides/{LAKE}").read_bytes()
    answer = client.post("/v1/guides", params={"name": name}, content=content)
    assert answer.status_code in (201, 422)
    assert all(len(file.stem) == 16 for file in (secret_file.parent / "guides").iterdir())


def test_no_guide_is_refused_and_not_kept(client: TestClient, secret_file: Path) -> None:
    before = sorted((secret_file.parent / "guides").glob("*"))
    answer = client.post("/v1/guides", params={"name": "通知.txt"}, content="今天天气很好。".encode())
    assert answer.json()["error"].startswith("通知 里没有找到课题清单")
    assert answer.status_code == 422
    assert " / " in answer.json()["error"]
    assert sorted((secret_file.parent / "guides").glob("*")) == before


def test_triage_and_duplicates_are_jobs(client: TestClient) -> None:
    rows = [{**VOUCHER, "declared": "1-01"}, {"id": "p2", "title": "无", "abstract": "", "declared": "2-12"}]
    judged = finished(client, client.post("/v1/triage", json={"proposals": rows, "fast": True}))
    assert {row["id"]: (row["verdict"], row["declared"], row["suggested"]) for row in judged}["p1"] == (
        "move",
        "1-01",
        "2-12",
    )
    text = "调查企业领取科技创新券的情况，比较领取前后的研发投入、专利与销售，提出改进兑付流程的办法。" * 2
    rows = [{"id": "a", "title": "甲", "abstract": text}, {"id": "b", "title": "乙", "abstract": text}]
    pairs = finished(client, client.post("/v1/duplicates", json={"proposals": rows}))
    assert [(pair["a"], pair["b"]) for pair in pairs] == [("a", "b")]


def test_the_archive_is_filled_asked_and_emptied(client: TestClient) -> None:
    text = "研究滨海湿地围垦后土壤碳库的变化，布设四十个样点，按潮位分层取样，测算恢复植被后的固碳量。" * 2
    earlier = {"id": "old", "title": "湿地", "abstract": text, "year": "2020"}
    assert client.post("/v1/archive", json={"proposals": [earlier]}).json()["stored"] == 1
    assert client.get("/v1/archive").json() == [{"id": "old", "year": "2020", "title": "湿地"}]
    new = {"proposals": [{"id": "new", "title": "湿地碳", "abstract": text}], "archive": True}
    assert [p["b"] for p in finished(client, client.post("/v1/duplicates", json=new))] == ["old"]
    assert client.delete("/v1/archive/old").json() == {"removed": 1, "erased": True}
    assert client.delete("/v1/archive/old").status_code == 422


def test_a_submission_whose_id_holds_a_slash_is_removed(client: TestClient) -> None:
    rows = [{"id": "2023/017", "title": "湿地"}, {"id": "2023 ?#", "title": "滩涂"}]
    assert client.post("/v1/archive", json={"proposals": rows}).json()["stored"] == 2
    for path in ("2023%2F017", "2023%20%3F%23"):
        assert client.delete(f"/v1/archive/{path}").json() == {"removed": 1, "erased": True}


def test_who_waits_for_an_archive_that_a_job_reads_is_told_soon(tmp_path: Path) -> None:
    desks = Desks(Guides(tmp_path / "guides"), tmp_path / "archive")
    with desks._alone(-1), pytest.raises(HTTPException, match=r"^429: .*nothing was changed"):
        desks._submissions(0.0)


def test_tokens_scopes_and_revocation(client: TestClient, secret_file: Path) -> None:
    secret = add_token(secret_file, "narrow", ("match",))
    assert secret not in secret_file.read_text()
    assert secret_file.stat().st_mode & 0o777 == 0o600
    narrow = {"Authorization": f"Bearer {secret}"}
    body = {"proposals": [{"id": "e"}], "fast": True}
    assert client.post("/v1/match", json=body, headers=narrow).status_code == 200
    for path in ("/v1/triage", "/v1/duplicates"):
        assert client.post(path, json=body, headers=narrow).status_code == 403
    assert client.get("/metrics", headers=narrow).status_code == 403
    renewed = add_token(secret_file, "narrow", ("match",))
    assert client.post("/v1/match", json=body, headers=narrow).status_code == 401
    assert (
        client.post("/v1/match", json=body, headers={"Authorization": f"Bearer {renewed}"}).status_code == 200
    )
    revoke_token(secret_file, "narrow")
    assert (
        client.post("/v1/match", json=body, headers={"Authorization": f"Bearer {renewed}"}).status_code == 401
    )
    assert [token.id for token in read_tokens(secret_file)] == ["all"]


def test_a_token_file_damaged_meanwhile_refuses_until_it_is_mended(
    client: TestClient, secret_file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    sound = secret_file.read_bytes()
    secret_file.write_bytes(b"[{")
    answer = client.post("/v1/match", json={"proposals": [{"id": "e"}]})
    assert answer.status_code == 500
    assert str(secret_file) not in answer.text
    assert answer.json()["error"] == "令牌文件读不出：请管理员查看服务日志。 / " + (
        "The token file cannot be read; ask the administrator to see the service's log."
    )
    assert str(secret_file) in json.loads(caplog.messages[0])["error"]
    assert client.get("/health").status_code == 200
    secret_file.write_bytes(sound)
    assert client.get("/metrics").status_code == 200


def test_an_empty_id_removes_nothing(client: TestClient) -> None:
    assert client.delete("/v1/archive/").status_code == 404


def test_tokens_that_are_made_at_once_are_all_kept(tmp_path: Path) -> None:
    file, names = tmp_path / "tokens.json", [f"t{n}" for n in range(8)]
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda name: add_token(file, name, ("match",)), names))
    assert sorted(token.id for token in read_tokens(file)) == names


def test_a_job_belongs_to_its_token(client: TestClient, secret_file: Path) -> None:
    other = {"Authorization": f"Bearer {add_token(secret_file, 'other', ('triage',))}"}
    job = client.post("/v1/triage", json={"proposals": [VOUCHER], "fast": True}).json()["id"]
    assert client.get(f"/v1/jobs/{job}", headers=other).status_code == 404
    assert client.delete(f"/v1/jobs/{job}").status_code == 204
    assert client.get(f"/v1/jobs/{job}").status_code == 404


@pytest.mark.parametrize(
    ("path", "content", "headers", "status"),
    [
        ("/v1/match", b"{", {}, 422),
        ("/v1/match", b"\xff\xfe", {}, 422),
        ("/v1/match", b"[" * 100_000, {}, 400),
        ("/v1/match", b'{"proposals": []}', {}, 422),
        ("/v1/match", b'{"proposals": [{"id": "a", "extra": 1}]}', {}, 422),
        ("/v1/match", b'{"proposals": [{"id": "a"}], "guide": "../../etc/passwd"}', {}, 422),
        ("/v1/match", b'{"proposals": [{"id": "a"}], "k": 1e308}', {}, 422),
        ("/v1/match", b"x" * 300_000, {}, 413),
        ("/v1/match", b"{}", {"host": "evil.example"}, 400),
        ("/v1/match", b"{}", {"authorization": "Bearer wrong"}, 401),
        ("/v1/match", b"{}", {"authorization": "Basic x"}, 401),
        ("/v1/nothing", b"{}", {}, 404),
        ("/v1/jobs/x", b"{}", {}, 405),
    ],
)
def test_a_wrong_request_gets_a_reason(
    client: TestClient, path: str, content: bytes, headers: dict[str, str], status: int
) -> None:
    answer = client.post(path, content=content, headers={"content-type": "application/json", **headers})
    assert answer.status_code == status
    assert answer.json()["request_id"] == answer.headers["x-request-id"]
    assert re.match("[一-鿿].* / [A-Z]", answer.json()["error"])


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ('{"proposals": [{"id": 3}]}', "body.proposals.0.id：应为文字"),
        ('{"proposals": [{"id": "\\ud800"}]}', "body.proposals.0.id：应为文字"),
        (json.dumps({"proposals": [{"id": "a" * 10_000}]}), "body.proposals.0.id：最多"),
        ('{"proposals": [{"id": "a", "extra": 1}]}', "body.proposals.0.extra：没有这一项"),
        ('{"proposals": []}', "body.proposals：至少 1 项"),
        (json.dumps({"proposals": [{}] * 5000}), "body.proposals：最多"),
        ('{"proposals": 5}', "body.proposals：应为列表 […]"),
        ('{"proposals": ["a"]}', "body.proposals.0：应为对象 {…}"),
        ("[]", "body：应为对象 {…}"),
        ("{", "body.1：不是有效的 JSON"),
        ("{}", "body.proposals：缺少这一项"),
        *(
            (f'{{"proposals": [{{}}], "k": {k}}}', "body.k：应为整数")
            for k in ('"x"', "1.5", "1e308", "null")
        ),
        ('{"proposals": [{}], "k": 0}', "body.k：应不小于 1"),
        ('{"proposals": [{}], "k": 101}', "body.k：应不大于 100"),
        ('{"proposals": [{}], "fast": "x"}', "body.fast：应为 true 或 false"),
    ],
)
def test_a_reason_is_in_both_languages(client: TestClient, body: str, said: str) -> None:
    answer = client.post("/v1/match", content=body, headers={"content-type": "application/json"})
    zh, en = answer.json()["error"].split(" / Not understood: ")
    assert zh.startswith(f"请求内容不对：{said}")
    assert not re.search("[一-鿿]", en)


def test_what_is_no_http_is_told_in_both_languages() -> None:
    """Mostly Chinese that a client put into an address as it is."""
    sent: list[bytes] = []
    transport = Mock(write=sent.append, get_extra_info=lambda _: None)
    configuration = uvicorn.Config("", http=Protocol)
    configuration.load_app = lambda: None  # type: ignore[method-assign]
    protocol = Protocol(configuration, ServerState(), {}, Mock())
    protocol.connection_made(transport)
    protocol.data_received("POST /v1/guides?name=指南.docx HTTP/1.1\r\nHost: a\r\n\r\n".encode())
    assert sent[0].startswith(b"HTTP/1.1 400 ")
    assert "地址里的汉字须写成 URL 编码" in json.loads(sent[1])["error"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda x: st.lists(x) | st.dictionaries(st.text(), x),
    )
)
def test_no_json_brings_the_service_down(client: TestClient, value: object) -> None:
    body = json.dumps({"proposals": [{"id": "a", "title": value}], "fast": True})
    for content in (body, json.dumps(value)):
        answer = client.post("/v1/match", content=content, headers={"content-type": "application/json"})
        assert answer.status_code in (200, 422)


@pytest.mark.parametrize("route", ["/v1/match", "/v1/guides?name=a.txt"])
def test_a_body_without_a_length_ends_at_the_bound(client: TestClient, route: str) -> None:
    refused = client.post(route, content=iter([b"x" * 150_000] * 2))
    assert (refused.status_code, "send it in parts" in refused.json()["error"]) == (413, True)


@pytest.mark.parametrize("route", ["/v1/match", "/v1/guides"])
def test_a_client_that_hangs_up_is_no_fault_of_the_service(tmp_path: Path, route: str) -> None:
    app = create_app(tmp_path, hosts=["h"])
    events: Iterator[Event] = iter(
        [{"type": "http.request", "body": b"x", "more_body": True}, {"type": "http.disconnect"}]
    )
    statuses: list[int] = []

    async def receive() -> Event:
        return next(events)

    async def send(message: Event) -> None:
        statuses.append(message.get("status", 0))

    headers = [(b"host", b"h"), (b"content-type", b"application/json")]
    scope = {
        "type": "http",
        "method": "POST",
        "path": route,
        "query_string": b"name=a.txt",
        "headers": headers,
    }
    asyncio.run(app(scope, receive, send))
    assert statuses == [400, 0]


def test_controls_come_back_as_json_and_half_characters_are_refused(client: TestClient) -> None:
    for id_, status in (("\\u0000\\u001b[2J", 200), ("\\ud800", 422)):
        body = f'{{"proposals": [{{"id": "{id_}", "abstract": "创新券"}}], "fast": true}}'.encode()
        answer = client.post("/v1/match", content=body, headers={"content-type": "application/json"})
        assert answer.status_code == status
        if status == 200:
            assert answer.json()["matches"][0]["proposal_id"] == "\x00\x1b[2J"


def test_the_log_names_the_request_and_holds_no_text(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    marker = "机密标记文字"
    with caplog.at_level(logging.INFO, "matcher.audit"):
        client.post(
            "/v1/match", json={"proposals": [{"id": marker, "title": marker}], "fast": True},
            headers={"x-request-id": "r-1"}, params={"q": marker},
        )  # fmt: skip
        client.get(f"/v1/guides/{marker}")
    lines = [json.loads(record.message) for record in caplog.records if record.name == "matcher.audit"]
    assert (lines[0]["request_id"], lines[0]["token"], lines[0]["status"]) == ("r-1", "all", 200)
    assert [line["route"] for line in lines] == ["/v1/match", "/v1/guides/{id}"]
    assert marker not in caplog.text


def test_counters_and_description(client: TestClient) -> None:
    assert client.get("/health").json()["status"] == "ok"
    assert 'route="/v1/match"' in client.get("/metrics").text
    assert set(client.get("/openapi.json").json()["paths"]) >= {
        "/v1/match",
        "/v1/triage",
        "/v1/jobs/{id}",
        "/v1/archive",
    }
    page = client.get("/docs", headers={"authorization": ""})
    assert page.status_code == 200
    assert "cdn" not in page.text
    for number in range(3):
        client.request(f"ODD{number}", "/health")
    assert re.findall('method="(o|ODD)', client.get("/metrics").text) == ["o", "o"]  # and its time


def test_requests_beyond_the_rate_are_told_to_wait(tmp_path: Path) -> None:
    app = create_app(tmp_path, hosts=["testserver"], limits=Limits(per_minute=3))
    asked = TestClient(app)  # not entered: no engine is opened for /health
    answers = [asked.get("/health") for _ in range(5)]
    assert [a.status_code for a in answers] == [200, 200, 200, 429, 429]
    assert answers[-1].headers["retry-after"] == "5"


def test_work_that_nobody_waits_for_keeps_its_turn_until_it_ends() -> None:
    async def three() -> None:
        turn, overdue = Turn(Limits(seconds=0.1, at_once=1)), threading.Event()

        def work(late: Overdue) -> None:
            while not late():
                time.sleep(0.01)
            overdue.wait(5)

        with pytest.raises(HTTPException, match=r"^413"):
            await turn.run(work)
        with pytest.raises(HTTPException, match=r"^429"):  # the one core still works
            await turn.run(lambda _: None)
        overdue.set()
        await asyncio.sleep(0.05)
        assert await turn.run(lambda _: "done") == "done"

    asyncio.run(three())


def test_work_ends_with_the_service() -> None:
    """When the service is told to stop, its requests are cancelled; it then waits for their threads."""
    ended = threading.Event()

    def work(late: Overdue) -> None:
        while not late() and not ended.wait(0.01):
            pass
        ended.set()

    async def stopped() -> None:
        task = asyncio.ensure_future(Turn(Limits(seconds=60)).run(work))
        await asyncio.sleep(0.05)
        task.cancel()
        await asyncio.wait([task])
        assert task.cancelled()
        assert ended.wait(5)

    try:
        asyncio.run(stopped())
    finally:
        ended.set()


def test_who_waits_for_an_answer_as_the_service_ends_is_told_to_ask_again() -> None:
    events: list[Event] = []

    async def work(scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.sleep(60)

    async def receive() -> Event:
        return {"type": "http.request", "body": b""}

    async def send(event: Event) -> None:
        events.append(event)

    async def stopped() -> None:
        scope: Scope = {
            "type": "http",
            "method": "POST",
            "path": "/v1/match",
            "headers": [],
            "client": None,
        }
        guard = Guard(work, None, (), Limits(), Metrics())
        task = asyncio.ensure_future(guard(scope, receive, send))
        await asyncio.sleep(0.01)
        task.cancel()
        await task

    asyncio.run(stopped())
    assert (events[0]["status"], "shutting down" in events[1]["body"].decode()) == (503, True)


def test_a_match_that_takes_too_long_ends_and_says_what_to_do(tmp_path: Path) -> None:
    app = create_app(tmp_path, hosts=["testserver"], limits=Limits(seconds=0.01))
    asked = TestClient(app, raise_server_exceptions=False)
    many = asked.post("/v1/match", json={"proposals": [VOUCHER, VOUCHER], "fast": True})
    assert many.status_code == 413
    assert "/v1/triage" in many.json()["error"]
    desks = Desks(Guides(tmp_path), None)
    request = MatchRequest.model_validate({"proposals": [VOUCHER, VOUCHER], "fast": True})
    with pytest.raises(HTTPException, match=r"^413"):
        desks.match(request, lambda: True)
    assert len(desks.match(request, lambda: False)["matches"]) == 2


def test_a_job_tells_how_far_it_is_every_few_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A job stops where it tells its progress: by all of a large batch the service could not end in time."""
    sizes: list[int] = []
    judged_rows = desk.judged_rows

    def judged(engine: Engine, received: desk.BatchRows, reader: DeclaredReader) -> Iterator[Judged]:
        sizes.append(len(received))
        return judged_rows(engine, received, reader)

    monkeypatch.setattr(desk, "judged_rows", judged)
    progress: list[float] = []
    request = JobRequest.model_validate({"proposals": [VOUCHER] * 5, "fast": True})
    rows = Desks(Guides(tmp_path), None).triage(request, progress.append)
    assert (sizes, progress, len(rows)) == ([4, 1], [4 / 5, 1.0], 5)


def test_too_many_jobs_are_refused_and_a_failed_one_says_so() -> None:
    jobs = Jobs()

    def fail(_: object) -> list[dict[str, Any]]:
        raise ServiceError(Message("坏", "bad"))

    failed = jobs.submit("triage", "me", 1, fail)
    release = threading.Event()
    jobs.submit("triage", "me", 1, lambda _: [{}] if release.wait(10) else [])
    waiting = jobs.submit("triage", "me", 1, fail)
    jobs.remove(waiting)
    assert waiting.work is None  # its proposals are gone at once, not when its turn comes
    release.set()
    jobs.close()
    assert (failed.state, failed.error) == ("failed", "坏 / bad")


def test_what_a_job_holds_is_freed_although_nobody_asks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("app", "desk"):
        monkeypatch.setattr(f"matcher.service.{module}.KEPT_SECONDS", 0.05)
    made: list[Jobs] = []
    forget = Jobs.forget_old

    def forgotten(jobs: Jobs) -> None:
        made.append(jobs)
        forget(jobs)

    monkeypatch.setattr(Jobs, "forget_old", forgotten)
    monkeypatch.setattr(Desks, "engine", lambda *_: None)
    with TestClient(create_app(tmp_path, hosts=["testserver"])):
        deadline = time.monotonic() + 10
        while not made and time.monotonic() < deadline:
            time.sleep(0.01)
        made[0].submit("triage", "me", 1, lambda _: [{"id": "1"}])
        while made[0]._jobs and time.monotonic() < deadline:
            time.sleep(0.01)
    assert made[0]._jobs == {}


@pytest.mark.parametrize(
    ("host", "asked", "status"),
    [
        ("fd00::5", "[fd00::5]:8765", 200),
        ("::1", "[::1]:8765", 200),
        ("::1", "localhost", 200),
        ("fd00::5", "localhost", 400),
        ("10.0.0.5", "10.0.0.5:8765", 200),
    ],
)
def test_the_address_that_is_told_is_answered(
    host: str, asked: str, status: int, secret_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    served: list[Any] = []

    async def started(server: uvicorn.Server, _: object) -> None:
        served.append(server.config.app)
        told.append("listening")

    told: list[str] = []
    monkeypatch.setattr("matcher.cli.servers.note", told.append)
    monkeypatch.setattr("uvicorn.Server.startup", started)
    monkeypatch.setattr("uvicorn.Server.run", lambda server: asyncio.run(server.startup()))
    monkeypatch.setattr("matcher.cli.servers.check_listening", lambda *_: None)
    monkeypatch.setenv("MATCHER_DATA", str(secret_file.parent))
    CliRunner().invoke(commands.app, ["serve", "--host", host, "--tokens", str(secret_file)])
    assert told[0] == "listening"  # before it is told, it answers
    assert ("http://[" in told[1]) == (":" in host)
    assert TestClient(served[0]).get("/health", headers={"host": asked}).status_code == status


def test_other_machines_need_a_token(tmp_path: Path) -> None:
    check_address("127.0.0.1", None)
    with pytest.raises(ServiceError, match="matcher token add"):
        check_address("0.0.0.0", None)
    broken = tmp_path / "t.json"
    broken.write_text('{"a": 1}')
    with pytest.raises(ServiceError, match="token file"):
        find_token(broken, "")


def test_a_token_file_that_cannot_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "t.json"
    add_token(file, "a", ("match",))

    def fails(path: Path, **_: object) -> None:
        raise OSError(5, "Input/output error")

    for method in ("read_bytes", "stat"):
        with monkeypatch.context() as patch:
            patch.setattr(Path, method, fails)
            with pytest.raises(ServiceError, match=r"t\.json"):
                read_tokens(file) if method == "read_bytes" else find_token(file, "")


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "text/plain", ""])
def test_json_sent_as_something_else_is_told_so(client: TestClient, kind: str) -> None:
    """What curl -d sends by itself: the body is an object, and was refused as none."""
    headers = {"content-type": kind} if kind else {}
    answer = client.post("/v1/match", content=b'{"proposals": [{"id": "1", "title": "a"}]}', headers=headers)
    assert answer.status_code == 422
    assert f"Content-Type: application/json; it came with {kind or '—'}." in answer.json()["error"]
    plain = client.post("/v1/match", json=[1]).json()["error"]
    assert "expected an object" in plain


def test_a_guide_in_the_envelope_of_a_form_is_refused(client: TestClient) -> None:
    """Its envelope would be kept, and read, as part of the document."""
    document = shipped.default_guide().read_bytes()
    before = client.get("/v1/guides").json()
    answer = client.post("/v1/guides?name=guide.txt", files={"file": ("guide.txt", document)})
    assert (answer.status_code, "--data-binary" in answer.json()["error"]) == (422, True)
    assert client.get("/v1/guides").json() == before


def test_a_method_that_a_route_does_not_take_is_refused_with_those_that_it_takes(client: TestClient) -> None:
    answer = client.get("/v1/match")
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


def test_more_jobs_than_may_wait_are_asked_to_come_again() -> None:
    jobs, done = Jobs(), threading.Event()
    try:
        for _ in range(MOST_WAITING):
            jobs.submit("triage", "t", 1, lambda _: [] if done.wait(30) else [{}])
        with pytest.raises(HTTPException) as refused:
            jobs.submit("triage", "t", 1, lambda _: [])
        assert refused.value.status_code == 429
    finally:
        done.set()
        jobs.close()
