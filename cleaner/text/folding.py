"""Folding: the form of a text that templates are compared with.

Scraped copies of a notice differ in case, quotation marks, dashes, spaces, emphasis and the
punctuation at their end. Folding removes these differences. `light` replaces characters one for
one, so offsets stay valid; `plain` also drops the markup and doubled spaces of a line;
`without_end` drops the punctuation at its end.
"""

from __future__ import annotations

import re

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
USUAL = [(char, FOLDED[char]) for char in "’“”‘–—\u00a0"]  # most texts have no others
IN_ASCII = [(char, FOLDED[char]) for char in "`\t"]
NOT_ASCII = re.compile(r"[^\x00-\x7f]")

# Markup of a line. Each alternative takes linear time: it is bounded, or has no choices.
HEAD = r"\s*(?:\#{1,6}\s+|[-+*•·▪►‣●]\s+)+"  # heading marks and bullets
INSIDE = r"""
      </?(?:u|b|i|em|strong|span|font|small|mark|br)\b[^<>\n]{0,200}>
    # [text](target) is its text
    | (?<!!)\[(?=(?:[^\[\]\n\\]|\\.){1,300}\]\([^()\s]{0,500}\))
    | (?<=[^\[\n])\]\([^()\s]{0,500}\)
    | \\(?=[!-/:-@\[-`{-~])
    | \*+
    | (?<![^\W_])_+ | _+(?![^\W_])
    | \s{2,} | \s+$ | …
    """
MARKUP_HEAD = re.compile(rf"{HEAD}|\s*")
MARKUP_INSIDE = re.compile(INSIDE, re.VERBOSE | re.IGNORECASE)
MAY_BE_MARKUP = re.compile(r"[\\*_<\[\]…]|\s(?=\s|$)")  # possible beginnings of markup in a line
END = " .:;,->→。"  # ignored at the end of a line; `!` and `?` can change what a line says
MAY_HAVE_MARKUP = re.compile(r"[\\*_<…]|\]\(|\s\s|^[\s#+•·▪►‣●-]|\s$")


def light(text: str) -> str:
    """Lowercase `text` and replace its quotes, dashes, spaces and wide characters by plain ones.

    The length stays the same.

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
    r"""Remove the markup and doubled spaces of one line.

    A line that consists of marks (`* * *`) keeps them.

    >>> plain("**Become a  <u>Member</u>**"), plain(r"[\[Video\]](https://example.org)")
    ('Become a Member', '[Video]')
    """
    if not MAY_HAVE_MARKUP.search(text):
        return text
    out: list[str] = []
    links = 0
    head = MARKUP_HEAD.match(text)
    begin = at = head.end() if head else 0
    while begin < len(text) and (place := MAY_BE_MARKUP.search(text, begin)):
        found = MARKUP_INSIDE.match(text, place.start())
        if not found:
            begin = place.start() + 1
            continue
        mark, begin = found[0], found.end()
        if mark[0] in "[]":  # remove the end of a link only with its beginning
            links += 1 if mark[0] == "[" else -1
            if links < 0:
                links = 0
                continue
        out.append(text[at : found.start()])
        if mark == "\\":  # the next character is no markup
            at, begin = begin, begin + 1
            continue
        if mark == "…":
            out.append("...")
        elif mark.isspace() and found.start() > 0 and begin < len(text):
            out.append(" ")
        at = begin
    out.append(text[at:])
    return "".join(out).strip() or text.strip()


def fold(text: str) -> str:
    """Fold one line.

    >>> fold("*Don’t  miss* a <b>STORY</b>…")
    "don't miss a story..."
    """
    return light(plain(text))


def without_end(folded: str) -> str:
    """Strip the punctuation and arrows at the end of a folded line.

    A line that consists of such marks keeps them.

    >>> without_end("share this :"), without_end("read more ->"), without_end("...")
    ('share this', 'read more', '...')
    """
    return folded.rstrip(END) or folded
