"""A filing season as one file: its guide, its batches, and every decision with who took it and when."""

from matcher.season.filled_reports import bring
from matcher.season.log import Change, local_time, place_name
from matcher.season.outside import Correction, adopt, season_line, take_corrected
from matcher.season.season import Season
from matcher.season.store import FORMER_START, SUFFIX, StaleError, default_folder, erase
from matcher.season.tables import BatchLine, SeasonLine
from matcher.triage.desk import NONE, WITHDRAWN

__all__ = [
    "FORMER_START", "NONE", "SUFFIX", "WITHDRAWN", "BatchLine", "Change", "Correction", "Season", "SeasonLine", "StaleError", "adopt",
    "bring", "default_folder", "erase", "local_time", "place_name", "season_line", "take_corrected",
]  # fmt: skip
