"""Packages that only some users need, installed by name: pip install 'proposal-matcher[models]'."""

from __future__ import annotations

from importlib.util import find_spec

from matcher.errors import ExtraError
from matcher.message import COMMA, Catalogue, joined

say = Catalogue(__file__)


def require(extra: str, *packages: str) -> None:
    """ExtraError naming the command that installs `extra`, unless every one of `packages` is there."""
    missing = [package for package in packages if find_spec(package) is None]
    if missing:
        raise ExtraError(
            say("extra", what=say(f"extra.{extra}"), missing=joined(missing, COMMA), extra=extra)
        )
