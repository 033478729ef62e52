"""What of a proposal's text calls for caution, in words for people: what a topic's words, lists and repetitions make of it, and how it reads."""

from __future__ import annotations

import re

from matcher import settings
from matcher.language import as_characters
from matcher.matching.content import ProposalContent
from matcher.matching.suspect import Suspect
from matcher.matching.text import MARKUP, READ
from matcher.message import Catalogue, Message, percent
from matcher.segment import HIDDEN, NOT_LETTERS, fold

say = Catalogue(__file__)

_SHORT = settings.characters("matching.caution.short")
_NUMBER_WITHIN = settings.characters("matching.caution.number_within")
_FOREIGN = settings.share("matching.caution.foreign")
_FEW_HIDDEN = settings.count("matching.caution.few_hidden")
_WORTH_SAYING = settings.share("matching.caution.worth_saying")
# Halves of surrogate pairs, and the mark that decoders put where they failed.
_UNREADABLE = re.compile("[\ud800-\udfff\ufffd]")
_FOREIGN_LETTER = re.compile(r"[\u0370-\u1dff\u3040-\u30ff\u3130-\u318f\uac00-\ud7af]")

# A text that only names a topic by its number, with what asks for it around: 我想报第34个课题, 6-53, apply for topic 12
_ASKED = r"(?:(?:我们?|请问|咨询|一下|[想要报选]|申[报请]|\b(?:i|we|want|would|like|to|file|apply|for|under|the)\b) ?)*"
_KIND = r"(?:课题|选题|项目|方向|专题|榜单|题目?|(?:topic|project|theme|no)\b\.?)"
_MARK = r"(?:[a-z]{1,3}[- ]?)?(?:\d{1,4}|[一二三四五六七八九十]{1,3})(?:[-.]\d{1,3})*"
_COUNTED = r"[号个项条题]*"
_NUMBER = re.compile(
    rf"{_ASKED}(?:第?{_KIND}(?:编?号)?[:# ]*第?{_MARK}{_COUNTED}|编号[: ]*{_MARK}|第{_MARK}[号个项条题]+{_KIND}?"
    rf"|{_MARK}(?:[号个项条题]+(?:的?{_KIND})?| ?{_KIND})|(?:[a-z]{{0,3}})?\d{{1,2}}(?:[-.]\d{{1,3}})+)"
    r"(?: ?(?:能不能|可不可以|可以|能|行|[报选申]|吗|呢|么))*[?。!. ]*"
)


def names_number(text: str) -> bool:
    """Whether a text names a topic by its number and says nothing of what is to be studied.

    >>> names_number("我想报第34个课题"), names_number("5G专网"), names_number("6-53"), names_number("topic 12")
    (True, False, True, True)
    """
    brief = len(text) <= _NUMBER_WITHIN
    return brief and _NUMBER.fullmatch(" ".join(fold(text).lower().split())) is not None


def notes(text: str, content: ProposalContent | None = None) -> list[Message]:
    """What a proposal's text gives to think about, for people: unreadable, too short, hidden marks, another script.

    With its `content` also that it was not read as a whole, or that nothing in it counts.
    """
    letters = NOT_LETTERS.sub("", text)
    messages = []
    if unreadable := len(_UNREADABLE.findall(text)):
        messages.append(say("caution.unreadable", unreadable=unreadable))
    if letters and as_characters(letters) < _SHORT:
        messages.append(say("caution.short", count=len(letters)))
    if names_number(text):
        messages.append(say("caution.number"))
    if (hidden := len(HIDDEN.findall(text))) > _FEW_HIDDEN:
        messages.append(say("caution.hidden", hidden=hidden))
    if (tags := len(MARKUP.findall(text))) > _FEW_HIDDEN:
        messages.append(say("caution.markup", tags=tags))
    if letters and len(_FOREIGN_LETTER.findall(letters)) >= _FOREIGN * len(letters):
        messages.append(say("caution.language"))
    if content and any(part.reason == "unread" for part in content.aside):
        read = sum(len(part.text) for part in content.kept)
        messages.append(say("caution.long", length=len(text), limit=READ, first=READ // 2, read=read))
    if content and content.bare:
        messages.append(say("caution.nothing"))
    return messages


def described(
    suspect: Suspect,
    length: int,
    rest_is_text: bool,
    *,
    doubted: bool = False,
    moved_to: str | None = None,
    explained: bool = True,
    wary: bool = False,
) -> list[Message]:
    """Warnings about suspect sentences in a text of which `length` characters count.

    An answer is `doubted` for them where the rest does not bear it out; `moved_to` names the topic that the rest comes nearest to,
    if it fits one. Words near the guide's are an honest text's own, and the doubt is `explained` by the reason for a
    verdict: only what stands there word for word is news, or what nothing else says. To who is `wary` all is.
    """
    messages = []
    news = suspect.verbatim and (doubted or not rest_is_text)
    pasted = suspect.pasted if wary or news or (doubted and not explained) else ()
    for spans, kind in ((pasted, "pasted"), (suspect.repeated, "repeated"), (suspect.listed, "listed")):
        part = min(sum(b - a for a, b in spans) / max(length, 1), 1.0)
        harmless = spans is suspect.listed and rest_is_text
        if spans and (doubted or (part >= _WORTH_SAYING and not harmless)):
            messages.append(say(f"caution.suspect.{kind}", share=percent(part)))
    if not messages:
        return []
    if doubted:
        messages.append(say("caution.moved", moved_to=moved_to) if moved_to else say("caution.alone"))
    elif not rest_is_text:
        messages.append(say("caution.rest"))
    return messages
