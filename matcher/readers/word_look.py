"""Whether a reader of a Word document sees a run: hidden, struck, coloured like its ground, too small to read."""

from __future__ import annotations

import re
from typing import Any, Literal, NamedTuple

from matcher import settings
from matcher.readers.ooxml import attribute, child, children, number, switch, tag

Unseen = Literal["hidden", "struck", "coloured", "tiny"]

PAPER = "FFFFFF"
_SAME_COLOUR = settings.count("readers.word_look.same_colour")
_SMALLEST = settings.count("readers.word_look.smallest")
_MOST_INHERITED = settings.count("readers.word_look.most_inherited")
_COLOUR = re.compile(r"[0-9A-Fa-f]{6}")


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
    return Look(switch(properties, "vanish"), strike, colour, number(child(properties, "sz"), "val"), ground)


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


def filled_shape(drawing: Any) -> bool:
    """Whether a drawn shape has a colour of its own behind its text."""
    fills = ("solidFill", "gradFill", "blipFill", "pattFill", "fillRef")
    return any(tag(e) in fills or e.get("fillcolor") is not None for e in drawing.iter())
