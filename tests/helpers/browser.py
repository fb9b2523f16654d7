"""Pages in a real browser, with a record of errors and network requests."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
OPTIONS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
]  # fmt: skip
OWN = ("file:", "data:", "about:", "blob:")


@contextmanager
def chromium() -> Iterator[Browser]:
    """Headless Chromium; skips the test if it is not installed."""
    playwright = pytest.importorskip("playwright.sync_api", reason="needs playwright (dev extra)")
    if CHROMIUM is None:
        pytest.skip("needs Chromium (apt-get install chromium)")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        yield browser
        browser.close()


@dataclass
class Opened:
    """A page, its console messages, and its network requests."""

    page: Page
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("request", lambda request: self._ask(request.url))

    def _ask(self, url: str) -> None:
        if not url.startswith(OWN):
            self.asked.append(url)

    def check(self) -> None:
        """Check that there was no error, no policy violation and no network request."""
        assert self.said == []
        assert self.asked == []


@contextmanager
def opened(browser: Browser, url: str, **options: Any) -> Iterator[Page]:
    """Open a page in a new context, and check it at the end."""
    context = browser.new_context(**options)
    context.set_default_timeout(60_000)
    watched = Opened(context.new_page())
    watched.page.goto(url)
    yield watched.page
    watched.check()
    context.close()
