"""The names of a proposal's parts, for the columns of tables and the labels of forms (data/labels.toml)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import product
from typing import Literal

from matcher import settings
from matcher.errors import BatchError
from matcher.message import COMMA, Catalogue, Message, joined
from matcher.readers.label_words import composed, labels
from matcher.segment import HAN, fold

say = Catalogue(__file__)

NEAR = settings.percent("readers.labels.near")
_LONGEST_NEAR = settings.characters("readers.labels.longest_near")
# The fields of a proposal, and those that filing rules and letters ask for beside them.
PROPOSAL = ("id", "title", "abstract", "declared", "organisation", "principal_investigator", "year")
EXTRA = ("members", "budget", "submitted", "running", "birth", "phone", "email")
# A column that only a report of this program has, and those of its columns that hold the program's answers: read back
# as proposals, an answer would pass for what an applicant wrote. They are triage.columns.COLUMNS, which a test compares.
REPORTED = "结论 verdict"
ANSWERS = frozenset(
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
Built = Literal["no", "whole", "heading", "loose"]
_REMEMBERED = settings.chunk("readers.labels.remembered")
_KNOWN = settings.count("readers.labels.known")
_LONGEST_KEY = settings.characters("readers.labels.longest_key")
_TABLES = settings.chunk("readers.labels.tables")
_TWO_LANGUAGES = settings.letters("readers.labels.two_languages")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z][a-z])")  # applicantUnit
_BRACES = re.compile(r"\{([^{}]*)\}")
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】|〔[^〔〕]*〕|<[^<>]*>")
_NUMBERING = re.compile(
    r"\s*(?:[(（]?[一二三四五六七八九十\d]{1,3}[)）]?[、.．:：\s]\s*|[(（][一二三四五六七八九十\d]{1,3}[)）]\s*)"
)
# What a questionnaire asks around a name.
_ASKED = re.compile(
    r"^(?:请(?:您|你)?(?:填写|输入|选择|填报)?|(?:您|你)的?|拟(?=[对所报选]))+|(?:是什么|是|为|有哪些)$"
)
_ABOVE = re.compile("[_>→|]")  # Q3_负责人及单位
_WITHIN = re.compile(r"([^()]{2,})\(([^()]+)\)")  # 主持人（单位）
_JOINT = re.compile(r"[/、&]|以及|及其|及|和|与|\band\b", re.I)
_LONGEST_PAIR = settings.characters("readers.labels.longest_pair")
WHO = ("organisation", "principal_investigator")
_OF_WHO = frozenset((*WHO, "phone", "email"))
_PAIRED = _OF_WHO | {"title", "declared"}
_ITSELF = re.compile(r"\s+(?:for|on) (?:the|this|your) (?:project|proposal|application|bid)$", re.I)
_FOREIGN = re.compile("英文|外文|english", re.I)
# A name that nobody listed is taken after all that are, and one in another language than the batch's last.
_COMPOSED = 5_000
_LAST = 10_000
# What a template adds to a name for the person who fills it in.
_HINT = re.compile(
    r"(?:必填|选填|必选|单选|请填写|请选择|[不限]?(?:超过|少于|多于)?\d+个?字(?:以内|以上|左右|之内)?)+$"
)
_PARTS = re.compile(rf"[/\n|、;；,，]|(?<=[{HAN}])\s*(?=[A-Za-z])|(?<=[A-Za-z])\s*(?=[{HAN}])")
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
    bare = _bare(name)
    return _HINT.sub("", "".join(c for c in bare if c.isalnum() or c == "#").replace("计画", "计划"))


@lru_cache(maxsize=_REMEMBERED)
def _bare(name: str) -> str:
    """A name folded, in lower case, without brackets and numbering."""
    folded = fold(NOTE_MARK.sub("", _CAMEL.sub(" ", name))).lower()
    bare = folded
    while (shorter := _BRACKETS.sub("", bare)) != bare:
        bare = shorter
    if not any(c.isalnum() for c in bare):
        bare = folded
    bare = bare.lstrip("*＊※★▲ \t\n")
    numbered = _NUMBERING.match(bare)
    if numbered and any(c.isalnum() for c in bare[numbered.end() :]):
        bare = bare[numbered.end() :]
    return bare.strip()


def fields_of(name: str, *, column: bool = True, built: Built = "whole") -> tuple[tuple[str, int], ...]:
    """(field, place of the name in the field's list) for each field that a name may stand for; () if unknown.

    `column` also takes the names that are too bare for a form. Of a name in two languages
    ("项目名称 Title", "题目/名称") the known parts must agree. `built` says what else is a name
    than those of the lists: one whose words are all known, in a heading also one English word, where
    the place says that it is a label also one with letters that no word covers; or none.
    """
    return _fields_of(name, column, built)


@lru_cache(maxsize=_REMEMBERED)
def _fields_of(name: str, column: bool, built: Built) -> tuple[tuple[str, int], ...]:
    known = names(column=column)
    if ("/" in name or "／" in name) and pair_of(name):
        return ()
    key = label_key(name)
    asked = _ASKED.sub("", key)
    later = _LAST if _FOREIGN.search(name) else 0
    for written in (key, asked, asked.replace("的", ""), label_key(_ITSELF.sub("", name))):
        if (exact := known.get(written)) is not None:
            return tuple((field, place + later) for field, place in exact)
    if places := _by_words(name, built):
        return tuple((field, place + later) for field, place in places)
    parts = [part for part in _PARTS.split(fold(name)) if part and label_key(part)]
    if len(parts) < 2 or any(part.isascii() and re.search(r"\d", part) for part in parts):
        return ()  # 申报方向 B12 is a name with its value
    part_built: Built = "no" if built == "no" else "whole"
    by_part = [known.get(label_key(part)) or _by_words(part, part_built) for part in parts]
    chinese = [places for part, places in zip(parts, by_part, strict=True) if not part.isascii()]
    if len(chinese) == 1 and (chinese[0] or len(key) >= _TWO_LANGUAGES):
        return chinese[0]  # the English beside it may be another's word: 申请机构 / Lead applicant
    if len(chinese) > 1 and not all(chinese):
        return ()
    # An unknown Chinese name is explained by English with a capital: 首席研究員 Principal Investigator, not 使用 mobile.
    sure = [
        p
        for part, p in zip(parts, by_part, strict=True)
        if p and (not chinese or part.strip().title()[0] in name)
    ]
    if not sure:
        return ()
    shared = set.intersection(*({field for field, _ in places} for places in sure))
    return tuple((field, place) for field, place in sure[0] if field in shared)


def _by_words(name: str, built: Built) -> tuple[tuple[str, int], ...]:
    """The field of a name that is built of known words, after all that are listed."""
    text = _composable(name, label_key(name))
    field = "" if built == "no" else composed(text, loose=built == "loose", single=built != "whole")
    return ((field, _COMPOSED),) if field else ()


def _composable(name: str, key: str) -> str:
    """A name as its words are looked up: English with its spaces, Chinese with what parts its names."""
    if key.isascii():
        return _bare(name)
    return _HINT.sub("", re.sub(r"[^\w、]", "", re.sub(r"[/;,]", "、", _bare(name))))


@lru_cache(maxsize=_REMEMBERED)
def pair_of(name: str) -> tuple[str, ...]:
    """The two fields that a name asks for at once, so that its column is neither; () for a name of one thing.

    >>> pair_of("姓名和单位"), pair_of("主持人（电话）"), pair_of("研究内容和方法")
    (('principal_investigator', 'organisation'), ('principal_investigator', 'phone'), ())
    """
    own = _ABOVE.split(fold(name[:_LONGEST_KEY]))[-1].strip(" :?")
    own = own[number.end() :] if (number := _NUMBERING.match(own)) else own
    within = _WITHIN.fullmatch(own)
    parts = within.groups() if within else _JOINT.split(own) if len(own) < _LONGEST_PAIR else ()
    places = [[field for field, _ in fields_of(part)] for part in parts] if len(parts) == 2 else []
    if not (places and all(places)):
        return ()
    # A bare name beside an institution or a phone is a person's.
    bare = "title" in places[0] and WHO[1] in places[0] and places[1][0] != "declared"
    pair = (WHO[1] if bare else places[0][0], places[1][0])
    whose = _OF_WHO if within else _PAIRED  # 课题名称（方向） is a title
    return pair if whose.issuperset(pair) and pair[0] != pair[1] else ()


@lru_cache(maxsize=2)
def names(*, column: bool = True) -> Mapping[str, tuple[tuple[str, int], ...]]:
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


def field_named(name: str) -> str:
    """The field that a person names, by its own name or any name of its list; BatchError if there is none."""
    if name in labels():
        return name
    places = fields_of(name)
    if not places:
        known, every = (
            joined(names, COMMA) for names in (map(first_name, list(labels())[:_KNOWN]), labels())
        )
        raise BatchError(say("column.no field", name=name, known=known, fields=every))
    return min(places, key=lambda p: p[1])[0]


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
