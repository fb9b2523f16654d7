"""Selectors of `html:` rules: CSS, or XPath where one starts with `/`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from cssselect import HTMLTranslator
from cssselect import SelectorError as CssError
from lxml.etree import XPath, XPathError
from lxml.html import HtmlElement


class SelectorError(ValueError):
    """A selector that does not parse."""


@lru_cache(maxsize=4096)
def compile_selector(selector: str) -> XPath:
    """Compile one selector; raises SelectorError."""
    try:
        if selector.startswith(("/", "(/", "./")):
            return XPath(selector)
        return XPath(HTMLTranslator().css_to_xpath(selector))
    except (CssError, XPathError) as error:
        raise SelectorError(f"selector {selector!r} does not parse: {error}") from None


def select(tree: HtmlElement, selector: str) -> list[HtmlElement]:
    """The elements that `selector` finds, in document order."""
    try:
        found = compile_selector(selector)(tree)
    except XPathError:
        return []
    return (
        [node for node in found if isinstance(node, HtmlElement)] if isinstance(found, list) else []
    )


def select_texts(tree: HtmlElement, selector: str) -> list[str]:
    """The texts that `selector` finds: of elements their content, or attributes as they are."""
    try:
        found = compile_selector(selector)(tree)
    except XPathError:
        return []
    texts = found if isinstance(found, list) else [found]
    read = (t.text_content() if isinstance(t, HtmlElement) else str(t) for t in texts)
    return [clean for text in read if (clean := " ".join(str(text).split()))]


def outermost(nodes: Sequence[HtmlElement]) -> list[HtmlElement]:
    """`nodes` without those that stand inside another of them."""
    chosen = set(nodes)
    return [n for n in nodes if not any(a in chosen for a in n.iterancestors())]
