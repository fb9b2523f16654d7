"""What two extractors take for the article of a page: trafilatura, and resiliparse as a check."""

from __future__ import annotations

from typing import Any

import trafilatura
from lxml.html import HtmlElement

# The default is the day of the run; a result must not depend on it.
DATES = {"original_date": True, "extensive_search": True, "max_date": "2100-01-01"}


def run_trafilatura(tree: HtmlElement, url: str | None, *, metadata: bool = True) -> Any:
    """trafilatura's document of a page; None where it finds none."""
    return trafilatura.bare_extraction(
        tree,
        url=url,
        with_metadata=metadata,
        include_comments=False,
        deduplicate=False,
        date_extraction_params=DATES,
    )


def trafilatura_text(tree: HtmlElement, url: str | None) -> str:
    """The text that trafilatura takes from a page."""
    found = run_trafilatura(tree, url, metadata=False)
    return (found.text or "") if found else ""


def second_opinion(page: str) -> str:
    """The text that resiliparse takes from a page."""
    from resiliparse.extract.html2text import extract_plain_text

    found: str = extract_plain_text(
        page,
        preserve_formatting=True,
        main_content=True,
        alt_texts=False,
        links=False,
        comments=False,
        post_meta=False,
    )
    return found
