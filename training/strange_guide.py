"""How far the calibration carries: codes of the NSFC as a guide, project titles with keywords as proposals.

    python -m training.strange_guide --evaluation ../shared/public_eval

Half of the main groups of codes are the guide; as many projects of the other half are outside it.
Nothing was fitted on such guides: the figures say what to expect where the program was not made for.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import tempfile
from pathlib import Path

import numpy as np

from matcher import reliability
from matcher.engine import Engine
from matcher.types import Proposal
from training.corpora import rows

MOST_TOPICS, MOST_PROJECTS = 30, 400
_SUBJECT = re.compile(r"围绕“?(.{2,40}?)”?(?:开展|的|，|关键|核心|及)")


def main() -> None:
    """Print the figures of three drawings."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--evaluation", type=Path, required=True)
    folder = parser.parse_args().evaluation
    texts = {row["code"]: row["recommend"] for row in rows(folder, "nsfc_codes")}
    projects = list(rows(folder, "nsfc_projects_dev"))
    used = sorted({p["code"] for p in projects})
    groups = sorted({code[:3] for code in used})
    rng = random.Random(1)
    for drawing in range(3):
        half = set(rng.sample(groups, len(groups) // 2))
        inside_codes = [code for code in used if code[:3] in half]
        chosen = rng.sample(inside_codes, min(MOST_TOPICS, len(inside_codes)))
        elsewhere = [p for p in projects if p["code"][:3] not in half]
        inside = [p for p in projects if p["code"] in chosen]
        count = min(MOST_PROJECTS, len(inside), len(elsewhere))
        asked = rng.sample(inside, count) + rng.sample(elsewhere, count)
        with tempfile.TemporaryDirectory() as place:
            guide = Path(place) / "codes.jsonl"
            guide.write_text("\n".join(_topic(code, texts[code]) for code in chosen), encoding="utf-8")
            engine = Engine.open(guide, cache=Path(place))
        ids = [topic.id for topic in engine.guide.topics]
        proposals = [Proposal(str(i), p["title"], " ".join(p["keywords"])) for i, p in enumerate(asked)]
        matches = list(engine.match_many(proposals, k=1, explained=0))
        right = np.array(
            [
                i < count and chosen[ids.index(m.hits[0].topic_id)] == asked[i]["code"]
                for i, m in enumerate(matches)
            ]
        )
        sure = np.array([m.hits[0].probability or 0.0 for m in matches])
        none = np.array([m.verdict == "none" for m in matches])
        print(
            f"drawing {drawing + 1}: {len(chosen)} codes, {count} projects inside and outside;"
            f" top-1 {right[:count].mean():.2f}, told none: inside {none[:count].mean():.2f},"
            f" outside {none[count:].mean():.2f}"
        )
        for b in reliability.table(sure, right, 5):
            print(f"   confidence {b.low:.1f}–{b.high:.1f}: {b.answers:4d} answers, {b.right:.2f} right")


def _topic(code: str, text: str) -> str:
    """A code as a topic: its subject as the title (the codes themselves keep one apart from another)."""
    found = _SUBJECT.search(text)
    return json.dumps(
        {"title": f"{found[1] if found else text[:12]}研究 {code}", "content": text}, ensure_ascii=False
    )


if __name__ == "__main__":
    main()
