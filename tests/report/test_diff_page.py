"""The page of a comparison is escaped, runs only its own script, is accessible and has filters."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from cleaner.cli import app
from cleaner.corpus.run import clean_corpus
from cleaner.pipeline import Cleaner
from cleaner.report import render
from cleaner.report.diff import diff
from cleaner.report.render import diff_page
from tests.helpers.browser import chromium, opened
from tests.helpers.report_corpus import NASTY
from tests.helpers.rules import make_rules
from tests.helpers.texts import MORE, PROSE

if TYPE_CHECKING:
    from playwright.sync_api import Browser

FEW = "site: pier.example\nname: The Pier\nrules:\n  - kind: social\n    line: Share this\n"
MANY = """
site: pier.example
name: The <i>Pier</i>
rules:
  - kind: promo
    line: Share this
  - kind: other
    line: '<*window.broken*'
  - kind: bio
    line: Nobody *
  - kind: markup
    span: to dredge
"""
AUDIT = (Path(__file__).parent / "audit.js").read_text("utf-8")


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two runs over documents full of markup."""
    folder = tmp_path_factory.mktemp("runs")
    text = "\n\n".join([PROSE, *NASTY, "Share this", MORE])
    rows = [{"id": f"<b>{n}", "url": "https://pier.example/1", "text": text} for n in range(3)]
    rows.append({"id": "gone", "url": "https://pier.example/2", "text": "Elsewhere"})
    raw = folder / "r.jsonl"
    raw.write_text("".join(json.dumps(row) + "\n" for row in rows))
    for name, rules in (("was", FEW), ("now", MANY)):
        clean_corpus(Cleaner(make_rules(rules)), [raw], folder / name)
    return folder / "was", folder / "now"


@pytest.fixture(scope="module")
def page(runs: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("page") / "diff.html"
    result = CliRunner().invoke(app, ["diff", *map(str, runs), "-o", str(out)])
    assert result.exit_code == 0, result.stderr
    return out


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as made:
        yield made


def test_documents_are_escaped(page: Path) -> None:
    text = page.read_text("utf-8")
    assert "<script>window.broken" not in text
    assert "&lt;script&gt;window.broken = 1&lt;/script&gt;" in text
    assert "<b>0" not in text and "<i>Pier" not in text
    assert text.count("<script>") == 1


def test_the_same_runs_make_the_same_page(runs: tuple[Path, Path], page: Path) -> None:
    assert diff_page(diff(*runs)) == page.read_bytes()


def test_what_is_shown_is_bounded(runs: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(render, "MAX_RULES", 2)
    monkeypatch.setattr(render, "MAX_RULE_LINES", 1)
    found = diff(*runs)
    text = diff_page(found).decode()
    assert text.count('<details class="rule"') == 2
    assert f"And {len(found.rules) - 2} more rules." in text
    assert "more: <code>cleaner diff --rule pier.example/other</code>" in text


def test_nothing_of_a_document_runs(browser: Browser, page: Path) -> None:
    with opened(browser, page.as_uri()) as shown:
        assert shown.evaluate("window.broken") is None
        assert "NASTY" not in shown.title()
        words = shown.locator(".rule", has_text="pier.example/other").inner_text()
        assert "</script><script>window.broken = 2</script>" in words


def test_rules_are_filtered(browser: Browser, page: Path) -> None:
    with opened(browser, page.as_uri()) as shown:
        rules = shown.locator(".rule:visible h3")
        names = {"other", "bio", "promo", "social", "markup"}
        assert {name.split("/")[1] for name in rules.all_inner_texts()} == names
        shown.locator("#rules [name=show]").select_option("prose")
        assert [name.split("/")[1] for name in rules.all_inner_texts()] == ["bio"]
        shown.locator("#rules [name=show]").select_option("stays")
        assert [name.split("/")[1] for name in rules.all_inner_texts()] == ["social"]
        shown.locator("#rules [name=show]").select_option("all")
        shown.locator("#rules [name=text]").fill("PIER.EXAMPLE/MARK")
        assert len(rules.all_inner_texts()) == 1
        assert shown.locator("#rules > .count").inner_text() == "1 of 5 rules"


def test_an_edited_line_is_shown_as_it_was_and_is(browser: Browser, page: Path) -> None:
    with opened(browser, page.as_uri()) as shown:
        edited = shown.locator(".rule", has_text="pier.example/markup").locator(".change").first
        assert edited.locator("del").inner_text() == PROSE
        assert edited.locator("ins").inner_text() == PROSE.replace("to dredge ", "")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_it_is_accessible(browser: Browser, page: Path, scheme: Any, width: int) -> None:
    size = {"width": width, "height": 800}
    with opened(browser, page.as_uri(), viewport=size, color_scheme=scheme) as shown:
        shown.locator("details").evaluate_all("all => all.forEach((each) => (each.open = true))")
        assert shown.evaluate(AUDIT) == []
        assert shown.evaluate("document.documentElement.scrollWidth") <= width


def test_two_runs_that_are_the_same_have_a_page_too(runs: tuple[Path, Path]) -> None:
    text = diff_page(diff(runs[0], runs[0])).decode()
    assert "No differences." in text
    assert "No rule behaves differently." in text
