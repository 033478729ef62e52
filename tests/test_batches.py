"""Folders, zips and files that nobody should send: read, or refused by name at once; one never stops the others."""

from __future__ import annotations

import errno
import json
import os
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from matcher.errors import BatchError, DocumentError, MatcherError
from matcher.guide.mistaken import is_guide
from matcher.readers.batch import BadRow, Batch, Entry, read_proposal
from matcher.readers.document import read_document
from matcher.readers.source import check_regular
from matcher.readers.table.listed import listed
from matcher.triage.resume import digest
from tests.conftest import within
from tests.spreadsheets import workbook

FORM = "项目名称：{}\n申报课题：2-12\n摘要\n评估创新券政策的效果。"


def titled(path: Path, *rows: list[object]) -> Path:
    return workbook(path, {"Sheet": [["项目名称", "摘要"], *rows]})


def names(batch: Batch) -> list[str]:
    """Titles of what was read, names of what was not, in order."""
    return [row.proposal.title if isinstance(row, Entry) else row.name or row.place for row in batch]


def test_a_folder_of_forms_and_tables(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(FORM.format("甲"), encoding="utf-8")
    titled(tmp_path / "b.xlsx", ["乙", "内容"], ["丙", "内容"])
    (tmp_path / "c.doc").write_bytes(b"old")
    (tmp_path / "d.wps").write_bytes(b"old")
    (tmp_path / "e.et").write_bytes(b"old")
    (tmp_path / "f.xlsx").write_bytes(b"PK damaged")
    (tmp_path / "g.jpg").write_bytes(b"photo")
    os.mkfifo(tmp_path / "h.txt")
    (tmp_path / "i.txt").symlink_to("/dev/zero")
    (tmp_path / "j.txt").symlink_to("j.txt")
    (tmp_path / "k.csv").write_text('项目名称,摘要\n丁,内容\n"戊,内容\n己,内容\n', encoding="utf-8")
    batch = Batch(tmp_path)
    assert names(batch) == [
        "甲", "乙", "丙", "c.doc", "d.wps", "e.et", "f.xlsx", "h.txt", "i.txt", "j.txt", "丁", "k.csv!3", "己",
    ]  # fmt: skip
    said = "\n".join(batch.messages())
    assert "g.jpg" in said
    assert "b.xlsx：2 行" in said


@pytest.mark.parametrize(
    ("title", "is_call"),
    [
        ("2031年度市软科学研究项目申报指南", True),
        ("Call for proposals 2031", True),
        ("老年人运动健康指南的研制", False),
    ],
)
def test_a_guide_among_proposals_is_none_of_them(title: str, is_call: bool, tmp_path: Path) -> None:
    """A free guide is named as one; a study of guides that lists what it does is a proposal, though it names nobody."""
    (tmp_path / "a.txt").write_text(FORM.format("甲"), encoding="utf-8")
    topics = (
        f"{n}. {name}"
        for n, name in enumerate(
            [
                "运动风险评估方法研究",
                "分级运动处方研究",
                "社区推广机制研究",
                "依从性影响因素研究",
                "卫生经济学评价研究",
            ],
            1,
        )
    )
    (tmp_path / "b.txt").write_text("\n".join([title, *topics]), encoding="utf-8")
    batch = Batch(tmp_path, is_guide=is_guide)
    assert len(names(batch)) == 2 - is_call
    assert ("b.txt（像是申报指南，不是申报书" in "\n".join(batch.messages())) == is_call


@pytest.mark.parametrize(("who", "read"), [("申报主体", 2), ("承担单位", 0)])
def test_a_list_without_people_is_one_of_what_was_sent_in(tmp_path: Path, who: str, read: int) -> None:
    rows = [["收件号", "项目", who, "项目内容"], ["甘-01", "夜校陪伴站", "马铃薯协会", "组织学生驻站，开展阅读。"],
            ["甘-02", "种薯扩繁点", "青年社工中心", "在九个村建立网棚，统一回收。"]]  # fmt: skip
    table = "".join("<tr><td>" + "<td>".join(row) for row in rows)
    (tmp_path / "a.html").write_text(f"<h1>一览</h1><table>{table}</table>", encoding="utf-8")
    sheet = listed(read_document(tmp_path / "a.html"))
    assert len([*sheet.lines] if sheet else []) == (2 + read if read else 0)  # a heading and the names above


def test_a_form_alone_that_lists_its_parts_is_no_list(tmp_path: Path) -> None:
    parts = [
        "课题设置|序号|课题名称|承担单位|主要任务",
        "|1|晃荡耦合机理|岭海大学|算出海况。",
        "|2|穿孔隔板样机|船舶中心|试制样机。",
    ]
    for above, read in ((["项目名称|养殖工船|养殖工船|养殖工船|养殖工船"], 0), ([], 4)):
        table = "".join(f"<tr><td>{row.replace('|', '<td>')}" for row in (*above, *parts))
        (tmp_path / "a.html").write_text(f"<p>汇总</p><table>{table}</table>", encoding="utf-8")
        sheet = listed(read_document(tmp_path / "a.html"), alone=True)
        assert len([*sheet.lines] if sheet else []) == read


def test_a_list_is_not_one_proposal(tmp_path: Path) -> None:
    csv, one = tmp_path / "b.csv", tmp_path / "one.csv"
    csv.write_text("项目名称,摘要\n甲,内容\n乙,内容\n", encoding="utf-8")
    one.write_text("项目名称,摘要\n甲题,内容\n", encoding="utf-8")
    rows = ["项目名称|负责人|申报方向", "甲题|甲某|2-01", "乙题|乙某|2-02"]
    table = "".join(f"<tr><td>{row.replace('|', '<td>')}" for row in rows)
    (tmp_path / "c.html").write_text(f"<p>汇总表</p><table>{table}</table>", encoding="utf-8")
    book = titled(tmp_path / "a.xlsx", ["甲", "内容"], ["乙", "内容"])
    for file in (book, csv, tmp_path / "c.html"):
        with pytest.raises(DocumentError, match=rf'{file.stem}\.\w+ 列出 2 份.* --in "{file.stem}\.\w+" '):
            read_proposal(file)
    untitled = titled(tmp_path / "汇总 二.xlsx", ["甲", "内容"], ["", "另一份的内容"], ["乙", "内容"])
    with pytest.raises(DocumentError, match=r'汇总 二\.xlsx 列出 3 份.* --in "汇总 二\.xlsx" '):
        read_proposal(untitled)
    assert read_proposal(one).fields == {"id": "line-2", "title": "甲题", "abstract": "内容"}
    form = [
        *rows[:2],
        "申报单位|某馆|无",
        "研究内容|内容一|无",
        "研究基础|内容二|无",
    ]  # its first names above values
    table = "".join(f"<tr><td>{row.replace('|', '<td>')}" for row in form)
    (tmp_path / "d.html").write_text(f"<p>申请表</p><table>{table}</table>", encoding="utf-8")
    assert [read_proposal(tmp_path / "d.html").fields[name] for name in ("title", "abstract")] == [
        "甲题",
        "内容一",
    ]


def test_a_list_below_the_menu_of_its_page(tmp_path: Path) -> None:
    rows = [
        "Ref|Project|Lead institution|Strand|Summary",
        "SF/07|Kelp nurseries beside salmon pens<br>PI: Ada Quarm|Outer Firth College|Blue economy|Lines are hung at three distances.",
        "SF/09|Peat-free media from draff<br>PI: Eve Rawal|Strathburn College|Bioeconomy|Six blends are tested on lettuce.",
    ]
    table = "".join(f"<tr><td>{row.replace('|', '<td>')}" for row in rows)
    menu = "<table><tr><td>Home</td><td>Panels</td><td>Log out</td></tr></table>"
    form = "<table><tr><td>Project title</td><td>Tidal gates</td><td>PI</td><td>Bea Imrie</td></tr></table>"
    (tmp_path / "a.html").write_text(f"{menu}<h1>Received</h1><table>{table}</table>", encoding="utf-8")
    (tmp_path / "b.html").write_text(f"{form}<h1>Received</h1><table>{table}</table>", encoding="utf-8")
    read = [row.proposal for row in Batch(tmp_path / "a.html") if isinstance(row, Entry)]
    assert [(p.title, p.principal_investigator, p.organisation, p.declared) for p in read] == [
        ("Kelp nurseries beside salmon pens", "Ada Quarm", "Outer Firth College", "Blue economy"),
        ("Peat-free media from draff", "Eve Rawal", "Strathburn College", "Bioeconomy"),
    ]
    assert read_proposal(tmp_path / "b.html").fields["title"] == "Tidal gates"
    around = "<p>Lead contact: Jo Bell</p><p>主持人：李处长</p>"  # of the office
    (tmp_path / "c.html").write_text(f"{around}<table>{table}</table>", encoding="utf-8")
    assert len(names(Batch(tmp_path / "c.html"))) == 2
    unnamed = [
        "序号|我们想做的事|牵头|带头人|想法|投向",
        "1|老旧小区加装电梯的协商机制|海河理工大学|周子衡|记录六个小区的协商过程，比较三种补偿办法，提出建议。|2-03",
        "2|县域医共体药品采购核算方法|清溪县人民医院|吴晓岚|收集两年采购与库存数据，测算缺药率并比较两种方式。|1-07",
    ]
    table = "".join(f"<tr><td>{row.replace('|', '<td>')}" for row in unnamed)
    (tmp_path / "d.html").write_text(f"<table>{table}</table>", encoding="utf-8")
    assert [row.proposal.title for row in Batch(tmp_path / "d.html") if isinstance(row, Entry)] == [
        "老旧小区加装电梯的协商机制",
        "县域医共体药品采购核算方法",
    ]


def test_records_are_read_by_what_they_hold(tmp_path: Path) -> None:
    rows = [
        {
            "k": "S1",
            "what": "Night buses for shift workers",
            "why": "Ninety workers are asked about their way home.",
        },
        {
            "k": "S2",
            "what": "Seagrass nurseries and cod",
            "why": "Twelve bays are sampled every fortnight in summer.",
        },
    ]
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    batch = Batch(tmp_path / "a.jsonl")
    assert [
        (r.proposal.id, r.proposal.title, r.proposal.abstract) for r in batch if isinstance(r, Entry)
    ] == [(row["k"], row["what"], row["why"]) for row in rows]
    assert "“what”一列按其内容作项目名称读" in "\n".join(batch.messages())


def test_ids_of_several_tables_stay_apart(tmp_path: Path) -> None:
    titled(tmp_path / "a.xlsx", ["甲", "内容"])
    titled(tmp_path / "b.xlsx", ["乙", "内容"])
    ids = [row.proposal.id for row in Batch(tmp_path) if isinstance(row, Entry)]
    assert ids == ["a.xlsx/Sheet!2", "b.xlsx/Sheet!2"]


def test_a_zip_is_a_folder(tmp_path: Path) -> None:
    titled(tmp_path / "table.xlsx", ["乙", "内容"])
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as folder:
        folder.writestr("一/甲.txt", FORM.format("甲"))
        folder.write(tmp_path / "table.xlsx", "table.xlsx")
        folder.writestr("../out.txt", FORM.format("外"))
        folder.writestr("/etc/x.txt", FORM.format("外"))
        folder.writestr("__MACOSX/._甲.txt", b"noise")
        folder.writestr("old.doc", b"old")
        link = zipfile.ZipInfo("link.txt")
        link.external_attr = 0o120777 << 16
        folder.writestr(link, "/etc/passwd")
    assert names(Batch(tmp_path / "b.zip")) == ["../out.txt", "/etc/x.txt", "link.txt", "old.doc", "乙", "甲"]
    assert not (tmp_path.parent / "out.txt").exists()
    (old,) = [row for row in Batch(tmp_path / "b.zip") if isinstance(row, BadRow) and row.name == "old.doc"]
    assert "old.doc is in the .doc format" in old.reason


def test_columns_that_bear_their_fields_name_are_told_without_an_arrow(tmp_path: Path) -> None:
    (tmp_path / "b.csv").write_text("项目名称,内容提要,拟报方向\n甲,内容一,1-01\n", encoding="utf-8")
    batch = Batch(tmp_path / "b.csv")
    assert [row.proposal.title for row in batch if isinstance(row, Entry)] == ["甲"]
    (line,) = batch.messages()
    assert line.zh == "b.csv：1 行；列：项目名称，内容提要→摘要，拟报方向→申报课题"
    assert line.en == "b.csv: 1 rows; columns: 项目名称→title; 内容提要→abstract; 拟报方向→declared"


def test_a_zip_without_proposals_is_refused_by_its_own_name(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "杂物.zip", "w") as folder:
        folder.writestr("a.mp4", b"noise")
    with pytest.raises(BatchError, match=r"^文件夹 杂物\.zip 里没有申报书"):
        list(Batch(tmp_path / "杂物.zip"))


def test_a_folder_reads_what_one_file_reads_and_says_what_was_left_out(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("<p>项目名称：甲<p>摘要：内容一<s>旧内容</s>", encoding="utf-8")
    (tmp_path / "b.md").write_text("# 乙\n\n## 摘要\n内容二\n", encoding="utf-8")
    form = "<table><tr><td>项目名称<td>丙<td>申报单位<td>某馆<tr><td>研究内容<td colspan=3>内容三</table>"
    earlier = "<table><tr><td>近三年项目名称<td>负责人<td>单位<tr><td>一<td>王<td>某馆<tr><td>二<td>王<td>某馆</table>"
    (tmp_path / "c.html").write_text(form + earlier, encoding="utf-8")
    parts = (
        "<table><tr><td>子课题名称<td>负责人<td>单位<tr><td>一<td>王<td>某馆<tr><td>二<td>李<td>某校</table>"
    )
    (tmp_path / "d.html").write_text(f"<h1>丁</h1>{parts}<p>摘要：内容四", encoding="utf-8")
    batch = Batch(tmp_path)
    texts = [row.proposal.abstract for row in batch if isinstance(row, Entry)]
    assert texts == ["内容一", "内容二", "内容三", "内容四"]
    assert "a（加删除线的文字未读" in batch.messages()[-1]


def test_what_lies_beside_the_proposals_of_a_folder_is_named(tmp_path: Path) -> None:
    for title in "甲乙丙丁":
        (tmp_path / f"{title}.txt").write_text(FORM.format(title), encoding="utf-8")
    (tmp_path / "CV.txt").write_text(
        "Ada Quist, PhD\n2019– Senior Lecturer, Saltmarsh University\n", encoding="utf-8"
    )
    (tmp_path / "评审说明.md").write_text(
        "请各位专家周五前返回评分。\n回避情况另行说明。\n", encoding="utf-8"
    )
    workbook(
        tmp_path / "budget.xlsx",
        {"Sheet": [["Heading", "Year 1", "Total"], ["Staff", 6200, 6200], ["Travel", 1800, 1800]]},
    )
    batch = Batch(tmp_path)
    assert sorted(names(batch)) == sorted("甲乙丙丁")
    said = "\n".join(batch.messages())
    assert all(name in said for name in ("CV.txt", "评审说明.md", "budget.xlsx"))


def test_texts_without_names_are_proposals_where_nothing_else_is(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(FORM.format("甲"), encoding="utf-8")
    (tmp_path / "b.txt").write_text(
        "夜市油烟治理\n比较三种净化装置在夜市的去除率与维护费用，提出分区治理的办法。", encoding="utf-8"
    )
    assert names(Batch(tmp_path)) == ["甲", "夜市油烟治理"]


def test_names_that_windows_wrote_into_a_zip(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as folder:
        folder.writestr("XXXX.txt", FORM.format("甲"))
    raw = (tmp_path / "b.zip").read_bytes().replace(b"XXXX", "甲乙".encode("gb18030"))
    (tmp_path / "b.zip").write_bytes(raw)
    (entry,) = Batch(tmp_path / "b.zip")
    assert isinstance(entry, Entry)
    assert entry.proposal.id == "甲乙"


def test_a_zip_beyond_its_bounds_is_refused_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("matcher.readers.source.LARGEST_BATCH_UNPACKED", 1000)
    with zipfile.ZipFile(tmp_path / "b.zip", "w", zipfile.ZIP_DEFLATED) as folder:
        folder.writestr("a.txt", "x" * 5000)
    with pytest.raises(DocumentError, match="over the limits"):
        list(Batch(tmp_path / "b.zip"))


def test_options_of_tables_do_not_go_with_a_folder(tmp_path: Path) -> None:
    with pytest.raises(BatchError, match="go with a table"):
        list(Batch(tmp_path, {"title": "事"}))


def refused(path: Path) -> str:
    """The one line with which a file is refused, within a second or two."""
    with within(8), pytest.raises(MatcherError) as caught:
        list(Batch(path))
    message = str(caught.value)
    assert "\n" not in message
    assert " / " in message
    return message


def sheet_xml(path: Path, change: Callable[[bytes], bytes]) -> Path:
    """A small workbook whose sheet went through `change`."""
    base = titled(path.with_name("base.xlsx"), ["甲", "内容"])
    with zipfile.ZipFile(base) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            content = old.read(part)
            new.writestr(part, change(content) if "sheet1" in part else content)
    base.unlink()
    return path


CELL = b'<c r="%b" t="inlineStr"><is><t>x</t></is></c>'


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda c: c.replace(b'r="2"', b'r="2000000000"').replace(b'2"', b'2000000000"'), "beyond what a sheet can hold"),
        (lambda c: c.replace(b'r="B2"', b'r="ZZZZZZ2"'), "beyond what a sheet can hold"),
        (lambda c: c.replace(b'r="B2"', b'r="B2000000000"'), "beyond what a sheet can hold"),
        (lambda c: c.replace(b"</sheetData>", b'<row r="1048576">' + CELL % b"XFD1048576" + b"</row></sheetData>"), "too large"),
        (lambda c: c.replace(b"</sheetData>", b'<row r="3">' + b'<c r="A3"/>' * 600_001 + b"</row></sheetData>"), "more than 600,000"),
        (lambda c: c.replace(b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet'), "damaged"),
    ],
)  # fmt: skip
def test_a_sheet_beyond_the_bounds_is_refused(
    tmp_path: Path, change: Callable[[bytes], bytes], why: str
) -> None:
    assert why in refused(sheet_xml(tmp_path / "b.xlsx", change))


def test_room_for_more_texts_than_a_workbook_can_hold_is_not_made(tmp_path: Path) -> None:
    """The reader of values makes room for as many shared texts as the file says it has: the process would end."""
    path = titled(tmp_path / "b.xlsx", ["甲", "内容"])
    with zipfile.ZipFile(path, "a") as book:
        book.writestr("xl/SharedStrings.xml", '<sst uniqueCount="4000000000"/>')
    assert "more than 10,000,000 texts" in refused(path)


@pytest.mark.parametrize("area", ["A{0}:XFD{1}", "A1:XFD1048576", "A1:ZZZZ99999999999"])
def test_twenty_thousand_merged_areas(tmp_path: Path, area: str) -> None:
    areas = b"".join(
        f'<mergeCell ref="{area.format(10 * i, 10 * i + 9)}"/>'.encode() for i in range(1, 20001)
    )

    def change(content: bytes) -> bytes:
        return content.replace(b"</sheetData>", b"</sheetData><mergeCells>" + areas + b"</mergeCells>")

    with within(5):
        assert names(Batch(sheet_xml(tmp_path / "b.xlsx", change))) == ["甲"]


@pytest.mark.parametrize(
    ("name", "raw", "why"),
    [
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x07" * 3000, "damaged"),
        (
            "a.xls",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"),
            "an old Word file",
        ),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "password"),
        ("a.xls", b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n", "a web archive"),
        ("a.xlsx", b"nonsense", "damaged"),
        ("a.xlsx", b"", "empty"),
        ("a.et", b"x", r"save it as .xlsx"),
        ("a.doc", b"x", "save it as .docx"),
        ("a.csv", bytes(range(256)) * 8 + bytes(4000), "not text"),
        ("a.zip", b"x", "no zip"),
    ],
)
def test_what_is_no_table_is_refused_by_name(tmp_path: Path, name: str, raw: bytes, why: str) -> None:
    (tmp_path / name).write_bytes(raw)
    message = refused(tmp_path / name)
    assert why in message
    assert name in message


def test_pipes_devices_and_loops_are_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo.csv")
    (tmp_path / "zero.csv").symlink_to("/dev/zero")
    (tmp_path / "loop.csv").symlink_to("loop.csv")
    for name in ("fifo.csv", "zero.csv", "loop.csv", "missing.csv"):
        assert name in refused(tmp_path / name)


def test_a_file_cut_in_its_last_letter_keeps_the_others(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes("title,abstract\nPorts,How boxes move\nÉtude,Résumé é".encode()[:-1])
    last = [e.proposal for e in Batch(tmp_path / "a.csv") if isinstance(e, Entry)][-1]
    assert (last.title, last.abstract[:7]) == ("Étude", "Résumé ")


@given(rows=st.lists(st.lists(st.text(max_size=12), min_size=3, max_size=3), min_size=1, max_size=8))
@example(rows=[["", "", "content"]])  # a name of a text alone in a row: no form for that
def test_no_row_of_a_csv_vanishes(rows: list[list[str]], tmp_path_factory: pytest.TempPathFactory) -> None:
    """Every row is an entry, a bad row, or named as no proposal, whatever its cells hold."""
    import csv

    path = tmp_path_factory.mktemp("csv") / "b.csv"
    clean = [[cell.encode("utf-8", "ignore").decode().replace("\x00", "") for cell in row] for row in rows]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["编号", "项目名称", "摘要"], *clean])
    batch = Batch(path)
    read = list(batch)
    skipped = sum(len(reading.skipped) for reading in batch.readings)
    empty = sum(not any(cell.strip() for cell in row) for row in clean)
    assert len(read) + skipped + empty == len(rows)


@given(raw=st.binary(max_size=400))
def test_any_bytes_end_in_rows_or_one_line(raw: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("raw")
    for name in ("b.csv", "b.jsonl", "b.xlsx", "b.xls"):
        (folder / name).write_bytes(raw)
        if raw.startswith(b"\xd0\xcf\x11\xe0"):
            continue  # its reader is a process of its own, tried elsewhere
        try:
            rows = list(Batch(folder / name))
        except MatcherError as error:
            message = str(error)
        else:
            message = ""
            assert all(isinstance(row, (Entry, BadRow)) for row in rows)
        assert "\n" not in message


def test_rows_are_read_as_they_are_asked_for(tmp_path: Path) -> None:
    def endless() -> Iterator[str]:
        yield "id,title,abstract\n"
        yield from (f"{i},题{i},内容\n" for i in range(200_000))

    with (tmp_path / "b.csv").open("w", encoding="utf-8") as file:
        file.writelines(endless())
    with within(1):
        assert isinstance(next(iter(Batch(tmp_path / "b.csv"))), Entry)


def test_what_cannot_be_opened_is_one_row_and_the_rest_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files, links to nothing and subfolders that the system refuses, at once or while they are read."""
    for name in ("a.txt", "b.txt", "locked/c.txt", "e.csv", "elsewhere/f.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(FORM.format(name[-5]), encoding="utf-8")
    (tmp_path / "d.docx").symlink_to(tmp_path / "nowhere.docx")
    (tmp_path / "linked").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    (tmp_path / ".hidden").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    shut, failing, opened, listed = tmp_path / "a.txt", tmp_path / "e.csv", Path.open, os.scandir
    refused = [tmp_path / "locked"]

    def opens(path: Path, *args: Any, **how: Any) -> Any:
        if path == shut:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        if path == failing and not looked:  # the disk fails after a first look
            looked.append(path)
        elif path == failing:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return opened(path, *args, **how)

    def lists(place: Any) -> Any:
        if Path(place) in refused:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), place)
        return listed(place)

    looked: list[Path] = []
    monkeypatch.setattr(Path, "open", opens)
    monkeypatch.setattr(os, "scandir", lists)
    rows = list(Batch(tmp_path))
    assert [row.proposal.title for row in rows if isinstance(row, Entry)] == ["b", "f"]
    assert {row.name: row.reason.en for row in rows if isinstance(row, BadRow)} == {
        "linked": "linked is a link and was not read.",
        "locked": "Cannot open locked (no permission); check its path and permissions.",
        "a.txt": "Cannot open a.txt (no permission); check its path and permissions.",
        "d.docx": f"No such file: {tmp_path / 'd.docx'}; check the path.",
        "e.csv": "Cannot open e.csv (the disk or the network drive failed); check its path and permissions.",
    }
    assert len(digest(tmp_path)) == 64
    refused.append(tmp_path)
    with pytest.raises(DocumentError, match="no permission"):
        list(Batch(tmp_path))


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="a file that opens and gives nothing")
def test_a_disk_that_gives_nothing_is_named_and_not_the_output() -> None:
    with pytest.raises(DocumentError, match="mem"):
        check_regular(Path("/proc/self/mem"))
