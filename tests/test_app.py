"""The page without a browser: its words, its markup, its uploads, and what is shipped; each desk has a file of its own."""

from __future__ import annotations

import os
import re
import tomllib
from html import unescape
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.proto.Common_pb2 import FileURLs
from streamlit.runtime.uploaded_file_manager import UploadedFile, UploadedFileRec
from streamlit.testing.v1 import AppTest

from app import files, markup, open_row
from matcher import shipped
from matcher.engine import Engine
from matcher.errors import DocumentError
from matcher.labelled import read_labelled
from matcher.matching.explain import alignment
from matcher.message import Message
from matcher.segment import visible
from matcher.types import Proposal
from tests.app_page import HAN, desk, html

ROOT = Path(__file__).parent.parent


SOURCES = st.text(alphabet="公交abc<>&\"'\n\u200b", max_size=40)
SPANS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=6)


@given(SOURCES, SPANS, SPANS)
def test_marked_text_reads_as_the_text_itself(
    source: str, pairs: list[tuple[int, int]], inner: list[tuple[int, int]]
) -> None:
    within = [(min(a, b, len(source)), min(max(a, b), len(source))) for a, b in (*pairs, *inner)]
    numbered = [(*span, n) for n, span in enumerate(within[: len(pairs)], 1)]
    made = markup.marked(source, numbered, within[len(pairs) :], "word")
    plain = re.sub(r"<sup>\d+</sup>", "", made)
    assert unescape(re.sub(r"<[^>]*>", "", plain)) == visible(source)


def test_marks_nest_words_and_the_earlier_pair_keeps_its_part() -> None:
    made = markup.marked("abcdefgh", [(0, 4, 1), (2, 6, 2)], [(3, 5)], "word")
    assert made == (
        '<mark class="pair c0" tabindex="0" data-pair="1"><sup>1</sup>abc<span class="word">d</span></mark>'
        '<mark class="pair c1" tabindex="0" data-pair="2"><sup>2</sup><span class="word">e</span>f</mark>gh'
    )


def test_what_a_piece_shows_is_escaped_and_seen() -> None:
    shown = markup.piece("notice", "<b>\u202e\u200b&", "bad")
    assert shown == '<div class="notice bad" role="alert">&lt;b&gt;&amp;</div>'
    assert markup.piece("side", "<i>", shown) == (
        f'<section class="side" tabindex="0" aria-label="&lt;i&gt;"><div class="who">&lt;i&gt;</div><div class="text">{shown}</div></section>'
    )


def test_a_topic_sentence_has_one_number_however_many_sentences_meet_it(tianjin: Engine) -> None:
    text = "发放创新券以后企业的研发投入变化。核对创新券的兑付记录。创新券的服务机构怎样准入。"
    pairs = open_row.numbered(alignment(tianjin.answer(Proposal("-", "", text)), "2-12").pairs)
    assert len(pairs) == 3
    by_sentence = {topic: n for _, topic, n in pairs}
    assert sorted(set(by_sentence.values())) == list(range(1, len(by_sentence) + 1))
    assert all(by_sentence[topic] == n for _, topic, n in pairs)


def sent(name: str, data: bytes) -> UploadedFile:
    return UploadedFile(UploadedFileRec("1", name, "", data), FileURLs())


def test_a_file_that_is_too_large_is_refused_in_both_languages() -> None:
    with pytest.raises(DocumentError, match=r"big\.pdf 有 30 MB.* / .*30 MB, more than the 20 MB"):
        files.receive(sent("big.pdf", bytes(30_000_000)))


def test_the_english_page_has_no_chinese_of_its_own() -> None:
    for name in ("applicants", "intake", "reviewers", "season_files", "about"):
        page = desk(name)
        page.session_state["lang"] = "en"
        page.run()
        told = re.sub(r'<div class="quiet guide-line">.*?</div>', "", html(page))
        labels = [w.label for w in (*page.text_area, *page.button, *page.get("file_uploader"))]
        for text in (*labels, *(t.value for t in page.title), told):
            assert not HAN.search(text), (name, text)


def test_a_file_of_any_kind_is_answered_with_advice_by_every_desk() -> None:
    for name, key in (("guide", "guide file"), ("applicants", "proposal file")):
        page = desk(name).run()
        page.file_uploader(key=key).upload("old.doc", b"\xd0\xcf\x11\xe0", "application/msword").run()
        assert "另存为 .docx" in html(page), name
        # It stays in view with its file, in the other language too, and goes with it.
        page.session_state["lang"] = "en"
        assert "save it as .docx" in html(page.run()), name
        page.file_uploader(key=key).set_value(None).run()
        assert "old.doc" not in html(page), name


def test_figures_are_measured_when_somebody_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.about.read_labelled", lambda file: read_labelled(file)[::6])
    page = desk("about").run()
    assert 'class="figures"' not in html(page)
    page.button[0].click().run()
    assert re.search(r'<ul class="figures"><li><b>\d+%</b><span>首选命中</span>', html(page))


def test_the_whole_page_runs_with_masthead_and_language_switch() -> None:
    page = AppTest.from_file(str(shipped.app_page()), default_timeout=60).run()
    assert [t.value for t in page.title] == ["你的研究，该报哪个课题？"]
    page.session_state["lang"] = "en"
    assert [t.value for t in page.run().title] == ["Which topic does your research fit?"]


def test_the_wheel_carries_the_page_where_it_is_looked_for() -> None:
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"][
        "targets"
    ]
    carried = wheel["wheel"]["force-include"]
    assert carried["app_streamlit.py"] == "matcher/page/app_streamlit.py"
    assert carried["app"] == "matcher/page/app"
    assert carried[".streamlit/config.toml"] == "matcher/page/.streamlit/config.toml"


def luminance(colour: str) -> float:
    """Relative luminance after WCAG 2.2 of "#rrggbb"."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_text_stands_out_from_what_it_stands_on(theme: str) -> None:
    settings = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))["theme"][theme]
    sheet = (ROOT / "app" / "page.css").read_text("utf-8")
    pairs = re.findall(r"--(\w+): light-dark\((#\w+), (#\w+)\)", sheet)
    colours = {name: (light, dark)[theme == "dark"] for name, light, dark in pairs}
    grounds = [
        settings["backgroundColor"],
        settings["secondaryBackgroundColor"],
        colours["paper"],
        colours["panel"],
    ]
    for name in ("ink", "muted", "accent", "good", "warn", "bad"):
        for ground in grounds:
            assert contrast(colours[name], ground) >= 4.5, (name, ground)
    for name in (f"p{n}" for n in range(8)):
        assert contrast(colours["ink"], colours[name]) >= 4.5, name
    for ground in grounds[:2]:
        assert contrast(settings["textColor"], ground) >= 4.5
        assert contrast(settings["linkColor"], ground) >= 4.5
    assert contrast(colours["paper"], colours["warn"]) >= 4.5  # the mark of an old answer
    # Streamlit writes white on a button of the primary colour, in either theme.
    assert contrast("#ffffff", settings["primaryColor"]) >= 4.5
    assert "opacity" not in re.search(r"\.grey \{[^}]*\}", sheet)[0]  # type: ignore[index]


def test_nothing_is_fetched_from_elsewhere_and_nothing_is_counted() -> None:
    for file in (ROOT / "app").iterdir():
        if file.is_file():
            found = re.findall(r"https?://(?!www\.w3\.org/2000/svg)\S+", file.read_text(encoding="utf-8"))
            assert not found, file.name
    settings = tomllib.loads((ROOT / ".streamlit/config.toml").read_text(encoding="utf-8"))
    assert settings["browser"]["gatherUsageStats"] is False
    assert settings["server"]["address"] == "localhost"
    assert settings["server"]["maxUploadSize"] == files.LARGEST_MB


@pytest.mark.parametrize(
    ("name", "ending"),
    [
        ("申报书" * 100 + ".docx", ".docx"), ("..", ""), ("../../etc/passwd", ""), ("../../evil.txt", "evil.txt"),
        ("C:\\temp\\..\\guide.xlsx", ".xlsx"), ("", ""), ("a\x00b\n.txt", ".txt"), ("\ud800.pdf", ".pdf"), (".docx", ""),
        ("name." + "x" * 300, ""),
    ],
)  # fmt: skip
def test_an_upload_of_any_name_lands_in_its_own_folder(name: str, ending: str) -> None:
    """The name is a hint of what the file is, never a place; the file is gone after the block."""
    with files.as_path(files.receive(sent(name, b"content"))) as path:
        assert path.read_bytes() == b"content"
        assert path.name.endswith(ending)
        assert len(os.fsencode(path.name)) <= 255
        assert [p.name for p in path.parent.iterdir() if p == path] == [path.name]
        folder = path.parent
    assert not folder.exists()


def test_what_is_for_the_command_line_is_left_out_of_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    kind = Message(
        "像申报书（在“选题”页放入；命令行：matcher match）。",
        "like one (see Guide; command line: matcher match).",
    )
    name = Message(
        "像是摘要，请指明（命令行：--column 摘要=梗概（300字））；另",
        "may be it (command line: --column a=b (c)); more",
    )
    for language, shown in (
        ("zh", ["像申报书（在“选题”页放入）。", "像是摘要，请指明；另"]),
        ("en", ["like one (see Guide).", "may be it; more"]),
    ):
        monkeypatch.setattr(markup, "language", lambda spoken=language: spoken)
        assert [markup.either(kind), markup.either(name)] == shown
        # What people meet who put a file in the wrong place, or a table with names of its own.
        texts = {
            "readers": ["may be", "batch.several.file", "document.scan"],
            "readers/pdf": ["picture.no OCR"],
        }
        texts |= {"guide": ["other.proposal", "other.batch", "reading.no list", "reading.other document"]}
        for room, keys in texts.items():
            entries = tomllib.loads((ROOT / "matcher" / room / "messages.toml").read_text("utf-8"))
            for key in keys:
                assert not re.search(r"matcher [a-z]|--[a-z]|pip ", markup.either(Message(*entries[key]))), (
                    key
                )
