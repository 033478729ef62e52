"""The names of a proposal's parts, for the columns of tables and the labels of forms (data/labels.toml)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import product

from matcher import settings
from matcher.message import Message
from matcher.readers.label_words import labels
from matcher.segment import fold

NEAR = settings.percent("readers.labels.near")
_LONGEST_NEAR = settings.characters("readers.labels.longest_near")
# The fields of a proposal, and those that filing rules and letters ask for beside them.
PROPOSAL = ("id", "title", "abstract", "declared", "organisation", "principal_investigator", "year")
EXTRA = ("members", "budget", "submitted", "running", "birth", "phone", "email")
# A column that only a report of this program has, and those of its columns that hold the program's answers: read back
# as proposals, an answer would pass for what an applicant wrote. They are triage.columns.queue_columns(), which a test compares.
REPORTED = "结论 verdict"
REPORTED_COLUMNS = frozenset(
    {
        *(
            REPORTED,
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
NOTE_MARK = re.compile(r"(?<=\w)[①-⑳¹²³⁴-⁹*†‡]+(?=\s*[:：]?\s*$)")  # a name with a note below the form
_NO_KEY = re.compile(r"[^\w#]|_")
_REMEMBERED = settings.chunk("readers.labels.remembered")
_LONGEST_KEY = settings.characters("readers.labels.longest_key")
_TABLES = settings.chunk("readers.labels.tables")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z][a-z])")  # applicantUnit
_BRACES = re.compile(r"\{([^{}]*)\}")
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】|〔[^〔〕]*〕|<[^<>]*>")
NUMBERING = re.compile(
    r"\s*(?:[(（]?[一二三四五六七八九十\d]{1,3}[)）]?[、.．:：\s]\s*|[(（][一二三四五六七八九十\d]{1,3}[)）]\s*)"
)
WHO = ("organisation", "principal_investigator")
# What a template adds to a name for the person who fills it in.
HINT = re.compile(
    r"(?:必填|选填|必选|单选|请填写|请选择|[不限]?(?:超过|少于|多于)?\d+个?字(?:以内|以上|左右|之内)?)+$"
)
# Words by which a name that is not in the list may be asked about.
_CORES = (
    ("declared", ("指南", "方向", "选题", "榜单", "对应", "归属")),
    ("abstract", ("摘要", "简介", "概述", "abstract", "summary")),
    ("content", ("内容", "content")),
    ("title", ("名称", "题目", "标题", "title")),
)


def label_key(name: str) -> str:
    """A name as it is compared: folded, lower case, letters and digits only, without brackets, numbering, hints.

    >>> label_key("*１、主要研究内容（500字以内）"), label_key("E-Mail")
    ('主要研究内容', 'email')
    """
    return _label_key(name[:_LONGEST_KEY])


@lru_cache(maxsize=_REMEMBERED)
def _label_key(name: str) -> str:
    # 計畫 is what Taiwan writes for 计划; folded to simplified characters it is 计画.
    bare = bare_name(name)
    return HINT.sub("", "".join(c for c in bare if c.isalnum() or c == "#").replace("计画", "计划"))


@lru_cache(maxsize=_REMEMBERED)
def bare_name(name: str) -> str:
    """A name folded, in lower case, without brackets and numbering."""
    folded = fold(NOTE_MARK.sub("", _CAMEL.sub(" ", name))).lower()
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
    """Key of a name → the fields it may stand for, each with its place in the field's list."""
    known: dict[str, tuple[tuple[str, int], ...]] = {}
    for field, written in _written().items():
        for key, place, bare in written:
            if key and (column or not bare):
                places = known.get(key, ())
                if not places or places[-1][0] != field:  # the first place in a list counts
                    known[key] = (*places, (field, place))
    return known


@lru_cache(maxsize=1)
def _written() -> Mapping[str, list[tuple[str, int, bool]]]:
    """For each field the keys of its names, with their places, and whether they are too bare for a form."""
    written: dict[str, list[tuple[str, int, bool]]] = {}
    for field, lists in labels().items():
        every = [
            (name.lower(), kind == "column")
            for kind in ("zh", "en", "column")
            for pattern in lists.get(kind, [])
            for name in expanded(pattern)
        ]
        # The list is written as names are compared: to fold each of thousands would cost half a second.
        written[field] = [
            (name if name.isalnum() else _NO_KEY.sub("", name), place, bare)
            for place, (name, bare) in enumerate(every)
        ]
    return written


def fields() -> tuple[str, ...]:
    """The fields in the order in which they take their columns."""
    return tuple(labels())


def first_name(field: str) -> str:
    """The Chinese name that a field is called by."""
    return str(labels()[field]["name"])


def field_name(field: str) -> Message:
    """A field as people read it: by its Chinese name, or by what it is called here in English."""
    return Message(name := first_name(field), field, name)


def expanded(pattern: str) -> Iterator[str]:
    """The names of a pattern: {a,b,} stands for each of its parts.

    >>> list(expanded("{项目,}名称"))
    ['项目名称', '名称']
    """
    pieces = _BRACES.split(pattern)
    return map("".join, product(*(piece.split(",") if i % 2 else [piece] for i, piece in enumerate(pieces))))


@lru_cache(maxsize=_TABLES)
def _named(wanted: tuple[str, ...]) -> tuple[str, ...]:
    """The names of these fields as they are compared."""
    return tuple(k for k, places in names(column=False).items() if any(f in wanted for f, _ in places))


def near(name: str, wanted: tuple[str, ...]) -> str | None:
    """The field of `wanted` that an unknown name may mean, to be asked about and never taken; None if none is near."""
    from rapidfuzz import fuzz, process  # here: most tables have only known names

    key = label_key(name)
    if not 2 <= len(key) <= _LONGEST_NEAR:
        return None
    best = process.extractOne(key, _named(wanted), scorer=fuzz.ratio, score_cutoff=NEAR)
    if best is not None:
        return next(f for f, _ in names(column=False)[best[0]] if f in wanted)
    return next((field for field, cores in _CORES if field in wanted and any(c in key for c in cores)), None)
