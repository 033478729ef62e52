"""Whether a reader of a Word document or an OpenDocument text sees a run: hidden, struck, coloured like its ground, too small to read.

What the styles of both say of it is one `Look`; those of an OpenDocument text also say how its lists are numbered.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from matcher import settings
from matcher.readers.formats.numbering import FORMATS, Level
from matcher.readers.formats.ooxml import attribute, child, children, count, local, number, switch, tag

Unseen = Literal["hidden", "struck", "coloured", "tiny"]

PAPER = "FFFFFF"
_SAME_COLOUR = settings.count("readers.look.same_colour")
_SMALLEST = settings.count("readers.look.smallest")
_NARROWEST = settings.count("readers.look.narrowest")
_MOST_INHERITED = settings.count("readers.look.most_inherited")
_COLOUR = re.compile(r"[0-9A-Fa-f]{6}")
DEEPEST = settings.count("readers.numbering.deepest")
_SIZE = re.compile(r"(\d{1,4}(?:\.\d{1,4})?)pt")
_RAISED = ("outline", "emboss", "imprint")  # letters drawn by their edges, whatever their colour
_WRITTEN_COLOUR = re.compile(r"#([0-9A-Fa-f]{6})")


class Look(NamedTuple):
    """What decides whether text is seen; None or "" where it is not stated. `size` is in half points."""

    vanish: bool | None = None
    strike: bool | None = None
    colour: str = ""
    size: int = 0
    ground: str = ""

    def over(self, below: Look) -> Look:
        """This look where it states something, `below` elsewhere."""
        return Look(
            below.vanish if self.vanish is None else self.vanish,
            below.strike if self.strike is None else self.strike,
            self.colour or below.colour,
            self.size or below.size,
            self.ground or below.ground,
        )


class Styles:
    """The styles of one document; a style based on itself ends where it began."""

    def __init__(self, root: Any | None) -> None:
        """Reads word/styles.xml; None means no styles."""
        self._styles = {} if root is None else {attribute(s, "styleId"): s for s in children(root, "style")}
        defaults = child(child(None if root is None else child(root, "docDefaults"), "rPrDefault"), "rPr")
        self._default = look_of(defaults)
        self._looks: dict[str, Look] = {}
        ordinary = (
            key
            for key, s in self._styles.items()
            if attribute(s, "type") == "paragraph" and attribute(s, "default") in ("1", "true", "on")
        )
        self.ordinary = next(ordinary, "")

    def chain(self, key: str) -> list[Any]:
        """A style and those it is based on, each once."""
        styles: dict[str, Any] = {}
        while key in self._styles and key not in styles and len(styles) < _MOST_INHERITED:
            styles[key] = self._styles[key]
            key = attribute(child(styles[key], "basedOn"), "val")
        return list(styles.values())

    def look(self, paragraph: str, character: str, direct: Any | None) -> Look:
        """The look of a run: its own properties over its character style over its paragraph's."""
        below = self._of(paragraph or self.ordinary)
        if character:
            above = self._of(character)
            # Two styles that both switch something on switch it off again: so Word reads toggles.
            below = above.over(below)._replace(
                vanish=_toggled(above.vanish, below.vanish), strike=_toggled(above.strike, below.strike)
            )
        below = below.over(self._default)
        return below if direct is None else look_of(direct).over(below)

    def _of(self, key: str) -> Look:
        if key not in self._looks:
            look = Look()
            for style in self.chain(key):
                look = look.over(look_of(child(style, "rPr")))
            self._looks[key] = look
        return self._looks[key]

    def outline(self, properties: Any | None, style: str) -> int:
        """The level of a paragraph as a heading from 1, 0 for body text."""
        for own in [properties, *(child(s, "pPr") for s in self.chain(style))]:
            level = child(own, "outlineLvl")
            if level is not None:
                return number(level, "val") + 1 if 0 <= number(level, "val") < DEEPEST else 0
        return 0

    def listed(self, properties: Any | None, style: str) -> tuple[str, int | None, str]:
        """(list, level, "") of a paragraph in a list, by its own properties or its style's; level None where only the style that it
        names third tells. ("", …) elsewhere."""
        styles = self.chain(style or self.ordinary)
        level: int | None = None
        for own, key in [(properties, ""), *((child(s, "pPr"), attribute(s, "styleId")) for s in styles)]:
            numbered = child(own, "numPr")
            if level is None and child(numbered, "ilvl") is not None:
                level = number(child(numbered, "ilvl"), "val")
            if named := attribute(child(numbered, "numId"), "val"):
                return "" if named == "0" else named, level, key
        return "", level, ""

    def shaded(self, key: str) -> bool:
        """Whether a table style colours the ground of some of its cells."""
        return any(_fill(shade) for style in self.chain(key) for shade in style.iter(f"{{*}}{'shd'}"))


def look_of(properties: Any | None) -> Look:
    """What run properties (w:rPr) state themselves."""
    if properties is None or not len(properties):
        return Look()
    strikes = [switch(properties, name) for name in ("strike", "dstrike")]
    strike = True if True in strikes else False if False in strikes else None
    marked = attribute(child(properties, "highlight"), "val")
    ground = "none" if marked not in ("", "none", "white") else _fill(child(properties, "shd"))
    colour = attribute(child(properties, "color"), "val")
    outlined = next(properties.iterfind("{*}textOutline/{*}solidFill"), None) is not None
    fill = None if outlined else next(properties.iterfind("{*}textFill/{*}*"), None)  # over the plain colour
    vanish = True if fill is not None and _is_clear(fill) else switch(properties, "vanish")
    if fill is not None and tag(fill) == "solidFill":
        colour = PAPER if any(local(e, "val") == "bg1" and not len(e) for e in fill) else colour
    if any(switch(properties, name) for name in _RAISED):
        colour = ""
    narrow = 0 < number(child(properties, "w"), "val") <= _NARROWEST
    size = _SMALLEST if narrow else number(child(properties, "sz"), "val")
    return Look(vanish, strike, colour, size, ground)


def _is_clear(fill: Any) -> bool:
    """Whether letters are filled with nothing, or with one colour that lets everything through."""
    alphas = fill.iter("{*}alpha") if tag(fill) == "solidFill" else ()
    return tag(fill) == "noFill" or any(local(alpha, "val") == "100000" for alpha in alphas)


def _toggled(above: bool | None, below: bool | None) -> bool | None:
    return (above != below) if above and below else below if above is None else above


def ground_of(properties: Any | None, below: str) -> str:
    """The colour behind a paragraph, cell or table with these properties; "none" where it is not known."""
    return _fill(child(properties, "shd")) or below


def _fill(shade: Any | None) -> str:
    """The colour of a shading, "" where it has none, "none" where it is a pattern or a theme's."""
    if shade is None:
        return ""
    fill, pattern = attribute(shade, "fill"), attribute(shade, "val")
    if pattern == "solid":
        return attribute(shade, "color") if _COLOUR.fullmatch(attribute(shade, "color")) else "none"
    if pattern.startswith("pct"):
        return "none"
    return fill if _COLOUR.fullmatch(fill) else "none" if attribute(shade, "themeFill") else ""


def unseen(look: Look, ground: str) -> Unseen | None:
    """Why a reader does not see text of this look on a ground; None if it is seen."""
    if look.vanish:
        return "hidden"
    if look.strike:
        return "struck"
    behind = look.ground or ground
    if _COLOUR.fullmatch(look.colour) and _COLOUR.fullmatch(behind):
        pairs = zip(bytes.fromhex(look.colour), bytes.fromhex(behind), strict=True)
        if all(abs(a - b) <= _SAME_COLOUR for a, b in pairs):
            return "coloured"
    return "tiny" if 0 < look.size <= _SMALLEST else None


def is_squeezed(measure: Any | None) -> bool:
    """Whether lines (w:spacing) or a row (w:trHeight) are of an exact height that shows no letters; it is in twentieths of a point."""
    exact = "exact" in (attribute(measure, "lineRule"), attribute(measure, "hRule"))
    return exact and 0 < (number(measure, "line") or number(measure, "val")) <= 10 * _SMALLEST


def is_hidden_shape(shape: Any) -> bool:
    """Whether a drawn shape is switched off, as the list of shapes on a page does it."""
    named = any(e.get("hidden") in ("1", "true") for e in shape.iterchildren("{*}docPr", "{*}cNvPr"))
    return named or "visibility:hidden" in (shape.get("style") or "").replace(" ", "")


def filled_shape(drawing: Any) -> bool:
    """Whether a drawn shape has a colour of its own behind its text."""
    fills = ("solidFill", "gradFill", "blipFill", "pattFill", "fillRef")
    return any(tag(e) in fills or e.get("fillcolor") is not None for e in drawing.iter())


class TextStyles:
    """The styles of one document, by family and name; a style based on itself ends where it began."""

    def __init__(self, roots: Sequence[Any]) -> None:
        """Reads the styles of the document's parts."""
        kinds = ("{*}style", "{*}default-style")
        every = (style for root in roots for style in root.iter(*kinds))
        self._styles = {(local(style, "family"), local(style, "name")): style for style in every}
        self._looks: dict[tuple[str, str], Look] = {}

    def _chain(self, family: str, name: str) -> list[Any]:
        """A style and those it is based on, each once, with the family's default for paragraphs."""
        styles: dict[str, Any] = {}
        while (family, name) in self._styles and name not in styles and len(styles) < _MOST_INHERITED:
            styles[name] = self._styles[family, name]
            name = local(styles[name], "parent-style-name")
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
            if colour := _colour(local(properties, "background-color")):
                return colour
        return ""


def _look(properties: Any | None) -> Look:
    """What text properties state themselves."""
    display = local(properties, "display")
    line = local(properties, "text-line-through-style") or local(properties, "text-line-through-type")
    size = _SIZE.fullmatch(local(properties, "font-size"))
    return Look(
        display == "none" if display else None,
        line != "none" if line else None,
        _colour(local(properties, "color")),
        round(2 * float(size[1])) if size else 0,
        _colour(local(properties, "background-color")),
    )


def _colour(written: str) -> str:
    colour = _WRITTEN_COLOUR.fullmatch(written)
    return colour[1].upper() if colour else ""


def listed_levels(roots: Sequence[Any]) -> Iterator[tuple[str, Mapping[int, Level]]]:
    """(name of a list's style, its levels) for each; the outline of headings has the name ""."""
    for root in roots:
        for style in root.iter("{*}list-style", "{*}outline-style"):
            name = local(style, "name") if tag(style) == "list-style" else ""
            yield name, {min(level, DEEPEST): read for level, read in map(_level, style) if level >= 0}


def _level(element: Any) -> tuple[int, Level]:
    """(place from 0, how a level is numbered); -1 for what is no level."""
    place = count(element, "level", least=0)
    shape = local(element, "num-format")
    style = FORMATS.get(shape.split(",")[0], "decimal")
    style = style if tag(element) in ("list-level-style-number", "outline-level-style") else "bullet"
    first = max(place - count(element, "display-levels"), 0) + 1
    numbers = ".".join(f"%{n}" for n in range(first, min(place, DEEPEST) + 1))
    text = f"{local(element, 'num-prefix')}{numbers}{local(element, 'num-suffix')}"
    if written := local(element, "num-list-format"):
        text = re.sub(r"%(\d{1,2})%", r"%\1", written)
    return place - 1, Level(style, text[:200], count(element, "start-value"), "", False, None)
