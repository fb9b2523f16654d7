"""Selectors of `html:` rules: CSS, or XPath where one starts with `/`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache

from cssselect import HTMLTranslator
from cssselect import SelectorError as CssError
from lxml.etree import XPath, XPathError
from lxml.html import HtmlElement, document_fromstring

from cleaner.errors import CleanerError
from cleaner.rules.xpath import trouble

SMALL = (
    "<html lang=en><head><title>Pier</title><meta name=author content=Ann></head><body><article>"
    "<h1 id=a class=b>Pier</h1><div><p>It <a href='/'>opened</a>.</p><time datetime=2020>x</time>"
    "<ul><li><span>y</span></li></ul><img src=z alt=z></div></article></body></html>"
)
NO_ELEMENT = re.compile(r"(?:^|/)(?:@|attribute::|text\(\)$|comment\(\)$)[^/\]]*$")


class SelectorError(CleanerError, ValueError):
    """A selector that does not parse, or can find nothing."""


@lru_cache(maxsize=4096)
def compile_selector(selector: str) -> XPath:
    """Compile one selector; raises SelectorError."""
    try:
        return XPath(_path(selector))
    except (CssError, XPathError) as error:
        raise SelectorError(f"selector {selector!r} does not parse: {error}") from None


def _path(selector: str) -> str:
    if selector.startswith(("/", "(/", "./")):
        return selector
    return str(HTMLTranslator().css_to_xpath(selector))


def check_selector(selector: str, *, texts: bool = False) -> None:
    """Raise SelectorError for one that does not parse, would fail in a page, or would take too
    long there. With `texts` it may give text, else it must give elements."""
    compiled = compile_selector(selector)
    if why := trouble(_path(selector)):
        raise SelectorError(f"selector {selector!r}: {why}")
    try:
        found = compiled(_small())
    except XPathError as error:
        raise SelectorError(f"selector {selector!r} fails: {error}") from None
    if not isinstance(found, list) and not (texts and isinstance(found, str)):
        what = {"bool": "true or false", "float": "a number"}.get(type(found).__name__, "a text")
        raise SelectorError(f"selector {selector!r} gives {what}, and finds no elements")
    if not texts and (last := NO_ELEMENT.search(_path(selector))):
        raise SelectorError(f"selector {selector!r} ends in {last[0].lstrip('/')}, no element")


@cache
def _small() -> HtmlElement:
    return document_fromstring(SMALL)


def select(tree: HtmlElement, selector: str) -> list[HtmlElement]:
    """The elements that `selector` finds, in document order; none where it fails in this page."""
    try:
        found = compile_selector(selector)(tree)
    except XPathError:  # a page too large for it; others were refused with their rule file
        return []
    return (
        [node for node in found if isinstance(node, HtmlElement)] if isinstance(found, list) else []
    )


def select_texts(tree: HtmlElement, selector: str) -> list[str]:
    """The texts that `selector` finds: of elements their content, or attributes as they are."""
    try:
        found = compile_selector(selector)(tree)
    except XPathError:  # as above
        return []
    texts = found if isinstance(found, list) else [found]
    read = (t.text_content() if isinstance(t, HtmlElement) else str(t) for t in texts)
    return [clean for text in read if (clean := " ".join(str(text).split()))]


def outermost(nodes: Sequence[HtmlElement]) -> list[HtmlElement]:
    """`nodes` without those that stand inside another of them."""
    chosen = set(nodes)
    return [n for n in nodes if not any(a in chosen for a in n.iterancestors())]
