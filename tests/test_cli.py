"""The command line as people and programs use it: exit codes, one-line errors, fixed JSON forms."""

from __future__ import annotations

import errno
import io
import json
import os
import random
import socket
import subprocess
import sys
import zipfile
from importlib.metadata import version
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner

from matcher import shipped
from matcher.__main__ import main as start
from matcher.cli import answers, commands
from matcher.cli.commands import app
from matcher.cli.servers import check_listening
from matcher.errors import DocumentError, ExtraError, MatcherError, ServiceError, require
from matcher.readers.sheet.delimited import ending_of_text
from matcher.screen import screen
from tests.commands import Command, standing

EVAL = Path(__file__).parent.parent / "data" / "eval"
LAKESIDE = EVAL.parent / "guides" / "lakeside-2024-health-environment.txt"
HIT_KEYS = {"topic_id", "score", "probability", "scores", "evidence"}
MATCH_KEYS = {
    "proposal_id", "verdict", "topic_id", "office", "confidence", "none_probability", "reason", "warnings", "discounts", "hits",
}  # fmt: skip


def run(*arguments: str | Path, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    ran = standing().run(Command(list(map(str, arguments)), stdin, {"COLUMNS": "160"}))
    return subprocess.CompletedProcess(arguments, ran.status, ran.out, ran.err)


def run_cold(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    """The same in a process that has loaded nothing."""
    return subprocess.run(
        [sys.executable, "-m", "matcher", *arguments],
        capture_output=True, check=False, env={**os.environ, "COLUMNS": "160"},
    )  # fmt: skip


def said(answer: subprocess.CompletedProcess[bytes]) -> str:
    return answer.stderr.decode("utf-8")


def one_line_error(answer: subprocess.CompletedProcess[bytes]) -> str:
    message = said(answer)
    assert answer.returncode == 1, message
    assert message.count("\n") == 1, message
    assert "Traceback" not in message
    assert " / " in message, "Chinese first, English second"
    return message


def test_match_prints_topics_office_and_pairs() -> None:
    answer = run_cold("match", "想研究政府发给小企业的科技创新券到底有没有用")
    text = answer.stdout.decode("utf-8")
    assert answer.returncode == 0, said(answer)
    assert "2-12" in text
    assert "区域创新处" in text
    assert "58832826" in text
    assert "proposal:" in text
    assert "topic:" in text


def test_match_json_has_the_fixed_form() -> None:
    answer = run("match", "创新券政策实施效果研究", "--json", "-k", "3")
    match = json.loads(answer.stdout)
    assert match.keys() == MATCH_KEYS
    assert match["office"].keys() == {"name", "phone", "source"}
    assert len(match["hits"]) == 3
    assert match["hits"][0].keys() == HIT_KEYS
    assert match["hits"][0]["topic_id"] == match["topic_id"] == "2-12"
    evidence = match["hits"][0]["evidence"][0]
    assert evidence.keys() == {"by", "score", "weight", "query", "topic"}


LISTS = {
    "csv": "编号,项目名称,摘要\n1,创新券,评估创新券\n2,夜间经济,测量噪声\n",
    "semicolons": "title;abstract\nVouchers;Their effects\nNights;Their noise\n",
    "tabs": "项目名称\t申报课题\t摘要\n创新券\t2-12\t评估创新券\n夜间经济\t2-03\t测量噪声\n",
    "json": '[{"abstract": "评估创新券"},\n {"abstract": "测量噪声"}]',
    "jsonl": '{"title": "创新券"}\n{"title": "夜间经济"}\n',
    "wrapped": '{"data": [{"title": "创新券"}, {"title": "夜间经济"}]}',
}


@pytest.mark.parametrize("kind", LISTS)
def test_a_list_that_is_piped_is_no_text_of_a_proposal(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for raw in (LISTS[kind].encode(), LISTS[kind].encode("gb18030")):
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(raw), isatty=lambda: False))
        with pytest.raises(DocumentError) as refused:
            answers._form("-", None)
        assert "列出 2 份申报书" in refused.value.message.zh
        assert "save it to a file and use matcher match --in FILE --out" in refused.value.message.en


@pytest.mark.parametrize(
    "text",
    [
        '{"title": "创新券",\n "abstract": "评估创新券"}',
        '[{"title": "创新券", "abstract": "评估创新券"}]',
        "项目名称,摘要\n创新券,评估创新券\n",
    ],
)
def test_one_row_is_the_proposal_that_it_holds(text: str) -> None:
    for source in (text, text.replace("\n", "\r\n")):
        form = answers._form(source, None)
        assert (form.fields["title"], form.fields["abstract"]) == ("创新券", "评估创新券")


@pytest.mark.parametrize(
    "text",
    [
        "[1] 王明. 创新券研究[J]. 2020.\n评估创新券",
        "[摘要] 评估创新券\n第二行",
        "项目名称：创新券\n摘要：评估创新券的作用",
        "项目名称\t创新券\n摘要\t评估创新券的作用",
        "| 项目名称 | 摘要 |\n|---|---|\n| 创新券 | 评估 |",
        "项目名称,摘要",
        "Title, methods and data\nThe paper compares vouchers.",
        "Contents, methods and abstract concepts in law\nWe compare vouchers, their users and rules.\nIt takes two years.",
        "题目,作者,年份\n创新券研究,王明,2020\n担保研究,李华,2021\n\n以上是前期成果；现拟评估创新券。",
        "项目名称,研究内容,成果\n评估创新券的作用，并与街道一起试行。\n第二年推广。",
        '{"title": "创新券", "abstract": "评估创新券"}\n以上是题目，另拟测量噪声。',
        '{"rate": 0.1}\n用这一参数评估创新券。',
        '{"topic": "评估创新券的作用"}',
        "{x} 的估计\n评估创新券",
        "[1, 2]\n评估创新券",
        "",
    ],
)
def test_a_text_that_looks_like_rows_is_none(text: str) -> None:
    assert ending_of_text(text) == ""


@pytest.mark.parametrize(
    ("raw", "why"),
    [("[]", "is empty"), ('{"a": 1}', "neither title nor abstract")],
)
def test_json_without_a_proposal_is_told(raw: str, why: str, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(raw)
    with pytest.raises(DocumentError, match=why):
        answers._form(None, tmp_path / "a.json")


@pytest.mark.parametrize(
    "arguments",
    [
        ["guide", "shut.csv"],
        ["match", "--file", "shut.csv"],
        ["match", "--in", "shut.csv"],
        ["triage", "shut.csv", "--out", "r.csv"],
        ["duplicates", "shut.csv"],
        ["evaluate", "shut.csv"],
        ["learn", "shut.xlsx"],
        ["token", "list", "shut.csv"],
    ],
)
def test_a_file_without_permission_is_told_by_its_reader(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the system says beforehand that it cannot be read: Typer would say so in English."""

    opened = Path.open

    def opens(path: Path, *args: Any, **how: Any) -> Any:
        if path.stem == "shut":
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return opened(path, *args, **how)

    monkeypatch.chdir(tmp_path)
    for name in ("shut.csv", "shut.xlsx"):
        Path(name).write_text("x")
    monkeypatch.setattr(os, "access", lambda _, mode, **__: mode & os.R_OK == 0)
    monkeypatch.setattr(Path, "open", opens)  # by which all of a path is read
    with pytest.raises(MatcherError) as error:
        app(arguments, standalone_mode=False)
    assert "没有权限" in error.value.message.zh
    assert "no permission" in error.value.message.en


def test_a_batch_is_not_read_from_standard_input() -> None:
    with pytest.raises(DocumentError, match="save it to a file"):
        app(["triage", "-", "--out", "r.csv"], standalone_mode=False)


@pytest.mark.parametrize("way", ["argument", "stdin", "dash", "file"])
def test_every_way_in_gives_the_same_answer(way: str, tmp_path: Path) -> None:
    text = "大学科技园怎么建才有活力"
    file = tmp_path / "p.txt"
    file.write_text(text, encoding="utf-8")
    arguments: dict[str, list[str | Path]] = {
        "argument": [text], "stdin": [], "dash": ["-"], "file": ["--file", file],
    }  # fmt: skip
    answer = run("match", "--json", *arguments[way], stdin=text.encode() if way in ("stdin", "dash") else b"")
    assert json.loads(answer.stdout)["hits"][0]["topic_id"] == "2-23"


def test_a_batch_with_broken_rows_loses_nothing(tmp_path: Path) -> None:
    batch, out = tmp_path / "batch.jsonl", tmp_path / "out.jsonl"
    count = 400
    rows = [json.dumps({"id": f"p{i}", "abstract": f"创新券 {i}"}, ensure_ascii=False) for i in range(count)]
    rows[4] = "{broken"
    rows[70] = "[1, 2]"
    rows[390] = json.dumps({"id": "p390", "abstract": "\ud800"})
    batch.write_text("\n".join(rows) + "\n", encoding="utf-8")
    answer = CliRunner().invoke(app, ["match", "--fast", "--in", str(batch), "--out", str(out)])
    assert answer.exit_code == 0, answer.output
    matches = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [m["proposal_id"] for m in matches] == [f"p{i}" for i in range(count) if i not in (4, 70)]
    assert matches[388]["verdict"] == "empty"
    assert "line 5 could not be read" in answer.stderr
    assert "line 71 could not be read" in answer.stderr
    assert "Proposals read: 398; rows that could not be read: 2" in answer.stderr


def test_a_batch_without_out_is_json_lines_on_request() -> None:
    answer = run("match", "--fast", "--in", shipped.data_file("demo.jsonl"), "--json", "-k", "1")
    ids = [json.loads(line)["proposal_id"] for line in answer.stdout.decode("utf-8").splitlines()]
    assert len(ids) == 3


def test_an_interrupted_write_keeps_the_old_file(tmp_path: Path) -> None:
    batch, out = tmp_path / "batch.csv", tmp_path / "out.jsonl"
    out.write_text("old", encoding="utf-8")
    batch.write_text("颜色\n红\n", encoding="utf-8")
    assert "expected a column title or abstract, found 颜色" in one_line_error(
        run("match", "--fast", "--in", batch, "--out", out, "--force")
    )
    assert out.read_text(encoding="utf-8") == "old"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["batch.csv", "out.jsonl"]


@pytest.mark.parametrize("text", ["", "   ", "😀", "\x00"])
def test_empty_text_is_a_verdict_not_an_error(text: str) -> None:
    answer = run("match", "--fast", "--json", "-", stdin=text.encode())
    assert answer.returncode == 0
    assert json.loads(answer.stdout)["verdict"] == "empty"


def test_bytes_that_are_no_text_are_answered() -> None:
    answer = run("match", "--fast", "--json", stdin="创新券政策".encode() + b"\xff\xfe\x80 \x1b[31m")
    match = json.loads(answer.stdout)
    assert match["hits"][0]["topic_id"] == "2-12"
    assert match["warnings"]


def test_a_document_on_standard_input_is_read_as_its_file_is(tmp_path: Path) -> None:
    from docx import Document as new_document
    from openpyxl import Workbook

    document, book = new_document(), Workbook()
    document.add_paragraph("项目名称：科技创新券的成效")
    document.save(str(tmp_path / "stdin.docx"))
    for row in (("题目", "摘要"), ("甲", "评估创新券"), ("乙", "评估担保")):
        book.worksheets[0].append(row)
    book.save(tmp_path / "stdin.xlsx")
    with zipfile.ZipFile(tmp_path / "stdin.zip", "w") as folder:
        folder.writestr("a.txt", "评估创新券")
    (tmp_path / "stdin.pdf").write_bytes(b"%PDF-1.4\nbroken")
    (tmp_path / "stdin.doc").write_bytes(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le")
    )
    expected = {".docx": 0, ".xlsx": 1, ".zip": 1, ".pdf": 1, ".doc": 1}
    for file in sorted(tmp_path.iterdir()):
        by_name = run("match", "--fast", "--json", "--file", file)
        piped = run("match", "--fast", "--json", stdin=file.read_bytes())
        if file.suffix == ".xlsx":  # a file of that name is none to go on with
            assert 'matcher match --in "stdin.xlsx"' in by_name.stderr.decode("utf-8")
            assert "save it to a file" in piped.stderr.decode("utf-8")
            continue
        assert (piped.returncode, piped.stdout, piped.stderr) == (
            by_name.returncode,
            by_name.stdout,
            by_name.stderr,
        )
        assert piped.returncode == expected[file.suffix], file


def test_random_bytes_on_standard_input_are_refused() -> None:
    message = one_line_error(run("match", "--fast", stdin=random.Random(7).randbytes(3000)))
    assert message.startswith("stdin 不是文本")


def test_control_characters_never_reach_the_terminal() -> None:
    answer = run("match", "--fast", stdin="创新券\x1b[2J\x1b]0;title\x07政策".encode())
    assert b"\x1b[2J" not in answer.stdout
    assert b"\x07" not in answer.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["match", "--file", "no-such-file.txt"], "no-such-file.txt"),
        (["match", "x", "--guide", "no-such-guide.txt"], "no-such-guide.txt"),
        (["match", "--in", "no-such-batch.xlsx"], "no-such-batch.xlsx"),
        (["match", "x", "--encoder", "no-such-model"], "neither a model folder"),
        (["guide", "/"], "/"),
        (["guide", "LICENSE"], "LICENSE"),
        (["evaluate", "no-such.jsonl"], "no-such.jsonl"),
    ],
)
def test_errors_are_one_line(arguments: list[str], message: str) -> None:
    assert message in one_line_error(run(*arguments))


def test_a_full_disk_is_told_with_what_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(**_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "r.xlsx")

    monkeypatch.setattr(commands, "app", full)
    for of_the_process in ("_set_up", "_to_nowhere"):
        monkeypatch.setattr(commands, of_the_process, lambda: None)
    with pytest.raises(SystemExit, match="1"):
        commands.main()
    assert "The disk of r.xlsx is full: make room" in capsys.readouterr().err


def test_wrong_usage_is_exit_2() -> None:
    assert run("match", "a", "--in", "b").returncode == 2
    assert run("match", "a", "--out", "b").returncode == 2
    assert run("no-such-command").returncode == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["match", "a", "--column", "title=b"], "--column and --header-row go with --in"),
        (["match", "a", "--header-row", "2"], "--column and --header-row go with --in"),
        (["match", "--in", "b.xlsx", "--explain"], "--explain goes with --out or --json"),
        (["triage", "b.xlsx", "--out", "r.xlsx", "--word"], "--word and --templates go with --notes"),
        (
            ["season", "report", "s", "--out", "r.xlsx", "--templates", "t"],
            "--word and --templates go with --notes",
        ),
        (
            ["duplicates", "b.xlsx", "--rethreshold", "p.jsonl", "--device", "cuda"],
            "does not go with --device or --cluster",
        ),
    ],
)
def test_an_option_that_would_do_nothing_is_wrong_usage(arguments: list[str], message: str) -> None:
    answer = run(*arguments)
    assert (answer.returncode, message in said(answer)) == (2, True)


def test_guide_json_has_the_fixed_form() -> None:
    answer = run("guide", shipped.default_guide(), "--json")
    read = json.loads(answer.stdout)
    assert read.keys() == {"id", "title", "topics", "audit", "findings"}
    assert len(read["topics"]) == 36
    assert read["topics"][0].keys() == {
        "id", "section", "number", "title", "content", "office", "office_source", "code", "slots", "lines",
    }  # fmt: skip


def test_guide_prints_the_finding() -> None:
    answer = run("guide", shipped.default_guide())
    text = answer.stdout.decode("utf-8")
    assert "2-24" in text
    assert "58832826" in text
    assert "finding" in text


def test_evaluate_prints_a_line_for_each_way_of_writing(tmp_path: Path) -> None:
    rows = (EVAL / "tianjin-dev.jsonl").read_text(encoding="utf-8").splitlines()
    few = tmp_path / "few.jsonl"
    few.write_text("\n".join([*rows[:3], rows[-1]]), encoding="utf-8")
    answer = run("evaluate", few, "--fast", "--perturbed", "--json")
    figures = json.loads(answer.stdout)["invariance"]
    assert {row["n"] for row in figures.values()} == {3}
    text = run("--lang", "en", "evaluate", few, "--fast", "--perturbed").stdout.decode("utf-8")
    assert all(name in text for name in figures)


def test_one_guide_cannot_be_left_out() -> None:
    answer = run("calibrate", EVAL / "lakeside-dev.jsonl", "--left-out", "--fast", "--guide", LAKESIDE)
    assert answer.returncode == 1
    assert "at least two guides" in said(answer)


def test_evaluate_prints_every_style(tmp_path: Path) -> None:
    answer = run("evaluate", EVAL / "tianjin-dev.jsonl", "--fast", "--trec", tmp_path / "trec")
    text = answer.stdout.decode("utf-8")
    for word in ("style:hard", "language:en", "hybrid", "rrf", "outside AUROC", "calibration error"):
        assert word in text
    assert sorted(p.name for p in (tmp_path / "trec").iterdir()) == [
        "dense.run", "hybrid.run", "lexical.run", "qrels.txt", "rrf.run", "words.run",
    ]  # fmt: skip


def test_every_command_has_help_with_an_example() -> None:
    for command in ("guide", "match", "evaluate", "calibrate", "app"):
        answer = run(command, "--help")
        assert answer.returncode == 0
        assert f"matcher {command}" in answer.stdout.decode("utf-8")


def test_a_missing_extra_is_named_with_the_command_that_installs_it() -> None:
    with pytest.raises(ExtraError, match=r"pip install 'proposal-matcher\[serve\]'"):
        require("serve", "json", "no_such_package")
    require("serve", "json")


@pytest.mark.parametrize("arguments", [("-h",), ("match", "-h"), ("season", "report", "-h")])
def test_help_has_a_short_name(arguments: tuple[str, ...]) -> None:
    answer = run(*arguments)
    assert (answer.returncode, "--help" in answer.stdout.decode()) == (0, True)


def test_the_version_is_that_of_the_package() -> None:
    assert run("--version").stdout.decode().strip() == version("proposal-matcher")


def test_a_text_that_names_a_document_is_the_document(tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text("科技创新券对小企业有没有用", encoding="utf-8")
    answer = run("match", tmp_path / "one.txt", "--fast", "--json")
    assert json.loads(answer.stdout)["hits"][0]["topic_id"] == "2-12"
    assert "找不到文件 nowhere.docx" in one_line_error(run("match", "nowhere.docx"))


@pytest.mark.parametrize("command", ["serve", "app"])
def test_a_port_that_is_taken_is_told_with_advice(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MATCHER_DATA", str(tmp_path))
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        arguments = [command, "--host", "127.0.0.1", "--port", str(other.getsockname()[1])]
        with pytest.raises(ServiceError) as refused:
            app(arguments, standalone_mode=False)
    assert "请换一个 --port" in refused.value.message.zh
    assert "choose another --port" in refused.value.message.en
    check_listening("127.0.0.1", int(arguments[-1]))  # it is free again


@pytest.mark.parametrize("command", ["serve", "app"])
@pytest.mark.parametrize(
    ("host", "why"),
    [
        ("203.0.113.7", "no address of this machine"),
        ("2001:db8::7", "no address of this machine"),
        ("no.such.host.invalid", "no such host name"),
        ("a" * 64, "no such host name"),
    ],
)
def test_an_address_that_is_not_of_this_machine_is_told(
    command: str, host: str, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before anybody is asked for accounts or tokens, and without a port too."""
    monkeypatch.setenv("MATCHER_DATA", str(tmp_path))
    with pytest.raises(ServiceError) as refused:
        app([command, "--host", host], standalone_mode=False)
    assert "请在 --host 给出本机的一个地址" in refused.value.message.zh
    assert f"({why}" in refused.value.message.en


@pytest.mark.parametrize("command", ["serve", "app"])
def test_a_certificate_that_is_none_is_told(command: str, tmp_path: Path) -> None:
    (tmp_path / "c.pem").write_text("none")
    with pytest.raises(ServiceError, match=r"c\.pem .*PEM"):
        app([command, "--certificate", str(tmp_path / "c.pem")], standalone_mode=False)
    with pytest.raises(DocumentError, match="No such file"):
        app(
            [command, "--certificate", str(tmp_path / "c.pem"), "--key", "nowhere.pem"], standalone_mode=False
        )


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        ("zh", "找不到文件 no.txt（不存在）：请检查路径。\n"),
        ("en", "No such file: no.txt; check the path.\n"),
    ],
)
def test_messages_are_in_the_language_that_is_asked_for(lang: str, told: str) -> None:
    assert said(run("--lang", lang, "match", "--file", "no.txt")) == told


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        ("zh", "用法不对：--out 与 --in 一起使用\n用法见 --help\n"),
        ("en", "Invalid value: --out goes with --in\nsee --help\n"),
        (
            "both",
            "用法不对：--out 与 --in 一起使用 / Invalid value: --out goes with --in\n用法见 --help / see --help\n",
        ),
    ],
)
def test_wrong_usage_is_told_in_the_language_that_is_asked_for(lang: str, told: str) -> None:
    done = run("--lang", lang, "match", "text", "--out", "x.jsonl")
    assert (done.returncode, said(done)) == (2, told)


def test_a_pipe_is_as_wide_as_columns_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert screen().width == 80
    monkeypatch.delenv("COLUMNS")
    assert screen().width >= 130


def test_ctrl_c_before_a_command_has_anything_to_say_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Typer makes a code of it, which said nothing while the models were loaded."""

    @commands.app.command("held")
    def held() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(sys, "argv", ["matcher", "held"])
    monkeypatch.setattr(commands, "_set_up", lambda: None)
    with pytest.raises(SystemExit) as left:
        start()
    commands.app.registered_commands.pop()
    assert left.value.code == 130
    assert capsys.readouterr().err == "已停下。 / Stopped.\n"


def test_text_that_looks_like_markup_is_printed_as_it_stands(capsys: pytest.CaptureFixture[str]) -> None:
    screen().print("[red]选题 10:100:20 :key:")
    assert capsys.readouterr().out == "[red]选题 10:100:20 :key:\n"


def test_empty_text_on_the_screen_is_told_and_ends_with_1() -> None:
    answer = run("match", "   ")
    assert (answer.returncode, "没有可用的文字" in answer.stdout.decode()) == (1, True)


def test_nothing_of_the_program_is_loaded_before_a_stop_is_listened_for() -> None:
    code = "import sys, matcher.__main__; print([m for m in sys.modules if m.startswith('matcher.')])"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert loaded.stdout == "['matcher.__main__']\n"
