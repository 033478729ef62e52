"""Takes the pictures of the manuals anew: `python -m tests.browser.screenshots`."""

from __future__ import annotations

import re
import subprocess
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.browser.conftest import CHROMIUM, FLAGS, served
from tests.browser.test_desks import VOUCHER, paste, upload
from tests.browser.test_flows import table

FOLDER = Path(__file__).parent.parent.parent / "docs" / "screenshots"
_MOST_BYTES = 300_000
_MATCHED = 60_000  # milliseconds for what an encoder has to be loaded for


def _applicants(page: Page) -> None:
    paste(page, VOUCHER)
    page.locator(".items li").first.wait_for(timeout=_MATCHED)


def _intake(page: Page) -> None:
    with tempfile.TemporaryDirectory() as folder:
        upload(page, table(Path(folder), 30))
        page.locator(".st-key-open .sides").wait_for(timeout=_MATCHED)
    page.get_by_role("button", name=re.compile("采纳建议")).click()
    page.locator(".st-key-strokes").scroll_into_view_if_needed()
    page.wait_for_timeout(2_000)


def main() -> None:
    """Draw each desk and keep its picture; AssertionError for one that is too large for the repository."""
    fonts = subprocess.run(["fc-list", ":lang=zh"], capture_output=True, text=True, check=True).stdout
    assert fonts, "there is no Chinese font here: every character would be an empty box"
    with (
        tempfile.TemporaryDirectory() as data,
        served(Path(data)) as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for name, path, drawn in (("applicants", "", _applicants), ("intake", "intake", _intake)):
            person = browser.new_context(viewport={"width": 1280, "height": 1000})
            person.grant_permissions(["clipboard-read", "clipboard-write"])
            page = person.new_page()
            page.goto(f"{address}/{path}")
            page.locator(".guide-line").wait_for(timeout=_MATCHED)
            drawn(page)
            file = FOLDER / f"{name}.png"
            page.screenshot(path=file)
            assert file.stat().st_size <= _MOST_BYTES, file
            person.close()
        browser.close()


if __name__ == "__main__":
    main()
