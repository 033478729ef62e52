"""Attacks on what a user names beside the inputs: a file of settings, the address of an archive, a folder of templates."""

from __future__ import annotations

import io
import os
import random
import shutil
import zipfile
from pathlib import Path

from docx import Document

from matcher import settings, shipped
from matcher.archive import place_of
from matcher.archive.milvus.connection import Address
from matcher.errors import MatcherError
from matcher.settings import UNITS, _checked
from matcher.triage.templates import LETTER_FIELDS, Templates

SECRET = "pa55-w0rd"
_VALUES = (
    "nan", "-nan", "inf", "-inf", "1e400", "-1", "0", "9" * 30, "9" * 5000, "1_0", "0x7fffffffffffffffffff", "true", '"1"', '""', "[]",
    "[" * 3000 + "]" * 3000, "{}", "{a.b = 1}", "1979-05-27", '"""\n\n"""', '"\\u001b]0;x\\u0007"', "'" + "文" * 5000 + "'", "", "= 1",
)  # fmt: skip
_ADDRESSES = (
    "{s}", "{s}host", "{s}host:0/c", "{s}host:99999/c", "{s}host:x/c", "{s}u:{p}@host/c", "{s}u:{p}@/c", "{s}:{p}@host:19530/c",
    "{s}u:{p}@host:port/c", "{s}u:{p}@[::1/c", "{s}u:{p}@[::1]:19530/db/c", "{s}u:{p}@host/a/b/c/d", "{s}u:{p}@host/c?token={p}",
    "{s}u:{p}@host/c#{p}", "{s}/{o}/x.db", "{s}/../../{o}", "{s}u:{p}@host/{o}", "{s}u:{p}%zz@h/{o}", "{s}{o}:{p}@{o}:{o}/{o}", "{s}u:{p}@{o}",
)  # fmt: skip


def attack_settings(rng: random.Random, place: Path, odd: str) -> None:
    """A user's file of settings is refused, or every value of it is in range."""
    file, key = place / "own.toml", rng.choice(list(settings.shipped()))
    value = rng.choice((*_VALUES, str(rng.uniform(-2, 1e6)), str(rng.randrange(-5, 10**7)), repr(odd)))
    name = rng.choice(
        (
            key, key, key, key.upper(), f'"{odd}"', '"a\\nb"', ".".join("a" * 2000), f"{key}.{key}", key.partition(".")[0],
        )
    )  # fmt: skip
    text = f"{name} = {value}\n" * rng.choice((1, 1, 2))
    way = rng.randrange(9)
    if way == 0:
        os.mkfifo(file)
    elif way == 1:
        file.mkdir()
    elif way == 2:
        file.symlink_to("/dev/zero")
    elif way == 3:
        file.write_bytes(rng.randbytes(300))
    elif way == 4:
        file.write_bytes(b"# " * 1_000_000 + text.encode("utf-8", "replace"))
    elif way > 5:  # else missing
        file.write_text(text, "utf-8", "replace")
    for known, read in _checked(file).items():
        assert UNITS[known.rpartition(".")[2]].fits(read)
    assert way > 5 or way == 3


def attack_address(rng: random.Random, _: Path, odd: str) -> None:
    """What is written as an archive is a place or refused, and nobody is shown its password."""
    scheme = rng.choice(("milvus://", "milvus+tls://", "milvus:///"))
    written = rng.choice(_ADDRESSES).format(s=scheme, p=SECRET, o=odd)
    if rng.random() < 0.3:
        at = rng.randrange(len(scheme), len(written) + 1)
        written = written[:at] + odd[:3] + written[at:]
    try:
        found = place_of(written)
    except MatcherError as error:
        assert SECRET not in str(error)  # noqa: PT017
        raise
    assert isinstance(found, Address | Path)
    # Behind the host a password is a name like any other.
    if "@" in written and SECRET not in written.rpartition("@")[2]:
        assert SECRET not in f"{found} {found!r} {found.name}"


_PIECES = (
    "$title", "${title}", "$nothing", "$", "$$", "${", "{{ title }}", "{{ nothing }}", "{{", "{% for i in range(10**9) %}x{% endfor %}",
    "{{ ''.__class__.__mro__ }}", "{{ title.__class__ }}", "{% include '/etc/passwd' %}", "{{ '%s' * 10**9 }}", "{{ 10**10**8 }}", "{% raw %}",
    "{% import 'os' as os %}", "{{ cycler.__init__.__globals__ }}", "{{ [1] * 10**9 }}", "{{p title }}", "{{ lipsum() }}",
)  # fmt: skip


def attack_template(rng: random.Random, place: Path, odd: str) -> None:
    """A template is refused, or gives a letter in which the values are texts."""
    own = place / "own"
    own.mkdir()
    body = " ".join(rng.choices((*_PIECES, "text"), k=rng.randint(1, 3)))
    kind = rng.choice(("txt", "docx", "shipped"))
    if kind == "txt":
        (own / "move.txt").write_text(body + odd, "utf-8", "replace")
    elif kind == "docx":
        made = Document()
        made.add_paragraph(body)
        made.save(str(own / "move.docx"))
    else:
        shutil.copy(shipped.data_file("templates/move.docx"), own / "move.docx")
    if kind != "txt" and rng.random() < 0.3:
        raw = bytearray((own / "move.docx").read_bytes())
        raw[rng.randrange(len(raw))] ^= 255
        (own / "move.docx").write_bytes(raw)
    values = dict.fromkeys(LETTER_FIELDS, f"{{{{ title }}}} $id {odd}")
    if kind == "txt":
        assert "$nothing" not in Templates(own).text("move", "zh", values)
        return
    letter = Templates(own).word("move", "zh", values)
    assert letter == Templates(own).word("move", "zh", values)
    assert zipfile.ZipFile(io.BytesIO(letter)).testzip() is None
