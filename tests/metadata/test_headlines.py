"""The title of a page among its headings and the titles in its head."""

from __future__ import annotations

from cleaner.metadata.headlines import choose_title

TITLE = "Board Sells the Old Pier"


def test_the_name_of_a_site_among_the_titles_does_not_hide_the_headline() -> None:
    stated = [f"{TITLE} - Tarn News", "Tarn News"]
    assert choose_title([TITLE], stated, [], None) == (TITLE, "h1")


def test_the_name_of_a_blog_before_the_title_is_no_headline() -> None:
    stated = [TITLE, f"Reef Letter: {TITLE}"]
    assert choose_title(["Reef Letter"], stated, [], None) == (TITLE, "head")
