"""The names of a proposal's parts, for the columns of tables and the labels of forms (data/labels.toml), and questions that ask for them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from itertools import product

from matcher import settings
from matcher.errors import DocumentError
from matcher.message import Catalogue, Message
from matcher.readers.fields.words import labels, remembered, section
from matcher.segment import fold

say = Catalogue(__file__)

# The fields of a proposal, and those that filing rules and letters ask for beside them.
PROPOSAL = ("id", "title", "abstract", "declared", "organisation", "principal_investigator", "year")
EXTRA = ("members", "budget", "submitted", "running", "birth", "phone", "email")
# The columns of a report of this program that hold the program's answers, in both languages: read back as proposals, an answer
# would pass for what an applicant wrote. They are triage.columns.queue_columns(), which a test compares.
REPORTED_COLUMNS = frozenset(
    {
        *(
            "结论 verdict",
            "申报课题 declared",
            "建议课题 suggested",
            "建议课题名称 its title",
            "改为 corrected",
            "备注 note",
        ),
        *("所报概率 P(declared)", "建议概率 P(suggested)", "不合适 P(none)", "差距 margin", "复核价值 gain"),
        *("对接处室 office", "电话 phone", "理由 reason", "申报书的句子 in the proposal"),
        *("课题的句子 in the topic", "规则发现 findings", "未检查 not checked", "注意 warnings", "行 line"),
    }
)
# Those by which a report in one language is known; one in both languages is by the first.
_OF_REPORT = ("结论 verdict", "建议课题 suggested", "差距 margin", "复核价值 gain")
# The columns by which other files that the program writes are known, one language after the other: none holds proposals.
_WRITTEN = {
    "pairs": ({"关注度", "核对码"}, {"concern", "team", "key"}, {"a", "b", "kind", "concern"}),
    "answers": ({"proposal_id", "verdict", "none_probability"}, {"verdict", "suggested", "declared_text"}),
    "guide": ({"处室来源", "起止行"}, {"source", "lines", "indicators"}, {"topics.id", "audit.role"}),
}
NOTE_MARK = re.compile(r"(?<=\w)[①-⑳¹²³⁴-⁹*†‡]+(?=\s*[:：]?\s*$)")  # a name with a note below the form
_NO_KEY = re.compile(r"[^\w#]|_")
_LONGEST_KEY = settings.characters("readers.labels.longest_key")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z][a-z])")  # applicantUnit
_BRACES = re.compile(r"\{([^{}]*)\}")
# Of one kind each: in (字数<1000) the mark says "less than".
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】|〔[^〔〕]*〕|<[^<>]*>")
NUMBERING = re.compile(
    r"\s*(?:[(（]?[一二三四五六七八九十\d]{1,3}[)）]?[、.．:：\s]\s*|[(（][一二三四五六七八九十\d]{1,3}[)）]\s*)"
)
WHO = ("organisation", "principal_investigator")
# What a template adds to a name for the person who fills it in.
HINT = re.compile(
    r"(?:必填|选填|必选|单选|请填写|请选择|[不限]?(?:超过|少于|多于)?\d+个?字(?:以内|以上|左右|之内)?)+$"
)
_LONGEST = settings.characters("readers.labels.longest_question")
_LONGEST_REQUEST = settings.characters("readers.labels.longest_request")
_LONGEST_ASKED = settings.characters("readers.form_headings.longest")
_ASKS_HOW = re.compile(
    r"(?i:\b(?:why|how|what|who|which)\b)|为什么|为何|怎么|怎样|如何|什么|哪|谁|第几|多少|[起取]个好?名|讲讲|说说|谈谈|(?:打算|准备|计划|想要?)做"
)
_ASKED = re.compile(
    r"(?P<question>[^?？.。]{4,}[?？](?:[^?？.。]{2,}[?？])?)\s*(?:(?:please|briefly|max|no more|up to|in no more|请|限|不超过).{0,120}"
    r"|[(（].{0,120}[)）]\W*)?",
    re.I | re.S,
)
_BEFORE_QUESTION = re.compile(r"^[^?？]{4,80}[.。!！]\s*(?=[^?？.。]*[?？])")  # We have three funds. Which …?
_ADDRESSED = re.compile(
    r"\b(?:you|your|(?:does|will|would) it|(?:the|this) (?:project|proposal|research|study|work|idea|team)"
    r"|(?:of )?our (?:priorit|theme|topic|challenge|call)\w*)\b"
    r"|您|你|^由?谁[^，,。]{0,4}(?:负责|牵头|主持)|贵单位|(?:本|该|此|这[个项]?)(?:项目|课题|研究|方案)"
    r"|(?:申报|承担|申请|牵头|所在)单位|(?:回应|响应|对应|面向|属于|申[报请])了?哪|(?:项目|课题|研究)[由是]?(?:哪|谁|什么)"
)
# What a form asks for in so many words: 请用一段话介绍项目, In one paragraph, describe the project.
_REQUESTED = re.compile(
    r"请(?:您|你|在此)?(?:用|以|在)?[^，,。：:]{0,12}?(?:介绍|概述|描述|简述|阐述|说明|概括|谈谈|写明)(?:一下)?(?P<zh>[^。？?]{2,30})"
    r"|(?:in [^,.]{3,40}, )?(?:please )?(?:briefly )?"
    r"(?:describe|outline|summari[sz]e|explain|tell us|introduce|give us|give(?= your )|(?<=please )(?:give|provide|list))"
    r"(?: briefly)?(?: about)?\s(?P<en>[^.?]{4,80})",
    re.I,
)
# In no more than 150 words; in plain English; for a general reader.
_UP_TO = re.compile(
    r",?\s*(?:(?:in|using|within|with|(?:no|not) more than|at most|up to|under|about|around|max(?:imum|\.)?)\s+){1,2}"
    r"[\d,]+\s+\w+(?: or (?:fewer|less))?$"
    r"|(?:,?\s(?:(?:in|using)\s(?:plain|lay|simple|non-?technical)|(?:for|to)\s(?:an?\s|the\s)?(?:general|lay|public|non-?\w+))(?:[\s-][a-z]+){0,2}?)+$"
    r"|\s(?:for|to)\s(?:someone|somebody|anyone|people)\b[^.]*$",
    re.I,
)
_WORK = re.compile(
    r"(?:(?:您|你)|这[个项]|[本该此])?的?(?:拟?(?:申报|申请|开展|研究)?的?)?(?:项目|课题|研究|方案|工作)(?:内容|情况|概况|要?做的事情?|要做什么)?|(?:(?:the|your|this)\s)?(?:proposed\s)?(?:project|research|proposal|work|study|idea|solution|concept)|it",
    re.I,
)
# What becomes of the answer, behind what is asked for.
_AND_THEN = re.compile(r"(?<=[\w)])\.\s+(?:We|This|It|Please|Do not|Avoid)\s[^.]{4,80}\.?$")
_SUMMARY = re.compile(r"(?:an?|the) (?:[\w-]+ ){0,2}(?:summary|description|overview|outline) of\b", re.I)
_BRACKETED = re.compile(r"\s*[(（【\[][^()（）]*[)）】\]]")


def reported(columns: Collection[str]) -> Collection[str]:
    """What the columns of a table that hold answers of this program are called, where it is a report, in any language; else none.

    >>> "conclusion" in reported(["verdict", "conclusion"]), "reason" in reported(["verdict", "suggested", "margin", "gain"])
    (False, True)
    """
    if _OF_REPORT[0] in columns:
        return REPORTED_COLUMNS
    for language in (0, 1):  # Chinese stands before the first space
        if all(name.split(" ", 1)[language] in columns for name in _OF_REPORT):
            return {name.split(" ", 1)[language] for name in REPORTED_COLUMNS}
    return ()


def refuse_own(name: str, columns: Collection[str]) -> None:
    """DocumentError for a file of this program that holds no proposals: pairs, answers, a guide. Its columns would pass for theirs."""
    words = {word for column in columns for word in (column, *column.split(" ", 1))}
    if kind := next((kind for kind, signs in _WRITTEN.items() if any(sign <= words for sign in signs)), ""):
        raise DocumentError(say(f"own.{kind}", name=name))


def label_key(name: str) -> str:
    """A name as it is compared: folded, lower case, letters and digits only, without brackets, numbering, hints.

    >>> label_key("*１、主要研究内容（500字以内）"), label_key("E-Mail")
    ('主要研究内容', 'email')
    """
    return _label_key(name[:_LONGEST_KEY])


@remembered
def _label_key(name: str) -> str:
    # 計畫 is what Taiwan writes for 计划; folded to simplified characters it is 计画.
    return HINT.sub("", _NO_KEY.sub("", bare_name(name)).replace("计画", "计划"))


@remembered
def bare_name(name: str) -> str:
    """A name, as far as names are compared, folded, in lower case, without brackets and numbering."""
    folded = fold(NOTE_MARK.sub("", _CAMEL.sub(" ", name[:_LONGEST_KEY]))).lower()
    bare = folded
    while (shorter := _BRACKETS.sub("", bare)) != bare:
        bare = shorter
    if not any(c.isalnum() for c in bare):
        bare = folded
    bare = bare.lstrip("*＊※★▲ \t\n")
    numbered = NUMBERING.match(bare)
    if numbered and any(c.isalnum() for c in bare[numbered.end() :]):
        bare = bare[numbered.end() :]
    return bare.strip()


@lru_cache(maxsize=2)
def names(*, column: bool) -> Mapping[str, tuple[tuple[str, int], ...]]:
    """Key of a name → the fields it may stand for, each with its place in the field's list; some names are too bare for a form."""
    every, bare = _names()
    if column:
        return every
    fuller = {key: tuple(p for p in every[key] if p[0] not in fields) for key, fields in bare.items()}
    return {key: places for key, places in {**every, **fuller}.items() if places}


@lru_cache(maxsize=1)
def _names() -> tuple[dict[str, tuple[tuple[str, int], ...]], dict[str, set[str]]]:
    """All names by key, and by key the fields that it may stand for only above a column."""
    every: dict[str, tuple[tuple[str, int], ...]] = {}
    bare: dict[str, set[str]] = {}
    for field, lists in labels().items():
        kinds = ((kind, pattern) for kind in ("zh", "en", "column") for pattern in lists.get(kind, []))
        written = ((kind, name.lower()) for kind, pattern in kinds for name in expanded(pattern))
        for place, (kind, name) in enumerate(written):
            # The list is written as names are compared: to fold each of thousands would cost half a second.
            key = name if name.isalnum() else _NO_KEY.sub("", name)
            places = every.get(key, ())
            if key and (not places or places[-1][0] != field):  # the first place in a list counts
                every[key] = (*places, (field, place))
                if kind == "column":
                    bare.setdefault(key, set()).add(field)
    return every, bare


def first_name(field: str) -> str:
    """The Chinese name that a field is called by."""
    return str(labels()[field]["name"])


def field_name(field: str) -> Message:
    """A field as people read it: by its Chinese name, or by what it is called here in English."""
    return Message(name := first_name(field), field.replace("_", " "), name)


def expanded(pattern: str) -> Iterator[str]:
    """The names of a pattern: {a,b,} stands for each of its parts.

    >>> list(expanded("{项目,}名称"))
    ['项目名称', '名称']
    """
    pieces = _BRACES.split(pattern)
    return map("".join, product(*(piece.split(",") if i % 2 else [piece] for i, piece in enumerate(pieces))))


def asked(line: str, *, questionnaire: bool = False) -> str:
    """The field of labels.toml that a line asks for as a question of a form; "" where it is no such question.

    `questionnaire` says that the form asks by questions: one that does not speak to the applicant is one as well.

    >>> asked("Who is leading the project?"), asked("您打算怎么做？"), asked("How does rain affect yields?")
    ('principal_investigator', 'methods', '')
    """
    if "?" not in line and "？" not in line:
        return ""
    question = _ASKED.fullmatch(line.strip()) or _ASKED.fullmatch(_BEFORE_QUESTION.sub("", line.strip()))
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
    >>> requested("Please summarise the project for a general reader."), requested("Describe the project in plain English")
    ('abstract', 'abstract')
    """
    if len(line) > _LONGEST_REQUEST:
        return ""
    request = _REQUESTED.fullmatch(_BRACKETED.sub("", _AND_THEN.sub("", line)).strip().rstrip("：:。.*"))
    if request is None:
        return ""
    subject = _UP_TO.sub("", (request["zh"] or request["en"]).strip())
    return "abstract" if _WORK.fullmatch(subject) or _SUMMARY.match(subject) else about(subject)


def questioned(name: str) -> str:
    """The field that a name asks for by the word of a question, with or without its mark: 谁牵头; "" for others."""
    return about(name) if len(name) <= _LONGEST_ASKED and _ASKS_HOW.search(name) else ""


def about(text: str) -> str:
    """The field whose words a question or request holds; "" for none."""
    questions = section("questions").items()
    return next((field for field, words in questions if re.search("|".join(words), text, re.I)), "")
