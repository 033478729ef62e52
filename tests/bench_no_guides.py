"""Which documents that are no guide are refused: forms and a season's tables, built as their tests build them.

    python -m tests.bench_no_guides

Prints a line for each document that is accepted as a guide, with its topics and whether a finding doubts it, and a line
of counts for each kind. That guides stay accepted is measured by tests/test_guide_layouts.py.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from matcher.errors import MatcherError
from matcher.guide import read_guide
from tests.application_cases import applications
from tests.batch_cases import batches, write_batch
from tests.batch_layouts import BATCHES
from tests.layout_cases import write
from tests.test_form_layouts import ALL, FILLINGS, NAMES

CASES = Path(__file__).parent / "cases"
_GUIDES = {"strike.docx", "phones.xlsx", "sciphone.csv", "guide-twosheets.xlsx"}  # files that are guides


def documents(folder: Path) -> Iterator[tuple[str, Path]]:
    """(kind, file) of every form and every table of a season."""
    for case in applications():
        yield "form", write(case, folder)
    for name, filling in dict(zip(NAMES, FILLINGS, strict=True)).items():
        yield "generated form", ALL[name](filling, folder / f"form-{name}")
    for path in sorted((CASES / "forms").iterdir()):
        if path.name not in _GUIDES:
            yield "file of a form", path
    for batch in batches():
        yield "table", write_batch(batch, folder)
    for name, (build, *_) in BATCHES.items():
        yield "generated table", build(folder / f"table-{name}")
    for path in sorted((CASES / "tables").iterdir()):
        if path.name != "expected.json" and path.name not in _GUIDES:
            yield "file of a table", path


def main() -> None:
    """Read every document as a guide, and print what is accepted and the counts."""
    counts: dict[str, Counter[str]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for kind, path in documents(Path(folder)):
            count = counts.setdefault(kind, Counter())
            try:
                guide = read_guide(path)
            except MatcherError as error:
                said = str(error)
                reason = (
                    "another kind"
                    if "像是" in said
                    else "no list"
                    if "没有找到课题清单" in said
                    else "unreadable"
                )
                count[f"refused: {reason}"] += 1
                continue
            count["accepted, doubted" if guide.findings else "accepted"] += 1
            print(
                f"{kind}: {path.name}: {len(guide.topics)} topics such as {guide.topics[0].title[:24]!r}",
                *guide.findings[:1],
            )
    for kind, count in counts.items():
        print(f"{kind:16}", *(f"{name} {n};" for name, n in sorted(count.items())))


if __name__ == "__main__":
    main()
