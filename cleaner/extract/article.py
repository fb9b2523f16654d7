"""The article of a page, made of trafilatura's text and of the page itself.

Each line of the text is judged by the blocks of the page that it came from, and blocks that the
text lacks are judged too. Lines that are hardly article are marked, not lost: the caller takes
them out as removals. Blocks that are clearly article are put in where the page has them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from lxml.html import HtmlElement

from cleaner.extract.block_classifier import judge
from cleaner.extract.block_features import Hints
from cleaner.extract.blocks import Block, Span, joined, places_in
from cleaner.text.edits import Edit

DROP = 0.2  # a line that the text has goes below this, where the page says what it is
TAKE = 0.5  # a block that the text lacks comes in from this
COVERED = 0.5  # share of a line's characters that must be found on the page for it to go
FEW = 5  # words; a shorter block may be there twice
KEPT = frozenset(("pre",))  # code is article wherever an extractor took it
# What the names of the nearest elements must say for a line to go: the chance alone is right three
# times in four.
APART = frozenset(("promo", "related", "share", "side", "foot", "author", "<form>"))
NEAREST = 3
CELLS = frozenset(("td", "th"))
RULE = "cleaner/page"
AHEAD = 3  # lines that normalising may have put between two of the article's


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an article's text: `keep` is False where it is hardly article, `added` is True
    where it was put in from the page."""

    text: str
    keep: bool = True
    added: bool = False


def compose(
    blocks: Sequence[Block], text: str, second: str, headings: Sequence[str]
) -> tuple[Line, ...]:
    """The lines of the article of a page with these blocks, given the texts that two extractors
    took from it, and its headlines."""
    places = places_in(text, blocks)
    chances = judge(
        blocks,
        [place is not None for place in places],
        [place is not None for place in places_in(second, blocks)],
        [frozenset(joined(heading).split()) for heading in headings],
    )
    lines = text.split("\n") if text else []
    starts = _starts(lines)
    judged = [
        Line(line, keep=not drop)
        for line, drop in zip(lines, _to_drop(lines, starts, blocks, places, chances), strict=True)
    ]
    added = _to_add(text, starts, blocks, places, chances)
    made = added.get(-1, [])
    for n, line in enumerate(judged):
        made = [*made, line, *added.get(n, ())]
    return tuple(made)


def _starts(lines: Sequence[str]) -> list[int]:
    """Where each line begins among the words of the text, as `Span` counts."""
    starts, at = [], 0
    for line in lines:
        starts.append(at)
        words = joined(line)
        at += len(words) + 1 if words else 0
    return [*starts, at]


def _to_drop(
    lines: Sequence[str],
    starts: Sequence[int],
    blocks: Sequence[Block],
    places: Sequence[Span | None],
    chances: Sequence[float],
) -> list[bool]:
    """Which lines come from nothing but blocks that are hardly article, by the judgement and by
    what the page calls them."""
    covered = [0] * len(lines)
    best = [0.0] * len(lines)
    hints = Hints()
    for block, place, chance in zip(blocks, places, chances, strict=True):
        if place is None:
            continue
        for n in range(bisect_right(starts, place.start) - 1, len(lines)):
            overlap = min(place.end, starts[n + 1]) - max(place.start, starts[n])
            if starts[n] >= place.end:
                break
            if overlap > 0:
                covered[n] += overlap
                best[n] = max(best[n], chance if _may_go(block, hints) else 1.0)
    return [
        covered[n] >= COVERED * (starts[n + 1] - starts[n]) > 0 and best[n] < DROP
        for n in range(len(lines))
    ]


def _may_go(block: Block, hints: Hints) -> bool:
    return block.tag not in KEPT and not APART.isdisjoint(hints.of(block.chain[-NEAREST:]))


def _to_add(
    text: str,
    starts: Sequence[int],
    blocks: Sequence[Block],
    places: Sequence[Span | None],
    chances: Sequence[float],
) -> dict[int, list[Line]]:
    """The blocks that the text lacks, as lines, by the number of the line that they follow."""
    hay = f" {joined(text)} "
    there: set[tuple[str, ...]] = set()
    taken: dict[int, list[Block]] = {}
    at = -1  # the line of the last block before that the text has; its order may be its own
    for block, place, chance in zip(blocks, places, chances, strict=True):
        if place is not None:
            at = bisect_right(starts, place.end - 1) - 1
        elif chance >= TAKE and not _repeats(block, hay, there):
            there.add(block.words)
            taken.setdefault(at, []).append(block)
    return {line: [Line(row, added=True) for row in _rows(group)] for line, group in taken.items()}


def _repeats(block: Block, hay: str, there: set[tuple[str, ...]]) -> bool:
    if block.size < FEW:
        return False
    return block.words in there or f" {' '.join(block.words)} " in hay


def _rows(blocks: Sequence[Block]) -> Iterator[str]:
    """Blocks as rows of text: items of lists with a dash, cells of one table row in one row."""
    for row, group in groupby(blocks, key=_row):
        cells = list(group)
        if row is not None:
            yield " | ".join(cell.text.replace("\n", " ") for cell in cells)
        else:
            for block in cells:
                dash = "- " if block.tag == "li" else ""
                yield from (f"{dash}{part}" for part in block.text.split("\n"))


def _row(block: Block) -> HtmlElement | None:
    """The table row that a block is a cell of."""
    return block.chain[-2] if block.tag in CELLS and len(block.chain) > 1 else None


def drops(text: str, lines: Sequence[Line], normalize: Callable[[str], str]) -> tuple[Edit, ...]:
    """The edits that take the lines that are not kept out of `text`, their normalised text."""
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
        found = next((n for n in range(at, min(at + AHEAD, len(rows))) if rows[n] == wanted), None)
        if found is None or not wanted:
            continue
        at = found + 1
        if not line.keep:
            end = min(starts[found + 1], len(text))
            edits.append(Edit(starts[found], end, "", RULE, "layout"))
    return tuple(edits)
