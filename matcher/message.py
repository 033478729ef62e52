"""What people read, in both languages, and how numbers are told to them, the same wherever they stand."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Literal, Self

Language = Literal["zh", "en", "both"]
# A probability beyond these is shown as ">99%" or "<1%". No settings: what settings are read with tells in messages what is wrong.
_LARGEST, _LEAST = 0.99, 0.01


class Message(str):
    """A text for people, in Chinese (`zh`) and English (`en`).

    As a string it is both, "Chinese / English" unless said otherwise: what programs, reports and files get.
    Neither language is ever worked out from that string, whose parts may hold a stroke of their own.

    >>> fits = Message("相符", "it fits")
    >>> str(fits), fits.zh, fits.of("en")
    ('相符 / it fits', '相符', 'it fits')
    """

    __slots__ = ("en", "zh")
    zh: str
    en: str

    def __new__(cls, zh: str, en: str, both: str | None = None) -> Self:
        """The message of two texts, and of the text that shows both of them."""
        message = super().__new__(cls, f"{zh} / {en}" if both is None else both)
        message.zh, message.en = zh, en
        return message

    def __getnewargs__(self) -> tuple[str, str, str]:  # type: ignore[override]  # a string's own has one
        """What a copy, also in another process, is made of."""
        return self.zh, self.en, str(self)

    @property
    def forms(self) -> tuple[str, str, str]:
        """The texts in both languages, in Chinese and in English: what a file written in any of them may hold."""
        return str(self), self.zh, self.en

    def of(self, language: Language) -> str:
        """The text in one language, or in both."""
        return {"zh": self.zh, "en": self.en, "both": str(self)}[language]

    def each(self, change: Callable[[str], str]) -> Self:
        """The message with a change made in every language."""
        return type(self)(change(self.zh), change(self.en), change(str(self)))


class Catalogue:
    """What a room tells people: the entries of messages.toml in its folder, read when the first of them is told.

    An entry is `"key" = ["中文 {name}", "English {name}"]`, with a third text where both are shown otherwise than
    "Chinese / English"; that one may take the two as {zh} and {en}. A module has its room's as `say = Catalogue(__file__)`.
    """

    def __init__(self, module: str) -> None:
        """The catalogue of the room that this module's file lies in."""
        self._folder = Path(module).parent

    def __call__(self, key: str, /, **fields: object) -> Message:
        """The message called `key`, filled in: a field that is a message speaks the language it stands in.

        KeyError for a key that the room does not have, or a field that the text needs.
        """
        zh, en, *shown = _entries(self._folder)[key]
        zh, en = _filled(zh, "zh", fields), _filled(en, "en", fields)
        both = _filled(shown[0], "both", {**fields, "zh": zh, "en": en}) if shown else None
        return Message(zh, en, both)

    def __contains__(self, key: str) -> bool:
        """Whether the room has this key."""
        return key in _entries(self._folder)


@cache
def _entries(folder: Path) -> Mapping[str, list[str]]:
    """key → its texts, of a room."""
    return tomllib.loads((folder / "messages.toml").read_text(encoding="utf-8"))


def _filled(template: str, language: Language, fields: Mapping[str, object]) -> str:
    return template.format(
        **{
            name: value.of(language) if isinstance(value, Message) else value
            for name, value in fields.items()
        }
    )


def joined(texts: Iterable[str], between: str = "") -> Message:
    """Texts in a row, language by language; one that is no message (a file's name) is the same in all.

    >>> joined(["a.xlsx", Message("三行", "three rows")], ": ").of("en")
    'a.xlsx: three rows'
    """
    row = list(texts)
    return Message(
        spoken(between, "zh").join(spoken(text, "zh") for text in row),
        spoken(between, "en").join(spoken(text, "en") for text in row),
        between.join(row),
    )


# What stands between the names of a list, between its counts, between lists, and before what is said of a name.
COMMA, CLAUSE = Message("、", ", ", "、"), Message("，", ", ", "，")
SEMICOLON, COLON = Message("；", "; ", "；"), Message("：", ": ", "：")


def first_of(texts: Sequence[object], most: int, between: str = COMMA, more: str | None = None) -> Message:
    """The first `most` of several texts in a row, then `more` for those left out (None: an item …).

    >>> first_of([3, 5, 8], 2).en, first_of([3, 5, 8], 2, ", ", " …").zh, first_of([3, 5], 2).zh
    ('3, 5, …', '3, 5 …', '3、5')
    """
    shown = joined([text if isinstance(text, str) else str(text) for text in texts[:most]], between)
    if len(texts) <= most:
        return shown
    return joined([shown, "…"], between) if more is None else joined([shown, more])


def bracketed(text: str) -> Message:
    """A remark in brackets, set as each language sets them.

    >>> bracketed("x").zh, bracketed("x").en
    ('（x）', ' (x)')
    """
    return Message(f"（{spoken(text, 'zh')}）", f" ({spoken(text, 'en')})", f"（{text}）")


def spoken(text: str, language: Language) -> str:
    """A text in one language: of a message that one, of any other text the whole."""
    return text.of(language) if isinstance(text, Message) else text


def stored(message: Message) -> list[str]:
    """A message as a file keeps it in JSON, so that `restored` knows both languages again."""
    return [message.zh, message.en, str(message)]


def restored(kept: object) -> Message:
    """The message that `stored` wrote; anything else, such as a string of an older file, is the same in every language."""
    zh, en, both = map(str, kept if isinstance(kept, list) and len(kept) == 3 else [kept] * 3)
    return Message(zh, en, both)


def percent(probability: float) -> str:
    """A probability for people: never 0 or 100 %, since nothing here is certain.

    >>> percent(1.0), percent(0.123), percent(0.0)
    ('>99%', '12%', '<1%')
    """
    return _between(probability, ".0%")


def chance(probability: float) -> str:
    """A probability as `percent` tells it, in two digits, where it stands in the midst of other numbers.

    >>> chance(1.0), chance(0.123), chance(0.0)
    ('>0.99', '0.12', '<0.01')
    """
    return _between(probability, ".2f")


def _between(probability: float, form: str) -> str:
    if probability > _LARGEST:
        return f">{_LARGEST:{form}}"
    return f"<{_LEAST:{form}}" if probability < _LEAST else f"{probability:{form}}"


def share(part: float) -> str:
    """A share of something counted, in [0, 1]: all of it is 100 %, and hardly any is not 0 %.

    >>> share(1.0), share(0.996), share(0.5), share(0.004), share(0.0)
    ('100%', '>99%', '50%', '<1%', '0%')
    """
    return f"{part:.0%}" if part in (0.0, 1.0) else percent(part)
