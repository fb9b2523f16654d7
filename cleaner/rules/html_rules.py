"""Apply the `html:` rules of site files to a page, unless their selectors are out of date."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lxml import html as lxml_html
from lxml.html import HtmlElement

from cleaner.document import Pruned
from cleaner.extract.extractors import trafilatura_text
from cleaner.messages import plural
from cleaner.rules.selectors import outermost, select
from cleaner.text.words import count_words, tokens

if TYPE_CHECKING:
    from cleaner.rules.schema import HtmlRules

# The text that rules leave must have at least this share of the words of plain extraction.
MIN_SHARE = 0.2
# With imported rules, which nobody has reviewed, this share of its words must be in there too.
MIN_AGREEMENT = 0.9


@dataclass(frozen=True)
class SiteHtml:
    """The html rules of one site file, and its key."""

    key: str
    rules: HtmlRules


@dataclass(frozen=True)
class Narrowed:
    """The text that html rules leave of a page and the reason; None if they are not used."""

    text: str | None = None
    why: str | None = None
    notes: tuple[str, ...] = ()
    pruned: tuple[Pruned, ...] = ()


def narrow(
    tree: HtmlElement,
    url: str | None,
    sites: Sequence[SiteHtml],
    plain: str,
    *,
    markdown: bool = False,
) -> Narrowed:
    """Try the content selectors in turn on the pruned page, then the pruned page as a whole, and
    use the first text that is not doubtful. `plain` is the text without any rule."""
    sites = [s for s in sites if s.rules.content or s.rules.prune]
    if not sites:
        return Narrowed()
    imported = any(s.rules.imported for s in sites)
    page = copy.deepcopy(tree)
    pruned = tuple(_prune(page, sites))
    notes = []
    for why, part in _candidates(page, sites, pruned):
        if part is None:
            notes.append(f"{why} finds nothing")
            continue
        text = trafilatura_text(part, url, markdown=markdown)
        doubt = _doubt(text, plain, imported=imported)
        if doubt is None:
            return Narrowed(text, why, tuple(notes), pruned)
        notes.append(f"{why} {doubt}; not used")
    return Narrowed(notes=tuple(notes))


def _prune(page: HtmlElement, sites: Sequence[SiteHtml]) -> Iterator[Pruned]:
    """Remove the nodes from `page` that the prune selectors find."""
    for site in sites:
        for selector in site.rules.prune:
            for node in select(page, selector):
                if node.getparent() is not None:
                    text = " ".join(str(node.text_content()).split())
                    node.drop_tree()
                    yield Pruned(f"{site.key}/html.prune", selector, text)


def _candidates(
    page: HtmlElement, sites: Sequence[SiteHtml], pruned: Sequence[Pruned]
) -> Iterator[tuple[str, HtmlElement | None]]:
    """Yield each candidate page with the reason, best first; None if a selector finds nothing."""
    for site in sites:
        for selector in site.rules.content:
            nodes = select(page, selector)
            yield f"html.content {selector}", _only(page, outermost(nodes)) if nodes else None
    if pruned:
        yield f"html.prune ({plural(len(pruned), 'node')})", page


def _doubt(text: str, plain: str, *, imported: bool) -> str | None:
    """Return the reason not to use the text that html rules left, or None."""
    if not text or count_words(text) < MIN_SHARE * count_words(plain):
        return "left too little text"
    if imported:
        words = Counter(tokens(text))
        if (words & Counter(tokens(plain))).total() < MIN_AGREEMENT * words.total():
            return "was imported and disagrees with plain extraction"
    return None


def _only(tree: HtmlElement, nodes: Sequence[HtmlElement]) -> HtmlElement:
    """Return a page with the head of `tree` and only `nodes` in its body."""
    page = lxml_html.Element("html")
    for name, value in tree.attrib.items():
        with suppress(ValueError):  # some pages have names that cannot be set: {attributes}
            page.set(name, value)
    head = tree.find("head")
    if head is not None:
        page.append(copy.deepcopy(head))
    body = lxml_html.Element("body")
    article = lxml_html.Element("article")
    body.append(article)
    page.append(body)
    for node in nodes:
        kept = copy.deepcopy(node)
        kept.tail = None
        article.append(kept)
    return page
