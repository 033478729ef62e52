"""What of a web page a browser does not show: by the style of an element, by the page's style sheets, or in the colour of its ground."""

from __future__ import annotations

import re
from itertools import islice
from typing import Any

from matcher import settings
from matcher.readers.formats.look import PAPER, Look, unseen

_NO_SIZE = r"0(?:px|pt|em|rem|%)?(?:;|!|$)"
_HIDES = re.compile(
    r"display:none|visibility:hidden|mso-hide:all|font-size:(?:"
    + _NO_SIZE
    + r"|1(?:\.\d+)?p[xt])|opacity:0(?:\.0+)?(?:;|!|$)"
    r"|text-indent:-(?:\d{4}|999)|(?:^|;)(?:left|top):-\d{4,}px"
)
_CLIPPED = re.compile(r"(?:^|;)(?:max-)?(?:height|width):" + _NO_SIZE)
_COLOUR = re.compile(r"(?:^|;)color:([^;!]*)")
_GROUND = re.compile(r"(?:^|;)background(?:-color|-image)?:([^;!]*)")
_PAGE = re.compile(r"(?:^|[,\s])(?:html|body|\*)\s*(?:,|$)")  # the selector of the whole page
_HEX = re.compile(r"#?([0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})")
_RGB = re.compile(r"rgba?\((\d{1,3}),(\d{1,3}),(\d{1,3})(?:,(\d*\.?\d+))?\)")
_CLEAR, _OTHER = "clear", "other"  # nothing is drawn; something that is not known here
_NAMED = {"white": PAPER, "black": "000000", "transparent": _CLEAR, "none": _CLEAR}
# A style sheet of a million characters that ends in the midst takes no longer: each place is tried once.
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.S)
_RULE = re.compile(r"(?<![^{}])([^{}]++)\{([^{}]*+)\}")
_SELECTOR = re.compile(r"(?P<tag>[a-z][a-z0-9]*)?(?P<mark>[.#])(?P<name>[\w-]+)")
_MOST_RULES = settings.count("readers.html.most_rules")


class PageLook:
    """The looks of the elements of one page."""

    def __init__(self, page: Any) -> None:
        """Takes the style sheets of a page."""
        self._hidden = _hidden_by_style(page)
        sheets = " ".join(style.text or "" for style in page.iter("style")).lower()
        linked = any("stylesheet" in (link.get("rel") or "").lower() for link in page.iter("link"))
        self._grounds = linked or "background" in sheets
        self._colours = linked or re.search(r"(?<![-\w])color\s*:", sheets) is not None
        self._known: dict[Any, tuple[str, str]] = {}
        coloured = any("background" in rule and _PAGE.search(who) for who, rule in _RULE.findall(sheets))
        self._paper = _OTHER if coloured else PAPER

    def hides(self, element: Any) -> bool:
        """Whether an element's own style or the page's hides it."""
        own = _hides(element)
        if own or not self._hidden:
            return own
        marks = [*((".", name) for name in (element.get("class") or "").split()), ("#", element.get("id"))]
        return any((tag, *mark) in self._hidden for tag in ("", element.tag) for mark in marks)

    def is_ground(self, element: Any) -> bool:
        """Whether the text of an element has the colour of what lies behind it, or none."""
        above: list[Any] = []
        around = element
        while around is not None and around not in self._known:
            above.append(around)
            around = around.getparent()
        colour, ground = ("", self._paper) if around is None else self._known[around]
        for inner in reversed(above):
            colour, ground = self._of(inner, colour, ground)
            self._known[inner] = colour, ground
        return colour == _CLEAR or unseen(Look(colour=colour), ground) is not None

    def _of(self, element: Any, colour: str, ground: str) -> tuple[str, str]:
        """The colour of an element's text and of its ground, in one whose own are given; a class may give it others."""
        style = _plain(element)
        marked = bool({"class", "id"}.intersection(element.attrib))
        own = _COLOUR.search(style)
        behind = [_colour(written) for written in _GROUND.findall(style) or [element.get("bgcolor")]]
        if _OTHER in behind or "background" in element.attrib:
            behind = [_OTHER]
        colour = _colour(own[1] if own else element.get("color")) or (
            _OTHER if marked and self._colours else colour
        )
        under = [colour for colour in behind if colour and colour != _CLEAR]
        ground = under[-1] if under else _OTHER if marked and self._grounds else ground
        return colour, ground


def _plain(element: Any) -> str:
    return re.sub(r"\s", "", element.get("style", "")).lower()


def _hides(element: Any) -> bool:
    style = _plain(element)
    clipped = "overflow:hidden" in style and _CLIPPED.search(style)
    return element.get("hidden") is not None or bool(_HIDES.search(style) or clipped)


def _colour(written: str | None) -> str:
    """A colour as RRGGBB; "" where none is written."""
    written = re.sub(r"\s", "", written or "").lower()
    if written in ("", "inherit", "initial", "unset"):
        return ""
    if written in _NAMED:
        return _NAMED[written]
    if figures := _HEX.fullmatch(written):
        digits = figures[1] if len(figures[1]) > 4 else "".join(2 * digit for digit in figures[1])
        return _CLEAR if digits[6:] == "00" else digits[:6].upper()
    if parts := _RGB.fullmatch(written):
        return (
            _CLEAR
            if parts[4] and float(parts[4]) == 0
            else bytes(min(int(p), 255) for p in parts.groups()[:3]).hex().upper()
        )
    return _OTHER


def _hidden_by_style(page: Any) -> frozenset[tuple[str, str, str]]:
    """The (tag or "", "." for a class or "#" for an id, its name) that a page's style sheets hide on every screen.

    Rules for print alone and selectors of several parts are not followed.
    """
    hidden: dict[tuple[str, str, str], bool] = {}
    for style in page.iter("style"):
        css = _without_media(_COMMENT.sub("", style.text or ""))
        for selectors, rule in islice(_RULE.findall(css), _MOST_RULES):
            plain = re.sub(r"\s", "", rule).lower()
            if not re.search("display:|visibility:|opacity:|font-size:|mso-hide:", plain):
                continue
            for selector in selectors.split(","):
                if match := _SELECTOR.fullmatch(selector.strip()):
                    key = ((match["tag"] or "").lower(), match["mark"], match["name"])
                    hidden[key] = bool(_HIDES.search(plain))
    return frozenset(key for key, hides in hidden.items() if hides)


def _without_media(css: str) -> str:
    """A style sheet without the blocks that count for some screens only (@media, @supports …)."""
    kept, depth, start = [], 0, 0
    for mark in re.finditer(r"@(?:media|supports|container)[^{;@]*+\{|[{}]", css):
        if depth:
            depth += -1 if mark[0] == "}" else 1
            start = mark.end()
        elif mark[0].startswith("@"):
            kept.append(css[start : mark.start()])
            depth = 1
    return "".join(kept) + ("" if depth else css[start:])
