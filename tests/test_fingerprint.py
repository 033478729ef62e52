"""A calibration never outlives what made its scores."""

from __future__ import annotations

import ast
import json
from hashlib import sha256
from pathlib import Path

import pytest
from msgspec.structs import replace

from matcher import calibrate, shipped
from matcher.embeddings import FAST
from matcher.engine import Engine
from matcher.errors import CalibrationError
from matcher.matching import calibration, scoring

ROOT = Path(__file__).parent.parent / "matcher"
# What decides a score beside data and settings (settings.digest). A change here that changes scores: raise scoring.VERSION, fit the
# shipped calibrations again (data/eval/README.md), and note the new digest. One that does not: note the digest.
CODE = [
    "segment.py", "lookalikes.py", "letter_spacing.py", "arrays.py",
    "matching/content.py", "matching/text.py", "matching/cues.py", "matching/denial.py", "matching/questions.py",
    "matching/rank.py", "matching/scored.py", "matching/scoring.py", "matching/swapped.py",
    "matching/weights.py", "matching/within.py",
    "index/corpus.py", "index/words.py", "index/background.py", "index/scores.py",
    "embeddings/encoder.py", "embeddings/onnx.py", "embeddings/static.py",
]  # fmt: skip
DIGEST = (24, "26597d7990c3f692")


def code() -> str:
    """A hash of the code that makes scores, without comments and docstrings."""
    digest = sha256()
    for name in CODE:
        tree = ast.parse((ROOT / name).read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            body = getattr(node, "body", None)
            if (
                isinstance(body, list)
                and body
                and isinstance(body[0], ast.Expr)
                and isinstance(body[0].value, ast.Constant)
            ):
                body[0].value.value = ""
        digest.update(ast.unparse(tree).encode())
    return digest.hexdigest()[:16]


def test_the_version_follows_the_code() -> None:
    assert (scoring.VERSION, code()) == DIGEST, "see CODE above for what to do"


def test_word_lists_and_reader_are_in_the_fingerprint(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    before = scoring.fingerprint(FAST)
    assert scoring.fingerprint("shipped") != before
    real = shipped.data_file
    changed = tmp_path / "content.toml"
    changed.write_text(real("content.toml").read_text("utf-8") + "# another\n", "utf-8")
    monkeypatch.setattr(shipped, "data_file", lambda name: changed if name == "content.toml" else real(name))
    assert scoring.fingerprint(FAST) != before


def test_a_stale_calibration_is_refused_with_the_way_out(tmp_path: Path) -> None:
    engine = Engine.open(encoder=FAST)
    assert engine.calibration is not None
    stale = replace(engine.calibration, scoring="earlier")
    file = tmp_path / "calibration.json"
    calibrate.save(stale, file)
    with pytest.raises(CalibrationError, match=r"scoring.*run matcher calibrate"):
        Engine.open(encoder=FAST, calibration=file)
    calibrate.save(engine.calibration, file)
    assert Engine.open(encoder=FAST, calibration=file).calibration == engine.calibration


def test_the_users_own_stale_calibration_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MATCHER_DATA", str(tmp_path))
    engine = Engine.open(encoder=FAST)
    assert engine.calibration is not None
    old = engine.provenance._replace(scoring="earlier")
    calibrate.save(replace(engine.calibration, scoring="earlier"), calibration.user_file(old))
    format_1 = {"format": 1, "encoder": old.encoder, "reranker": ""}
    (tmp_path / "calibration-0.json").write_text(json.dumps(format_1), encoding="utf-8")
    told = Engine.open(encoder=FAST)
    assert told.calibration == engine.calibration, "the shipped one still fits"
    assert sum("run matcher calibrate again" in note for note in told.notes) == 2
