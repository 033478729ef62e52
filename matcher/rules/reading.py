"""The rules of a guide from a file: data/rules/<guide>.toml, each with the guide's own clause.

What the checks find are findings for people, never part of a text score.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

from matcher import shipped
from matcher.errors import RulesError, reason
from matcher.message import Catalogue, Message
from matcher.readers.source import LARGEST_FILE, check_regular

say = Catalogue(__file__)

Status = Literal["broken", "possible", "unchecked"]

# kind → the settings that it needs, and those that it may have.
RULE_KINDS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "organisation_limit": (("limit",), ("section",)),
    "investigator_limit": (("limit",), ()),
    "investigator_also_member": ((), ("limit",)),
    "yearly_limit": (("limit",), ()),
    "running_projects": ((), ("limit",)),
    "deadline": (("until",), ()),
    "budget_limit": ((), ("most", "least")),
    "text_limit": (("field",), ("most", "least")),
    "born_after": (("after",), ()),
}


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `clause` is where the guide says so; numbers are counts, 万元 or characters by kind."""

    id: str
    kind: str
    clause: str
    limit: int = 0
    section: str = ""
    until: datetime | None = None
    after: date | None = None
    field: str = ""
    most: float | None = None
    least: float | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one guide; `note` says what the guide leaves unstated, "" for nothing: a Message, or one text for both languages."""

    guide: str
    note: str
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule says of one row or organisation, for people.

    `broken`: as written, the rule is not kept. `possible`: it may be so, a person has to look (a
    same name elsewhere). `unchecked`: the batch lacks what the rule asks about; that is not "kept".
    """

    rule: str
    status: Status
    message: Message
    clause: str


def rules_for(guide_id: str) -> Path | None:
    """The shipped rules file of a guide, named after the guide's id; None if there is none."""
    file = shipped.data_file(f"rules/{guide_id}.toml")
    return file if Path(guide_id).name == guide_id and file.is_file() else None


def guide_rules(guide_id: str) -> Rules | None:
    """The shipped rules of a guide, None if there are none; RulesError as `read_rules`."""
    file = rules_for(guide_id)
    return read_rules(file) if file else None


def read_rules(path: Path) -> Rules:
    """The rules of a .toml file. RulesError, naming the rule, for anything that is not understood."""
    check_regular(Path(path), LARGEST_FILE)
    try:
        loaded = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise RulesError(say("file.not TOML", path=path, why=reason(error))) from error
    tables = loaded.get("rule", [])
    if not isinstance(tables, list) or not all(isinstance(t, dict) for t in tables):
        raise _wrong(path, "rule", "[[rule]]")
    if unknown := loaded.keys() - {"guide", "note", "rule"}:
        raise _wrong(path, "、".join(sorted(unknown)), "guide、note、[[rule]]")
    rules = tuple(_rule(path, table) for table in tables)
    if twice := {r.id for r in rules if [s.id for s in rules].count(r.id) > 1}:
        raise _wrong(path, "、".join(sorted(twice)), say("expected.ids"))
    return Rules(str(loaded.get("guide", "")), _note(path, loaded.get("note", "")), rules)


def _note(path: Path, note: object) -> str:
    """The note: a Message where a list gives two languages, else the one text that it is."""
    if isinstance(note, str):
        return note.strip()
    if isinstance(note, list) and len(note) == 2 and all(isinstance(text, str) for text in note):
        return Message(*note)
    raise _wrong(path, "note", '["中文", "English"]')


def _rule(path: Path, table: Mapping[str, Any]) -> Rule:
    kind = str(table.get("kind", ""))
    name = str(table.get("id") or kind)
    if kind not in RULE_KINDS:
        raise _wrong(path, f"{name}.kind = {kind}", "、".join(RULE_KINDS))
    needed, allowed = RULE_KINDS[kind]
    for key in ("id", "clause", *needed):
        if table.get(key) in (None, ""):
            raise _wrong(path, name, f"{key} = …")
    if unknown := table.keys() - {"id", "kind", "clause", *needed, *allowed}:
        raise _wrong(path, f"{name}.{sorted(unknown)[0]}", "、".join((*needed, *allowed)))
    if kind in ("budget_limit", "text_limit") and not {"most", "least"} & table.keys():
        raise _wrong(path, name, "most / least")
    values = {key: _value(path, name, key, value) for key, value in table.items() if key != "kind"}
    return Rule(kind=kind, **values)


# setting → (an example, whether a value is one); any other is a text.
_SETTINGS: Mapping[str, tuple[str, Callable[[Any], bool]]] = {
    "until": ("2024-04-12T17:00:00", lambda value: isinstance(value, datetime) and value.tzinfo is None),
    "after": ("1989-01-01", lambda value: type(value) is date),
    "limit": ("0, 1, 2 …", lambda value: type(value) is int and value >= 0),
    "most": ("80", lambda value: type(value) in (int, float) and value >= 0),
    "least": ("80", lambda value: type(value) in (int, float) and value >= 0),
    "field": ("title、abstract", lambda value: value in ("title", "abstract")),
}


def _value(path: Path, rule: str, key: str, value: Any) -> Any:
    """A setting in its type; a date without a time is the end of that day for `until`."""
    if key == "until" and type(value) is date:
        return datetime(value.year, value.month, value.day, 23, 59, 59)
    expected, fits = _SETTINGS.get(key, (say("expected.text"), lambda value: isinstance(value, str)))
    if not fits(value):
        raise _wrong(path, f"{rule}.{key} = {value}", expected)
    return value


def _wrong(path: Path, rule: str, expected: str) -> RulesError:
    return RulesError(say("file.rule", file=Path(path).name, rule=rule, expected=expected))
