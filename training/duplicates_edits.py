"""What a program can do to a text to hide that it is a copy: other words, another order, cuts, another place or year."""

from __future__ import annotations

import random
import re

# What a light editor changes, one word for another.
_SYNONYMS = {
    "课题": "项目", "研究": "探讨", "分析": "考察", "建立": "构建", "构建": "搭建", "提出": "给出", "比较": "对比",
    "评估": "评价", "设计": "制定", "采用": "运用", "收集": "搜集", "开展": "进行", "利用": "借助", "影响": "作用",
    "形成": "编制", "不足": "欠缺", "结合": "联合", "测定": "检测", "监测": "跟踪", "系统": "全面", "选取": "挑选",
    "问题": "难题", "方法": "办法", "机制": "机理", "提升": "提高", "模型": "模式", "试验": "实验", "目标": "目的",
    "调查": "调研", "纳入": "入选", "指标": "参数", "看看": "瞧瞧", "想": "打算", "我们": "本团队", "以及": "和",
    "study": "investigation", "develop": "build", "compare": "contrast", "measure": "gauge", "propose": "suggest",
    "collect": "gather", "test": "examine", "design": "devise", "effect": "impact", "use": "employ", "find": "identify",
    "project": "work", "record": "log", "show": "reveal", "reduce": "lower", "calculate": "compute", "will": "shall",
}  # fmt: skip
_SYNONYM = re.compile(
    "|".join(rf"\b{w}\b" if w.isascii() else w for w in sorted(_SYNONYMS, key=len, reverse=True))
)
_PLACES = (
    "天津", "杭州", "成都", "武汉", "郑州", "广州", "南京", "厦门", "青岛", "长沙", "兰州", "苏州", "哈尔滨", "山东",
    "湖南", "贵州", "浙江", "重庆", "湖北", "江西", "福建", "四川", "青海", "盐城", "绍兴", "绵阳", "张掖",
)  # fmt: skip
_TRADITIONAL = str.maketrans("研项设较务实与机区会间体", "研項設較務實與機區會間體")


def sentences(text: str) -> list[str]:
    """The sentences of a text, each with its stop."""
    return [s for s in re.split(r"(?<=[。；！？])|(?<=[.?!] )", text) if s.strip()]


def widened(text: str) -> str:
    """The same text with other punctuation, spaces and some traditional characters."""
    return text.replace("，", ", ").replace("。", "｡\n").translate(_TRADITIONAL)


def reworded(text: str, rng: random.Random, share: float = 0.7) -> str:
    """The text with `share` of the words that have a synonym changed."""
    return _SYNONYM.sub(lambda m: _SYNONYMS[m[0]] if rng.random() < share else m[0], text)


def shuffled(parts: list[str], rng: random.Random) -> list[str]:
    """The parts in another order, if there are two."""
    mixed = parts[:]
    while len(set(parts)) > 1 and mixed == parts:
        rng.shuffle(mixed)
    return mixed


def reordered(text: str, rng: random.Random) -> str:
    """The sentences of a text in another order."""
    return "".join(shuffled(sentences(text + " "), rng))


def touched(text: str, rng: random.Random) -> str:
    """Sentences in another order, clauses too where that reads well, words changed, a clause in eight left out."""
    return "".join(_turned(s, rng) for s in shuffled(sentences(reworded(text, rng) + " "), rng))


def _turned(sentence: str, rng: random.Random) -> str:
    comma = "，" if "，" in sentence else ", "
    stop = sentence.rstrip()[-1:]
    clauses = [c for c in sentence.strip().rstrip("。；！？.?!").split(comma) if c.strip()]
    kept = [c for c in clauses if rng.random() > 1 / 8] or clauses
    return (
        comma.join(shuffled(kept, rng) if rng.random() < 0.5 else kept)
        + stop
        + (" " if stop in ".?!" else "")
    )


def moved(text: str, rng: random.Random) -> str:
    """The text about another place and years later."""
    years = rng.choice([1, 2, 3])
    text = re.sub(r"(?<!\d)20[012]\d(?!\d)", lambda m: str(int(m[0]) + years), text)
    others = dict(zip(_PLACES, shuffled(list(_PLACES), rng), strict=True))
    return re.sub("|".join(_PLACES), lambda m: others[m[0]], text)


def shortened(text: str, rng: random.Random) -> str:
    """About half of the sentences, in order, two at least."""
    parts = sentences(text + " ")
    kept = sorted(rng.sample(range(len(parts)), max(min(2, len(parts)), round(len(parts) / 2))))
    return "".join(parts[i] for i in kept)


def alternated(one: str, other: str) -> str:
    """Every second sentence of one text, then every second of the other, from the second on."""
    return "".join([*sentences(one + " ")[::2], *sentences(other + " ")[1::2]])


def with_passage(host: str, source: str, rng: random.Random) -> str:
    """The host's text with 60 to 120 Chinese characters (or thrice as many Latin ones) of the source inside."""
    times = 3 if source.isascii() else 1
    length = min(times * rng.randint(60, 120), len(source))
    start = rng.randint(0, len(source) - length)
    parts = sentences(host)
    place = rng.randint(0, len(parts))
    return "".join([*parts[:place], source[start : start + length] + "。", *parts[place:]])


def with_sentence(host: str, source: str, rng: random.Random) -> str:
    """The host's text with up to 35 characters of one sentence of the source between two of its own."""
    parts = sentences(host)
    parts.insert(rng.randint(0, len(parts)), rng.choice(sentences(source))[:35].rstrip("。；") + "。")
    return "".join(parts)
