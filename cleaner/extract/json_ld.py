"""The schema.org data of a page: the objects of its JSON-LD scripts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from lxml.html import HtmlElement

from cleaner.document import well_formed

ARTICLES = frozenset(
    "article newsarticle blogposting reportagenewsarticle analysisnewsarticle opinionnewsarticle "
    "backgroundnewsarticle reviewnewsarticle scholarlyarticle techarticle medicalscholarlyarticle "
    "advertisercontentarticle satiricalarticle report socialmediaposting liveblogposting review "
    "pressrelease".split()
)
PAGES = frozenset("webpage itempage medicalwebpage".split())
LARGEST = 2_000_000  # characters of a script that is read
DEEPEST = 5_000  # objects of a page that are looked at
SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")

Node = dict[str, Any]


def nodes_of(tree: HtmlElement) -> list[Node]:
    """All objects in the page's JSON-LD, outer ones first; what does not parse is passed over."""
    found: list[Node] = []
    for script in tree.xpath("//script[@type='application/ld+json']"):
        text = (script.text or "").strip().removeprefix("<![CDATA[").removesuffix("]]>")
        if len(text) > LARGEST:
            continue
        found += _objects(read_json(text.rstrip(";")))
    return found


def read_json(text: str) -> Any:
    """The value of a JSON text, with well-formed strings; None if it does not parse."""
    try:
        value = json.loads(text, strict=False)
        if SURROGATE.search(text):
            value = json.loads(well_formed(json.dumps(value, ensure_ascii=False)))
    except (ValueError, RecursionError):
        return None
    return value


def _objects(data: Any) -> Iterator[Node]:
    waiting = [data]
    for _ in range(DEEPEST):
        if not waiting:
            return
        value = waiting.pop(0)
        if isinstance(value, list):
            waiting += value
        elif isinstance(value, dict):
            yield value
            waiting += [v for v in value.values() if isinstance(v, (list, dict))]


def kinds(node: Node) -> set[str]:
    """The types of an object, in lower case."""
    said = node.get("@type")
    return {str(kind).lower() for kind in (said if isinstance(said, list) else [said])}


def articles(nodes: Sequence[Node]) -> list[Node]:
    """The objects that describe the article; where there are none, those of the page."""
    return [n for n in nodes if kinds(n) & ARTICLES] or [n for n in nodes if kinds(n) & PAGES]


def texts(value: Any, nodes: Sequence[Node], key: str = "name", depth: int = 10) -> list[str]:
    """The texts that a value gives: itself, or what `key` gives of the objects that it names, to
    some depth: objects may name one another."""
    if depth == 0:
        return []
    if isinstance(value, str):
        return [" ".join(value.split())] if value.strip() else []
    if isinstance(value, list):
        return [text for item in value for text in texts(item, nodes, key, depth - 1)]
    if isinstance(value, dict):
        if key in value:
            return texts(value[key], nodes, key, depth - 1)
        same = (n for n in nodes if value.get("@id") and n.get("@id") == value["@id"] and key in n)
        return texts(next(same, {}).get(key), nodes, key, depth - 1)
    return []
