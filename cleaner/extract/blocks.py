"""A page as a list of blocks: runs of text between the borders of block elements."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from lxml import etree
from lxml.html import HtmlElement

from cleaner.text.words import UNSPACED, count_words, tokens

WORD = re.compile(r"\w+")

SILENT = frozenset(
    "script style noscript template svg iframe object head select option input textarea math "
    "canvas video audio map".split()
)
INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark q s samp "
    "small span strike strong sub sup time tt u var wbr img picture source nobr br".split()
)
# What an element does to the text around it; all others begin a block and end one.
INLINED, LINK, BOLD, BREAK, HIDDEN = range(1, 6)
ROLES = {
    **dict.fromkeys(SILENT, HIDDEN),
    **dict.fromkeys(INLINE, INLINED),
    **dict.fromkeys(("b", "strong"), BOLD),
    "a": LINK,
    "br": BREAK,
}


@dataclass(frozen=True)
class Block:
    """A run of text. `chain` are the block elements around it, from the root to the nearest;
    `links` and `bold` are the shares of its characters that stand in links and in bold."""

    text: str
    chain: tuple[HtmlElement, ...]
    links: float
    bold: float

    @cached_property
    def words(self) -> tuple[str, ...]:
        """In lower case; never none. Of most pages nobody asks for them."""
        return tuple(tokens(self.text))

    @cached_property
    def size(self) -> int:
        """How many words the block has, by the count for its script."""
        spaced = self.text.isascii() or not UNSPACED.search(self.text)
        return len(self.words) if spaced else count_words(self.text)

    @property
    def tag(self) -> str:
        return str(self.chain[-1].tag)


def blocks_of(tree: HtmlElement) -> list[Block]:
    """The blocks of a page, in its order."""
    reader = _Reader(tree)
    walk = etree.iterwalk(tree, events=("start", "end", "comment", "pi"))
    for event, node in walk:
        if event == "start":
            role = ROLES.get(node.tag)
            if role == HIDDEN:
                walk.skip_subtree()
            else:
                reader.start(node, role)
        else:
            if event == "end":
                reader.end(node, ROLES.get(node.tag))
            if text := node.tail:
                reader.add(text)
    return reader.blocks


class _Reader:
    """Collects text and cuts it into blocks as elements open and close."""

    def __init__(self, root: HtmlElement) -> None:
        self.blocks: list[Block] = []
        self._root = root  # around all blocks, even where it is an inline element
        self._chain: tuple[HtmlElement, ...] = (root,)
        self._text: list[str] = []
        self._said = False  # whether any of it is more than blanks
        self._links = self._bold = 0  # how many of these elements are open
        self._linked = self._bolded = 0  # characters of the open block in them

    def start(self, node: HtmlElement, role: int | None) -> None:
        if role is None:
            if node is not self._root:
                self._flush()
                self._chain = (*self._chain, node)
        elif role == LINK:
            self._links += 1
        elif role == BOLD:
            self._bold += 1
        elif role == BREAK:
            self._break()
        if text := node.text:
            self.add(text)

    def end(self, node: HtmlElement, role: int | None) -> None:
        if node is self._root:
            self._flush()
        elif role is None:
            self._flush()
            self._chain = self._chain[:-1]
        elif role == LINK:
            self._links -= 1
        elif role == BOLD:
            self._bold -= 1

    def add(self, text: str) -> None:
        self._text.append(text.replace("\n", " "))
        if size := len(text.strip()):
            self._said = True
            if self._links:
                self._linked += size
            if self._bold:
                self._bolded += size

    def _break(self) -> None:
        """A line break; two of them end a block."""
        before = next((part for part in reversed(self._text) if part.strip(" \t\r")), "")
        if before == "\n":
            self._flush()
        else:
            self._text.append("\n")

    def _flush(self) -> None:
        if not self._said:
            self._text.clear()
            return
        whole = "".join(self._text)
        if "\n" in whole:
            rows = (" ".join(row.split()) for row in whole.split("\n"))
            text = "\n".join(row for row in rows if row)
        else:
            text = " ".join(whole.split())
        if WORD.search(text):
            size = len(text)
            links, bold = min(1.0, self._linked / size), min(1.0, self._bolded / size)
            self.blocks.append(Block(text, self._chain, links, bold))
        self._text.clear()
        self._said = False
        self._linked = self._bolded = 0


@dataclass(frozen=True, slots=True)
class Span:
    """Where a block stands among the words of a text, as offsets into them joined by blanks."""

    start: int
    end: int


FEW = 4  # words, from which a block may stand anywhere in a text
NEAR = 3000  # characters, within which a shorter one must follow what came before it
LONG = 400  # characters, from which its start, its middle and its end are enough
PIECE = 8  # words of such a piece


def places_in(text: str, blocks: Sequence[Block]) -> list[Span | None]:
    """Where each block stands in a text that an extractor took from the page; None if nowhere."""
    hay = f" {joined(text)} "
    at = 0
    found: list[Span | None] = []
    for block in blocks:
        span = _place(hay, block, at)
        found.append(span)
        if span is not None:
            at = max(at, span.start) if block.size >= FEW else span.end
    return found


def joined(text: str) -> str:
    """The words of a text in lower case, joined by blanks."""
    return " ".join(tokens(text))


def _place(hay: str, block: Block, at: int) -> Span | None:
    words = block.words
    needle = f" {' '.join(words)} "
    if len(needle) > LONG:
        pieces = list(_pieces(words))
        starts = [hay.find(piece) for piece in pieces]
        hits = [(s, s + len(p)) for s, p in zip(starts, pieces, strict=True) if s >= 0]
        if len(hits) < 2:
            return None
        return Span(min(s for s, _ in hits), max(e for _, e in hits) - 1)
    start = hay.find(needle, at)
    if block.size < FEW and not 0 <= start - at < NEAR:
        return None
    if start < 0:
        start = hay.find(needle)
    return Span(start, start + len(needle) - 1) if start >= 0 else None


def _pieces(words: Sequence[str]) -> Iterator[str]:
    middle = len(words) // 2
    for first in (0, middle, len(words) - PIECE):
        yield f" {' '.join(words[first : first + PIECE])} "


def agreement(one: str, other: str) -> float:
    """The F1 of the words of two texts, as bags; 0 where either is empty."""
    a, b = (Counter(tokens(text)) for text in (one, other))
    common = (a & b).total()
    return 2 * common / (a.total() + b.total()) if common else 0.0
