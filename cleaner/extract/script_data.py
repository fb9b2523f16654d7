"""Articles that a page keeps in the data of its scripts, as plain JSON, for scripts to show.

Nothing is executed: only `application/json` and `application/ld+json` scripts are read.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import html as lxml_html
from lxml.etree import LxmlError
from lxml.html import HtmlElement

from cleaner.extract.blocks import blocks_of
from cleaner.extract.json_ld import read_json
from cleaner.text.words import count_words

# Keys under which sites keep the body of an article.
BODY = frozenset(
    "articlebody body content contents html text story bodytext bodyhtml fulltext richtext "
    "contenthtml renderedcontent article".split()
)
LEAST = 80  # words of a body
LARGEST = 5_000_000  # characters of a script that is read


def body_in_scripts(tree: HtmlElement) -> str | None:
    """The longest body of an article in a page's script data; None where there is none."""
    found: list[str] = []
    for script in tree.xpath("//script[@type='application/json' or @type='application/ld+json']"):
        text = script.text or ""
        if LEAST < len(text) <= LARGEST:
            found += filter(None, map(_plain, _bodies(text)))
    longest = max(found, key=count_words, default="")
    return longest if count_words(longest) >= LEAST else None


def _bodies(text: str) -> Iterator[str]:
    open_ = [read_json(text)]
    while open_:
        value = open_.pop()
        if isinstance(value, list):
            open_ += value
        elif isinstance(value, dict):
            for key, inner in value.items():
                if str(key).replace("_", "").lower() in BODY:
                    if isinstance(inner, str):
                        yield inner
                    elif isinstance(inner, list):
                        yield "\n".join(_texts(inner))
                open_.append(inner)


def _texts(blocks: list[Any]) -> Iterator[str]:
    """The texts of a list of paragraphs, in their order."""
    for block in blocks:
        if isinstance(block, str):
            yield block
        elif isinstance(block, dict):
            texts = (v for k, v in block.items() if str(k).lower() in BODY and isinstance(v, str))
            yield from texts


def _plain(body: str) -> str:
    """The text of a body that may be HTML."""
    if "</" not in body:
        return body.strip()
    try:
        tree = lxml_html.fromstring(f"<div>{body}</div>")
    except (LxmlError, ValueError):
        return ""
    return "\n".join(block.text for block in blocks_of(tree))
