"""Every number that decides something stands in settings.toml, with its meaning and source, and can be changed by a file."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from matcher import settings
from matcher.embeddings import FAST
from matcher.engine import Engine
from matcher.errors import SettingsError
from matcher.matching import scoring
from matcher.scale import work
from tests.sources import MATCHER, ROOMS, ROOT, tree

MODULES = [path for paths in MATCHER.values() for path in paths]
LITERALS = tomllib.loads((ROOT / "tests/cases/literals.toml").read_text("utf-8"))
Use = Callable[[str], None]


@pytest.fixture
def use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Use]:
    """Makes a text the user's own settings."""

    def use(text: str) -> None:
        file = tmp_path / "own.toml"
        file.write_text(text, encoding="utf-8")
        monkeypatch.setenv(settings.VARIABLE, str(file))
        forget()

    def forget() -> None:
        settings.values.cache_clear()
        settings.overrides.cache_clear()
        settings._adopted.clear()

    yield use
    monkeypatch.delenv(settings.VARIABLE, raising=False)
    forget()


def test_the_shipped_file_is_toml_as_it_is_read() -> None:
    read = dict(settings._flat(tomllib.loads(settings.SETTINGS_FILE.read_text("utf-8"))))
    assert read == settings.shipped()
    assert all(type(read[key]) is type(value) for key, value in settings.shipped().items())


def test_every_setting_is_in_the_range_of_its_unit() -> None:
    outside = [
        key
        for key, value in settings.shipped().items()
        if not settings.UNITS[key.rpartition(".")[2]].fits(value)
    ]
    assert outside == []


def test_every_setting_has_meaning_and_source() -> None:
    above: list[str] = []
    for line in settings.SETTINGS_FILE.read_text("utf-8").splitlines():
        if line.startswith("#"):
            above.append(line[1:].strip())
        elif " = " in line:
            assert re.search(r"Source: \S", " ".join(above)), line
            above = []
        else:
            above = []


def test_every_setting_is_used_and_every_one_used_is_there() -> None:
    taken = []
    for path in [*MODULES, *ROOMS["app"]]:
        for node in ast.walk(tree(path)):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and isinstance(node.func.value, ast.Name)
                and node.func.value.id == "settings"
                and isinstance(unit := getattr(settings, node.func.attr, None), settings.SettingUnit)
            ):
                parts = node.args[0].values if isinstance(node.args[0], ast.JoinedStr) else [node.args[0]]
                pattern = "".join(
                    re.escape(str(p.value)) if isinstance(p, ast.Constant) else "[^.]+" for p in parts
                )
                taken.append(pattern if pattern == "[^.]+" else f"{pattern}\\.{unit.name}")
    whole = re.compile("|".join(pattern for pattern in taken if pattern != "[^.]+"))
    lists = set(scoring._LISTS)
    unused = [
        k for k in settings.shipped() if not whole.fullmatch(k) and k.removesuffix(".file") not in lists
    ]
    assert unused == []
    missing = [
        p for p in taken if not any(re.fullmatch(p, key) for key in settings.shipped()) and p != "[^.]+"
    ]
    assert missing == []


@pytest.mark.parametrize("room", MATCHER)
def test_a_number_in_the_code_has_a_reason(room: str) -> None:
    """0, 1, 2 and 100 need none; for another one say in tests/cases/literals.toml why it is no setting."""
    for path in MATCHER[room]:
        numbers = Counter(
            node.value
            for node in ast.walk(tree(path))
            if isinstance(node, ast.Constant)
            and type(node.value) in (int, float)
            and node.value not in (0, 1, 2, 100)
        )
        module = str(path.relative_to(ROOT / "matcher").with_suffix(""))
        reasons = LITERALS.get(module, {})
        assert numbers == Counter(value for values in reasons.values() for value in values), module


def test_every_reason_is_of_a_module_that_is_there() -> None:
    assert LITERALS.keys() <= {str(path.relative_to(ROOT / "matcher").with_suffix("")) for path in MODULES}


def test_a_file_of_ones_own_changes_what_it_names(use: Use) -> None:
    use("[triage]\nmove_from.share = 0.9\n[index]\ndecimals.count = 4\n")
    assert settings.share("triage.move_from") == 0.9
    assert settings.count("index.decimals") == 4
    assert settings.share("triage.agree_from") == settings.shipped()["triage.agree_from.share"]
    use("[triage]\nmove_from.share = 1\n")
    assert repr(settings.share("triage.move_from")) == "1.0", "a fraction, however it is written"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[triage]\nmove_form.share = 0.9", "triage.move_form.share"),
        ("[triage]\nmove_from.share = 1.5", r"triage\.move_from\.share = 1\.5.*float 0 … 1"),
        ("[triage]\nmove_from.share = '0.9'", "move_from.share = '0.9'"),
        ("[triage]\nmove_from.share = true", "move_from.share = True"),
        ("[triage]\nmove_from.share = nan", "move_from.share = nan"),
        ("[index]\ndecimals.count = 4.0", "decimals.count = 4.0"),
        ("[index]\ndecimals.count = -1", "decimals.count = -1"),
        ("[readers.source]\nlargest_file.bytes = 0", "largest_file.bytes = 0"),
        ("[segment]\nterms.file = ''", "terms.file = ''"),
        ("[triage\n", "own.toml"),
        ("triage = 1", "triage"),
    ],
)
def test_a_file_that_is_not_understood_says_what_to_do(use: Use, text: str, said: str) -> None:
    use(text)
    with pytest.raises(SettingsError, match=said) as error:
        settings.values()
    chinese, english = str(error.value).split(" / ")[:2]
    assert (re.search("[一-鿿]", chinese) and english.isascii() is False) or re.search("[a-z]", english)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("name", "chinese", "english"),
    [("own", "没有这个文件", "no such file"), ("", "不是普通文件", "not a file")],
)
def test_a_file_that_cannot_be_read_says_why_in_each_language(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, chinese: str, english: str
) -> None:
    monkeypatch.setenv(settings.VARIABLE, str(tmp_path / name))
    settings.overrides.cache_clear()
    with pytest.raises(SettingsError) as error:
        settings.overrides()
    assert f"（{chinese}）：" in error.value.message.zh
    assert f"({english});" in error.value.message.en


def test_the_command_line_says_it_in_one_line(tmp_path: Path) -> None:
    environment = {**os.environ, settings.VARIABLE: str(tmp_path / "nowhere.toml")}
    answer = subprocess.run(
        [sys.executable, "-m", "matcher", "--version"],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    assert answer.returncode == 1
    assert answer.stdout == ""
    assert len(answer.stderr.splitlines()) == 1
    assert "nowhere.toml" in answer.stderr


@pytest.mark.parametrize("table", scoring._TABLES)
def test_a_setting_that_decides_scores_is_in_their_fingerprint(use: Use, table: str) -> None:
    before = scoring.fingerprint(FAST)
    prefix = f"{table}."
    key = next(
        k
        for k, v in settings.shipped().items()
        if k.startswith(prefix) and not isinstance(v, str) and not k.endswith(".chunk")
    )
    value = settings.shipped()[key]
    assert not isinstance(value, str)
    use(f"{key} = {value + 1 if isinstance(value, int) else value / 2}")
    assert scoring.fingerprint(FAST) != before


def test_a_setting_of_speed_or_of_another_desk_is_not(use: Use) -> None:
    before = scoring.fingerprint(FAST)
    use("[index.dense]\ncompared.chunk = 7\n[triage]\nmove_from.share = 0.9\n")
    assert scoring.fingerprint(FAST) == before
    whole = settings.digest()
    use("[index.dense]\ncompared.chunk = 9\n[triage]\nmove_from.share = 0.8\n")
    assert settings.digest() != whole


def test_a_calibration_of_other_settings_is_refused_and_another_not_used(use: Use, tmp_path: Path) -> None:
    code = (
        "from matcher.engine import Engine\n"
        f"engine = Engine.open(encoder={FAST!r})\n"
        "print(engine.calibration, engine.notes)\n"
    )
    file = tmp_path / "own.toml"
    file.write_text("[matching.rank]\ntitle.weight = 3.0\n", encoding="utf-8")
    environment = {**os.environ, settings.VARIABLE: str(file)}
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True
    )
    assert answer.stdout.startswith("None ")
    assert "matcher calibrate" in answer.stdout
    assert "matching.rank.title.weight" in answer.stdout, "own settings are said"
    assert Engine.open(encoder=FAST).calibration is not None


def test_a_process_takes_the_settings_of_who_sends_it_rows(use: Use) -> None:
    changes = {"triage.move_from.share": 0.9}
    use("[triage]\nmove_from.share = 0.6\n")
    settings.adopt(changes)
    assert settings.share("triage.move_from") == 0.9, "not the file of its own machine"
    settings.adopt(changes)
    with pytest.raises(SettingsError, match=r"triage\.move_from\.share"):
        settings.adopt({})


def test_rows_are_refused_by_a_process_of_other_settings(use: Use) -> None:
    sent = work.Work(partial(work.same_encoder, FAST, ""), len, (), {"triage.move_from.share": 0.9})  # type: ignore[arg-type]
    settings.values()
    work.hold(sent)
    try:
        with pytest.raises(SettingsError, match="start it again"):
            work.perform(sent.name, work.Chunk([]))
    finally:
        work.release(sent.name)
