"""The headline that stands again at the head of a text. It is metadata; the text is the body."""

from __future__ import annotations

import re
from collections.abc import Sequence

from cleaner.rules.edits import Edit

WORD = re.compile(r"\w+")
SAME = 0.8  # share of common words (Jaccard) from which a line repeats a headline
RULE = "cleaner/title"


def repeated_title(text: str, headings: Sequence[str]) -> tuple[Edit, ...]:
    """The edit that takes out the first line of `text` where it repeats one of `headings`.

    >>> repeated_title("A Pier Opens\\nIt rained.", ["A Pier Opens | Example News", "A pier opens"])
    (Edit(start=0, end=13, put='', rule='cleaner/title', kind='title'),)
    """
    first, newline, rest = text.partition("\n")
    words = set(WORD.findall(first.lower()))
    if not newline or not words:
        return ()
    for heading in headings:
        other = set(WORD.findall(heading.lower()))
        if other and len(words & other) >= SAME * len(words | other):
            return (Edit(0, len(text) - len(rest.lstrip("\n")), "", RULE, "title"),)
    return ()
