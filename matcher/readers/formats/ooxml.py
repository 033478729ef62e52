"""The parts of an Office Open XML file as trees: bounded, without entities, the strict dialect as the usual one."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import IO, Any

from lxml import etree

from matcher import settings
from matcher.errors import DocumentError
from matcher.message import Catalogue
from matcher.numerals import read_digits

say = Catalogue(__file__)

LARGEST_PART = settings.size("readers.ooxml.largest_part")
MOST_TAGS = settings.count("readers.ooxml.most_tags")
_STRICT = re.compile(rb"http://purl\.oclc\.org/ooxml/(\w+)/(\w+)")
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_USUAL = {
    b"wordprocessingml": b"http://schemas.openxmlformats.org/wordprocessingml/2006/",
    b"drawingml": b"http://schemas.openxmlformats.org/drawingml/2006/",
    b"spreadsheetml": b"http://schemas.openxmlformats.org/spreadsheetml/2006/",
    b"officeDocument": b"http://schemas.openxmlformats.org/officeDocument/2006/",
}

# How the types of files that Word takes in begin, with the usual ending of each.
_ENDINGS = (
    ("text/html", ".html"),
    ("application/xhtml", ".html"),
    ("text/plain", ".txt"),
    ("application/rtf", ".rtf"),
    ("text/rtf", ".rtf"),
    ("message/rfc822", ".mht"),
    ("application/vnd.openxmlformats-officedocument.wordprocessingml", ".docx"),
    ("application/vnd.ms-word", ".docx"),
)


class Package:
    """An opened .docx, .xlsx or .xlsb: its parts by the kind of their relation to the main one."""

    def __init__(self, raw: bytes, name: str, main: str = "word/document.xml") -> None:
        """Opens the folder; zipfile.BadZipFile if `raw` is none. `name` is for messages, `main` the usual main part."""
        self._name = name
        self._zip = zipfile.ZipFile(io.BytesIO(raw))
        self._names = {n.lower().lstrip("/"): n for n in self._zip.namelist()}
        self._known: dict[str, dict[str, tuple[str, str]]] = {}
        self._main = next(iter(self._related("", "officeDocument")), main)

    def opened(self, relation: str | None = None) -> IO[bytes]:
        """The bytes of the part that the main one knows by a relation's id, None for the main one; KeyError without it."""
        path = self._main if relation is None else self._relations(self._main)[relation][1]
        return self._zip.open(self._names[path.lower()])

    def stored(self, kind: str) -> bytes:
        """The bytes of the part that the main one calls `kind`; b"" without one."""
        names = [self._names[path.lower()] for path in self._related(self._main, kind)]
        return self._zip.read(names[0]) if names else b""

    def main(self) -> Any:
        """The root of the main part; DocumentError if there is none."""
        root = self.part(self._main)
        if root is None:
            raise DocumentError(say("Word.no main part", name=self._name))
        return root

    def related(self, kind: str) -> Any | None:
        """The root of the part that the main one calls `kind` (styles, numbering, footnotes …); None without one."""
        return next(self.every(kind), None)

    def every(self, kind: str) -> Iterator[Any]:
        """The roots of all parts that the main one calls `kind`."""
        return (root for part in self._related(self._main, kind) if (root := self.part(part)) is not None)

    def referred(self, reference: Any) -> Any | None:
        """The root of the part that an element such as w:headerReference names by its r:id; None without one."""
        _, path = self._relations(self._main).get(local(reference, "id"), ("", ""))
        return self.part(path) if path else None

    def embedded(self, reference: Any) -> tuple[str, bytes]:
        """(ending such as ".html", bytes) of the file that a w:altChunk embeds; ("", b"") for one elsewhere or beyond the bounds."""
        kind, path = self._relations(self._main).get(local(reference, "id"), ("", ""))
        if kind != "aFChunk" or (stored := self._names.get(path.lower())) is None:
            return "", b""
        raw = self._bytes(stored)
        return (self._ending(path), raw) if len(raw) <= LARGEST_PART else ("", b"")

    def _ending(self, path: str) -> str:
        """The ending of a part's format by what the package says of its type, else by its name."""
        extension = path.rpartition(".")[2].lower()
        content = self._types.get(f"/{path}".lower()) or self._types.get(extension, "")
        return next((ending for begin, ending in _ENDINGS if content.startswith(begin)), f".{extension}")

    @cached_property
    def _types(self) -> dict[str, str]:
        """The type of each part by its name, and of others by their ending."""
        types = self.part("[Content_Types].xml")
        kinds: Iterable[Any] = () if types is None else types
        named = (
            (kind.get("PartName") or kind.get("Extension") or "", kind.get("ContentType")) for kind in kinds
        )
        return {name.lower(): (content or "").lower() for name, content in named}

    def _related(self, part: str, kind: str) -> list[str]:
        return [path for own, path in self._relations(part).values() if own == kind]

    def _relations(self, part: str) -> dict[str, tuple[str, str]]:
        """Id → (kind, path) of the parts that a part names."""
        if part not in self._known:
            folder, file = posixpath.split(part)
            root = self.part(posixpath.join(folder, "_rels", f"{file}.rels"))
            known = self._known[part] = {}
            for n, relation in enumerate(() if root is None else root.iterchildren("*")):
                if relation.get("TargetMode") != "External":
                    path = posixpath.normpath(posixpath.join("/", folder, relation.get("Target", "")))
                    kind = relation.get("Type", "").rpartition("/")[2]
                    known[relation.get("Id", str(n))] = (kind, path.lstrip("/"))
        return self._known[part]

    def part(self, path: str) -> Any | None:
        """The root of a part, None where there is none. DocumentError for one beyond the bounds."""
        stored = self._names.get(path.lower())
        if stored is None:
            return None
        raw = self._bytes(stored)
        if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
            raw = utf8(raw.decode("utf-16"))
        tags = raw.count(b"<")
        if len(raw) > LARGEST_PART or tags > MOST_TAGS:
            raise DocumentError(
                say("Word.too large", name=self._name, mb=LARGEST_PART >> 20, most_tags=MOST_TAGS)
            )
        return parsed(_STRICT.sub(lambda m: _USUAL.get(m[1], m[0][: -len(m[2])]) + m[2], raw))

    def beginnings(self, ending: str) -> Iterator[Any]:
        """The roots of all parts whose names end so, in whatever case, with nothing but their attributes."""
        for name in self._zip.namelist():
            if name.lower().endswith(ending):
                with self._zip.open(name) as stream:
                    events = etree.iterparse(stream, ("start",), resolve_entities=False, no_network=True)
                    yield next(events)[1]

    def _bytes(self, stored: str) -> bytes:
        """The bytes of a part, one more than the bound of one that is larger."""
        with self._zip.open(stored) as stream:
            return stream.read(LARGEST_PART + 1)


def utf8(xml: str) -> bytes:
    """An XML text as bytes, without the declaration, which names the encoding that it was in."""
    return re.sub(r"^\s*<\?xml[^>]*\?>", "", xml).encode()


def parsed(xml: bytes) -> Any:
    """The root of an XML document, without its comments; nothing is fetched and no entity grows."""
    return etree.fromstring(
        xml, etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True)
    )


def tag(element: Any) -> str:
    """The local name of an element: "p", "tbl" …; "" for a comment or an instruction."""
    name = element.tag
    return name.rpartition("}")[2] if isinstance(name, str) else ""


def children(element: Any, name: str) -> Iterator[Any]:
    """The Word elements of a local name right below `element`."""
    elements: Iterator[Any] = element.iterchildren(f"{_WORD}{name}")
    return elements


def child(element: Any | None, name: str) -> Any | None:
    """The first Word element of a local name right below `element`, None without one."""
    return None if element is None else element.find(f"{_WORD}{name}")


def attribute(element: Any | None, name: str) -> str:
    """A Word attribute, "" where it or the element is missing."""
    return "" if element is None else str(element.get(f"{_WORD}{name}", ""))


def local(element: Any | None, name: str) -> str:
    """An attribute by its local name, in whatever namespace; "" where it or the element is missing."""
    attributes = () if element is None else element.attrib.items()
    return next((str(value) for key, value in attributes if key.rpartition("}")[2] == name), "")


def count(element: Any, name: str, *, least: int = 1) -> int:
    """An attribute by its local name as a whole number of at least `least`, which it is where it is none."""
    return max(read_digits(local(element, name)) or 0, least)


def number(element: Any | None, name: str) -> int:
    """A Word attribute as a whole number, 0 where it is none."""
    written = attribute(element, name)
    return int(written) if re.fullmatch(r"-?[0-9]{1,12}", written) else 0


def switch(properties: Any | None, name: str) -> bool | None:
    """Whether a property such as w:vanish is on; None where it is not stated."""
    element = child(properties, name)
    return None if element is None else attribute(element, "val") not in ("0", "false", "off")
