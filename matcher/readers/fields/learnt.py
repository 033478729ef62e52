"""The field that a name nobody listed stands for, learnt from the names of many hands (training/field_names.py).

How likely it is each field's is what a logistic regression makes of its signs: its words, or its runs of letters.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from itertools import pairwise
from typing import Literal
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load

from matcher import settings, shipped
from matcher.readers.fields.labels import HINT, bare_name, label_key, names
from matcher.readers.fields.words import remembered

Built = Literal["no", "whole", "heading", "loose"]  # where a name stands, see `joined.fields_of`
NONE = "other"  # what the file calls a text that is no name, or the name of nothing that is read
_LONGEST = settings.letters("readers.learnt_names.longest")
_MOST_WORDS = settings.words("readers.learnt_names.most")
# How likely a name must be a field's, by where it stands.
_LEAST = {built: settings.share(f"readers.learnt_names.{built}") for built in ("whole", "heading", "loose")}
_OF_WORD = settings.share("readers.learnt_names.word")
_SHORTEST = settings.letters("readers.learnt_names.shortest")
LEARNT = 5_000  # the place of a name that nobody listed, after all that are
_NEAR = settings.share("readers.learnt_names.near")
_SLIP = settings.percent("readers.learnt_names.slip")
_TABLES = settings.chunk("readers.learnt_names.tables")
_LONGEST_RUN = settings.letters("readers.learnt_names.run")
_WORD = re.compile(r"[a-z][a-z'\-]*|\d+")
_SECTION = re.compile(
    r"^(?:(?:section|part|annex|item|field|[a-z])\s*[a-z]?\d{0,2}(?:\.\d{1,2})*\s*[.:)\-]|\d{1,2}\.?(?=\s))\s*"
)
# A value, an address or a sentence stands in these: 方向：智能运检, Strand 3, topic of the call 2026.
_NO_NAME = re.compile(
    r"[“”《》「」。！!;；，@]|——|\d{3}|[:：]\s*[^a-z\s:：]|(?<=[a-z] )\d+(?:[-–.]\d+)*$|^(?:i|we|they|he|she) "
)
# A value of proper nouns behind a name: Lead institution St Anne's Hospital, but Title of the Proposed Study.
_WITH_VALUE = re.compile(r"\b(?!(?:this|your|under|from|with|which)\b)[a-z]{4,} (?:[A-Z][\w.'’]+ ?){2,}$")
# Of what is done and to what end: which of these a name asks for matters less than that it asks for one.
_OF_WORK = frozenset(("content", "methods", "goals", "innovation"))


class FieldNames:
    """The weights of the signs, (signs, fields), and of each field alone, (fields,); `fields` are those of labels.toml, and NONE."""

    def __init__(
        self, weights: NDArray[np.float32], intercepts: NDArray[np.float32], fields: tuple[str, ...]
    ) -> None:
        """As a file of data/ has them."""
        self.weights, self.intercepts, self.fields = weights, intercepts, fields

    def shares(self, text: str) -> NDArray[np.float32]:
        """How likely a name, as `name_text` has it, stands for each of the fields, (fields,)."""
        rows = self.weights[signs(text, len(self.weights))]
        odds = self.intercepts + rows.sum(axis=0) / np.sqrt(len(rows))
        shares = np.exp(odds - odds.max())
        return np.asarray(shares / shares.sum())


@cache
def shipped_names() -> FieldNames:
    """What was learnt."""
    tensors = load(shipped.data_file(settings.file("readers.learnt_names.weights")).read_bytes())
    fields = tuple(tensors["fields"].tobytes().decode().split())
    return FieldNames(tensors["weights"] * tensors["steps"], tensors["intercepts"], fields)


@remembered
def likeliest(name: str) -> tuple[str, float]:
    """(the field that a name most likely stands for, how likely); ("", 0) for what is no name, or of no field.

    >>> likeliest("拟开展的研究题目")[0], likeliest("名称：王某某"), likeliest("soil carbon title")
    ('title', ('', 0.0), ('', 0.0))
    """
    if not (text := name_text(name)):
        return "", 0.0
    shares = shipped_names().shares(text)
    best = int(shares.argmax())
    field = shipped_names().fields[best]
    if field == NONE:
        return "", 0.0
    kin = [
        n for n, other in enumerate(shipped_names().fields) if other == field or {field, other} <= _OF_WORK
    ]
    return field, float(shares[kin].sum())


def learnt_fields(name: str, built: Built) -> tuple[tuple[str, int], ...]:
    """The field of a name that is like those of many hands, after all that are listed; short ones are also plain words."""
    if built == "no" or not (text := name_text(name)):
        return ()
    least = _LEAST[built]
    if built == "whole" and (len(text.split()) == 1 if text.isascii() else len(text) < _SHORTEST):
        least = _OF_WORD if text.isascii() else 1.0
    field, share = likeliest(name)
    return ((field, LEARNT),) if share >= least else ()


def near(name: str, wanted: tuple[str, ...]) -> str | None:
    """The field of `wanted` that an unknown name may mean, or be a slip for, to be asked about and never taken; None if none is near."""
    from rapidfuzz import fuzz, process  # here: most tables have only known names

    if not (text := name_text(name)):
        return None
    learnt = shipped_names()
    shares = {learnt.fields[n]: share for n, share in enumerate(learnt.shares(text).tolist())}
    likely = max(wanted, key=lambda field: shares.get(field, 0.0), default="")
    if shares.get(likely, 0.0) >= _NEAR:
        return likely
    best = process.extractOne(label_key(name), _named(wanted), scorer=fuzz.ratio, score_cutoff=_SLIP)
    return best and next(field for field, _ in names(column=False)[best[0]] if field in wanted)


@lru_cache(maxsize=_TABLES)
def _named(wanted: tuple[str, ...]) -> tuple[str, ...]:
    """The names of these fields as they are compared."""
    return tuple(k for k, places in names(column=False).items() if any(f in wanted for f, _ in places))


@remembered
def name_text(name: str) -> str:
    """A name as its signs are sought in it, folded, in lower case; "" for a text that is none: a value, a sentence."""
    text = bare_name(name).replace("_", " ")
    if _NO_NAME.search(text.strip(" :.?*")) or _WITH_VALUE.search(name):
        return ""
    if text.isascii():
        text = _SECTION.sub("", text).strip(" .:?*>")
        words = _WORD.findall(text)
        return text if 0 < len(words) <= _MOST_WORDS and re.search("[aeiouy]", text) else ""  # ZNFX is a code
    text = HINT.sub("", re.sub(r"[^\w、]", "", re.sub("[/,]", "、", text)))
    return text if len(text) <= _LONGEST else ""


def signs(text: str, count: int) -> list[int]:
    """The numbers below `count` of a name's signs: English words with those beside them and their runs of letters, Chinese runs of letters."""
    if text.isascii():
        words = ["0" if word.isdigit() else word for word in _WORD.findall(text)]
        around = [*pairwise(["^", *words, "$"])]
        runs = [f"<{word}>" for word in words]
        parts = [*words, *(f"{one} {two}" for one, two in around), f"# {len(words)}"]
        parts += [
            f"-{run[i : i + _LONGEST_RUN]}"
            for run in runs
            for i in range(max(1, len(run) - _LONGEST_RUN + 1))
        ]
    else:
        run = f"^{text}$"
        parts = [run[i : i + n] for n in range(1, _LONGEST_RUN + 1) for i in range(len(run) - n + 1)]
        parts.append(f"# {len(text) // 2}")
    return sorted({crc32(part.encode(errors="replace")) % count for part in parts})
