"""Why a recurring line may be content all the same. What is in doubt is drafted commented out."""

from __future__ import annotations

import re
from dataclasses import dataclass

from cleaner.rules.match import CLOSING, SENTENCE_ENDS
from cleaner.text.words import count_words

TURN = re.compile(
    r"^(?:[A-Z][\w.'’-]*\s){0,3}[A-Z][\w.'’-]*\s?:(?:\s|$)|^[QA]\s?[:.]|^[A-Z. ]{3,30}:"
)
LETTER = re.compile(
    r"^(?:dear|sincerely|yours|best|respectfully|regards|love|thank you|thanks|to the editor|"
    r"atenciosamente|mit freundlichen|cordialement)\b",
    re.IGNORECASE,
)
CODE = re.compile(
    r"```|[{};]\s*$|^\s*[)}\]]+[,;]?$|\w\(\)|=>|^\s*(?:import|from|def|const|let|var)\s|^\$ "
)
QUOTE = re.compile(r"^[\"'“‘«„>]")
LABEL = re.compile(r"^\W*[\w' ]{2,25}:")
MOST, NEARLY_ALL = 0.5, 0.75  # shares of the documents that chance does not bring about
# Words of a line that may be a sentence; of a part of a paragraph, which is likelier one.
SENTENCE_WORDS, SHORT = 6, 4


@dataclass(frozen=True)
class Evidence:
    """What speaks for a suggestion: the share of the documents that have it; of its places those
    with prose on both sides (for a part of a line: below), and those that are prose; and whether
    it is the same everywhere, but for fields."""

    share: float
    inside: float
    prose: float
    same: bool


def is_sentence(text: str, fewest: int = SENTENCE_WORDS) -> bool:
    """Whether a text ends as a sentence does, in words enough to be one."""
    return count_words(text) >= fewest and text.rstrip(CLOSING)[-1:] in SENTENCE_ENDS


def risk_of(example: str, *, kind: str | None, seen: Evidence, sentence: bool) -> str | None:
    """What speaks against a suggestion, in a word or two; None where nothing does.

    `sentence`: what it takes may be a sentence of an article.
    """
    words = count_words(example)
    if CODE.search(example):
        return "code"
    if QUOTE.search(example):
        return "quote"
    if LETTER.search(example):
        return "letter"
    if kind is not None:
        rare = seen.share < MOST and seen.inside > 0.5
        return "may be a sentence of an article" if rare and sentence else None
    if words >= SENTENCE_WORDS and seen.same and seen.share >= NEARLY_ALL and not seen.inside:
        return None
    if TURN.search(example):
        return "transcript turn or label"
    if example.rstrip().endswith("?"):
        return "question"
    if sum(c.isdigit() for c in example) * 4 >= len(example):
        return "figures"
    if seen.prose > 0.5:
        return "stock paragraph"
    if LABEL.search(example):
        return "label"
    if seen.inside > 0.5 or words <= 8:
        return "recurring subhead"
    return "no telling words"
