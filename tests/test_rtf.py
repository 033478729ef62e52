"""Rich texts: what a reader sees, once, in the order of the page; what is left out is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from matcher.readers import read_document

COLOURS = r"{\colortbl;\red255\green255\blue255;\red31\green56\blue100;\red254\green254\blue254;\red0\green0\blue0;}"
COLOURED = "与底色相同、看不见的文字未读（1 处：“x”）"
ROW = r"\trowd\clcbpat2\cellx900\intbl {\cf1 a}\cell\row\trowd\cellx900\intbl {\cf1 x}b\cell\row"
# name: (body, lines, what is named as left out)
BODIES = {
    "a note as LibreOffice writes it": (r"a{\*\footnote \pard\plain n\par}b\par c", ["ab", "n", "c"], []),
    "a deleted note": (
        r"a{\deleted d{\super\chftn{\*\footnote \pard\plain n}}}b",
        ["ab"],
        ["修订中删去的文字未读（1 处：“d”）"],
    ),
    "a table in a note": (
        r"a{\footnote n\par\trowd\cellx9\cellx99\intbl c\cell d\cell\row}b\par e",
        ["ab", "n", "c | d |", "e"],
        [],
    ),
    "a table in a header": (
        r"{\header\trowd\cellx9\cellx99\intbl c\cell d\cell\row\pard\par}a\par b",
        ["a", "b"],
        ["页眉页脚或邮件抬头的文字未读（“c | d |”）"],
    ),
    "a comment": (r"a{\*\atnid x}{\*\annotation n}b", ["ab"], ["批注未读（1 个）"]),
    "a number that a field draws": (
        r"{\field{\*\fldinst { AUTONUM }}}a\par{\field{\*\fldinst HYPERLINK x}{\fldrslt b}}",
        ["a", "b"],
        ["由域（LISTNUM、AUTONUM 等）给出、文件里没有存下的编号未读（1 个）"],
    ),
    "white": (r"{\cf1 x}a", ["a"], [COLOURED]),
    "nearly white": (r"\cf3 x\cf0 a", ["a"], [COLOURED]),
    "white on dark letters": (r"{\cf1\chcbpat2 a}{\cf1\highlight4 b}", ["ab"], []),
    "white on a dark paragraph": (r"\pard\cbpat2{\cf1 a}\par\pard{\cf1 x}b", ["a", "b"], [COLOURED]),
    "white on a dark cell": (ROW, ["a", "b"], [COLOURED]),
    "white in a filled box": (r"{\shp{\*\shpinst{\shptxt \cf1 b\par}}}a", ["b", "a"], []),
    "dark on dark": (r"{\cf2\chcbpat2 x}a", ["a"], [COLOURED]),
    "too small to read": (r"{\fs2 x}{\fs12 a}", ["a"], ["小到看不清的文字未读（1 处：“x”）"]),
    "ticks and bullets of fonts of signs": (r"\u-3842?a \u-3928?b \u61623?c", ["☑a □b •c"], []),
    "a look ends with plain": (r"\v\cf1 \plain a", ["a"], []),
    "bytes of an object": ("a\\bin4 {\\x}b{\\pict\\bin3 }}}}c", ["abc"], []),
    "a number of bytes below nothing": (r"a\bin-9 b", ["ab"], []),
}


@pytest.mark.parametrize("name", BODIES)
def test_what_a_reader_sees(tmp_path: Path, name: str) -> None:
    body, lines, named = BODIES[name]
    path = tmp_path / "a.rtf"
    path.write_text(rf"{{\rtf1\ansi{COLOURS}{body}\par}}")
    document = read_document(path)
    assert [line for line in document.lines if line] == lines
    assert [loss.zh for loss in document.losses] == named
