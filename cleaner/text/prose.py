"""Find the lines of a text that look like running text."""

from __future__ import annotations

from cleaner.text.folding import plain
from cleaner.text.words import MIN_PROSE, is_prose

MIN_PROSE_CHARS = 20  # no shorter line is prose in any script


def has_prose(text: str) -> bool:
    """Whether a line of a text looks like running text."""
    return bool(prose_lines(text))


def prose_lines(text: str) -> list[int]:
    """The numbers of the lines that look like running text."""
    shortest = MIN_PROSE if text.isascii() else MIN_PROSE_CHARS
    if len(text) < shortest:
        return []
    rows = text.split("\n")
    long = [number for number, row in enumerate(rows) if len(row) >= shortest]
    for number in long:
        rows[number] = plain(rows[number])
    return [number for number in long if is_prose(rows, number)]
