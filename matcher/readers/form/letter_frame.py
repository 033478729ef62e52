"""The letter around a proposal: how it begins and ends, who signs it, and what it calls the proposal."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice

from matcher import settings
from matcher.readers.fields.in_lines import label_of, number_of
from matcher.readers.fields.shapes import (
    OFFICE_END,
    UNITS,
    is_date,
    looks_like_a_person,
    mentioned,
    person_and_unit,
)
from matcher.readers.fields.values import SEAL
from matcher.segment import HAN

_MOST = settings.count("readers.form_fields.most")
_LETTER = re.compile(
    r"关于.{0,12}[“\"《「]([^”\"》」]+)[”\"》」].{0,12}的(?:报告|请示|函|申请|建议)"
    r"|(?i:proposal|application)\s*[:：]?\s*[“\"]([^”\"]+)[”\"].{0,40}|[“\"《「]([^”\"》」]+)[”\"》」]"
)
_PAPER = re.compile(
    r"(?:[^:：]{0,12}(?:申报书|申请书|建议书|投标书|意向书)\s*[:：–—-]|(?:[^:：]{0,12}(?i:proposal|application)"
    r"|(?i:letter of (?:enquiry|inquiry|intent|interest)|expression of interest|concept note|request for (?:support|funding)))"
    r"(?:\s*[:：–—]|\s+-(?=\s)))\s*(?=.{4})"
)
# What an office is asked for: 关于请求支持…项目的请示.
# Application under Topic 5 (Ropeways), Call 2027: "Swing damping of empty gondolas"
_APPLIED_FOR = re.compile(
    r"(?i:re: )?(?i:(?:[\w-]+ ){0,2}(?:application|proposal|submission|bid|letter of intent|expression of interest)"
    r" (?:under|for (?:support|funding|a grant)|in response to)\b)"
    r"[^\"“”]{0,120}[\"“]([^\"“”]{12,200})[\"”]\.?"
)
_PETITION = re.compile(
    r"关于(?:恳请|请求|申请(?![人者书表材量率单])|要求|商请)+(?:给予|予以)?(?:支持|资助|立项|解决|开展|实施|承担)+(?!资金|经费)(.{6,40}?)"
    r"(?:(?:给予|予以)?(?:立项|经费|资金|支持|资助|补助|扶持))*的(?:报告|请示|函|申请)"
)
_SUBJECT_OF_LETTER = re.compile(
    r"关于.{0,40}的(?:报告|请示|函|申请|建议)|(?i:(?:proposal|application|request) (?:for|to|under) .{0,80})"
)
_OF_LETTER = re.compile(
    r"(?:课题|项目|题目|(?i:project|proposal)(?i: titled| entitled| called)?,?)\s?(?:名称)?(?:暂?定?名?为?|是|叫|[:：])?"
    r"[“\"《「]([^”\"》」]{4,120})[”\"》」]"
    r"|(?i:\b(?:ask(?:s|ing)?|requests?|requesting|seeks?|seeking|apply|applying|application|grateful)\b)[^.“\"\n]{0,60}?"
    r"\b(?:for|of) (?:our |the |its )?[“\"]([^”\"\n]{4,120})[”\"]"
    r"|(?i:\b(?:our|the|its) (?:working |proposed |full |project )?title is )[“\"]?([A-Z][^.?!”\"\n]{8,120}\??)"
    r"|(?m:^[“\"]([^”\"\n]{12,120})[”\"]$)"
    r"|(?:申[报请](?:立项|开展|承担|实施)?|拟(?:申[报请])?(?:开展|承担|实施|进行))[“\"《「]([^”\"》」]{4,120})[”\"》」]"
)
# What is said before the matter.
_COURTESY = re.compile(
    r"(?:[您你]们?好[！!，,。]\s*|"
    r"(?i:(?:thank you|many thanks|thanks) (?:very much )?for |(?:i|we) hope (?:this|you|that you) )[^.!?\n]{3,100}[.!]\s+(?=[A-Z]))+"
)
_ADDRESSEE = re.compile(rf"[{HAN}（）()]{{2,20}}[:：]")
_PLACED = re.compile(rf"[{HAN}]{{2,12}}[（(][{HAN}]{{2,6}}[）)][{HAN}]{{2,12}}")  # 某某（天津）有限公司
_NO_NAME = "。.！!？?；;:："  # how the line of a signature does not end
_FROM = re.compile(r"(?i:from|发件人)\s*[:：]\s*")
_MEMO = re.compile(r"(?i:to|from|cc|via|through|date|subject)\s*[:：]")
_DAY = re.compile(
    r"(?:(?:\d{1,2}(?:st|nd|rd|th)? )?[A-Z][a-z]{2,8}\.?(?: \d{1,2},?)?,? \d{4}|\d{1,4}[./-]\d{1,2}[./-]\d{1,4})"
)
_NAME = rf"[A-Z][\w.'’-]+(?: [A-Z][\w.'’-]*){{0,2}} [A-Z][^\W\d_]*[^\W\d_]|[{HAN}]{{2,4}}"
_MARK = r"\s?(?:[\d*†‡§¹²³]\s?,?)+"
_AUTHORS = re.compile(
    rf"(?!附[件录表])({_NAME}){_MARK}(?:\s*(?:[,，、;；&]|and\b|和)?\s*(?:{_NAME}){_MARK})*"
)
_BETWEEN_NAMES = re.compile(r"\s*[、，,;；]\s*|\s+(?:and|&)\s+")
_AFFILIATION = re.compile(
    r"\s*[(（]?[1¹*†]\s*[.．、)）:：]?\s*(.*?)"
    rf"(?=[;；]|[,，\s]\s?(?:[{HAN}]{{2,9}}[,，\s]?){{1,2}}\d{{6}}|[\s,，][(（]?[2²][.．、)）:：]?\s*[^\W\d]|$)"
)
# An institution that tells of itself.
_INTRODUCED = re.compile(
    rf"([{HAN}（）()A-Z\d]{{2,30}}?(?:{UNITS}|[局厅所院站馆社厂园]))(?:[（(][^（）()]*[)）])?[，,]?(?:成立|创[建办立]|始建|组建|位于|坐落|隶属|注册)"
    r"|(?:The |Our organi[sz]ation, (?:the )?)?([A-Z][\w'’&-]*(?: (?:(?:of|and|for|the|&) )*[A-Z][\w'’&-]*){1,8})(?: \([A-Z]{2,10}\))?,?"
    r" (?:is an? |was (?:founded|established|set up|formed|created|registered)|has been )"
)
_REACHED = re.compile(r"\s*[(（][^()（）]*@[^()（）]*[)）]$")
_DISPATCHED = re.compile(rf"[{HAN}]{{1,12}}[〔\[［（(]20\d\d[〕\]］）)]\s*\d{{1,4}}\s*号")  # 某水〔2025〕27号
_COPIED = re.compile(r"(?:抄[送报]|主送)\s*[:：]|[（(]联系人\s*[:：]|(?i:cc|copy to)\s*:")
_MOST_SIGN = settings.lines("readers.letter_frame.most_lines")
_LONGEST_SIGN = settings.characters("readers.letter_frame.longest")


def addresses(line: str, above: str) -> bool:
    """Whether a line names the office that a letter is to, below its subject: 县科技局： below 关于…的请示."""
    addressee = _ADDRESSEE.fullmatch(line) is not None and not label_of(line)
    return addressee and _SUBJECT_OF_LETTER.fullmatch(above) is not None


def without_courtesy(text: str) -> str:
    """A text of a letter without the thanks and greetings that it begins with."""
    greeting = _COURTESY.match(text)
    return text[greeting.end() :] if greeting and greeting.end() < len(text) else text


def signs(line: str) -> bool:
    """Whether a line is a name, a body, a date or a seal, as who signs writes them.

    >>> signs("上坞村村民委员会（盖章）"), signs("2026年2月18日"), signs("共需经费十万元")
    (True, True, False)
    """
    if len(line) > _LONGEST_SIGN or line[-1] in _NO_NAME:
        return False
    name = line.partition(",")[0].strip()
    return (
        is_date(line) or _DAY.fullmatch(line) is not None or bool(bodies([line])) or looks_like_a_person(name)
    )


def bodies(lines: Sequence[str]) -> list[str]:
    """The institutions that sign in these lines."""
    units = []
    for line in lines:
        bare = SEAL.sub("", line).strip()
        pieces = [piece.strip() for piece in re.split("[,，;；]", bare)]
        within = [
            piece if piece.startswith(body) or _PLACED.fullmatch(piece) else body
            for piece in pieces
            for _, body in mentioned(piece, ("organisation",))
        ]
        office = not bare.isascii() and OFFICE_END.search(bare) and not looks_like_a_person(bare)
        units += within or ([bare] if office and len(bare) <= _LONGEST_SIGN and bare.isalnum() else [])
    return units


def introduced(text: str) -> str:
    """The institution that a sentence begins with and tells of; "" for none.

    >>> introduced("某某公司成立于2009年，员工百人"), introduced("The Seed Trust (ST) was founded in 2009 as a charity")
    ('某某公司', 'Seed Trust')
    """
    sentence = _INTRODUCED.match(text)
    return str(sentence[1] or sentence[2]) if sentence else ""


def byline(lines: Sequence[str]) -> tuple[str, str]:
    """(the first author, the institution) below a paper's title: marked by the same figure, or names above an institution alone.

    >>> byline(["Ice on rivers", "Ada Lindqvist1, Jan Horak2", "1 Institute of Ice, Northern Polytechnic"])
    ('Ada Lindqvist', 'Institute of Ice, Northern Polytechnic')
    >>> byline(["冰情研究", "李娟，王浩", "（某某大学水利学院，某省 某市 100000）"])
    ('李娟', '某某大学水利学院')
    """
    for n, line in enumerate(lines):
        below = lines[n + 1 : n + 1 + _MOST_SIGN]
        if authors := _AUTHORS.fullmatch(line):
            marked = (m[1] for text in below if (m := _AFFILIATION.match(text)))
            return authors[1].strip(), next(marked, "").strip(" ;；,，")
        person, unit = person_and_unit(_REACHED.sub("", line)) if _REACHED.search(line) else ("", "")
        if unit:  # Ada Lovelace, University of Turin (ada@turin.example)
            return person, unit
        heads = re.fullmatch(r"[A-Z]\. \w+", line)  # B. Who
        names = [*filter(None, _BETWEEN_NAMES.split(line))]
        if names and all(map(looks_like_a_person, names)) and not heads and below and bodies(below[:1]):
            return names[0], bodies(below[:1])[0]
    return "", ""


def named(title: str, text: str = "") -> str:
    """A title without what a letter or a paper writes around it (关于申请“…”课题立项的报告, 申报书：…), or that which the letter's `text` quotes."""
    title = title[paper.end() :] if (paper := _PAPER.match(title)) else title
    # A letter's text names it; its subject may quote the call.
    in_text = quoted_title(text) if _SUBJECT_OF_LETTER.fullmatch(title) else ""
    letter = _LETTER.fullmatch(title) or _PETITION.fullmatch(title) or _APPLIED_FOR.fullmatch(title)
    return in_text or (str(letter[letter.lastindex or 0]) if letter else title)


def quoted_title(text: str) -> str:
    """The title that a letter's sentences quote: 课题名称为《…》, before that which they apply for: 申报《…》; "" for none."""
    quoted = sorted(islice(_OF_LETTER.finditer(text), _MOST), key=lambda m: m[1] is None)
    return str(quoted[0][quoted[0].lastindex or 0]) if quoted else ""


@dataclass(slots=True)
class LetterFrame:
    """What stands around the text of a letter, as its lines are read.

    `letterhead` are the lines above a salutation in English, `signature` those of who signs.
    """

    letter: bool = False
    letterhead: list[str] = field(default_factory=list)
    signature: list[str] = field(default_factory=list)
    enclosed: str = ""  # the first line of the paper that the letter encloses
    _ended: bool = False  # whether the next line may be of who signs
    _encloses: bool = False  # whether the next line begins the paper enclosed

    def goes_on(self, *, ends: bool) -> None:
        """A line has opened the letter, or `ends` it."""
        self.letter, self._ended = True, ends

    def head(self, lines: Sequence[str]) -> str:
        """Take the lines above a salutation; what they say that the letter is about: Letter of Inquiry – …; "" for nothing."""
        self.letterhead += lines
        return next((line for line in lines if _PAPER.match(line)), "")

    def dispatches(self, line: str, loose: list[str], cover: list[str]) -> bool:
        """Take the lines above the number by which an office sends a paper (某水〔2025〕27号): they are its letterhead."""
        if number := _DISPATCHED.fullmatch(line):
            self.letterhead += loose
            loose.clear()
            cover.clear()
        return number is not None

    def names_a_paper(self) -> None:
        """A line is the name of a form or paper: below it begins what the letter encloses."""
        self._encloses, self._ended = self.letter, False

    def takes(self, line: str, loose: list[str]) -> bool:
        """Whether a line below the letter's end is of who signs: short and no sentence.

        Where a text follows, a line above it that names nobody goes back to the `loose` ones: it may be the text's title.
        """
        if self._encloses:
            self.enclosed, self._encloses = line, False
        short = len(self.signature) < _MOST_SIGN and len(line) <= _LONGEST_SIGN and not number_of(line)[0]
        is_signed = self._ended and short and line[-1] not in _NO_NAME
        if self._ended and not is_signed and self.signature[1:] and not signs(self.signature[-1]):
            loose.append(self.signature.pop())
        self._ended = is_signed
        self.signature += [line] if is_signed else []
        return is_signed

    def text_of(self, lines: list[str], *, ends: bool) -> list[str]:
        """The lines of a text without those of a memorandum's head, and where it `ends` the document of who signs: both are taken.

        They sign a letter, or with a date or a seal.
        """
        heads = [line for line in lines if _MEMO.match(line)]
        if len({head[:2].lower() for head in heads}) > 1:
            self.letter, self.letterhead = True, [*self.letterhead, *heads]
            lines = [line for line in lines if line not in heads]
        while ends and len(lines) > 1 and _COPIED.match(lines[-1]):
            lines = lines[:-1]
        count = next((n for n, line in enumerate(reversed(lines)) if not signs(line)), 0)
        last = lines[len(lines) - count :]
        sealed = self.letter or any(is_date(line) or SEAL.search(line) for line in last)
        if not ends or self.signature or not sealed or not 0 < count <= _MOST_SIGN:
            return lines
        self.signature = last
        return lines[:-count]

    def _written_by(self) -> list[str]:
        return [line[mark.end() :] for line in self.letterhead if (mark := _FROM.match(line))]

    def names(self) -> list[str]:
        """What may be the name of who signs or writes, each line without what stands behind a comma."""
        return [re.split("[,，]", line)[0].strip() for line in (*self.signature, *self._written_by())]

    def sender(self, text: str = "") -> list[str]:
        """The institution that writes, by the letterhead: behind From, or in its first line above a date with others below it.

        What the letter's `text` calls by that line is one whatever its name.
        """
        written = self._written_by()
        dated = next((n for n, line in enumerate(self.letterhead) if _DAY.fullmatch(line)), 0)
        first = self.letterhead[:1] if 0 < dated < len(self.letterhead) - 1 else []
        named_again = [
            line for line in first if " " in line and line in text and line not in self.names()[:1]
        ]
        parts = (re.split(r"[,，]\s*", line) for line in written)
        last = [
            each[-1] for each in parts if len(each) > 2
        ]  # a name, a post, and an institution of whatever name
        return bodies(written or first) or last or ([] if written else named_again)
