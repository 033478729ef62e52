"""The title of a document and of an older edition in it, its index, and what stands in brackets behind a topic's title."""

from __future__ import annotations

import re
from collections.abc import Sequence

from matcher import settings
from matcher.guide import vocabulary
from matcher.guide.blocks import LONGEST_TITLE, SHORT_LINE, Unit, clean
from matcher.guide.offices import Contact, parse_contact
from matcher.guide.prior import Reading
from matcher.message import Catalogue, Message
from matcher.segment import fold

say = Catalogue(__file__)

_WORDS = settings.words("guide.titles.fewest")
_LATIN = settings.factor("guide.titles.latin")

_TAIL = re.compile(
    r"^(?P<title>.{3,}?)\s*[（(【\[〔](?P<inside>[^（()）【】\[\]〔〕]{1,60}(?:[（(][^（()）]*[）)])?[^（()）【】\[\]〔〕]{0,60})[）)】\]〕]\s*$",
    re.S,
)
# What a bracket says about the filing, not about the subject.
_FILING = re.compile(
    r"申请代码|编号|代码\s*:?\s*[A-Z\d]|选择[A-Z]\d|(?:类|类型|项目|课题|专项|类别)(?:$|,)|万元|资助|限报|限\d|联合申报|委托|招标|定向|揭榜|(?:榜单|赛马|首席.{0,6}|总师负责|^(?:项目|课题)?负责人|经费.{0,4}包干|项目包干)制$|不得|名额|\d+项|重点$|一般$|自筹"
)
# A content behind a stop, in Chinese, or a sentence behind its name; … Study: the north shore is a title.
_SAYS = re.compile(r"[.。;]\s|\S\s+[\u3400-\u9fff]|\S\s+[^:]+:\s*[A-Z][^.\s]*(?:\s+[^.\s]+){3,}\.(?:\s|$)")
_STAR = re.compile(r"(?<=[^\s*A-Za-z])[*＊★☆△▲※]{1,3}$")  # C* is a name
_SUM = re.compile(r"[$£€]\s?\d|\b(?:EUR|USD|GBP)\s?\d")  # (up to $600,000)
_UNIT_NAME = re.compile(
    r".{1,14}(?:处|科|局|委|办|厅|处室|部门|办公室|委员会)$|.{1,12}(?:(?<![东西南北中内外全])部|(?:研究|办公|教研)室)$"
)

_SERVES = re.compile(r"(?:负责|承办|受理|牵头|组织)(?:[^，,；;、 （(]{0,6}(?=[，,；;、 （(])|$)")


def take_brackets(title: str) -> tuple[str, Contact | None, list[str]]:
    """(title without brackets of filing or office, the office in them, the filing notes in order)."""
    contact: Contact | None = None
    notes: list[str] = []
    apart = re.fullmatch(r"(.{4,}?)\s{2,}(\S{2,14})", title)
    if apart and _UNIT_NAME.fullmatch(fold(apart[2])):
        return apart[1], parse_contact(apart[2]), notes  # a column without a rule: 标题　　运输处
    if starred := _STAR.search(title):
        title, notes = title[: starred.start()], [starred.group()]  # 带*号的选题可申报重点项目
    while match := _TAIL.match(title):
        inside = match["inside"].strip()
        folded = fold(inside)
        office = _office(inside, folded)
        if office is not None and contact is None:
            contact = office
        elif is_filing(folded) or (folded.isascii() and _SUM.search(folded)):
            notes.insert(0, inside)
        else:
            break
        title = match["title"].rstrip("。；;，, ")
    return title, contact, notes


def says_content(text: str, name: str) -> bool:
    """Whether a text that begins with the sign before a name and a colon has a content's name there, and no title's last word."""
    known = any(p.match(f"{name}:") for p in vocabulary.CONTENTS)
    return known or (_SAYS.match(text) is not None and not vocabulary.STUDY_END.search(name))


def is_filing(text: str) -> bool:
    """Whether a folded bracket or line speaks of the filing (拟资助2项，每项5万元), not of the subject."""
    return bool(_FILING.search(text)) and not text.isascii()


def office_at_end(text: str) -> tuple[str, Contact] | None:
    """(text without its last bracket, the office in it), if a content ends with (由党风室负责，电话…); else None."""
    match = _TAIL.match(text)
    if match is None or not vocabulary.PHONE.search(fold(match["inside"])):
        return None
    contact = office_in_sentence(match["inside"])
    return (match["title"], contact) if contact is not None and contact.phone else None


def office_in_sentence(text: str) -> Contact | None:
    """The contact in 由政府采购处牵头，联系电话…; None if it names nothing."""
    plain = re.sub(r"^[（(](.*)[）)]$", r"\1", text.strip("。 "))
    plain = re.sub(r"^(?:本(?:课题|项目|方向))?由", "", plain)
    return parse_contact(_SERVES.sub("", plain))


def _office(inside: str, folded: str) -> Contact | None:
    """The office that a bracket names: behind its label, or a unit's name with a phone or alone."""
    label = vocabulary.STRONG_OFFICE.search(folded)
    if label and len(folded) == len(inside):
        return parse_contact(inside[label.start() :])
    contact = office_in_sentence(inside)
    if contact is not None and contact.person and contact.phone and not contact.name:
        return contact  # (联系人：洪波，13800571101)
    named = (
        contact is not None and contact.name and (contact.phone or _UNIT_NAME.fullmatch(fold(contact.name)))
    )
    return contact if named else None


INDEX_ENTRY = re.compile(r"(?<![….·])[….·]{2,}\s*\d+$")  # of a table of contents


def are_of_index(titles: Sequence[str]) -> bool:
    """Whether several titles all end with the number of a page, and these go up."""
    pages = [re.search(r"\D\s(\d{1,4})$", title) for title in titles]
    numbers = [int(page[1]) for page in pages if page]
    return len(numbers) == len(titles) > 1 and numbers == sorted(set(numbers))


_INDEX = re.compile(rf"^目\s*[录次]$|{INDEX_ENTRY.pattern}")
_HEAD = settings.lines("guide.titles.head")
_NO_TITLE = re.compile(
    r"附件|附:|附录|首页|当前位置|您的位置|来源|发布|时间:|点击|浏览|字号|打印|索引号|文号|\d{4}[-年/.]\d|\W*$"
    r"|.{0,12}[〔\[(]\d{4}[〕\])]\s*\d+号"
)


def document_title(units: Sequence[Unit], name: str) -> tuple[str, list[Unit]]:
    """(title, its units): the short lines at the top up to the one that says 指南 or 通知; else `name`, the file's."""
    head: list[Unit] = []
    for unit in units[:_HEAD]:
        text = unit.text
        if not any(c.isalnum() for c in text) or _INDEX.search(text):
            continue
        if _NO_TITLE.match(text) or vocabulary.ADDRESSEE.match(text) or _length(text) > LONGEST_TITLE:
            if head and len(text) > LONGEST_TITLE:
                break
            head = []
            continue
        numbered = any(not k.startswith("md") and k not in ("coded", "code", "label") for k in unit.marks)
        if not head and not numbered and text[-1] in "。;":
            continue  # a notice's sentence above the guide that it sends
        if numbered or text[-1] in "。;" or vocabulary.LEAD_IN.search(text):
            break
        head.append(unit)
        if vocabulary.TITLE_WORDS.search(text) and not (
            len(head) > 1 and vocabulary.SECTION_LINE.fullmatch(text)
        ):
            # A title broken over lines: 2021年……项目 / （……）申报指南; the name of an office above is none.
            if text.isascii() and len(text.split()) < _WORDS and len(head) > 1:
                return _plain(head[0]), head  # Program Solicitation, below the programme's name
            goes_on = text[0] in "(《" or len(text) <= SHORT_LINE
            joined = head[-2:] if goes_on else head[-1:]
            return "".join(_plain(u) for u in joined), joined
    if head and head[0] is units[0]:
        return _plain(head[0]), head[:1]
    return name, []


def _length(text: str) -> float:
    """The characters of a text as if all were Chinese: Latin ones say less than half as much."""
    latin = sum(c.isascii() for c in text)
    return len(text) - latin + _LATIN * latin


def _plain(unit: Unit) -> str:
    """A unit's text without the marks of Markdown."""
    mark = next((m for k, m in unit.marks.items() if k.startswith("md")), None)
    return unit.slice(mark.start if mark else 0).strip("*")


# 2033年度…指南, 海州市2033年度…清单, Previous call (2033); a counted part of this guide is none, nor what is open still
# (2033年结转课题清单) or speaks of an earlier year: 落实2033年防汛问题整改清单.
_EDITION = re.compile(
    r"(?![(]?[一二三四五六七八九十]{1,3}[)、.]|第.{1,3}[部批章]|.*(?:仍|继续|延续|结转|(?i:continu|still)))"
    r"(?=.*?(?P<year>20\d\d))(?P<first>20\d\d)?"
    r"(?(first).*?(?:指南|选题|课题|榜单|清单|目录|通知|公告|(?i:call|topics))"
    r"|(?=.*(?:20\d\d\s*年度|往年|上年|去年|供参考|(?i:previous|closed))).*?(?:指南|榜单|清单|目录|通知|公告|(?i:call))(?:\s*\([^()]*\))*$)"
)
_CLOSED = re.compile(r"截止|往年|上年|去年|历史|供参考|作废|失效|(?i:closed|for reference|previous)")
_INDEX_NAME = re.compile(r"目录|目次|(?i:index|contents)")


def drop_editions(reading: Reading, lines: Sequence[str], title: str) -> list[Message]:
    """Take the topics of an older edition out of `reading`; the findings that say so, and where it begins."""
    years = re.findall(r"20\d\d", fold(title))
    if not years:
        return []
    own = int(years[0])
    starts = {d.lines[0] for d in reading.drafts}
    first = min(starts)
    findings: list[Message] = []
    for n, line in enumerate(lines[first:], first + 1):
        text = fold(clean(line))
        match = _EDITION.match(text) if len(text) <= LONGEST_TITLE and text[-1:] not in "。;" else None
        if match is None or n in starts or int(match["year"]) == own or not _restarts(reading, n):
            continue
        year = int(match["year"])
        if year < own or _CLOSED.search(text):
            kept = [d for d in reading.drafts if d.lines[0] < n]
            dropped = [d for d in reading.drafts if d.lines[0] > n]
            reading.drafts[:] = kept
            for draft in kept:
                draft.lines = (draft.lines[0], min(draft.lines[1], n - 1))
            reading.roles.update({m: "outside" for m in range(n, len(lines) + 1) if m in reading.roles})
            reading.dropped = range(n, len(lines) + 1)
            findings.append(say("titles.other edition", line=n, year=year, count=len(dropped)))
            return findings
        findings.append(say("titles.other year", line=n, year=year, own=own))
    return findings


def drop_index(reading: Reading) -> None:
    """Take out the titles, or the codes, that an index names before the topics themselves, which have contents."""
    later = {_key(d.title): i for i, d in enumerate(reading.drafts) if d.contents}
    listed = [d for i, d in enumerate(reading.drafts) if not d.contents and later.get(_key(d.title), -1) > i]
    half = len(reading.drafts) // 2
    first, second = reading.drafts[:half], reading.drafts[half:]
    bare = not any(d.contents for d in first[:-1]) and all(d.contents for d in second)
    codes = [d.code for d in first]
    if half > 1 and bare and all(codes) and codes == [d.code for d in second]:
        listed = first  # a table of codes and budgets
    if not listed:
        return
    headings = {d.heading for d in listed if _INDEX_NAME.search(d.heading)}
    reading.drafts[:] = [d for d in reading.drafts if d not in listed]
    for draft in listed:
        reading.roles.update(dict.fromkeys(range(draft.lines[0], draft.lines[1] + 1), "outside"))
    for draft in reading.drafts:
        draft.heading = "" if draft.heading in headings else draft.heading


def _key(title: str) -> str:
    """A title as an index names it: without the dots and the page number behind it."""
    return fold(title).rstrip("0123456789").rstrip(" \t.…·")


def _restarts(reading: Reading, line: int) -> bool:
    """Whether topics stand after the line and count anew there."""
    after = [d for d in reading.drafts if d.lines[0] > line]
    return bool(after) and after[0].number in (None, 1)
