"""Find the running text that a document lost."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

from cleaner.classify.line_classifier import load_model
from cleaner.text.folding import fold
from cleaner.text.prose import has_prose, prose_lines

Span = tuple[int, int]
MAX_SHARE = 0.5  # of the running text; a document that lost more may have lost its end


def lost_prose(text: str, removed: Sequence[Span]) -> list[int]:
    """The numbers of the lines of running text that a document lost and should perhaps have kept.

    `removed` are the spans removed from `text`, in order. Notices and promos are running text too,
    so a removed line counts only if its words are those of articles to the line classifier, and if
    it stands between lines that are kept, or more than half of the running text is gone.

    >>> line = "The board met on Monday and agreed to dredge the whole north channel."
    >>> promo = "Sign up for our newsletter and get the best stories in your inbox every day."
    >>> text = "\\n".join([line, line, promo, line])
    >>> lost_prose(text, [(70, 139), (140, 216)])
    [1]
    """
    if not any(has_prose(text[start:end]) for start, end in removed):
        return []
    rows, lines = prose_lines(text), text.split("\n")
    lengths = list(map(len, lines))
    starts = list(accumulate((length + 1 for length in lengths), initial=0))
    gone = [n for n in rows if _removed(starts[n], lengths[n], removed) > lengths[n] / 2]
    kept = [n for n in rows if n not in {*gone}]
    gone = [n for n in gone if _is_article(lines[n])]
    size = sum(lengths[n] for n in gone)
    if size > MAX_SHARE * (size + sum(lengths[n] for n in kept)):
        return gone
    return [n for n in gone if kept[0] < n < kept[-1]]


def _is_article(line: str) -> bool:
    """Whether the words of a line are those of articles, whatever is around it."""
    model = load_model()
    return model.word_score(fold(line)).score < model.gate


def _removed(start: int, length: int, removed: Sequence[Span]) -> int:
    """The number of characters of a line that are in the spans."""
    end, size = start + length, 0
    for place in range(max(0, bisect_right(removed, (start, start)) - 1), len(removed)):
        first, last = removed[place]
        if first >= end:
            break
        size += max(0, min(last, end) - max(first, start))
    return size
