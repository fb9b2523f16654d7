"""JSON embedded in a page: its schema.org objects (JSON-LD) and articles kept in script data.

Scripts are never executed: only `application/json` and `application/ld+json` elements are read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from lxml import html as lxml_html
from lxml.etree import LxmlError
from lxml.html import HtmlElement

from cleaner.extract.blocks import blocks_of
from cleaner.text.words import count_words
from cleaner.values import well_formed

ARTICLE_TYPES = frozenset(
    "article newsarticle blogposting reportagenewsarticle analysisnewsarticle opinionnewsarticle "
    "backgroundnewsarticle reviewnewsarticle scholarlyarticle techarticle medicalscholarlyarticle "
    "advertisercontentarticle satiricalarticle report socialmediaposting liveblogposting review "
    "pressrelease".split()
)
PAGE_TYPES = frozenset("webpage itempage medicalwebpage".split())
BODY_KEYS = frozenset(
    "articlebody body content contents html text story bodytext bodyhtml fulltext richtext "
    "contenthtml renderedcontent article".split()
)
MAX_JSON_LD_CHARS, MAX_SCRIPT_CHARS = 2_000_000, 5_000_000  # of one script
MAX_OBJECTS = 5_000  # values visited per script
MIN_BODY_WORDS = 80
SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")

Node = dict[str, Any]


def json_ld_nodes(tree: HtmlElement) -> list[Node]:
    """Return all objects in the JSON-LD of a page, outer before inner. Invalid JSON is skipped."""
    found: list[Node] = []
    for script in tree.xpath("//script[@type='application/ld+json']"):
        text = (script.text or "").strip().removeprefix("<![CDATA[").removesuffix("]]>")
        if len(text) <= MAX_JSON_LD_CHARS:
            found += _objects(_parse_json(text.rstrip(";")))
    return found


def _parse_json(text: str) -> Any:
    """Parse JSON into well-formed strings; return None if it is invalid."""
    try:
        value = json.loads(text, strict=False)
        if SURROGATE.search(text):
            value = json.loads(well_formed(json.dumps(value, ensure_ascii=False)))
    except (ValueError, RecursionError):
        return None
    return value


def _objects(data: Any) -> Iterator[Node]:
    queue = [data]
    for _ in range(MAX_OBJECTS):
        if not queue:
            return
        value = queue.pop(0)
        if isinstance(value, list):
            queue += value
        elif isinstance(value, dict):
            yield value
            queue += [v for v in value.values() if isinstance(v, (list, dict))]


def node_types(node: Node) -> set[str]:
    """Return the types of an object in lower case."""
    types = node.get("@type")
    return {str(name).lower() for name in (types if isinstance(types, list) else [types])}


def article_nodes(nodes: Sequence[Node]) -> list[Node]:
    """Return the objects that describe the article, or else those that describe the page."""
    articles = [node for node in nodes if node_types(node) & ARTICLE_TYPES]
    return articles or [node for node in nodes if node_types(node) & PAGE_TYPES]


def node_texts(value: Any, nodes: Sequence[Node], key: str = "name", depth: int = 10) -> list[str]:
    """Return the strings in a value: the value itself, or `key` of each object it refers to.

    References are followed up to `depth`, because objects may refer to each other.
    """
    if depth == 0:
        return []
    if isinstance(value, str):
        return [" ".join(value.split())] if value.strip() else []
    if isinstance(value, list):
        return [text for item in value for text in node_texts(item, nodes, key, depth - 1)]
    if isinstance(value, dict):
        if key in value:
            return node_texts(value[key], nodes, key, depth - 1)
        same = (n for n in nodes if value.get("@id") and n.get("@id") == value["@id"] and key in n)
        return node_texts(next(same, {}).get(key), nodes, key, depth - 1)
    return []


def article_in_scripts(tree: HtmlElement) -> str | None:
    """Return the longest article body in the script data of a page, or None."""
    found: list[str] = []
    for script in tree.xpath("//script[@type='application/json' or @type='application/ld+json']"):
        text = script.text or ""
        if MIN_BODY_WORDS < len(text) <= MAX_SCRIPT_CHARS:
            found += filter(None, map(_plain_text, _bodies(_parse_json(text))))
    longest = max(found, key=count_words, default="")
    return longest if count_words(longest) >= MIN_BODY_WORDS else None


def _bodies(data: Any) -> Iterator[str]:
    stack = [data]
    while stack:
        value = stack.pop()
        if isinstance(value, list):
            stack += value
        elif isinstance(value, dict):
            for key, inner in value.items():
                if str(key).replace("_", "").lower() in BODY_KEYS:
                    if isinstance(inner, str):
                        yield inner
                    elif isinstance(inner, list):
                        yield "\n".join(_paragraphs(inner))
                stack.append(inner)


def _paragraphs(items: list[Any]) -> Iterator[str]:
    for item in items:
        if isinstance(item, str):
            yield item
        elif isinstance(item, dict):
            values = item.items()
            yield from (v for k, v in values if str(k).lower() in BODY_KEYS and isinstance(v, str))


def _plain_text(body: str) -> str:
    """Return the text of a body that may be HTML."""
    if "</" not in body:
        return body.strip()
    try:
        tree = lxml_html.fromstring(f"<div>{body}</div>")
    except (LxmlError, ValueError):
        return ""
    return "\n".join(block.text for block in blocks_of(tree))
