"""A filing season as one file: its guide, its batches, and every decision with who took it and when."""

from matcher.season.correction import Correction, take_corrected
from matcher.season.filled_in import bring
from matcher.season.listing import SeasonLine, adopt, season_line
from matcher.season.season import Season
from matcher.season.store import SUFFIX, StaleError, default_folder, erase
from matcher.season.tables import BatchLine, Change
from matcher.triage.columns import NONE

__all__ = [
    "NONE",
    "SUFFIX",
    "BatchLine",
    "Change",
    "Correction",
    "Season",
    "SeasonLine",
    "StaleError",
    "adopt",
    "bring",
    "default_folder",
    "erase",
    "season_line",
    "take_corrected",
]
