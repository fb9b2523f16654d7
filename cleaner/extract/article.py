"""Compose the article of a page from trafilatura's text and the classified blocks of the page.

Each line of the text gets the probability of the blocks it came from. Lines that are hardly
article are only marked, so that the caller can record them as removals. Blocks that are clearly
article but missing from the text are inserted at their position in the page.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from lxml.html import HtmlElement

from cleaner.extract.block_classifier import classify_blocks
from cleaner.extract.block_features import ElementLabels
from cleaner.extract.blocks import Block, Span, joined_words, locate_blocks
from cleaner.text.edits import Edit

MAX_REMOVE = 0.2  # probability below which a line is removed if the markup also says so
MIN_INSERT = 0.5  # probability from which a missing block is inserted
MIN_COVERED = 0.5  # share of a line's characters that must be found on the page to remove it
MIN_REPEATED_WORDS = 5  # shorter blocks may occur twice
CODE_TAGS = frozenset(("pre",))  # code is never removed
# Labels that an element near a line must have for the line to be removed. The probability alone is
# right only three times out of four.
REMOVABLE = frozenset(("promo", "related", "share", "side", "foot", "author", "<form>"))
NEAREST_ELEMENTS = 3
CELL_TAGS = frozenset(("td", "th"))
MAX_LOOKAHEAD = 3  # lines searched for the next line of the article in the normalized text
PAGE_RULE = "cleaner/page"

Classified = tuple[Block, Span | None, float]  # a block, its span in the text, its probability


@dataclass(frozen=True, slots=True)
class ArticleLine:
    """A line of an article. `keep` is False if it is hardly article, `added` is True if it was
    inserted from the page."""

    text: str
    keep: bool = True
    added: bool = False


def compose_article(
    blocks: Sequence[Block], text: str, second: str, headlines: Sequence[str]
) -> tuple[ArticleLine, ...]:
    """Compose the article from the blocks of a page, the texts of two extractors and the
    headlines of the page. The result follows `text`, the text of the first extractor."""
    spans = locate_blocks(text, blocks)
    probabilities = classify_blocks(
        blocks,
        [span is not None for span in spans],
        [span is not None for span in locate_blocks(second, blocks)],
        [frozenset(joined_words(headline).split()) for headline in headlines],
    )
    classified = list(zip(blocks, spans, probabilities, strict=True))
    lines = text.split("\n") if text else []
    starts = _line_starts(lines)
    removed = _removed(starts, classified)
    inserted = _inserted(text, starts, classified)
    composed = inserted.get(-1, [])
    for n, line in enumerate(lines):
        composed = [*composed, ArticleLine(line, keep=not removed[n]), *inserted.get(n, ())]
    return tuple(composed)


def _line_starts(lines: Sequence[str]) -> list[int]:
    """Return the start of each line in the joined words of the text, and the end of the last."""
    starts, at = [], 0
    for line in lines:
        starts.append(at)
        words = joined_words(line)
        at += len(words) + 1 if words else 0
    return [*starts, at]


def _removed(starts: Sequence[int], classified: Sequence[Classified]) -> list[bool]:
    """Tell which lines consist only of blocks that are hardly article, both by probability and
    by the labels of their elements."""
    count = len(starts) - 1
    covered = [0] * count
    best = [0.0] * count
    labels = ElementLabels()
    for block, span, probability in classified:
        if span is None:
            continue
        for n in range(bisect_right(starts, span.start) - 1, count):
            overlap = min(span.end, starts[n + 1]) - max(span.start, starts[n])
            if starts[n] >= span.end:
                break
            if overlap > 0:
                covered[n] += overlap
                best[n] = max(best[n], probability if _is_removable(block, labels) else 1.0)
    return [
        covered[n] >= MIN_COVERED * (starts[n + 1] - starts[n]) > 0 and best[n] < MAX_REMOVE
        for n in range(count)
    ]


def _is_removable(block: Block, labels: ElementLabels) -> bool:
    nearest = block.ancestors[-NEAREST_ELEMENTS:]
    return block.tag not in CODE_TAGS and not REMOVABLE.isdisjoint(labels.of(nearest))


def _inserted(
    text: str, starts: Sequence[int], classified: Sequence[Classified]
) -> dict[int, list[ArticleLine]]:
    """Return the lines to insert, by the number of the line that they follow."""
    haystack = f" {joined_words(text)} "
    inserted: set[tuple[str, ...]] = set()
    by_line: dict[int, list[Block]] = {}
    at = -1  # line of the last located block; the text may have an order of its own
    for block, span, probability in classified:
        if span is not None:
            at = bisect_right(starts, span.end - 1) - 1
        elif probability >= MIN_INSERT and not _is_repeated(block, haystack, inserted):
            inserted.add(block.words)
            by_line.setdefault(at, []).append(block)
    return {
        line: [ArticleLine(row, added=True) for row in _rows(group)]
        for line, group in by_line.items()
    }


def _is_repeated(block: Block, haystack: str, inserted: set[tuple[str, ...]]) -> bool:
    if block.size < MIN_REPEATED_WORDS:
        return False
    return block.words in inserted or f" {' '.join(block.words)} " in haystack


def _rows(blocks: Sequence[Block]) -> Iterator[str]:
    """Format blocks as lines: list items with a dash, the cells of a table row in one line."""
    for row, group in groupby(blocks, key=_table_row):
        if row is not None:
            yield " | ".join(cell.text.replace("\n", " ") for cell in group)
        else:
            for block in group:
                dash = "- " if block.tag == "li" else ""
                yield from (f"{dash}{part}" for part in block.text.split("\n"))


def _table_row(block: Block) -> HtmlElement | None:
    return block.ancestors[-2] if block.tag in CELL_TAGS and len(block.ancestors) > 1 else None


def removal_edits(
    text: str, lines: Sequence[ArticleLine], normalize: Callable[[str], str]
) -> tuple[Edit, ...]:
    """Return the edits that remove from `text`, the normalized article, the lines not kept."""
    if all(line.keep for line in lines):
        return ()
    rows = text.split("\n")
    starts = [0]
    for row in rows:
        starts.append(starts[-1] + len(row) + 1)
    edits = []
    at = 0
    for line in lines:
        wanted = normalize(line.text)
        window = range(at, min(at + MAX_LOOKAHEAD, len(rows)))
        found = next((n for n in window if rows[n] == wanted), None)
        if found is None or not wanted:
            continue
        at = found + 1
        if not line.keep:
            end = min(starts[found + 1], len(text))
            edits.append(Edit(starts[found], end, "", PAGE_RULE, "layout"))
    return tuple(edits)
