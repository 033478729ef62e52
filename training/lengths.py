"""How long names, titles and sentences are in what comes with the program, for bounds that are set in settings.toml.

`python -m training.lengths` prints for each kind how many there are and their characters: least, median, 99 % and most.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import numpy as np

from matcher import shipped
from matcher.guide import read_guide
from matcher.labelled import read_labelled
from matcher.readers.fields.labels import names
from matcher.segment import HAN, passages
from matcher.types import Proposal, Topic

_CHINESE = re.compile(f"[{HAN}]")


def topics() -> list[Topic]:
    """Those of the guides that come with the program."""
    return [t for file in sorted(shipped.data_file("guides").iterdir()) for t in read_guide(file).topics]


def proposals() -> list[Proposal]:
    """Those written for development."""
    files = sorted(shipped.data_file("eval").glob("*-dev.jsonl"))
    return [
        row.proposal for file in files if not file.name.startswith("triage") for row in read_labelled(file)
    ]


def kinds() -> Iterator[tuple[str, list[str]]]:
    """What is measured, with its texts."""
    listed, written = topics(), proposals()
    for name, titles in (("topic", [t.title for t in listed]), ("proposal", [p.title for p in written])):
        yield f"Chinese titles of a {name}", [t for t in titles if t and _CHINESE.search(t)]
        yield f"English titles of a {name}", [t for t in titles if t and not _CHINESE.search(t)]
    yield "sections of a guide", sorted({t.section for t in listed} - {""})
    yield "offices", sorted({t.office.name for t in listed if t.office})
    yield "sentences of a topic", [p.text for t in listed for p in passages("", t.text)]
    yield "sentences of a proposal", [p.text for each in written for p in passages("", each.text)]
    yield "abstracts", [p.abstract for p in written if p.abstract]
    yield "Chinese names of fields", [name for name in names() if _CHINESE.search(name)]


def line(name: str, texts: Sequence[str]) -> str:
    """A kind in a line."""
    sizes = np.array([len(text) for text in texts])
    least, middle, most = sizes.min(), int(np.median(sizes)), sizes.max()
    return f"{name}: {len(sizes)}, {least} … {middle} … {np.percentile(sizes, 99):.0f} … {most}"


if __name__ == "__main__":
    for kind, texts in kinds():
        print(line(kind, texts))
