"""The command line's entry, `matcher` and `python -m matcher`."""

from __future__ import annotations

import sys

from matcher import settings
from matcher.errors import SettingsError


def main() -> None:
    """Run the command line; the settings come first, since its modules read them when they are imported."""
    try:
        settings.values()
    except SettingsError as error:
        print(error, file=sys.stderr)
        sys.exit(1)
    from matcher import cli

    cli.main()


if __name__ == "__main__":
    main()
