"""Which classes and ids a web page's own style sheets hide."""

from __future__ import annotations

import re
from itertools import islice
from typing import Any

from matcher import settings

HIDES = re.compile(r"display:none|visibility:hidden|mso-hide:all|font-size:0(?:px|pt|em|rem|%)?(?:;|!|$)|opacity:0(?:\.0+)?(?:;|!|$)")  # fmt: skip
WHITE = re.compile(r"(?:^|;)color:(?:#fff(?:fff)?|white|rgba?\(255,255,255(?:,1)?\))(?:;|!|$)")
_COMMENT = re.compile(r"/\*.*?\*/", re.S)
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_SELECTOR = re.compile(r"(?P<tag>[a-z][a-z0-9]*)?(?P<mark>[.#])(?P<name>[\w-]+)")
_MOST_RULES = settings.count("readers.html_styles.most_rules")

Hidden = frozenset[tuple[str, str, str]]  # (tag or "", "." for a class or "#" for an id, its name)


def hidden_by_style(page: Any) -> Hidden:
    """The selectors of one class or id that a page's style elements hide on every screen.

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
                    hidden[key] = bool(HIDES.search(plain))
    return frozenset(key for key, hides in hidden.items() if hides)


def _without_media(css: str) -> str:
    """A style sheet without the blocks that count for some screens only (@media, @supports …)."""
    kept, depth, start = [], 0, 0
    opened = False
    for mark in re.finditer(r"@(?:media|supports|container)[^{;]*\{|[{}]", css):
        if not opened and mark[0].startswith("@"):
            kept.append(css[start : mark.start()])
            opened, depth = True, 1
        elif opened:
            depth += -1 if mark[0] == "}" else 1
            if depth == 0:
                opened, start = False, mark.end()
    return "".join(kept) + ("" if opened else css[start:])


def is_styled_away(element: Any, hidden: Hidden) -> bool:
    """Whether one of the hidden selectors meets an element."""
    marks = [*((".", name) for name in (element.get("class") or "").split()), ("#", element.get("id"))]
    return any((tag, *mark) in hidden for tag in ("", element.tag) for mark in marks)
