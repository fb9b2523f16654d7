"""What two extractors take for the article of a page: trafilatura, and resiliparse as a check."""

from __future__ import annotations

import re
from functools import cache
from importlib.metadata import version
from typing import Any

from lxml.html import HtmlElement

# The default is the day of the run; a result must not depend on it.
DATES = {"original_date": True, "extensive_search": True, "max_date": "2100-01-01"}


# References to characters that XML cannot have. The parser resolves them, and lxml then refuses to
# move the text they are in; as characters they are dropped by trafilatura.
CONTROLS = re.compile(
    r"&#(?:0*(?:[0-8]|1[124-9]|2\d|3[01]|6553[45])|[xX]0*(?:[0-8bcefBCEF]|1[\da-fA-F]|[fF]{3}[efEF]))"
    r"(?:;|(?![\da-fA-F]))"
)

# The versions of which the faster steps were compared with trafilatura's own; they reach into its
# internals, so with any other version they are not even imported.
TESTED = frozenset(("2.3.1",))


@cache
def is_tested() -> bool:
    return version("trafilatura") in TESTED


# trafilatura is imported where it is used: it is slow to, and texts do without.


def get_ready() -> None:
    """Import what pages need, once for all workers that are forked after it."""
    import trafilatura  # noqa: F401

    if is_tested():
        import cleaner.extract.quick_trafilatura.metadata
        import cleaner.extract.quick_trafilatura.text  # noqa: F401


def parse_page(page: str) -> HtmlElement | None:
    """The tree of a page; None where there is none to be had."""
    tree: HtmlElement | None
    if "&#" in page:
        page = CONTROLS.sub("", page)
    if is_tested():
        from cleaner.extract.quick_trafilatura.text import load_html

        tree = load_html(page)
    else:
        import trafilatura

        tree = trafilatura.load_html(page)
    return tree


def trafilatura_text(tree: HtmlElement, url: str | None) -> str:
    """The text that trafilatura takes from a page."""
    if is_tested():
        from cleaner.extract.quick_trafilatura.text import text_of

        text = text_of(tree, url)
        if text is not None:
            return text
    import trafilatura

    found = trafilatura.bare_extraction(
        tree, url=url, with_metadata=False, include_comments=False, deduplicate=False
    )
    return (found.text or "") if found else ""


def trafilatura_metadata(
    tree: HtmlElement, url: str | None, *, author: bool = True, date: bool = True
) -> Any:
    """What trafilatura finds beside the text; without an author or a date unless these are wanted,
    for it takes longest to guess them."""
    if is_tested():
        from cleaner.extract.quick_trafilatura.metadata import metadata_of

        return metadata_of(tree, url, DATES, author=author, date=date)
    from trafilatura.metadata import extract_metadata

    return extract_metadata(tree, url, DATES)


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
