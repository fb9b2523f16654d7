"""The article of an HTML page: its text by trafilatura, helped by the `html:` rules of its site."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

import trafilatura
from lxml import html as lxml_html
from lxml.html import HtmlElement

from cleaner.extract.panel import TRAFILATURA, choose
from cleaner.rules.fields import parse_authors, parse_date, parse_title
from cleaner.rules.model import HtmlRules
from cleaner.rules.selector import outermost, select, select_texts

# The default is the day of the run; a result must not depend on it.
DATES = {"original_date": True, "extensive_search": True, "max_date": "2100-01-01"}
# The text that rules leave must be at least this share of what plain extraction gives, ...
COLLAPSED = 0.2
# ... and of imported rules, that nobody read, this share of its words must be in there too.
AGREED = 0.9


@dataclass(frozen=True)
class Extracted:
    """The text of a page, the metadata fields found beside it, and what was unusual.

    `headings` are the headlines of the page, `extractor` and `why` say whose text it is.
    """

    text: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    extractor: str | None = None
    why: str | None = None


def parse_page(page: str) -> HtmlElement | None:
    """The tree of a page; None where there is none to be had."""
    tree: HtmlElement | None = trafilatura.load_html(page)
    return tree


def hosts_in(tree: HtmlElement) -> list[str]:
    """Hosts that the page itself names as its home: canonical link and og:url."""
    urls = tree.xpath("//link[@rel='canonical']/@href | //meta[@property='og:url']/@content")
    return [host for url in urls if (host := host_of(str(url)))]


def host_of(url: str | None) -> str | None:
    """The host of a URL, or the text itself where it is a bare host name."""
    if not url:
        return None
    try:
        host = urlsplit(url if "//" in url else f"//{url}").hostname
    except ValueError:
        return None
    return host if host and "." in host and " " not in host else None


def extract(
    tree: HtmlElement,
    page: str,
    url: str | None,
    rules: Sequence[HtmlRules],
    *,
    second_opinion: bool = True,
) -> Extracted:
    """Extract the article of `page`, whose tree is `tree`. `rules` are those of its site files.

    Where the rules find nothing any more, or leave hardly any text, plain extraction stands; and
    that is trafilatura's, or with `second_opinion` the best of several where they disagree.
    """
    made = _narrowed(tree, url, rules)
    headings = _headings(tree)
    if made.extractor is not None or not second_opinion:
        return replace(made, headings=headings, extractor=made.extractor or TRAFILATURA)
    chosen = choose(page, made.text, lambda: _recall(tree, url))
    return replace(
        made, text=chosen.text, headings=headings, extractor=chosen.extractor, why=chosen.why
    )


def _headings(tree: HtmlElement) -> tuple[str, ...]:
    """The headlines that a page states: h1, og:title and title."""
    found = [h.text_content() for h in tree.iter("h1")]
    found += tree.xpath("//meta[@property='og:title']/@content | //head/title/text()")
    return tuple(clean for text in found if (clean := " ".join(str(text).split())))


def _recall(tree: HtmlElement, url: str | None) -> str:
    found = trafilatura.bare_extraction(
        tree, url=url, include_comments=False, deduplicate=False, favor_recall=True
    )
    return (found.text or "") if found else ""


def _narrowed(tree: HtmlElement, url: str | None, rules: Sequence[HtmlRules]) -> Extracted:
    """What trafilatura finds, with the html rules; `extractor` is set where these decided."""
    plain = _run(tree, url)
    fields = {} if plain is None else _fields(plain, tree)
    fields.update(_stated(tree, rules))
    text = "" if plain is None else plain.text or ""
    selectors = [r for r in rules if r.content or r.prune]
    if not selectors:
        return Extracted(text, fields)
    narrowed, notes = _narrow(tree, selectors)
    if narrowed is None:
        return Extracted(text, fields, tuple(notes))
    better = _run(narrowed, url)
    narrow = (better.text or "") if better else ""
    if doubt := _doubt(narrow, text, imported=any(r.imported for r in selectors)):
        return Extracted(text, fields, (*notes, f"html rules {doubt}; not used"))
    return Extracted(narrow, fields, tuple(notes), extractor="html rules")


def _doubt(narrow: str, plain: str, *, imported: bool) -> str | None:
    """Why the text that html rules left is not to be used; None if it is."""
    words = narrow.split()
    if not words or len(words) < COLLAPSED * len(plain.split()):
        return "left too little text"
    if imported:
        there = Counter(plain.split())
        common = sum((Counter(words) & there).values())
        if common < AGREED * len(words):
            return "were imported and disagree with plain extraction"
    return None


def _stated(tree: HtmlElement, rules: Sequence[HtmlRules]) -> dict[str, Any]:
    """The metadata that the site files' selectors point at."""
    found: dict[str, Any] = {}
    readers: tuple[tuple[str, str, Callable[[str], Any]], ...] = (
        ("title", "title", parse_title),
        ("author", "authors", parse_authors),
        ("date", "date_published", parse_date),
    )
    for rule in rules:
        for key, name, read in readers:
            texts = (t for s in getattr(rule, key) for t in select_texts(tree, s))
            value = next((v for t in texts if (v := read(t)) is not None), None)
            if value is not None:
                found.setdefault(name, value)
    return found


def _run(tree: HtmlElement, url: str | None) -> Any:
    return trafilatura.bare_extraction(
        tree,
        url=url,
        with_metadata=True,
        include_comments=False,
        deduplicate=False,
        date_extraction_params=DATES,
    )


def _narrow(tree: HtmlElement, rules: Sequence[HtmlRules]) -> tuple[HtmlElement | None, list[str]]:
    """A copy of the page pruned and cut to its content; None where no selector finds a thing."""
    narrowed = copy.deepcopy(tree)
    pruned = [n for r in rules for s in r.prune for n in select(narrowed, s)]
    for node in pruned:
        if node.getparent() is not None:
            node.drop_tree()
    notes: list[str] = []
    for rule in rules:
        found = next((nodes for s in rule.content if (nodes := select(narrowed, s))), [])
        if found:
            return _only(narrowed, outermost(found)), notes
        if rule.content:
            notes.append("no html.content selector matches: " + ", ".join(rule.content))
    return (narrowed if pruned else None), notes


def _only(tree: HtmlElement, nodes: Sequence[HtmlElement]) -> HtmlElement:
    """A page with the head of `tree` and nothing but `nodes` in its body."""
    page = lxml_html.Element("html", {str(k): str(v) for k, v in tree.attrib.items()})
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


def _fields(found: Any, tree: HtmlElement) -> dict[str, Any]:
    """What trafilatura says of the page, under our names."""
    language = found.language or tree.get("lang") or tree.get("xml:lang")
    fields = {
        "title": found.title,
        "authors": tuple(a.strip() for a in (found.author or "").split(";") if a.strip()),
        "date_published": found.date,
        "site_name": found.sitename,
        "description": found.description,
        "categories": tuple(found.categories or ()),
        "tags": tuple(found.tags or ()),
        "canonical_url": found.url,
        "language": language.replace("_", "-") if language else None,
    }
    return {name: value for name, value in fields.items() if value}
