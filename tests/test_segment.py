from __future__ import annotations

import re
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from unittest.mock import patch

import jieba
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher import segment, shipped
from matcher.language import language_of
from matcher.segment import HAN, LONGEST_PASSAGE, fold, normalise, passages, pieces, visible, words

MIXED = st.text(
    st.sampled_from(
        "天津市創新券研究。；，！ \n\t.,aB3５ＡＢ（）①ﬁéсоβ\u0332\u034f\ue000\u200b\u00a0\ufeff\u0301\ud800\U0001f600한ᅡ㎡"
    ),
    max_size=60,
)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("（１）創新券：ＡＢＣ", "(1)创新券:ABC"),
        ("科\u200b技\ufeff创\u00a0新", "科技创 新"),
        ("面積１㎡", "面积1m2"),
        ("e\u0301tude, É", "etude, E"),
        ("с\u0430ncer \u0440\u043e\u0440ul\u0430tion", "cancer population"),
        (
            "\u0440\u0443\u0441\u0441\u043a\u0438\u0439 \u0441\u043e\u0440",
            "\u0440\u0443\u0441\u0441\u043a\u0438\u0439 \u0441\u043e\u0440",
        ),
        ("β-胡萝卜素", "β-胡萝卜素"),
        (
            "u\u0332n\u0332d\u0332er \u034fa\u3164b\u17b4c\u180bd\ue000e\U000e0100f\U000e0061g",
            "under abcdefg",
        ),
        ("高 校 科 技 成果", "高校科技 成果"),
        ("高 校 科 技 成 果 R&D", "高校科技成果 R&D"),
        ("第一章 总 则", "第一章 总 则"),
        ("t r a n s f e r of it", "transfer of it"),
        ("研 究 内 容 ： 用 2 0 台 P M 2 . 5 传 感 器", "研究内容:用20台PM2.5传感器"),
        ("a n  A I  m o d e l  o f  2 0  p o r t s", "an AI model of 20 ports"),
        (
            "t h e s t u d y o f l o w - c o s t p u m p s , a s i n 2 0 2 1",
            "the study of low-cost pumps, as in 2021",
        ),
        ("a\x00b\x1bc", "a b c"),
        ("坏\ud800字", "坏\ufffd字"),
        ("以後與乾隆皇后", "以后与乾隆皇后"),
        ("", ""),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(MIXED | st.text(max_size=40))
def test_normalise_is_fold_with_offsets(text: str) -> None:
    normalised = normalise(text)
    assert normalised.text == fold(text)
    assert len(normalised.origin) == len(normalised.text) + 1
    assert normalised.origin == sorted(normalised.origin)
    assert normalised.origin[-1] == len(text)


@given(st.text("，；：（）！？％<=a\u0338\u0301研＜㎡…", max_size=20) | st.text(max_size=20))
def test_marks_may_be_narrowed_first(text: str) -> None:
    assert segment._nfkc(text) == unicodedata.normalize("NFKC", text)


@given(st.text("研創新券，。：“”…‥‗‑（）ＡｂＣ aI1\t\n\u0301\uff9e\u3000", max_size=30))
def test_plain_texts_are_folded_as_character_by_character(text: str) -> None:
    with patch.object(segment, "_ALL_COMPARED", re.compile("(?!)")):
        slow = normalise(text)
    assert normalise(text) == slow


def test_offsets_point_at_the_original_characters() -> None:
    text = "\ufeff關於　創\u200b新券"
    normalised = normalise(text)
    start = normalised.text.index("创新券")
    assert text[normalised.origin[start] : normalised.origin[start + 3]] == "創\u200b新券"


@given(MIXED | st.text(max_size=1000))
def test_passages_cover_every_letter_and_digit(text: str) -> None:
    found = passages("d", text)
    assert all(text[p.start : p.end] == p.text and 0 < len(p.text) <= LONGEST_PASSAGE for p in found)
    assert all(a.end <= b.start for a, b in pairwise(found))
    outside = list(text)
    for p in found:
        outside[p.start : p.end] = " " * len(p.text)
    assert not any(c.isalnum() for c in outside)
    assert [p.id for p in found] == [f"d#{n}" for n in range(len(found))]


def test_passages_end_where_sentences_end() -> None:
    text = "研究现状；提出“对策”。\n1. Voucher policy of 3.5% (U.S. cases). Does it work? 好！"
    assert [p.text for p in passages("d", text)] == [
        "研究现状；", "提出“对策”。", "1. Voucher policy of 3.5% (U.S. cases).", "Does it work?", "好！",
    ]  # fmt: skip


def test_a_window_is_never_exceeded_and_nothing_is_lost() -> None:
    text = "甲乙丙丁，戊己庚辛壬癸。" * 5
    found = pieces(text, lambda t: len(t) <= 4)
    assert max(map(len, found)) <= 4
    assert "".join(found) == text


def test_a_megabyte_without_a_stop_is_cut() -> None:
    text = "创" * 300_000
    found = passages("d", text)
    assert "".join(p.text for p in found) == text


def test_words_keep_the_user_dictionary_whole(tmp_path: Path) -> None:
    text, cut = (
        "天津市创新券与R&D经费，AI-driven 3.5%",
        ["天津市", "创新券", "与", "r&d", "经费", "ai-driven", "3.5"],
    )
    assert words(text) == [*cut[:1], "创新", "券", *cut[2:]]
    terms = tmp_path / "terms.txt"
    terms.write_text("创新券  # 企业用来买服务\n", encoding="utf-8")
    # In a process of its own: a word that the segmenter was given stays with it.
    code = (
        "import sys, pathlib, matcher.segment as s; s.terms_file = lambda: pathlib.Path(sys.argv[1]); "
        "sys.stdout.buffer.write('\\n'.join(s.words(sys.argv[2])).encode())"
    )
    command = [sys.executable, "-c", code, str(terms), text]
    assert subprocess.run(command, capture_output=True, check=True).stdout.decode().split("\n") == cut


def test_visible_removes_what_could_steer_a_terminal() -> None:
    assert visible("a\x1b[31mb\u202ec\nd") == "a [31mbc\nd"


def test_han_runs_are_cut_as_jieba_cuts_them() -> None:
    """The Rust build stands in for jieba: with the same dictionary, the same words."""
    reference = jieba.Tokenizer()
    text = fold(shipped.default_guide().read_text(encoding="utf-8"))
    text += "小微企业拿到补贴以后，研发投入到底有没有增加？老工业城市怎样留住青年科学家。他说的确实在理；南京市长江大桥"
    runs = re.findall(f"[{HAN}]+", text)
    assert len(runs) > 700
    assert [words(run) for run in runs] == [reference.lcut(run) for run in runs]


def test_short_words_are_joined_where_wider_spaces_part_spread_ones() -> None:
    text = "W e  d i s g u i s e  i t .  A  B  C and more"
    assert fold(text) == "We disguise it. A B C and more"
    assert normalise(text).text == fold(text)


def test_passages_of_a_spread_text_end_where_its_sentences_end() -> None:
    sentences = ["Boats wait in the harbour for a full day.", "Why do they wait?", "We count them."]
    spread = "  ".join(" ".join(word) for word in " ".join(sentences).split())
    read = passages("d", spread)
    assert [fold(p.text) for p in read] == sentences
    assert [p.text for p in read] == [spread[p.start : p.end] for p in read]


ENGLISH = (
    "We estimate how guarantee funds and venture capital alter the survival of small firms. "
    "Matched loan and patent records show which public programmes help innovative companies to grow."
)


def in_each_word(text: str) -> str:
    return " ".join(
        f"{word[: len(word) // 2]} {word[len(word) // 2 :]}" if len(word) > 1 else word
        for word in text.split()
    )


def letters_apart(text: str) -> str:
    return " ".join(c for c in text if c != " ")


@pytest.mark.parametrize(("disguise", "least"), [(in_each_word, 0.95), (letters_apart, 0.95)])
def test_words_with_false_spaces_are_joined(disguise: Callable[[str], str], least: float) -> None:
    disguised = disguise(ENGLISH)
    expected = fold(ENGLISH).replace(".", "").split()
    read = fold(disguised).replace(".", "").split()
    assert sum(word in read for word in expected) >= least * len(expected)
    again = normalise(disguised)
    assert again.text == fold(disguised)
    assert all(disguised[at].lower() == c.lower() for at, c in zip(again.origin, again.text, strict=False))


@pytest.mark.parametrize(
    "text",
    [
        ENGLISH,
        "It is as it was: we do as we do, and if it is so we go on to do it as we did it in the old way.",
        "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18",
        "Chúng tôi đo độ mặn của nước ở các cửa sông và xem lúa có bị hại hay không",
        "a b c",
    ],
)
def test_spaces_that_part_words_stay(text: str) -> None:
    assert fold(text).count(" ") == text.count(" ")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("科技创新券", "zh"),
        ("CRISPR-Cas9 基因编辑研究", "zh"),  # ten letters beside six characters
        ("Gene editing by CRISPR-Cas9", "en"),
        ("abc甲", "zh"),  # a character says as much as three letters
        ("abcd甲", "en"),
        ("инновации", None),
        ("инновации 创新券", "zh"),
        ("イノベーション", None),
        ("innovation и α, β", "en"),
        ("innovation инновации", None),
        ("2023, 4.5 %", None),
        ("", None),
    ],
)
def test_the_language_of_a_text_by_its_letters(text: str, language: str | None) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize(("written", "folded"), [("🅝🅞🅘🅢🅔", "NOISE"), ("🆂🅾🆂研究", "SOS研究"), ("🄽🄾", "NO")])
def test_letters_white_on_black_are_letters(written: str, folded: str) -> None:
    assert fold(written) == normalise(written).text == folded
