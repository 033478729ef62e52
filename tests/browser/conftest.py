"""A real page in a real browser: Streamlit on a free port, and the Chromium of the machine."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from matcher import shipped

CHROMIUM = os.environ.get("CHROMIUM") or next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))),
    None,
)
PATIENCE = 60_000  # milliseconds that anything may take on a busy machine; what is timed says so itself
FLAGS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    # Each new person's window would draw the lists of an address bar, that nobody sees, in a process of their own: a
    # fifth of all the processor time. The rest are of Playwright's own list, which this one stands in place of.
    "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup,AimEnabled,HttpsUpgrades,LensOverlay,MediaRouter,OptimizationHints",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason="no Chromium on this machine; CHROMIUM may name one"))


@contextmanager
def served(folder: Path, **settings: str) -> Iterator[str]:
    """The address of a page that keeps its data in `folder`, started as `matcher app` starts it."""
    with socket.socket() as free:
        free.bind(("localhost", 0))
        port = free.getsockname()[1]
    settings |= {
        "MATCHER_CACHE": str(folder / "cache"),
        "MATCHER_DATA": str(folder / "data"),
        "OMP_WAIT_POLICY": "PASSIVE",
    }
    command = [
        sys.executable, "-m", "streamlit", "run", str(shipped.app_page()), "--server.headless=true", f"--server.port={port}",
    ]  # fmt: skip
    # Streamlit reads its settings from the folder that it is started in.
    server = subprocess.Popen(command, env={**os.environ, **settings}, cwd=shipped.app_page().parent)
    try:
        at = f"http://localhost:{port}"
        _wait(f"{at}/_stcore/health", server)
        yield at
    finally:
        server.terminate()
        server.wait(PATIENCE / 1000)


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The page of this machine's one user."""
    with served(tmp_path_factory.mktemp("page")) as at:
        yield at


def _wait(url: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(150):
        assert server.poll() is None, "the page ended at once"
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError("the page did not start in 30 seconds")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


Visit = Callable[[str], Page]


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Visit]:
    """Opens a desk as a new person would: own cookies, own session. No request may leave the machine."""
    people: list[BrowserContext] = []
    elsewhere: list[str] = []

    def opened(path: str) -> Page:
        person = browser.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True)
        person.grant_permissions(["clipboard-read", "clipboard-write"])
        people.append(person)
        page = person.new_page()
        page.set_default_timeout(PATIENCE)
        page.on(
            "request",
            lambda r: None if r.url.startswith((address, "data:", "blob:")) else elsewhere.append(r.url),
        )
        page.goto(f"{address}/{path}")
        page.wait_for_selector("h1")
        return page

    yield opened
    for person in people:
        person.close()
    assert elsewhere == []
