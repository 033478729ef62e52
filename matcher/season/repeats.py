"""Pairs of concern in a season: what was found in a batch, and what reviewers decided of each pair."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import get_args

from matcher import typed_json
from matcher.duplicates import Findings
from matcher.duplicates.cases import Answer, Case, merged
from matcher.season import store
from matcher.season.audit import Audit


class BatchCases:
    """The findings and cases of one batch; all methods raise SeasonError, named, for what is wrong with the file.

    It keeps cases as `duplicates.cases.CaseFile` does beside an archive, and logs who decided.
    """

    def __init__(self, connection: sqlite3.Connection, file: Path, audit: Audit, batch: int) -> None:
        """The pairs of `batch` in the season `file`."""
        self._connection, self._file, self._audit, self._batch = connection, file, audit, batch

    def keep_findings(self, findings: Findings, compared_with: str) -> None:
        """Keep what was found, in the place of an earlier comparison; what was decided of a pair stays."""
        with store.writing(self._connection, self._file):
            self._connection.execute(
                "INSERT OR REPLACE INTO findings (batch, compared_with, findings) VALUES (?, ?, ?)",
                (self._batch, compared_with, json.dumps(typed_json.plain(findings))),
            )
            self._audit.log("pairs", self._batch, "", "", str(len(findings.pairs)))

    def findings(self) -> tuple[Findings, str] | None:
        """(what was found, what the batch was compared with); None before it was."""
        rows = store.rows(
            self._connection,
            self._file,
            "SELECT findings, compared_with FROM findings WHERE batch = ?",
            (self._batch,),
        )
        if not rows:
            return None
        with store.reading(self._file):
            return typed_json.loads(rows[0]["findings"], Findings), rows[0]["compared_with"]

    def read(self) -> dict[str, Case]:
        """What is decided now, by key."""
        rows = store.rows(
            self._connection, self._file, "SELECT * FROM pair WHERE batch = ? ORDER BY key", (self._batch,)
        )
        with store.reading(self._file):
            return {r["key"]: Case(r["a"], r["b"], r["key"], _answer(r["answer"]), r["note"]) for r in rows}

    def keep(self, decided: Iterable[Case]) -> dict[str, Case]:
        """All cases after `decided` replaced earlier ones; an open one without a note is taken out."""
        with store.writing(self._connection, self._file):
            before = self.read()
            for case in decided:
                old = before.get(case.key)
                self._connection.execute(
                    "DELETE FROM pair WHERE batch = ? AND key = ?", (self._batch, case.key)
                )
                if merged({}, [case]):
                    self._connection.execute(
                        "INSERT INTO pair (batch, key, a, b, answer, note) VALUES (?, ?, ?, ?, ?, ?)",
                        (self._batch, case.key, case.a, case.b, case.answer or "", case.note),
                    )
                answers = (old.answer or "" if old else "", case.answer or "")
                self._audit.log("pair", self._batch, f"{case.a} {case.b}", *answers)
        return self.read()


def _answer(text: str) -> Answer | None:
    return next((answer for answer in get_args(Answer) if answer == text), None)
