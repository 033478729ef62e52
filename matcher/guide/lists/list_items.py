"""The units that may be topics by one kind of mark, how much each looks like one, and the runs in which they count on."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from matcher import settings
from matcher.guide import prior, vocabulary
from matcher.guide.lists.counting import nested, untitled
from matcher.guide.lists.headings import inner_mark
from matcher.guide.lists.unmarked import above_contents, below_sentence, run_in, translations
from matcher.guide.prior import LAST_BRACKET, NOTICE_WORDS, OF_FIELD, TopicStart, cue, is_content, may_name
from matcher.guide.text.blocks import SHORTEST_TITLE, Unit
from matcher.guide.text.marks import LAST_NUMBER, UNNUMBERED, Mark, number_of
from matcher.guide.vocabulary import PHONE
from matcher.language import is_latin

_LARGEST_COUNT = settings.count("guide.items.largest")
_FIRST_ATTACHMENT = re.compile(r"附(?:件|表|录)?\s*:\s*[(]?(?P<n>1)[.、)]")
# What goes on behind 课题一: 、二由…, 至3：, —— of a line that names several topics at once.
_GOES_ON = re.compile(
    r"\W*(?:和|及|与|至|到|and)?\s*(?:[一二三四五六七八九十]{1,3}|\d{1,3}|[A-Z])(?![\w.])|由.{2,16}(?:负责|受理)"
)
_NEXT_NUMERAL = re.compile(r"(?:[一二三四五六七八九十]{1,3}|\d{1,3}|[A-Z])(?=[、,和及至]|由|\W|$)")
_STYLES = {"number", "no", "paren", "half-paren", "circled"}  # marks that people mix in one list
_ROMANS = {"roman", "small-roman"}
_LEAST_ALIKE = settings.count("guide.findings.least_alike")
_LONGEST_NAME = settings.characters("guide.prior.longest_name")
_LONGEST_ENTRY = settings.characters("guide.prior.longest_entry")

_OF_FILING = re.compile("申[报请]|报[名送]|联系[人方电]|其[他它]")

_ITEM = settings.score("guide.prior.item")
_CONTENT = settings.score("guide.prior.content")
_SECOND_CONTENT = settings.score("guide.prior.second_content")
_OFFICE = settings.score("guide.prior.office")
_ENDING = settings.score("guide.prior.ending")
_ENGLISH_TITLE = settings.score("guide.prior.english_title")
_ENGLISH_WORDS = settings.words("guide.prior.english_title")
_RULE = settings.score("guide.prior.rule")
_RULE_BELOW = settings.score("guide.prior.rule_below")
_DESCRIBED = settings.score("guide.prior.described")
_TASK = settings.score("guide.prior.task")
_LONG_TITLE = settings.characters("guide.prior.long_title")
_LONG = settings.score("guide.prior.long")
_SHORT = settings.score("guide.prior.short")
_NOTICE = settings.score("guide.prior.notice")
_LIST = settings.score("guide.prior.list")
_HEADING_LIKE = settings.characters("guide.prior.heading_like")


def items_of(units: Sequence[Unit], kind: str, titled: bool, *, faint: bool) -> prior.ListCandidates:
    """at -> (number, start of the title, code), for the units that begin with a kind of mark; `faint` as in `readers`."""
    if kind == "bare":
        return below_sentence(units, titled, faint=faint)
    if kind in ("anchor", "run-in"):
        return above_contents(units) if kind == "anchor" else run_in(units)
    candidates: dict[int, prior.Candidate] = {}
    last, before = "", 0
    beside = (_attachments(units), nested(units, kind), untitled(units, kind), translations(units, kind))
    attached = set().union(*beside)
    romans = {s for u in units for s in _ROMANS & u.marks.keys() if number_of(u.marks[s].written) == 2}
    for at, unit in enumerate(units):
        mark = unit.marks.get(kind) if at not in attached else None
        if mark is not None and kind.startswith("md"):
            mark = inner_mark(unit.marks) or mark
        if mark is None or (prior.opens_content(unit) and kind != "label") or prior.is_office(unit):
            continue
        if kind == "letter" and ("coded" in unit.marks or romans & unit.marks.keys()):
            continue  # A.1 is a code, not 1 below A; I. above II. counts 1, as i. above ii. does
        title = unit.text[mark.start :]
        if mark.code and mark.code == last and title[-1:] in ".。":
            continue  # TA1 performers will …, below TA1: its title
        last = mark.code
        other = prior.code_of(title) or prior.is_contact(title) or _is_entry(title)
        mention = _NEXT_NUMERAL.match(title) or _GOES_ON.match(title)  # 课题一、二由安全稳定处负责（电话…）
        if other or (mention and prior.states_office(unit.text)):
            continue  # Theme A: Dr Dale, 020 7946 0001 is an entry of a list of contacts
        if any(c.isalpha() for c in title):
            number = _number(mark, kind, before)
            before = number or 0
            candidates[at] = (number, mark.start, mark.code)
    marked = [at for at in candidates if inner_mark(units[at].marks) is not None]
    if kind.startswith("md") and len(marked) > 1 and len(marked) * 2 > len(candidates):
        candidates = {at: candidates[at] for at in marked}  # Schedule beside Need 1: …, Need 2: …
    coded = {at for at in candidates if units[at].marks.keys() & {"code", "coded"}}
    if kind == "bullet" and len(coded) > 1 and all(at in coded or at + 1 in coded for at in candidates):
        return {}  # • Energy above • E1: …
    odd = _odd_codes(candidates)
    return _with_lost(units, kind, {at: item for at, item in candidates.items() if at not in odd})


def _with_lost(units: Sequence[Unit], kind: str, candidates: prior.ListCandidates) -> prior.ListCandidates:
    """The items of a list, and where one number is missing the line that counts it with another mark (5) below 4.) or, in a list
    without descriptions, the only one without a mark; below the last item a line that counts on as far below as most stand."""
    places = sorted(at for at in candidates if candidates[at][0])
    gaps = Counter(b - a for a, b in pairwise(places))
    usual = gaps.most_common(1)[0][0] if len(places) > 2 else len(units)
    lost: dict[int, prior.Candidate] = {}
    for a, b in pairwise([*places, len(units)]):
        number, last = (candidates[a][0] or 0) + 1, b == len(units)
        if not last and candidates[b][0] != number + 1:
            continue
        between = range(a + usual, min(a + usual + 1, b)) if last else range(a + 1, b)
        counts = [
            (at, number_of(mark.written), mark.start)
            for at in between
            for style, mark in units[at].marks.items()
            if {style, kind} <= _STYLES and number_of(mark.written) in (number - 1, number)
        ]
        free = [at for at in between if not last and gaps[1] * 2 > sum(gaps.values()) and not units[at].marks]
        at, count, start = counts[0] if len(counts) == 1 else (0, 0, 0)
        if count == number and may_name(LAST_BRACKET.sub("", units[at].text[start:])):
            lost[at] = (number, start, "")
        elif len(free) == 1 and may_name(units[free[0]].text) and not prior.cue(units[free[0]].text):
            lost[free[0]] = (number, 0, "")
    return dict(sorted({**candidates, **lost}.items()))


def _number(mark: Mark, kind: str, before: int) -> int | None:
    """The number that a mark counts below the one that counts `before`; None where it is a name."""
    if mark.kind in UNNUMBERED or mark.kind.startswith("md"):
        return None
    number = number_of(mark.written)
    # A booklet's or a catalogue's code (A314-901, 1011) is a name, not a count.
    if kind == "code":
        return None if number > LAST_NUMBER or "-" not in mark.written else number
    named = kind.startswith("word:") and number > _LARGEST_COUNT and number != before + 1
    return None if named else number


def _attachments(units: Sequence[Unit]) -> set[int]:
    """The units that count on from 附件：1.申请书: 2.活页, 3.汇总表."""
    attached: set[int] = set()
    for at, unit in enumerate(units):
        if not _FIRST_ATTACHMENT.match(unit.text):
            continue
        for number, below in enumerate(range(at + 1, len(units)), 2):
            mark = units[below].marks.get("number")
            if mark is None or number_of(mark.written) != number:
                break
            attached.add(below)
    return attached


def _is_entry(title: str) -> bool:
    """Whether what follows a mark is no title: an entry of a list of contacts (a phone, and a name at most), or a number that is kept free."""
    rest, phones = PHONE.subn("", re.sub(r"\([^()]*\)|【[^【】]*】|\[[^\[\]]*\]", "", title))
    # 课题 / 处室 / 电话 is a topic with its office.
    longest = _LONGEST_ENTRY if is_latin(title) else _LONGEST_NAME
    entry = phones > 0 and title.count("/") < 2 and len(rest) <= longest
    return entry or title.strip("[]. ").lower() == "reserved"


def _odd_codes(candidates: prior.ListCandidates) -> set[int]:
    """The items above the first of the list whose code has another shape than all codes of it: 2027 above 27A101."""
    nines = {at: re.sub(r"\d", "9", code.upper()) for at, (_, _, code) in candidates.items() if code}
    shapes = {at: re.sub(r"[A-Z]+", "A", code) for at, code in nines.items()}
    counts = Counter(shapes.values())
    usual, count = counts.most_common(1)[0] if shapes else ("", 0)
    first = next((at for at in sorted(shapes) if shapes[at] == usual), 0)
    alone = [at for at in shapes if at < first and counts[shapes[at]] == 1]
    return set(alone) if count >= _LEAST_ALIKE else set()


def item_score(item: TopicStart) -> float:
    """How much an item looks like a topic: about 0 for a rule, 1 for a title, 2 to 3 with its contents."""
    text, title, rest, body = item.unit.text, item.title, item.rest, item.body
    mains = sum(bool(vocabulary.MAIN_CONTENT.match(t)) for t in (rest, *(u.text for u in body)))
    labelled = mains or any(is_content(u) for u in body)
    # An office or a kind in brackets is no part of it.
    title = re.sub(r"\s*(?:\([^()]*\)|【[^【】]*】|\[[^\[\]]*\])$", "", title).strip("“”") or title
    text = re.sub(r"\([^()]*\)|(?<=.)【[^【】]*】|\[[^\[\]]*\]$", "", text)
    score = _ITEM
    if labelled:
        score += _CONTENT if mains <= 1 else _CONTENT - _SECOND_CONTENT * (mains - 1)
    if any(vocabulary.STRONG_OFFICE.match(u.text) for u in body):
        score += _OFFICE
    if vocabulary.TOPIC_END.search(title):
        score += _ENDING
    elif is_latin(title) and 2 <= len(title.split()) <= _ENGLISH_WORDS:
        score += _ENGLISH_TITLE
    if not labelled:
        score += _unlabelled_score(text, title, rest, field=names_field(item))
    return score


def hangs_on_neighbours(item: TopicStart, usual: float) -> bool:
    """Whether an item has a word of rules (信息报送质量), or is named like a part of a notice (经费管理) and not much shorter than is `usual`."""
    short = item.rest or 2 * len(item.title) < usual or _OF_FILING.match(item.title)
    return vocabulary.RULE_WORDS.search(item.title) is not None or (not short and cue(item.title) < 0)


def names_studies(items: Sequence[TopicStart]) -> bool:
    """Whether most titles say that something is studied (…研究): no list of who may apply, or of what is asked."""
    titles = [LAST_BRACKET.sub("", item.title) for item in items if not item.title.startswith("从事")]
    return 2 * sum(bool(vocabulary.STUDY_END.search(title)) for title in titles) > len(items)


def names_field(item: TopicStart) -> bool:
    """Whether an item is one of several fields with what is studied there: 养老服务方向。重点研究…, 医工交叉方向：甲、乙、丙"""
    clause = item.rest or next((u.text for u in item.body if not u.marks), "")
    return bool(OF_FIELD.match(item.title)) and (clause[-1:] in ("。", ";") or "、" in item.rest)


def _unlabelled_score(text: str, title: str, rest: str, *, field: bool) -> float:
    """Corrections for an item without a named content: only its words can tell it from a rule.

    `field`: it names a field and says what is studied there.
    """
    topical = bool(vocabulary.TOPIC_END.search(title)) and not rest
    score = 0.0
    if vocabulary.RULE_WORDS.search(title if topical else text) and not (topical and title.endswith("研究")):
        # In a description the words of rules may be the subject; in a title they hardly are.
        score -= _RULE if not rest or vocabulary.RULE_WORDS.search(title) else _RULE_BELOW
    elif rest:
        score += _DESCRIBED
    if vocabulary.TASK_START.match(title):
        score -= _TASK
    if len(title) > _LONG_TITLE and not is_latin(title):
        score -= _LONG
    if len(title) < SHORTEST_TITLE:
        score -= _SHORT
    short = len(title) <= _HEADING_LIKE or (is_latin(title) and " " not in title)
    if short and not (topical or field) and ":" not in title and (heading := cue(title)):
        score -= _NOTICE if heading < 0 else _LIST
    elif is_latin(title) and len(title.split()) <= NOTICE_WORDS and vocabulary.NOTICE_HEADING.match(title):
        score -= _NOTICE  # How to apply, Key dates
    return score
