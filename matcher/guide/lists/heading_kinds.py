"""Which kinds of marks stand above a list, by their rank or by what the document does with them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from matcher import settings
from matcher.guide import prior
from matcher.guide.text.blocks import Unit
from matcher.guide.text.marks import RANK, number_of, rank

_ENCLOSES = settings.share("guide.headings.encloses")
# Kinds that stand above lists everywhere; the others must show in the document that they do.
_OUTER = ("part", "chapter", "roman", "stem", "han", "paren-han", "outer-bullet")


def heading_kinds(units: Sequence[Unit], topic: str, candidates: prior.ListCandidates) -> dict[str, float]:
    """The kinds that stand above this one: kind -> rank."""
    own = rank(topic)
    marks = [units[at].marks for at in candidates] if topic.startswith("md") else []
    # Headings of Markdown that all are counted stand below what stands above such a count: （一）… above ### 课题1 …
    counted = max([own, *map(rank, set.intersection(*map(set, marks)) - {"label"})]) if marks else own
    kinds: dict[str, float] = {}
    levels = [int(k[2:]) for at in candidates for k in units[at].marks if k.startswith("md") and k != topic]
    for kind in dict.fromkeys(kind for unit in units for kind in unit.marks):
        opens = kind not in ("bullet", "code") or _opens_all(units, kind, candidates)
        if kind in (topic, "label") or not opens:
            continue
        if kind.startswith("md") and levels and int(kind[2:] or 0) >= min(levels):
            continue  # a style below that of the titles themselves
        if _restarts_within(units, kind, candidates):
            continue
        # A word such as 专题 stands above 一、 and (一) as well, 方向 above (一).
        below = {"paren-han": "direction", "han": "theme"}.get(topic)
        word = kind.startswith("word:") and rank(kind) <= RANK["direction"]
        above = rank(kind) < (own if kind.startswith("md") else counted)
        outer = above and (kind in _OUTER or kind.startswith("md") or word)
        outer = outer or (kind.startswith("word:") and below is not None and rank(kind) <= RANK[below])
        restarts = kind == "bullet" and all(n == 1 for n in _numbers_below(units, kind, candidates))
        if outer or restarts or encloses(units, kind, topic, candidates):
            kinds[kind] = rank(kind)
    return kinds


def _opens_all(units: Sequence[Unit], kind: str, candidates: prior.ListCandidates) -> bool:
    """Whether each of several units with `kind` stands right above a title, and most of them open lists: ▲工业类."""
    places = [at for at, unit in enumerate(units) if kind in unit.marks and at not in candidates]
    most = len(places) > 1 and len(candidates) >= 2 * len(places)
    return most and all(at + 1 in candidates for at in places)


def _numbers_below(units: Sequence[Unit], kind: str, candidates: prior.ListCandidates) -> list[int | None]:
    """The numbers of the titles right below the units with `kind`."""
    heads = [at for at, unit in enumerate(units) if kind in unit.marks and at not in candidates]
    return [candidates[at + 1][0] for at in heads]


def _restarts_within(units: Sequence[Unit], kind: str, candidates: prior.ListCandidates) -> bool:
    """Whether the units with `kind` count from 1 anew in most topics: they head the parts of topics (一、领域)."""
    edges = [*sorted(candidates), len(units)]
    parts = [[u.marks[kind] for u in units[a + 1 : b] if kind in u.marks] for a, b in pairwise(edges)]
    before = any(kind in unit.marks for unit in units[: edges[0]])
    anew = sum(len(part) > before and number_of(part[0].written) == 1 for part in parts)
    return anew > 1 and anew * 2 > len(candidates)


def encloses(units: Sequence[Unit], kind: str, topic: str, candidates: prior.ListCandidates) -> bool:
    """Whether the units with `kind` each open a list of this kind that begins anew or runs on."""
    last = max(candidates)
    places = [at for at, u in enumerate(units) if kind in u.marks and at < last and at not in candidates]
    if not places or places[0] > min(candidates) or (len(places) < 2 and rank(kind) >= rank(topic)):
        return False
    opened, expected = 0, 1
    for at, end in pairwise([*places, last + 1]):
        inside = [i for i in range(at + 1, end) if i in candidates]
        if not inside:
            continue
        numbers, code = [candidates[i][0] for i in inside], units[at].marks[kind].code
        follows = numbers[0] in (None, 1, expected) or (code and candidates[inside[0]][2].startswith(code))
        opened += bool(follows) and not any(map(prior.is_content, units[at + 1 : inside[0]]))
        expected = expected if numbers[-1] is None else numbers[-1] + 1
    return opened >= _ENCLOSES * len(places)
