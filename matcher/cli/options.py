"""What the commands share: their options, notes on stderr, and reading a batch with progress."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from matcher.engine import Engine
    from matcher.types import Proposal

GuideOption = Annotated[
    Path | None, typer.Option("--guide", "-g", help="指南文件；默认 2021 天津软科学指南 / guide document")
]
EncoderOption = Annotated[
    str | None,
    typer.Option(help="模型文件夹或名称；默认用内置编码器 / sentence-transformers folder or hub name"),
]
RerankerOption = Annotated[
    str | None,
    typer.Option(
        help="重排前几个课题的交叉编码器，须先经 calibrate 检验 / cross-encoder, tested by calibrate first"
    ),
]
FastOption = Annotated[
    bool, typer.Option("--fast", help="只用快速编码器：每秒上千份，判断略粗 / the fast reader alone: coarser")
]
JsonOption = Annotated[bool, typer.Option("--json", help="输出 JSON / print JSON")]


def note(message: str) -> None:
    """One line for people on stderr."""
    print(" ".join(message.split()), file=sys.stderr)


def open_engine(
    guide_file: Path | None,
    encoder: str | None,
    reranker: str | None = None,
    gated: bool = True,
    fast: bool = False,
) -> Engine:
    """The engine that the options name; what it has to tell (an index rebuilt) goes to stderr."""
    from matcher.embeddings import FAST
    from matcher.engine import Engine

    if fast and encoder:
        raise typer.BadParameter("--fast 与 --encoder 只能给一个 / give only one of --fast and --encoder")
    engine = Engine.open(guide_file, FAST if fast else encoder, reranker=reranker, gated=gated)
    for message in engine.notes:
        note(message)
    return engine


def read_batch(path: Path) -> Iterator[Proposal]:
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
                note(f"第 {row.line} 行未能读取：{row.reason} / line {row.line} could not be read")
                continue
            read += 1
            progress.advance(task)
            yield row
    note(f"读取 {read} 份，{bad} 行未能读取。 / {read} proposals read, {bad} rows could not be read.")
