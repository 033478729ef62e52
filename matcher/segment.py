"""Text to passages and terms: normalisation, sentence passages with offsets, jieba words.

Every step keeps a way back to the source: a passage is `source[start:end]`, and `normalise`
says which original character each normalised one came from.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from matcher import lookalikes, settings, shipped
from matcher.letter_spacing import HAN as HAN
from matcher.letter_spacing import is_spread, unspaced
from matcher.letter_spacing import joined as joined
from matcher.types import Passage, Span

if TYPE_CHECKING:
    from opencc import OpenCC

LONGEST_PASSAGE = settings.characters("segment.longest_passage")
_REACH = settings.share("segment.reach")
_REMEMBERED = settings.chunk("segment.remembered")
_SHORT = settings.chunk("segment.short")
_SHORT_REMEMBERED = settings.chunk("segment.short_remembered")

_HAN_RUN = re.compile(f"[{HAN}]+")
NOT_LETTERS = re.compile(r"[\W_]+")  # what is neither a letter nor a digit of any script
_TOKEN = re.compile(f"[{HAN}]+|[^\\W_{HAN}]+(?:[-'’&+.][^\\W_{HAN}]+)*")

# Every default-ignorable character (Unicode 15.1, DerivedCoreProperties): they split words without being seen.
HIDDEN = re.compile(
    "[\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0"
    "\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
# Left out for comparison as well, by category: marks over, under and around letters, format characters, characters
# for private use and unassigned ones; the blank of Braille.
_UNCOMPARED_CATEGORIES = frozenset(("Mn", "Mc", "Me", "Cf", "Co", "Cn"))
_BLANKS = frozenset("\u2800")
# Letters, figures and marks of which none is left out.
_ALL_COMPARED = re.compile("[\x00-\x7f\u2010-\u2027\u3001-\u3029\u4e00-\u9fa5\uff01-\uff5e]*")
# Those of them that NFKC leaves one for one.
_PLAIN = re.compile("[\x00-\x7f\u2010-\u2016\u2018-\u2023\u3001-\u3029\u4e00-\u9fa5\uff01-\uff5e]+")
# The voicing of kana is part of the letter, whether NFKC has joined it or not.
_VOICING = frozenset("\u3099\u309a")
_CLEAN: dict[int, str] = {
    # Control characters end words; a lone surrogate cannot be encoded, so it becomes the replacement mark.
    **{code: " " for code in [*range(0x20), *range(0x7F, 0xA0)] if code not in (0x09, 0x0A)},
    0x09: " ",
    0x0A: "\n",
    0x2028: "\n",
    0x2029: "\n",
    **dict.fromkeys(range(0xD800, 0xE000), "\ufffd"),
}
_UNCLEAN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_JOINED = re.compile("[\u1160-\u11ff\ud7b0-\ud7ff\u3099\u309a\uff9e\uff9f]")  # Hangul, kana
# Where a passage ends: Chinese and full-width stops, line ends, or a Latin stop that ends a sentence.
_STOP = re.compile(
    r"[。；！？!?;\n\u2028\u2029]+[”’」』）)\"]*|(?:(?<=[a-z)%\]”\"])|(?<=\d{4}))\.(?=\s+[A-Z0-9(“\""
    + HAN
    + r"]|\s*$)"
)
_SOFT_STOP = re.compile(r"[，,、：:\s）)]")


@dataclass(frozen=True, slots=True)
class Normalised:
    """Folded text and the way back: `origin[i]` is where character i came from.

    `origin` has len(text) + 1 entries, ascending; the last is the length of the original.
    """

    text: str
    origin: list[int]


def fold(text: str) -> str:
    """The text as it is compared: NFKC widths, simplified characters, no invisible marks, no disguises.

    Accents and letters of other alphabets that look like Latin ones are plain (`lookalikes`), letters set
    apart by spaces are joined. Case is kept. Line ends stay; other control characters become spaces.
    """
    return _fold_short(text) if len(text) <= _SHORT else _fold(text)


def _fold(text: str) -> str:
    widths = _nfkc(_cleaned(_compared(text)))
    return joined(_simplify(lookalikes.plain(_compared(widths))))


# Lines and cells are folded again for each list of names that they are looked up in.
_fold_short = lru_cache(maxsize=_SHORT_REMEMBERED)(_fold)


def _nfkc(text: str) -> str:
    """The text in NFKC."""
    # A text that is in it already is only checked, twenty times as fast; mostly these marks are all that is not.
    for wide, plain in zip("，；：（）！？％", ",;:()!?%", strict=True):
        text = text.replace(wide, plain)
    return unicodedata.normalize("NFKC", text)


@lru_cache(maxsize=_REMEMBERED)
def _is_uncompared(character: str) -> bool:
    if character in _BLANKS or HIDDEN.match(character):
        return True
    return unicodedata.category(character) in _UNCOMPARED_CATEGORIES and character not in _VOICING


def _compared(text: str) -> str:
    """The text without the characters that are left out for comparison."""
    if _ALL_COMPARED.fullmatch(text):  # most texts; to look each character up takes ten times as long
        return text
    odd = [ord(c) for c in set(text) if c > "\x7f" and _is_uncompared(c)]
    return text.translate(dict.fromkeys(odd)) if odd else text


def visible(text: str) -> str:
    """The text as it may be shown: invisible and control characters removed, nothing else changed."""
    return _cleaned(HIDDEN.sub("", text))


def _cleaned(text: str) -> str:
    return text.translate(_CLEAN) if _UNCLEAN.search(text) else text  # mostly there is nothing to clean


def normalise(text: str) -> Normalised:
    """`fold(text)` together with the offsets back to `text`."""
    widths, origin = _widths(text)
    simplified = _simplify(lookalikes.plain(widths))
    spans = list(unspaced(simplified))
    places = [place for start, end in spans for place in origin[start:end]]
    return Normalised("".join(simplified[start:end] for start, end in spans), [*places, len(text)])


def _widths(text: str) -> tuple[str, Sequence[int]]:
    """The text in NFKC without what is left out for comparison, and where each character came from."""
    if _PLAIN.fullmatch(text):  # most texts
        return _nfkc(_cleaned(text)), range(len(text))
    start, pieces, origin = 0, list[str](), list[int]()
    while start < len(text):
        run = _PLAIN.match(text, start)
        end = run.end() - 1 if run else start  # a mark may join the last one
        if start < end:
            pieces.append(_nfkc(_cleaned(text[start:end])))
            origin.extend(range(start, end))
        else:
            end = _end_of_cluster(text, start)
            pieces.append(_compared(unicodedata.normalize("NFKC", _cleaned(_compared(text[start:end])))))
            origin.extend([start] * len(pieces[-1]))
        start = end
    return "".join(pieces), origin


def _end_of_cluster(text: str, start: int) -> int:
    """Where the marks end that NFKC would merge into a character."""
    for end in range(start + 1, len(text)):
        if not (unicodedata.combining(text[end]) or _is_uncompared(text[end]) or _JOINED.match(text[end])):
            return end
    return len(text)


@lru_cache(maxsize=1)
def _opencc() -> OpenCC:
    from opencc import OpenCC

    return OpenCC("t2s")


def _simplify(text: str) -> str:
    """Traditional to simplified characters, one for one, so that offsets stay true."""
    if text.isascii():
        return text
    simple: str = _opencc().convert(text)
    if len(simple) == len(text):
        return simple
    # A phrase of another length was replaced: go character by character, and keep what is not one for one.
    singles = [(c, _opencc().convert(c)) for c in text]
    return "".join(s if len(s) == 1 else c for c, s in singles)


def passages(doc_id: str, text: str) -> list[Passage]:
    """The sentences of `text` with offsets: `text[start:end] == passage.text`.

    Cut at 。；！？ and line ends, at Latin full stops, and again wherever a stretch exceeds
    LONGEST_PASSAGE characters, spaces between letters that are set apart not counted. Nothing is
    dropped but white space and stretches without a letter or digit. Ids are `<doc_id>#<n>`, n from 0.
    """
    kept = [i for a, b in unspaced(text) for i in range(a, b)] if is_spread(text) else range(len(text))
    plain = text if len(kept) == len(text) else "".join(map(text.__getitem__, kept))
    spans = [s for a, b in _sentences(plain) for s in _cut(plain, a, b, lambda t: len(t) <= LONGEST_PASSAGE)]
    places = [(kept[a], kept[b - 1] + 1) for a, b in spans]
    return [Passage(f"{doc_id}#{n}", doc_id, a, b, text[a:b]) for n, (a, b) in enumerate(places)]


def full_passage(doc_id: str, text: str) -> Passage:
    """The whole text as one passage, id `<doc_id>#whole`."""
    return Passage(f"{doc_id}#whole", doc_id, 0, len(text), text)


def pieces(text: str, fits: Callable[[str], bool]) -> list[str]:
    """The text in as few halvings as it takes until `fits` accepts each piece; all letters and digits kept."""
    return [text[a:b] for a, b in _cut(text, 0, len(text), fits)]


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for stop in _STOP.finditer(text):
        yield start, stop.end()
        start = stop.end()
    yield start, len(text)


def _cut(text: str, start: int, end: int, fits: Callable[[str], bool]) -> Iterator[tuple[int, int]]:
    """The span without outer white space, halved until it fits; nothing if it says nothing."""
    pending = [(start, end)]
    while pending:
        a, b = pending.pop()
        while a < b and text[a].isspace():
            a += 1
        while a < b and text[b - 1].isspace():
            b -= 1
        if not any(c.isalnum() for c in text[a:b]):
            continue
        if b - a == 1 or fits(text[a:b]):
            yield a, b
            continue
        middle = _middle(text, a, b)
        pending += [(middle, b), (a, middle)]


def _middle(text: str, a: int, b: int) -> int:
    """Where to halve a..b: after the comma or space that is nearest to the middle, within its half."""
    middle = (a + b) // 2
    reach = int((b - a) * _REACH)
    stops = [
        m.end() for m in _SOFT_STOP.finditer(text, max(a + 1, middle - reach), min(b - 1, middle + reach))
    ]
    return min(stops, key=lambda s: abs(s - middle)) if stops else middle


@lru_cache(maxsize=1)
def _segmenter() -> Callable[[str], list[str]]:
    """The segmenter with the user dictionary (data/terms.txt) loaded.

    It is the one that jieba opens when it is imported: another would read its dictionary again, 90 ms.
    """
    import rjieba

    for line in terms_file().read_text(encoding="utf-8").splitlines():
        if word := line.partition("#")[0].strip():
            rjieba.add_word(word, None, None)
    cut: Callable[[str], list[str]] = rjieba.cut
    return cut


def terms_file() -> Path:
    """The user dictionary: one word a line, `#` starts a comment."""
    return shipped.data_file(settings.file("segment.terms"))


def runs(text: str) -> list[list[str]]:
    """The words of folded text, run by run: a Han run is its jieba words, a Latin word or number itself.

    Latin words are lower case. jieba in its Rust build cuts the Han runs (a test holds it to
    jieba's own cut there); mixed runs are split here first, since the two builds differ on Latin text.
    """
    cut = _segmenter()
    return [cut(run) if _HAN_RUN.match(run) else [run.lower()] for run in _TOKEN.findall(text)]


def word_spans(text: str, within: Sequence[Span] | None = None) -> Iterator[Span]:
    """Where the words of folded text stand, in order: `text[start:end]` is a word.

    Of runs that meet one of the stretches `within`; None: of all.
    """
    cut = _segmenter()
    for run in _TOKEN.finditer(text):
        at, end = run.span()
        if within is not None and not any(a < end and at < b for a, b in within):
            continue
        for word in cut(run[0]) if _HAN_RUN.match(run[0]) else [run[0]]:
            yield at, at + len(word)
            at += len(word)


def words(text: str) -> list[str]:
    """The words of folded text in order."""
    return [word for run in runs(text) for word in run]
