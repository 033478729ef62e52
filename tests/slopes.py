"""What rows of measurements say: slopes, a picture, and what larger machines would need.

Pure arithmetic over rows that `tests.bench_slopes` measures.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from tests.reference_loop import Spent

CORES, MACHINES = 16, 10
APPLICATIONS = (430_000, 4_300_000)  # of a national agency: a year, and ten

COLOURS = ("#1b6ca8", "#c8553d", "#3a7d44", "#7a4e9f", "#b8860b", "#444444", "#0f9b8e", "#d14a8b", "#6b8e23")


@dataclass(frozen=True, slots=True)
class Row:
    """One subject at one size, measured in a process of its own.

    `spent` holds the seconds of each of its parts, `memory` the peak of that process in MB, `reference` the
    processor seconds of the reference loop around it, `load` how many programs wanted a core, `recall` that of
    approximate candidates against exact ones (None where there is nothing approximate).
    """

    subject: str
    size: int
    spent: Mapping[str, Spent]
    memory: float
    reference: float
    load: float
    recall: float | None = None

    def line(self) -> str:
        """As a line of JSON."""
        return json.dumps(asdict(self))


class Curve(NamedTuple):
    """Processor seconds of one part of one subject, by size ascending, and their slope on logarithms."""

    sizes: tuple[int, ...]
    seconds: tuple[float, ...]
    slope: float

    def at(self, size: float) -> float:
        """Seconds at a size beyond those that were measured: by the power where the slope is above 1, else straight on.

        A slope below 1 is a fixed part that wears off as sizes grow, not a saving that goes on: the power would
        promise too little.
        """
        if self.slope > 1:
            return float(self.seconds[-1] * (size / self.sizes[-1]) ** self.slope)
        return self.seconds[-1] + self.each() * (size - self.sizes[-1])

    def each(self) -> float:
        """Seconds that one more takes, between the two largest sizes; the fixed part is not in it."""
        return max(0.0, (self.seconds[-1] - self.seconds[-2]) / (self.sizes[-1] - self.sizes[-2]))


def read(file: Path) -> list[Row]:
    """The rows of a file, none if there is no file; a last line that was cut off counts as not measured."""
    if not file.exists():
        return []
    rows = []
    for line in file.read_text("utf-8").splitlines(keepends=True):
        if line.endswith("\n"):
            row = json.loads(line)
            row["spent"] = {name: Spent(*spent) for name, spent in row["spent"].items()}
            rows.append(Row(**row))
    return sorted(rows, key=lambda row: (row.subject, row.size))


def append(file: Path, line: str) -> None:
    """Add a line to a file, in the place of a last one that was cut off."""
    there = file.read_bytes() if file.exists() else b""
    file.write_bytes(there[: there.rfind(b"\n") + 1] + line.encode() + b"\n")


def fit(sizes: Sequence[float], values: Sequence[float]) -> float:
    """The slope of log value on log size by least squares; two sizes at least."""
    return float(np.polyfit(np.log(sizes), np.log(values), 1)[0])


def curves(rows: Sequence[Row]) -> dict[tuple[str, str], Curve]:
    """A curve for each subject and part with two sizes or more, its seconds brought to the median reference loop.

    A neighbour that takes the caches slows the loop as it slows the rest, so the ratio is what compares.
    """
    usual = float(np.median([row.reference for row in rows]))
    points: dict[tuple[str, str], list[tuple[int, float]]] = {}
    for row in rows:
        for part, spent in row.spent.items():
            points.setdefault((row.subject, part), []).append((row.size, spent.cpu * usual / row.reference))
    result = {}
    for key, measured in points.items():
        if len(measured) > 1:
            sizes, seconds = zip(*sorted(measured), strict=True)
            result[key] = Curve(sizes, seconds, fit(sizes, seconds))
    return result


def hours_spread(work: float, alone: float, cores: int) -> float:
    """Hours by the clock of `work` processor seconds on so many cores, or of what one process does alone, if longer."""
    return max(work / cores, alone) / 3600


def needs(by: Mapping[tuple[str, str], Curve], counts: Sequence[int]) -> list[str]:
    """What matching so many proposals takes on one machine and on a cluster, with the arithmetic, as a table of Markdown.

    Work is that of one process, and for each proposal what other processes take more than it (measured with the
    fast reader: the same rows travel with both); what the first process or scheduler and client do, they do alone.
    """
    lines = [
        "| proposals | reader | on | processor s | cores | alone s | hours |",
        "|---|---|---|---|---|---|---|",
    ]
    places = (
        (f"one machine of {CORES} cores", CORES, ("processes", "others"), ("processes", "first process")),
        (
            f"{MACHINES} such, Dask",
            CORES * MACHINES,
            ("cluster", "workers"),
            ("cluster", "scheduler and client"),
        ),
    )
    for count in counts:
        for reader in ("fast", "default"):
            for place, cores, others, first in places:
                if not {("fast", "match"), (reader, "match"), others, first} <= by.keys():
                    continue  # measured in part
                own = by[reader, "match"].at(count)
                more = max(0.0, by[others].each() - by["fast", "match"].each()) * count
                alone = by[first].each() * count
                hours = hours_spread(own + more, alone, cores)
                lines.append(
                    f"| {count:,} | {reader} | {place} | {own:,.0f} + {more:,.0f} | {cores} | {alone:,.0f} | {hours:.2f} |"
                )
    return lines


def table(rows: Sequence[Row]) -> list[str]:
    """A line of Markdown for each subject and part; its sizes, and what was measured at each, side by side."""
    lines = [
        "| what | sizes | processor s | by the clock s | reference loops | peak MB | load | slope |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for (subject, part), curve in curves(rows).items():
        own = [row for row in rows if row.subject == subject and part in row.spent]
        cells = [
            [f"{row.size:,}" for row in own],
            [f"{row.spent[part].cpu:.3g}" for row in own],
            [f"{row.spent[part].wall:.3g}" for row in own],
            [f"{row.spent[part].cpu / row.reference:,.0f}" for row in own],
            [f"{row.memory:,.0f}" for row in own],
            [f"{row.load:.0f}" for row in own],
        ]
        side = " | ".join(" · ".join(cell) for cell in cells)
        lines.append(f"| {subject}: {part} | {side} | {curve.slope:.2f} |")
    shares = [f"{row.recall:.3f} ({row.size:,})" for row in rows if row.recall is not None]
    return [
        *lines,
        "",
        f"Recall of the archive's approximate index against exact search: {', '.join(shares)}.",
    ]


def picture(drawn: Mapping[tuple[str, str], Curve]) -> str:
    """The curves as an SVG with two logarithmic axes, sizes to the right and processor seconds upwards."""
    sizes = np.log10([s for c in drawn.values() for s in c.sizes])
    seconds = np.log10([s for c in drawn.values() for s in c.seconds])
    left, right = np.floor(sizes.min()), np.ceil(sizes.max())
    low, high = np.floor(seconds.min()), np.ceil(seconds.max())

    def place(size: float, second: float) -> tuple[float, float]:
        x = 60 + 440 * (np.log10(size) - left) / (right - left)
        return float(x), float(440 - 400 * (np.log10(second) - low) / (high - low))

    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 780 490" font-family="sans-serif" font-size="12"'
        ' role="img" aria-label="Processor seconds by size">',
        '<rect width="780" height="490" fill="#fff"/>',
    ]
    for power in range(int(left), int(right) + 1):
        x, _ = place(10.0**power, 10.0**low)
        parts.append(f'<line x1="{x:.1f}" y1="40" x2="{x:.1f}" y2="440" stroke="#ddd"/>')
        parts.append(f'<text x="{x:.1f}" y="458" text-anchor="middle">{10**power:,}</text>')
    for power in range(int(low), int(high) + 1):
        _, y = place(10.0**left, 10.0**power)
        parts.append(f'<line x1="60" y1="{y:.1f}" x2="500" y2="{y:.1f}" stroke="#ddd"/>')
        parts.append(f'<text x="54" y="{y + 4:.1f}" text-anchor="end">{10.0**power:g}</text>')
    parts.append('<text x="60" y="24">处理器秒 processor seconds</text>')
    parts.append(
        '<text x="500" y="478" text-anchor="end">份数或课题数 proposals, topics or submissions</text>'
    )
    for number, ((subject, part), curve) in enumerate(drawn.items()):
        colour, y = COLOURS[number % len(COLOURS)], 50 + 19 * number
        dots = [place(*point) for point in zip(curve.sizes, curve.seconds, strict=True)]
        dash = ' stroke-dasharray="6 3"' if number >= len(COLOURS) else ""
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in dots)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="1.6"{dash}/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in dots]
        parts.append(
            f'<line x1="512" y1="{y}" x2="536" y2="{y}" stroke="{colour}" stroke-width="1.6"{dash}/>'
        )
        parts.append(f'<text x="542" y="{y + 4}">{subject}: {part} ({curve.slope:.2f})</text>')
    return "\n".join([*parts, "</svg>", ""])
