"""The topic that an applicant declared under a guide that has been corrected since."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from matcher.message import Catalogue
from matcher.triage.declared import Declared, DeclaredReader
from matcher.types import Topic

say = Catalogue(__file__)


class EarlierReader(DeclaredReader):
    """Reads a declared topic as the guide that applicants had before them means it, and gives its id of now."""

    def __init__(self, before: Sequence[Topic], after: Sequence[Topic], same: Mapping[str, str]) -> None:
        """The topics of both guides; `same`: id before → id of now."""
        super().__init__(after)
        self._before = DeclaredReader(before)
        self._same = same

    def read(self, text: str, *, number: bool = False) -> Declared:
        """What `text` declares, by the earlier guide first; a topic that is gone is none."""
        before = self._before.read(text, number=number)
        if before.topic_id is None and not before.candidates:
            return super().read(text, number=number)
        if before.topic_id is not None:
            topic = self._same.get(before.topic_id)
            return replace(before, topic_id=topic, note=before.note if topic else say("declared.gone"))
        now = tuple(self._same[id_] for id_ in before.candidates if id_ in self._same)
        note = before.note if now == before.candidates else say("declared.several before")
        return replace(before, candidates=now, note=note)
