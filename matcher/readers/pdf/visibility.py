"""Which letters of a PDF page a reader cannot see: without ink, too small, off the page, coloured like their ground, or covered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from matcher import settings
from matcher.readers.pdf.letters import INVISIBLE, OFF, VEIL

_SMALLEST = settings.points("readers.pdf_letters.smallest")
_SAME_COLOUR = settings.share("readers.pdf_letters.same_colour")
_MOST_COVERED = settings.share("readers.pdf_letters.most_covered")

Shape = dict[str, Any]
Colour = tuple[float, float, float]


def unseen(page: Any) -> list[Shape]:
    """The letters of a page that cannot be seen.

    Where most of a page lie below something they are believed to show: what nobody here reads, a clip or a mask, lets them through.
    """
    shapes = [*page.images, *(s for s in (*page.rects, *page.curves) if s.get("fill") and s["tag"] != VEIL)]
    shapes.sort(key=_drawn)
    boxes = [s for s in shapes if s["object_type"] == "rect" and min(s["width"], s["height"]) >= _SMALLEST]
    boxes = [s for s in boxes if _rgb(s) is not None]
    covered = [
        c for c in page.chars if any(_drawn(s) > _drawn(c) and _hides(s, c) for s in _around(boxes, c))
    ]
    if len(covered) > _MOST_COVERED * len(page.chars):
        covered = []
    below = {id(c) for c in covered}
    colours = set(map(_rgb, boxes))
    return [c for c in page.chars if id(c) in below or _is_lost(c, page) or _is_ground(c, shapes, colours)]


def _is_lost(char: Shape, page: Any) -> bool:
    """Whether a letter has no ink, is too small or lies off the page."""
    x0, top, x1, bottom = page.cropbox
    outside = char["x1"] < x0 or char["x0"] > x1 or char["bottom"] < top or char["top"] > bottom
    return char["tag"] in (INVISIBLE, OFF) or char["size"] < _SMALLEST or outside


def _is_ground(char: Shape, shapes: Sequence[Shape], boxes: set[Colour | None]) -> bool:
    """Whether a letter is white where nothing of another colour lies behind it, or has the colour of the box that lies right behind it."""
    own = _rgb(char)
    white = own is not None and min(own) >= 1 - _SAME_COLOUR
    if own is None or not (white or own in boxes):
        return False
    behind = [s for s in _around(shapes, char) if _drawn(s) < _drawn(char)]
    if white:
        return all(_rgb(s) is not None and min(_rgb(s) or own) >= 1 - _SAME_COLOUR for s in behind)
    return bool(behind) and behind[-1]["object_type"] == "rect" and _rgb(behind[-1]) == own


def _around(shapes: Iterable[Shape], char: Shape) -> list[Shape]:
    """The shapes that the middle of a letter lies in."""
    x, y = (char["x0"] + char["x1"]) / 2, (char["top"] + char["bottom"]) / 2
    return [s for s in shapes if s["x0"] <= x <= s["x1"] and s["top"] <= y <= s["bottom"]]


def _hides(box: Shape, char: Shape) -> bool:
    """Whether a box that holds the middle of a letter is no stroke through it."""
    middle = (char["top"] + char["bottom"]) / 2
    return bool(2 * box["top"] <= char["top"] + middle and 2 * box["bottom"] >= char["bottom"] + middle)


def _drawn(shape: Shape) -> int:
    """When a shape or a letter was drawn."""
    return shape.get("mcid") or 0


def _rgb(shape: Shape) -> Colour | None:
    """The colour of a letter or of what fills a shape, from grey, RGB or CMYK; None for an image, a pattern or a name."""
    colour = shape.get("non_stroking_color")
    colour = colour if isinstance(colour, (tuple, list)) else (colour,)
    if shape["object_type"] == "image" or len(colour) not in (1, 3, 4):
        return None
    if not all(isinstance(c, (int, float)) for c in colour):
        return None
    if len(colour) == 4:
        colour = [(1 - c) * (1 - colour[3]) for c in colour[:3]]
    red, green, blue = (colour * 3)[:3]
    return float(red), float(green), float(blue)
