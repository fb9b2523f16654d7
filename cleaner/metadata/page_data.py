"""The machine-readable data of a page: schema.org objects, meta tags and microdata."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from cleaner.extract.blocks import Block
from cleaner.extract.embedded_json import Node, article_nodes, node_texts, node_types

# The end of one element and the start of the next, unless the first is a single letter (drop cap).
NEW_WORD = re.compile(r"\w[^\W\dA-Z]\n[A-Z]|[\d).!?]\n[A-Z]|[^\W\d_]{2}\n\d")

T = TypeVar("T")


class SafeReader:
    """Calls functions that read metadata, and turns exceptions into notes."""

    def __init__(self) -> None:
        self.notes: list[str] = []

    def read(self, what: str, function: Callable[..., Iterable[T]], *args: Any) -> list[T]:
        """Return the values of `function(*args)`, up to the first exception."""
        found: list[T] = []
        try:
            for value in function(*args):
                found.append(value)  # kept if the next one fails
        except MemoryError:  # the pool handles a worker that reaches its limit
            raise
        except Exception as error:
            self.notes.append(f"{what} not read to the end: {type(error).__name__}: {error}")
        return found


@dataclass(frozen=True, slots=True)
class Candidate:
    """A value for a metadata field, and its origin. Lists of the same `tier` are joined."""

    field: str
    value: Any
    origin: str
    tier: str = ""


@dataclass(frozen=True)
class PageData:
    """A page with its schema.org objects and blocks, and what its readers look up in them."""

    tree: HtmlElement
    url: str | None
    nodes: Sequence[Node]
    blocks: Sequence[Block]

    @cached_property
    def article(self) -> list[Node]:
        """The schema.org objects of the article."""
        return article_nodes(self.nodes)

    @cached_property
    def meta(self) -> dict[str, list[str]]:
        """The contents of meta tags by name in lower case."""
        found: dict[str, list[str]] = {}
        for node in self.tree.iter("meta"):
            key = node.get("property") or node.get("name") or node.get("itemprop")
            content = " ".join((node.get("content") or "").split())
            if key and content:
                found.setdefault(key.lower(), []).append(content)
        return found

    @cached_property
    def items(self) -> dict[str, list[HtmlElement]]:
        """The microdata elements by property."""
        found: dict[str, list[HtmlElement]] = {}
        for node in self.tree.xpath("//*[@itemprop]"):
            found.setdefault(node.get("itemprop"), []).append(node)
        return found

    @cached_property
    def sites(self) -> tuple[str, ...]:
        """The names of the site."""
        names = [*self.meta.get("og:site_name", ()), *self.meta.get("application-name", ())]
        for node in self.article:
            names += node_texts(node.get("publisher"), self.nodes)
            names += node_texts(node.get("isPartOf"), self.nodes)
        for node in self.nodes:
            names += node_texts(node, self.nodes) if node.get("@type") == "WebSite" else ()
        return tuple(dict.fromkeys(names))

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
    def organizations(self) -> frozenset[str]:
        """The names of organizations in the schema.org objects."""
        own = (n for n in self.nodes if node_types(n) & {"organization", "newsmediaorganization"})
        return frozenset(name.lower() for n in own for name in node_texts(n, self.nodes))

    def texts(self, key: str, inner: str = "name") -> Iterator[str]:
        """Yield the strings under `key` in the objects of the article."""
        for node in self.article:
            yield from node_texts(node.get(key), self.nodes, inner)


def element_text(node: HtmlElement) -> str:
    """Return the text of an element, with a space between words that only markup separates.

    >>> from lxml.html import fromstring
    >>> element_text(fromstring("<h1><b>P</b>ier Opens (US)<span>Your <i>Day</i> Out</span></h1>"))
    'Pier Opens (US) Your Day Out'
    """
    text = ""
    for part in node.itertext():
        text += f" {part}" if NEW_WORD.search(f"{text[-2:]}\n{part[:1]}") else str(part)
    return " ".join(text.split())
