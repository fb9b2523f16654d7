"""What people do instead: nothing, C4's line rules, lists of words; each a function of a text."""

from __future__ import annotations

import re
from collections.abc import Callable

# The rules of the C4 corpus that look at single lines.
C4_ENDS = (".", "?", "!", '"', "”", "’")
C4_WORDS = re.compile(
    r"\bjavascript\b|terms of use|privacy policy|cookie policy|uses cookies|use of cookies", re.I
)
KEYWORDS = re.compile(
    r"subscribe|newsletter|sign up|follow us|share (?:this|on)|click here|read more|related"
    r"|advertisement|copyright|all rights reserved|donate|cookies|facebook|twitter|comments?",
    re.IGNORECASE,
)


def identity(text: str) -> str:
    return text


def c4_lines(text: str) -> str:
    """Lines that end like a sentence, have three words, and none of C4's words."""
    kept = []
    for line in text.split("\n"):
        row = line.strip()
        if row.endswith(C4_ENDS) and len(row.split()) >= 3 and not C4_WORDS.search(row):
            kept.append(line)
    return "\n".join(kept)


def keywords(text: str) -> str:
    """Lines without a word that cruft often has."""
    return "\n".join(line for line in text.split("\n") if not KEYWORDS.search(line))


def keywords_short(text: str) -> str:
    """The same, for lines under 160 characters alone."""
    return "\n".join(r for r in text.split("\n") if len(r) >= 160 or not KEYWORDS.search(r))


BASELINES: dict[str, Callable[[str], str]] = {
    "identity": identity,
    "C4 line rules": c4_lines,
    "keywords": keywords,
    "keywords, short lines": keywords_short,
}
