"""The site in a browser, as a server gives it: no errors, and no page wider than a telephone."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from tests.helpers.browser import chromium

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

WIDTH = 375


def note_error(errors: list[str], error: object) -> None:
    errors.append(str(error))


class _Silent(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Silent, directory=site)) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="module")
def context(address: str) -> Iterator[BrowserContext]:
    with chromium() as browser:
        made = browser.new_context(base_url=address, viewport={"width": WIDTH, "height": 800})
        made.set_default_timeout(60_000)
        yield made
        made.close()


def test_pages_have_no_errors_and_fit_a_narrow_screen(site: Path, context: BrowserContext) -> None:
    wrong = {}
    for file in sorted(site.rglob("*.html")):
        errors: list[str] = []
        page = context.new_page()
        page.on("pageerror", partial(note_error, errors))
        page.goto(f"/{file.relative_to(site)}", wait_until="load")
        width = page.evaluate("document.documentElement.scrollWidth")
        if errors or width > WIDTH:
            wrong[str(file.relative_to(site))] = (width, errors)
        page.close()
    assert wrong == {}


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    page = context.new_page()
    page.goto("/new-site/", wait_until="load")
    yield page
    page.close()


def test_the_search_opens_by_its_key(page: Page) -> None:
    page.keyboard.press("s")
    page.locator("#mkdocs-search-query").wait_for(state="visible")


def test_the_search_finds(page: Page) -> None:
    page.goto("/new-site/?q=quarantine")
    assert page.locator("#mkdocs-search-results a").first.inner_text()


def test_light_and_dark_are_switched_by_the_reader(page: Page) -> None:
    for mode in ("dark", "light"):
        page.locator(f"[data-bs-theme-value={mode}]").dispatch_event("click")
        assert page.locator("html").get_attribute("data-bs-theme") == mode


def test_the_columns_of_a_wide_table_are_reached_by_scrolling_it(page: Page) -> None:
    page.goto("/quality/", wait_until="load")
    table = page.locator(".table-responsive").first
    table.evaluate("e => e.scrollTo(1000, 0)")
    last = table.locator("th").last.bounding_box()
    assert last is not None and last["x"] + last["width"] <= WIDTH
