r"""LaTeX sources (.tex): title, authors, abstract, headings and text as the page shows them; mathematics stays as written.

No macro is expanded: of a command that nobody knows the text of its arguments remains, and a table keeps its rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from matcher.readers.blocks import BETWEEN_CELLS, Block, Heading
from matcher.readers.fields.labels import first_name

_COMMENT = re.compile(r"(?<!\\)%[^\n]*\n?[ \t]*")
_BODY = re.compile(r"\\begin\s*\{document\}(.*?)(?:\\end\s*\{document\}|\Z)", re.S)
_OPTIONS = r"\*? ?(?:\[[^\]\n]{0,200}\])*\s?"
# Up to three levels of braces within.
_ARGUMENT = r"\{((?:[^{}]++|\{(?:[^{}]++|\{(?:[^{}]++|\{[^{}]*+\})*\})*\})*)\}"
_LEVELS = ("part", "chapter", "section", "subsection", "subsubsection", "paragraph")
_HEADING = re.compile(rf"\\({'|'.join(_LEVELS)}){_OPTIONS}{_ARGUMENT}")
_ABSTRACT = re.compile(r"\\(begin|end)\s?\{\w{0,6}abstract\}", re.I)
_COVER = re.compile(rf"\\(title|author|affil|affiliation|institute){_OPTIONS}{_ARGUMENT}")
# What no reader of the page sees, with its arguments.
_UNSEEN = re.compile(
    r"\\(?:cite\w*|label|(?:eq|auto|c|page)?ref|thanks|footnotemark|includegraphics|(?:no)?bibliography\w*|input|include|[vh]space|date|address"
    rf"|title|author|affil|affiliation|institute|email|hypersetup|pagestyle|thispagestyle|setlength|setcounter|(?:re)?newcommand){_OPTIONS}(?:{_ARGUMENT})*"
)
_DELIMITER = re.compile(r"(?<!\\)\\[\[\]()]|\$\$")
_MATHS = re.compile(r"\$([^$]+)\$")
_SHOWN = (
    (re.compile(r"\\(?:begin|end)\s*\{[^{}]*\}(?:\[[^\]\n]{0,200}\])?(?:\{[lcrp|@. \d]*\})?"), "\n\n"),
    (re.compile(r"\\item\b\s*(?:\[([^\]\n]{0,200})\])?\s*"), r"\n\n\1 "),
    (re.compile(r"\\\\\*?(?:\[[^\]\n]{0,20}\])?|\\(?:newline|par|and|maketitle|newpage|clearpage|tableofcontents|hline)\b"), "\n\n"),
    (re.compile(r"(?<!\\)&"), BETWEEN_CELLS),
    (re.compile(r"\\[,;: ]|(?<!\\)~|\\quad\b"), " "),
    (re.compile(rf"\\[A-Za-z@]+{_OPTIONS}"), ""),
    (re.compile(r"(?<!\\)[{}]"), ""),
    (re.compile(r"\\(.)"), r"\1"),
    (re.compile(r"``|''"), '"'),
)  # fmt: skip
_APART = re.compile(r"\n[ \t]*\n\s*")


def tex_blocks(text: str) -> Iterator[Block]:
    """Title and authors under their labels, then the abstract, headings and paragraphs in their order."""
    text = _COMMENT.sub("", text.replace("\r\n", "\n"))
    body = document[1] if (document := _BODY.search(text)) else text
    yield from _cover(text)
    start = 0
    for mark in _ABSTRACT.finditer(body):
        yield from _parts(body[start : mark.start()])
        begins = mark[1].lower() == "begin"
        yield Heading(first_name("abstract" if begins else "content"), 1)
        start = mark.end()
    yield from _parts(body[start:])


def _cover(text: str) -> Iterator[str]:
    """The lines of the cover: title, who comes first of the authors and where, the other authors."""
    written = {command: [*_paragraphs(argument)] for command, argument in _COVER.findall(text)}
    authors = written.pop("author", [])
    if "title" in written:
        yield f"{first_name('title')}：{' '.join(written.pop('title'))}"
    lines = [*authors, *(line for lines in written.values() for line in lines)]
    for field, line in zip(("principal_investigator", "organisation", "members"), lines, strict=False):
        yield f"{first_name(field)}：{line}"


def _parts(text: str) -> Iterator[Block]:
    """Headings and the paragraphs below them."""
    start = 0
    for heading in _HEADING.finditer(text):
        yield from _paragraphs(text[start : heading.start()])
        yield Heading(" ".join(_paragraphs(heading[2])), _LEVELS.index(heading[1]) + 1)
        start = heading.end()
    yield from _paragraphs(text[start:])


def _paragraphs(text: str) -> Iterator[str]:
    """The paragraphs of a text as they are shown, each on one line."""
    maths: list[str] = []

    def held(formula: re.Match[str]) -> str:
        maths.append(formula[1])
        return f"\0{len(maths) - 1}\0"

    text = _DELIMITER.sub("$", text.replace("\\$", "\1"))
    text = _UNSEEN.sub("", _MATHS.sub(held, text))
    for pattern, shown in _SHOWN:
        text = pattern.sub(shown, text)
    for paragraph in _APART.split(text):
        line = re.sub("\0(\\d+)\0", lambda at: maths[int(at[1])], " ".join(paragraph.split()))
        if line:
            yield line.replace(" .", ".").replace("\1", "$")
