"""How long the texts can be that trafilatura compares its own with, told without making them."""

from __future__ import annotations

import math
from functools import lru_cache

from lxml.html import HtmlElement
from trafilatura import readability_lxml

UNLIKELY = readability_lxml.REGEXES["unlikelyCandidatesRe"].search
MAYBE = readability_lxml.REGEXES["okMaybeItsACandidateRe"].search
SILENT = frozenset(("script", "style", "fencedframe"))
# Readability's result is written as XML and read as HTML, where these swallow what follows or hold
# their entities as they are.
READ_OTHERWISE = ("xmp", "noembed", "noframes", "plaintext")


def readability_at_most(tree: HtmlElement, enough: int) -> float:
    """A number of characters that the text which readability takes from a tree cannot exceed: all
    text but that of elements which it leaves out first of all. Where it is not over `enough`, it
    may be more than need be."""
    if next(tree.iter(*READ_OTHERWISE), None) is not None:
        return math.inf
    if not all(node.text for node in tree.iter("title")):
        return math.inf
    videos = sum(len(" VIDEO") for _ in tree.iter("iframe"))
    shown = _shown(tree) + videos
    if shown <= enough:
        return shown
    size = _size(tree) + videos
    last = None
    for node in tree.iterdescendants("*"):
        if node.tag not in SILENT and not _is_unlikely(node):
            continue
        if last is None or all(around is not last for around in node.iterancestors()):
            last = node
            size -= _lost(node)
    return size


def spaced_at_most(tree: HtmlElement) -> int:
    """A number of characters that the text of `trafilatura.html2txt` cannot exceed, which has a
    blank before and after each element."""
    return _shown(tree) + 2 * sum(1 for _ in tree.iter("*"))


def _shown(tree: HtmlElement) -> int:
    """The size of the text of a tree without that of scripts, and not less."""
    return _size(tree) - sum(map(_lost, tree.iter("script", "style")))


def _size(node: HtmlElement) -> int:
    return len(" ".join(node.text_content().split()))


def _lost(node: HtmlElement) -> int:
    """What a text is shorter without an element at least: the words around it may be parted."""
    return max(0, _size(node) - 1)


def _is_unlikely(node: HtmlElement) -> bool:
    names, ident = node.get("class"), node.get("id")
    return bool(
        (names or ident)
        and node.tag not in readability_lxml.FRAME_TAGS
        and _says_unlikely(names or "", ident or "")
    )


@lru_cache(maxsize=8192)
def _says_unlikely(names: str, ident: str) -> bool:
    both = " ".join(filter(None, (names, ident))).lower()
    return len(both) > 1 and UNLIKELY(both) is not None and MAYBE(both) is None
