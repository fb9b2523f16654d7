"""The way of a republished article: original source, republishers, and dates of copies."""

from __future__ import annotations

import pytest

from cleaner.document import Document, Format, Metadata
from cleaner.pipeline import Cleaner
from tests.helpers.rules import make_rules

SITES = {
    "gazette.example": """
site: gazette.example
name: Harwick Gazette
marks: The Harwick Gazette has this story.
rules:
  - {kind: dateline, at: head, line: "Harwick Gazette, {date}"}
  - {kind: source, at: head, line: "First seen in {source}, {original_date}"}
  - {kind: byline, at: head, line: "By {author}"}
""",
    "herald.example": """
site: herald.example
name: Tarn Herald
marks: The Tarn Herald has this story.
""",
}
PROSE = "The board of the harbour sold the old pier on Monday to a company that nobody knew at all."
HEAD = "Harwick Gazette, May 4, 2021"


@pytest.fixture(scope="module")
def cleaner() -> Cleaner:
    return Cleaner(make_rules(*SITES.values()))


def metadata(cleaner: Cleaner, *lines: str, url: str | None) -> Metadata:
    return cleaner.clean(Document("1", "\n\n".join(lines), url=url)).metadata


def test_the_only_site_on_the_way_is_the_source(cleaner: Cleaner) -> None:
    lines = (HEAD, PROSE, "The Harwick Gazette has this story.")
    found = metadata(cleaner, *lines, url="https://blog.example/pier")
    assert (found.original_source, found.republished_by) == ("Harwick Gazette", ())
    assert found.original_date == found.date_published == "2021-05-04"


def test_a_site_after_the_source_has_republished_it(cleaner: Cleaner) -> None:
    lines = (HEAD, "First seen in Tarn Herald, 3 May 2021", PROSE)
    marks = ("The Harwick Gazette has this story.", "The Tarn Herald has this story.")
    found = metadata(cleaner, *lines, *marks, url="https://blog.example/pier")
    assert (found.original_source, found.republished_by) == ("Tarn Herald", ("Harwick Gazette",))
    assert found.original_date == "2021-05-03"


def test_a_site_does_not_republish_itself(cleaner: Cleaner) -> None:
    lines = (HEAD, "First seen in Tarn Herald, 3 May 2021", PROSE)
    found = metadata(cleaner, *lines, url="https://gazette.example/pier")
    assert (found.site_name, found.republished_by) == ("Harwick Gazette", ())
    assert (found.date_published, found.original_date) == ("2021-05-04", "2021-05-03")


def test_a_text_without_a_url_has_no_way(cleaner: Cleaner) -> None:
    lines = (HEAD, PROSE, "The Harwick Gazette has this story.")
    found = metadata(cleaner, *lines, url=None)
    assert (found.site_name, found.original_source) == ("Harwick Gazette", None)


def test_an_outlet_is_no_author_beside_a_person(cleaner: Cleaner) -> None:
    lines = ("By Ann Harwell", "By Harwick Gazette", PROSE, "The Harwick Gazette has this story.")
    assert metadata(cleaner, *lines, url="https://blog.example/pier").authors == ("Ann Harwell",)


def test_rules_read_the_lines_below_the_headline_of_a_page(cleaner: Cleaner) -> None:
    body = "".join(f"<p>{PROSE} {n}</p>" for n in range(6))
    head = f"<div class='meta'><p>{HEAD}</p><p>First seen in Tarn Herald, 3 May 2021</p></div>"
    page = (
        f"<html><body><h1>Pier Is Sold to Nobody</h1>{head}<article>{body}</article></body></html>"
    )
    done = cleaner.clean(Document("1", page, Format.HTML, url="https://gazette.example/pier"))
    assert done.metadata.original_source == "Tarn Herald"
    assert done.metadata.original_date == "2021-05-03"
    assert done.metadata.title == "Pier Is Sold to Nobody"
