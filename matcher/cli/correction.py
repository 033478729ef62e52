"""The command that gives a season a corrected guide."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from matcher.cli import options
from matcher.cli.season import FileArgument, open_season
from matcher.screen import note_each


def season_guide(
    file: FileArgument,
    guide_file: Annotated[Path, typer.Argument(metavar="GUIDE", help="season-guide-file")],
    fast: options.FastOption = False,
) -> None:
    """换成更正后的指南：说明改了什么，各批重新判断，已定的不变。 / Take a corrected guide: what it changes; rows are judged anew, decisions stay.

    例 / example:  matcher season guide 2026 corrected-guide.docx
    """
    from matcher.cli.progress import progress
    from matcher.embeddings import FAST
    from matcher.engine import Engine
    from matcher.guide import read_guide
    from matcher.season import Correction, take_corrected

    with open_season(file) as opened:
        correction = Correction.between(opened.guide, read_guide(guide_file))
        correction.check()
        note_each(correction.messages())
        engine = Engine.open(correction.after, FAST if fast else None)
        note_each(
            take_corrected(opened, guide_file, correction, engine, lambda rows, n: progress(rows, 0, n))
        )
