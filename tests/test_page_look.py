"""What of a web page a browser does not show is left out and named; what it shows stays."""

from __future__ import annotations

import time

import pytest

from matcher.readers.formats.html import html_blocks

HIDDEN, COLOURED = "隐藏文字", "与底色相同、看不见的文字"
SHEET = "<style>.a{background:#000} .b{color:red}</style>"
# the page → what is said of 话, "" where it is seen
PAGES = {
    "<p style='color:#FFF'>话</p>": COLOURED,
    "<p style='color: rgb(254, 254, 254)'>话</p>": COLOURED,
    "<font color='white'>话</font>": COLOURED,
    "<font color='#ffffff'><b>话</b></font>": COLOURED,
    "<font color='#ffffff'><span style='background: #1f3864'>话</span></font>": "",
    "<p style='background:#000;color:#fff'>话</p>": "",
    "<p style='background:#000;color:#000'>话</p>": COLOURED,
    "<p style='color:#000;background-color:black'><i>话</i></p>": COLOURED,
    "<div style='background:#000'><p style='background:#fff;color:#000'>话</p></div>": "",
    "<div style='background:#000'><p style='background:none;color:#fff'>话</p></div>": "",
    "<body bgcolor=black><p style='color:#fff'>话</p>": "",
    "<table><tr><td bgcolor='#203864'><font color=white>话</font></table>": "",
    "<p style='background:url(a.png);color:#fff'>话</p>": "",
    "<p style='background:#fff;background-image:linear-gradient(red,blue);color:#fff'>话</p>": "",
    "<table background='a.png'><tr><td style='color:#fff'>话</table>": "",
    "<p style='color:transparent'>话</p>": COLOURED,
    "<p style='color:rgba(0,0,0,0)'>话</p>": COLOURED,
    "<p style='color:#00000000'>话</p>": COLOURED,
    "<p style='color:rgba(0,0,0,.9)'>话</p>": "",
    "<p style='color:#ffff'>话</p>": COLOURED,
    "<p style='color:hsl(0,0%,100%)'>话</p>": "",
    "<p style='color:#fff'><span style='color:#333'>话</span></p>": "",
    "<p style='color:#eee'>话</p>": "",
    "<p style='background-color:#fff'>话</p>": "",
    "<p class='a' style='color:#fff'>话</p>": COLOURED,
    f"{SHEET}<p class='a' style='color:#fff'>话</p>": "",
    f"{SHEET}<p style='color:#fff'><span class='b'>话</span></p>": "",
    "<link rel='stylesheet' href='x.css'><p class='a' style='color:#fff'>话</p>": "",
    "<style>body{color:#ddd; background:#111}</style><p style='color:#fff'>话</p>": "",
    "<style>p,body , div{background:#111}</style><p style='color:#fff'>话</p>": "",
    "<style>.body{background:#111}</style><p style='color:#fff'>话</p>": COLOURED,
    "<p style='font-size:1px'>话</p>": HIDDEN,
    "<p style='font-size:1.5pt'>话</p>": HIDDEN,
    "<p style='font-size:1.5em'>话</p>": "",
    "<p style='font-size:10pt'>话</p>": "",
    "<p style='height:0;overflow:hidden'>话</p>": HIDDEN,
    "<div style='overflow:hidden;max-height:0px'>话</div>": HIDDEN,
    "<p style='line-height:0;overflow:hidden'>话</p>": "",
    "<p style='height:0'>话</p>": "",
    "<p style='min-height:0;overflow:hidden'>话</p>": "",
}


@pytest.mark.parametrize("page", PAGES)
def test_what_is_seen(page: str) -> None:
    why = PAGES[page]
    content = html_blocks(page)
    assert ("话" in str(list(content.blocks))) == (not why)
    assert [loss.zh for loss in content.losses] == ([f"{why}未读（1 处：“话”）"] if why else [])


def test_letters_beside_white_ones_stay() -> None:
    content = html_blocks("<p style='color:#fff'>白<b style='color:#000'>黑</b>白</p>尾")
    assert list(content.blocks) == ["黑", "尾"]
    assert [loss.zh for loss in content.losses] == [f"{COLOURED}未读（2 处：“白白”）"]


@pytest.mark.parametrize("style", ["a:not(", "/*", "@media ", "body,", "body{", "a{b", "@media x{"])
def test_a_style_sheet_that_ends_in_the_midst_takes_no_longer(style: str) -> None:
    start = time.process_time()
    content = html_blocks(f"<style>{style * 100_000}</style><p>话</p>")
    assert list(content.blocks) == ["话"]
    assert time.process_time() - start < 5
