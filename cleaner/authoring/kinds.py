"""Guess what a recurring line is, from its words. A guess for a draft, never a rule."""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from cleaner.rules.template import re2_compile
from cleaner.rules.yaml_source import read

WORDS = Path(__file__).with_name("kinds.yaml")


@cache
def _patterns() -> tuple[Any, dict[str, Any]]:
    """(a pattern of all words, the pattern of each kind in the order of the file)."""
    data: dict[str, str] = read(WORDS.read_text(encoding="utf-8"), WORDS.name).data
    joined = {
        kind: "|".join(f"(?:{row})" for row in rows.split("\n") if row)
        for kind, rows in data.items()
    }
    kinds = {kind: re2_compile(f"(?i:{words})") for kind, words in joined.items()}
    return re2_compile(f"(?i:{'|'.join(joined.values())})"), kinds


@lru_cache(maxsize=1 << 16)
def guess(text: str) -> str | None:
    """The kind that the words of a line or a template speak for; None if they say nothing.

    >>> guess("Write to {author} at {email}")
    'contact'
    >>> guess("The board met on Monday")
    """
    any_word, kinds = _patterns()
    if not any_word.search(text):
        return None
    return next((kind for kind, pattern in kinds.items() if pattern.search(text)), None)
