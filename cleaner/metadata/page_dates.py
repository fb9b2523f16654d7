"""The days on which a page says that its article appeared and was changed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from cleaner.extract.json_ld import texts
from cleaner.metadata.bylines import Byline
from cleaner.metadata.dates import find_dates, parse_stated
from cleaner.metadata.page_facts import MetadataCandidate, Page

META_DATE = (
    "article:published_time og:published_time datepublished pubdate publishdate publish-date "
    "publish_date date dc.date dc.date.issued dcterms.created parsely-pub-date sailthru.date "
    "citation_publication_date article.published cxenseparse:recs:publishtime date.release "
    "article_date_original originalpublicationdate"
).split()
META_MODIFIED = (
    "article:modified_time og:updated_time datemodified last-modified dcterms.modified"
).split()
IN_URL = re.compile(r"/((?:19|20)\d\d)[/-]?(\d\d)[/-]?(\d\d)(?=[/_.-]|$)", re.ASCII)
# Where words of two elements stand in one line without a blank between them.
GLUED = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=[a-zà-ÿ\d])(?=[A-ZÀ-Þ])")
SHORT = 25  # words of a block that dates the page; one in a longer one dates something else


def dates_of(page: Page, bylines: Sequence[Byline]) -> Iterator[MetadataCandidate]:
    """What the lines around the headline, the machine-readable data and the time elements state,
    the surest first."""
    machine = [s for s in _by_machines(page) if s.value]
    published = {str(s.value)[:10]: s for s in reversed(machine) if s.field == "date_published"}
    for byline in bylines:  # of one day, what has the time too
        stated = MetadataCandidate("date_published", byline.date, "html:byline")
        yield published.get(byline.date or "", stated)
        yield MetadataCandidate("date_modified", byline.updated, "html:byline")
    yield from machine
    times = [t for t in page.tree.iter("time") if "updat" not in (t.get("class") or "").lower()]
    for node in times[:1]:
        yield MetadataCandidate(
            "date_published", parse_stated(node.get("datetime") or ""), "html:time"
        )


def _by_machines(page: Page) -> Iterator[MetadataCandidate]:
    for field, name, metas in (
        ("date_published", "datePublished", META_DATE),
        ("date_modified", "dateModified", META_MODIFIED),
    ):
        for node in page.article:
            for text in texts(node.get(name), page.nodes):
                yield MetadataCandidate(field, parse_stated(text), "html:json-ld")
        for key in metas:
            for text in page.meta.get(key, ()):
                yield MetadataCandidate(field, parse_stated(text), "html:meta")
        for node in page.items.get(name, ()):
            text = node.get("datetime") or node.get("content") or str(node.text_content())
            yield MetadataCandidate(field, parse_stated(text), "html:microdata")


def stands_in(page: Page, day: str) -> bool:
    """Whether a page gives a day as its own: in its URL, its data or a short line. A guess may be
    made of a year alone, of the address of an image, or of a source that a footnote names."""
    return any(day == found for found in _days_of(page))


def _days_of(page: Page) -> Iterator[str]:
    for url in filter(None, (page.url, *page.meta.get("og:url", ()))):
        yield from ("-".join(found) for found in IN_URL.findall(url))
    for key, said in page.meta.items():
        if key not in META_MODIFIED:
            yield from (day[:10] for text in said if (day := parse_stated(text)))
    for node in page.nodes:
        for key, value in node.items():
            if key != "dateModified" and isinstance(value, str) and (day := parse_stated(value)):
                yield day[:10]
    for node in page.tree.iter("time"):
        if day := parse_stated(node.get("datetime") or ""):
            yield day[:10]
    for block in page.blocks:
        if len(block.words) <= SHORT:
            yield from (found.value for found in find_dates(GLUED.sub(" ", block.text)))
