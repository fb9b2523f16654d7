"""Guess what a recurring line is, and why it may be article content nevertheless.

These guesses serve drafts only, never rules: doubtful suggestions are drafted commented out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from cleaner.rules.template import re2_compile
from cleaner.rules.yaml_source import read
from cleaner.text.words import CLOSING, SENTENCE_ENDS, count_words

KIND_WORDS = Path(__file__).with_name("kinds.yaml")
SPEAKER = re.compile(
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
# The classifier's probability, averaged over all documents. That a line repeats is far stronger
# evidence, but lines of few words repeat as subheads too.
SURE, VERY_SURE, MIN_SURE_WORDS = 0.1, 0.75, 4
COMMON_SHARE, NEARLY_ALL = 0.5, 0.75  # of the documents; higher shares are not due to chance
# A part of a paragraph is more likely a sentence than a whole line, so fewer words are enough.
MIN_SENTENCE_WORDS, MIN_PART_WORDS = 6, 4


@lru_cache(maxsize=1 << 16)
def guess_kind(text: str) -> str | None:
    """Guess the kind of a line or template from its words; None if no word is characteristic.

    >>> guess_kind("Write to {author} at {email}")
    'contact'
    >>> guess_kind("The board met on Monday")
    """
    any_word, kinds = kind_patterns()
    if not any_word.search(text):
        return None
    return next((kind for kind, pattern in kinds.items() if pattern.search(text)), None)


@cache
def kind_patterns() -> tuple[Any, dict[str, Any]]:
    """(a pattern of all words, the pattern of each kind in the order of the file)."""
    data: dict[str, str] = read(KIND_WORDS.read_text(encoding="utf-8"), KIND_WORDS.name).data
    joined = {
        kind: "|".join(f"(?:{row})" for row in rows.split("\n") if row)
        for kind, rows in data.items()
    }
    kinds = {kind: re2_compile(f"(?i:{words})") for kind, words in joined.items()}
    return re2_compile(f"(?i:{'|'.join(joined.values())})"), kinds


@dataclass(frozen=True)
class Evidence:
    """Statistics about a suggestion.

    `share` is the share of documents that contain it. `inside` and `prose` are shares of its
    occurrences: those with prose on both sides (for a part of a line: below it), and those that
    are prose. `same` is true if all occurrences are equal apart from fields. `probability` is the
    mean of what the line classifier says of the lines.
    """

    share: float
    inside: float
    prose: float
    same: bool
    probability: float = 0.0


def is_sentence(text: str, min_words: int = MIN_SENTENCE_WORDS) -> bool:
    """Whether a text ends like a sentence and has enough words to be one."""
    return count_words(text) >= min_words and text.rstrip(CLOSING)[-1:] in SENTENCE_ENDS


def find_doubt(example: str, *, kind: str | None, evidence: Evidence, sentence: bool) -> str | None:
    """Return a short reason to doubt a suggestion, or None.

    `sentence` says whether the removed text may be a sentence of an article.
    """
    words = count_words(example)
    if CODE.search(example):
        return "code"
    if QUOTE.search(example):
        return "quote"
    if LETTER.search(example):
        return "letter"
    if words >= MIN_SURE_WORDS and evidence.probability >= (SURE if evidence.same else VERY_SURE):
        return None
    if kind is not None:
        rare = evidence.share < COMMON_SHARE and evidence.inside > 0.5
        return "may be a sentence of an article" if rare and sentence else None
    at_an_end = evidence.share >= NEARLY_ALL and not evidence.inside
    if words >= MIN_SENTENCE_WORDS and evidence.same and at_an_end:
        return None
    if SPEAKER.search(example):
        return "transcript turn or label"
    if example.rstrip().endswith("?"):
        return "question"
    if sum(c.isdigit() for c in example) * 4 >= len(example):
        return "figures"
    if evidence.prose > 0.5:
        return "stock paragraph"
    if LABEL.search(example):
        return "label"
    if evidence.inside > 0.5 or words <= 8:
        return "recurring subhead"
    return "no characteristic words"
