"""What of a PDF page nobody sees is left out and named; what is seen stays, whatever it was drawn with."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest

from matcher.readers import read_document
from tests.test_readers import pdf_of, text_at

WHITE, BLACK, GREY = "1 g", "0 g", "0.5 g"
SEEN = [text_at(50, 780 - 20 * n, f"第{n}行写明可以看见的研究内容") for n in range(3)]
LINES = [f"第{n}行写明可以看见的研究内容" for n in range(3)]
HERE = text_at(50, 600, "这里的话")
BOX = "40 590 200 30 re f"  # around it
# name: (what is drawn below the lines that are seen, whether its text is seen)
DRAWN = {
    "on a layer that is off": (f"/OC /off BDC {HERE} EMC", False),
    "on a layer that is on": (f"/OC /on BDC {HERE} EMC", True),
    "in a part within a layer that is off": (f"/OC /off BDC /Span BMC {HERE} EMC EMC", False),
    "below a layer that is off": (f"/OC /off BDC EMC {HERE}", True),
    "on two layers, one of them on": (f"/OC /both BDC {HERE} EMC", True),
    "in a form of a layer that is off": ("/Form Do", False),
    "a part of no layer": (f"/Span <</MCID 0>> BDC {HERE} EMC", True),
    "below a white box": (f"{HERE} {WHITE} {BOX} {BLACK}", False),
    "below a black box": (f"{HERE} {BLACK} {BOX}", False),
    "on a white box": (f"{WHITE} {BOX} {BLACK} {HERE}", True),
    "below a box one sees through": (f"{HERE} q /veil gs {WHITE} {BOX} Q", True),
    "below a box that is multiplied": (f"{HERE} q /blend gs {WHITE} {BOX} Q", True),
    "below a box after another one that one sees through": (
        f"{HERE} q /veil gs Q {WHITE} {BOX} {BLACK}",
        False,
    ),
    "struck through with a thick line": (f"{HERE} 48 602 60 3 re f", True),
    "below a frame": (f"{HERE} 40 590 200 30 re S", True),
    "black on black": (f"{BLACK} {BOX} {HERE}", False),
    "grey on black": (f"{BLACK} {BOX} {GREY} {HERE} {BLACK}", True),
    "black on white on black": (f"{BLACK} {BOX} {WHITE} 45 595 150 20 re f {BLACK} {HERE}", True),
    "black on black in other ways to write it": (f"0 0 0 1 k {BOX} 0 0 0 rg {HERE}", False),
    "white on black": (f"{BLACK} {BOX} {WHITE} {HERE} {BLACK}", True),
    "white on white on black": (f"{BLACK} {BOX} {WHITE} {HERE} {BLACK}", True),
    "white before the black box is drawn": (f"{WHITE} {HERE} {BLACK} {BOX}", False),
    "white below the same letters in black": (f"{WHITE} {HERE} {BLACK} {HERE}", True),
}


def drawn(path: Path, page: str) -> Path:
    """A PDF of a page that may name layers, a form and states."""
    from pypdf import PdfReader, PdfWriter
    from pypdf.generic import ArrayObject, DictionaryObject, FloatObject, NameObject, StreamObject

    def record(**parts: Any) -> DictionaryObject:
        return DictionaryObject({NameObject(f"/{key}"): value for key, value in parts.items()})

    writer = PdfWriter()
    writer.append(PdfReader(io.BytesIO(pdf_of([page]))))
    layers = {key: writer._add_object(record(Type=NameObject("/OCG"))) for key in ("on", "off")}
    both = record(Type=NameObject("/OCMD"), OCGs=ArrayObject(layers.values()))
    off = record(OFF=ArrayObject([layers["off"]]))
    writer._root_object[NameObject("/OCProperties")] = record(OCGs=ArrayObject(layers.values()), D=off)
    resources: Any = writer.pages[0]["/Resources"]
    form = StreamObject()
    form.set_data(HERE.encode())
    box = ArrayObject(map(FloatObject, (0, 0, 595, 842)))
    form.update(
        record(
            Subtype=NameObject("/Form"), BBox=box, OC=layers["off"], Resources=record(Font=resources["/Font"])
        )
    )
    resources[NameObject("/Properties")] = record(**layers, both=writer._add_object(both))
    resources[NameObject("/XObject")] = record(Form=writer._add_object(form))
    states = {"veil": record(ca=FloatObject(0.4)), "blend": record(BM=NameObject("/Multiply"))}
    resources[NameObject("/ExtGState")] = record(**states)
    writer.write(path)
    return path


@pytest.mark.parametrize("name", DRAWN)
def test_what_is_seen(tmp_path: Path, name: str) -> None:
    page, seen = DRAWN[name]
    document = read_document(drawn(tmp_path / "a.pdf", "\n".join([*SEEN, page])))
    assert list(document.lines) == LINES + ["这里的话"] * seen
    assert [loss.zh for loss in document.losses] == [] if seen else ["看不见的文字未读（4 字：“这里的话”）"]


def test_a_shape_over_the_whole_page_is_no_lid(tmp_path: Path) -> None:
    page = "\n".join([*SEEN, WHITE, "0 0 595 842 re f"])
    assert list(read_document(drawn(tmp_path / "a.pdf", page)).lines) == LINES


@pytest.mark.parametrize(("flags", "seen"), [(4, True), (2, False), (32, False)])
def test_an_annotation_that_no_viewer_shows(tmp_path: Path, flags: int, seen: bool) -> None:
    from pypdf import PdfReader, PdfWriter
    from pypdf.annotations import FreeText
    from pypdf.generic import NameObject, NumberObject

    writer = PdfWriter()
    writer.append(PdfReader(io.BytesIO(pdf_of(["\n".join(SEEN)]))))
    typed = FreeText(text="打在页面上的话。", rect=(60, 600, 300, 640))
    typed[NameObject("/F")] = NumberObject(flags)
    writer.add_annotation(0, typed)
    writer.write(tmp_path / "a.pdf")
    document = read_document(tmp_path / "a.pdf")
    assert list(document.lines) == LINES + ["打在页面上的话。"] * seen
    assert [loss.zh for loss in document.losses] == (
        [] if seen else ["看不见的文字未读（8 字：“打在页面上的话。”）"]
    )


@pytest.mark.parametrize(
    ("value", "line"),
    [("D02", "土壤学"), ("土壤学", "土壤学"), (["D01", "D02"], "水文学、土壤学"), ("自填", "自填")],
)
def test_a_choice_is_read_as_it_is_shown(tmp_path: Path, value: str | list[str], line: str) -> None:
    from pypdf import PdfReader, PdfWriter
    from pypdf.generic import ArrayObject, DictionaryObject, FloatObject, NameObject, TextStringObject

    def texts(*parts: str) -> ArrayObject:
        return ArrayObject(map(TextStringObject, parts))

    writer = PdfWriter()
    writer.append(PdfReader(io.BytesIO(pdf_of(["\n".join(SEEN)]))))
    field = {
        "Type": NameObject("/Annot"),
        "Subtype": NameObject("/Widget"),
        "FT": NameObject("/Ch"),
        "T": TextStringObject("c"),
        "Rect": ArrayObject(map(FloatObject, (60, 600, 300, 620))),
        "Opt": ArrayObject([texts("D01", "水文学"), texts("D02", "土壤学")]),
        "V": texts(*value) if isinstance(value, list) else TextStringObject(value),
    }
    writer.add_annotation(0, DictionaryObject({NameObject(f"/{key}"): part for key, part in field.items()}))
    writer.write(tmp_path / "a.pdf")
    assert read_document(tmp_path / "a.pdf").lines[-1] == line
