"""Find the running text that a document lost."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

from cleaner.text.folding import plain
from cleaner.text.words import MIN_PROSE, is_prose

Span = tuple[int, int]
MIN_PROSE_CHARS = 20  # no shorter line is prose in any script
MAX_SHARE = 0.5  # of the running text; a document that lost more may have lost its end


def has_prose(text: str) -> bool:
    """Whether a line of a text looks like running text."""
    return bool(_prose_lines(text))


def lost_prose(text: str, removed: Sequence[Span]) -> list[int]:
    """The numbers of the lines of running text that a document lost and should perhaps have kept.

    `removed` are the spans removed from `text`, in order. Notices are mostly running text too, but
    stand before or after the article. So a removed line counts if it stands between lines that are
    kept, or if more than half of the running text is gone.

    >>> line = "The board met on Monday and agreed to dredge the whole north channel."
    >>> text = "\\n".join([line] * 3)
    >>> lost_prose(text, [(70, 139)]), lost_prose(text + "\\nShare", [(210, 215)])
    ([1], [])
    """
    if not any(has_prose(text[start:end]) for start, end in removed):
        return []
    rows, lengths = _prose_lines(text), list(map(len, text.split("\n")))
    starts = list(accumulate((length + 1 for length in lengths), initial=0))
    gone = [n for n in rows if _removed(starts[n], lengths[n], removed) > lengths[n] / 2]
    kept = [n for n in rows if n not in {*gone}]
    if sum(lengths[n] for n in gone) > MAX_SHARE * sum(lengths[n] for n in rows):
        return gone
    return [n for n in gone if kept[0] < n < kept[-1]]


def _prose_lines(text: str) -> list[int]:
    """The numbers of the lines that look like running text."""
    shortest = MIN_PROSE if text.isascii() else MIN_PROSE_CHARS
    if len(text) < shortest:
        return []
    rows = text.split("\n")
    long = [number for number, row in enumerate(rows) if len(row) >= shortest]
    for number in long:
        rows[number] = plain(rows[number])
    return [number for number in long if is_prose(rows, number)]


def _removed(start: int, length: int, removed: Sequence[Span]) -> int:
    """The number of characters of a line that are in the spans."""
    end, size = start + length, 0
    for place in range(max(0, bisect_right(removed, (start, start)) - 1), len(removed)):
        first, last = removed[place]
        if first >= end:
            break
        size += max(0, min(last, end) - max(first, start))
    return size
