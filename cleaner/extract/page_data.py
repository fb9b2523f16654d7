"""What a page says of its article beside the text: each value with where it stands.

For each field the places are asked in the order of their trust, and all that was found is given,
the best first: the choice among fields of other sources is made elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from cleaner.byline import Byline, read_byline
from cleaner.dates import parse_stated
from cleaner.extract.blocks import Block
from cleaner.extract.headline import title_of
from cleaner.extract.json_ld import Node, articles, kinds, texts
from cleaner.extract.opinions import trafilatura_metadata
from cleaner.names import is_name

META_AUTHOR = (
    "author article:author parsely-author sailthru.author byl dc.creator dcterms.creator "
    "citation_author article.author authors cxenseparse:author"
).split()
META_DATE = (
    "article:published_time og:published_time datepublished pubdate publishdate publish-date "
    "publish_date date dc.date dc.date.issued dcterms.created parsely-pub-date sailthru.date "
    "citation_publication_date article.published cxenseparse:recs:publishtime date.release "
    "article_date_original originalpublicationdate"
).split()
META_MODIFIED = "article:modified_time og:updated_time datemodified last-modified dcterms.modified"
META_TITLE = ("og:title", "twitter:title", "parsely-title", "sailthru.title", "dc.title")
NAMED = re.compile(r"author|byline|\bwriter|contributor", re.I)
NEAR = (-3, 14)  # blocks around the headline in which a byline is looked for
SURE = ("html:json-ld", "html:meta", "html:citation")
CLOSE = 6  # blocks under the headline in which a bare name may stand
WORDS = 25  # of a block that can be a byline
FAMILY_FIRST = re.compile(r"^([^,]+), ([^,]+)$")
FURNITURE = frozenset(
    "share post article articles download zip contents content this recipes checked fact news blog "
    "home menu search subscribe disclosure table read time minutes minute print email comments in "
    "the and advertiser advertisement technology business world politics health science opinion "
    "back top more next previous sign log get start free guide guides tips".split()
)
NEEDED = frozenset(("title", "authors", "date_published"))
GUESSED = frozenset(("authors", "date_published"))  # by trafilatura, where the page states none
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")


@dataclass(frozen=True, slots=True)
class Stated:
    """A value of a metadata field, and where in the page it stands."""

    field: str
    value: Any
    origin: str


@dataclass(frozen=True)
class _Page:
    """A page, with its schema.org objects, the meta tags of its head and the elements that are
    microdata, by their names, read once."""

    tree: HtmlElement
    nodes: Sequence[Node]
    article: Sequence[Node]
    meta: dict[str, list[str]]
    items: dict[str, list[HtmlElement]]
    sites: tuple[str, ...]
    host: str | None

    @property
    def outlets(self) -> frozenset[str]:
        return frozenset(name.lower() for name in self.sites)

    @property
    def organisations(self) -> frozenset[str]:
        """Names that the page gives of organisations."""
        own = (n for n in self.nodes if kinds(n) & {"organization", "newsmediaorganization"})
        return frozenset(name.lower() for n in own for name in texts(n, self.nodes))


def read_page(
    tree: HtmlElement, nodes: Sequence[Node], blocks: Sequence[Block], url: str | None
) -> list[Stated]:
    """All that the page states, whose schema.org objects and blocks these are; the surest of each
    field first.

    trafilatura is asked for what is missing alone: it takes longer than all else here.
    """
    meta = _meta(tree)
    article = articles(nodes)
    sites = tuple(dict.fromkeys(_site_names(meta, nodes, article)))
    page = _Page(
        tree, nodes, article, meta, _items(tree), sites, urlsplit(url).hostname if url else None
    )
    bylines = list(_bylines(page, blocks))
    stated = [
        *_title(page),
        *_authors(page, bylines),
        *_dates(page, bylines),
        *_plain(page),
    ]
    stated = [s for s in stated if s.value]
    missing = NEEDED - {s.field for s in stated}
    if missing:
        author, date = "authors" in missing, "date_published" in missing
        found = trafilatura_metadata(tree, url, author=author, date=date)
        guesses = _by_trafilatura(page, found)
        stated += [s for s in guesses if s.field in missing or s.field not in GUESSED]
    return stated


def _by_trafilatura(page: _Page, found: Any) -> Iterator[Stated]:
    place = "html:trafilatura"
    yield from (s for s in _names("trafilatura", (found.author or "").split(";"), page) if s.value)
    values = {
        "title": found.title,
        "date_published": found.date,
        "canonical_url": found.url,
        "site_name": found.sitename,
        "description": found.description,
        "categories": tuple(found.categories or ()),
        "tags": tuple(found.tags or ()),
    }
    yield from (Stated(field, value, place) for field, value in values.items() if value)


def _meta(tree: HtmlElement) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for node in tree.iter("meta"):
        key = node.get("property") or node.get("name") or node.get("itemprop")
        content = " ".join((node.get("content") or "").split())
        if key and content:
            found.setdefault(key.lower(), []).append(content)
    return found


def _items(tree: HtmlElement) -> dict[str, list[HtmlElement]]:
    found: dict[str, list[HtmlElement]] = {}
    for node in tree.xpath("//*[@itemprop]"):
        found.setdefault(node.get("itemprop"), []).append(node)
    return found


def _site_names(
    meta: dict[str, list[str]], nodes: Sequence[Node], article: Sequence[Node]
) -> Iterator[str]:
    yield from meta.get("og:site_name", ())
    yield from meta.get("application-name", ())
    for node in article:
        yield from texts(node.get("publisher"), nodes)
        yield from texts(node.get("isPartOf"), nodes)
    yield from (name for n in nodes if n.get("@type") == "WebSite" for name in texts(n, nodes))


def _title(page: _Page) -> Iterator[Stated]:
    headings = [str(h.text_content()) for h in page.tree.iter("h1")]
    stated = [t for name in META_TITLE for t in page.meta.get(name, ())]
    stated[1:1] = [t for n in page.article for t in texts(n.get("headline"), page.nodes)]
    stated += [str(t) for t in page.tree.xpath("//head/title/text()")]
    if chosen := title_of(headings, stated, page.sites, page.host):
        yield Stated("title", chosen[0], f"html:{chosen[1]}")


# --- authors ----------------------------------------------------------------------------------


def _authors(page: _Page, bylines: Sequence[tuple[str, Byline]]) -> Iterator[Stated]:
    said = [s for s in _said_authors(page, bylines) if s.value]
    # an outlet is the author where no line says that somebody else is
    people = tuple(b.authors for place, b in bylines if place == "byline")
    outlets = page.outlets | page.organisations
    first = [s for s in said if not all(n.lower() in outlets for n in s.value)]
    if first != said:
        first = [s for s in first if s.origin in SURE or s.value in people]
    yield from first
    yield from (s for s in said if s not in first)


def _said_authors(page: _Page, bylines: Sequence[tuple[str, Byline]]) -> Iterator[Stated]:
    for node in page.article:
        yield from _names("json-ld", texts(node.get("author"), page.nodes), page)
    for name in META_AUTHOR:
        place = "citation" if name == "citation_author" else "meta"
        yield from _names(place, page.meta.get(name, ()), page)
    if (page.meta.get("twitter:label1") or [""])[0].lower() == "written by":
        yield from _names("meta", page.meta.get("twitter:data1", ())[:1], page)
    for place, byline in bylines:
        yield Stated("authors", byline.authors, f"html:{place}")
    authors = page.items.get("author", [])
    inside = [
        node
        for node in page.items.get("name", ())
        if any(around.get("itemprop") == "author" for around in node.iterancestors())
    ]
    for nodes in (inside, authors):
        yield from _names("microdata", _contents(nodes)[:3], page)
    yield from _names("link", _contents(page.tree.xpath("//a[@rel='author']"))[:3], page)


def _names(place: str, said: Iterable[str], page: _Page) -> Iterator[Stated]:
    """One value out of what a place says, if all of it are names."""
    names: list[str] = []
    for text in said:
        if _is_address(text) and text.lower() not in page.outlets:
            continue
        text = FAMILY_FIRST.sub(r"\2 \1", text) if place == "citation" else text
        read = read_byline(text, sure=True, outlets=page.outlets).authors
        if text.lower() in page.outlets:
            read = (text,)
        if (
            not read
            and place in ("json-ld", "meta")
            and len(text.split()) <= 5
            and text[0].isalnum()
        ):
            read = (text,)  # a machine says that it is one: "srauturier"
        names += [name for name in read if name not in names]
    if names:
        yield Stated("authors", tuple(names), f"html:{place}")


def _is_address(text: str) -> bool:
    return (
        "/" in text or "@" in text or text.isdigit() or ("." in text.strip(".") and " " not in text)
    )


def _contents(nodes: Iterable[HtmlElement]) -> list[str]:
    found = (" ".join(str(node.text_content()).split()) for node in nodes)
    return [text for text in found if text]


def _bylines(page: _Page, blocks: Sequence[Block]) -> Iterator[tuple[str, Byline]]:
    """What the lines around the headline say, and then lines elsewhere that are nothing else."""
    heads = [n for n, block in enumerate(blocks) if block.tag == "h1"]
    first = heads[0] if heads else 0
    near = range(max(0, first + NEAR[0]), min(len(blocks), first + NEAR[1]))
    around = [_byline(blocks[n], page) for n in near]
    yield from (("byline", b) for b in around if b.said)
    yield from (("byline", b) for b in around if not b.said and (b.authors or b.date or b.updated))
    yield from (("name", b) for b in _bare_names(blocks, near, first, around))
    for n, block in enumerate(blocks):
        if n not in near and _says_author(block) and len(block.words) < 8:
            byline = read_byline(block.text, outlets=page.outlets)
            if byline.authors:
                yield "signature", byline


def _bare_names(
    blocks: Sequence[Block], near: range, headline: int, around: Sequence[Byline]
) -> Iterator[Byline]:
    """Names that stand by themselves under the headline, next to a date."""
    dated = {n for n, byline in zip(near, around, strict=True) if byline.date or byline.updated}
    for n in near:
        block = blocks[n]
        if headline < n <= headline + CLOSE and dated & set(range(n - 2, n + 3)):
            words = block.text.split()
            plain = block.text.isascii() is False or block.text.replace(" ", "").isalpha()
            if not 2 <= len(words) <= 3 or block.tag in ("h1", "h2", "h3") or not plain:
                continue
            if is_name(block.text) and not FURNITURE & set(block.words):
                yield Byline((block.text,))


def _says_author(block: Block) -> bool:
    return block.text[:12].lower().startswith(("by ", "written by", "posted by", "author"))


def _byline(block: Block, page: _Page) -> Byline:
    if len(block.words) > WORDS:
        return Byline()
    names = " ".join(f"{n.get('class') or ''} {n.get('rel') or ''}" for n in block.chain[-4:])
    named = bool(NAMED.search(names)) and block.tag not in ("h1", "h2")
    byline = read_byline(block.text, sure=named, outlets=page.outlets)
    return byline if byline.said or named else replace(byline, authors=())


# --- dates ------------------------------------------------------------------------------------


def _dates(page: _Page, bylines: Sequence[tuple[str, Byline]]) -> Iterator[Stated]:
    for place, byline in bylines:
        if place == "byline":
            yield Stated("date_published", byline.date, "html:byline")
            yield Stated("date_modified", byline.updated, "html:byline")
    for field, name, metas in (
        ("date_published", "datePublished", META_DATE),
        ("date_modified", "dateModified", META_MODIFIED.split()),
    ):
        for node in page.article:
            for text in texts(node.get(name), page.nodes):
                yield Stated(field, parse_stated(text), "html:json-ld")
        for key in metas:
            for text in page.meta.get(key, ()):
                yield Stated(field, parse_stated(text), "html:meta")
        for node in page.items.get(name, ()):
            text = node.get("datetime") or node.get("content") or str(node.text_content())
            yield Stated(field, parse_stated(text), "html:microdata")
    times = [t for t in page.tree.iter("time") if "updat" not in (t.get("class") or "").lower()]
    for node in times[:1]:
        yield Stated("date_published", parse_stated(node.get("datetime") or ""), "html:time")


# --- the rest ---------------------------------------------------------------------------------


def _plain(page: _Page) -> Iterator[Stated]:
    """Fields that are taken as they stand."""
    canonical = [str(u) for u in page.tree.xpath("//link[@rel='canonical']/@href")]
    for url in (*canonical, *page.meta.get("og:url", ())):
        if url.startswith(("http://", "https://")):
            yield Stated("canonical_url", url, "html:link" if url in canonical else "html:og")
    yield Stated("site_name", next(iter(page.meta.get("og:site_name", ())), None), "html:og")
    yield Stated("site_name", next(iter(page.sites), None), "html:json-ld")
    for key in ("og:description", "description", "twitter:description"):
        yield Stated("description", next(iter(page.meta.get(key, ())), None), "html:meta")
    for text in (page.tree.get("lang"), page.tree.get("xml:lang"), *_stated_languages(page)):
        if text and LANGUAGE.fullmatch(text.strip()):
            yield Stated("language", language_tag(text.strip()), "html:lang")
    for key, field in (("article:section", "categories"), ("article:tag", "tags"),
                       ("keywords", "tags"), ("news_keywords", "tags")):  # fmt: skip
        items = [i.strip() for text in page.meta.get(key, ()) for i in text.split(",")]
        yield Stated(field, tuple(dict.fromkeys(filter(None, items))), "html:meta")
    for node in page.article:
        yield Stated(
            "categories", tuple(texts(node.get("articleSection"), page.nodes)), "html:json-ld"
        )


def _stated_languages(page: _Page) -> Iterator[str]:
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
