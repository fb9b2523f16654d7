"""The folded view of a text: what templates are compared with.

Scraped copies of one notice differ in case, in quotation marks and dashes, in spaces and in
emphasis. Folding takes these differences away. `light` changes characters one for one, so its
offsets are those of the text; `plain`, on one line, also drops markup and doubled spaces.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import NamedTuple

FOLDED = {
    **dict.fromkeys("‘’‚‛′`´ʼ＇‹›", "'"),
    **dict.fromkeys("“”„‟″«»＂", '"'),
    **dict.fromkeys("‐‑‒–—―−﹘﹣", "-"),
    **dict.fromkeys("\t\u00a0\u1680\u202f\u205f\u3000", " "),
    **{chr(c): " " for c in range(0x2000, 0x200B)},
    **{chr(c): chr(c - 0xFEE0) for c in range(0xFF01, 0xFF5F) if chr(c) not in "＇＂"},
    "İ": "i",  # its lower() would be two characters long
    "ς": "σ",  # and lower() chooses between these two by what follows
}
USUAL = [(char, FOLDED[char]) for char in "’“”‘–—\u00a0"]  # all that most texts have of them
IN_ASCII = [(char, FOLDED[char]) for char in "`\t"]
NOT_ASCII = re.compile(r"[^\x00-\x7f]")

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
# A line without these is plain, but for its ends and for unusual spaces.
MARKS = (*"*_<[#…•·▪►‣●", "  ", " \n", "\n ", "\n+", "\n-")
ENDS = " +-"
ODD_IN_ASCII = "\t\r\x0b\x0c\x1c\x1d\x1e\x1f"
ODD_SPACES = [c for c in map(chr, range(0x3001)) if c.isspace() and not c.isascii()]


def light(text: str) -> str:
    """`text` in lower case with plain quotes, dashes, spaces and widths; its length is kept.

    >>> light("“İSTANBUL” — 5\\u00a0km")
    '"istanbul" - 5 km'
    """
    for char, put in IN_ASCII:
        if char in text:
            text = text.replace(char, put)
    if text.isascii():
        return text.lower()
    for char, put in USUAL:
        if char in text:
            text = text.replace(char, put)
    if text.isascii():
        return text.lower()
    for char in FOLDED.keys() & set(NOT_ASCII.findall(text)):
        text = text.replace(char, FOLDED[char])
    return text.lower().replace("ς", "σ")


def plain(text: str) -> str:
    """`text`, one line, without markup and doubled spaces.

    A line of nothing but marks (`* * *`) keeps them.

    >>> plain("**Become a  <u>Member</u>**")
    'Become a Member'
    """
    if not MAY_HAVE_MARKUP.search(text):
        return text
    out: list[str] = []
    at = links = 0
    for match in MARKUP.finditer(text):
        start, end = match.span()
        mark = match[0]
        if mark[0] in "[]":  # the end of a link goes only with its beginning
            links += 1 if mark[0] == "[" else -1
            if links < 0:
                links = 0
                continue
        out.append(text[at:start])
        if mark == "…":
            out.append("...")
        elif mark.isspace() and start > 0 and end < len(text):
            out.append(" ")
        at = end
    out.append(text[at:])
    return "".join(out).strip() or text.strip()


class Line(NamedTuple):
    """One line of a text: `text[start:end]`, without its newline; without markup, and folded."""

    start: int
    end: int
    plain: str
    folded: str

    @property
    def blank(self) -> bool:
        return not self.plain


Rows = dict[str, tuple[str, str]]  # for a line as it stands, its `plain` and `folded`


def lines_of(text: str, seen: str | None = None, known: Rows | None = None) -> list[Line]:
    """The lines of `text`, blank ones among them. `seen` is its light form, if there is one;
    `known` has lines of other texts, and gets the new ones."""
    rows = text.split("\n")
    starts = list(accumulate((len(row) + 1 for row in rows), initial=0))
    if known:
        for row in rows:
            if row not in known:
                known[row] = (plain(row), fold(row))
        return [Line(at, at + len(row), *known[row]) for at, row in zip(starts, rows, strict=False)]
    folded = (light(text) if seen is None else seen).split("\n")
    lines = [
        Line(start, start + len(row), row, low)
        for start, row, low in zip(starts, rows, folded, strict=False)
    ]
    for number in _with_marks(text, rows, starts):
        words = plain(rows[number])
        if words != rows[number]:
            lines[number] = lines[number]._replace(plain=words, folded=light(words))
    if known is not None:
        known.update(zip(rows, ((line.plain, line.folded) for line in lines), strict=True))
    return lines


def _with_marks(text: str, rows: Sequence[str], starts: Sequence[int]) -> Iterable[int]:
    """The numbers of the lines that may not be plain."""
    if any(space in text for space in ODD_IN_ASCII) or (
        not text.isascii() and any(space in text for space in ODD_SPACES)
    ):
        return range(len(rows))
    found = {number for number in (0, len(rows) - 1) if rows[number].strip(ENDS) != rows[number]}
    for mark in MARKS:
        at = text.find(mark)
        while at >= 0:
            number = bisect_right(starts, at) - 1
            found.add(number)
            # a mark at an end of a line is found by the line break on the other side of it
            if mark[0] == "\n":
                found.add(number + 1)
            at = text.find(mark, max(at + 1, starts[number + 1]))
    return found


def fold(text: str) -> str:
    """The folded form of one line.

    >>> fold("*Don’t  miss* a <b>STORY</b>…")
    "don't miss a story..."
    """
    return light(plain(text))
