"""`make bench-service`: twenty clients against `matcher serve` on loopback, then a thousand hostile requests.

Figures of issue and README: no error, p95 within a second on 2 cores, memory flat, never a 5xx.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import httpx
import numpy as np

from matcher.credentials import SCOPES, add_token

CLIENTS, PORT = 20, 8791
SECONDS = float(os.environ.get("SECONDS", "60"))
HOSTILE = 1000
_ROWS = [
    json.loads(line) for line in Path("data/eval/tianjin-dev.jsonl").read_text(encoding="utf-8").splitlines()
]


def memory(pid: int) -> float:
    """Resident MB of a process."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


def ask(client: httpx.Client, number: int) -> int:
    """The status of one match; texts differ, so that nothing is remembered."""
    row = _ROWS[number % len(_ROWS)]
    body = {
        "proposals": [{"id": str(number), "title": row["title"], "abstract": f"{row['abstract']} {number}"}]
    }
    return client.post("/v1/match", json=body).status_code


def crowd(headers: dict[str, str]) -> tuple[list[float], list[int]]:
    """(seconds of each answer, statuses) of CLIENTS clients that ask without a pause."""
    spent: list[float] = []
    statuses: list[int] = []
    end = time.monotonic() + SECONDS

    def one(first: int) -> None:
        with httpx.Client(base_url=f"http://127.0.0.1:{PORT}", headers=headers, timeout=60) as client:
            number = first
            while time.monotonic() < end:
                began = time.monotonic()
                statuses.append(ask(client, number))
                spent.append(time.monotonic() - began)
                number += CLIENTS

    threads = [threading.Thread(target=one, args=(i,)) for i in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return spent, statuses


def hostile(headers: dict[str, str]) -> list[int]:
    """Statuses of HOSTILE seeded requests that are wrong in method, path, headers, size or content."""
    draw = random.Random(7)
    paths = [
        "/v1/match", "/v1/triage", "/v1/duplicates", "/v1/guides", "/v1/jobs/x", "/v1/archive", "/%00", "/../etc", "/docs",
    ]  # fmt: skip
    parts = [
        b"{", b"}", b"[", b'"', b"proposals", b"\xff", b"\x00", b"1e999", b"NaN", b":", b",", "创新券".encode(), b"\\ud800",
    ]  # fmt: skip
    statuses = []
    with httpx.Client(base_url=f"http://127.0.0.1:{PORT}", timeout=60) as client:
        for _ in range(HOSTILE):
            content = b"".join(draw.choices(parts, k=draw.choice([0, 3, 30, 3000])))
            if draw.random() < 0.3:
                proposal = {
                    "id": "a",
                    "title": "=" * draw.randrange(2000),
                    "abstract": "\u202e\u0000" * draw.randrange(200),
                }
                content = json.dumps(
                    {
                        "proposals": [proposal] * draw.randrange(3),
                        "k": draw.choice([1, 0, -1, 10**30]),
                        "fast": True,
                    }
                ).encode()
            extra = {"x-request-id": draw.choice(["a", '!;"', "x" * 500])} | (
                headers if draw.random() < 0.9 else {}
            )
            extra |= {"content-type": draw.choice(["application/json", "text/html", "multipart/form-data"])}
            method = draw.choice(["POST", "POST", "POST", "GET", "DELETE", "PUT", "OPTIONS"])
            url = draw.choice(paths) + draw.choice(["", "?name=" + "a" * draw.randrange(3000), "?year=%ff"])
            statuses.append(client.request(method, url, content=content, headers=extra).status_code)
    return statuses


def main() -> None:
    """Start the service, measure, print."""
    with tempfile.TemporaryDirectory() as folder:
        tokens = Path(folder) / "tokens.json"
        headers = {"Authorization": f"Bearer {add_token(tokens, 'bench', SCOPES)}"}
        command = [
            sys.executable, "-m", "matcher", "serve", "--port", str(PORT), "--tokens", str(tokens), "--per-minute", "1000000",
        ]  # fmt: skip
        environment = os.environ | {"MATCHER_DATA": folder}
        with subprocess.Popen(command, stderr=subprocess.DEVNULL, env=environment) as service:
            try:
                base = httpx.Client(base_url=f"http://127.0.0.1:{PORT}", headers=headers, timeout=60)
                for _ in range(200):
                    try:
                        base.get("/health")
                        break
                    except httpx.ConnectError:
                        time.sleep(0.1)
                for number in range(100):
                    ask(base, number)
                before = memory(service.pid)
                spent, statuses = crowd(headers)
                after = memory(service.pid)
                answers = hostile(headers)
            finally:
                service.terminate()
    p50, p95 = np.quantile(spent, [0.5, 0.95])
    print(
        f"{CLIENTS} clients for {SECONDS:.0f} s: {len(spent)} answers, {sum(s != 200 for s in statuses)} errors"
    )
    print(f"one match: p50 {p50:.2f} s, p95 {p95:.2f} s   (goal: p95 ≤ 1 s)")
    print(f"memory {before:.0f} MB before, {after:.0f} MB after")
    kinds = {f"{k}xx": sum(s // 100 == k for s in answers) for k in (2, 3, 4, 5)}
    print(f"{HOSTILE} hostile requests: {kinds}   (goal: no 5xx)")


if __name__ == "__main__":
    main()
