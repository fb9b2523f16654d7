"""The documentation is built as a site without a warning, and needs no network when it is read."""

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from enum import EnumMeta
from pathlib import Path

import cleaner
from tests.helpers.pages import ROOT


def test_every_page_is_in_it(site: Path) -> None:
    pages = {page.stem for page in (ROOT / "docs").glob("*.md")}
    made = {path.parent.name if path.parent != site else "index" for path in site.rglob("*.html")}
    assert pages <= made


def test_reading_it_takes_no_network(site: Path) -> None:
    loads = re.compile(
        r"<(?:script|link|img|iframe|source)\b[^>]*\b(?:src|href)=[\"']?(?:https?:)?//"
    )
    for page in site.rglob("*.html"):
        found = [tag for tag in loads.findall(page.read_text()) if 'rel="canonical"' not in tag]
        assert found == [], page
    for sheet in site.rglob("*.css"):
        assert not re.search(r"url\([\"']?(?:https?:)?//|@import", sheet.read_text()), sheet


def test_no_heading_is_named_by_a_digit(site: Path) -> None:
    """The theme takes the names of headings for selectors, which do not begin with one."""
    for page in site.rglob("*.html"):
        assert re.findall(r'href="#\d[^"]*"', page.read_text()) == [], page


def test_the_interface_is_told_from_its_docstrings(site: Path) -> None:
    page = (site / "api" / "index.html").read_text()
    assert 'id="cleaner.Cleaner.clean"' in page
    assert "&gt;&gt;&gt;" in page


def test_every_public_name_is_told_with_its_fields_or_values(site: Path) -> None:
    page = (site / "api" / "index.html").read_text()
    entries = re.split(r'<h3 id="cleaner\.(\w+)"', page)
    told = {name: re.sub(r"<[^>]+>", "", text) for name, text in pairs(entries[1:])}
    assert told.keys() == set(cleaner.__all__)
    for name, text in told.items():
        made = getattr(cleaner, name)
        if is_dataclass(made) and name != "RuleSet":  # which load_rules makes
            shown = {*re.findall(r"\b(\w+): ", text.split(")\n")[0])}
            assert {field.name for field in fields(made)} <= shown, name
        elif isinstance(made, EnumMeta):
            assert made.__members__.keys() <= {*re.findall(r"(\w+) = '", text)}, name


def pairs(found: list[str]) -> Iterator[tuple[str, str]]:
    return zip(found[::2], found[1::2], strict=True)
