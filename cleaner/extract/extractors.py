"""The two extractors: trafilatura, and resiliparse to check its result."""

from __future__ import annotations

import re

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, fromstring

from cleaner.extract.rendering import render

# References to characters that XML forbids. The parser resolves them, and lxml then refuses to
# move the text that contains them. trafilatura drops the same characters when they are literal.
FORBIDDEN_REFERENCES = re.compile(
    r"&#(?:0*(?:[0-8]|1[124-9]|2\d|3[01]|6553[45])|[xX]0*(?:[0-8bcefBCEF]|1[\da-fA-F]|[fF]{3}[efEF]))"
    r"(?:;|(?![\da-fA-F]))"
)

FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # characters in XML
FAULTY_DOCTYPE = re.compile(r"^< ?! ?doctype[^>]*/[^<>]*>", re.IGNORECASE)  # libxml2 stops at it
CLOSED_ROOT = re.compile(r"(<html[^>]*?)\s*/>\s*$", re.IGNORECASE | re.MULTILINE)
HEAD_CHARS, DOCTYPE_CHARS = 4096, 50  # in which the root and its doctype begin


def _parser() -> HTMLParser:
    """A parser whose elements are found without a call of Python for each, as lxml.html does; no
    other class of elements is needed."""
    parser = HTMLParser(
        collect_ids=False,
        encoding="utf-8",
        remove_comments=True,
        remove_pis=True,
    )
    parser.set_element_class_lookup(etree.ElementDefaultClassLookup(element=HtmlElement))
    return parser


PARSER = _parser()

# trafilatura is slow to import, and plain text does not need it: each function imports it.


def preload() -> None:
    """Import what pages need, once, before workers are forked."""
    import trafilatura  # noqa: F401


def parse_page(page: str) -> HtmlElement | None:
    """Parse a page; return None if it has no tree."""
    begin = page[:DOCTYPE_CHARS].lower()
    page = FORBIDDEN.sub("", page)
    if "&#" in page:
        page = FORBIDDEN_REFERENCES.sub("", page)
    if "doctype" in begin:
        page = FAULTY_DOCTYPE.sub("", page, count=1)
    if CLOSED_ROOT.search(page, 0, HEAD_CHARS):
        page = CLOSED_ROOT.sub(r"\1>", page, count=1)
    try:
        tree: HtmlElement = fromstring(page.encode("utf-8", "replace"), parser=PARSER)
    except etree.ParserError:
        return None  # nothing but white space and comments
    return tree if "html" in begin or len(tree) > 1 else None


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
        output_format="xml",  # otherwise a text is made that is not used here
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
