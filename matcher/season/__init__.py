"""A filing season as one file: its guide, its batches, and every decision with who took it and when."""

from matcher.season.audit import Change
from matcher.season.season import BatchLine, Season, StaleError, bring, default_folder
from matcher.season.store import SUFFIX
from matcher.triage.columns import NONE

__all__ = ["NONE", "SUFFIX", "BatchLine", "Change", "Season", "StaleError", "bring", "default_folder"]
