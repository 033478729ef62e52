"""`make bench-attacks`: how often text added for a rival topic moves a sure answer without a warning.

Attacks put the text of a rival topic, altered in ways that hide a copy, beside a proposal whose answer was
sure. An answer moves silently if it then names another topic at SURE or more, as one topic, with no warning. The
last lines tell how often honest proposals are warned about or doubted, which is the price.
"""

from __future__ import annotations

import argparse
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from matcher import shipped
from matcher.embeddings import FAST
from matcher.engine import Engine
from matcher.index.lexical import terms
from matcher.proposals import Labelled, read_labelled
from matcher.segment import words
from matcher.types import Match, Proposal, Topic

EVAL = Path(__file__).parent.parent / "data" / "eval"
SETS = (
    ("tianjin-2021-soft-science.txt", "tianjin"),
    ("lakeside-2024-health-environment.txt", "lakeside"),
    ("baihe-2025-social-science.txt", "baihe"),
    ("yunling-2026-key-rd.txt", "yunling"),
    ("port-calder-2025-coastal-city.txt", "calder"),
)
ROWS = 60  # proposals of each set, some ten minutes of one core; `--rows 20` takes three
SURE = 0.8
Attack = Callable[[str, Topic], str]
# Common words for common words, both languages: what anybody would change first.
SYNONYMS = {
    "研究": "探究", "分析": "剖析", "提出": "给出", "提升": "提高", "促进": "推动", "机制": "体制", "建议": "意见", "对策": "举措",
    "现状": "现况", "问题": "难题", "评价": "评估", "构建": "搭建", "完善": "健全", "发展": "进展", "企业": "公司", "创新": "革新",
    "科技": "科学技术", "影响": "作用", "路径": "途径", "模式": "方式", "体系": "系统", "管理": "治理", "服务": "支持", "建设": "建造",
    "探索": "摸索", "梳理": "整理", "优化": "改进", "培育": "扶持", "需求": "需要", "方法": "办法", "加强": "强化", "产业": "行业",
    "环境": "氛围", "重点": "要点", "能力": "本领", "人才": "人员", "资源": "资料", "区域": "地区", "制定": "拟定", "措施": "手段",
    "实施": "开展", "监测": "监控", "防控": "防治", "关键": "核心", "风险": "隐患", "调查": "调研", "经验": "做法", "差距": "差异",
    "study": "examine", "analyse": "review", "improve": "enhance", "policy": "scheme", "enterprises": "firms",
}  # fmt: skip
_WORD = re.compile("|".join(SYNONYMS))
_CLAUSE = re.compile("(?<=[，。；,;.])")


def term_list(topic: Topic) -> str:
    """The topic's words of two characters or more, one after another."""
    known = set(terms(topic.text))
    listed = dict.fromkeys(w for w in words(topic.text) if len(w) > 1 and w in known)
    return "、".join(list(listed)[:30])


def inserted(text: str, every: int, mark: str = "等") -> str:
    """`mark` after every so many characters, or words of English text."""
    if text.isascii():
        units = text.split(" ")
        return " ".join(w + (" etc" if i % every == 0 else "") for i, w in enumerate(units, 1))
    return "".join(c + (mark if i % every == 0 else "") for i, c in enumerate(text, 1))


def shuffled(text: str, size: int = 4) -> str:
    """Pieces of so many characters, or words of English text, in another order."""
    units, joint = (text.split(" "), " ") if text.isascii() else (list(text), "")
    pieces = [joint.join(units[i : i + size]) for i in range(0, len(units), size)]
    random.Random(len(text)).shuffle(pieces)
    return joint.join(pieces)


def reworded(text: str) -> str:
    """Common words replaced by synonyms."""
    return _WORD.sub(lambda word: SYNONYMS[word[0]], text)


def woven(own: str, theirs: str) -> str:
    """Clauses of both texts by turns."""
    one, other = ([c for c in _CLAUSE.split(text.replace("\n", "，")) if c] for text in (own, theirs))
    return "".join(c for i in range(max(len(one), len(other))) for c in (*one[i : i + 1], *other[i : i + 1]))


def _after(added: Callable[[Topic], str]) -> Attack:
    return lambda abstract, topic: f"{abstract}\n{added(topic)}"


ATTACKS: dict[str, Attack] = {
    "title": _after(lambda t: t.title),
    "title three times": _after(lambda t: "。".join([t.title] * 3)),
    "contents": _after(lambda t: t.content or t.title),
    "title and contents": _after(lambda t: t.text),
    "before the text": lambda abstract, t: f"{t.text}\n{abstract}",
    "twice": _after(lambda t: f"{t.text}\n{t.text}"),
    "list of its words": _after(term_list),
    "hidden between zero-width marks": _after(lambda t: "\u200b".join(t.text)),
    "a mark after every 4th": _after(lambda t: inserted(t.text, 4)),
    "a mark after every 6th": _after(lambda t: inserted(t.text, 6)),
    "another mark after every 3rd": _after(lambda t: inserted(t.text, 3, "的")),
    "pieces of 4 shuffled": _after(lambda t: shuffled(t.text)),
    "synonyms": _after(lambda t: reworded(t.text)),
    "synonyms and marks": _after(lambda t: inserted(reworded(t.text), 6)),
    "woven": lambda abstract, t: woven(abstract, t.text),
}


@dataclass(slots=True)
class Count:
    """What became of sure answers under one attack."""

    cases: int = 0
    moved: int = 0
    sure: int = 0
    silent: int = 0

    def add(self, before: Match, after: Match) -> None:
        """One proposal, before and after."""
        moved = after.verdict != "empty" and after.topic_id not in (None, before.topic_id)
        sure = moved and after.verdict == "topic" and after.confidence >= SURE
        self.cases += 1
        self.moved += moved
        self.sure += sure
        self.silent += sure and not after.warnings


def attacked(proposal: Proposal, attack: Attack, rival: Topic) -> Proposal:
    """The proposal with the rival's text in it."""
    return replace(proposal, abstract=attack(proposal.abstract, rival))


def is_sure(row: Labelled, match: Match) -> bool:
    """Whether an answer is one topic, right, and sure."""
    return match.verdict == "topic" and match.topic_id in row.relevant and match.confidence >= SURE


def rivals(engine: Engine, rows: list[Labelled], seed: str) -> Iterator[Topic]:
    """One topic for each row that does not fit it."""
    rng = random.Random(seed)
    for row in rows:
        yield rng.choice([t for t in engine.guide.topics if t.id not in row.relevant])


def report(encoder: str | None, most: int) -> None:
    """Print one reader's table, a line an attack and silent moves of Chinese and English guides apart."""
    guides = shipped.data_file("guides")
    counts = {(name, english): Count() for name in ATTACKS for english in (False, True)}
    honest = warned = doubted = unclear = 0
    for guide, name in SETS:
        engine = Engine.open(guides / guide, encoder=encoder)
        english = engine.guide.topics[0].text.isascii()
        rows = [row for row in read_labelled(EVAL / f"{name}-dev.jsonl") if row.relevant]
        rows = random.Random(11).sample(rows, min(most, len(rows)))
        before = list(engine.match_many([row.proposal for row in rows], 1, 0))
        honest += len(rows)
        warned += sum(bool(match.warnings) for match in before)
        doubted += sum("without" in match.reason for match in before)
        unclear += sum("covers none" in match.reason for match in before)
        pairs = [(row, match) for row, match in zip(rows, before, strict=True) if is_sure(row, match)]
        sure = [row for row, _ in pairs]
        for attack, make in ATTACKS.items():
            chosen = zip(sure, rivals(engine, sure, attack), strict=True)
            after = engine.match_many([attacked(r.proposal, make, t) for r, t in chosen], 1, 0)
            for (_, match), moved in zip(pairs, after, strict=True):
                counts[attack, english].add(match, moved)
    print(
        f"\n{encoder or 'shipped'}\n{'attack':<34}{'cases':>6}{'moved':>8}{'sure':>8}{'silent':>8}{'zh':>8}{'en':>8}"
    )
    for attack in ATTACKS:
        zh, en = counts[attack, False], counts[attack, True]
        n = max(zh.cases + en.cases, 1)
        shares = ((zh.moved + en.moved) / n, (zh.sure + en.sure) / n, (zh.silent + en.silent) / n)
        apart = (zh.silent / max(zh.cases, 1), en.silent / max(en.cases, 1))
        print(f"{attack:<34}{zh.cases + en.cases:>6}" + "".join(f"{s:>8.1%}" for s in (*shares, *apart)))
    print(
        f"honest proposals {honest}: warned {warned / honest:.1%}, doubted {doubted / honest:.1%},"
        f" no item covered {unclear / honest:.1%}"
    )


def main() -> None:
    """Print the table for both readers; `--rows N` takes N proposals of each set (60)."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    most = parser.parse_args().rows
    for encoder in (FAST, None):
        report(encoder, most)


if __name__ == "__main__":
    main()
