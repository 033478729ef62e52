"""Templates of letters to applicants, which anyone may edit: texts with $fields, Word documents with {{ fields }}."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Literal, get_args

from matcher import shipped
from matcher.errors import ReportError
from matcher.message import COMMA, Catalogue, joined
from matcher.readers.encoding import decode
from matcher.readers.source import check_zip
from matcher.sheet import repacked

if TYPE_CHECKING:
    from jinja2 import Environment

say = Catalogue(__file__)

LETTER_FIELDS = (
    "applicant", "proposal", "title", "id", "guide", "filed", "declared", "suggested", "office", "phone", "example",
    "sentence", "requirement",
)  # fmt: skip
LetterKind = Literal["move", "outside", "undeclared"]
_KINDS: tuple[LetterKind, ...] = get_args(LetterKind)
_NAMES = {f"{kind}{suffix}": (kind, suffix) for kind in _KINDS for suffix in (".txt", ".docx")}
# What Word runs when a document is opened or its fields are brought up to date.
_INSTRUCTION = re.compile(r'<w:instrText[^>]*>([^<]*)|w:instr="([^"]*)"')


class Templates:
    """The template of each kind of letter: from the folder `own` where it has one, else the shipped one.

    A file is called after its kind: move.txt, move.docx, outside.txt …
    """

    def __init__(self, own: Path | None = None) -> None:
        """ReportError where `own` is no folder, holds no template, or holds one that is none: before the work, not after."""
        self._own = own
        self._text, self._document = cache(self._read_text), cache(self._read_document)
        if own is None:
            return
        present = [name for name in _NAMES if (own / name).is_file()]
        if not present:
            raise ReportError(say("templates.none", own=own, names=joined(_NAMES, COMMA)))
        for name, (kind, suffix) in _NAMES.items():
            if name in present:
                (self._document if suffix == ".docx" else self._text)(kind)

    def text(self, kind: LetterKind, values: Mapping[str, str]) -> str:
        """The letter as text."""
        return self._text(kind).substitute(values)

    def _read_text(self, kind: LetterKind) -> Template:
        """The template of a text; ReportError for a $field that does not exist, or one written as in Word."""
        file = self._file(f"{kind}.txt")
        template = Template(decode(file.read_bytes(), file.name))
        unknown = set(template.get_identifiers()) - set(LETTER_FIELDS) if template.is_valid() else {"$"}
        _check(file, unknown | ({"{{"} if "{{" in template.template else set()))
        return template

    def word(self, kind: LetterKind, values: Mapping[str, str]) -> bytes:
        """The letter as a .docx, the same bytes for the same values.

        Values stand in it as texts, whatever they hold.
        """
        from docxtpl import DocxTemplate

        template, loose = DocxTemplate(io.BytesIO(self._document(kind))), io.BytesIO()
        template.render(dict(values), _environment(), autoescape=True)
        template.save(loose)
        with io.BytesIO() as packed:
            repacked(loose, packed)
            return packed.getvalue()

    def _file(self, name: str) -> Path:
        own = self._own / name if self._own else None
        return own if own is not None and own.is_file() else shipped.data_file(f"templates/{name}")

    def _read_document(self, kind: LetterKind) -> bytes:
        """The bytes of a document that is fit to be a template.

        ReportError for one that is damaged, names a field that does not exist, or would put a value into an instruction
        to Word.
        """
        from docxtpl import DocxTemplate

        file = self._file(f"{kind}.docx")
        check_zip(file, ".docx", file.name)
        content = file.read_bytes()
        try:
            # A document is a template once only: what reads the names of the fields changes it.
            unknown = DocxTemplate(io.BytesIO(content)).get_undeclared_template_variables(
                _environment()
            ) - set(LETTER_FIELDS)
            live = _instructions(content)
            if not unknown:
                blank = DocxTemplate(io.BytesIO(content))
                blank.render(dict.fromkeys(LETTER_FIELDS, ""), _environment(), autoescape=True)
        except Exception as error:  # python-docx, lxml and jinja2 raise whatever they meet
            why = " ".join(f"{type(error).__name__}: {error}".split())[:120]
            raise ReportError(say("templates.unusable", name=file.name, why=why)) from error
        _check(file, unknown)
        if "{" in live:
            raise ReportError(say("templates.live", name=file.name, field=live[:60]))
        return content


def text_of(document: bytes) -> str:
    """The paragraphs of a letter in Word, as lines, for a look before it is sent."""
    import docx

    return "\n".join(paragraph.text for paragraph in docx.Document(io.BytesIO(document)).paragraphs)


def _environment() -> Environment:
    """What fills a template in: it reaches nothing but the values, which it escapes, and has names and conditions only.

    A loop or a power may take for ever, and a call may write another text each time.
    """
    from jinja2 import StrictUndefined, TemplateSyntaxError, nodes
    from jinja2.sandbox import SandboxedEnvironment

    texts = (nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const)
    conditions = (nodes.If, nodes.CondExpr, nodes.Compare, nodes.Operand, nodes.Not, nodes.And, nodes.Or)

    class LetterFields(SandboxedEnvironment):
        def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
            tree = super()._parse(source, name, filename)
            for node in tree.find_all(nodes.Node):
                if not isinstance(node, (*texts, *conditions)):
                    raise TemplateSyntaxError(f"{type(node).__name__} is not allowed", node.lineno)
            return tree

    return LetterFields(autoescape=True, undefined=StrictUndefined)


def _instructions(document: bytes) -> str:
    """All instructions to Word in a document, its headers, footers and notes."""
    with zipfile.ZipFile(io.BytesIO(document)) as folder:
        names = [name for name in folder.namelist() if name.endswith(".xml")]
        parts = [folder.read(name).decode("utf-8", "replace") for name in names]
    return "".join(one + two for part in parts for one, two in _INSTRUCTION.findall(part))


def _check(file: Path, unknown: set[str]) -> None:
    if unknown:
        named, fields = joined(sorted(unknown), COMMA), joined(LETTER_FIELDS, COMMA)
        raise ReportError(say("templates.field", name=file.name, unknown=named, fields=fields))
