"""The intake desk: is a proposal filed under the right topic, and which ones deserve a second look."""

from matcher.triage.judgement import VERDICTS, FilingVerdict, Judged, SentencePair, chances, judge, unreadable

__all__ = ["VERDICTS", "FilingVerdict", "Judged", "SentencePair", "chances", "judge", "unreadable"]
