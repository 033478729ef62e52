"""A guide by its file: read, or taken as a person mended it or as the cache folder keeps it; and the edits that mend it.

    guides/<hash>.json    in the cache: a checksum in the first line, the guide as JSON in the second

The name there is a hash of everything that decides the reading, so no guide can come of another document, program or setting.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from matcher import settings, shipped, typed_json
from matcher.errors import GuideError, reason
from matcher.files import data_folder, replacing_file, unwritten
from matcher.guide import serial
from matcher.message import Catalogue, Message
from matcher.readers import Document, read_document
from matcher.readers.source import LARGEST_FILE, check_regular
from matcher.segment import fold
from matcher.types import AuditLine, Guide, Topic

say = Catalogue(__file__)

_PACKAGE = Path(__file__).parent.parent


def read_guide(path: Path) -> Guide:
    """The guide in a file of any readable format, or the one that a person made of it.

    A mended guide that was saved for this content is used in its place, with a finding that says so.
    Raises DocumentError if the file cannot be read, GuideError if it holds no list of topics.
    """
    check_regular(path := Path(path), LARGEST_FILE)
    raw = path.read_bytes()
    digest = sha256(raw).hexdigest()
    if (mended := saved(digest)) is not None:
        return mended
    if path.suffix.lower() == ".json" and (guide := serial.loads(raw, path.stem, digest)) is not None:
        return guide
    if path.suffix.lower() == ".xlsx" and (guide := serial.from_workbook(raw, path.stem)) is not None:
        return guide
    # Here and below, since the patterns take a tenth of a second to compile, and the guide may be cached.
    from matcher.guide.reading import parse_document

    return parse_document(read_document(path))


def check_topics(guide: Guide) -> None:
    """GuideError for a guide put together by a program that has no topics, or one without a title."""
    name = guide.title or guide.id
    if not guide.topics:
        raise GuideError(say("serial.no topics", name=name))
    for place, topic in enumerate(guide.topics, 1):
        if not fold(topic.title).strip():
            raise GuideError(say("serial.no title", name=name, place=place))


def blank_guide(document: Document) -> Guide:
    """A guide without topics whose lines are all unread: what a person fills in where the reader gave up."""
    from matcher.guide.reading import slug
    from matcher.guide.text.blocks import clean

    audit = tuple(AuditLine(n, "unread", clean(t)) for n, t in enumerate(document.lines, 1) if clean(t))
    return Guide(slug(document.name), document.name, (), audit, (), document.sha256)


def save(guide: Guide, original: bytes, suffix: str) -> Path:
    """Keep a mended guide beside a copy of the document it came from, under the document's hash."""
    folder = data_folder() / "guides" / sha256(original).hexdigest()
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / "guide.json"
    for file, content in ((folder / f"original{suffix}", original), (target, serial.as_bytes(guide))):
        with replacing_file(file) as part:
            part.write_bytes(content)
    return target


def saved(digest: str) -> Guide | None:
    """The mended guide for a document's hash, with a finding that says so; None if there is none."""
    path = data_folder() / "guides" / digest / "guide.json"
    if not path.is_file():
        return None
    raw = path.read_bytes()
    guide = serial.loads(raw, "guide", sha256(raw).hexdigest())
    if guide is None:
        raise GuideError(say("mending.damaged", path=path))
    note = say("mending.read", path=path)
    return replace(guide, findings=(note, *guide.findings), mended=True)


def edition(digest: str) -> str:
    """A name for the mended guide of a document that changes with its content; "" where there is none."""
    path = data_folder() / "guides" / digest / "guide.json"
    return sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def forget(digest: str) -> None:
    """Remove the mended guide of a document, so that the document is read again."""
    (data_folder() / "guides" / digest / "guide.json").unlink(missing_ok=True)


def split(topics: Sequence[Topic], at: int, line: int, audit: Sequence[AuditLine]) -> tuple[Topic, ...]:
    """Topic `at` (from 0) cut at a line of the document: that line is the title of a new topic after it.

    GuideError unless the line lies within the topic, below its title.
    """
    from matcher.guide.text.marks import marks_of

    topic = topics[at]
    first, last = topic.lines
    texts = {a.line: a.text for a in audit}
    if not first < line <= last or line not in texts:
        raise GuideError(say("edits.line", line=line, id=topic.id, first=first + 1, last=last))
    head = replace(topic, content=_text(texts, first + 1, line - 1), lines=(first, line - 1))
    group = topic.section_number
    number = max(t.number for t in topics if t.section_number == group) + 1
    title = texts[line]
    mark = max(marks_of(fold(title)).values(), key=lambda m: m.start, default=None)
    if mark is not None and len(fold(title)) == len(title):
        title = title[mark.start :]
    new = replace(
        topic, id=f"{group}-{number:02d}", number=number, title=title, content=_text(texts, line + 1, last), code="", slots=(),
        lines=(line, last),
    )  # fmt: skip
    return (*topics[:at], head, new, *topics[at + 1 :])


def merge(topics: Sequence[Topic], at: int) -> tuple[Topic, ...]:
    """Topic `at` (from 0) with the next one as part of its contents; GuideError for the last topic."""
    if at + 1 >= len(topics):
        raise GuideError(say("edits.last"))
    one, other = topics[at], topics[at + 1]
    content = "\n".join(t for t in (one.content, other.title, other.content) if t)
    slots: dict[str, list[str]] = {}
    for name, text in (*one.slots, *other.slots):
        slots.setdefault(name, []).append(text)
    office, source = (one.office, one.office_source) if one.office else (other.office, other.office_source)
    lines = (min(one.lines[0], other.lines[0]), max(one.lines[1], other.lines[1]))
    joined = tuple((name, "\n".join(texts)) for name, texts in slots.items())
    merged = replace(one, content=content, slots=joined, office=office, office_source=source, lines=lines)
    return (*topics[:at], merged, *topics[at + 2 :])


def renumber(topics: Sequence[Topic]) -> tuple[Topic, ...]:
    """The topics counted from 1 within each section, in their order; sections keep their numbers."""
    counts: dict[str, int] = {}
    renumbered: list[Topic] = []
    for topic in topics:
        group = topic.section_number
        counts[group] = counts.get(group, 0) + 1
        renumbered.append(replace(topic, id=f"{group}-{counts[group]:02d}", number=counts[group]))
    return tuple(renumbered)


def _text(texts: dict[int, str], first: int, last: int) -> str:
    lines = [texts[n] for n in range(first, last + 1) if n in texts]
    return "\n".join(re.sub(r"^(?:主要)?研究内容[：:]\s*", "", line) for line in lines)


def open_or_read(path: Path, cache: Path) -> tuple[Guide, Message | None]:
    """The guide in a file as `read_guide` gives it, and a note where the cache was damaged or cannot be written.

    A mended guide is never kept here, nor what cannot be read. Raises DocumentError or GuideError as `read_guide` does.
    """
    check_regular(path, LARGEST_FILE)
    raw = path.read_bytes()
    digest = sha256(raw).hexdigest()
    if not raw or edition(digest):
        return read_guide(path), None
    file = cache / "guides" / f"{_recipe(path.name, digest)}.json"
    note: Message | None = None
    try:
        return _read(file), None
    except FileNotFoundError:
        pass  # read for the first time
    except (OSError, ValueError) as error:
        note = say("cache.damaged", name=file.name, error=reason(error))
    guide = read_guide(path)
    try:
        if guide.sha256 == digest:  # the document has not changed meanwhile
            _write(file, guide)
    except OSError as error:
        note = unwritten(cache, error)
    return guide, note


def _recipe(name: str, digest: str) -> str:
    """A hash of everything that decides the reading: the document and its name, our code, word lists and settings, libraries."""
    lists = [
        shipped.data_file(str(value)) for key, value in settings.values().items() if key.endswith(".file")
    ]
    files = [*sorted(_PACKAGE.rglob("*.py")), *(file for file in lists if file.is_file())]
    code = sha256()
    for file in files:
        code.update(file.read_bytes())
    # Each with its version, as its folder is called: to ask them takes longer than to read a guide.
    libraries = sorted(entry.name for folder in sys.path for entry in Path(folder).glob("*.*-info"))
    basis = [name, digest, code.hexdigest(), settings.digest(), libraries, sys.version]
    return sha256(json.dumps(basis).encode()).hexdigest()[:24]


def _read(file: Path) -> Guide:
    """The guide in a file of the cache; OSError, or ValueError if it is not as it was written."""
    checksum, _, text = file.read_bytes().partition(b"\n")
    if sha256(text).hexdigest().encode() != checksum:
        raise ValueError("checksum")
    return typed_json.loads(text, Guide)


def _write(file: Path, guide: Guide) -> None:
    text = json.dumps(typed_json.plain(guide)).encode()
    file.parent.mkdir(parents=True, exist_ok=True)
    with replacing_file(file) as part:
        part.write_bytes(sha256(text).hexdigest().encode() + b"\n" + text)
