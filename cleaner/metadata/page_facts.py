"""What a page has beside its text, read once for all who ask it: its schema.org objects, its meta
tags, its microdata and its blocks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from cleaner.extract.blocks import Block
from cleaner.extract.json_ld import Node, articles, kinds, texts

# The end of one element and the start of the next; not a letter that is set apart.
NEW_WORD = re.compile(r"\w[^\W\dA-Z]\n[A-Z]|[\d).!?]\n[A-Z]|[^\W\d_]{2}\n\d")

T = TypeVar("T")


class Attempts:
    """Calls readers of metadata. A reader that fails costs what it was still to give, never the
    article: its exception becomes a note."""

    def __init__(self) -> None:
        self.notes: list[str] = []

    def __call__(self, what: str, read: Callable[..., Iterable[T]], *of: Any) -> list[T]:
        """What `read(*of)` gives, up to its first exception."""
        found: list[T] = []
        try:
            for value in read(*of):
                found.append(value)  # kept if the next one fails
        except MemoryError:  # the worker is at its limit, and the pool counts that
            raise
        except Exception as error:
            self.notes.append(f"{what} not read to the end: {type(error).__name__}: {error}")
        return found


@dataclass(frozen=True, slots=True)
class MetadataCandidate:
    """A value of a metadata field, and where in the page it stands."""

    field: str
    value: Any
    origin: str


@dataclass(frozen=True)
class Page:
    """A page, with its schema.org objects (`article` are those of the article), the meta tags of
    its head and the elements that are microdata, by their names, and how its site calls itself."""

    tree: HtmlElement
    url: str | None
    nodes: Sequence[Node]
    blocks: Sequence[Block]
    article: Sequence[Node]
    meta: dict[str, list[str]]
    items: dict[str, list[HtmlElement]]
    sites: tuple[str, ...]

    @property
    def host(self) -> str | None:
        try:
            return urlsplit(self.url).hostname if self.url else None
        except ValueError:
            return None

    @property
    def outlets(self) -> frozenset[str]:
        return frozenset(name.lower() for name in self.sites)

    @property
    def organisations(self) -> frozenset[str]:
        """Names that the page gives of organisations."""
        own = (n for n in self.nodes if kinds(n) & {"organization", "newsmediaorganization"})
        return frozenset(name.lower() for n in own for name in texts(n, self.nodes))


def read_facts(
    tree: HtmlElement, nodes: Sequence[Node], blocks: Sequence[Block], url: str | None
) -> Page:
    """The facts of a page whose schema.org objects and blocks these are."""
    meta, article = _meta(tree), articles(nodes)
    sites = tuple(dict.fromkeys(_site_names(meta, nodes, article)))
    return Page(tree, url, nodes, blocks, article, meta, _items(tree), sites)


def words_of(node: HtmlElement) -> str:
    """The text of an element, with a blank where a new word begins in the next one: pages part
    these by their style alone.

    >>> from lxml.html import fromstring
    >>> words_of(fromstring("<h1><b>P</b>ier Opens (US)<span>Your <i>Day</i> Out</span></h1>"))
    'Pier Opens (US) Your Day Out'
    """
    text = ""
    for part in node.itertext():
        text += f" {part}" if NEW_WORD.search(f"{text[-2:]}\n{part[:1]}") else str(part)
    return " ".join(text.split())


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
