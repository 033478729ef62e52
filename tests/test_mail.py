"""Mails and pages saved as one file: the form in them is read, what is not read is named, damage is refused."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

import pytest

from matcher.errors import DocumentError
from matcher.readers import read_document
from matcher.readers.batch import Batch, Entry
from tests.application_cases import read_form
from tests.word_documents import write_word

BODY = "项目名称：湖堤白蚁巢的热成像定位\n负责人：顾长青\n研究内容：清晨飞热像仪，标出异常点，再以探地雷达复核，比较两者定位的误差。\n"
FORM = [
    "项目名称：渠首泥沙的声学监测",
    "申报单位：渭阳水务局",
    "项目摘要：在渠首布设水听器，由声强推算输沙量，并与取样比对。",
]


def mail(path: Path, message: EmailMessage) -> Path:
    message["From"] = "顾长青 <gu@example.cn>"
    message["To"] = "科技科 <kj@example.cn>"
    message["Subject"] = "转发：湖堤课题申报"
    path.write_bytes(bytes(message))
    return path


def text(body: str, charset: str = "utf-8", cte: str = "base64") -> EmailMessage:
    message = EmailMessage()
    message.set_content(body, charset=charset, cte=cte)
    return message


def word(folder: Path, name: str) -> bytes:
    write_word(folder / name, [f"P {line}" for line in FORM])
    return (folder / name).read_bytes()


@pytest.mark.parametrize(
    ("charset", "cte"),
    [("utf-8", "base64"), ("gb2312", "8bit"), ("gbk", "quoted-printable"), ("big5", "base64")],
)
def test_the_text_of_a_mail_is_a_form(tmp_path: Path, charset: str, cte: str) -> None:
    body = (
        BODY
        if charset != "big5"
        else "計畫名稱：湖堤白蟻巢定位\n主持人：顧長青\n研究內容：清晨飛熱像儀，標出異常點。\n"
    )
    message = EmailMessage()
    message["MIME-Version"], message["Content-Transfer-Encoding"] = "1.0", cte
    message["Content-Type"] = f"text/plain; charset={charset}"
    message.set_payload(body.encode("gb18030" if charset[:2] == "gb" else charset))
    if cte == "base64":
        message = text(body, charset)
    elif cte == "quoted-printable":
        message = text(body, "gb18030", cte)
    form = read_form(mail(tmp_path / "a.eml", message))
    assert form.fields["title"] == body.split("\n")[0].partition("：")[2]
    assert form.fields["principal_investigator"] == body.split("\n")[1].partition("：")[2]
    assert form.fields["abstract"] == body.split("\n")[2].partition("：")[2]


def test_sender_and_subject_are_headers(tmp_path: Path) -> None:
    document = read_document(mail(tmp_path / "a.eml", text("第一行。")))
    assert [line for line in document.lines if line] == ["第一行。"]
    assert [margin.text for margin in document.margins] == ["湖堤课题申报", "From: 顾长青 <gu@example.cn>"]


def test_a_subject_with_letters_that_nobody_sees_is_read(tmp_path: Path) -> None:
    head = b"Subject: =?utf-8?b?5rKZ5Zyw4oCL5p+z57yW?=\t=?utf-8?b?5Zu65rKZ?=\r\n\r\n"  # 沙地, a zero width space, 柳编 固沙
    (tmp_path / "a.eml").write_bytes(head + BODY.encode())
    (margin,) = read_document(tmp_path / "a.eml").margins
    assert margin.text == "沙地\u200b柳编固沙"


def test_what_lies_in_parts_of_parts_is_read(tmp_path: Path) -> None:
    inner, outer = EmailMessage(), EmailMessage()
    inner.set_content("附件请查收。")
    inner.add_attachment(
        word(tmp_path, "b.docx"), maintype="application", subtype="octet-stream", filename="乙.docx"
    )
    outer["Content-Type"] = "multipart/mixed"
    outer.set_payload([inner, text("_____\n列表")])
    form = read_form(mail(tmp_path / "a.eml", outer))
    assert form.fields["title"] == "渠首泥沙的声学监测"


def test_a_forwarded_mail_is_read_with_what_it_encloses(tmp_path: Path) -> None:
    inner, outer = text("附件请查收。"), text("转给科研处。")
    inner.add_attachment(word(tmp_path, "b.docx"), maintype="application", subtype="docx", filename="乙.docx")
    outer.add_attachment(inner)
    assert read_form(mail(tmp_path / "a.eml", outer)).fields["title"] == "渠首泥沙的声学监测"


def test_heads_and_texts_in_an_encoding_that_nobody_names_are_read(tmp_path: Path) -> None:
    head = b"\xef\xbb\xbf\r\nFrom: a@\r\nTo: b@\r\nContent-Type: text/plain; charset=iso-8859-1\r\nSubject: "
    (tmp_path / "a.eml").write_bytes(
        head + "沙地柳编固沙".encode("gb18030") + b"\r\n\r\n" + BODY.encode("gb18030")
    )
    document = read_document(tmp_path / "a.eml")
    assert [margin.text for margin in document.margins] == ["沙地柳编固沙", "From: a@"]
    assert read_form(tmp_path / "a.eml").fields["title"] == "湖堤白蚁巢的热成像定位"


def test_the_page_of_a_mail_is_read_and_not_its_plain_text_again(tmp_path: Path) -> None:
    message = text("纯文本")
    message.add_alternative(
        "<table><tr><td>项目名称</td><td>盐井卤水的除硼</td></tr></table>", subtype="html"
    )
    assert read_form(mail(tmp_path / "a.eml", message)).fields["title"] == "盐井卤水的除硼"
    assert not any("纯文本" in line for line in read_document(tmp_path / "a.eml").lines)


def test_the_one_form_attached_is_read_and_the_rest_is_named(tmp_path: Path) -> None:
    message = text("各位老师：附件是我局的申报书，请查收。")
    message.add_attachment(
        word(tmp_path, "b.docx"), maintype="application", subtype="docx", filename="申报书.docx"
    )
    message.add_attachment(b"\x00\x01", maintype="application", subtype="octet-stream", filename="现场.rar")
    form = read_form(mail(tmp_path / "a.eml", message))
    assert form.fields["title"] == "渠首泥沙的声学监测"
    assert form.fields["organisation"] == "渭阳水务局"
    assert "邮件的其他部分未读：“各位老师：附件是我局的申报书，请查收。”；现场.rar" in [
        note.zh for note in form.notes
    ]


@pytest.mark.parametrize(
    ("body", "title", "unread"),
    [
        ("请查收附件。", "渠首泥沙的声学监测", "“请查收附件。”；b.docx"),
        (BODY, "湖堤白蚁巢的热成像定位", "a.docx；b.docx"),
    ],
)
def test_the_first_part_that_names_a_project_is_read(
    tmp_path: Path, body: str, title: str, unread: str
) -> None:
    message = text(body)
    for name in ("a.docx", "b.docx"):
        message.add_attachment(word(tmp_path, name), maintype="application", subtype="docx", filename=name)
    form = read_form(mail(tmp_path / "a.eml", message))
    assert form.fields["title"] == title
    assert f"邮件的其他部分未读：{unread}" in [note.zh for note in form.notes]


def test_lines_that_a_mail_program_broke_are_joined(tmp_path: Path) -> None:
    message = text("Project title: Warblers and \nhedges\nLead: Ann Ives\n", cte="7bit")
    message.set_param("format", "flowed")
    assert read_form(mail(tmp_path / "a.eml", message)).fields["title"] == "Warblers and hedges"


def test_a_page_saved_as_one_file_is_a_page(tmp_path: Path) -> None:
    page = "<html><body><table><tr><td>课题名称</td><td>冻土路基的热管降温</td></tr></table></body></html>".encode()
    parts = [
        b"From: <Saved by Blink>", b"Subject: x", b"MIME-Version: 1.0",
        b'Content-Type: multipart/related; type="text/html"; boundary="b"', b"",
        b"--b", b"Content-Type: text/html", b"Content-Transfer-Encoding: 8bit", b"", page, b"--b--", b"",
    ]  # fmt: skip
    (tmp_path / "a.mht").write_bytes(b"\r\n".join(parts))
    assert read_form(tmp_path / "a.mht").fields["title"] == "冻土路基的热管降温"
    assert read_document(tmp_path / "a.mht").margins == ()


def test_a_mail_of_a_folder_is_a_proposal(tmp_path: Path) -> None:
    mail(tmp_path / "a.eml", text(BODY))
    entries = list(Batch(tmp_path))
    assert [entry.proposal.title for entry in entries if isinstance(entry, Entry)] == [
        "湖堤白蚁巢的热成像定位"
    ]


@pytest.mark.parametrize(
    "raw", [b"From: a@example.cn\n\n", b"\x00\x01\x02" * 50, b"Content-Type: multipart/mixed\n\nx"]
)
def test_a_mail_without_text_is_refused(tmp_path: Path, raw: bytes) -> None:
    (tmp_path / "a.eml").write_bytes(raw)
    with pytest.raises(DocumentError, match=r"a\.eml"):
        read_document(tmp_path / "a.eml")


def test_a_mail_of_more_parts_than_can_be_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.eml"
    path.write_bytes(b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 2001)
    with pytest.raises(DocumentError, match="more than 2,000 parts"):
        read_document(path)


def test_documents_beyond_the_bound_of_a_mail_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("matcher.readers.formats.mail._MOST_READ", 1)
    message = text("附件两份。")
    for name in ("一.txt", "二.txt"):
        message.add_attachment("项目名称：湖堤加固", filename=name)
    document = read_document(mail(tmp_path / "a.eml", message))
    assert document.lines[0] == "项目名称：湖堤加固"
    assert "二.txt" in document.losses[-1].zh
