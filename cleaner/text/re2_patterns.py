"""RE2 with the options that the whole package uses."""

from __future__ import annotations

from collections.abc import Iterable

import re2

MAX_MEMORY = 64 << 20  # of one compiled pattern or set, in bytes


def re2_options() -> re2.Options:
    options = re2.Options()
    options.log_errors = False
    options.max_mem = MAX_MEMORY
    return options


def search_set(words: Iterable[str]) -> re2.Set:
    """Return a set whose matches are the numbers of the words that occur in a text."""
    options = re2_options()
    options.literal = True
    found = re2.Set.SearchSet(options)
    for word in words:
        found.Add(word)
    found.Compile()
    return found
