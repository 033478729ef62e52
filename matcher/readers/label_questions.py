"""The field that a question of a form asks for: Who is leading the project? 您打算怎么做？"""

from __future__ import annotations

import re

from matcher import settings

_LONGEST = settings.characters("readers.label_questions.longest")
_LONGEST_REQUEST = settings.characters("readers.label_questions.longest_told")
_ASKED = re.compile(
    r"(?P<question>[^?？.。]{4,}[?？](?:[^?？.。]{2,}[?？])?)\s*(?:(?:please|briefly|max|no more|up to|in no more|\(|（|请|限|不超过).{0,120})?",
    re.I | re.S,
)
_ADDRESSED = re.compile(
    r"\b(?:you|your|(?:does|will|would) it|(?:the|this) (?:project|proposal|research|study|work|idea|team)"
    r"|(?:of )?our (?:priorit|theme|topic|challenge|call)\w*)\b"
    r"|您|你|^由?谁[^，,。]{0,4}(?:负责|牵头|主持)|贵单位|(?:本|该|此|这[个项]?)(?:项目|课题|研究|方案)"
    r"|(?:申报|承担|申请|牵头|所在)单位|(?:项目|课题|研究)[由是]?(?:哪|谁|什么)"
)
# What a form asks for in so many words: 请用一段话介绍项目, In one paragraph, describe the project.
_REQUESTED = re.compile(
    r"请(?:您|你|在此)?(?:用|以|在)?[^，,。：:]{0,12}?(?:介绍|概述|描述|简述|阐述|说明|概括|谈谈|写明)(?:一下)?(?P<zh>[^。？?]{2,30})"
    r"|(?:in [^,.]{3,40}, )?(?:please )?(?:briefly )?(?:describe|outline|summari[sz]e|explain|tell us|introduce|(?<=please )(?:give|provide|list))"
    r"(?: briefly)?(?: about)?\s(?P<en>[^.?]{4,80})",
    re.I,
)
# In no more than 150 words.
_UP_TO = re.compile(
    r",?\s*(?:(?:in|using|within|with|(?:no|not) more than|at most|up to|under|about|around|max(?:imum|\.)?)\s+){1,2}\d+\s+\w+$",
    re.I,
)
_WORK = re.compile(
    r"(?:(?:您|你)|这[个项]|[本该此])?的?(?:拟?(?:申报|申请|开展|研究)?的?)?(?:项目|课题|研究|方案|工作)(?:内容|情况|概况|要?做的事情?|要做什么)?|(?:the|your|this)\s(?:proposed\s)?(?:project|research|proposal|work|study|idea)",
    re.I,
)
_BRACKETED = re.compile(r"\s*[(（【\[][^()（）]*[)）】\]]")
# Sentences that ask for a field, the most special first.
_FIELDS: tuple[tuple[str, str], ...] = (
    ("schedule", r"\bhow long\b|\bwhen (?:will|do|does|would)\b|多久|多长时间|何时|什么时候"),
    ("phone", r"\b(?:phone|what number|reach you|contact you)\b|(?:怎[样么]|如何)联系|(?:电话|手机)号?"),
    ("budget", r"\bhow much\b|\bcosts?\b|\bfunding do\b|多少(?:钱|经费|资金)|花费|钱.{0,6}花"),
    ("declared", r"\bwhich\b.*\b(?:priorit\w*|theme|topic|challenge|strand|call|area|of our \w+)\b"
     r"|(?:哪|什么)[个项条一]{0,2}.{0,4}(?:指南|方向|选题|榜单|专题)|(?:指南|选题|榜单).{0,4}(?:哪|什么|第几)"),
    ("foundation", r"\b(?:experience|track record|skills|expertise|qualified|done before|best placed)\b|基础|条件|做过|成果积累|优势"),
    ("principal_investigator", r"\bwho\b.*\b(?:lead\w*|apply\w*|run\w*|responsible|in charge|investigator)\b|谁.{0,4}(?:负责|牵头|主持|申请)"),
    ("members", r"\bwho\b.*\b(?:else|involved|team|work\w*|deliver\w*)\b|谁.{0,4}(?:参[加与]|来?做)|哪些人"),
    ("organisation", r"\b(?:which|what)\b.*\b(?:organi[sz]ation|institution|university)\b.*\b(?:you|your|from|for|based)\b"
     r"|(?:哪一?[个家]|什么)单位|单位.{0,3}(?:是|为)?(?:哪|什么)"),
    ("title", r"\bwhat\b.*\b(?:called|name|title)\b|叫什么|名称是"),
    ("outcomes", r"\b(?:outcomes?|outputs?|impact|results?|difference|benefit\w*|change|success)\b|成果|影响|效益|产出"),
    ("innovation", r"\b(?:new|novel|innovative|original)\b|创新(?!券)|新意|不同之处"),
    ("background", r"\bwhy\b|\b(?:problem|need|gap)\b|为什么|为何|什么问题"),
    ("methods", r"\bhow\b|怎么|怎样|如何"),
    ("content", r"\bwhat\b.*\b(?:do\w*|plan\w*|propos\w*|about|study|question\w*|aim\w*)\b|(?:做|研究|开展)(?:些)?什么"
     r"|哪些(?:内容|研究|工作)|解决的.{0,6}问题"),
)  # fmt: skip


def asked(line: str, *, questionnaire: bool = False) -> str:
    """The field of labels.toml that a line asks for as a question of a form; "" where it is no such question.

    `questionnaire` says that the form asks by questions: one that does not speak to the applicant is one as well.

    >>> asked("Who is leading the project?"), asked("您打算怎么做？"), asked("How does rain affect yields?")
    ('principal_investigator', 'methods', '')
    """
    if "?" not in line and "？" not in line:
        return ""
    question = _ASKED.fullmatch(line.strip())
    if (
        question is None
        or len(question["question"]) > _LONGEST
        or not (questionnaire or _ADDRESSED.search(question["question"]))
    ):
        return ""
    return about(question["question"]) or ("other" if questionnaire else "")


def requested(line: str) -> str:
    """The field that a line tells the applicant to write about; "" where it tells no such thing.

    It may as well be the hint below a heading: only its place says which.

    >>> requested("请用一段话介绍项目："), requested("Describe the project"), requested("请说明创新之处"), requested("请填写")
    ('abstract', 'abstract', 'innovation', '')
    """
    if len(line) > _LONGEST_REQUEST:
        return ""
    request = _REQUESTED.fullmatch(_BRACKETED.sub("", line).strip().rstrip("：:。.*"))
    if request is None:
        return ""
    subject = _UP_TO.sub("", (request["zh"] or request["en"]).strip())
    return "abstract" if _WORK.fullmatch(subject) else about(subject)


def about(text: str) -> str:
    """The field whose words a question or request holds; "" for none."""
    return next((field for field, pattern in _FIELDS if re.search(pattern, text, re.I)), "")
