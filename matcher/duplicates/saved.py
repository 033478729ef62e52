"""Pairs as JSON lines, the fixed form of `duplicates --out x.jsonl`, written and read back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from json import JSONDecodeError
from pathlib import Path
from typing import Any

from msgspec import Struct

from matcher import typed_json
from matcher.archive import Search
from matcher.duplicates import Findings, Pair, candidates, content, distinct
from matcher.duplicates.cases import Case, Cases, case_of
from matcher.duplicates.classifier import Kind
from matcher.duplicates.copied import SpanPair
from matcher.duplicates.search import SameTeam
from matcher.errors import ReportError
from matcher.files import replacing
from matcher.message import Catalogue
from matcher.readers.source import LARGEST_FILE, check_regular
from matcher.screen import json_line
from matcher.shingles import units
from matcher.typed_json import Share
from matcher.types import Guide, Proposal

say = Catalogue(__file__)


class _CopiedShares(Struct):
    """The share of each text that is copied from the other."""

    a_in_b: Share
    b_in_a: Share


class _PairLine(Struct):
    """A line as `pair_json` makes it; what was decided is read by `cases`."""

    a: str
    b: str
    kind: Kind
    concern: Share
    copied: _CopiedShares
    reworded: Share
    spans: tuple[SpanPair, ...]
    same_team: SameTeam


def pair_json(pair: Pair, case: Case) -> dict[str, Any]:
    """A pair as the fixed JSON object, with its case if something was decided or noted."""
    decided = {"answer": case.answer, "note": case.note, "key": case.key}
    return {
        "a": pair.a,
        "b": pair.b,
        "kind": pair.kind,
        "concern": pair.concern,
        "copied": {"a_in_b": pair.a_in_b, "b_in_a": pair.b_in_a},
        "reworded": pair.reworded,
        "spans": [list(span) for span in pair.spans],
        "same_team": pair.same_team,
        **(decided if case.answer or case.note else {}),
    }


def write_lines(findings: Findings, out: Path, cases: Cases) -> None:
    """Write one JSON object a line for each pair in order, replacing `out` whole."""
    with replacing(out) as stream:
        stream.writelines(
            json_line(pair_json(pair, case_of(cases, findings, pair))) for pair in findings.pairs
        )


def read_back(
    saved: Path, proposals: Sequence[Proposal], archive: Search | None, guide: Guide | None
) -> Findings:
    """The findings of a saved file for the same batch and archive; nothing is compared again.

    What does not count is worked out as in the run, from the same batch, archive and guide.

    ReportError naming the line where a pair cannot be read, or speaks of a text that is not here.
    """
    check_regular(saved, LARGEST_FILE)
    batch = distinct(proposals)
    here = {p.id: p for p in batch}
    pairs = []
    for number, line in enumerate(saved.read_text("utf-8", "replace").split("\n"), 1):
        if not line.strip():
            continue
        try:
            pair = _pair(line, here)
            for name in (pair.a, pair.b):
                if name not in here:
                    here[name] = _archived(name, batch, archive)
            _check(pair, here)
        except (ValueError, LookupError) as error:
            why = say("saved.no pair") if isinstance(error, JSONDecodeError) else error.args[0]
            raise ReportError(say("saved.line", name=saved.name, number=number, error=why)) from error
        pairs.append(pair)
    known = content.read([p.text for p in batch], archive, guide)[1]
    names = sorted({name for pair in pairs for name in (pair.a, pair.b)})
    named = {name: here[name] for name in names}
    texts = {name: content.content(p.text, units(p.text), known) for name, p in named.items()}
    greyed = {name: text.uncounted_spans for name, text in texts.items()}
    return Findings(tuple(pairs), named, greyed, len(batch))


def _pair(line: str, batch: Mapping[str, Proposal]) -> Pair:
    row = typed_json.loads(line, _PairLine)
    return Pair(
        row.a, row.b, row.kind, row.concern, row.copied.a_in_b, row.copied.b_in_a, row.reworded, row.spans, row.same_team,
        row.b not in batch,
    )  # fmt: skip


def _archived(name: str, batch: Sequence[Proposal], archive: Search | None) -> Proposal:
    if archive is not None:
        plain = name.rpartition(" (")[0]
        for proposal in candidates.named_apart(
            [*archive.records.named(name), *archive.records.named(plain)], batch, archive
        ):
            if proposal.id == name:
                return proposal
    raise LookupError(say("saved.no text", name=name))


def _check(pair: Pair, here: dict[str, Proposal]) -> None:
    lengths = len(here[pair.a].text), len(here[pair.b].text)
    for a, b, c, d in pair.spans:
        if not (0 <= a <= b <= lengths[0] and 0 <= c <= d <= lengths[1]):
            raise ValueError(say("saved.spans", span=f"{a}–{b}, {c}–{d}"))
