"""Split a page into blocks, the runs of text between the boundaries of block elements."""

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

SKIPPED_TAGS = frozenset(
    "script style noscript template svg iframe object head select option input textarea math "
    "canvas video audio map".split()
)
INLINE_TAGS = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark q s samp "
    "small span strike strong sub sup time tt u var wbr img picture source nobr br".split()
)
# How an element affects the text around it; all other elements begin and end a block.
INLINE, LINK, BOLD, BREAK, SKIPPED = range(1, 6)
TAG_EFFECTS = {
    **dict.fromkeys(SKIPPED_TAGS, SKIPPED),
    **dict.fromkeys(INLINE_TAGS, INLINE),
    **dict.fromkeys(("b", "strong"), BOLD),
    "a": LINK,
    "br": BREAK,
}


@dataclass(frozen=True)
class Block:
    """A run of text. `ancestors` are the block elements around it, from the root to the nearest;
    `links` and `bold` are the shares of its characters in links and in bold type."""

    text: str
    ancestors: tuple[HtmlElement, ...]
    links: float
    bold: float

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The words in lower case, at least one. Computed on demand; most pages do not need it."""
        return tuple(tokens(self.text))

    @cached_property
    def size(self) -> int:
        """The number of words, counted as usual for the script."""
        spaced = self.text.isascii() or not UNSPACED.search(self.text)
        return len(self.words) if spaced else count_words(self.text)

    @property
    def tag(self) -> str:
        return str(self.ancestors[-1].tag)


def blocks_of(tree: HtmlElement) -> list[Block]:
    """Return the blocks of a page in document order."""
    splitter = _Splitter(tree)
    walk = etree.iterwalk(tree, events=("start", "end", "comment", "pi"))
    for event, node in walk:
        if event == "start":
            effect = TAG_EFFECTS.get(node.tag)
            if effect == SKIPPED:
                walk.skip_subtree()
            else:
                splitter.start(node, effect)
        else:
            if event == "end":
                splitter.end(node, TAG_EFFECTS.get(node.tag))
            if text := node.tail:
                splitter.add(text)
    return splitter.blocks


class _Splitter:
    """Collects text and splits it into blocks as elements open and close."""

    def __init__(self, root: HtmlElement) -> None:
        self.blocks: list[Block] = []
        self._root = root  # surrounds all blocks, even if it is an inline element
        self._ancestors: tuple[HtmlElement, ...] = (root,)
        self._text: list[str] = []
        self._has_text = False  # whether it is more than whitespace
        self._links = self._bold = 0  # number of open elements
        self._linked = self._bolded = 0  # their characters in the open block

    def start(self, node: HtmlElement, effect: int | None) -> None:
        if effect is None:
            if node is not self._root:
                self._flush()
                self._ancestors = (*self._ancestors, node)
        elif effect == LINK:
            self._links += 1
        elif effect == BOLD:
            self._bold += 1
        elif effect == BREAK:
            self._break()
        if text := node.text:
            self.add(text)

    def end(self, node: HtmlElement, effect: int | None) -> None:
        if node is self._root:
            self._flush()
        elif effect is None:
            self._flush()
            self._ancestors = self._ancestors[:-1]
        elif effect == LINK:
            self._links -= 1
        elif effect == BOLD:
            self._bold -= 1

    def add(self, text: str) -> None:
        self._text.append(text.replace("\n", " "))
        if size := len(text.strip()):
            self._has_text = True
            if self._links:
                self._linked += size
            if self._bold:
                self._bolded += size

    def _break(self) -> None:
        """Add a line break; two in a row end a block."""
        before = next((part for part in reversed(self._text) if part.strip(" \t\r")), "")
        if before == "\n":
            self._flush()
        else:
            self._text.append("\n")

    def _flush(self) -> None:
        if not self._has_text:
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
            self.blocks.append(Block(text, self._ancestors, links, bold))
        self._text.clear()
        self._has_text = False
        self._linked = self._bolded = 0


@dataclass(frozen=True, slots=True)
class Span:
    """The position of a block in a text, as offsets into its joined words."""

    start: int
    end: int


MIN_FREE_WORDS = 4  # shorter blocks must closely follow the block before them
MAX_GAP = 3000  # characters between a short block and the block before it
MAX_WHOLE_CHARS = 400  # longer blocks are located by samples of start, middle and end
SAMPLE_WORDS = 8


def locate_blocks(text: str, blocks: Sequence[Block]) -> list[Span | None]:
    """Locate each block in a text extracted from the page; None if the text lacks it."""
    haystack = f" {joined_words(text)} "
    at = 0
    found: list[Span | None] = []
    for block in blocks:
        span = _locate(haystack, block, at)
        found.append(span)
        if span is not None:
            at = max(at, span.start) if block.size >= MIN_FREE_WORDS else span.end
    return found


def joined_words(text: str) -> str:
    """Return the words of a text in lower case, joined by spaces."""
    return " ".join(tokens(text))


def _locate(haystack: str, block: Block, at: int) -> Span | None:
    words = block.words
    needle = f" {' '.join(words)} "
    if len(needle) > MAX_WHOLE_CHARS:
        samples = list(_samples(words))
        starts = [haystack.find(sample) for sample in samples]
        hits = [(s, s + len(p)) for s, p in zip(starts, samples, strict=True) if s >= 0]
        if len(hits) < 2:
            return None
        return Span(min(s for s, _ in hits), max(e for _, e in hits) - 1)
    start = haystack.find(needle, at)
    if block.size < MIN_FREE_WORDS and not 0 <= start - at < MAX_GAP:
        return None
    if start < 0:
        start = haystack.find(needle)
    return Span(start, start + len(needle) - 1) if start >= 0 else None


def _samples(words: Sequence[str]) -> Iterator[str]:
    middle = len(words) // 2
    for first in (0, middle, len(words) - SAMPLE_WORDS):
        yield f" {' '.join(words[first : first + SAMPLE_WORDS])} "


def word_f1(one: str, other: str) -> float:
    """Return the F1 of the words of two texts, as multisets; 0 if either is empty."""
    a, b = (Counter(tokens(text)) for text in (one, other))
    common = (a & b).total()
    return 2 * common / (a.total() + b.total()) if common else 0.0
