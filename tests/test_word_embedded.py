"""What a Word document embeds (w:altChunk) is read at its place by the reader of its own kind; what is not read is said."""

from __future__ import annotations

import io
from pathlib import Path
from zipfile import ZipFile

import pytest

from matcher.readers import read_document

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
CHUNK = '<w:altChunk r:id="c"/>'


def paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def embedding(body: str, name: str = "", kind: str = "", raw: bytes = b"", mode: str = "Internal") -> bytes:
    """A Word document of a body that embeds a file by the id c."""
    file = io.BytesIO()
    links = {"_rels/.rels": ("r", "officeDocument", "word/document.xml", "Internal")}
    if name:
        links["word/_rels/document.xml.rels"] = ("c", "aFChunk", name, mode)
    with ZipFile(file, "w") as folder:
        own = f'<Override PartName="/word/{name}" ContentType="{kind}"/>' if kind else ""
        types = f'<Default Extension="htm" ContentType="text/html"/>{own}'
        folder.writestr("[Content_Types].xml", f'<Types xmlns="{PACKAGE}/content-types">{types}</Types>')
        for part, (key, relation, target, where) in links.items():
            link = f'<Relationship Id="{key}" Type="{RELATED}/{relation}" Target="{target}" TargetMode="{where}"/>'
            folder.writestr(part, f'<Relationships xmlns="{PACKAGE}/relationships">{link}</Relationships>')
        folder.writestr(
            "word/document.xml",
            f'<w:document xmlns:w="{W}" xmlns:r="{RELATED}"><w:body>{body}</w:body></w:document>',
        )
        if raw:
            folder.writestr(f"word/{name}", raw)
    return file.getvalue()


SAVED_PAGE = (
    'MIME-Version: 1.0\nContent-Type: multipart/related; type="text/html"; boundary="=x"\n\n--=x\n'
    'Content-Type: text/html; charset="utf-8"\nContent-Transfer-Encoding: quoted-printable\nContent-Location: file:///a.html\n\n'
    "<!DOCTYPE html><h1 style=3D'color:red'>夜市</h1><p>噪声</p>\n--=x--\n"
)
INNER = embedding(paragraph("夜市") + CHUNK, "b.htm", raw="<p>更深</p>".encode())
NOT_READ = "嵌入的另一份文档未读（1 个）"
# name: (file, its type, its bytes, lines between those before and behind, what is said)
FILES = {
    "page": ("b.htm", "", "<h2>夜市</h2><p>噪<b>声</b></p><p hidden>藏</p>".encode(), ["夜市", "噪声"], ["隐藏文字未读（1 处：“藏”）"]),
    "piece of a page": ("b.dat", "text/html; charset=utf-8", "<p>夜市</p><ul><li>噪声</li></ul>".encode(), ["夜市", "• 噪声"], []),
    "saved page": ("b.mht", "message/rfc822", SAVED_PAGE.encode(), ["夜市", "噪声"], []),
    "rich text": ("b.bin", "application/rtf", rb"{\rtf1\ansi\ansicpg936 \u22812?\u24066?\par abc}", ["夜市", "abc"], []),
    "plain text": ("b.txt", "text/plain", "夜市\r\n噪声".encode("gb18030"), ["夜市", "噪声"], []),
    "Word": ("b.docx", WORD, embedding(paragraph("夜市")), ["夜市"], []),
    "Word that embeds more": ("b.docx", WORD, INNER, ["夜市"], [NOT_READ]),
    "empty page": ("b.htm", "", b" ", [], []),
    "no format of documents": ("b.xml", "application/xml", b"<a>b</a>", [], [NOT_READ]),
    "damaged": ("b.docx", WORD, INNER[:300], [], [NOT_READ]),
    "bomb": ("b.htm", "", b"<p>b</p>" * 500_000, [], [NOT_READ]),
    "missing": ("b.htm", "", b"", [], [NOT_READ]),
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_an_embedded_document_stands_at_its_place(tmp_path: Path, name: str) -> None:
    file, kind, raw, lines, losses = FILES[name]
    body = paragraph("前文") + CHUNK + paragraph("后文")
    (tmp_path / "a.docx").write_bytes(embedding(body, file, kind, raw))
    document = read_document(tmp_path / "a.docx")
    assert list(document.lines) == ["前文", *lines, "后文"]
    assert [loss.zh for loss in document.losses] == losses


def test_one_kept_elsewhere_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(
        embedding(paragraph("前文") + CHUNK, "http://a.b/c.html", mode="External")
    )
    assert [loss.zh for loss in read_document(tmp_path / "a.docx").losses] == [NOT_READ]


def test_one_in_a_cell_and_a_heading_of_it(tmp_path: Path) -> None:
    table = f"<w:tbl><w:tr><w:tc>{paragraph('摘要')}</w:tc><w:tc>{CHUNK}<w:p/></w:tc></w:tr></w:tbl>"
    (tmp_path / "a.docx").write_bytes(embedding(table, "b.htm", raw="<p>夜市</p><p>噪声</p>".encode()))
    assert read_document(tmp_path / "a.docx").tables[0].rows == (("摘要", "夜市\n噪声"),)
