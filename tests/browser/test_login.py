"""Accounts in a real browser: the form, the cookie, a reload, and the way out."""

from __future__ import annotations

import time
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from matcher.credentials import Accounts
from tests.browser.conftest import served

NAME, PASSWORD = "zhang", "a long enough password"
COOKIE = "matcher-session"


def _log_in(page: Page, password: str) -> None:
    page.locator("input[autocomplete=username]").fill(NAME)
    page.locator("input[autocomplete=current-password]").fill(password)
    page.keyboard.press("Enter")


def test_an_account_is_asked_for_kept_over_a_reload_and_left_for_good(
    browser: Browser, tmp_path: Path
) -> None:
    (tmp_path / "data").mkdir()
    Accounts(tmp_path / "data" / "accounts.json").add(NAME, PASSWORD)
    with served(tmp_path, MATCHER_LOGIN="1") as address:
        person = browser.new_context()
        page = person.new_page()
        page.set_default_timeout(30_000)
        page.goto(address)
        _log_in(page, "not the password at all")
        expect(page.locator(".notice.bad")).to_be_visible()
        assert person.cookies() == [] or all(cookie["name"] != COOKIE for cookie in person.cookies())
        _log_in(page, PASSWORD)
        page.locator(".st-key-leave button").wait_for()
        page.wait_for_function(f"document.cookie.includes({COOKIE!r})")
        (cookie,) = [cookie for cookie in person.cookies() if cookie["name"] == COOKIE]
        assert cookie["sameSite"] == "Strict"
        assert 11 * 3600 < cookie["expires"] - time.time() <= 12 * 3600
        assert len(cookie["value"]) >= 40
        page.reload()
        page.locator(".st-key-leave button").click()
        page.locator("input[autocomplete=username]").wait_for()
        thief = browser.new_context()
        thief.add_cookies([{"name": COOKIE, "value": cookie["value"], "url": address}])
        page = thief.new_page()
        page.goto(address)
        page.locator("input[autocomplete=username]").wait_for()
        for context in (person, thief):
            context.close()
