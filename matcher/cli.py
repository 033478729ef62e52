"""The command line: parse, call, print. Nothing is decided here."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from matcher.errors import MatcherError

if TYPE_CHECKING:
    from matcher.types import Proposal

# Waiting OpenMP threads must sleep, not spin; read once, when FAISS is loaded.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

app = typer.Typer(
    help="申报书与指南课题匹配：完全在本机运行。 / Match proposals to the topics of an application guide, offline.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

GuideOption = Annotated[
    Path | None, typer.Option("--guide", "-g", help="指南文件；默认 2021 天津软科学指南 / guide document")
]
EncoderOption = Annotated[
    str | None,
    typer.Option(help="模型文件夹或名称；默认用内置编码器 / sentence-transformers folder or hub name"),
]
JsonOption = Annotated[bool, typer.Option("--json", help="输出 JSON / print JSON")]


def main() -> None:
    """Run the command line. Named errors become one line on stderr and exit code 1."""
    for stream in (sys.stdout, sys.stderr):
        # Text that cannot be encoded (a lone surrogate) is shown as "?", never a traceback.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        app()
    except MatcherError as error:
        _fail(str(error))
    except BrokenPipeError:
        os.dup2(
            os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno()
        )  # the reader (head, less) has gone; so do we
        sys.exit(1)
    except OSError as error:
        place = error.filename or ""
        _fail(f"无法读写 {place}：{error.strerror}。 / Cannot read or write {place}: {error.strerror}.")


def _fail(message: str) -> None:
    print(" ".join(message.split()), file=sys.stderr)
    sys.exit(1)


def _note(message: str) -> None:
    print(" ".join(message.split()), file=sys.stderr)


@app.command()
def guide(guide_file: Annotated[Path, typer.Argument(metavar="GUIDE")], as_json: JsonOption = False) -> None:
    """读指南：课题、处室与逐行核对。 / Read a guide: topics, offices, and an audit of every line.

    例 / example:  matcher guide data/guides/tianjin-2021-soft-science.txt
    """
    from matcher.guide import read_guide, to_json

    read = read_guide(guide_file)
    if as_json:
        print(json.dumps(to_json(read), ensure_ascii=False))
        return
    from matcher.report import console, print_guide

    print_guide(console(), read)


@app.command()
def match(
    text: Annotated[
        str | None,
        typer.Argument(help="一句话或摘要；“-”为标准输入 / a sentence or an abstract; - reads stdin"),
    ] = None,
    file: Annotated[
        Path | None, typer.Option(help="申报书文件 .txt .docx .pdf / one proposal as a file")
    ] = None,
    batch: Annotated[
        Path | None, typer.Option("--in", help="一批申报书 .jsonl .csv .xlsx / a batch of proposals")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="结果写入的 .jsonl / write the answers here, one JSON object a line")
    ] = None,
    guide_file: GuideOption = None,
    encoder: EncoderOption = None,
    k: Annotated[int, typer.Option("-k", min=1, help="列出几个课题 / how many topics to list")] = 5,
    as_json: JsonOption = False,
) -> None:
    """申报书最适合哪个课题、找哪个处室。 / Which topic fits a proposal, and which office to call.

    例 / examples:  matcher match "想研究科技创新券对小企业的作用"
                    matcher match --in proposals.xlsx --out answers.jsonl
    """
    from matcher.engine import Engine
    from matcher.report import match_json

    if sum(source is not None for source in (text, file, batch)) > 1:
        raise typer.BadParameter("TEXT、--file、--in 只能给一个 / give only one of TEXT, --file, --in")
    if out is not None and batch is None:
        raise typer.BadParameter("--out 与 --in 一起使用 / --out goes with --in")
    from matcher.types import Proposal

    # What is to be matched is read before the engine is made: a wrong file name answers at once.
    single = None if batch is not None else Proposal("-", "", _text(text, file))
    engine = Engine.open(guide_file, encoder)
    for note in engine.notes:
        _note(note)
    proposals = [single] if single is not None else _batch(batch) if batch is not None else []
    answers = engine.match_many(proposals, k)
    if out is not None:
        with _replacing(out) as stream:
            for answer in answers:
                stream.write(json.dumps(match_json(answer), ensure_ascii=False) + "\n")
    elif as_json:
        for answer in answers:
            print(json.dumps(match_json(answer), ensure_ascii=False))
    else:
        from matcher.report import console, print_match

        screen = console()
        for answer in answers:
            print_match(screen, answer, engine.topics)


def _text(text: str | None, file: Path | None) -> str:
    if file is not None:
        from matcher.documents import read_document

        return "\n".join(read_document(file).lines)
    if text is None or text == "-":
        if sys.stdin.isatty():
            _note("请输入申报书文字，Ctrl-D 结束。 / Type or paste the proposal, then Ctrl-D.")
        return sys.stdin.buffer.read().decode("utf-8", "replace")
    return text


def _batch(path: Path) -> Iterator[Proposal]:
    """The proposals of a batch, with progress on stderr; broken rows are named there by line."""
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    from matcher.proposals import BadRow, read_proposals

    read = bad = 0
    console = Console(stderr=True)
    columns = (
        SpinnerColumn(),
        TextColumn("{task.completed} 份 / proposals"),
        TextColumn("{task.speed}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("", total=None)
        for row in read_proposals(path):
            if isinstance(row, BadRow):
                bad += 1
                _note(f"第 {row.line} 行未能读取：{row.reason} / line {row.line} could not be read")
                continue
            read += 1
            progress.advance(task)
            yield row
    _note(f"读取 {read} 份，{bad} 行未能读取。 / {read} proposals read, {bad} rows could not be read.")


@contextmanager
def _replacing(path: Path) -> Iterator[TextIO]:
    """A stream whose text replaces `path` when all is written; on an error the old file stays."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", errors="replace") as stream:
            yield stream
        temporary.chmod(0o644)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


@app.command()
def evaluate(
    proposals: Annotated[
        Path, typer.Argument(metavar="PROPOSALS", help="带 relevant 的 .jsonl / labelled proposals")
    ],
    guide_file: GuideOption = None,
    encoder: EncoderOption = None,
    trec: Annotated[
        Path | None, typer.Option(help="另存 TREC 格式的文件夹 / also write qrels and runs here")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """在有标注的申报书上评测。 / Quality on labelled proposals, by style and language.

    例 / example:  matcher evaluate data/eval/tianjin-dev.jsonl
    """
    from matcher import evaluate as evaluation
    from matcher.engine import Engine
    from matcher.proposals import read_labelled

    labelled = read_labelled(proposals)
    engine = Engine.open(guide_file, encoder)
    figures = evaluation.summary(engine, labelled)
    if trec is not None:
        qrels = {row.proposal.id: row.relevant for row in labelled}
        evaluation.write_trec(trec, qrels, evaluation.runs(engine, labelled))
    if as_json:
        print(json.dumps(figures, ensure_ascii=False))
        return
    from matcher.report import console, print_evaluation

    print_evaluation(console(), figures)


@app.command("app")
def page() -> None:
    """打开网页。 / Open the Streamlit page.

    例 / example:  matcher app
    """
    from matcher import shipped

    command = [
        sys.executable,
        "-m",
        "streamlit",
        "run",
        str(shipped.app_page()),
        "--browser.gatherUsageStats=false",
    ]
    raise typer.Exit(subprocess.run(command, check=False).returncode)
