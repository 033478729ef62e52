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
from matcher.errors import ReportError, described
from matcher.message import COMMA, Catalogue, joined, spoken
from matcher.readers.encoding import decode
from matcher.readers.source import check_zip
from matcher.sheet import packed_document

if TYPE_CHECKING:
    from jinja2 import Environment

say = Catalogue(__file__)

LETTER_FIELDS = (
    "applicant", "proposal", "title", "id", "guide", "filed", "declared", "suggested", "office", "phone", "example",
    "sentence", "requirement", "standing",
)  # fmt: skip
LetterKind = Literal["move", "outside", "undeclared"]
_KINDS: tuple[LetterKind, ...] = get_args(LetterKind)
LetterLanguage = Literal["zh", "en"]
_LANGUAGES: tuple[LetterLanguage, ...] = get_args(LetterLanguage)
_FORMS = (".txt", ".docx")
# What Word runs when a document is opened or its fields are brought up to date.
_INSTRUCTION = re.compile(r'<w:instrText[^>]*>([^<]*)|w:instr="([^"]*)"')


class Templates:
    """The template of each kind of letter: from the folder `own` where it has one, else the shipped one.

    A file is called after its kind and, unless it is Chinese, its language: move.txt, move.en.docx, outside.txt … Where `own`
    has a kind in Chinese only, its wording is for every applicant of that kind; where it has one as a text only, or as a
    document only, its wording is for letters of both forms.
    """

    def __init__(self, own: Path | None = None) -> None:
        """ReportError where `own` is no folder, holds no template, or holds one that is none: before the work, not after."""
        self._own = own
        self._text, self._document = cache(_read_text), cache(_read_document)
        if own is None:
            return
        names = {
            _name(kind, language, suffix): read
            for kind in _KINDS
            for language in _LANGUAGES
            for suffix, read in zip(_FORMS, (self._text, self._document), strict=True)
        }
        present = [name for name in names if (own / name).is_file()]
        if not present:
            raise ReportError(say("templates.none", own=own, names=joined(names, COMMA)))
        for name in present:
            names[name](own / name)

    def text(self, kind: LetterKind, language: LetterLanguage, values: Mapping[str, str]) -> str:
        """The letter as text, to an applicant who writes `language`; each of `values` speaks that of the template."""
        file, spoken_here = self._file(kind, language, ".txt")
        if file.suffix == ".docx":
            return text_of(self._filled(file, _spoken(values, spoken_here)))
        return self._text(file).substitute(_spoken(values, spoken_here))

    def word(self, kind: LetterKind, language: LetterLanguage, values: Mapping[str, str]) -> bytes:
        """The letter as a .docx, as `text` fills it in, the same bytes for the same values.

        Values stand in it as texts, whatever they hold.
        """
        file, spoken_here = self._file(kind, language, ".docx")
        if file.suffix == ".txt":
            return _document_of(self._text(file).substitute(_spoken(values, spoken_here)))
        return self._filled(file, _spoken(values, spoken_here))

    def _filled(self, file: Path, values: Mapping[str, str]) -> bytes:
        from docxtpl import DocxTemplate

        template = DocxTemplate(io.BytesIO(self._document(file)))
        template.render(values, _environment(), autoescape=True)
        return packed_document(template.save)

    def _file(self, kind: LetterKind, language: LetterLanguage, suffix: str) -> tuple[Path, LetterLanguage]:
        """The template of a letter, and the language that it is in."""
        for each in dict.fromkeys((language, _LANGUAGES[0])):
            for form in (suffix, *_FORMS):
                if self._own and (file := self._own / _name(kind, each, form)).is_file():
                    return file, each
        return shipped.data_file(f"templates/{_name(kind, language, suffix)}"), language


def _name(kind: LetterKind, language: LetterLanguage, suffix: str) -> str:
    return f"{kind}{'' if language == _LANGUAGES[0] else f'.{language}'}{suffix}"


def _spoken(values: Mapping[str, str], language: LetterLanguage) -> dict[str, str]:
    return {name: spoken(value, language) for name, value in values.items()}


def _read_text(file: Path) -> Template:
    """The template of a text; ReportError for a $field that does not exist, or one written as in Word."""
    template = Template(decode(file.read_bytes(), file.name))
    unknown = set(template.get_identifiers()) - set(LETTER_FIELDS) if template.is_valid() else {"$"}
    _check(file, unknown | ({"{{"} if "{{" in template.template else set()))
    return template


def _read_document(file: Path) -> bytes:
    """The bytes of a document that is fit to be a template.

    ReportError for one that is damaged, names a field that does not exist, or would put a value into an instruction
    to Word.
    """
    from docxtpl import DocxTemplate

    check_zip(file, ".docx", file.name)
    content = file.read_bytes()
    try:
        # A document is a template once only: what reads the names of the fields changes it.
        named = DocxTemplate(io.BytesIO(content)).get_undeclared_template_variables(_environment())
        unknown = named - set(LETTER_FIELDS)
        live = _instructions(content)
        if not unknown:
            blank = DocxTemplate(io.BytesIO(content))
            blank.render(dict.fromkeys(LETTER_FIELDS, ""), _environment(), autoescape=True)
    except Exception as error:  # python-docx, lxml and jinja2 raise whatever they meet
        raise ReportError(say("templates.unusable", name=file.name, why=described(error))) from error
    _check(file, unknown)
    if "{" in live:
        raise ReportError(say("templates.live", name=file.name, field=live[:60]))
    return content


def text_of(document: bytes) -> str:
    """A letter in Word as lines, a row of a table with tabs between its cells, with the head of its pages and their foot."""
    import docx
    from docx.text.paragraph import Paragraph

    letter = docx.Document(io.BytesIO(document))
    lines = []
    for part in (letter.sections[0].header, letter, letter.sections[0].footer):
        for block in part.iter_inner_content():
            rows = [[block]] if isinstance(block, Paragraph) else [row.cells for row in block.rows]
            lines += ["\t".join(dict.fromkeys(each.text for each in row)) for row in rows]
    return "\n".join(lines).strip("\n")


def _document_of(text: str) -> bytes:
    """A letter that is a text as a .docx, a paragraph a line."""
    import docx

    letter = docx.Document()
    for line in text.splitlines():
        letter.add_paragraph(line)
    return packed_document(letter.save)


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
