"""The same research problem as the world writes it: openings, references, typos, negated neighbours, other places.

Every view keeps the meaning: a model that has seen them learns what does not count.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from pathlib import Path

from training.corpora import rows

PLACES = [
    "北京", "天津", "上海", "重庆", "河北", "山西", "辽宁", "吉林", "黑龙江", "江苏", "浙江", "安徽", "福建", "江西", "山东",
    "河南", "湖北", "湖南", "广东", "海南", "四川", "贵州", "云南", "陕西", "甘肃", "青海", "内蒙古", "广西", "宁夏", "新疆",
    "西藏", "广州", "深圳", "杭州", "南京", "武汉", "成都", "西安", "苏州", "青岛", "大连", "厦门", "长沙", "郑州", "合肥", "昆明",
    "兰州",
]  # fmt: skip
_PLACE = re.compile("|".join(PLACES))
_SENTENCE = re.compile(r"(?<=[。；！？.;!?])")
CLAUSE = re.compile(r"(?<=[，。；、,;.])")
_DENIALS = (
    "本研究不涉及{}。", "与{}不同。", "不讨论{}。", "this is not about {}.", "unlike work on {}, ", "排除{}。",
)  # fmt: skip


@dataclass(frozen=True)
class Problem:
    """One research problem in all its forms; `family` is shared by problems that officers would confuse."""

    family: str
    title: str
    content: str
    forms: tuple[str, ...]  # everyday, avoiding, English


class Views:
    """Draws a view of a problem; the same seed draws the same views."""

    def __init__(self, corpora: Path, seed: int) -> None:
        """Read openings from government reports and titles for reference lists."""
        self._draw = random.Random(seed)
        self._openings = [
            text
            for row in rows(corpora, "gov_reports")
            for line in row["content"].split("\n")
            for text in _SENTENCE.split(line)
            if 20 <= len(text) <= 110
        ]
        self._titles = [row["title"] for row in rows(corpora, "nssf_projects_to_2015")]
        self._english = [row["title"] for row in rows(corpora, "sbir_awards")]

    def topic(self, problem: Problem) -> str:
        """What a guide may say: title with contents, sometimes one of them, sometimes contents cut short."""
        chance = self._draw.random()
        if chance < 0.6:
            return f"{problem.title} {problem.content}"
        if chance < 0.72:
            return problem.title
        if chance < 0.82:
            return problem.content
        clauses = CLAUSE.split(problem.content)
        return f"{problem.title} {''.join(self._draw.sample(clauses, max(1, len(clauses) // 2)))}"

    def proposal(self, problem: Problem, sibling: Problem) -> str:
        """What an applicant may send: a form of the problem, and at times what surrounds it in real files."""
        draw = self._draw
        text = draw.choices(problem.forms, (3, 4, 3))[0]
        if draw.random() < 0.1:
            text = f"{text} {draw.choice(problem.forms)}"
        if draw.random() < 0.25:
            text = _PLACE.sub(draw.choice(PLACES), text)
        if draw.random() < 0.12:
            text = self._typos(text)
        if draw.random() < 0.25:
            start = draw.randrange(len(self._openings) - 3)
            text = "".join(self._openings[start : start + draw.randint(1, 3)]) + text
        if draw.random() < 0.12:
            text += draw.choice(_DENIALS).format(sibling.title)
        if draw.random() < 0.1:
            listed = draw.sample(self._titles if draw.random() < 0.7 else self._english, draw.randint(2, 5))
            text += "参考文献 " + " ".join(f"[{i}] {title}" for i, title in enumerate(listed, 1))
        return text

    def _typos(self, text: str) -> str:
        letters = list(text)
        for _ in range(max(1, len(letters) // 40)):
            place = self._draw.randrange(len(letters) - 1)
            if self._draw.random() < 0.5:
                letters[place] = ""
            else:
                letters[place], letters[place + 1] = letters[place + 1], letters[place]
        return "".join(letters)
