"""The command line's entry, `matcher` and `python -m matcher`."""

from __future__ import annotations

import gc
import sys

_OBJECTS = 200_000  # new ones before the collector looks for cycles among them


def main() -> None:
    """Run the command line. Whoever stops it while it still loads what it needs gets the same short line."""
    try:
        _run()
    except KeyboardInterrupt:
        from matcher.errors import INTERRUPTED
        from matcher.message import Catalogue
        from matcher.screen import note

        say = Catalogue(__file__)
        note(say("stopped"))
        sys.exit(INTERRUPTED)


def _run() -> None:
    """The settings come first, since the modules of the command line read them when they are imported."""
    # What is made at the start mostly stays: to look through it again and again for cycles takes a twentieth of it.
    gc.set_threshold(_OBJECTS)
    from matcher import settings
    from matcher.errors import SettingsError

    try:
        settings.values()
    except SettingsError as error:
        print(error, file=sys.stderr)
        sys.exit(1)
    from matcher.cli import commands

    commands.main()


if __name__ == "__main__":
    main()
