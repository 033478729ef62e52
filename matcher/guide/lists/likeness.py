"""Which runs of one list are topics: what stands in a run far less like a topic than what stands in another is none.

A document often counts everything in one way: 3.1 to 3.6 its topics, 4.1 who may apply, 6.1 how it is judged. How like topics the
items of each run are is told by a regression on their words and build (data/guide_runs.json, written by training/guide_runs.py).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from statistics import fmean

from matcher import settings
from matcher.guide import prior, vocabulary
from matcher.guide.lists.runs import counts_on
from matcher.guide.regression import shipped_regression
from matcher.language import is_latin

_WEIGHTS = settings.file("guide.likeness.weights")
_COUNTED = settings.factor("guide.likeness.counted")
_LATIN = settings.factor("guide.likeness.latin")
_LONGEST = settings.characters("guide.likeness.longest")
_SHORT = settings.characters("guide.likeness.short")
_LONG = settings.characters("guide.likeness.long")
_MOST_BELOW = settings.characters("guide.likeness.most_below")
_LEAST_SENTENCE = settings.characters("guide.candidates.sentence")

_CLAUSE = re.compile("[,;。]")
_DIGIT = re.compile(r"\d")
# 谁可以申请, How to apply
_ASKS = re.compile(r"谁|怎[么样]|什么|如何|哪|(?i:^(?:who|how|when|where|whom)\b)")
# What is judged, how much it weighs: 创新性（30分）, Team (20%)
_WEIGHED = re.compile(r"\d\s*(?:%|分\b|分\)|(?i:points|percent|per cent))|\(\d+\)$")
_DATED = re.compile(
    r"\d[月日]|20\d\d|\d{1,2}:\d\d"
    r"|(?i:\b(?:january|february|march|april|may|june|july|august|september|october|november|december)\b(?=.*\d))"
)
# What an item is that is no topic: a kind of projects, who applies, what is handed in, a figure, what one does.
_OTHER = re.compile(
    r"(?:项目|课题|专项|类别?|计划|人才|奖|基金|学科|^.{2,4}学|专业|单位|企业|高校|院[校所]|机构|团队|人员|个人|部门|协会|费用?|报告|论文|专[著利]|[省市县区]|要求|条件|综述|明细|形式)$"
    r"|^(?:研究|选题|论证|前期)(?:目标|内容|方法|基础|价值|质量|背景|意义|计划|思路|现状)$"
    r"|(?i:\b(?:grants?|fellowships?|studentships?|awards?|prizes?|merits?|impacts?|feasibility|plans?|budgets?|teams?|objectives?|methods?|timelines?|outcomes?"
    r"|experience|background|summary|criteria|dissemination|ethics|significance|approach|costs?|travel|members?|students?|universities)$"
    r"|^(?!.*\bthat\b).*\b(?:must|shall|should|will|may|can|applicants?|travel|hire)\b)"
)
_PERSON = re.compile(
    r"(?:人员|教师|学者|学生|单位|企业|机构|高校|院所|医院|团队|专家|负责人|农户|合作社|协会|部门|公司|组织|同志|职工|干部)$"
    r"|(?i:\b(?:universit|college|school|institut|compan|nonprofit|organi[sz]ation|agenc|student|faculty|researcher|artist|scholar|charit|farmer"
    r"|staff|teacher|member|council|cooperat|applicant|team|individual)\w*$)"
)
_HANDED_IN = re.compile(
    r"(?:论文|专著|专利|报告|软件|著作权|标准|样机|材料|费|经费|附件|表|书|证明|复印件|简历|预算|奖|证书|项目|课题|计划|学|专业|性|原则|制度|管理|服务|培训|会议|讲座|参观|检测|咨询)$"
    r"|(?i:\b(?:budget|cv|vitae|resume|letters?|statement|form|plan|report|travel|salar\w+|equipment|supplies|fee|stipend|quality|impact|feasibility"
    r"|merit|originality|clarity|experience|excellence|implementation|reference|page|paper|award|prize|certificate|lunch|training|workshop|support)s?$)"
)
_FIGURE = re.compile(r"\d+(?:万|元|%|年|月|日|人|项|篇|个|分)|[$£€]\s?\d|\d{4}|^\d+$|@|http")
_DOES = re.compile(
    r"^(?:坚持|提高|加强|具有|提交|填写|推动|促进|提升|深化|完善|落实|贯彻|遵守|不得|未|已|须|应|可以?|能够|熟悉|拥有|取得|符合|按照|服从|热爱|具备|协助"
    r"|负责|参与|完成|做好|强化|健全|优化|推进)"
    r"|^(?i:(?:to|be|have|show|demonstrate|submit|provide|include|must|should|will|who|that|which|what|how to|not|is|are|was|attach|complete|describe"
    r"|write|improve|ensure|promote|involve|give|make|take|use|contribute|build|offer|help)\b)"
)
OF_ITEMS = {
    "other": _OTHER,
    "person": _PERSON,
    "handed in": _HANDED_IN,
    "figure": _FIGURE,
    "does": _DOES,
    "study": vocabulary.TOPIC_END,
}


def topical(runs: Sequence[prior.Run]) -> list[prior.Run]:
    """The runs of one kind without those that fall behind the likest one by the regression's threshold.

    What an index names again stays, and so does what names its contents, stands below the same announcement as the likest one, or
    counts on from a run that stays.
    """
    words = all(any(map(prior.is_topic_word, item.unit.marks)) for run in runs for item in run.items)
    if len(runs) < 2 or (words and all(counts_on(run, following) for run, following in pairwise(runs))):
        return list(runs)  # Challenge 1 to 3, 4 to 6 and 7 are one list
    regression = shipped_regression(_WEIGHTS)
    odds = [regression.log_odds(signs_of(run)) for run in runs]
    likest = runs[odds.index(max(odds))]
    least = max(odds) - _COUNTED * regression.threshold
    titles, kept = {item.title for item in likest.items}, list[prior.Run]()
    for above, run, value in zip((None, *runs), runs, odds, strict=False):
        if (
            value >= max(odds) - regression.threshold
            or (above in kept[-1:] and above is not None and counts_on(above, run) and value >= least)
            or not titles.isdisjoint(item.title for item in run.items)
            or not _announced(run).isdisjoint(_announced(likest))
            or names_contents(run)
        ):
            kept.append(run)
    return kept


def names_contents(run: prior.Run) -> bool:
    """Whether every item of a run names its contents, as no rule does."""
    return all(any(map(prior.is_content, item.body)) for item in run.items)


def _announced(run: prior.Run) -> set[int]:
    """The places of the headings that announce a run."""
    return {heading.at for heading in run.headings if heading.cue > 0}


def signs_of(run: prior.Run) -> Mapping[str, float]:
    """What the regression is told of a run, each from 0 to 1 or -1 to 1."""
    titles = [prior.LAST_BRACKET.sub("", item.title) or item.title for item in run.items]
    texts = [item.unit.text for item in run.items]
    lengths = [len(title) * (_LATIN if is_latin(title) else 1.0) for title in titles]
    below = [sum(len(unit.text) for unit in item.body) for item in run.items]
    cues = [heading.cue for heading in reversed(run.headings)]

    def share(holds: Callable[[str], object], lines: Iterable[str]) -> float:
        return fmean(bool(holds(text)) for text in lines)

    return {
        "length": fmean(min(length, _LONGEST) for length in lengths) / _LONGEST,
        "short": fmean(length < _SHORT for length in lengths),
        "long": fmean(length > _LONG for length in lengths),
        "stop": share(lambda text: text[-1] in "。.", texts),
        "semicolon": share(lambda text: text[-1] == ";", texts),
        "question": share(lambda text: text[-1] == "?", texts),
        "clause": share(_CLAUSE.search, titles),
        "digits": share(_DIGIT.search, titles),
        "study": share(vocabulary.STUDY_END.search, titles),
        "topic": share(vocabulary.TOPIC_END.search, titles),
        "rule": share(vocabulary.RULE_WORDS.search, titles),
        "rule in text": share(vocabulary.RULE_WORDS.search, texts),
        "task": share(vocabulary.TASK_START.match, titles),
        "notice": share(lambda title: prior.cue(title) < 0, titles),
        "may name": share(prior.may_name, titles),
        "goes on": fmean(bool(item.rest) for item in run.items),
        "below": fmean(min(count, _MOST_BELOW) for count in below) / _MOST_BELOW,
        "described": fmean(map(is_described, run.items)),
        "weighed": share(_WEIGHED.search, texts),
        "dated": share(_DATED.search, texts),
        "lead": float(run.lead),
        "asks": float(bool(run.headings) and _ASKS.search(run.headings[-1].name) is not None),
        "heading": float(cues[0]) if cues else 0.0,
        **{name: share(pattern.search, titles) for name, pattern in OF_ITEMS.items()},
    }


def is_described(item: prior.TopicStart) -> bool:
    """Whether a plain sentence that is no rule follows a title; a page may have broken it."""
    end = next((n for n, u in enumerate(item.body, 1) if u.text[-1] in "。.;?"), 0)
    text = " ".join(u.text for u in item.body[:end])
    asked = text[-1:] == "?" and bool(item.body[0].marks)
    return len(text) >= _LEAST_SENTENCE and not asked and not vocabulary.RULE_WORDS.search(text)
