"""The canonical form of a text: ftfy's repairs, one kind of line break, no invisible clutter.

By default, nothing is lost: ZWJ, ZWNJ, variation selectors, direction marks, U+2011 and U+FFFD
carry meaning and stay. The steps in `Lossy` lose something and are optional.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile

import ftfy

from cleaner.text.repair import Repair, non_ascii_in, utf8
from cleaner.values import Named

LINE_BREAKS = re.compile(r"\r\n?|[\u2028\u2029\x0b\x0c]|(?<![\x80-\xff])\x85")
BREAKS = "\r\x0b\x0c\x85\u2028\u2029"
DROPPED = re.compile("[\u200b\u2060\u00ad\ufeff]")
# French sets a no-break space inside « » and before ; : ! ? and breaks no line there.
NO_BREAK_SPACE = re.compile(r"(?<!«)[\u00a0\u202f](?![;:!?»])")
# Matches only at the beginning of a run of spaces, so long runs take linear time.
TRAILING = re.compile(r"(?<![^\S\n])[^\S\n]+$", re.MULTILINE)
UNUSUAL = "\t\r\x0b\x0c\x1c\x1d\x1e\x1f"  # ASCII spaces and line breaks that a step may change
# Other spaces, line breaks and dropped characters.
CHANGED = frozenset(
    {c for c in map(chr, range(0x80, 0x3001)) if c.isspace()} | set("\u200b\u2060\u00ad\ufeff")
)
ODD_SPACES = [*UNUSUAL, *(c for c in CHANGED if c.isspace())]
MAX_ROUNDS = 10
# Deeper than code is usually nested: a remnant of the layout of an HTML source.
MIN_STRAY_INDENT = 16
STRAY_INDENT = " " * MIN_STRAY_INDENT
CODE = re.compile(r"[{}();=<>\[\]|\\]")


class Lossy(Named):
    """Optional steps that lose information."""

    QUOTES = "quotes"
    """Curly quotes to straight quotes."""
    DASHES = "dashes"
    """All dashes to `-`."""
    ELLIPSIS = "ellipsis"
    """`…` to `...`."""
    LIGATURES = "ligatures"
    """`ﬁ` to `fi`."""
    WIDTH = "width"
    """`ｆｕｌｌ` to `full`; wrong for Chinese and Japanese punctuation."""
    NFKC = "nfkc"
    """Compatibility forms; turns 10³ into 103."""
    UNWRAP = "unwrap"
    """Joins lines broken inside a sentence, and words broken at a hyphen."""


@dataclass(frozen=True)
class Normalizer:
    """Brings texts to canonical form; a second pass changes nothing.

    >>> Normalizer()("sch\\u00c3\\u00b6n\\r\\n\\r\\n\\r\\n  x\\u200by ")
    'schön\\n\\n  xy'
    """

    lossy: frozenset[Lossy] = frozenset()

    def __call__(self, text: str) -> str:
        text = _without_gaps(text)
        if not self.lossy and self._is_canonical(text):
            return text
        for _ in range(MAX_ROUNDS):  # one repair can enable another, but rarely does
            # ftfy needs no-break spaces and soft hyphens: they may be parts of broken characters.
            fixed = self._canonical(self._repaired(_one_break(text)))
            if fixed == text or (not self.lossy and self._is_canonical(fixed)):
                return fixed
            text = fixed
        return text

    def _repaired(self, text: str) -> str:
        return ftfy.fix_text(text, self._config()) if self.lossy else self._repair(text)

    @cached_property
    def _repair(self) -> Repair:
        return Repair()

    def _is_canonical(self, text: str) -> bool:
        """Whether surely no step would change the text, as far as that is cheap to find out."""
        if f"\n{STRAY_INDENT}" in text or text.startswith(STRAY_INDENT):
            return False
        if " \n" in text or "\n\n\n" in text or text[:1] == "\n" or text[-1:].isspace():
            return False
        data = utf8(text)
        others = non_ascii_in(data)
        return (
            len(data.translate(None, UNUSUAL.encode())) == len(data)
            and others.isdisjoint(CHANGED)
            and not self._repair.could_act_on(text, data, others)
        )

    def _config(self) -> ftfy.TextFixerConfig:
        return ftfy.TextFixerConfig(
            fix_latin_ligatures=Lossy.LIGATURES in self.lossy,
            fix_character_width=Lossy.WIDTH in self.lossy,
            uncurl_quotes=Lossy.QUOTES in self.lossy,
            normalization="NFKC" if Lossy.NFKC in self.lossy else "NFC",
            explain=False,
        )

    def _canonical(self, text: str) -> str:
        text = _one_break(text)
        if not non_ascii_in(utf8(text)).isdisjoint(CHANGED):
            text = NO_BREAK_SPACE.sub(" ", DROPPED.sub("", text))
        text = unicodedata.normalize("NFC", text)
        text = self._lossy(text) if self.lossy else text
        if _has_trailing_space(text):
            text = TRAILING.sub("", text)
        if STRAY_INDENT in text or "\t" in text:
            text = _without_stray_indents(text)
        return _without_gaps(text)

    def _lossy(self, text: str) -> str:
        if Lossy.DASHES in self.lossy:
            text = re.sub("[‐‑‒–—―−]", "-", text)
        if Lossy.ELLIPSIS in self.lossy:
            text = text.replace("…", "...")
        if Lossy.UNWRAP in self.lossy:
            text = re.sub(r"(?<=[^\W\d_])-\n(?=[a-zß-ÿ])", "", text)
            text = re.sub(r"(?<=[^\n.!?:;])\n(?=[a-zß-ÿ])", " ", text)
        return text


def _without_gaps(text: str) -> str:
    """Reduce blank lines to one between others, and remove them at the ends."""
    while "\n\n\n" in text:
        text = text.replace("\n\n\n", "\n\n")
    return text.strip("\n")


def _without_stray_indents(text: str) -> str:
    """Remove the common indentation of each paragraph that is indented as a whole, unless it may
    be code.

    >>> _without_stray_indents(f"A pier.\\n\\n{' ' * 20}The harbor\\n{' ' * 22}is closed.")
    'A pier.\\n\\nThe harbor\\n  is closed.'
    """
    paragraphs = text.split("\n\n")
    for n, paragraph in enumerate(paragraphs):
        rows = paragraph.split("\n")
        indents = [row[: len(row) - len(row.lstrip(" \t"))] for row in rows if row]
        shared = _common_prefix(indents)
        if len(shared.expandtabs(8)) >= MIN_STRAY_INDENT and not CODE.search(paragraph):
            paragraphs[n] = "\n".join(row.removeprefix(shared) for row in rows)
    return "\n\n".join(paragraphs)


def _common_prefix(texts: list[str]) -> str:
    first, last = min(texts, default=""), max(texts, default="")
    same = takewhile(lambda pair: pair[0] == pair[1], zip(first, last, strict=False))
    return first[: sum(1 for _ in same)]


def _one_break(text: str) -> str:
    """Replace all kinds of line breaks by newlines."""
    may_have_others = any(char in text for char in BREAKS)
    return LINE_BREAKS.sub("\n", text) if may_have_others else text


def _has_trailing_space(text: str) -> bool:
    """Whether there may be white space at the end of a line."""
    return " \n" in text or text[-1:].isspace() or any(char in text for char in ODD_SPACES)
