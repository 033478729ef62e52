"""What the styles of an OpenDocument text say: how its text looks, on which ground, and how its lists are numbered."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from matcher import settings
from matcher.readers.numbering import Level
from matcher.readers.ooxml import tag
from matcher.readers.word_look import Look

_MOST_INHERITED = settings.count("readers.word_look.most_inherited")
_DEEPEST = settings.count("readers.numbering.deepest")
_FORMATS = {
    "1": "decimal",
    "a": "lowerLetter",
    "A": "upperLetter",
    "i": "lowerRoman",
    "I": "upperRoman",
    "": "none",
}
_SIZE = re.compile(r"(\d{1,4}(?:\.\d{1,4})?)pt")
_COLOUR = re.compile(r"#([0-9A-Fa-f]{6})")


def own(element: Any | None, name: str) -> str:
    """An attribute by its local name, "" where it or the element is missing."""
    attributes = () if element is None else element.attrib.items()
    return next((str(value) for key, value in attributes if key.rpartition("}")[2] == name), "")


def count(element: Any, name: str, *, least: int = 1) -> int:
    """An attribute as a whole number of at least `least`, which it is where it is none."""
    written = own(element, name)
    return max(int(written), least) if re.fullmatch("[0-9]{1,9}", written) else least


class TextStyles:
    """The styles of one document, by family and name; a style based on itself ends where it began."""

    def __init__(self, roots: Sequence[Any]) -> None:
        """Reads the styles of the document's parts."""
        kinds = ("{*}style", "{*}default-style")
        every = (style for root in roots for style in root.iter(*kinds))
        self._styles = {(own(style, "family"), own(style, "name")): style for style in every}
        self._looks: dict[tuple[str, str], Look] = {}

    def _chain(self, family: str, name: str) -> list[Any]:
        """A style and those it is based on, each once, with the family's default for paragraphs."""
        styles: dict[str, Any] = {}
        while (family, name) in self._styles and name not in styles and len(styles) < _MOST_INHERITED:
            styles[name] = self._styles[family, name]
            name = own(styles[name], "parent-style-name")
        default = self._styles.get((family, "")) if family == "paragraph" else None
        return [*styles.values(), *([] if default is None else [default])]

    def look(self, family: str, name: str) -> Look:
        """The look of text with a style of its paragraph or its own."""
        if (family, name) not in self._looks:
            look = Look()
            for style in self._chain(family, name):
                look = look.over(_look(next(style.iterchildren("{*}text-properties"), None)))
            self._looks[family, name] = look
        return self._looks[family, name]

    def ground(self, family: str, name: str) -> str:
        """The colour behind a paragraph, cell or table; "" where the style states none."""
        for style in self._chain(family, name):
            properties = next(style.iterchildren(f"{{*}}{family}-properties"), None)
            if colour := _colour(own(properties, "background-color")):
                return colour
        return ""


def _look(properties: Any | None) -> Look:
    """What text properties state themselves."""
    display = own(properties, "display")
    line = own(properties, "text-line-through-style") or own(properties, "text-line-through-type")
    size = _SIZE.fullmatch(own(properties, "font-size"))
    return Look(
        display == "none" if display else None,
        line != "none" if line else None,
        _colour(own(properties, "color")),
        round(2 * float(size[1])) if size else 0,
        _colour(own(properties, "background-color")),
    )


def _colour(written: str) -> str:
    colour = _COLOUR.fullmatch(written)
    return colour[1].upper() if colour else ""


def listed_levels(roots: Sequence[Any]) -> Iterator[tuple[str, Mapping[int, Level]]]:
    """(name of a list's style, its levels) for each; the outline of headings has the name ""."""
    for root in roots:
        for style in root.iter("{*}list-style", "{*}outline-style"):
            name = own(style, "name") if tag(style) == "list-style" else ""
            yield name, {min(level, _DEEPEST): read for level, read in map(_level, style) if level >= 0}


def _level(element: Any) -> tuple[int, Level]:
    """(place from 0, how a level is numbered); -1 for what is no level."""
    place = count(element, "level", least=0)
    shape = own(element, "num-format")
    style = _FORMATS.get(shape) or (
        "circle" if "①" in shape else "chineseCounting" if "一" in shape else "decimal"
    )
    style = style if tag(element) in ("list-level-style-number", "outline-level-style") else "bullet"
    first = max(place - count(element, "display-levels"), 0) + 1
    numbers = ".".join(f"%{n}" for n in range(first, min(place, _DEEPEST) + 1))
    text = f"{own(element, 'num-prefix')}{numbers}{own(element, 'num-suffix')}"
    if written := own(element, "num-list-format"):
        text = re.sub(r"%(\d{1,2})%", r"%\1", written)
    return place - 1, Level(style, text[:200], count(element, "start-value"), "", False, None)
