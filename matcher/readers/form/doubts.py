"""Which values of a form may be wrong though they were read: unlike what their field asks for, cut short, or one of two that compete."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice, pairwise

from matcher import settings
from matcher.message import SEMICOLON, Catalogue, Message, joined
from matcher.readers.blocks import excerpt
from matcher.readers.fields import shapes
from matcher.readers.fields.declared import Claim
from matcher.readers.fields.in_lines import LONG, is_short, label_of, leading, number_of
from matcher.readers.fields.joined import inferred
from matcher.readers.fields.labels import WHO, field_name
from matcher.readers.fields.values import breaks_off, closes, is_hint, is_own_title, is_prose, opens
from matcher.readers.fields.words import OF_STUDY
from matcher.readers.form.answers import Answers
from matcher.readers.form.directions import directs
from matcher.readers.form.headings import OpenSection
from matcher.readers.form.owners import PROJECT, Held, advises
from matcher.readers.form.page_frame import LONGEST, certifies, of_mail
from matcher.segment import HAN

say = Catalogue(__file__)

_MOST = settings.count("readers.unread.most")
_MOST_GAPS = settings.count("readers.unread.most_gaps")
_LABEL_BEHIND = re.compile("[；;，,。].{0,12}[:：]")
_SHORT = (PROJECT, "declared", *WHO)
# Where the next field may begin within a value that two lines or cells were joined to.
_GAP = re.compile(
    rf"\s{{2,}}|\t|(?<=[{HAN}])\s|(?=[【〖])|(?<=\S)\s(?=\d{{1,2}}\. )|(?=[一二三四五六七八九十]、)"
)
# Two sentences in Latin letters.
_SENTENCES = re.compile(r"[a-z]{4,}[.?] [A-Z][a-z]+ .+[.]$")
# Kinds of sections that hold sentences: the study, and lists of books and rules. In others (经费, 成员) they may be swallowed.
_OF_PROSE = OF_STUDY | {"foundation", "other", "", "references", "instructions"}
_LEAST_SENTENCES = settings.count("readers.form_doubts.least_sentences")
_SENTENCE = re.compile(rf"(?<=[{HAN}\w）)”’]{{6}})[。！？]|(?<=[\w ,'’()-]{{16}})[.!?](?=\s|$)")
# What the sentences of a plan, of a budget and on people hold, which a study that such a section swallowed mostly lacks.
_OF_SECTION = {
    "schedule": re.compile(r"\d\s?[年月日季周]|(?i:\b20\d\d\b|\b(?:months?|years?|weeks?|phase)\b)"),
    "members": re.compile(
        r"博士|硕士|教授|研究员|工程师|医师|教师|成员|主持|负责|承担|从事|毕业|就职|任职|来自|团队|[课项][题目]组|经验|擅长|熟悉|[发获]"
        r"|(?i:\b(?:team|staff|people|persons?|years?|experienced?|expert\w*|ph\.?d|professor|engineers?|lecturer|researchers?|members?|founded|employs?|led|leads|joined|work(?:s|ed)|published|brings?)\b)"
    ),
    "budget": re.compile(
        r"\d\s?[万亿千百]*元|经费|资金|预算|费用|[$£€¥]|(?i:\b(?:costs?|funds?|funding|budget)\b)"
    ),
}
# What is promised.
_OF_FRAME = re.compile(
    r"(?:本人|[本我]单位|[申负][^。，]{0,4}人)[^。，]{0,6}(?:承诺|保证|声明)(?![与和及的制]|不[实符])"
)
# A line that is no more than an amount of a project's money with its name: 项目总投资1850万元。
_SUM = re.compile(
    r"(?:[^，。；,;\d]{0,12}(?:投资|经费|资金|预算|拨款|资助|自筹|合计|总[计额]|金额|费用?|款)[^，。；,;\d]{0,4})?\s?(?:\d[\d,.]*|[一二三四五六七八九十百千]{1,8})\s?[亿万千百]*元(?:人民币|[整左右])?[。.]?"
    r"|(?:[^.,;\d]{0,24}\b(?i:budget|cost|fund|grant|award|total|amount|request)[^.,;\d]{0,12})?(?:[$£€¥]|USD|EUR|GBP)\s?\d[\d,.]*[kM]?[.]?"
)
# Who made the form, and sections of what is promised, signed or opined.
_IMPRINT = re.compile("[局厅部会委处院印编]制$")
_PROMISE = re.compile(
    "承诺|保证|声明|同意|推荐|予以?支持|签[字名章]|(?i:declar|certif|confirm|agree|recommend|referee|signature)"
)
# Brackets in pairs, of either width, and quotation marks, which people type in any direction.
_PAIRS = (("[（(]", "[）)]"), ("《", "》"), ("【", "】"), ("「", "」"))
_QUOTES = re.compile('[“”"]')


def doubtful(
    fields: Mapping[str, str], answers: Answers | None = None, other_title: str = ""
) -> list[Message]:
    """The note of the fields whose value may be wrong, each with the label it stands under, why, and what else may be it.

    `answers` are what the form's labels gave, for a form; `other_title` what may be the title as well.

    >>> [note.en for note in doubtful({"email": "wang.example.cn"})], doubtful({"email": "无"})
    (['in doubt, please check: email wang.example.cn'], [])
    """
    answers = answers or Answers(wrapped=False)
    within = {field: label for field in _SHORT if (label := label_within(fields.get(field, "")))}
    odd = [*_unlike(fields, answers.held), *([PROJECT] if other_title else ())]
    there = [f for f in _SHORT if fields.get(f)]
    odd += [f for f in there if f in within or f in answers.cut or is_broken(fields[f])]
    labels = {field: answers.held[field].label.strip(" :：") for field in odd if field in answers.held}
    if either := _either(fields, answers.topics):
        odd, labels["declared"] = [*odd, "declared"], either
    rivals = (r for r in answers.rivals if shapes.fits(r[0], r[2]) and r[2] != fields.get(r[0]))
    also = {field: f"{label.strip(' :：')}：{value}" for field, label, value in rivals}
    also |= {PROJECT: other_title} if other_title else {}
    shown = [
        joined(
            [
                field_name(field),
                f" {fields[field]}",
                say("doubt.under", label=labels[field]) if labels.get(field) else "",
                say("doubt.holds", label=within[field]) if field in within else "",
                say("doubt.goes on", text=answers.cut[field]) if field in answers.cut else "",
                say("doubt.or", text=also[field]) if field in also else "",
            ]
        )
        for field in dict.fromkeys(odd)
        if fields.get(field)
    ]
    notes = [say("doubt.fields", fields=joined(shown, SEMICOLON))] if shown else []
    rest = [(f, _bare(answers.held[f].label)) for f in there if f in answers.held]
    rest = [*((f, label) for f, label in rest if inferred(label, f)), *_learnt_sections(answers.parts)]
    like = [joined([field_name(f), say("doubt.under", label=label)]) for f, label in dict.fromkeys(rest)]
    return [*notes, *([say("doubt.inferred", fields=joined(like, SEMICOLON))] if like else ())]


def _bare(label: str) -> str:
    """A label without its number and mark."""
    return number_of(label)[2].strip(" :：")


def _learnt_sections(parts: Iterable[OpenSection]) -> Iterator[tuple[str, str]]:
    """(field, heading) of the sections of a study whose heading is in no list, but like the names of that field."""
    for part in parts:
        learnt = part.kind in OF_STUDY and inferred(_bare(part.heading), part.kind)
        if learnt and part.lines and not label_of(part.heading, column=True, listed=True):
            yield part.kind, _bare(part.heading)


def _unlike(fields: Mapping[str, str], held: Mapping[str, Held]) -> Iterator[str]:
    """The fields whose value has not the shape of one, or stands under a label of somebody else."""
    asked = (*WHO, "title", *(("abstract",) if any(map(fields.get, WHO)) else ()))
    yield from (field for field in asked if (value := fields.get(field)) and not shapes.like(field, value))
    if (lead := held.get(WHO[1])) and advises(lead.label):
        yield WHO[1]
    # A short number is an extension, but a label behind a number is another's.
    phone = fields.get("phone", "")
    if _LABEL_BEHIND.search(phone) and shapes.of_another("phone", phone):
        yield "phone"
    if (mail := fields.get("email", "")) and re.search("[A-Za-z]", mail) and not shapes.fits("email", mail):
        yield "email"


def _either(fields: Mapping[str, str], topics: Iterable[Claim]) -> str:
    """The label of the declared topic where it may as well name the project, which has another title, or is an adviser's; "" else."""
    declared, title = fields.get("declared", ""), fields.get("title", "")
    if not title or shapes.is_code(declared) or shapes.names_a_topic(declared):
        return ""
    label = next((claim.label for claim in topics if claim.text and claim.text in declared), "")
    return label.strip(" :：") if PROJECT in label_of(label) or advises(label) else ""


def label_within(value: str) -> str:
    """The name of another field that stands behind a value, as where two lines became one; "" for none.

    >>> label_within("沟渠淤泥制砖的烧结试验  参加单位"), label_within("王某某 电 话"), label_within("数字乡村 研究")
    ('参加单位', '电 话', '')
    """
    for gap in islice(_GAP.finditer(value), _MOST_GAPS):
        tail = value[gap.end() :].strip()
        if not gap.start() or not tail:
            continue
        if (first := leading(tail)) is not None:
            return first.text
        places = label_of(number_of(tail)[2])
        if places and not LONG.issuperset(places[:1]):
            return tail
    return ""


def is_broken(value: str) -> bool:
    """Whether a value ends in the midst of its words, holds one half of a pair of brackets, or two sentences.

    >>> is_broken("城市夜间经济（"), is_broken("Thermal limits. The award produced six papers."), is_broken("Save or sink? A dilemma")
    (True, True, False)
    """
    halves = any(len(re.findall(a, value)) != len(re.findall(b, value)) for a, b in _PAIRS)
    quotes = _QUOTES.findall(value)
    halves |= len(quotes) % 2 == 1 and set(quotes) != {'"'}  # 12" is a length
    return halves or breaks_off(value) or _SENTENCES.search(value) is not None


def is_rest(field: str, line: str) -> bool:
    """Whether a line that no label explains may be the rest of a field's value above it, as no name, number, sentence or field of its own is.

    >>> is_rest("title", "序研究"), is_rest("title", "Proposed start date"), is_rest("principal_investigator", "包装工程学院")
    (True, False, False)
    """
    if _IMPRINT.search(line) or (field == WHO[1] and shapes.INSTITUTION.search(line)):
        return False
    if not is_short(line) or line[-1] in "。.；;" or re.search("[:：□=]|[.…·]{3}|[_＿]", line):
        return False
    begins = line[0].islower() if line.isascii() else line[0].isalpha()
    own = number_of(line)[0] or shapes.is_date(line) or is_own_title(line) or is_hint(line)
    return begins and not own and not label_of(line, loose=True)


def among_sections(parts: Sequence[OpenSection], chosen: Sequence[OpenSection]) -> list[Message]:
    """The notes of what the sections by which a form is judged hold of its frame, and of prose in sections where none belongs."""
    lines = (line for part in chosen for text in part.lines for line in text.split("\n") if line.strip())
    looked = [*islice(lines, shapes.MOST_LINES), ""]
    # 各位老师： calls somebody where it stands first; further down it may be who is asked.
    mixed = looked[:1] if opens(looked[0]) else []
    mixed += [line for line, below in pairwise(looked) if len(line) <= LONGEST and _of_frame(line, below)]
    notes = [say("doubt.mixed", texts="；".join(excerpt([line]) for line in mixed[:_MOST]))] if mixed else []
    apart = [part for part in parts if part.kind not in _OF_PROSE and id(part) not in map(id, chosen)]
    swallowed = [p for p in apart if _sentences(p) >= _LEAST_SENTENCES]
    prose = (
        say("doubt.prose", heading=p.heading, text=excerpt(p.lines), count=len("".join(p.lines)))
        for p in swallowed
        if p.kind != "opinion" or not _PROMISE.search("".join([p.heading, *p.lines]))
    )
    return [*notes, *prose]


def _sentences(part: OpenSection) -> int:
    """How many sentences a section has besides those that belong there: of dates in a plan, of money in a budget."""
    own = _OF_SECTION.get(part.kind)
    *ended, _ = _SENTENCE.split("\n".join(part.lines))
    return sum(not (own and own.search(sentence)) for sentence in ended)


def _of_frame(line: str, below: str) -> bool:
    """Whether a line among those of a text is of the letter, form or page around it: who is called, when it was signed, how to fill in."""
    first = leading(line)
    labelled = first is not None and first.places[0] not in LONG
    signed = (
        shapes.is_date(line)
        or bool(_OF_FRAME.match(line) or _SUM.fullmatch(line) or of_mail(line))
        or closes(line)
        or certifies(line)
    )
    reached = bool(shapes.contacts(line)[1]) and not is_prose(shapes.contacts(line)[0])
    return labelled or signed or reached or is_own_title(line) or (directs(line, below) and bool(below))
