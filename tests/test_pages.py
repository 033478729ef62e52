"""Web pages and PDF pages: what a reader sees, once and in order; pages that are too much are refused at once."""

from __future__ import annotations

import zlib
from pathlib import Path

import pytest

from matcher.errors import DocumentError
from matcher.readers import read_document
from matcher.readers.blocks import Heading
from matcher.readers.formats.html import html_blocks
from tests.conftest import within


@pytest.mark.parametrize(
    ("page", "blocks"),
    [
        ("<h2>一、研究<b>内容</b></h2>正文<br>下一行", [Heading("一、研究内容", 2), "正文", "下一行"]),
        ("<p>甲<p hidden>乙</p><p style='DISPLAY: none'>丙</p><del>丁</del>戊", ["甲", "戊"]),
        ("<pre>第一行\n第二行</pre>", ["第一行", "第二行"]),
        ("<ol start=3><li>甲<li>乙</ol><ol type=A><li>丙</ol>", ["3. 甲", "4. 乙", "A. 丙"]),
        ("<ol><li>（1）甲<li>（2）乙</ol><ul><li>丙</ul>", ["（1）甲", "（2）乙", "• 丙"]),
        ("<input value='填的'><select><option>甲<option selected>乙</select>", ["填的乙"]),
        ("<input type=checkbox checked>重点<input type=checkbox>一般", ["☑重点□一般"]),
        ("<textarea>一\n二</textarea>", ["一", "二"]),
        (
            "<table><tr><td rowspan=2>甲<td><p>一</p><p>二<i>三</i></p><tr><td>丁</table>",
            [[["甲", "一\n二三"], ["", "丁"]]],
        ),
        ("<table><tr><td><p>外<table><tr><td>a<td>b<tr><td>c<td>d</table></table>", ["外", [["a", "b"], ["c", "d"]]]),
        ("<!-- 注 -->", []),
        ("<div>" * 300 + "深处" + "</div>" * 300 + "后", ["深处", "后"]),
    ],
)  # fmt: skip
def test_a_page_shows_what_a_reader_sees(page: str, blocks: list[object]) -> None:
    assert html_blocks(page)[0] == blocks


def test_hidden_and_struck_text_of_a_page_is_said() -> None:
    losses = html_blocks("<p>甲<span style='visibility:hidden'>乙</span><s>丙</s><script>x</script>")[1]
    assert [loss[:6] for loss in losses] == ["隐藏文字未读", "加删除线的文"]
    assert "“丙”" in losses[1]


def test_headers_and_footers_of_a_saved_document_are_no_text() -> None:
    page = "<body><div title=header><p>申报书<p>科技局</div><p>甲<div title=footer>第 1 页</div><div title=x>乙</div>"
    blocks, _, margins = html_blocks(page)
    assert (blocks, [margin.text for margin in margins]) == (["甲", "乙"], ["申报书", "科技局"])


def test_twenty_thousand_items_of_a_list(tmp_path: Path) -> None:
    file = tmp_path / "list.html"
    file.write_text("<ol>" + "".join(f"<li>条目{i}" for i in range(20_000)), "utf-8")
    with within(3):
        assert read_document(file).lines[-1] == "20000. 条目19999"


@pytest.mark.parametrize("tag", ["<span>", "<div>字", "<ol><li>条目", "<table><tr><td>字"])
def test_a_page_that_nests_too_deep_is_refused(tmp_path: Path, tag: str) -> None:
    (tmp_path / "deep.html").write_text(tag * 50_000 + "文字", "utf-8")
    with within(3), pytest.raises(DocumentError, match="嵌套得太深"):
        read_document(tmp_path / "deep.html")


@pytest.mark.parametrize(
    ("instructions", "reason"),
    [
        (b" " * 50_000_000, "第 1 页的内容过多"),
        (b"q " * 20_000_000, "第 1 页的内容过多"),
        # A slow machine comes to the end of its seconds before the letters that a page may have.
        (b"BT /F1 10 Tf 50 700 Td " + b"(a) Tj " * 60_001 + b"ET", "第 1 页的内容过多|之内读不完"),
    ],
)
def test_a_pdf_page_that_is_too_much_is_refused(tmp_path: Path, instructions: bytes, reason: str) -> None:
    (tmp_path / "bomb.pdf").write_bytes(_pdf(zlib.compress(instructions)))
    with pytest.raises(DocumentError, match=rf"bomb\.pdf .*({reason})"):
        read_document(tmp_path / "bomb.pdf")


def _pdf(page: bytes) -> bytes:
    """A PDF of one page with deflated instructions."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [4 0 R] /Count 1 >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R /Resources << /Font << /F1 3 0 R >> >> >>",
        b"<< /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream" % (len(page), page),
    ]
    out, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return (
        out
        + b"xref\n0 6\n0000000000 65535 f \n%strailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF"
        % (table, start)
    )
