"""Commands of the reviewers' desk: duplicates, and the archive of earlier submissions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from matcher.cli.options import EncoderOption, GuideOption, note, read_batch

if TYPE_CHECKING:
    from matcher.duplicates import Findings
    from matcher.types import Guide

ArchiveOption = Annotated[
    Path | None, typer.Option(metavar="DIR", help="往年申报档案库的文件夹 / folder of the archive")
]
FolderArgument = Annotated[Path, typer.Argument(metavar="DIR", help="档案库文件夹 / folder of the archive")]

archive = typer.Typer(help="往年申报的档案库。 / The memory of earlier submissions.", no_args_is_help=True)


def duplicates(
    batch: Annotated[Path, typer.Argument(metavar="BATCH", help="一批申报书 / a batch of proposals")],
    archive: ArchiveOption = None,
    guide_file: GuideOption = None,
    out: Annotated[
        Path | None,
        typer.Option(help="报告 .html .xlsx .jsonl；省略则列在屏幕上 / report; without it a table"),
    ] = None,
    threshold: Annotated[
        float | None, typer.Option(min=0.0, max=1.0, help="列出的最低关注度 / least concern to list")
    ] = None,
    rethreshold: Annotated[
        Path | None,
        typer.Option(
            metavar="JSONL", help="用先前保存的 .jsonl 换阈值重出报告 / report again from a saved .jsonl"
        ),
    ] = None,
    encoder: EncoderOption = None,
) -> None:
    """找出与同批或往年重复的申报书，供评审人核对。 / Find proposals that repeat another, for reviewers to check.

    例 / examples:  matcher duplicates proposals.xlsx --archive earlier --out report.html
                    matcher duplicates proposals.xlsx --rethreshold pairs.jsonl --threshold 0.8 --out report.html
    """
    from matcher.duplicates import reports
    from matcher.duplicates.concern import DEFAULT_THRESHOLD, fitted

    if out is not None:
        reports.check_format(out)
    least = DEFAULT_THRESHOLD if threshold is None else threshold
    if rethreshold is not None:
        findings = _read_back(rethreshold, batch, archive, guide_file, encoder)
    else:
        findings = _find(batch, archive, guide_file, encoder, least)
    if out is None:
        _print(findings, least)
        return
    count = reports.write(findings, out, least, fitted())
    note(
        f"{findings.compared} 份中有 {count} 对关注度不低于 {least:g}，请评审人核对。"
        f" / {count} pairs among {findings.compared} proposals at or above {least:g}; refer to a reviewer."
    )


def _find(
    batch: Path, folder: Path | None, guide: Path | None, encoder: str | None, threshold: float
) -> Findings:
    from matcher.archive import Archive
    from matcher.duplicates import find
    from matcher.embeddings import FAST, load_encoder

    read = _guide(guide)
    loaded = load_encoder(encoder or FAST)
    reader = None if encoder == FAST else load_encoder()
    if folder is None:
        return find(read_batch(batch), loaded, None, read, threshold, reader=reader)
    with Archive(folder, loaded) as opened:
        search = opened.search()
        for nearest in search.nearest:
            if nearest is not None and nearest.recall < 1:
                note(
                    f"近似检索，量得召回 {nearest.recall:.3f} / approximate search, measured recall {nearest.recall:.3f}"
                )
        return find(read_batch(batch), loaded, (opened, search), read, threshold, reader=reader)


def _read_back(
    saved: Path, batch: Path, folder: Path | None, guide: Path | None, encoder: str | None
) -> Findings:
    from matcher.archive import Archive
    from matcher.duplicates.saved import read_back
    from matcher.embeddings import FAST, load_encoder

    proposals = list(read_batch(batch))
    if folder is None:
        return read_back(saved, proposals, None, _guide(guide))
    with Archive(folder, load_encoder(encoder or FAST)) as opened:
        return read_back(saved, proposals, (opened, opened.search()), _guide(guide))


def _guide(file: Path | None) -> Guide:
    from matcher import shipped
    from matcher.guide import read_guide

    return read_guide(file or shipped.default_guide())


def _print(findings: Findings, threshold: float) -> None:
    from rich.table import Table
    from rich.text import Text

    from matcher.duplicates.wording import ADVICE, KINDS, TEAMS
    from matcher.report import console
    from matcher.segment import visible

    table = Table(box=None, pad_edge=False, header_style="dim")
    for heading in ("关注度 concern", "类型 kind", "甲 a", "乙 b", "团队 team"):
        table.add_column(heading, overflow="fold")
    shown = [p for p in findings.pairs if p.concern >= threshold]
    for pair in shown:
        a, b = (findings.proposals[name] for name in (pair.a, pair.b))
        cells = [f"{p.id} {p.title}" for p in (a, b)]
        table.add_row(
            f"{pair.concern:.2f}",
            KINDS[pair.kind],
            *(Text(visible(c)) for c in cells),
            TEAMS[pair.same_team],
        )
    screen = console()
    screen.print(table)
    screen.print(Text(f"{len(shown)} 对 / pairs。{ADVICE}"))


@archive.command()
def add(
    folder: FolderArgument,
    batch: Annotated[Path, typer.Argument(metavar="BATCH")],
    encoder: EncoderOption = None,
) -> None:
    """加入一批申报书。 / Add a batch of proposals.

    例 / example:  matcher archive add earlier proposals-2023.xlsx
    """
    from matcher.archive import Archive
    from matcher.embeddings import FAST, load_encoder

    with Archive(folder, load_encoder(encoder or FAST), create=True) as opened:
        added = opened.add(read_batch(batch))
    note(
        f"加入 {added.stored} 份，{added.known} 份已在库中。"
        f" / {added.stored} added, {added.known} were there already."
    )
    if added.refused:
        listed = ", ".join(added.refused[:20])
        note(
            f"{len(added.refused)} 份未加入：同编号同年度已有不同内容，请先 remove：{listed}"
            f" / {len(added.refused)} not added: the same id and year is there with another text, remove it first: {listed}"
        )


@archive.command("list")
def list_(folder: FolderArgument, encoder: EncoderOption = None) -> None:
    """列出档案库内容：编号、年度、题目。 / List what is in it: id, year, title.

    例 / example:  matcher archive list earlier
    """
    from matcher.archive import Archive
    from matcher.embeddings import FAST, load_encoder
    from matcher.segment import visible

    with Archive(folder, load_encoder(encoder or FAST)) as opened:
        for submission in opened.submissions():
            p = submission.proposal
            cells = (p.id, p.year, p.title, p.organisation, p.principal_investigator)
            print("\t".join(" ".join(visible(c).split()) for c in cells))
        note(
            f"{len(opened)} 份，第 {opened.version} 版 / {len(opened)} submissions, version {opened.version}"
        )


@archive.command()
def remove(
    folder: FolderArgument,
    ids: Annotated[list[str], typer.Argument(metavar="ID...", help="编号 / ids")],
    year: Annotated[str | None, typer.Option(help="只删这一年度的 / of this year only")] = None,
    encoder: EncoderOption = None,
) -> None:
    """真正删除：文字与向量都清除。 / Remove for good, text and vectors.

    例 / example:  matcher archive remove earlier 2023-017
    """
    from matcher.archive import Archive
    from matcher.embeddings import FAST, load_encoder

    with Archive(folder, load_encoder(encoder or FAST)) as opened:
        count = opened.remove(ids, year)
    note(f"已删除 {count} 份。 / {count} removed.")


@archive.command()
def verify(folder: FolderArgument, encoder: EncoderOption = None) -> None:
    """核对档案库是否完好；有问题时退出码为 1。 / Check an archive; exit code 1 if something is wrong.

    例 / example:  matcher archive verify earlier
    """
    from matcher.archive import upkeep
    from matcher.embeddings import FAST, load_encoder

    problems = upkeep.verify(folder, load_encoder(encoder or FAST))
    for problem in problems:
        note(problem)
    if problems:
        raise typer.Exit(1)
    note("档案库完好。 / The archive is sound.")


@archive.command()
def rebuild(folder: FolderArgument, encoder: EncoderOption = None) -> None:
    """换编码器后重算向量。 / Make the vectors again, for another encoder.

    例 / example:  matcher archive rebuild earlier
    """
    from matcher.archive import upkeep
    from matcher.embeddings import FAST, load_encoder

    count = upkeep.rebuild(folder, load_encoder(encoder or FAST))
    note(f"重算 {count} 份。 / {count} made again.")
