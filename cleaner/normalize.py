"""The canonical form of a text: ftfy's repairs, one kind of line break, no invisible clutter.

Only what loses nothing is done by default. ZWJ, ZWNJ, variation selectors, direction marks,
U+2011 and U+FFFD carry meaning and stay. What does lose something is in `Lossy`, to be asked for.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import Enum

import ftfy

LINE_BREAKS = re.compile(r"\r\n?|[\u2028\u2029\x0b\x0c]|(?<![\x80-\xff])\x85")
DROPPED = re.compile("[\u200b\u2060\u00ad\ufeff]")
# French sets a no-break space inside « » and before ; : ! ? and breaks no line there.
NO_BREAK_SPACE = re.compile(r"(?<!«)[\u00a0\u202f](?![;:!?»])")
TRAILING = re.compile(r"[^\S\n]+$", re.MULTILINE)
BLANK_LINES = re.compile(r"\n{3,}")
ROUNDS = 10


class Lossy(str, Enum):
    """Steps that lose something, each for those who want it."""

    QUOTES = "quotes"  # curly to straight
    DASHES = "dashes"  # all dashes to "-"
    ELLIPSIS = "ellipsis"  # … to ...
    LIGATURES = "ligatures"  # ﬁ to fi
    WIDTH = "width"  # ｆｕｌｌ to full; wrong for Chinese and Japanese punctuation
    NFKC = "nfkc"  # compatibility forms; turns 10³ into 103
    UNWRAP = "unwrap"  # joins lines broken inside a sentence, and words broken at a hyphen


@dataclass(frozen=True)
class Normalizer:
    """Brings texts to canonical form. Doing so twice is doing so once.

    >>> Normalizer()("sch\\u00c3\\u00b6n\\r\\n\\r\\n\\r\\n  x\\u200by ")
    'schön\\n\\n  xy'
    """

    lossy: frozenset[Lossy] = frozenset()

    def __call__(self, text: str) -> str:
        for _ in range(ROUNDS):  # one repair can bare another; almost always the second finds none
            # No-break spaces and soft hyphens wait for ftfy: they are parts of broken characters.
            fixed = self._canonical(ftfy.fix_text(LINE_BREAKS.sub("\n", text), self._config()))
            if fixed == text:
                break
            text = fixed
        return text

    def _config(self) -> ftfy.TextFixerConfig:
        return ftfy.TextFixerConfig(
            fix_latin_ligatures=Lossy.LIGATURES in self.lossy,
            fix_character_width=Lossy.WIDTH in self.lossy,
            uncurl_quotes=Lossy.QUOTES in self.lossy,
            normalization="NFKC" if Lossy.NFKC in self.lossy else "NFC",
            explain=False,
        )

    def _canonical(self, text: str) -> str:
        text = LINE_BREAKS.sub("\n", text)
        if not text.isascii():
            text = NO_BREAK_SPACE.sub(" ", DROPPED.sub("", text))
            text = unicodedata.normalize("NFC", text)
        text = self._lossy(text) if self.lossy else text
        return BLANK_LINES.sub("\n\n", TRAILING.sub("", text)).strip("\n")

    def _lossy(self, text: str) -> str:
        if Lossy.DASHES in self.lossy:
            text = re.sub("[‐‑‒–—―−]", "-", text)
        if Lossy.ELLIPSIS in self.lossy:
            text = text.replace("…", "...")
        if Lossy.UNWRAP in self.lossy:
            text = re.sub(r"(?<=[^\W\d_])-\n(?=[a-zß-ÿ])", "", text)
            text = re.sub(r"(?<=[^\n.!?:;])\n(?=[a-zß-ÿ])", " ", text)
        return text
