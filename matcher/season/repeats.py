"""Pairs of concern in a season: what was found in a batch, and what reviewers decided of each pair."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import get_args

from matcher import typed_json
from matcher.duplicates import Findings
from matcher.duplicates.cases import Answer, Case, merged
from matcher.message import Catalogue
from matcher.season.audit import Audit
from matcher.season.store import SeasonDatabase, StaleError

say = Catalogue(__file__)


class BatchCases:
    """The findings and cases of one batch; all methods raise SeasonError, named, for what is wrong with the file.

    It keeps cases as `duplicates.cases.CaseFile` does beside an archive, and logs who decided. StaleError for a pair that
    somebody else decided after it was read here.
    """

    def __init__(self, database: SeasonDatabase, audit: Audit, batch: int) -> None:
        """The pairs of `batch` in the file of a season."""
        self._database, self._audit, self._batch = database, audit, batch
        self._seen: dict[str, Case] | None = None

    def keep_findings(self, findings: Findings, compared_with: str) -> None:
        """Keep what was found, in the place of an earlier comparison; what was decided of a pair stays."""
        with self._database.writing():
            self._database.run(
                "INSERT OR REPLACE INTO findings (batch, compared_with, findings) VALUES (?, ?, ?)",
                *(self._batch, compared_with, json.dumps(typed_json.plain(findings))),
            )
            self._audit.log("pairs", self._batch, "", "", str(len(findings.pairs)))

    def findings(self) -> tuple[Findings, str] | None:
        """(what was found, what the batch was compared with); None before it was."""
        rows = self._database.rows(
            "SELECT findings, compared_with FROM findings WHERE batch = ?", self._batch
        )
        if not rows:
            return None
        with self._database.reading():
            return typed_json.loads(rows[0]["findings"], Findings), rows[0]["compared_with"]

    def read(self) -> dict[str, Case]:
        """What is decided now, by key."""
        self._seen = self._stored()
        return self._seen

    def _stored(self) -> dict[str, Case]:
        rows = self._database.rows("SELECT * FROM pair WHERE batch = ? ORDER BY key", self._batch)
        with self._database.reading():
            return {r["key"]: Case(r["a"], r["b"], r["key"], _answer(r["answer"]), r["note"]) for r in rows}

    def keep(self, decided: Iterable[Case]) -> dict[str, Case]:
        """All cases after `decided` replaced earlier ones; an open one without a note is taken out."""
        with self._database.writing():
            before = self._stored()
            for case in decided:
                old = before.get(case.key)
                if self._seen is not None and old not in (case, self._seen.get(case.key)):
                    raise StaleError(say("case.changed", a=case.a, b=case.b))
                self._database.run("DELETE FROM pair WHERE batch = ? AND key = ?", self._batch, case.key)
                if merged({}, [case]):
                    self._database.run(
                        "INSERT INTO pair (batch, key, a, b, answer, note) VALUES (?, ?, ?, ?, ?, ?)",
                        *(self._batch, case.key, case.a, case.b, case.answer or "", case.note),
                    )
                answers = (old.answer or "" if old else "", case.answer or "")
                self._audit.log("pair", self._batch, f"{case.a} {case.b}", *answers)
        return self.read()


def _answer(text: str) -> Answer | None:
    return next((answer for answer in get_args(Answer) if answer == text), None)
