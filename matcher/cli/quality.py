"""Commands that measure and fit: evaluate, calibrate, and learn from what was decided."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from matcher.cli import options
from matcher.errors import CalibrationError
from matcher.files import check_output, check_output_folder
from matcher.locks import locked
from matcher.message import COMMA, Catalogue, joined
from matcher.screen import json_line, note, note_each, screen

if TYPE_CHECKING:
    from matcher.calibrate import Refit
    from matcher.engine import Engine
    from matcher.fit import LabelledScores
    from matcher.labelled import Labelled

say = Catalogue(__file__)

_LABELLED = typer.Argument(metavar="PROPOSALS", help="labelled")


def evaluate(
    proposals: Annotated[Path, _LABELLED],
    guide_file: options.GuideOption = None,
    encoder: options.EncoderOption = None,
    reranker: options.RerankerOption = None,
    fast: options.FastOption = False,
    device: options.DeviceOption = None,
    perturbed: Annotated[bool, typer.Option("--perturbed", help="perturbed-option")] = False,
    trec: Annotated[Path | None, typer.Option(help="trec-option")] = None,
    force: options.ForceOption = False,
    as_json: options.JsonOption = False,
) -> None:
    """Example:  matcher evaluate data/eval/tianjin-dev.jsonl"""
    from matcher.evaluate import Evaluation, write_trec
    from matcher.labelled import check_topics, read_labelled

    if trec is not None:
        check_output_folder(trec, [proposals, guide_file], force=force)
    labelled = read_labelled(proposals)
    engine = options.open_engine(guide_file, encoder, reranker, gated=False, fast=fast, device=device)
    check_topics(labelled, engine.guide)
    evaluation = Evaluation(engine, labelled)
    figures = evaluation.summary()
    if perturbed:
        figures["invariance"] = evaluation.invariance()
    if trec is not None:
        write_trec(trec, evaluation.qrels, evaluation.runs)
    if as_json:
        sys.stdout.write(json_line(figures))
        return
    from matcher.report import print_evaluation

    print_evaluation(screen(), figures)


def calibrate(
    proposals: Annotated[list[Path], _LABELLED],
    guides: Annotated[list[Path] | None, typer.Option("--guide", "-g", help="guides-option")] = None,
    encoder: options.EncoderOption = None,
    reranker: options.RerankerOption = None,
    fast: options.FastOption = False,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="calibration-option")] = None,
    left_out: Annotated[bool, typer.Option("--left-out", help="left-out-option")] = False,
    force: Annotated[bool, typer.Option("--force", help="keep-option")] = False,
) -> None:
    """Example:  matcher calibrate decided.jsonl --guide guide-2026.docx"""
    from matcher import calibrate as fitting
    from matcher.matching.calibration import user_file

    if out is not None:
        check_output(out, (".json",), [*proposals, *(guides or [])], force=force)
    pairs = zip(proposals, _guides(guides, len(proposals)), strict=True)
    sets = [_scored(file, guide, encoder, reranker, fast=fast) for file, guide in pairs]
    engine, sources = sets[-1].engine, [each.source for each in sets]
    plain = [each.plain for each in sets]
    reranked = [each.reranked for each in sets if each.reranked is not None]
    if left_out:
        from matcher.report import print_figures

        table = fitting.left_out(reranked or plain, [str(source["guide"]) for source in sources])
        print_figures(screen(), say("calibrate.left out"), table)
        return
    provenance = engine.provenance._replace(reranker=reranker or "")
    before = plain if reranked else None
    refit = fitting.refit(reranked or plain, provenance, engine.calibration, sources, before)
    if not _keep(refit, out or user_file(provenance), force=force):
        raise CalibrationError(say("calibrate.worse"))


class _Set(NamedTuple):
    """Labelled proposals of one file as they are scored, alone and with the reranker, and where they come from."""

    engine: Engine
    plain: LabelledScores
    reranked: LabelledScores | None
    source: dict[str, object]


def _guides(named: list[Path] | None, files: int) -> list[Path | None]:
    """The guide of each file: one each, one for all, or none for the shipped one."""
    guides: list[Path | None] = [*named] if named else [None]
    if len(guides) == 1:
        guides *= files
    if len(guides) != files:
        raise typer.BadParameter(say("evaluate.guides"))
    return guides


def _scored(file: Path, guide: Path | None, encoder: str | None, reranker: str | None, *, fast: bool) -> _Set:
    from matcher import calibrate as fitting
    from matcher.labelled import read_labelled

    engine = options.open_engine(guide, encoder, fast=fast)
    labelled = read_labelled(file)
    reranked = None
    if reranker:
        second = options.open_engine(guide, encoder, reranker, gated=False, fast=fast)
        reranked = fitting.scored(second, labelled)
    source = {
        "file": file.name,
        "sha256": sha256(file.read_bytes()).hexdigest(),
        "rows": len(labelled),
        "guide": engine.guide.title,
    }
    return _Set(engine, fitting.scored(engine, labelled), reranked, source)


def _keep(refit: Refit, file: Path, *, force: bool) -> bool:
    """Show before and after side by side, and write the refit to `file` unless it does harm; whether it was written."""
    from matcher import calibrate as fitting
    from matcher.report import print_figures

    rows = {name: {"before": refit.before.get(name), "after": new} for name, new in refit.after.items()}
    print_figures(screen(), say("calibrate.held out"), rows)
    if refit.harms and not force:
        return False
    fitting.save(refit.calibration, file)
    note(say("written", out=file))
    return True


def learn(
    reports: Annotated[list[Path], typer.Argument(metavar="REPORT", help="reports-argument")],
    guide_file: options.GuideOption = None,
    encoder: options.EncoderOption = None,
    decisions: Annotated[Path | None, typer.Option(help="decisions-option")] = None,
    force: Annotated[bool, typer.Option("--force", help="keep-harm-option")] = False,
) -> None:
    """Example:  matcher learn report.xlsx"""
    from matcher.matching.calibration import user_file
    from matcher.triage import decisions as memory
    from matcher.triage.columns import choice_name
    from matcher.triage.desk import NONE

    guide = options.read_guide(guide_file)
    read = [memory.read_report(report, guide) for report in reports]
    engine = options.open_engine(guide_file, encoder)
    note_each(problem for _, problems in read for problem in problems)
    decided = [decision for kept, _ in read for decision in kept]
    titles = {topic.id: topic.title for topic in guide.topics}
    for decision in decided:
        named = choice_name(decision.topic or NONE)
        if decision.topic:
            named = say("learn.topic", id=decision.topic, title=titles[decision.topic])
        note(joined([decision.id or decision.title, named], " → "))
    file = decisions or memory.default_file()
    total, new = memory.keep(file, decided), len(decided)
    note(say("learn.read", new=new, file=file, total=total))
    # Whoever refits last has read every decision that was kept before. What one guide's decisions say of the level of its
    # scores holds for no other guide.
    with locked(place := user_file(engine.provenance, engine.guide)):
        known, gone = memory.labelled(file, engine.guide)
        if gone:
            note(say("learn.gone", file=file, count=len(gone), ids=joined(gone, COMMA)))
        _refit(engine, known, place, force=force)


def _refit(engine: Engine, decided: Sequence[Labelled], place: Path, *, force: bool) -> None:
    """Refit the calibration to the decisions on this guide, show before and after, keep it if it does no harm."""
    from matcher import calibrate as fitting

    if (enough := fitting.FEWEST) > len(decided):
        note(say("learn.too few", enough=enough))
        return
    source = {"file": "decisions", "rows": len(decided), "guide": engine.guide.title}
    refit = fitting.refit([fitting.scored(engine, decided)], engine.provenance, engine.calibration, [source])
    if _keep(refit, place, force=force):
        note(say("learn.kept", guide=engine.guide.title))
    else:
        note(say("learn.worse"))
