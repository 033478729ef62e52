"""What of a Word document nobody sees is left out and named, however it is hidden; what is seen stays."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from matcher.readers import read_document
from tests.test_said_losses import after_text, word

W14 = 'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
WPS = 'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
A = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
WP = 'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
TEXT = "<w:txbxContent><w:p><w:r><w:t>话</w:t></w:r></w:p></w:txbxContent>"
BOX = f"<wps:wsp {WPS}>%s<wps:txbx>{TEXT}</wps:txbx></wps:wsp>"
OLD = 'xmlns:v="urn:schemas-microsoft-com:vml"'
VML = f'<w:r><w:pict><v:shape {OLD} style="%s"><v:textbox>{TEXT}</v:textbox></v:shape></w:pict></w:r>'
HIDDEN, COLOURED, TINY = (
    f"{what}未读（1 处：“话”）" for what in ("隐藏文字", "与底色相同、看不见的文字", "小到看不清的文字")
)


def run(properties: str) -> str:
    return f"<w:r {W14}><w:rPr>{properties}</w:rPr><w:t>话</w:t></w:r>"


def fill(kind: str, more: str = "") -> str:
    return run(f"<w14:textFill>{kind}</w14:textFill>{more}")


def solid(colour: str, more: str = "") -> str:
    return f'<w14:solidFill><w14:schemeClr w14:val="{colour}">{more}</w14:schemeClr></w14:solidFill>'


def shape(named: str, own: str = "") -> str:
    graphic = f"<a:graphic {A}><a:graphicData>{BOX % own}</a:graphicData></a:graphic>"
    return f"<w:r><w:drawing><wp:anchor {WP}><wp:docPr {named}/>{graphic}</wp:anchor></w:drawing></w:r>"


def paragraph(properties: str) -> str:
    return f"</w:p><w:p><w:pPr>{properties}</w:pPr><w:r><w:t>话</w:t></w:r>"


CLEAR = '<w14:alpha w14:val="100000"/>'
OUTLINE = "<w14:textOutline><w14:solidFill/></w14:textOutline>"
# name: (what follows a text, what is said of it where it is not seen)
RUNS = {
    "letters without filling": (fill("<w14:noFill/>"), HIDDEN),
    "letters without filling, but with an outline": (fill("<w14:noFill/>", OUTLINE), ""),
    "letters without filling or outline": (fill("<w14:noFill/>", "<w14:textOutline><w14:noFill/></w14:textOutline>"), HIDDEN),
    "letters filled with the paper's colour": (fill(solid("bg1")), COLOURED),
    "letters filled with it, with an outline": (fill(solid("bg1"), OUTLINE), ""),
    "letters filled with the paper's colour, darker": (fill(solid("bg1", '<w14:lumMod w14:val="50000"/>')), ""),
    "letters filled with another colour": (fill(solid("accent1")), ""),
    "letters filled with what is transparent": (fill(solid("tx1", CLEAR)), HIDDEN),
    "letters filled with what is half transparent": (fill(solid("tx1", '<w14:alpha w14:val="50000"/>')), ""),
    "white letters drawn by their outline": (run('<w:outline/><w:color w:val="FFFFFF"/>'), ""),
    "white letters that are raised": (run('<w:emboss/><w:color w:val="FFFFFF"/>'), ""),
    "white letters that are not raised": (run('<w:emboss w:val="0"/><w:color w:val="FFFFFF"/>'), COLOURED),
    "letters that fade away": (fill(f'<w14:gradFill><w14:gs><w14:schemeClr w14:val="tx1">{CLEAR}</w14:schemeClr></w14:gs></w14:gradFill>'), ""),
    "letters of no width": (run('<w:w w:val="1"/>'), TINY),
    "narrow letters": (run('<w:w w:val="66"/>'), ""),
    "shown in spite of a style": (run('<w:vanish w:val="0"/>'), ""),
    "a shape that is switched off": (shape('hidden="1"'), HIDDEN),
    "a shape that is on": (shape('hidden="0"'), ""),
    "a shape of a group that is switched off": (shape("", '<wps:cNvPr hidden="true"/>'), HIDDEN),
    "an old shape that is switched off": (VML % "width:9pt;visibility: hidden", HIDDEN),
    "an old shape": (VML % "width:9pt;visibility:visible", ""),
    "lines of no height": (paragraph('<w:spacing w:line="1" w:lineRule="exact"/>'), TINY),
    "lines of an exact height": (paragraph('<w:spacing w:line="400" w:lineRule="exact"/>'), ""),
    "lines of a height at least": (paragraph('<w:spacing w:line="1" w:lineRule="atLeast"/>'), ""),
}  # fmt: skip


@pytest.mark.parametrize("name", RUNS)
def test_what_is_seen(tmp_path: Path, name: str) -> None:
    xml, loss = RUNS[name]
    document = read_document(word(tmp_path / "a.docx", after_text(xml)))
    assert ("话" in "".join(document.lines)) == (not loss)
    assert [message.zh for message in document.losses] == ([loss] if loss else [])


@pytest.mark.parametrize(
    ("height", "rule", "seen"), [(1, "exact", False), (1, "atLeast", True), (400, "exact", True)]
)
def test_rows_of_no_height(tmp_path: Path, height: int, rule: str, seen: bool) -> None:
    low = f'<w:tr><w:trPr><w:trHeight w:val="{height}" w:hRule="{rule}"/></w:trPr>'
    document = read_document(word(tmp_path / "a.docx", lambda part: re.sub("<w:tr>", low, part, count=1)))
    assert ("甲" in "".join(document.lines)) == seen
    assert bool(document.losses) != seen


@pytest.mark.parametrize(
    ("space", "text"),
    [
        ("urn:of-tomorrow", "后备"),
        ("http://schemas.microsoft.com/office/word/2010/wordprocessingShape", "首选"),
        ("", "首选"),
    ],
)
def test_a_choice_that_asks_for_what_no_office_knows_is_not_shown(
    tmp_path: Path, space: str, text: str
) -> None:
    named = f'xmlns:x="{space}"' if space else ""
    compatible = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    xml = (
        f'<mc:AlternateContent xmlns:mc="{compatible}" {named}><mc:Choice Requires="x"><w:r><w:t>首选</w:t></w:r></mc:Choice>'
        "<mc:Fallback><w:r><w:t>后备</w:t></w:r></mc:Fallback></mc:AlternateContent>"
    )
    document = read_document(word(tmp_path / "a.docx", after_text(xml)))
    assert document.lines[0].endswith(f"夜间经济。{text}")
