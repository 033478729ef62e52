"""The hostile campaign: seeded inputs of each kind, and what must hold for every one of them.

An attack takes a random generator and a folder, tries one input, and raises AssertionError where
something does not hold; any other error but a named one is a crash. `python -m tests.bench_hostile`
runs all of it, tests/test_hostile.py a twentieth.
"""

from __future__ import annotations

import csv
import io
import json
import math
import os
import random
import re
import signal
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

import numpy as np
from openpyxl import load_workbook

from matcher import files, shipped
from matcher.embeddings import FAST
from matcher.engine import Engine
from matcher.errors import MatcherError
from matcher.guide import read_guide
from matcher.index import folder as index_folder
from matcher.matching import calibration
from matcher.message import Message
from matcher.readers.batch import BadRow, Batch, Entry
from matcher.triage import Judged, desk
from matcher.triage.decisions import OfficerDecision, keep, read_decisions
from matcher.triage.reports import SUFFIXES, write_report
from matcher.triage.resume import journal
from matcher.types import Proposal
from tests.application_cases import read_form
from tests.conftest import GUIDE, ToyEncoder
from tests.hostile_places import attack_address, attack_settings, attack_template
from tests.spreadsheets import workbook
from tests.test_sheet import runs

HANG = 10  # seconds that one input may take
_ODD = [
    *"=+-@＝＋'\"\t\r\n ,;|<>&\\/.。；！？①㈠ⅣＡａ１é́̂\u0600\u202e\u200b\ufeff\xad\u3164\U000e0041\ue000\ud800\udfff\ufffe\uffff\x00\x07\x1b\x9b\x85",
    "\u2028", "\u2029", "\x1b]0;x\x07", "=HYPERLINK(\"http://e\"&A1)", "_x003D_", "<script>", "\r\n", "创新券", "评估政策", "𓀀", "😀", "ﷺ",
]  # fmt: skip


def text(rng: random.Random, longest: int = 60) -> str:
    """A text of odd characters, scripts and pieces of formulas, markup and escapes."""
    pieces = rng.choices(_ODD, k=rng.randint(0, longest))
    return "".join(
        chr(rng.choice((rng.randrange(0x3000), rng.randrange(0x10FFFF)))) if rng.random() < 0.2 else p
        for p in pieces
    )


def damaged(rng: random.Random, raw: bytes) -> bytes:
    """The bytes with some cut, doubled, overwritten or put in from elsewhere."""
    out = bytearray(raw)
    for _ in range(rng.randint(1, 6)):
        at = rng.randrange(len(out) + 1)
        way = rng.randrange(5)
        if way == 0:
            del out[at : at + rng.randint(1, 200)]
        elif way == 1:
            out[at:at] = out[max(0, at - rng.randint(1, 400)) : at] * rng.choice((1, 1, 2, 50))
        elif way == 2:
            out[at : at + 8] = rng.randbytes(8)
        elif way == 3:
            out[at:at] = text(rng, 10).encode("utf-8", "surrogatepass")
        elif out:
            out[min(at, len(out) - 1)] ^= 1 << rng.randrange(8)
    return bytes(out)


def damaged_part(rng: random.Random, raw: bytes) -> bytes:
    """A zip folder with one of its parts damaged: the container is sound, what it holds is not."""
    with zipfile.ZipFile(io.BytesIO(raw)) as folder:
        parts = {name: folder.read(name) for name in folder.namelist()}
    chosen = rng.choice([name for name in parts if name.endswith(".xml")])
    parts[chosen] = damaged(rng, parts[chosen])
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as folder:
        for name, content in parts.items():
            folder.writestr(name, content)
    return made.getvalue()


@lru_cache(maxsize=1)
def _engine() -> Engine:
    return Engine.open(encoder=FAST)


def attack_text(rng: random.Random, _: Path) -> None:
    """An answer with finite numbers whose evidence stands where it says."""
    proposal = Proposal(text(rng, 5), text(rng, 10), text(rng, 80))
    match = _engine().match(proposal)
    assert match.verdict in ("topic", "close", "none", "empty")
    assert math.isfinite(match.confidence)
    for hit in match.hits:
        assert math.isfinite(hit.score)
        for e in hit.evidence:
            assert proposal.text[e.query.start : e.query.end] == e.query.text


def attack_report(rng: random.Random, place: Path) -> None:
    """A report in every form: no cell runs, no row is lost, the same bytes again."""
    engine = _engine()
    entries: list[Entry | BadRow] = [
        Entry(n, Proposal(text(rng, 12), text(rng, 12), text(rng, 12), text(rng, 4), text(rng, 4)))
        for n in range(2, 12)
    ]
    judged = list(desk.judged_rows(engine, entries))
    made = desk.report(engine.guide, "b", entries, judged)
    for suffix in SUFFIXES:
        out = place / f"report{suffix}"
        write_report(made, out)
        before = out.read_bytes()
        write_report(made, out)
        assert out.read_bytes() == before
    cells = [c for sheet in load_workbook(place / "report.xlsx") for row in sheet.iter_rows() for c in row]
    assert not [c for c in cells if c.data_type == "f"]
    assert not [c for c in cells if isinstance(c.value, str) and runs(c.value)]
    with (place / "report.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream))
    assert len(rows) == 11
    # A margin of -0.05 is a number.
    assert not [c for row in rows for c in row if runs(c) and not re.fullmatch(r"-\d+(\.\d+)?(e-\d+)?", c)]
    lines = (place / "report.jsonl").read_text("utf-8").splitlines()
    assert len([json.loads(line) for line in lines]) == 10


def _table(rng: random.Random, place: Path) -> Path:
    """A table of five rows with odd cells."""
    rows = [["编号", "项目名称", "摘要"], *([text(rng, 8) for _ in range(3)] for _ in range(5))]
    kind = rng.choice(("csv", "tsv", "jsonl", "xlsx", "json"))
    file = place / f"table.{kind}"
    if kind in ("csv", "tsv"):
        with file.open("w", encoding="utf-8", errors="surrogatepass", newline="") as stream:
            csv.writer(stream, delimiter="\t" if kind == "tsv" else ",").writerows(rows)
    elif kind == "xlsx":
        file.write_bytes(_workbook())
    else:
        objects = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
        file.write_text(
            json.dumps(objects) if kind == "json" else "".join(json.dumps(o) + "\n" for o in objects)
        )
    return file


@lru_cache(maxsize=1)
def _workbook() -> bytes:
    rows = (["编号", "项目名称", "摘要"], ["1", "创新券", "评估政策"], ["2", "园区", "建设案例"])
    with files.temporary_folder() as place:
        return workbook(place / "b.xlsx", {"Sheet": rows}).read_bytes()


def attack_table(rng: random.Random, place: Path) -> None:
    """A damaged table is read or refused; every row is one or the other."""
    file = _table(rng, place)
    harm = damaged_part if file.suffix == ".xlsx" and rng.random() < 0.8 else damaged
    file.write_bytes(harm(rng, file.read_bytes()))
    batch = Batch(file)
    for row in batch:
        assert isinstance(row, Entry | BadRow)
    assert all("\n" not in line for line in batch.messages())


def attack_document(rng: random.Random, place: Path) -> None:
    """A damaged document is read as a form and as a guide, or refused."""
    kind = rng.choice(("docx", "html", "txt", "md", "json"))
    file = place / f"document.{kind}"
    harm = damaged_part if kind == "docx" and rng.random() < 0.8 else damaged
    file.write_bytes(harm(rng, _document(kind)))
    rng.choice((read_form, read_guide))(file)


@lru_cache
def _document(kind: str) -> bytes:
    if kind == "docx":
        from docx import Document

        with files.temporary_folder() as place:
            made = Document()
            for line in GUIDE.splitlines():
                made.add_paragraph(line)
            made.save(str(place / "d.docx"))
            return (place / "d.docx").read_bytes()
    if kind == "html":
        return (
            "<html><body><table><tr><td>项目名称</td><td>创新券</td></tr></table>"
            + GUIDE.replace("\n", "<br>")
        ).encode()
    return json.dumps({"topics": [{"title": "甲"}]}).encode() if kind == "json" else GUIDE.encode()


def attack_zip(rng: random.Random, place: Path) -> None:
    """A damaged zip of forms is read or refused, and nothing of it is left."""
    file = place / "forms.zip"
    with zipfile.ZipFile(file, "w") as folder:
        for name in ("a.txt", "../b.txt", text(rng, 6) + ".docx", "n" * 200 + ".csv"):
            folder.writestr(
                name.replace("\x00", "").encode("utf-8", "replace").decode(),
                text(rng).encode("utf-8", "replace"),
            )
    file.write_bytes(damaged(rng, file.read_bytes()) if rng.random() < 0.8 else file.read_bytes())
    for row in Batch(file):
        assert isinstance(row, Entry | BadRow)


def attack_cache(rng: random.Random, place: Path) -> None:
    """A changed index is built again, whatever its checksums say."""
    (place / "g.txt").write_text(GUIDE, encoding="utf-8")
    guide, cache = read_guide(place / "g.txt"), place / "cache"
    built, _ = index_folder.open_or_build(guide, ToyEncoder(), cache)
    (here,) = (cache / "index").iterdir()
    part = here / rng.choice(("topics.jsonl", "passages.jsonl", "vectors.safetensors", "manifest.json"))
    part.write_bytes(damaged(rng, part.read_bytes()))
    if part.name != "manifest.json":
        manifest = json.loads((here / "manifest.json").read_text("utf-8"))
        manifest["checksums"][part.name] = sha256(part.read_bytes()).hexdigest()
        (here / "manifest.json").write_text(
            json.dumps(manifest, ensure_ascii=False, sort_keys=True) + "\n", "utf-8"
        )
    again, _ = index_folder.open_or_build(guide, ToyEncoder(), cache)
    assert again.passages == built.passages
    assert again.vectors.shape == built.vectors.shape


def attack_calibration(rng: random.Random, place: Path) -> None:
    """A damaged calibration is refused, or gives probabilities."""
    file = place / "calibration.json"
    sound = shipped.data_file("calibration-fast.json").read_bytes()
    raw = json.loads(sound)
    if rng.random() < 0.5:
        odd: object = rng.choice(
            (1e308, -1e308, 1e-308, float("nan"), float("inf"), 10**400, -1, 2, True, None, "1", [])
        )
        where = rng.choice((raw, raw["outside"]))
        where[rng.choice(list(where))] = odd
        sound = json.dumps(raw).encode()
    file.write_bytes(damaged(rng, sound) if rng.random() < 0.5 else sound)
    numbers = calibration.read(file)
    signs = calibration.Signs(
        np.array([[0.9, 0.1], [0.0, 0.0], [1.0, 1.0]]), np.array([0.9, 0.0, 1.0]), np.array([1.0, 0.0, 0.9]),
        np.array([0, 1, 1e9]),
        np.array([-1.0, 0.0, 1.0]), np.array([0.0, 0.5, 1.0]), np.array([-4.0, 0.0, 4.0]), 0.5, 0.2,
    )  # fmt: skip
    topics, none = calibration.probabilities(numbers, signs)
    np.testing.assert_allclose(topics.sum(axis=1) + none, 1, atol=1e-6)


def attack_output(rng: random.Random, place: Path) -> None:
    """Whatever stands in the way of an output, only an ordinary file is replaced, and whole."""
    out, own = place / "out.jsonl", place / "in.jsonl"
    own.write_text("mine")
    state = rng.choice(("nothing", "file", "link", "loop", "folder", "pipe", "same", "hard"))
    if state == "file":
        out.write_text("old")
    elif state in ("link", "loop"):
        out.symlink_to(own if state == "link" else out)
    elif state == "folder":
        out.mkdir()
    elif state == "pipe":
        os.mkfifo(out)
    elif state == "hard":
        os.link(own, out)
    target, force = own if state == "same" else out, rng.random() < 0.5
    written = text(rng).encode("utf-8", "replace").decode()
    try:
        files.check_output(target, (".jsonl",), [own], force=force)
        with files.replacing(target) as stream:
            stream.write(written)
    except MatcherError:
        assert state != "nothing"
        assert not (state == "file" and force)
    else:
        assert state == "nothing" or (state == "file" and force)
        assert out.read_bytes() == written.encode()
    assert own.read_text() == "mine"
    assert list(place.glob(".matcher-*")) == []


ATTACKS: dict[str, tuple[Callable[[random.Random, Path], None], int]] = {
    "texts": (attack_text, 5000),
    "reports": (attack_report, 300),
    "tables": (attack_table, 5000),
    "documents": (attack_document, 3000),
    "zips": (attack_zip, 2000),
    "caches": (attack_cache, 1000),
    "calibrations": (attack_calibration, 3000),
    "outputs": (attack_output, 2000),
    "settings": (lambda rng, place: attack_settings(rng, place, text(rng, 4)), 2000),
    "addresses": (lambda rng, place: attack_address(rng, place, text(rng, 4)), 3000),
    "templates": (lambda rng, place: attack_template(rng, place, text(rng, 4)), 300),
}
KILLS = 300


@dataclass
class Tally:
    """Of one kind of input: how many were tried, refused by a named error, and what failed."""

    tried: int = 0
    refused: int = 0
    failed: list[str] = field(default_factory=list)
    slowest: float = 0.0


class HangError(BaseException):
    """An input took longer than HANG seconds."""


@contextmanager
def bounded() -> Iterator[None]:
    def stop(*_: object) -> None:
        raise HangError

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(HANG)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def campaign(name: str, seed: int, count: int) -> Tally:
    """So many inputs of one kind; the same seed gives the same inputs."""
    attack, tally = ATTACKS[name][0], Tally()
    for number in range(count):
        tally.tried += 1
        start = time.monotonic()
        try:
            with files.temporary_folder() as place, bounded():
                attack(random.Random(f"{seed} {name} {number}"), place)
        except MatcherError as error:
            tally.refused += 1
            if "\n" in str(error) or " / " not in str(error):
                tally.failed.append(f"{number}: {error!r}")
        except (Exception, HangError) as error:
            tally.failed.append(f"{number}: {type(error).__name__}: {error}"[:300])
        tally.slowest = max(tally.slowest, time.monotonic() - start)
    return tally


def kills(seed: int, count: int) -> Tally:
    """Processes that keep decisions, write files and a journal, each killed in the midst: old or new, never half."""
    tally, rng = Tally(), random.Random(seed)
    with files.temporary_folder() as place:
        kept, out, log = place / "decisions.jsonl", place / "out.txt", place / "j"
        for number in range(count):
            tally.tried += 1
            child = os.fork()
            if child == 0:
                _write_on(kept, out, log, number)
            time.sleep(rng.random() * 0.03)
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            try:
                _check_kept(kept, out, log)
            except (Exception, HangError) as error:
                tally.failed.append(f"{number}: {type(error).__name__}: {error}"[:300])
    return tally


def _write_on(kept: Path, out: Path, log: Path, number: int) -> None:
    """Until it is killed."""
    row = Judged("unreadable", None, None, None, None, None, 1.0, 0.0, 1.0, Message("坏", "bad"))
    for turn in range(10_000):
        title = f"{number} {turn}"
        keep(kept, [OfficerDecision("g", "", title, title, "文" * 500, "1-01", "")])
        with files.replacing(out) as stream:
            stream.write(title * 5000 + "\nend")
        with journal(log, "key", resume=True) as rows:
            rows.write(row)


def _check_kept(kept: Path, out: Path, log: Path) -> None:
    turns: dict[str, set[int]] = {}
    for decision in read_decisions(kept):
        number, turn = decision.title.split()
        turns.setdefault(number, set()).add(int(turn))
    assert all(each == set(range(len(each))) for each in turns.values()), "a decision was lost"
    if out.exists():
        title, end = out.read_text("utf-8").split("\n")
        assert end == "end"
        assert title == title[: len(title) // 5000] * 5000
    with journal(log, "key", resume=True) as rows:
        assert all(row.verdict == "unreadable" for row in rows.done)
    with files.replacing(out.with_name("next")) as stream:
        stream.write("x")
    assert list(out.parent.glob(".matcher-*")) == [], "something was left after the next run"
