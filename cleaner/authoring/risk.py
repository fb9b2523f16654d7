"""Why a recurring line may be content all the same. What is in doubt is drafted commented out."""

from __future__ import annotations

import re

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


def risk_of(example: str, *, kind: str | None, prose: bool, inside: bool) -> str | None:
    """What speaks against a suggestion, in a word or two; None where nothing does.

    `prose`: it reads like running text. `inside`: it stands between lines of prose.
    """
    words = example.split()
    if CODE.search(example):
        return "code"
    if QUOTE.search(example):
        return "quote"
    if LETTER.search(example):
        return "letter"
    if kind is not None:
        return None
    if TURN.search(example):
        return "transcript turn or label"
    if example.rstrip().endswith("?"):
        return "question"
    if sum(c.isdigit() for c in example) * 4 >= len(example):
        return "figures"
    if prose:
        return "stock paragraph"
    if LABEL.search(example):
        return "label"
    if inside or len(words) <= 8:
        return "recurring subhead"
    return "no telling words"
