"""How often a guide that was disturbed is read rightly, said to be doubtful, refused, or wrong in silence.

    python -m tests.bench_doubts

Prints a line for each kind of disturbance, and for each finding the right and the wrong readings that it speaks of, in
brackets those of which it alone speaks: what a finding costs, and what it gains.
"""

from __future__ import annotations

import re
import tempfile
from collections import Counter
from pathlib import Path

from matcher.errors import GuideError
from matcher.guide import read_guide
from matcher.message import Message
from matcher.types import Guide
from tests.disturbed_layouts import disturbed
from tests.layout_cases import Case, cases, faults, write


def reading(case: Case, folder: Path) -> tuple[str, Guide | None]:
    """exact, said, silent or refused, and the guide; said and silent are wrong readings with and without a finding."""
    try:
        guide = read_guide(write(case, folder))
    except GuideError:
        return "refused", None
    return "exact" if not faults(case, guide) else "said" if guide.findings else "silent", guide


def _kind(finding: str) -> str:
    text = finding.en if isinstance(finding, Message) else finding
    return re.sub(r"'[^']*'|\"[^\"]*\"|“[^”]*”|\d[\w.,:-]*", "#", text)[:48]


def main() -> None:
    """Read every text case and what it becomes, and print the tables."""
    outcomes: dict[str, Counter[str]] = {}
    findings: dict[str, Counter[str]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for case in (c for c in cases() if c.rows and c.suffix in ("txt", "md")):
            written = reading(case, Path(folder))
            changes = disturbed(case) if written[0] == "exact" else ()
            read = [("as written", written), *((kind, reading(c, Path(folder))) for kind, c in changes)]
            for kind, (outcome, guide) in read:
                outcomes.setdefault(kind, Counter())[outcome] += 1
                kinds = {_kind(f) for f in guide.findings} if guide is not None else set()
                right = "right" if outcome == "exact" else "wrong"
                for name in kinds:
                    findings.setdefault(name, Counter()).update(
                        [right, f"{right} alone"][: 1 + (len(kinds) == 1)]
                    )
    for kind, count in outcomes.items():
        print(f"{kind:28}", *(f"{name} {count[name]:4}" for name in ("exact", "said", "refused", "silent")))
    for name, count in sorted(findings.items(), key=lambda item: -item[1]["wrong alone"]):
        print(
            f"{name:48} right {count['right']} ({count['right alone']}) wrong {count['wrong']} ({count['wrong alone']})"
        )


if __name__ == "__main__":
    main()
