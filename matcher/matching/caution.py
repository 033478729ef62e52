"""What in a proposal calls for caution: pasted, listed, repeated or hidden text, too little, another script.

None of it is a verdict. Stretches that may have been added to steer the answer are set apart, so
that the engine can ask what the rest of the text says.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from matcher.segment import HAN, HIDDEN, fold
from matcher.types import Passage

# Text counts as the guide's own from this many letters in a row on: shorter ones are terms.
_GRAM = 8
_STEP = 4
# A sentence is pasted if this share of it stands in the guide.
_PASTED = 0.6
# A sentence that says the same as an earlier one is repeated from this time on.
_REPEATED = 3
# Fewer letters than this say too little to judge by.
_SHORT = 8
# From this share of letters that are neither Chinese nor Latin on, the encoder is out of its depth.
_FOREIGN = 0.3
_FEW_HIDDEN = 4
_NOT_LETTERS = re.compile(r"[\W_]+")
# Six or more short items side by side, with next to nothing else: key words rather than a sentence. Clauses
# between Chinese commas may be short too, so items between those must be shorter still.
_LIST = re.compile(
    rf"(?:[{HAN}\w]{{1,8}}[、；;/|\s]\s*){{5,}}[{HAN}\w]{{1,8}}"
    rf"|(?:[{HAN}]{{1,5}}[，,]\s*){{5,}}[{HAN}]{{1,5}}"
    r"|(?:[a-zA-Z-]+(?: [a-zA-Z-]+){0,2}[,;/|]\s*){5,}[a-zA-Z-]+(?: [a-zA-Z-]+){0,2}"
)
_SEPARATORS = "、，,；;/| "
_LATIN_WORDS = re.compile(r"[a-zA-Z]+ [a-zA-Z]+ [a-zA-Z]+ [a-zA-Z]+")
_LISTED = 0.8
# Suspect text that changes nothing is mentioned from this share of the text on.
_WORTH_SAYING = 0.3
# Halves of surrogate pairs, and the mark that decoders put where they failed.
_UNREADABLE = re.compile("[\ud800-\udfff\ufffd]")
_FOREIGN_LETTER = re.compile(r"[\u0370-\u1dff\u3040-\u30ff\u3130-\u318f\uac00-\ud7af]")


@dataclass(frozen=True, slots=True)
class Suspect:
    """Sentences that may have been added to steer the answer: how they look, and which they are."""

    pasted: tuple[Passage, ...]
    listed: tuple[Passage, ...]
    repeated: tuple[Passage, ...]

    @property
    def spans(self) -> tuple[tuple[int, int], ...]:
        """Where all of them stand, in order."""
        return tuple(sorted({(p.start, p.end) for p in (*self.pasted, *self.listed, *self.repeated)}))

    def without(self, text: str) -> str:
        """The rest of the text."""
        kept, last = [], 0
        for start, end in self.spans:
            kept.append(text[last:start])
            last = max(last, end)
        return "".join([*kept, text[last:]])


class Suspicion:
    """Finds suspect sentences in proposals to one guide."""

    def __init__(self, texts: Iterable[str]) -> None:
        """Remember the guide's texts, letter run by letter run."""
        self._grams = {g for text in texts for g in _grams(fold(text), 1)}

    def find(self, sentences: Sequence[Passage], folded: Sequence[str]) -> Suspect | None:
        """The suspect sentences of a proposal, given with their folded texts; None if there are none."""
        pasted = [s for s, text in zip(sentences, folded, strict=True) if self._is_pasted(text)]
        listed = [s for s, text in zip(sentences, folded, strict=True) if _is_list(text)]
        repeated = []
        if len(set(folded)) < len(folded):
            often = {text for text, n in Counter(folded).items() if n >= _REPEATED}
            seen: set[str] = set()
            for s, text in zip(sentences, folded, strict=True):
                if text in often and text in seen:
                    repeated.append(s)
                seen.add(text)
        found = Suspect(tuple(pasted), tuple(listed), tuple(repeated))
        return found if found.spans else None

    def _is_pasted(self, text: str) -> bool:
        grams = _grams(text, _STEP)
        if not any(g in self._grams for g in grams):
            return False
        every = _grams(text, 1)
        return sum(g in self._grams for g in every) >= _PASTED * len(every)


def _grams(text: str, step: int) -> list[str]:
    letters = _NOT_LETTERS.sub("", text).lower()
    return [letters[i : i + _GRAM] for i in range(0, len(letters) - _GRAM + 1, step)]


def _is_list(text: str) -> bool:
    if sum(map(text.count, _SEPARATORS)) < 5:  # five separators for six items; the search below is slow
        return False
    found = _LIST.search(text)
    if found is None or len(found[0]) < _LISTED * len(text):
        return False
    # Four Latin words with nothing but spaces between them are a sentence.
    return not _LATIN_WORDS.search(found[0])


def notes(text: str) -> list[str]:
    """What the text itself gives to think about, for people: unreadable, too short, hidden marks, another script."""
    letters = _NOT_LETTERS.sub("", text)
    found = []
    if unreadable := len(_UNREADABLE.findall(text)):
        found.append(
            f"有 {unreadable} 个字符无法辨认，未计入。"
            f" / {unreadable} characters are unreadable and were left out."
        )
    if 0 < len(letters) < _SHORT:
        found.append(
            f"文字太短（{len(letters)} 字），结果仅供参考。 / The text is very short; take the answer as a hint."
        )
    hidden = len(HIDDEN.findall(text))
    if hidden > _FEW_HIDDEN:
        found.append(f"含 {hidden} 个看不见的字符，已略去。 / {hidden} invisible characters were left out.")
    foreign = len(_FOREIGN_LETTER.findall(letters))
    if letters and foreign >= _FOREIGN * len(letters):
        found.append(
            "文字不是中文或英文，编码器读不懂，请人工判断。"
            " / The text is neither Chinese nor English; the encoder cannot read it, please judge it yourself."
        )
    return found


def described(suspect: Suspect, length: int, moved_to: str | None, rest_is_text: bool) -> list[str]:
    """Warnings about suspect sentences in a text of `length` characters.

    `moved_to` names the topic that the rest of the text comes nearest to, if it is another one.
    """
    found = []
    for passages, chinese, english in (
        (suspect.pasted, "与指南原文相同", "is the guide's own"),
        (suspect.repeated, "是重复的句子", "is repeated"),
        (suspect.listed, "是关键词罗列", "is a list of key words"),
    ):
        share = sum(p.end - p.start for p in passages) / max(length, 1)
        harmless = passages is suspect.listed and rest_is_text
        if passages and (moved_to or (share >= _WORTH_SAYING and not harmless)):
            found.append(f"约 {share:.0%} 的文字{chinese}。 / About {share:.0%} of the text {english}.")
    if moved_to:
        found.append(
            f"结论取决于上述文字：去掉后最接近的是 {moved_to}，请核对。"
            f" / The answer depends on that text: without it the nearest is {moved_to}; please check."
        )
    elif not rest_is_text and found:
        found.append(
            "除此之外没有可判断的内容，请核对。 / Apart from that there is nothing to judge by; please check."
        )
    return found
