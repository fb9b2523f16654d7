"""Wording that messages share."""

from __future__ import annotations


def plural(count: int, noun: str, nouns: str = "") -> str:
    """A count with its noun in the right number.

    >>> plural(1, "document"), plural(0, "document"), plural(2, "copy", "copies")
    ('1 document', '0 documents', '2 copies')
    """
    return f"{count} {noun if count == 1 else nouns or f'{noun}s'}"
