"""Accidents: what gets into the text of an honest proposal on its way, or stands around it, and asks for nothing else.

Each takes an abstract and the topics of the guide, and gives the abstract as it arrives. The answer should stay.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Sequence

from matcher.segment import words
from matcher.types import Topic
from tests.disguises import DISGUISES

Accident = Callable[[str, Sequence[Topic]], str]
_SENTENCE = re.compile(r"(?<=[。；！？])|(?<=[.;!?])\s")
_PHRASES = {
    False: {
        "poem": "“问渠那得清如许？为有源头活水来。”八百年前的句子，放在今天读，仍有味道。",
        "life": "申请人，女，1979年生，博士，研究员，先后在两所高校和一家企业工作，获省部级奖三项，发表论文四十余篇，"
        "培养研究生十二名，兼任两个学会理事和一家期刊编委。",
        "money": "经费预算（万元）：设备费3.2，材料费1.8，测试化验加工费2.5，差旅费1.1，会议费0.4，劳务费2.0，专家咨询费0.6，"
        "间接费用1.4，合计13.0；其中申请拨款10.0，单位配套3.0。",
        "template": "（此处填写项目简介，不超过500字，五号宋体；示例：本项目针对××问题，采用××方法，解决××难题，形成××成果。填写后请删除本段。）",
        "numbers": "2019 12.4 33.1 0.87\n2020 13.9 35.6 0.91\n2021 15.2 38.0 0.88\n2022 16.8 41.7 0.93\n合计 58.3 148.4 —",
        "greeting": "老师您好！打扰了。我是第一次申报，不太懂怎么写，先把想法发给您看看：",
        "thanks": "不知道合不合适，麻烦您有空的时候指点一下，非常感谢！祝工作顺利！",
        "list": "附：本年度指南所列题目",
        "page": "第 {0} 页 共 6 页",
        "row": "{0}\t{1}\t张三\t2024.{0}",
    },
    True: {
        "poem": "“The sea is never full,” says the old book, and every town that lives beside it has learned as much.",
        "life": "The applicant, born in 1979, holds a doctorate, has worked at two universities and one firm, has won three"
        " prizes, published some forty papers, supervised twelve students and sits on two boards.",
        "money": "Budget (thousand crowns): staff 31.0, travel 2.4, equipment 6.5, printing 0.8, overheads 9.1, total 49.8.",
        "template": "[Describe your study here in no more than 300 words. Example: This study addresses XX by means of XX and"
        " delivers XX. Delete this paragraph before sending.]",
        "numbers": "2019 12.4 33.1 0.87\n2020 13.9 35.6 0.91\n2021 15.2 38.0 0.88\n2022 16.8 41.7 0.93\nTotal 58.3 148.4",
        "greeting": "Dear colleague, I hope this finds you well. It is my first application, so here is the idea as it stands:",
        "thanks": "I am not sure that it suits; any advice would be most welcome. With many thanks and kind regards",
        "list": "Appendix: topics of this year's call",
        "page": "Page {0} of 6",
        "row": "{0}\t{1}\tA. Smith\t2024-{0}",
    },
}  # fmt: skip


def _phrase(name: str, topics: Sequence[Topic]) -> str:
    return _PHRASES[topics[0].title.isascii()][name]


def sentences(text: str) -> list[str]:
    return [s for s in _SENTENCE.split(text) if s and s.strip()]


def _before(name: str) -> Accident:
    return lambda abstract, topics: f"{_phrase(name, topics)}\n{abstract}"


def _after(name: str) -> Accident:
    return lambda abstract, topics: f"{abstract}\n{_phrase(name, topics)}"


def list_of_topics(abstract: str, topics: Sequence[Topic]) -> str:
    """All titles of the guide under a heading, after the text."""
    listed = (f"{n}. {topic.title}" for n, topic in enumerate(topics, 1))
    return "\n".join([abstract, _phrase("list", topics), *listed])


def boxes(abstract: str, topics: Sequence[Topic]) -> str:
    """All titles of the guide as boxes to tick, before the text."""
    return "\n".join([*(f"□ {topic.title}" for topic in topics), abstract])


def rows(abstract: str, topics: Sequence[Topic]) -> str:
    """Each sentence a row of a table, its cells run together."""
    return "\n".join(
        _phrase("row", topics).format(n, s.strip()) for n, s in enumerate(sentences(abstract), 1)
    )


def pages(abstract: str, topics: Sequence[Topic]) -> str:
    """Broken lines with feet of pages between."""
    lines = [abstract[i : i + 24] for i in range(0, len(abstract), 24)]
    if abstract.isascii():
        lines = textwrap.wrap(abstract, 48)
    return "\n".join(
        line if n % 4 else f"{line}\n{_phrase('page', topics).format(n // 4)}"
        for n, line in enumerate(lines, 1)
    )


def spaced_words(abstract: str, topics: Sequence[Topic]) -> str:
    """A space after each word and ASCII marks, as a translation service or a PDF leaves them."""
    marks = str.maketrans("，。；：、（）", ",.;:,()")
    return " ".join(word.strip() for word in words(abstract) if word.strip()).translate(marks)


def by_turns_traditional(abstract: str, topics: Sequence[Topic]) -> str:
    """Every second sentence in traditional characters or capitals."""
    change = str.upper if abstract.isascii() else DISGUISES["traditional"]
    return "".join(change(s) if n % 2 else s for n, s in enumerate(sentences(abstract)))


def chat(abstract: str, topics: Sequence[Topic]) -> str:
    """Between a greeting and thanks."""
    return f"{_phrase('greeting', topics)}{abstract}{_phrase('thanks', topics)}"


ACCIDENTS: dict[str, Accident] = {
    "all titles as an appendix": list_of_topics,
    "all titles as boxes": boxes,
    "a poem first": _before("poem"),
    "the applicant's life first": _before("life"),
    "the budget after": _after("money"),
    "the budget first": _before("money"),
    "words of the template left in": _before("template"),
    "figures of a table after": _after("numbers"),
    "rows of a table": rows,
    "pages": pages,
    "spaces between words": spaced_words,
    "every second sentence traditional": by_turns_traditional,
    "as a letter": chat,
}
