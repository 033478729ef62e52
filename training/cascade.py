"""What the fast reader may answer alone in a batch: accuracy against the share that the transformer reads.

    python -m training.cascade

On the dev parts of data/eval over their guides, as written and with a policy opening before the abstract.
`SURE_ALONE` in matcher/engine.py is chosen from this table.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from matcher.engine import Engine
from matcher.labelled import read_labelled
from matcher.types import Match
from training.e5.figures import OPENING

SETS = {
    "tianjin-dev": "tianjin-2021-soft-science.txt",
    "lakeside-dev": "lakeside-2024-health-environment.txt",
    "baihe-dev": "baihe-2025-social-science.txt",
    "yunling-dev": "yunling-2026-key-rd.txt",
}
THRESHOLDS = (0.7, 0.8, 0.9, 0.95, 0.97, 0.98, 0.99, 0.995, 1.01)


def right(match: Match, relevant: dict[str, int]) -> bool:
    """Whether the answer is an acceptable topic, or none where nothing fits."""
    if match.verdict in ("none", "empty"):
        return not relevant
    return bool(match.hits) and match.hits[0].topic_id in relevant


def main() -> None:
    """Print the table."""
    data = Path(__file__).parent.parent / "data"
    for opening in ("", OPENING):
        alone, sure, full = [], [], []
        for name, guide in SETS.items():
            engine = Engine.open(data / "guides" / guide)
            assert engine.first is not None
            for row in read_labelled(data / "eval" / f"{name}.jsonl"):
                proposal = replace(row.proposal, abstract=opening + row.proposal.abstract)
                quick, both = engine.first.match(proposal, 1), engine.match(proposal, 1)
                may = quick.verdict == "topic" and not quick.warnings
                sure.append(quick.confidence if may else 0.0)
                alone.append(right(quick, dict(row.relevant)))
                full.append(right(both, dict(row.relevant)))
        confidence, quick_right, both_right = np.array(sure), np.array(alone), np.array(full)
        print("with an opening" if opening else "as written", len(confidence), "rows")
        for threshold in THRESHOLDS:
            kept = confidence >= threshold
            answers = np.where(kept, quick_right, both_right)
            good = quick_right[kept].mean() if kept.any() else 1.0
            print(
                f"  {threshold:5.3f}  read {1 - kept.mean():.3f}  alone right {good:.3f}  all right {answers.mean():.4f}"
            )


if __name__ == "__main__":
    main()
