"""The labels of elements: what their class, id, role and tag say they are for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from lxml.html import HtmlElement

# Labels of an element by its class and id; parts of words match, because sites run words together.
LABEL_PATTERNS = {
    "nav": r"\bnav|menu|breadcrumb|\btoc\b|pagination|pager|skip-",
    "foot": r"foot(?:er)?\b|colophon|copyright|legal|disclaimer",
    "side": r"side-?bar|\baside\b|widget|rail\b|right-?col",
    "related": r"relat|recommend|popular|trending|more-|also|read-?next|next-?post|prev|latest"
    r"|similar|teaser|outbrain|taboola|card|carousel|slider",
    "share": r"share|sharing|social|follow|addtoany",
    "comment": r"comment|disqus|respond|reply|discussion|feedback",
    "promo": r"promo|newsletter|subscri|sign-?up|cta\b|banner|advert|\bads?\b|sponsor|donat"
    r"|paywall|popup|modal|cookie|consent|gdpr|overlay",
    "author": r"author|byline|\bbio\b|contributor|writer",
    "meta": r"meta\b|metadata|\bdate|time|posted|publish|tags?\b|categor|topic|kicker|eyebrow"
    r"|label|info\b",
    "caption": r"caption|credit|figure|image|photo|gallery|media",
    "title": r"title|headline|heading|hero|masthead|\bheader",
    "hidden": r"hidden|hide|sr-only|screen-reader|visually|print",
    "body": r"article-?_?body|entry-?content|post-?content|post-?body|story-?body"
    r"|article-?content|articletext|content-?body|main-?content|body-?content|rich-?text|prose"
    r"|page-?content|article__content|post_content|field--name-body|wysiwyg",
    "content": r"content|article|post\b|story|entry|main",
}
COMPILED_LABELS = {name: re.compile(pattern) for name, pattern in LABEL_PATTERNS.items()}
ROLE_LABELS = {"navigation": "nav", "menu": "nav", "menubar": "nav", "complementary": "side"}
ROLE_LABELS |= {"contentinfo": "foot", "main": "<main>"}
LABELED_TAGS = frozenset(
    "nav footer aside header form figure figcaption article main section table ul ol li "
    "blockquote dl address summary details button dialog label".split()
)
HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
MAX_CLASS_CHARS = 400  # longer class names are generated


class ElementLabels:
    """The labels of a page's elements, computed once per element from class, id, role and tag."""

    def __init__(self) -> None:
        self._labels: dict[HtmlElement, frozenset[str]] = {}

    def of(self, elements: Iterable[HtmlElement]) -> set[str]:
        """Return the labels that any of `elements` has."""
        found: set[str] = set()
        for node in elements:
            labels = self._labels.get(node)
            if labels is None:
                labels = self._labels[node] = _element_labels(node)
            if labels:
                found |= labels
        return found


def _element_labels(node: HtmlElement) -> frozenset[str]:
    names = f"{node.get('class') or ''} {node.get('id') or ''}".lower()
    found = set(_name_labels(names)) if 1 < len(names) < MAX_CLASS_CHARS else set()
    if node.get("itemprop") in ("articleBody", "text", "mainContentOfPage"):
        found.add("body")
    if role := ROLE_LABELS.get(node.get("role") or ""):
        found.add(role)
    if node.tag in LABELED_TAGS:
        found.add(f"<{node.tag}>")
    if (
        HIDDEN_STYLE.search(node.get("style") or "")
        or node.get("hidden") is not None
        or node.get("aria-hidden") == "true"
    ):
        found.add("not shown")
    return frozenset(found)


@lru_cache(maxsize=4096)
def _name_labels(names: str) -> frozenset[str]:
    return frozenset(name for name, pattern in COMPILED_LABELS.items() if pattern.search(names))
