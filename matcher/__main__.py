"""The command line's entry, `matcher` and `python -m matcher`."""

from __future__ import annotations

import gc
import sys

from matcher import settings
from matcher.errors import INTERRUPTED, SettingsError
from matcher.message import Catalogue

say = Catalogue(__file__)

_OBJECTS = 200_000  # new ones before the collector looks for cycles among them


def main() -> None:
    """Run the command line; the settings come first, since its modules read them when they are imported."""
    # What is made at the start mostly stays: to look through it again and again for cycles takes a twentieth of it.
    gc.set_threshold(_OBJECTS)
    try:
        settings.values()
    except SettingsError as error:
        print(error, file=sys.stderr)
        sys.exit(1)
    try:
        from matcher.cli import commands

        commands.main()
    except KeyboardInterrupt:  # also while a command is still loading what it needs
        from matcher.screen import note

        note(say("stopped"))
        sys.exit(INTERRUPTED)


if __name__ == "__main__":
    main()
