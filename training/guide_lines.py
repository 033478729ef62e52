"""Fit what tells the rest of a line that a page broke from a new line: `python -m training.guide_lines [FOLDER …]`.

On the texts of tests/cases whose lines are whole, as they are and broken as pages break them, on some of them as PDFs, and
on the titles of tests/cases/layouts, whole or broken. A FOLDER with texts and their titles (NN.txt, NN.json) is only measured, once
fitted. Prints the errors on files left out and on folders, and writes data/guide_lines.json.
"""

from __future__ import annotations

import json
import random
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch
from zlib import crc32

import numpy as np

from matcher import settings
from matcher.guide.regression import GuideRegression
from matcher.guide.text.joins import BEGUN, signs_of
from matcher.guide.text.lines import heads_of, page_of
from matcher.guide.text.marks import marks_of
from matcher.guide.text.page_lines import plain_lines, width, without_long_runs
from matcher.guide.vocabulary import MAIN_CONTENT
from matcher.readers import Document, read_document
from matcher.segment import fold
from tests.layout_cases import Case, cases, plain, write
from training.guide_regression import fitted, ship

CASES = Path(__file__).parent.parent / "tests" / "cases"
_STRENGTH = 0.3
_LEAST_SPREAD = 0.01  # of a sign that hardly varies
# Log-odds: at 0 and at 1 as many titles of the folders are read rightly, at -0.5 a few more texts are joined to them.
_THRESHOLD = 0.5
_WEIGHT = {
    "whole": 0.5,
    "inset": 0.5,
    "titles": 5.0,
}  # of a pair, by the kind of its document; of all others 1
_FOLDS = 5
_CLOSING, _OPENING = "，。、；：）》”？！,.;:)%", "（《“("


@dataclass(frozen=True)
class Text:
    """A text of a writer with the folded titles of its topics."""

    writer: str
    name: str
    lines: Sequence[str]
    titles: Sequence[str]


@dataclass(frozen=True)
class Pairs:
    """The signs of a document's lines that follow each other, and whether the second goes on the first."""

    writer: str
    name: str
    kind: str
    signs: list[Mapping[str, float]]
    joined: list[bool]
    shown: list[str]


def texts() -> Iterator[Text]:
    """The texts of tests/cases."""
    for case in cases():
        if case.suffix == "txt":
            yield Text(
                case.file, case.name, case.lines, [plain(row[2]) for row in case.rows if row[2] != "~"]
            )
    for file in sorted((CASES / "guides").glob("*.txt")):
        yield Text("guides", file.stem, file.read_text("utf-8").split("\n"), [])
    for file in sorted((CASES / "prose").glob("*.jsonl")):
        for line in file.read_text("utf-8").splitlines():
            row = json.loads(line)
            yield Text(f"prose {file.stem}", row["name"], row["text"].split("\n"), [])


def folder_texts(folder: Path) -> Iterator[Text]:
    """The texts of a folder with their titles beside them."""
    for file in sorted(folder.glob("*.txt")):
        topics = json.loads(file.with_suffix(".json").read_text("utf-8"))["topics"]
        titles = [plain(topic["title"]) for topic in topics]
        yield Text(folder.name, file.stem, file.read_text("utf-8").split("\n"), titles)


def all_pairs(given: Iterable[Text], *, pdfs: bool) -> Iterator[Pairs]:
    """The pairs of texts as they are, where nothing seems broken, and as pages break them; of all titles; of some as PDFs."""
    for text in given:
        rng = random.Random(f"{text.writer} {text.name}")
        document = Document(text.name, tuple(text.lines))
        titled = _of_titles(document, text.titles)
        if titled:
            yield _pairs(text, "titles", document, titled)
        if _seems_broken(text):
            continue
        yield _pairs(text, "whole", document, None)
        for kind in ("broken", "broken", "broken titles", "broken by hand", "inset", "inset"):
            if text.titles or kind in ("broken", "inset"):
                lines, rests = _broken(text, kind, rng)
                if any(rests.values()) or kind == "inset":
                    yield _pairs(text, kind, Document(text.name, tuple(lines)), rests)
        if pdfs:
            yield from _as_pdf(text, rng)


def _seems_broken(text: Text) -> bool:
    """Whether lines of a text may go on in the next: those with words in small letters first, or without a stop above one."""
    lines = [line.strip() for line in text.lines if line.strip()]
    within = sum(line[0].isascii() and line[0].islower() for line in lines)
    return len(lines) < 3 or within * 10 > len(lines)


def _pairs(text: Text, kind: str, document: Document, joined: Mapping[int, bool] | None) -> Pairs:
    """`joined` says by line number whether a line goes on the one above; without it none does."""
    document = without_long_runs(document)
    page = page_of(plain_lines(document, heads_of(document)), document)
    places = [at for at, line in enumerate(page.lines[1:]) if joined is None or line.number in joined]
    return Pairs(
        text.writer,
        text.name,
        kind,
        [signs_of(page, at) for at in places],
        [joined is not None and joined[page.lines[at + 1].number] for at in places],
        [f"{page.lines[at].text[-40:]} // {page.lines[at + 1].text[:40]}" for at in places],
    )


def _of_titles(document: Document, titles: Sequence[str]) -> dict[int, bool]:
    """The lines that begin a title, go on in one, or stand below one's end."""
    lines = [(n, plain(line)) for n, line in enumerate(document.lines, 1) if line.strip()]
    joined: dict[int, bool] = {}
    first = 0
    for title in titles:
        for at in range(first, len(lines)):
            begun = lines[at][1].find(title[:8])
            text, end = lines[at][1][begun:], at
            while begun >= 0 and len(text) < len(title) and title.startswith(text) and end + 1 < len(lines):
                end += 1
                text += lines[end][1]
            if begun < 0 or not text.startswith(title):
                continue
            joined.setdefault(lines[at][0], False)
            joined |= {lines[below][0]: True for below in range(at + 1, end + 1)}
            rest = lines[end + 1][1] if end + 1 < len(lines) else ""
            if len(text) < len(title) + 2 and rest and rest[0] not in _CLOSING:
                joined.setdefault(lines[end + 1][0], False)
            first = end + 1
            break
    return joined


def _broken(text: Text, kind: str, rng: random.Random) -> tuple[list[str], dict[int, bool]]:
    """The lines as a page breaks them, and by number which of them are rests of lines."""
    latin = sum(fold("".join(text.lines)).count(c) for c in "aeiou") * 4 > len("".join(text.lines))
    columns = rng.choice((60, 66, 72, 76, 80, 88, 96, rng.randint(60, 104))) if latin else rng.randint(40, 96)
    narrow = rng.randint(28, 60) + 16 * latin
    uneven = rng.choice((0, 0, 2, 6)) if latin else rng.choice((0, 0, 0, 2))
    hang = rng.choice(("none", "none", "words", "fixed"))
    fixed = rng.choice((2, 4, 4, 6))
    spaced, every = rng.choice(((False, False),) * 8 + ((True, False), (True, True)))
    inset = rng.choice((4, 8, "words", "words") if kind == "inset" else (0, 0, 0, 0, 4, 8, "words"))
    unnamed = rng.random() < 0.5
    column = 0
    paged = kind == "broken" and rng.random() < 0.3
    lines: list[str] = []
    rests: dict[int, bool] = {}
    for line in text.lines:
        folded = fold(line.strip())
        if unnamed and (name := MAIN_CONTENT.match(folded)) and len(folded) - name.end() > 8:
            folded = line = folded[name.end() :].strip()
        if starts := [mark.start for mark in marks_of(folded).values()]:
            column = width(folded[: max(starts)] + "|") - 1
        elif folded and not line[0].isspace():
            line = " " * (column if isinstance(inset, str) else inset) + line
        whole = [line]
        left = width(line[: len(line) - len(line.lstrip())] + "|") - 1
        further = _hanging(line, left, hang, fixed)
        titled = any(title in plain(line) for title in text.titles)
        if "\t" in line.strip() or "|" in line or not line.strip():
            pass
        elif kind == "broken":
            whole = list(_wrapped(line, columns, rng, further, uneven))
        elif kind == "broken titles" and titled:
            whole = list(_wrapped(line, narrow, rng, further, 0))
        elif (
            kind == "broken by hand" and titled and width(line) > (50 if latin else 36) and rng.random() < 0.5
        ):
            whole = list(_wrapped(line, round(width(line) * rng.uniform(0.55, 0.92)), rng, further, 0))
        for n, part in enumerate(whole):
            if paged and len(lines) % 30 == 29:
                lines += ["", f"— {len(lines) // 30 + 1} —", ""]
            lines.append(part)
            rests[len(lines)] = n > 0
            lines += [""] * (every or (spaced and n + 1 == len(whole)))
    return lines, rests


def _hanging(line: str, left: int, hang: str, fixed: int) -> int:
    """The columns by which the rests of a line are indented."""
    folded = fold(line.strip())
    start = max((mark.start for mark in marks_of(folded).values()), default=0)
    if hang == "words" and start:
        return left + width(folded[:start] + "|") - 1
    if hang == "fixed" and start:
        return left + fixed
    return left if hang != "none" else 0


def _wrapped(line: str, columns: int, rng: random.Random, hang: int, uneven: int) -> Iterator[str]:
    """A line broken at a width: Latin words at spaces, Chinese anywhere but before a closing mark."""
    parts: list[str] = []
    for part in re.findall(r"[!-~]+|\s+|[^!-~\s]", line):
        if parts and (part in _CLOSING or parts[-1][-1] in _OPENING):
            parts[-1] += part
        else:
            parts.append(part)
    limit, current = columns + rng.randint(-uneven, uneven), ""
    for part in parts:
        if width((current + part).rstrip() + "|") - 1 > limit and current.strip():
            yield current.rstrip()
            limit, current = columns + rng.randint(-uneven, uneven), " " * hang
            part = part.lstrip()
        current += part
    if current.strip():
        yield current.rstrip()


def _as_pdf(text: Text, rng: random.Random) -> Iterator[Pairs]:
    """The pairs of a text as a PDF whose lines its page broke, where nothing but the page's head was added or lost."""
    case = Case(f"pdf{crc32(text.name.encode())}", "pdf", tuple(text.lines), ())
    with tempfile.TemporaryDirectory() as folder, patch("tests.layout_cases._COLUMNS", rng.randint(32, 88)):
        document = without_long_runs(read_document(write(case, Path(folder), "pdf")))
    whole = "".join(map(plain, text.lines))
    starts, end = set(), 0
    for line in text.lines:
        starts.add(end)
        end += len(plain(line))
    joined: dict[int, bool] = {}
    at = 0
    for number, line in plain_lines(document, heads_of(document)):
        if plain(line) == plain("内部资料 请妥善保存"):
            continue
        if not whole.startswith(plain(line), at):
            return
        joined[number] = at not in starts
        at += len(plain(line))
    if joined:
        yield _pairs(text, "pdf", document, joined)


def fit(given: Sequence[Pairs]) -> GuideRegression:
    """The regression of all pairs of these documents."""
    names = sorted(next(pairs.signs[0] for pairs in given if pairs.signs))
    x = np.array([[signs[name] for name in names] for pairs in given for signs in pairs.signs])
    y = [value for pairs in given for value in pairs.joined]
    weights = [_WEIGHT.get(pairs.kind, 1.0) for pairs in given for _ in pairs.joined]
    return fitted(names, x, y, weights, strength=_STRENGTH, least_spread=_LEAST_SPREAD, threshold=_THRESHOLD)


def left_out(given: Sequence[Pairs]) -> Iterator[tuple[GuideRegression, list[Pairs]]]:
    """The documents of a part of the files, with the numbers of all others."""
    parts = [[p for p in given if crc32(p.writer.encode()) % _FOLDS == part] for part in range(_FOLDS)]
    for own in parts:
        yield fit([pairs for part in parts if part is not own for pairs in part]), own


def without_broken(given: Sequence[Pairs]) -> list[Pairs]:
    """The documents but those whose lines seemed whole and are surely not, by the numbers of others."""
    broken = {
        (pairs.writer, pairs.name)
        for by, own in left_out(given)
        for pairs in own
        if pairs.kind == "whole" and any(by.log_odds(signs) >= _THRESHOLD for signs in pairs.signs)
    }
    return [p for p in given if p.kind == "titles" or (p.writer, p.name) not in broken]


def measure(given: Sequence[Pairs], by: GuideRegression, counted: dict[str, list[int]]) -> None:
    """Add to the pairs of each kind, those of one line, those wrongly joined and those wrongly parted."""
    for pairs in given:
        row = counted.setdefault(pairs.kind, [0, 0, 0, 0])
        for signs, joined, shown in zip(pairs.signs, pairs.joined, pairs.shown, strict=True):
            odds = by.log_odds(signs)
            answer = odds >= (BEGUN if signs["begins"] else by.threshold)
            row[0] += 1
            row[1] += joined
            row[2] += answer and not joined
            row[3] += joined and not answer
            if answer != joined and pairs.kind == "titles":
                print(f"{pairs.writer} {pairs.name}: {'one line' if joined else 'two'}, {odds:.1f}: {shown}")


def main() -> None:
    """Print the errors on files left out and on folders; write the numbers of all files."""
    given = without_broken(list(all_pairs(texts(), pdfs=True)))
    counted: dict[str, list[int]] = {}
    for by, own in left_out(given):
        measure(own, by, counted)
    print("pairs, of one line, wrongly joined, wrongly parted, of files left out:", counted)
    by_all = fit(given)
    for folder in map(Path, sys.argv[1:]):
        counted = {}
        measure(list(all_pairs(folder_texts(folder), pdfs=False)), by_all, counted)
        print(f"{folder.name}: {counted}")
    ship(by_all, settings.file("guide.joins.weights"))


if __name__ == "__main__":
    main()
