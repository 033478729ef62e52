"""What people do who see the page for the first time, and who make mistakes."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Dialog, Page, expect

from tests.browser.conftest import Visit
from tests.browser.test_desks import ODD_GUIDE, paste, upload
from tests.browser.test_flows import decided, saved, table


def asked_on_leaving(page: Page) -> bool:
    """Whether the browser asks before the page is loaded anew; it then is."""
    asked: list[str] = []

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", answer)
    page.reload()
    page.wait_for_selector("h1")
    page.remove_listener("dialog", answer)
    return asked == ["beforeunload"]


def test_decisions_of_a_tab_are_asked_for_before_it_is_left_and_go_on_from_their_report(
    visit: Visit, tmp_path: Path
) -> None:
    page = visit("intake")
    upload(page, table(tmp_path, 12))
    page.locator("[class*=st-key-row-suggested] button").wait_for()
    first = page.locator(".st-key-open .id").first.inner_text()
    page.get_by_role("button", name=re.compile("^采纳建议")).click()
    decided(page, 1)
    assert asked_on_leaving(page)
    assert page.locator("[data-testid=stDataFrame]").count() == 0

    upload(page, table(tmp_path, 12))
    page.locator("[class*=st-key-row-suggested] button").wait_for()
    page.get_by_role("button", name=re.compile("^采纳建议")).click()
    decided(page, 1)
    report = saved(page, lambda: page.get_by_role("button", name="下载 .xlsx").click(), tmp_path / "r.xlsx")
    assert not asked_on_leaving(page)

    upload(page, report)
    expect(page.get_by_text("接着上次：读回 1 个决定、0 条备注。")).to_be_visible()
    decided(page, 1)
    page.get_by_label(re.compile("查找")).fill(first)
    page.keyboard.press("Enter")
    expect(page.locator(".st-key-open .id").first).to_have_text(first)
    expect(page.get_by_role("combobox", name="决定报到哪个课题")).not_to_have_value("（未决定）")


def test_a_file_that_is_too_large_is_refused_in_view_with_what_to_do(visit: Visit, tmp_path: Path) -> None:
    (tmp_path / "large.docx").write_bytes(b"0" * 21_000_000)
    page = visit("")
    upload(page, tmp_path / "large.docx")
    page.locator("[data-testid=stFileChip] [role=alert]").wait_for(state="attached")
    for width, language, line in (
        (1440, "中文", "超过 20 MB，没有读：请压缩图片或拆分后再传"),
        (390, "EN", "Larger than 20 MB and not read: shrink its pictures or split it"),
    ):
        page.set_viewport_size({"width": width, "height": 844})
        page.get_by_text(language, exact=True).click()
        field = page.locator("[data-testid=stFileUploaderDropzone]")
        drawn = "e => { const s = getComputedStyle(e, '::after'); return [s.content, s.display, s.fontSize] }"
        expect(page.locator("html")).to_have_attribute("lang", re.compile("zh|en"))
        page.wait_for_timeout(500)
        content, display, size = field.evaluate(drawn)
        assert content == f'"{line}"'
        assert display != "none"
        assert float(size.removesuffix("px")) > 12


def test_whoever_has_another_guide_gets_there_and_back_with_the_text(visit: Visit, tmp_path: Path) -> None:
    (tmp_path / "湖东.txt").write_text(ODD_GUIDE, encoding="utf-8")
    page = visit("")
    paste(page, "公交线路怎样调整，换乘才方便")
    expect(page.locator(".verdict")).to_contain_text("没有合适的课题")
    page.get_by_role("link", name="换一份指南").click()
    expect(page.locator("h1")).to_have_text("申报指南")
    upload(page, tmp_path / "湖东.txt")
    expect(page.locator(".section").first).to_have_text("2030年湖东市软课题申报指南")
    page.get_by_role("link", name="选题").click()
    expect(page.locator(".card h3")).to_contain_text("1-01")  # the text is still there
    expect(page.locator(".office")).to_contain_text("0571-1001")
