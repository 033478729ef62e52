"""What people do who see the page for the first time, and who make mistakes."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Dialog, Page, expect

from tests.browser.conftest import Visit
from tests.browser.test_desks import upload
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
