"""The headline that stands again at the head of a text. It is metadata; the text is the body."""

from __future__ import annotations

from collections.abc import Sequence

from cleaner.text.edits import Edit
from cleaner.text.words import tokens

SAME = 0.8  # share of common words (Jaccard) from which a line repeats a headline
RULE = "cleaner/title"


def repeated_title(
    text: str, headings: Sequence[str], gone: Sequence[Edit] = ()
) -> tuple[Edit, ...]:
    """The edit that takes out the first line of `text` where it repeats one of `headings`. `gone`
    are lines that are taken out already.

    >>> repeated_title("A Pier Opens\\nIt rained.", ["A Pier Opens | Example News", "A pier opens"])
    (Edit(start=0, end=13, put='', rule='cleaner/title', kind='title'),)
    """
    start = 0
    for edit in gone:
        if edit.start == start:
            start = edit.end
    start += len(text[start:]) - len(text[start:].lstrip("\n"))
    first, newline, rest = text[start:].partition("\n")
    words = set(tokens(first))
    if not newline or not words:
        return ()
    for heading in headings:
        other = set(tokens(heading))
        if other and len(words & other) >= SAME * len(words | other):
            end = len(text) - len(rest.lstrip("\n"))
            return (Edit(start, end, "", RULE, "title"),)
    return ()


def put_back(edits: Sequence[Edit], title: str) -> tuple[Edit, ...]:
    """The edits of a text, and one that puts its title at the head.

    >>> put_back((), "A Pier Opens")
    (Edit(start=0, end=0, put='A Pier Opens\\n\\n', rule='cleaner/title', kind='title'),)
    """
    head = f"{title}\n\n"
    if edits and edits[0].start == 0:
        first = edits[0]
        put = f"{head}{first.put}"
        return (Edit(0, first.end, put, first.rule, first.kind), *edits[1:])
    return (Edit(0, 0, head, RULE, "title"), *edits)
