"""The folded view of a text: what templates are compared with, and the offsets back.

Scraped copies of one notice differ in case, in quotation marks and dashes, in spaces and in
emphasis. Folding takes these differences away. `light` changes characters one for one, so its
offsets are those of the text; `Line` also drops markup and doubled spaces, and keeps a map.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

ONE_FOR_ONE = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′`´ʼ＇‹›", "'"),
        **dict.fromkeys("“”„‟″«»＂", '"'),
        **dict.fromkeys("‐‑‒–—―−﹘﹣", "-"),
        **dict.fromkeys("\t\u00a0\u1680\u202f\u205f\u3000", " "),
        **{chr(c): " " for c in range(0x2000, 0x200B)},
        **{chr(c): chr(c - 0xFEE0) for c in range(0xFF01, 0xFF5F) if chr(c) not in "＇＂"},
        "İ": "i",  # its lower() would be two characters long
        "ς": "σ",  # and lower() chooses between these two by what follows
    }
)

# What a line may hold beside its words. Each alternative is linear: bounded, or without choice.
MARKUP = re.compile(
    r"""
      ^\s*(?:\#{1,6}\s+|[-+*•·▪►‣●]\s+)+                    # heading marks and bullets
    | </?(?:u|b|i|em|strong|span|font|small|mark|br)\b[^<>\n]{0,200}>
    | (?<!!)\[(?=[^\[\]\n]{1,300}\]\([^()\s]{0,500}\))      # [text](target) is its text
    | (?<=[^\[\]\n])\]\([^()\s]{0,500}\)
    | \*+
    | (?<![^\W_])_+ | _+(?![^\W_])
    | \s{2,} | ^\s+ | \s+$ | …
    """,
    re.VERBOSE | re.IGNORECASE,
)
MAY_HAVE_MARKUP = re.compile(r"[*_<\[#…•·▪►‣●]|\s\s|^[\s+-]|\s$")


def light(text: str) -> str:
    """`text` in lower case with plain quotes, dashes, spaces and widths; its length is kept.

    >>> light("“İSTANBUL” — 5\\u00a0km")
    '"istanbul" - 5 km'
    """
    lowered = text.translate(ONE_FOR_ONE).lower()
    return lowered if lowered.isascii() else lowered.replace("ς", "σ")


def plain(text: str) -> tuple[str, Sequence[int]]:
    """`text`, one line, without markup and doubled spaces; for each character left its offset.

    A line of nothing but marks (`* * *`) keeps them.

    >>> plain("**Become a  <u>Member</u>**")[0]
    'Become a Member'
    """
    if not MAY_HAVE_MARKUP.search(text):
        return text, range(len(text))
    out: list[str] = []
    offsets: list[int] = []
    at = links = 0
    for match in MARKUP.finditer(text):
        start, end = match.span()
        if match[0][0] in "[]":  # the end of a link goes only with its beginning
            links += 1 if match[0][0] == "[" else -1
            if links < 0:
                links = 0
                continue
        out.append(text[at:start])
        offsets.extend(range(at, start))
        mark = match[0]
        if mark == "…":
            out.append("...")
            offsets.extend((start, start, start))
        elif mark.isspace() and start > 0 and end < len(text):
            out.append(" ")
            offsets.append(start)
        at = end
    out.append(text[at:])
    offsets.extend(range(at, len(text)))
    joined = "".join(out)
    left = len(joined) - len(joined.lstrip())
    right = len(joined.rstrip())
    if left >= right:
        stripped = text.strip()
        lead = len(text) - len(text.lstrip())
        return stripped, range(lead, lead + len(stripped))
    return joined[left:right], offsets[left:right]


@dataclass(frozen=True)
class Line:
    """One line of a text: `text[start:end]`, without its newline, and its folded form."""

    start: int
    end: int
    plain: str
    offsets: Sequence[int]

    @cached_property
    def folded(self) -> str:
        return light(self.plain)

    @property
    def blank(self) -> bool:
        return not self.plain


def lines_of(text: str) -> list[Line]:
    """The lines of `text`, blank ones among them."""
    lines = []
    start = 0
    for row in text.split("\n"):
        words, offsets = plain(row)
        lines.append(Line(start, start + len(row), words, offsets))
        start += len(row) + 1
    return lines


def fold(text: str) -> str:
    """The folded form of one line.

    >>> fold("*Don’t  miss* a <b>STORY</b>…")
    "don't miss a story..."
    """
    return light(plain(text)[0])
