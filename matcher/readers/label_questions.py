"""The field that a question of a form asks for: Who is leading the project? 您打算怎么做？"""

from __future__ import annotations

import re

from matcher import settings

_LONGEST = settings.characters("readers.label_questions.longest")
_ASKED = re.compile(
    r"(?P<question>[^?？.。]{4,}[?？])\s*(?:(?:please|briefly|max|no more|up to|in no more|\(|（|请|限|不超过).{0,120})?",
    re.I | re.S,
)
_ADDRESSED = re.compile(
    r"\b(?:you|your|(?:the|this) (?:project|proposal|research|study|work|idea|team)|(?:of )?our (?:priorit|theme|topic|challenge|call)\w*)\b"
    r"|您|你|^由?谁[^，,。]{0,4}(?:负责|牵头|主持)|贵单位|(?:本|该|此|这[个项]?)(?:项目|课题|研究|方案)"
)
# Sentences that ask for a field, the most special first.
_FIELDS: tuple[tuple[str, str], ...] = (
    ("schedule", r"\bhow long\b|\bwhen (?:will|do|does|would)\b|多久|多长时间|何时|什么时候"),
    ("phone", r"\b(?:phone|what number|reach you|contact you)\b|(?:怎[样么]|如何)联系|(?:电话|手机)号?"),
    ("budget", r"\bhow much\b|\bcosts?\b|\bfunding do\b|多少(?:钱|经费|资金)|花费"),
    ("declared", r"\bwhich\b.*\b(?:priorit\w*|theme|topic|challenge|strand|call|area)\b|(?:哪|什么)[个项条一]?.{0,4}(?:指南|方向|选题|榜单|专题)"),
    ("foundation", r"\b(?:experience|track record|skills|expertise|qualified|done before|best placed)\b|基础|条件|做过|成果积累|优势"),
    ("principal_investigator", r"\bwho\b.*\b(?:lead\w*|apply\w*|run\w*|responsible|in charge|investigator)\b|谁.{0,4}(?:负责|牵头|主持|申请)"),
    ("members", r"\bwho\b.*\b(?:else|involved|team|work\w*)\b|谁.{0,4}参[加与]|哪些人"),
    ("organisation", r"\b(?:which|what)\b.*\b(?:organi[sz]ation|institution|university)\b.*\b(?:you|your|from|for|based)\b|(?:哪[个家]|什么)单位"),
    ("title", r"\bwhat\b.*\b(?:called|name|title)\b|叫什么|名称是"),
    ("outcomes", r"\b(?:outcomes?|outputs?|impact|results?|difference|benefit\w*|change)\b|成果|影响|效益|产出"),
    ("innovation", r"\b(?:new|novel|innovative|original)\b|创新|新意|不同之处"),
    ("background", r"\bwhy\b|\b(?:problem|need|gap)\b|为什么|为何|什么问题"),
    ("methods", r"\bhow\b|怎么|怎样|如何"),
    ("content", r"\bwhat\b.*\b(?:do|doing|plan\w*|propos\w*|about|study|question\w*|aim\w*)\b|(?:做|研究|开展)(?:些)?什么|哪些(?:内容|研究|工作)"),
)  # fmt: skip
_PATTERNS = tuple((field, re.compile(pattern, re.I)) for field, pattern in _FIELDS)


def asked(line: str) -> str:
    """The field of labels.toml that a line asks for as a question of a form; "" where it is no such question.

    >>> asked("Who is leading the project?"), asked("您打算怎么做？"), asked("How does rain affect yields?")
    ('principal_investigator', 'methods', '')
    """
    if "?" not in line and "？" not in line:
        return ""
    question = _ASKED.fullmatch(line.strip())
    if (
        question is None
        or len(question["question"]) > _LONGEST
        or not _ADDRESSED.search(question["question"])
    ):
        return ""
    return next((field for field, pattern in _PATTERNS if pattern.search(question["question"])), "")
