"""Whether a passage of a text was put whole into another: it is long, and a good part of one of them.

Who fills in a template anew has pieces in common all over the text. What every project says of background, methods, team
and schedule is nobody's passage.
"""

from __future__ import annotations

from matcher import settings
from matcher.duplicates.copied import Copied
from matcher.matching.cues import registers
from matcher.segment import fold, passages

_LONG = settings.characters("duplicates.lifted.long")
_OF_TEXT = settings.share("duplicates.lifted.of_text")


def lifted(common: Copied, first: str) -> bool:
    """Whether the longest of what two texts have in common word for word was lifted; `first` is the text that its spans name first."""
    share = max(common.a_in_b, common.b_in_a) * common.longest
    if common.longest < _LONG or share < _OF_TEXT * common.weight:
        return False
    start, end, *_ = max(common.spans, key=lambda span: span[1] - span[0])
    return not _is_stock(first[start:end])


def _is_stock(passage: str) -> bool:
    """Whether each sentence of a passage is one that any project has."""
    sentences = [fold(sentence.text) for sentence in passages("", passage)]
    return all(registers(sentences, [True] * len(sentences)))
