"""Compose the article of a page from trafilatura's text and the classified blocks of the page.

Each line of the text gets the probability of the blocks it came from. Lines that are hardly
article are only marked, so that the caller can record them as removals. Blocks that are clearly
article but missing from the text are inserted at their position in the page.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, groupby
from pathlib import Path
from typing import NamedTuple

from lxml.html import HtmlElement

from cleaner.document import Insertion
from cleaner.extract.block_classifier import BUNDLED, classify_blocks
from cleaner.extract.blocks import Block, Span, joined_words, locate_blocks
from cleaner.extract.element_labels import ElementLabels
from cleaner.text.edits import Edit
from cleaner.text.words import is_prose

MIN_COVERED = 0.5  # share of a line's characters that must be found on the page to remove it
MIN_REPEATED_WORDS = 5  # shorter blocks may occur twice
CODE_TAGS = frozenset(("pre",))  # code is never removed
# Labels of elements that are seldom part of an article, and those that golds treat differently.
REMOVABLE = frozenset(("promo", "related", "share", "side", "foot", "author", "<form>"))
NOT_INSERTED = REMOVABLE | {
    "<aside>", "<nav>", "nav", "comment", "not shown", "caption", "<figcaption>"
}  # fmt: skip
SAME_HEADLINE = 0.7  # share of words that a block has in common with a headline: it is the title
MAX_BREADCRUMB = 2.0  # words of a block that ends with the title, as a share of the title's
NEAREST_ELEMENTS = 3
CELL_TAGS = frozenset(("td", "th"))
LINE_TAGS = frozenset(("li", "table", "dt", "dd"))  # follow each other without a blank line
MAX_LOOKAHEAD = 6  # lines searched for the next line of the article in the normalized text
PAGE_RULE = "cleaner/page"


class Limits(NamedTuple):
    """The probabilities at which the text of the first extractor is changed."""

    remove_labeled: float = 0.3
    """Below which a line is removed whose elements have a label such as `related`."""
    remove: float = 0.1
    """The same for other lines."""
    insert: float = 0.5
    """From which a missing block is inserted."""
    insert_labeled: float = 0.9
    """The same for blocks whose elements have a label."""


BALANCED = Limits()
PRECISION = Limits(0.6, 0.3, 0.9, 0.98)
RECALL = Limits(0.1, 0.03, 0.3, 0.7)

Classified = tuple[Block, Span | None, float]  # a block, its span in the text, its probability


@dataclass(frozen=True, slots=True)
class ArticleLine:
    """A line of an article. `keep` is False if it is hardly article, and `score` the probability
    of that; `added` is the probability of a line that was inserted from the page, otherwise 0."""

    text: str
    keep: bool = True
    added: float = 0.0
    score: float | None = field(default=None, compare=False)


def compose_article(
    blocks: Sequence[Block],
    text: str,
    second: str,
    headlines: Sequence[str],
    trees: Path = BUNDLED,
    shown: Sequence[str] | None = None,
    limits: Limits = BALANCED,
) -> tuple[ArticleLine, ...]:
    """Compose the article from the blocks of a page, the texts of two extractors and the
    headlines of the page. The result follows `text`, the text of the first extractor; `shown` are
    its lines with their markup, if they have any. `limits` decide
    between precision and recall; `trees` is the file of the block classifier's trees."""
    spans = locate_blocks(text, blocks)
    titles = [frozenset(joined_words(headline).split()) for headline in headlines]
    probabilities = classify_blocks(
        blocks,
        [span is not None for span in spans],
        [span is not None for span in locate_blocks(second, blocks)],
        titles,
        trees,
    )
    classified = list(zip(blocks, spans, probabilities, strict=True))
    labels = ElementLabels()
    lines = text.split("\n") if text else []
    starts = _line_starts(lines)
    removed = _removed(lines, starts, classified, labels, limits)
    wanted = [_is_wanted(block, p, titles, labels, limits) for block, _, p in classified]
    inserted = _inserted(text, starts, classified, wanted)
    composed = [*inserted.get(-1, ())]
    for n, line in enumerate(lines if shown is None else shown):
        kept = removed[n] is None
        composed += [ArticleLine(line, keep=kept, score=removed[n]), *inserted.get(n, ())]
    return tuple(composed)


def _line_starts(lines: Sequence[str]) -> list[int]:
    """Return the start of each line in the joined words of the text, and the end of the last."""
    starts, at = [], 0
    for line in lines:
        starts.append(at)
        words = joined_words(line)
        at += len(words) + 1 if words else 0
    return [*starts, at]


def _removed(
    lines: Sequence[str],
    starts: Sequence[int],
    classified: Sequence[Classified],
    labels: ElementLabels,
    limits: Limits,
) -> list[float | None]:
    """The probability that a line is boilerplate, if it consists only of blocks that are hardly
    article, otherwise None. More probability is needed without a label of their elements, and then
    paragraphs between others stay."""
    count = len(lines)
    covered = [0] * count
    likely = [0.0] * count  # the highest probability of a block
    doubt = [0.0] * count  # the highest probability of a block, as a share of its limit
    labeled = [True] * count
    for block, span, probability in classified:
        if span is None:
            continue
        known = not REMOVABLE.isdisjoint(labels.of(block.ancestors[-NEAREST_ELEMENTS:]))
        share = probability / (limits.remove_labeled if known else limits.remove)
        for n in range(bisect_right(starts, span.start) - 1, count):
            overlap = min(span.end, starts[n + 1]) - max(span.start, starts[n])
            if starts[n] >= span.end:
                break
            if overlap > 0:
                covered[n] += overlap
                likely[n] = max(likely[n], probability)
                doubt[n] = max(doubt[n], 1.0 if block.tag in CODE_TAGS else share)
                labeled[n] = labeled[n] and known
    removed = [
        covered[n] >= MIN_COVERED * (starts[n + 1] - starts[n]) > 0 and doubt[n] < 1
        for n in range(count)
    ]
    inside = _paragraphs_inside(lines, removed)
    return [
        round(1 - likely[n], 3) if gone and (labeled[n] or n not in inside) else None
        for n, gone in enumerate(removed)
    ]


def _paragraphs_inside(lines: Sequence[str], removed: Sequence[bool]) -> set[int]:
    """The paragraphs that stand between paragraphs that are kept."""
    full = [n for n, line in enumerate(lines) if line.strip()]
    rows = [lines[n] for n in full]
    prose = [n for place, n in enumerate(full) if is_prose(rows, place)]
    kept = [n for n in prose if not removed[n]]
    return {n for n in prose if kept[0] < n < kept[-1]} if kept else set(prose)


def _is_wanted(
    block: Block,
    probability: float,
    titles: Sequence[frozenset[str]],
    labels: ElementLabels,
    limits: Limits,
) -> bool:
    """Whether a block that the text lacks is clearly article. Titles are metadata."""
    if probability < limits.insert or block.tag == "h1":
        return False
    words = frozenset(block.words)
    if any(_is_title(words, title) for title in titles):
        return False
    other = not NOT_INSERTED.isdisjoint(labels.of(block.ancestors[-NEAREST_ELEMENTS:]))
    return probability >= limits.insert_labeled or not other


def _is_title(words: frozenset[str], title: frozenset[str]) -> bool:
    """Whether a block's words are those of a title, or a path of sections before it."""
    if len(words & title) >= SAME_HEADLINE * len(words | title):
        return True
    return bool(title) and title <= words and len(words) <= MAX_BREADCRUMB * len(title)


def _inserted(
    text: str,
    starts: Sequence[int],
    classified: Sequence[Classified],
    wanted: Sequence[bool],
) -> dict[int, list[ArticleLine]]:
    """Return the lines to insert, by the number of the line that they follow."""
    haystack = f" {joined_words(text)} "
    inserted: set[tuple[str, ...]] = set()
    by_line: dict[int, list[tuple[Block, float]]] = {}
    at = -1  # line of the last located block; the text may have an order of its own
    for (block, span, probability), is_wanted in zip(classified, wanted, strict=True):
        if span is not None:
            at = bisect_right(starts, span.end - 1) - 1
        elif is_wanted and not _is_repeated(block, haystack, inserted):
            inserted.add(block.words)
            by_line.setdefault(at, []).append((block, probability))
    return {line: list(_inserted_lines(group)) for line, group in by_line.items()}


def _is_repeated(block: Block, haystack: str, inserted: set[tuple[str, ...]]) -> bool:
    if block.size < MIN_REPEATED_WORDS:
        return False
    return block.words in inserted or f" {' '.join(block.words)} " in haystack


def _inserted_lines(blocks: Sequence[tuple[Block, float]]) -> Iterator[ArticleLine]:
    """Format blocks with their probabilities as lines, after blank ones: list items with a dash,
    the cells of a table row in one line, whose probability is the lowest of them."""
    before = ""
    for row, group in groupby(blocks, key=_table_row):
        cells = list(group)
        for block, probability in cells if row is None else cells[:1]:
            kind = "table" if row is not None else block.tag
            if kind != before or kind not in LINE_TAGS:
                yield ArticleLine("")
            before = kind
            if row is not None:
                words = " | ".join(cell.text.replace("\n", " ") for cell, _ in cells)
                yield ArticleLine(f"| {words} |", added=min(p for _, p in cells))
            else:
                dash = "- " if kind == "li" else ""
                parts = block.text.split("\n")
                yield from (ArticleLine(dash + part, added=probability) for part in parts)
    yield ArticleLine("")


def _table_row(found: tuple[Block, float]) -> HtmlElement | None:
    block = found[0]
    return block.ancestors[-2] if block.tag in CELL_TAGS and len(block.ancestors) > 1 else None


def removal_edits(
    text: str, lines: Sequence[ArticleLine], normalize: Callable[[str], str]
) -> tuple[Edit, ...]:
    """Return the edits that remove from `text`, the normalized article, the lines not kept."""
    if all(line.keep for line in lines):
        return ()
    rows = text.split("\n")
    starts = list(accumulate((len(row) + 1 for row in rows), initial=0))
    edits = []
    for n, line in _found(rows, lines, normalize, lambda line: not line.keep):
        after = next((k for k in range(n + 1, len(rows)) if rows[k]), len(rows))
        end = min(starts[after], len(text))
        edits.append(Edit(starts[n], end, "", PAGE_RULE, "layout", line.score))
    return tuple(edits)


def insertions(
    text: str, lines: Sequence[ArticleLine], normalize: Callable[[str], str]
) -> tuple[Insertion, ...]:
    """Return the lines of `text`, the normalized article, that were inserted."""
    if not any(line.added for line in lines):
        return ()
    rows = text.split("\n")
    starts = list(accumulate((len(row) + 1 for row in rows), initial=0))
    found = _found(rows, lines, normalize, lambda line: line.added > 0)
    return tuple(
        Insertion(PAGE_RULE, starts[n], starts[n] + len(rows[n]), rows[n], line.added)
        for n, line in found
    )


def _found(
    rows: Sequence[str],
    lines: Sequence[ArticleLine],
    normalize: Callable[[str], str],
    is_meant: Callable[[ArticleLine], bool],
) -> Iterator[tuple[int, ArticleLine]]:
    """Yield the lines meant, with the number of the row of a normalized text that each became."""
    at = 0
    for line in lines:
        wanted = normalize(line.text)
        window = range(at, min(at + MAX_LOOKAHEAD, len(rows)))
        found = next((n for n in window if rows[n] == wanted), None) if wanted else None
        if found is not None:
            at = found + 1
            if is_meant(line):
                yield found, line
