"""The command that fits probabilities to decisions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from matcher.cli.options import EncoderOption, FastOption, RerankerOption, open_engine
from matcher.errors import CalibrationError
from matcher.files import check_output
from matcher.message import Message, label
from matcher.screen import note, screen

if TYPE_CHECKING:
    from matcher.calibrate import Refit


def calibrate(
    proposals: Annotated[
        list[Path], typer.Argument(metavar="PROPOSALS", help="带 relevant 的 .jsonl / labelled proposals")
    ],
    guides: Annotated[
        list[Path] | None,
        typer.Option("--guide", "-g", help="每个文件一份指南，或共用一份 / one guide a file, or one for all"),
    ] = None,
    encoder: EncoderOption = None,
    reranker: RerankerOption = None,
    fast: FastOption = False,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            help="写入的文件；默认存为本人的校准 / file to write; default: your own calibration",
        ),
    ] = None,
    left_out: Annotated[
        bool,
        typer.Option(
            "--left-out",
            help="每次留出一份指南检验，不写文件 / try it on each guide left out of the fit; writes nothing",
        ),
    ] = False,
    force: Annotated[
        bool,
        typer.Option(
            "--force",
            help="变差也保留，并覆盖已有的 --out / keep it even if it does harm, and replace an existing --out",
        ),
    ] = False,
) -> None:
    """按您自己的判断重新校准概率；对留出的申报书变差则不保留。 / Refit probabilities to your decisions; kept only if it does no harm.

    例 / example:  matcher calibrate decided.jsonl --guide guide-2026.docx
    """
    from hashlib import sha256

    from matcher import calibrate as fitting
    from matcher.matching.calibration import user_file
    from matcher.proposals import read_labelled

    if out is not None:
        check_output(out, (".json",), [*proposals, *(guides or [])], force=force)
    named: list[Path | None] = [*guides] if guides else [None]
    if len(named) == 1:
        named *= len(proposals)
    if len(named) != len(proposals):
        raise typer.BadParameter(
            Message("--guide 给一次，或与文件一样多次", "give --guide once, or once for each file")
        )
    sets, old, told = [], [], []
    for file, guide in zip(proposals, named, strict=True):
        engine = open_engine(guide, encoder, fast=fast)
        labelled = read_labelled(file)
        old.append(fitting.scored(engine, labelled))
        if reranker:
            second = open_engine(guide, encoder, reranker, gated=False, fast=fast)
            sets.append(fitting.scored(second, labelled))
        told.append(
            {
                "file": file.name,
                "sha256": sha256(file.read_bytes()).hexdigest(),
                "rows": len(labelled),
                "guide": engine.guide.title,
            }
        )
    if left_out:
        from matcher.report_quality import print_figures
        from matcher.screen import screen

        table = fitting.left_out(sets or old, [str(entry["guide"]) for entry in told])
        print_figures(screen(), label("留出的指南", "guide left out"), table)
        return
    made_with = engine.made_with._replace(reranker=reranker or "")
    made = fitting.refit(sets or old, made_with, engine.calibration, told, old if sets else None)
    show(made)
    if made.harms and not force:
        raise CalibrationError(
            "新校准在留出的申报书上变差，未保留；加 --force 强制保留。",
            "The new calibration does worse on rows it has not seen and was not kept; --force keeps it.",
        )
    file = out or user_file(made_with)
    fitting.save(made.calibration, file)
    note(Message(f"已写入 {file}", f"written to {file}"))


def show(made: Refit) -> None:
    """Before and after, side by side."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="dim")
    for heading in ("留出 held out", "之前 before", "之后 after"):
        table.add_column(heading)
    for name, value in made.after.items():
        old: Any = made.before.get(name)
        table.add_row(name, "–" if old is None else f"{old:.3f}", f"{value:.3f}")
    screen().print(table)
