"""The review in a browser sends edits and shows the answer as text."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from cleaner.report.load_run import open_run
from cleaner.report.model import Report
from cleaner.report.render import report_page
from cleaner.report.review import Review
from cleaner.report.server import ReviewServer
from cleaner.rules.ruleset import RuleSet, load_rules
from tests.helpers.browser import Opened, chromium
from tests.helpers.report_corpus import NASTY, PACK, SITE, write_run
from tests.helpers.texts import MORE, PROSE

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

AUDIT = (Path(__file__).parent / "audit.js").read_text("utf-8")
EXAMPLE = f"examples:\n  - text: {MORE}\n    clean: {MORE}\n"
ANSWERED = "word => document.querySelector('.review').textContent.includes(word)"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as made:
        yield made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "rules"
    made.mkdir()
    (made / "pier.example.yaml").write_text(f"# by hand{SITE}{EXAMPLE}")
    (made / "common.yaml").write_text(PACK)
    return made


@pytest.fixture
def server(tmp_path: Path, folder: Path) -> Iterator[ReviewServer]:
    _, out = write_run(tmp_path, rules=load(folder))
    report = Report.from_json((out / "_run" / "report.json").read_bytes())
    review = Review(open_run(out), folder, bundled=False)
    with ReviewServer(report_page(report, review=True), review.answer) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def load(folder: Path) -> RuleSet:
    return load_rules([folder], bundled=False)


@contextmanager
def reviewed(browser: Browser, server: ReviewServer, id: str, **options: Any) -> Iterator[Page]:
    """Open a document; at the end, check that only the server received requests."""
    context = browser.new_context(**options)
    context.set_default_timeout(60_000)
    watched = Opened(context.new_page())
    watched.page.goto(f"{server.address}#doc={quote(id)}")
    yield watched.page
    assert watched.said == []
    assert all(url.startswith(server.address) for url in watched.asked)
    context.close()


def press(page: Page, text: str, key: str) -> None:
    page.locator(".lines li", has_text=text).first.focus()
    page.keyboard.press(key)


def ask(page: Page, button: str, word: str) -> str:
    page.get_by_role("button", name=button).click()
    page.wait_for_function(ANSWERED, arg=word)
    return page.locator(".review").inner_text()


def test_edits_are_tried_and_then_written(
    browser: Browser, server: ReviewServer, folder: Path
) -> None:
    before = (folder / "pier.example.yaml").read_text()
    with reviewed(browser, server, "doc-8") as page:
        press(page, "The keeper", "t")
        said = ask(page, "Try on this run", "These rules can be written")
        assert "In 1 document of this run: 1 line would be kept." in said
        assert (folder / "pier.example.yaml").read_text() == before
        said = ask(page, "Write into the rules", "Written")
        assert "+  - The keeper of the north light" in said
    assert (folder / "pier.example.yaml").read_text().startswith("# by hand")
    (file,) = [f for f in load(folder).files if not f.is_pack]
    assert len(file.keep) == 1


def test_a_refusal_is_shown_and_nothing_is_written(
    browser: Browser, server: ReviewServer, folder: Path
) -> None:
    before = (folder / "pier.example.yaml").read_text()
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{server.address}#doc=doc-9")
    press(page, MORE, "b")
    said = ask(page, "Write into the rules", "Refused; nothing was written.")
    assert "the text differs" in said
    assert (folder / "pier.example.yaml").read_text() == before
    context.close()


def test_lines_full_of_markup_stay_text_and_become_rules(
    browser: Browser, server: ReviewServer, folder: Path
) -> None:
    with reviewed(browser, server, "</script><b>") as page:
        for number in range(len(NASTY)):
            page.locator(".lines li:not(.blank)").nth(number).focus()
            page.keyboard.press("b")
        marked = [edit["line"] for edit in page.evaluate("window.edits")]
        said = ask(page, "Write into the rules", "Written")
        assert "<script>window.broken = 1</script>" in said
        assert page.evaluate("window.broken") is None
        assert page.locator(".review script, .review img, .review b").count() == 0
    (file,) = [f for f in load(folder).files if not f.is_pack]
    assert [rule.hit[0] for rule in file.rules[-len(marked) :]] == marked


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_the_answer_is_accessible(
    browser: Browser, server: ReviewServer, scheme: Any, width: int
) -> None:
    size = {"width": width, "height": 800}
    options = {"viewport": size, "color_scheme": scheme, "reduced_motion": "reduce"}
    with reviewed(browser, server, "doc-8", **options) as page:
        press(page, PROSE, "b")
        ask(page, "Try on this run", "would be removed")
        assert page.evaluate(AUDIT) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert "would be removed" in page.locator(".review [role=status]").inner_text()
        focused = page.evaluate("document.activeElement.textContent")
        assert focused == "Try on this run"


def test_a_server_that_is_gone_is_said(browser: Browser, server: ReviewServer) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{server.address}#doc=doc-8")
    page.route("**/edits", lambda route: route.abort())
    press(page, PROSE, "b")
    assert "Is the review still running?" in ask(page, "Try on this run", "No answer")
    context.close()
