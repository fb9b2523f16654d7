"""What a page says of rights outside its text: licence links, meta tags, schema.org, TDMRep.

Each signal is a notice of its own with the scope that its place gives: a link in a footer may speak
of the site alone, one in a figure of the image.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from lxml.html import HtmlElement

from cleaner.document import RightsNotice
from cleaner.extract.blocks import INLINE
from cleaner.extract.json_ld import Node, articles, texts
from cleaner.metadata.dates import parse_stated
from cleaner.rights.licenses import conditions_of, licence_in, licence_of_url
from cleaner.rights.notices import is_image_credit, read_notice

META = frozenset(
    "dc.rights dcterms.rights dcterms.license dc.rights.license license copyright rights "
    "parsely-copyright".split()
)
LINKS = (
    "//a[contains(concat(' ', @rel, ' '), ' license ')] | //link[@rel='license']"
    " | //a[contains(@href, 'creativecommons.org/')]"
    " | //a[contains(@href, 'open-government-licence/version')]"
)
IMAGES = frozenset(("figure", "figcaption"))
CREDIT = re.compile(r"caption|credit|image|photo", re.IGNORECASE)
LONGEST = 600  # characters of a paragraph that can be a notice
ARTICLE = frozenset(("article", "main"))


def page_rights(tree: HtmlElement, nodes: Sequence[Node]) -> tuple[RightsNotice, ...]:
    """The notices that a page, whose schema.org objects are `nodes`, gives outside its text; the
    surest first, each once."""
    found: dict[tuple[str, str | None, str | None, str], RightsNotice] = {}
    for notice in (*_schema(nodes), *_meta(tree), *_links(tree)):
        found.setdefault((notice.kind, notice.license, notice.holder, notice.scope), notice)
    return tuple(found.values())


def _schema(nodes: Sequence[Node]) -> Iterator[RightsNotice]:
    for node in articles(nodes):
        for url in texts(node.get("license"), nodes, "url"):
            licence = licence_of_url(url) or licence_in(url)
            yield _licence("html:json-ld", url, licence, "stated", "text")
        if notice := _copyright(node, nodes):
            yield notice
        for key in ("usageInfo", "acquireLicensePage"):
            for url in texts(node.get(key), nodes, "url"):
                yield RightsNotice("republish-terms", url, "html:json-ld", url=url, basis="linked")


def _copyright(node: Node, nodes: Sequence[Node]) -> RightsNotice | None:
    holder = next(iter(texts(node.get("copyrightHolder"), nodes)), None)
    words = next(iter(texts(node.get("copyrightNotice"), nodes)), None)
    year = _year(node.get("copyrightYear"))
    if not (holder or words or year):
        return None
    read = read_notice(words) if words else None
    return RightsNotice(
        "copyright",
        words or f"copyrightHolder: {holder or '?'}, copyrightYear: {year or '?'}",
        "html:json-ld",
        holder=holder or (read.holder if read else None),
        year=year or (read.year if read else None),
    )


def _year(value: Any) -> int | None:
    day = parse_stated(f"{value}-01-01") if str(value).isdigit() else parse_stated(str(value))
    return int(day[:4]) if day else None


def _meta(tree: HtmlElement) -> Iterator[RightsNotice]:
    for meta in tree.iter("meta"):
        name = (meta.get("name") or meta.get("property") or "").lower()
        words = " ".join((meta.get("content") or "").split())
        if name in META and words:
            licence = licence_of_url(words) or licence_in(words)
            read = read_notice(words)
            if licence:
                yield _licence("html:meta", words, licence, "stated", "text")
            elif read and read.kind == "copyright":  # often the whole site's
                yield RightsNotice("copyright", words, "html:meta", scope="site",
                                   holder=read.holder, year=read.year)  # fmt: skip
        elif name == "tdm-reservation" and words == "1":
            yield RightsNotice("reservation", "tdm-reservation: 1", "html:tdmrep", scope="site")
        elif name == "tdm-policy" and words:
            yield RightsNotice("reservation", f"tdm-policy: {words}", "html:tdmrep", scope="site",
                               url=words, basis="linked")  # fmt: skip


def _links(tree: HtmlElement) -> Iterator[RightsNotice]:
    for link in tree.xpath(LINKS):
        url = (link.get("href") or "").strip()
        words = " ".join(str(link.text_content()).split())
        licence = licence_of_url(url) or (licence_in(words) if words else None)
        if licence:
            yield _licence("html:link", url, licence, "linked", _scope(link))


def _scope(link: HtmlElement) -> str:
    """What a link to a licence speaks of, by where it stands and the words around it."""
    around = [node for node in link.iterancestors() if isinstance(node.tag, str)]
    tags = {str(node.tag) for node in around}
    if IMAGES & tags or any(CREDIT.search(node.get("class") or "") for node in around[:3]):
        return "image"
    if "footer" in tags or not ARTICLE & tags:
        return "site"
    block = next((node for node in around if node.tag not in INLINE), around[0])
    words = " ".join(str(block.text_content()).split())
    if is_image_credit(words):
        return "image"
    notice = read_notice(words) if len(words) <= LONGEST else None
    said = notice is not None and notice.kind == "licence"
    return "text" if said or "license" in (link.get("rel") or "").split() else "unclear"


def _licence(place: str, words: str, licence: str | None, basis: str, scope: str) -> RightsNotice:
    url = words if words.startswith(("http://", "https://", "//")) else None
    return RightsNotice("licence", words, place, scope=scope, basis=basis, license=licence,
                        conditions=conditions_of(licence), url=url)  # fmt: skip
