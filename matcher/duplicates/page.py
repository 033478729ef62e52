"""The report as one self-contained page: no script, nothing fetched, every text escaped.

Matching passages carry the same number and colour on both sides; what everyone shares is grey.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from matcher.duplicates import Findings, Pair, clusters
from matcher.duplicates.cases import ANSWERS, Case, Cases, case_of
from matcher.duplicates.wording import ADVICE, KINDS, TEAMS
from matcher.segment import visible
from matcher.types import Proposal

_COLOURS = ("fff2a8", "c9e7ff", "d5f0c9", "ffd6c9", "e5d6ff", "c8f0ea", "f6d3ea", "e6e2b8")
_STYLE = """
body{font:14px/1.6 system-ui,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;margin:2em;color:#222}
h1{font-size:20px}h2{font-size:16px;margin-top:2em}h3{font-size:14px;margin:1.6em 0 .3em}
table{border-collapse:collapse}th,td{border:1px solid #ccc;padding:3px 7px;text-align:left;vertical-align:top}
th{background:#eee}.sides{display:grid;grid-template-columns:1fr 1fr;gap:1em}.side{border:1px solid #ccc;padding:.6em}
.who{color:#555;font-size:12px;margin-bottom:.4em}mark{color:inherit;padding:1px 0}mark sup{font-weight:700;font-size:10px}
.shared{color:#999}.note{background:#f6f6f6;padding:.6em}
@media print{body{margin:0;font-size:10px}.side,tr{break-inside:avoid}*{-webkit-print-color-adjust:exact;print-color-adjust:exact}}
""" + "".join(f".m{i}{{background:#{c}}}" for i, c in enumerate(_COLOURS))
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def page(
    findings: Findings, curve: Sequence[tuple[float, int, float]], threshold: float, cases: Cases
) -> Iterator[str]:
    """The page in pieces: advice, thresholds, groups, then each pair side by side."""
    title = f"重复申报核对 · possible repeats · {len(findings.pairs)}"
    yield (
        '<!DOCTYPE html>\n<html lang="zh-CN"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        f"<title>{_text(title)}</title><style>{_STYLE}</style></head><body>\n<h1>{_text(title)}</h1>\n"
        f"<p class=note>{_text(ADVICE)}<br>灰字是指南、表格标题等众人共有的文字，不计入。 / Grey text (guide, form"
        " headings, stock phrases) is shared by everyone and does not count.</p>\n"
    )
    yield from _curve(findings, curve, threshold)
    yield from _groups(findings)
    yield "<h2>成对 / Pairs</h2>\n"
    for number, pair in enumerate(findings.pairs, 1):
        yield from _pair(number, findings, pair, case_of(cases, findings, pair))
    yield "</body></html>\n"


def _text(text: str) -> str:
    return escape(visible(text)).replace("\n", "<br>")


def _curve(findings: Findings, curve: Sequence[tuple[float, int, float]], threshold: float) -> Iterator[str]:
    yield (
        f"<h2>阈值 / Thresholds</h2>\n<p>本批 {findings.compared} 份，阈值 {threshold:g}。预计误报按拟合时量得的比率折算。"
        f" / {findings.compared} proposals, threshold {threshold:g}; expected false alarms are the rate measured"
        " when the concern was fitted.</p>\n<table><tr><th>阈值 threshold</th><th>成对数 pairs</th>"
        "<th>预计误报 expected false alarms</th></tr>\n"
    )
    for at, count, alarms in curve:
        yield f"<tr><td>{at:g}</td><td>{count}</td><td>{alarms:.1f}</td></tr>\n"
    yield "</table>\n"


def _groups(findings: Findings) -> Iterator[str]:
    yield "<h2>成组 / Clusters</h2>\n<ol>\n"
    for members in clusters(findings.pairs):
        named = "；".join(f"{_text(m)} {_text(findings.proposals[m].title)}" for m in members)
        yield f"<li>{len(members)} 份 / proposals: {named}</li>\n"
    yield "</ol>\n"


def _pair(number: int, findings: Findings, pair: Pair, case: Case) -> Iterator[str]:
    decided = ANSWERS[case.answer] if case.answer else "未定 open"
    yield (
        f"<h3>{number}. {KINDS[pair.kind]} · 关注度 / concern {pair.concern:.2f} · {TEAMS[pair.same_team]}</h3>\n"
        f"<p class=who>甲见于乙 / a in b {pair.a_in_b:.0%} · 乙见于甲 / b in a {pair.b_in_a:.0%} ·"
        f" 句意对应 / sentences alike {pair.reworded:.0%}</p>\n"
        f"<p class=who>是否重复 / repeat: <b>{decided}</b> {_text(case.note)}</p>\n<div class=sides>\n"
    )
    sides = (
        (pair.a, False, [(s[0], s[1]) for s in pair.spans]),
        (pair.b, pair.archived, [(s[2], s[3]) for s in pair.spans]),
    )
    for name, archived, spans in sides:
        proposal = findings.proposals[name]
        yield f"<div class=side><div class=who>{_who(proposal, archived)}</div>"
        yield from _marked(proposal.text, spans, findings.shared[name])
        yield "</div>\n"
    yield "</div>\n"


def _who(proposal: Proposal, archived: bool) -> str:
    parts = [
        ("往年档案 / archive" if archived else "本批 / batch"), proposal.id, proposal.year, proposal.organisation,
        proposal.principal_investigator, proposal.declared and f"所报 / declared: {proposal.declared}",
    ]  # fmt: skip
    return " · ".join(_text(part) for part in parts if part)


def _marked(text: str, spans: Sequence[tuple[int, int]], shared: Sequence[tuple[int, int]]) -> Iterator[str]:
    """The text with each span numbered and coloured; where two overlap the earlier keeps its part."""
    end = 0
    for start, stop, number in sorted((s, e, n) for n, (s, e) in enumerate(spans, 1)):
        start = max(start, end)
        if start >= stop:
            continue
        yield from _greyed(text, end, start, shared)
        yield f'<mark class="m{(number - 1) % len(_COLOURS)}"><sup>{number}</sup>'
        yield from _greyed(text, start, stop, shared)
        yield "</mark>"
        end = stop
    yield from _greyed(text, end, len(text), shared)


def _greyed(text: str, start: int, end: int, shared: Sequence[tuple[int, int]]) -> Iterator[str]:
    """text[start:end], what everyone shares in grey."""
    for a, b in shared:
        a, b = max(a, start), min(b, end)
        if a < b:
            yield f"{_text(text[start:a])}<span class=shared>{_text(text[a:b])}</span>"
            start = b
    yield _text(text[start:end])
