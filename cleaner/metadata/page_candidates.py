"""What a page says of its article beside the text: each value with where it stands.

For each field the places are asked in the order of their trust, and all that was found is given,
the best first: the choice among fields of other sources is made elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from lxml.html import HtmlElement

from cleaner.extract.blocks import Block
from cleaner.extract.extractors import trafilatura_metadata
from cleaner.extract.json_ld import Node, texts
from cleaner.metadata.headlines import title_of
from cleaner.metadata.page_authors import authors_of, bylines_of, names_of
from cleaner.metadata.page_dates import dates_of, stands_in
from cleaner.metadata.page_facts import Attempts, MetadataCandidate, Page, read_facts, words_of

META_TITLE = ("og:title", "twitter:title", "parsely-title", "sailthru.title", "dc.title")
NEEDED = frozenset(("title", "authors", "date_published"))
GUESSED = frozenset(("authors", "date_published"))  # by trafilatura, where the page states none
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")


def read_page(
    tree: HtmlElement,
    nodes: Sequence[Node],
    blocks: Sequence[Block],
    url: str | None,
    attempt: Attempts,
) -> list[MetadataCandidate]:
    """All that the page states, whose schema.org objects and blocks these are; the surest of each
    field first.

    trafilatura is asked for what is missing alone: it takes longer than all else here.
    """
    page = read_facts(tree, nodes, blocks, url)
    title = attempt("title", _title, page)
    bylines = attempt("bylines", bylines_of, page, title[0].value if title else "")
    near = [byline for place, byline in bylines if place == "byline"]
    stated = [
        *title,
        *attempt("authors", authors_of, page, bylines),
        *attempt("dates", dates_of, page, near),
        *attempt("metadata", _plain, page),
    ]
    stated = [s for s in stated if s.value]
    missing = NEEDED - {s.field for s in stated}
    if missing:
        author, date = "authors" in missing, "date_published" in missing
        guesses = attempt("trafilatura's metadata", _guesses, page, url, author, date)
        stated += [s for s in guesses if s.field in missing or s.field not in GUESSED]
    return stated


def _guesses(page: Page, url: str | None, author: bool, date: bool) -> Iterator[MetadataCandidate]:
    """What trafilatura finds."""
    found = trafilatura_metadata(page.tree, url, author=author, date=date)
    place = "html:trafilatura"
    yield from (
        s for s in names_of("trafilatura", (found.author or "").split(";"), page) if s.value
    )
    values = {
        "title": found.title,
        "date_published": found.date if found.date and stands_in(page, found.date) else None,
        "canonical_url": found.url,
        "site_name": found.sitename,
        "description": found.description,
        "categories": tuple(found.categories or ()),
        "tags": tuple(found.tags or ()),
    }
    yield from (MetadataCandidate(field, value, place) for field, value in values.items() if value)


def _title(page: Page) -> Iterator[MetadataCandidate]:
    headings = [words_of(h) for h in page.tree.iter("h1")]
    stated = [t for name in META_TITLE for t in page.meta.get(name, ())]
    stated[1:1] = [t for n in page.article for t in texts(n.get("headline"), page.nodes)]
    stated += [str(t) for t in page.tree.xpath("//head/title/text()")]
    if chosen := title_of(headings, stated, page.sites, page.host):
        yield MetadataCandidate("title", chosen[0], f"html:{chosen[1]}")


# --- the rest ---------------------------------------------------------------------------------


def _plain(page: Page) -> Iterator[MetadataCandidate]:
    """Fields that are taken as they stand."""
    canonical = [str(u) for u in page.tree.xpath("//link[@rel='canonical']/@href")]
    for url in (*canonical, *page.meta.get("og:url", ())):
        if url.startswith(("http://", "https://")):
            yield MetadataCandidate(
                "canonical_url", url, "html:link" if url in canonical else "html:og"
            )
    yield MetadataCandidate(
        "site_name", next(iter(page.meta.get("og:site_name", ())), None), "html:og"
    )
    yield MetadataCandidate("site_name", next(iter(page.sites), None), "html:json-ld")
    for key in ("og:description", "description", "twitter:description"):
        yield MetadataCandidate(
            "description", next(iter(page.meta.get(key, ())), None), "html:meta"
        )
    for text in (page.tree.get("lang"), page.tree.get("xml:lang"), *_stated_languages(page)):
        if text and LANGUAGE.fullmatch(text.strip()):
            yield MetadataCandidate("language", language_tag(text.strip()), "html:lang")
    for key, field in (("article:section", "categories"), ("article:tag", "tags"),
                       ("keywords", "tags"), ("news_keywords", "tags")):  # fmt: skip
        items = [i.strip() for text in page.meta.get(key, ()) for i in text.split(",")]
        yield MetadataCandidate(field, tuple(dict.fromkeys(filter(None, items))), "html:meta")
    for node in page.article:
        yield MetadataCandidate(
            "categories", tuple(texts(node.get("articleSection"), page.nodes)), "html:json-ld"
        )


def _stated_languages(page: Page) -> Iterator[str]:
    for node in page.article:
        yield from texts(node.get("inLanguage"), page.nodes, "alternateName")
    for key in ("og:locale", "content-language", "language", "dc.language"):
        yield from page.meta.get(key, ())


def language_tag(text: str) -> str:
    """A BCP 47 tag in its usual case.

    >>> language_tag("EN_gb")
    'en-GB'
    """
    first, *rest = text.replace("_", "-").split("-")
    rest = [r.upper() if len(r) == 2 else r.title() if len(r) == 4 else r.lower() for r in rest]
    return "-".join([first.lower(), *rest])
