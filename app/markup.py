"""Text to HTML: the only place where HTML is made of words that people wrote. Everything is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape

from app.words import say
from matcher.segment import visible
from matcher.types import Proposal, Span, Topic

COLOURS = 8  # mark.c0 … mark.c7 of page.css
_HEADLINE = 60


def text(written: str) -> str:
    """Text as HTML shows it: escaped, invisible characters removed."""
    return escape(visible(written))


def marked(
    source: str,
    pairs: Iterable[tuple[int, int, int]],
    inner: Sequence[Span],
    name: str,
    grey: Iterable[tuple[int, int, str]] = (),
) -> str:
    """`source` with each (start, end, number) of `pairs` as a numbered mark, and `inner` spans in class `name`.

    Stretches (start, end, reason) of `grey` are grey, with the reason where one points. Where two overlap
    the earlier keeps its part, a pair before what is grey; one with nothing left is not shown.
    """
    pieces: list[str] = []
    spans = _joined(inner)
    end = 0
    stretches = [(start, stop, 0, _numbered(number), "</mark>") for start, stop, number in pairs]
    stretches += [(start, stop, 1, _grey(reason), "</span>") for start, stop, reason in grey]
    for start, stop, _, opening, closing in sorted(stretches):
        start = max(start, end)
        if start >= stop:
            continue
        pieces += _inner(source, end, start, spans, name)
        pieces.append(opening)
        pieces += _inner(source, start, stop, spans, name)
        pieces.append(closing)
        end = stop
    return "".join([*pieces, *_inner(source, end, len(source), spans, name)])


def _numbered(number: int) -> str:
    return (
        f'<mark class="pair c{(number - 1) % COLOURS}" tabindex="0" data-pair="{number}"><sup>{number}</sup>'
    )


def _grey(reason: str) -> str:
    return f'<span class="grey" tabindex="0" title="{text(reason)}">'


def _joined(spans: Iterable[Span]) -> list[Span]:
    """Spans in order, overlapping ones as one."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _inner(source: str, start: int, end: int, spans: Sequence[Span], name: str) -> Iterator[str]:
    for a, b in spans:
        a, b = max(a, start), min(b, end)
        if a < b:
            yield f'{text(source[start:a])}<span class="{name}">{text(source[a:b])}</span>'
            start = b
    yield text(source[start:end])


def side(who: str, body: str, label: str) -> str:
    """One of two texts side by side; `who` and `body` are HTML, `label` names the region for a screen reader."""
    return (
        f'<section class="side" tabindex="0" aria-label="{text(label)}"><div class="who">{who}</div>'
        f'<div class="text">{body}</div></section>'
    )


def sides(left: str, right: str) -> str:
    """Two texts side by side, whose marks light up together."""
    return f'<div class="sides">{left}{right}</div>'


def section(title: str, note: str = "") -> str:
    """A heading inside a page."""
    small = f" <small>{text(note)}</small>" if note else ""
    return f'<div class="section" role="heading" aria-level="2">{text(title)}{small}</div>'


def notice(message: str, kind: str = "") -> str:
    """One line that people should see; `kind` is "", "calm" or "bad"."""
    role = "alert" if kind == "bad" else "status"
    return f'<div class="notice {kind}" role="{role}">{text(message)}</div>'


def figures(pairs: Iterable[tuple[str, str]]) -> str:
    """Numbers with a word below each."""
    return (
        '<ul class="figures">'
        + "".join(f"<li><b>{text(n)}</b><span>{text(w)}</span></li>" for n, w in pairs)
        + "</ul>"
    )


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A plain table of texts."""
    body = "".join(_line("td", row) for row in rows)
    return f'<div class="wide"><table class="rows"><thead>{_line("th", headings)}</thead><tbody>{body}</tbody></table></div>'


def _line(tag: str, cells: Sequence[str]) -> str:
    return "<tr>" + "".join(f"<{tag}>{text(cell)}</{tag}>" for cell in cells) + "</tr>"


def headline(proposal: Proposal) -> str:
    """A proposal's title, or how its abstract begins where it has none."""
    return visible(proposal.title or proposal.abstract[:_HEADLINE])


def named(topic: Topic) -> str:
    """A topic's id and title as HTML."""
    return f'<span class="id">{text(topic.id)}</span>{text(topic.title)}'


def office_line(topic: Topic) -> str:
    """Office, phone and where they come from, as plain text."""
    if topic.office is None:
        return say("office.none")
    return say("office.line").format(office=topic.office, source=say(f"office.{topic.office_source}"))


def grid(caption: str, rows: Sequence[Sequence[str]]) -> str:
    """The first cells of a sheet, each row after its number."""
    lines = "".join(_line("td", row) for row in rows)
    return f'<div class="wide grid"><div class="quiet">{text(caption)}</div><table class="rows">{lines}</table></div>'
