"""Commands that answer: guide, match, demo."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from matcher import settings, shipped
from matcher.cli import options
from matcher.errors import DocumentError, GuideError
from matcher.files import check_output, gather_temporary_files, replacing, temporary_folder
from matcher.guide import blank_guide, read_guide, to_json, write_workbook
from matcher.message import Catalogue
from matcher.readers import read_document
from matcher.readers.encoding import decode_input
from matcher.readers.source import DOCUMENTS, OLD, ending_of
from matcher.screen import json_line, note, screen

if TYPE_CHECKING:
    from matcher.engine import Engine
    from matcher.readers.batch import Entry
    from matcher.readers.form.reading import Form
    from matcher.scale.work import Executor

say = Catalogue(__file__)

_LONGEST_NAME = settings.size("cli.answers.longest_name")
_TOPICS = settings.count("engine.topics")
_PIPED = Path("-")


def guide(
    guide_file: Annotated[Path, typer.Argument(metavar="GUIDE", help="guide-argument")],
    as_json: options.JsonOption = False,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="workbook-option")] = None,
    force: options.ForceOption = False,
) -> None:
    """Example:  matcher guide data/guides/tianjin-2021-soft-science.txt --out guide.xlsx"""
    if out is not None:
        check_output(out, (".xlsx",), [guide_file], force=force)
        gather_temporary_files()
    try:
        read = read_guide(guide_file)
    except GuideError:
        if out is not None:  # its lines, for a person to fill in the topics
            write_workbook(blank_guide(read_document(guide_file)), out)
            note(say("guide.fill in", out=out))
        raise
    if out is not None:
        write_workbook(read, out)
        note(say("guide.mend", out=out))
    if as_json:
        sys.stdout.write(json_line(to_json(read)))
        return
    from matcher.report import print_guide

    print_guide(screen(), read)


def match(
    text: Annotated[str | None, typer.Argument(help="text-argument")] = None,
    file: Annotated[Path | None, typer.Option(help="file-option")] = None,
    batch: Annotated[Path | None, typer.Option("--in", help="batch-option")] = None,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="answers-option")] = None,
    guide_file: options.GuideOption = None,
    encoder: options.EncoderOption = None,
    reranker: options.RerankerOption = None,
    fast: options.FastOption = False,
    device: options.DeviceOption = None,
    cluster: options.ClusterOption = None,
    k: Annotated[int, typer.Option("-k", metavar="N", min=1, help="topics-option")] = _TOPICS,
    columns: options.ColumnOption = None,
    header_row: options.HeaderRowOption = None,
    force: options.ForceOption = False,
    as_json: options.JsonOption = False,
    explain: Annotated[bool, typer.Option("--explain", help="explain-option")] = False,
) -> None:
    """Example:  matcher match "想研究科技创新券对小企业的作用"
    matcher match "do vouchers help small firms to innovate"
    matcher match --in proposals.xlsx --out answers.jsonl
    """
    _check_usage(text, file, batch, out, cluster, columns or header_row, explain and not as_json)
    if batch is None:
        # What is to be matched is read before the engine is made: a wrong file name answers at once.
        form = _form(*_named_file(text, file))
        engine = options.open_engine(guide_file, encoder, reranker, fast=fast, device=device)
        _print_one(engine, form, k, as_json, explain)
        return
    if out is not None:
        check_output(out, (".jsonl",), [batch, guide_file], force=force)
    with options.open_cluster(cluster) as workers:
        engine = options.open_engine(guide_file, encoder, reranker, fast=fast, device=device)
        rows = options.read_batch(batch, columns, header_row)
        if out is None and not as_json:
            _print_all(engine, rows, k)
        else:
            _write_all(engine, rows, k, k if explain else 1, out, workers)


def _check_usage(
    text: str | None,
    file: Path | None,
    batch: Path | None,
    out: Path | None,
    cluster: str | None,
    table: object,
    shown: bool,
) -> None:
    """Wrong usage where options are given that do not go together, or would do nothing: those of a `table`, and an explanation
    that is to be `shown` on the screen."""
    if batch is None and table:
        raise typer.BadParameter(say("match.table"))
    if batch is not None and out is None and shown:
        raise typer.BadParameter(say("match.explain"))
    if sum(source is not None for source in (text, file, batch)) > 1:
        raise typer.BadParameter(say("match.one input"))
    if out is not None and batch is None:
        raise typer.BadParameter(say("match.out"))
    if cluster is not None and out is None:
        raise typer.BadParameter(say("match.cluster"))


def _print_all(engine: Engine, rows: Iterable[Entry], k: int) -> None:
    from matcher.report import print_match
    from matcher.scale.batches import matched

    console = screen()
    for answer in matched(engine, rows, k):
        print_match(console, answer, engine.topics)


def _write_all(
    engine: Engine, rows: Iterable[Entry], k: int, evident: int, out: Path | None, workers: Executor | None
) -> None:
    """A line of JSON for each row, to `out` or standard output; the first `evident` hits with their evidence."""
    from matcher.scale.batches import answer_lines

    with replacing(out) if out is not None else nullcontext(sys.stdout) as stream:
        stream.writelines(answer_lines(engine, rows, k, evident, workers))


def _print_one(engine: Engine, form: Form, k: int, as_json: bool, explain: bool) -> None:
    """One answer, with what was not read of the proposal among its warnings, and an explanation of its first topic."""
    from matcher.report import print_match

    proposal = form.proposal("-")
    answer = engine.match(proposal, k)
    answer = replace(answer, warnings=(*answer.warnings, *form.notes))
    shown = answer.topic_id is not None and (explain or not as_json)
    explained = engine.explain(proposal, answer.hits[0].topic_id) if shown else None
    if as_json:
        more = {} if explained is None else {"explanation": explained.to_dict()}
        sys.stdout.write(json_line(answer.to_dict() | more))
    else:
        print_match(screen(), answer, engine.topics, explained)
        if answer.verdict == "empty":
            raise typer.Exit(1)  # whoever reads JSON has the verdict; in a shell nothing was answered
    print(end="", flush=True)  # to free what the encoders hold takes a tenth of a second, after the answer


def _named_file(text: str | None, file: Path | None) -> tuple[str | None, Path | None]:
    """TEXT that is the name of a document is the document: nobody matches the words "one.docx"."""
    name = (text or "").strip()
    if len(name) > _LONGEST_NAME or "\n" in name or Path(name).suffix.lower() not in (*DOCUMENTS, *OLD):
        return text, file
    return None, Path(name)


def _form(text: str | None, file: Path | None) -> Form:
    """The one proposal that was typed, pasted, piped or named as a file; rows of a table or of JSON as a file of them."""
    from matcher.readers.form.reading import form_of_text
    from matcher.readers.sheet.delimited import ending_of_text

    if file is not None and file != _PIPED:
        return _form_in(file)
    raw, ending = b"", ""
    if text is None or text == str(_PIPED):
        if sys.stdin is None:
            raise DocumentError(say("match.no text"))
        if sys.stdin.isatty():
            note(say("match.type"))
        raw = sys.stdin.buffer.read()
        ending = ending_of(raw)
        text = "" if ending else decode_input(raw)
    if rows := ending_of_text(text):
        raw, ending = text.encode("utf-8", "replace"), rows
    if ending:
        with temporary_folder() as folder:
            (folder / f"stdin{ending}").write_bytes(raw)
            return _form_in(folder / f"stdin{ending}", piped=True)
    return form_of_text(text)


def _form_in(file: Path, *, piped: bool = False) -> Form:
    # Here: a sentence is answered without the readers of files.
    from matcher.readers.batch import read_proposal

    return read_proposal(file, piped=piped)


def demo() -> None:
    """Example:  python -m matcher demo"""
    rows = options.read_batch(shipped.data_file("demo.jsonl"))
    _print_all(options.open_engine(None, None), rows, _TOPICS)
