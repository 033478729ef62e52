"""Figures of an encoder alone: NSFC, LASER, and proposals to topics in both guides of data/eval."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path

import numpy as np

from matcher.guide import read_guide
from training.corpora import clean
from training.evaluate import Encode, Evaluation

# What many abstracts open with; it stands in no corpus and in no guide.
OPENING = (
    "当前，新一轮科技革命和产业变革深入发展，我国经济已由高速增长阶段转向高质量发展阶段。党中央、国务院高度重视科技创新工作，"
    "作出一系列重大部署，为新时期各项事业指明了方向。在此背景下，深入开展相关问题研究，具有十分重要的理论意义和现实意义。"
)
GUIDES = {"tianjin": "tianjin-2021-soft-science.txt", "lakeside": "lakeside-2024-health-environment.txt"}


def matching(encode: Encode, data: Path, part: str) -> dict[str, float]:
    """Top-1 by cosine of whole texts for each guide, all styles and each, and with the policy opening."""
    figures: dict[str, float] = {}
    for guide_name, file in GUIDES.items():
        topics = read_guide(data / "guides" / file).topics
        passages = encode([clean(f"{t.title} {t.content}") for t in topics], "passage")
        lines = (data / "eval" / f"{guide_name}-{part}.jsonl").read_text(encoding="utf-8").splitlines()
        rows = [row for row in map(json.loads, lines) if row["relevant"]]
        styles = defaultdict(list)
        for name, opening in (("", ""), (" opening", OPENING)):
            texts = [clean(f"{row['title']} {opening}{row['abstract']}") for row in rows]
            best = (encode(texts, "query") @ passages.T).argmax(1)
            for row, place in zip(rows, best, strict=True):
                right = topics[place].id in row["relevant"]
                styles["all" + name].append(right)
                if not name:
                    styles[row["style"]].append(right)
        figures |= {f"{guide_name} {style}": round(float(np.mean(hits)), 3) for style, hits in styles.items()}
    return figures


def all_figures(encode: Encode, sets: Evaluation, data: Path) -> dict[str, float]:
    """NSFC (dense and hybrid), LASER, and matching on the dev part of data/eval."""
    return sets.score(encode) | matching(encode, data, "dev")
