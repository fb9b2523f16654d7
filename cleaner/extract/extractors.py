"""The two extractors: trafilatura, and resiliparse to check its result."""

from __future__ import annotations

import re

from lxml.html import HtmlElement

from cleaner.extract.rendering import render

# References to characters that XML forbids. The parser resolves them, and lxml then refuses to
# move the text that contains them. trafilatura drops the same characters when they are literal.
FORBIDDEN_REFERENCES = re.compile(
    r"&#(?:0*(?:[0-8]|1[124-9]|2\d|3[01]|6553[45])|[xX]0*(?:[0-8bcefBCEF]|1[\da-fA-F]|[fF]{3}[efEF]))"
    r"(?:;|(?![\da-fA-F]))"
)

# trafilatura is slow to import, and plain text does not need it: each function imports it.


def preload() -> None:
    """Import what pages need, once, before workers are forked."""
    import trafilatura  # noqa: F401


def parse_page(page: str) -> HtmlElement | None:
    """Parse a page; return None if it has no tree."""
    import trafilatura

    if "&#" in page:
        page = FORBIDDEN_REFERENCES.sub("", page)
    tree: HtmlElement | None = trafilatura.load_html(page)
    return tree


def trafilatura_text(tree: HtmlElement, url: str | None, *, markdown: bool = False) -> str:
    """Return the text that trafilatura extracts from a page, or the same as CommonMark."""
    import trafilatura

    if markdown:
        for link in [a for a in tree.iter("a") if not len(a) and not (a.text or "").strip()]:
            link.drop_tag()  # trafilatura takes the text after an empty link for its own
    found = trafilatura.bare_extraction(
        tree,
        url=url,
        with_metadata=False,
        include_comments=False,
        include_formatting=markdown,
        include_links=markdown,
        deduplicate=False,
    )
    return render(found.body, markdown=markdown) if found and found.body is not None else ""


def resiliparse_text(page: str) -> str:
    """Return the text that resiliparse extracts from a page."""
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
