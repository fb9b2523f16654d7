"""Rights stated by a page outside its text: license links, meta tags, schema.org, TDMRep.

Each is a notice of its own. Its position sets the scope: a link in the footer may apply only to the
site, a link in a figure to the image.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from lxml.html import HtmlElement

from cleaner.document import RightsNotice
from cleaner.extract.blocks import INLINE_TAGS
from cleaner.extract.embedded_json import Node, article_nodes, node_texts
from cleaner.metadata.dates import parse_machine_date
from cleaner.rights.licenses import conditions_of, find_license, license_from_url
from cleaner.rights.notices import find_notice, is_image_credit

RIGHTS_META = frozenset(
    "dc.rights dcterms.rights dcterms.license dc.rights.license license copyright rights "
    "parsely-copyright".split()
)
LICENSE_LINKS = (
    "//a[contains(concat(' ', @rel, ' '), ' license ')] | //link[@rel='license']"
    " | //a[contains(@href, 'creativecommons.org/')]"
    " | //a[contains(@href, 'open-government-licence/version')]"
)
IMAGE_TAGS = frozenset(("figure", "figcaption"))
CREDIT_CLASS = re.compile(r"caption|credit|image|photo", re.IGNORECASE)
MAX_NOTICE_CHARS = 600
ARTICLE_TAGS = frozenset(("article", "main"))


def page_rights(tree: HtmlElement, nodes: Sequence[Node]) -> tuple[RightsNotice, ...]:
    """Return the notices of a page with the schema.org objects `nodes`, each once and the most
    reliable first."""
    found: dict[tuple[str, str | None, str | None, str], RightsNotice] = {}
    for notice in (*_schema(nodes), *_meta(tree), *_links(tree)):
        found.setdefault((notice.kind, notice.license, notice.holder, notice.scope), notice)
    return tuple(found.values())


def _schema(nodes: Sequence[Node]) -> Iterator[RightsNotice]:
    for node in article_nodes(nodes):
        for url in node_texts(node.get("license"), nodes, "url"):
            license_id = license_from_url(url) or find_license(url)
            yield _license_notice("html:json-ld", url, license_id, "stated", "text")
        if notice := _copyright(node, nodes):
            yield notice
        for key in ("usageInfo", "acquireLicensePage"):
            for url in node_texts(node.get(key), nodes, "url"):
                yield RightsNotice("republish-terms", url, "html:json-ld", url=url, basis="linked")


def _copyright(node: Node, nodes: Sequence[Node]) -> RightsNotice | None:
    holder = next(iter(node_texts(node.get("copyrightHolder"), nodes)), None)
    words = next(iter(node_texts(node.get("copyrightNotice"), nodes)), None)
    year = _year(node.get("copyrightYear"))
    if not (holder or words or year):
        return None
    read = find_notice(words) if words else None
    return RightsNotice(
        "copyright",
        words or f"copyrightHolder: {holder or '?'}, copyrightYear: {year or '?'}",
        "html:json-ld",
        holder=holder or (read.holder if read else None),
        year=year or (read.year if read else None),
    )


def _year(value: Any) -> int | None:
    day = (
        parse_machine_date(f"{value}-01-01")
        if str(value).isdigit()
        else parse_machine_date(str(value))
    )
    return int(day[:4]) if day else None


def _meta(tree: HtmlElement) -> Iterator[RightsNotice]:
    for meta in tree.iter("meta"):
        name = (meta.get("name") or meta.get("property") or "").lower()
        words = " ".join((meta.get("content") or "").split())
        if name in RIGHTS_META and words:
            license_id = license_from_url(words) or find_license(words)
            read = find_notice(words)
            if license_id:
                yield _license_notice("html:meta", words, license_id, "stated", "text")
            elif read and read.kind == "copyright":  # often the whole site's
                yield RightsNotice("copyright", words, "html:meta", scope="site",
                                   holder=read.holder, year=read.year)  # fmt: skip
        elif name == "tdm-reservation" and words == "1":
            yield RightsNotice("reservation", "tdm-reservation: 1", "html:tdmrep", scope="site")
        elif name == "tdm-policy" and words:
            yield RightsNotice("reservation", f"tdm-policy: {words}", "html:tdmrep", scope="site",
                               url=words, basis="linked")  # fmt: skip


def _links(tree: HtmlElement) -> Iterator[RightsNotice]:
    for link in tree.xpath(LICENSE_LINKS):
        url = (link.get("href") or "").strip()
        words = " ".join(str(link.text_content()).split())
        license_id = license_from_url(url) or (find_license(words) if words else None)
        if license_id:
            yield _license_notice("html:link", url, license_id, "linked", _scope(link))


def _scope(link: HtmlElement) -> str:
    """Return what a license link applies to, by its position and the words around it."""
    around = [node for node in link.iterancestors() if isinstance(node.tag, str)]
    tags = {str(node.tag) for node in around}
    if IMAGE_TAGS & tags or any(
        CREDIT_CLASS.search(node.get("class") or "") for node in around[:3]
    ):
        return "image"
    if "footer" in tags or not ARTICLE_TAGS & tags:
        return "site"
    block = next((node for node in around if node.tag not in INLINE_TAGS), around[0])
    words = " ".join(str(block.text_content()).split())
    if is_image_credit(words):
        return "image"
    notice = find_notice(words) if len(words) <= MAX_NOTICE_CHARS else None
    is_license = notice is not None and notice.kind == "license"
    return "text" if is_license or "license" in (link.get("rel") or "").split() else "unclear"


def _license_notice(
    place: str, words: str, license_id: str | None, basis: str, scope: str
) -> RightsNotice:
    url = words if words.startswith(("http://", "https://", "//")) else None
    return RightsNotice("license", words, place, scope=scope, basis=basis, license=license_id,
                        conditions=conditions_of(license_id), url=url)  # fmt: skip
