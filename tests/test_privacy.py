"""Nothing of a proposal leaves the machine, and nothing stays where nobody asked to keep it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.commands import Command, run_all

MARKS = ("机密标记柒叁", "MARKQX73")
TEXT = f"创新券政策对小企业研发投入的{MARKS[0]}影响评估 {MARKS[1]}"
# A network namespace of its own, without interfaces, for this user.
ALONE = ("unshare", "--user", "--map-root-user", "--net")


def _alone() -> str:
    """Why no process can be cut off from the network here; "" where one can."""
    if sys.platform != "linux" or shutil.which("unshare") is None:
        return "no network namespaces on this system"
    tried = subprocess.run([*ALONE, "true"], capture_output=True, check=False)
    return "" if tried.returncode == 0 else "this user may not make a network namespace"


def _commands(place: Path) -> list[Command]:
    rows = [{"id": f"p{i}", "title": f"{TEXT}{i}", "abstract": TEXT * (i + 1)} for i in range(4)]
    batch, form, bundle = place / "batch.jsonl", place / "form.txt", place / "forms.zip"
    batch.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    form.write_text(TEXT, encoding="utf-8")
    with zipfile.ZipFile(bundle, "w") as folder:
        folder.write(form, "form.txt")
    archive, out = str(place / "archive"), str(place / "out")
    given = [
        ["match", TEXT, "--fast"],
        ["match", "--file", str(form), "--fast", "--json", "--explain"],
        ["match", "--in", str(batch), "--fast", "--out", f"{out}.jsonl"],
        ["match", TEXT, "--encoder", "org/model"],
        *(["triage", str(source), "--fast", "--force", "--out", f"{out}.xlsx"] for source in (batch, bundle)),
        ["archive", "add", archive, str(batch)],
        ["duplicates", str(batch), "--archive", archive, "--out", f"{out}.html"],
        ["archive", "verify", archive],
        ["archive", "remove", archive, "p1"],
        ["guide", str(form)],
    ]
    return [Command(args) for args in given]


def test_onnx_runtime_reports_nothing(tmp_path: Path) -> None:
    """Its official builds make a device id and an upload queue when they are loaded, unless told before."""
    settings = {**os.environ, "HOME": str(tmp_path), "TMPDIR": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path)}
    settings.pop("ORT_DISABLE_TELEMETRY", None)
    code = "from matcher.embeddings import load_encoder; load_encoder().encode(['创新券'], 'query')"
    subprocess.run([sys.executable, "-c", code], check=True, env=settings)
    assert list(tmp_path.rglob("*")) == []


@pytest.mark.skipif(bool(_alone()), reason=_alone() or "-")
def test_no_command_needs_a_network_or_keeps_a_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = {name: tmp_path / name for name in ("cache", "data", "temporary", "home")}
    for variable, name in (
        ("MATCHER_CACHE", "cache"), ("MATCHER_DATA", "data"), ("TMPDIR", "temporary"), ("HOME", "home"),
        ("XDG_CACHE_HOME", "cache"), ("XDG_DATA_HOME", "data"),
    ):  # fmt: skip
        kept[name].mkdir(exist_ok=True)
        monkeypatch.setenv(variable, str(kept[name]))
    (tmp_path / "streams").mkdir()
    (tmp_path / "asked").mkdir()
    commands = _commands(tmp_path / "asked")
    answers = run_all(commands, tmp_path / "streams", ALONE)
    refused = [c.args for c, ran in zip(commands, answers, strict=True) if ran.status]
    assert refused == [commands[3].args, commands[10].args], "a hub out of reach, and a text that is no guide"
    assert b"out of reach" in answers[3].err
    found = [
        file
        for folder in kept.values()
        for file in folder.rglob("*")
        if file.is_file()
        and any(
            mark.encode(e) in file.read_bytes() for mark in MARKS for e in ("utf-8", "utf-16-le", "gb18030")
        )
    ]
    assert found == []
    assert any(kept["cache"].rglob("*.safetensors")), "the cache was used"
    assert list(kept["temporary"].iterdir()) == [], "neither a text nor the telemetry of a library"
    assert [p for p in kept["home"].rglob("*") if p.is_file()] == []
