"""What people do who see the page for the first time, and who make mistakes."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Dialog, Page, expect

from tests.browser.conftest import Visit
from tests.browser.test_desks import ODD_GUIDE, OUTSIDE, VOUCHER, paste, upload
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
    expect(page.locator("[data-unsaved]")).to_have_count(1)
    assert asked_on_leaving(page)
    assert page.locator("[data-testid=stDataFrame]").count() == 0

    upload(page, table(tmp_path, 12))
    page.locator("[class*=st-key-row-suggested] button").wait_for()
    page.get_by_role("button", name=re.compile("^采纳建议")).click()
    decided(page, 1)
    expect(page.locator("[data-unsaved]")).to_have_count(1)  # drawn behind the row, which is drawn first
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


def test_the_phone_is_copied_alone_and_on_a_phone_the_verdict_is_in_view(visit: Visit) -> None:
    page = visit("")
    page.set_viewport_size({"width": 390, "height": 844})
    paste(page, VOUCHER)
    page.get_by_role("button", name="复制电话").wait_for()
    box = page.locator(".verdict").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] < 844
    page.get_by_role("button", name="复制电话").click()
    expect(page.get_by_role("button", name="已复制")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "58832826"


def test_a_filter_keeps_its_rows_in_the_other_language_and_is_named_in_it(
    visit: Visit, tmp_path: Path
) -> None:
    page = visit("intake")
    rows = f"编号,项目名称,摘要,申报课题\na1,创新券,{VOUCHER},2-12\na2,菜谱,{OUTSIDE},1-01\n"
    (tmp_path / "b.csv").write_text(rows, encoding="utf-8")
    upload(page, tmp_path / "b.csv")
    page.locator("[class*=st-key-row-suggested] button").wait_for()
    verdict = page.get_by_role("combobox", name="结论")
    verdict.scroll_into_view_if_needed()
    page.wait_for_timeout(200)  # a list closes where the page still moves
    verdict.click()
    page.get_by_role("option", name="相符").click()
    page.keyboard.press("Escape")
    expect(page.get_by_text(re.compile("^1 / 2 份"))).to_be_visible()
    page.get_by_text("EN", exact=True).click()
    expect(page.get_by_text(re.compile("^1 of 2;"))).to_be_visible()
    expect(page.locator(".st-key-filters")).to_contain_text("✓ agree")
    expect(page.locator(".st-key-filters")).not_to_contain_text("相符")


def test_what_takes_long_is_seen_at_the_top_of_the_page(visit: Visit) -> None:
    page = visit("guide")
    page.locator(".topic").first.wait_for()
    bar = "getComputedStyle(document.querySelector('.stApp'), '::before')"
    expect(page.locator(".stApp")).to_have_attribute("data-test-script-state", "notRunning")
    assert page.evaluate(f"{bar}.content") == "none"
    page.evaluate("document.querySelector('.stApp').dataset.testScriptState = 'running'")
    page.wait_for_timeout(1_000)
    assert page.evaluate(f"[{bar}.content, {bar}.opacity, {bar}.position]") == ['""', "1", "fixed"]


def test_a_finding_is_named_by_its_submission_and_decisions_on_pairs_are_asked_for(
    visit: Visit, tmp_path: Path
) -> None:
    rows = "".join(f"b{n},创新券,{VOUCHER}，按街区分年度比较兑付的进度,2-12\n" for n in range(2))
    (tmp_path / "b.csv").write_text(f"编号,项目名称,摘要,申报课题\n{rows}", encoding="utf-8")
    page = visit("duplicates")
    upload(page, tmp_path / "b.csv")
    page.locator(".sides").wait_for()
    with page.expect_download() as download:
        page.get_by_role("button", name="b0 的核对单 .docx").click()
    assert download.value.suggested_filename == "b0-finding.docx"
    page.get_by_role("radiogroup", name="是否重复").get_by_text("是", exact=True).click()
    expect(page.locator("[data-unsaved]")).to_have_count(1)
    assert asked_on_leaving(page)


def test_a_key_that_a_row_offers_nothing_for_neither_blocks_the_next_nor_decides_another_row(
    visit: Visit, tmp_path: Path
) -> None:
    page = visit("intake")
    rows = f"编号,项目名称,摘要,申报课题\na1,创新券,{VOUCHER},\na2,菜谱,{OUTSIDE},1-01\n"
    (tmp_path / "b.csv").write_text(rows, encoding="utf-8")
    upload(page, tmp_path / "b.csv")
    opened = page.locator(".st-key-open .id").first
    expect(opened).to_have_text("a1")
    page.locator("[class*=st-key-row-suggested] button").wait_for()
    page.locator("h1").click()
    page.keyboard.press("r")  # it declares no topic that could be kept
    page.keyboard.press("j")
    expect(opened).to_have_text("a2", timeout=5_000)
    page.keyboard.press("k")
    expect(opened).to_have_text("a1")
    page.locator("h1").click()
    page.keyboard.press("r")
    page.get_by_label(re.compile("查找")).fill("a2")
    page.keyboard.press("Enter")
    expect(opened).to_have_text("a2")
    page.wait_for_timeout(2_000)
    decided(page, 0)
