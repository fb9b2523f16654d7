"""The metadata that a page states: title, authors, dates and the rest, each with its origin.

All values found are returned, the most reliable of each field first; `merging` chooses among them
and those of other sources.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from lxml.html import HtmlElement

from cleaner.extract.blocks import Block
from cleaner.extract.embedded_json import Node, node_texts
from cleaner.metadata.bylines import Byline
from cleaner.metadata.dates import find_dates, parse_machine_date
from cleaner.metadata.headlines import MAX_TITLE_CHARS, choose_title, fold_title
from cleaner.metadata.page_authors import author_candidates, find_bylines
from cleaner.metadata.page_data import Candidate, PageData, SafeReader, element_text

META_TITLE = ("og:title", "twitter:title", "parsely-title", "sailthru.title", "dc.title")
META_DATE = (
    "article:published_time og:published_time datepublished pubdate publishdate publish-date "
    "publish_date date dc.date dc.date.issued dcterms.created parsely-pub-date sailthru.date "
    "citation_publication_date article.published cxenseparse:recs:publishtime date.release "
    "article_date_original originalpublicationdate published published_time published-date "
    "published_date publication_date publication-date publish_time firstpublished dateposted "
    "article:publicationdate og:article:published_time og:pubdate og:publish_date bt:pubdate "
    "mediator_published_time shareaholic:article_published_time citation_date "
    "citation_online_date dc.created dc.issued dc.date.created dcterms.date dcterms.issued "
    "dcterms.created doc_date gentime live_date displaydate release_date video:release_date"
).split()
META_MODIFIED = (
    "article:modified_time og:updated_time datemodified last-modified dcterms.modified"
).split()
DATE_IN_URL = re.compile(r"/((?:19|20)\d\d)[/-]?(\d\d)[/-]?(\d\d)(?=[/_.-]|$)", re.ASCII)
# Two elements without a space between their words.
GLUED = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=[a-zà-ÿ\d])(?=[A-ZÀ-Þ])")
MAX_DATE_WORDS, MAX_DATE_LINKS = 12, 0.9  # of a block that dates the page
BLOCKS_BEFORE_HEADLINE = 3  # that may have its date
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")


def read_page_metadata(
    tree: HtmlElement,
    nodes: Sequence[Node],
    blocks: Sequence[Block],
    url: str | None,
    reader: SafeReader,
) -> list[Candidate]:
    """Return all metadata of a page with these schema.org objects and blocks."""
    page = PageData(tree, url, nodes, blocks)
    title = reader.read("title", _title, page)
    bylines = reader.read("bylines", find_bylines, page, title[0].value if title else "")
    nearby = [byline for place, byline in bylines if place == "byline"]
    candidates = [
        *title,
        *reader.read("authors", author_candidates, page, bylines),
        *reader.read("dates", _dates, page, nearby),
        *reader.read("metadata", _other_fields, page),
    ]
    if not any(c.field == "date_published" and c.value for c in candidates):
        candidates += reader.read(
            "date in the text", _shown_date, page, title[0].value if title else ""
        )
    return [c for c in candidates if c.value]


def _title(page: PageData) -> Iterator[Candidate]:
    headings = [element_text(h) for h in page.tree.iter("h1")]
    stated = [t for name in META_TITLE for t in page.meta.get(name, ())]
    stated[1:1] = page.texts("headline")
    stated += [str(t) for t in page.tree.xpath("//title[not(ancestor::svg)]/text()")[:1]]
    blocks = [b.text for b in page.blocks if len(b.text) <= MAX_TITLE_CHARS and b.links <= 0.5]
    if chosen := choose_title(headings, stated, page.sites, page.host, blocks):
        yield Candidate("title", chosen[0], f"html:{chosen[1]}")
    else:
        seconds = filter(None, (element_text(h) for h in page.tree.iter("h2")))
        yield from (Candidate("title", text, "html:h2") for text in islice(seconds, 1))


def _dates(page: PageData, bylines: Sequence[Byline]) -> Iterator[Candidate]:
    """Yield the dates near the headline, in machine-readable data and in time elements."""
    machine = [c for c in _machine_dates(page) if c.value]
    published = {str(c.value)[:10]: c for c in reversed(machine) if c.field == "date_published"}
    for byline in bylines:  # prefer a machine-readable date of the same day: it has the time
        candidate = Candidate("date_published", byline.date, "html:byline")
        yield published.get(byline.date or "", candidate)
        yield Candidate("date_modified", byline.updated, "html:byline")
    yield from machine
    times = [t for t in page.tree.iter("time") if "updat" not in (t.get("class") or "").lower()]
    for node in times[:1]:
        date = parse_machine_date(node.get("datetime") or "")
        yield Candidate("date_published", date, "html:time")


def _machine_dates(page: PageData) -> Iterator[Candidate]:
    for field, name, metas in (
        ("date_published", "datePublished", META_DATE),
        ("date_modified", "dateModified", META_MODIFIED),
    ):
        for text in page.texts(name):
            yield Candidate(field, parse_machine_date(text), "html:json-ld")
        for key in metas:
            for text in page.meta.get(key, ()):
                yield Candidate(field, parse_machine_date(text), "html:meta")
        for node in page.items.get(name, ()):
            text = node.get("datetime") or node.get("content") or str(node.text_content())
            yield Candidate(field, parse_machine_date(text), "html:microdata")


def _shown_date(page: PageData, title: str) -> Iterator[Candidate]:
    """Yield the date in the URL, and the first in a short block from the headline on. Longer blocks
    mention other dates."""
    for url in filter(None, (page.url, *page.meta.get("og:url", ()))):
        for found in DATE_IN_URL.findall(url):
            yield Candidate("date_published", parse_machine_date("-".join(found)), "html:url")
    start = max(0, _place_of(title, page.blocks) - BLOCKS_BEFORE_HEADLINE)
    for block in page.blocks[start:]:
        if len(block.words) <= MAX_DATE_WORDS and block.links < MAX_DATE_LINKS:
            for day in find_dates(GLUED.sub(" ", block.text)):
                yield Candidate("date_published", day, "html:text")


def _place_of(title: str, blocks: Sequence[Block]) -> int:
    """The number of the block that shows the title, or 0."""
    wanted = fold_title(title)
    shown = (
        n
        for n, block in enumerate(blocks)
        if len(block.text) < 2 * len(title) + 40 and wanted in fold_title(block.text)
    )
    return next(shown, 0) if wanted else 0


def _other_fields(page: PageData) -> Iterator[Candidate]:
    """Yield the fields that need no interpretation."""
    canonical = [str(u) for u in page.tree.xpath("//link[@rel='canonical']/@href")]
    for url in (*canonical, *page.meta.get("og:url", ())):
        if url.startswith(("http://", "https://")):
            origin = "html:link" if url in canonical else "html:og"
            yield Candidate("canonical_url", url, origin)
    yield from _first("site_name", page.meta.get("og:site_name", ()), "html:og")
    yield from _first("site_name", page.sites, "html:json-ld")
    for key in ("og:description", "description", "twitter:description"):
        yield from _first("description", page.meta.get(key, ()), "html:meta")
    for text in (page.tree.get("lang"), page.tree.get("xml:lang"), *_stated_languages(page)):
        if text and LANGUAGE.fullmatch(text.strip()):
            yield Candidate("language", language_tag(text.strip()), "html:lang")
    for key, field in (("article:section", "categories"), ("article:tag", "tags"),
                       ("keywords", "tags"), ("news_keywords", "tags")):  # fmt: skip
        items = [i.strip() for text in page.meta.get(key, ()) for i in text.split(",")]
        yield Candidate(field, tuple(dict.fromkeys(filter(None, items))), "html:meta")
    for node in page.article:
        sections = node_texts(node.get("articleSection"), page.nodes)
        yield Candidate("categories", tuple(sections), "html:json-ld")


def _first(field: str, values: Iterable[str], origin: str) -> Iterator[Candidate]:
    yield from (Candidate(field, value, origin) for value in list(values)[:1])


def _stated_languages(page: PageData) -> Iterator[str]:
    yield from page.texts("inLanguage", "alternateName")
    for key in ("og:locale", "content-language", "language", "dc.language"):
        yield from page.meta.get(key, ())


def language_tag(text: str) -> str:
    """Return a BCP 47 tag in its usual case.

    >>> language_tag("EN_gb")
    'en-GB'
    """
    first, *rest = text.replace("_", "-").split("-")
    rest = [r.upper() if len(r) == 2 else r.title() if len(r) == 4 else r.lower() for r in rest]
    return "-".join([first.lower(), *rest])
