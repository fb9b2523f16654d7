"""Features of lines that tell boilerplate from article text, in any language.

A line has two kinds of features. Its word sequences are hashed (`hashes`); they depend on the line
alone. The others are its shape, its place in the document and the scores of its neighbors
(`LinesInContext`).
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import NamedTuple
from zlib import crc32

from cleaner.text.words import CLOSING, HAN_AND_KANA, SENTENCE_MARKS, SOUTHEAST_ASIAN, is_prose

HASH_BITS = 22
MASK = (1 << HASH_BITS) - 1
FACTOR = 0x9E3779B1  # mixes the codes of neighboring words
HEAD_CHARS, TAIL_CHARS = 250, 150  # of a long line; its middle is not read
HEAD_WORDS, TAIL_WORDS = 24, 12  # of these, the words that are hashed
STEM = 5  # letters that inflected forms of a word share
MAX_SHARED_WORDS = 5

UNSPACED = HAN_AND_KANA + SOUTHEAST_ASIAN
WORD = re.compile(rf"[^\W\d_{UNSPACED}]+|\d+|[{UNSPACED}]|[^\w\s]")
ASCII_WORD = re.compile(r"[a-zA-Z]+|\d+|[^\w\s]", re.ASCII)
URL = re.compile(r"https?:|www\.|\b[a-z0-9-]{2,}\.(?:com|org|net|info|co|[a-z]{2})(?:/|\b)")
EMAIL = re.compile(r"[\w.+-]@[\w-]")
ARROWS = frozenset("»>→←«‹›►▶▸|•·⋅")


def words_of(folded: str) -> list[str]:
    """The words, numbers and marks of a folded line.

    >>> words_of("read more: 12 piers (码头)")
    ['read', 'more', ':', '12', 'piers', '(', '码', '头', ')']
    """
    folded = ends_of(folded)
    return (ASCII_WORD if folded.isascii() else WORD).findall(folded)


def ends_of(line: str) -> str:
    """The beginning and the end of a long line."""
    if len(line) <= HEAD_CHARS + TAIL_CHARS:
        return line
    return f"{line[:HEAD_CHARS]} {line[-TAIL_CHARS:]}"


@lru_cache(1 << 15)
def _code(word: str) -> int:
    """The code of a word, a mark, or the number of digits of a number."""
    if word[0].isdigit():
        word = "0000"[: len(word)]
    return crc32(word.encode("utf-8", "surrogatepass")) & MASK


@lru_cache(1 << 15)
def _stem(word: str) -> int:
    return _code(word[:STEM] + "*")


def hashes(words: Sequence[str]) -> set[int]:
    """The hashed features of a line: its words, their stems, and pairs and triples of them."""
    if len(words) > HEAD_WORDS + TAIL_WORDS:
        words = [*words[:HEAD_WORDS], "...", *words[-TAIL_WORDS:]]
    codes = list(map(_code, words))
    stems = [_stem(word) for word in words if len(word) > STEM + 1]
    row = [_code("^"), *codes, _code("$")]
    pairs = [(a * FACTOR + b) & MASK for a, b in pairwise(row)]
    triples = [(pair * FACTOR + c) & MASK for pair, c in zip(pairs, row[2:], strict=False)]
    return {*codes, *stems, *pairs, *triples}


class WordScore(NamedTuple):
    """The words of a line, the sum of the weights of its hashes, and the percentage of hashes that
    have a weight."""

    words: Sequence[str]
    score: int
    known: int


SHAPE = (
    "words", "characters", "characters per word", "sentence end", "ellipsis", "question",
    "capitals", "digits", "url", "email", "arrows", "commas", "periods", "lower case first",
    "longest word",
)  # fmt: skip
PLACE = (
    "lines", "before", "after", "place", "text before", "prose", "to first prose",
    "from last prose", "prose lines before", "prose lines after", "to prose before",
    "to prose after", "shared words", "repeated",
)  # fmt: skip
SCORES = (
    "score", "score per word", "known", "rank", "score at -2", "score at -1", "score at +1",
    "score at +2", "score at +3", "mean before", "mean after", "least before", "least after",
    "characters at -1", "characters at +1", "prose at +1", "sentence end at -1",
    "lower case at +1",
)  # fmt: skip
NAMES = (*SHAPE, *PLACE, *SCORES)
OUTSIDE = 400  # the word score of a line beyond the ends of the text
UNREAD = WordScore((), -300, 0)  # of prose that is not read
HEAD_PROSE, TAIL_PROSE = 1, 3  # paragraphs that are read: boilerplate is seldom between others
FAR = 20  # lines


class LinesInContext:
    """The lines of a document, without blank ones.

    `word_score` returns the score of the line of a number; it is not called for paragraphs in the
    middle.
    """

    def __init__(
        self, plain: Sequence[str], folded: Sequence[str], word_score: Callable[[int], WordScore]
    ) -> None:
        self.plain, self.folded = plain, folded
        self.text, self.counts = "\n".join(["", *folded, ""]), Counter(folded)
        self.starts = list(accumulate([len(line) + 1 for line in folded], initial=1))
        self.is_prose = [is_prose(plain, n) for n in range(len(plain))]
        self.prose = [n for n, found in enumerate(self.is_prose) if found]
        unread = set(self.prose[HEAD_PROSE:-TAIL_PROSE])
        self.words = [UNREAD if n in unread else word_score(n) for n in range(len(plain))]
        self.scores = [word.score for word in self.words]
        self.ranked = sorted(self.scores)
        self.sums = list(accumulate(self.scores, initial=0))
        self.least_before = list(accumulate(self.scores, min, initial=OUTSIDE))
        self.least_after = list(accumulate(reversed(self.scores), min, initial=OUTSIDE))[::-1]

    def features(self, n: int) -> list[int]:
        """The features of the line `n`, in the order of NAMES. Flags are 0 or 1, shares are
        percentages, and long distances are cut off."""
        words = self.words[n].words
        return [*self._shape(n, words), *self._place(n, words), *self._scores(n, len(words))]

    def _shape(self, n: int, words: Sequence[str]) -> list[int]:
        plain, folded = ends_of(self.plain[n]), ends_of(self.folded[n])
        size, length, cased = max(1, len(words)), len(self.plain[n]), plain.split()
        end = plain.rstrip(CLOSING)[-1:]
        return [
            min(size, 200), min(length, 1000), 10 * len(plain) // size, end in SENTENCE_MARKS,
            plain.endswith(("...", "…")), end in "?？",
            100 * sum([word[0].isupper() for word in cased]) // max(1, len(cased)),
            100 * sum(map(str.isdigit, words)) // size, bool(URL.search(folded)),
            "@" in plain and bool(EMAIL.search(folded)), not ARROWS.isdisjoint(plain),
            100 * plain.count(",") // size, 100 * plain.count(". ") // size, plain[:1].islower(),
            min(100, max(map(len, cased), default=0)),
        ]  # fmt: skip

    def _place(self, n: int, words: Sequence[str]) -> list[int]:
        count, prose = len(self.plain), self.prose
        first, last = (prose[0], prose[-1]) if prose else (count, -1)
        before = bisect_left(prose, n)
        after = before + self.is_prose[n]
        return [
            min(count, 100), min(n, 30), min(count - 1 - n, 30), 100 * n // max(1, count - 1),
            100 * self.starts[n] // len(self.text), self.is_prose[n],
            max(-10, min(10, first - n)), max(-10, min(10, n - last)),
            min(FAR, before), min(FAR, len(prose) - before),
            min(FAR, n - prose[before - 1]) if before else FAR,
            min(FAR, prose[after] - n) if after < len(prose) else FAR,
            self._shared(n, words), self.counts[self.folded[n]] > 1,
        ]  # fmt: skip

    def _scores(self, n: int, size: int) -> list[int]:
        scores, count, score = self.scores, len(self.plain), self.scores[n]
        near = [n - 2, n - 1, n + 1, n + 2, n + 3]
        return [
            score, 10 * score // (size + 3), self.words[n].known,
            count - bisect_right(self.ranked, score),
            *[scores[k] if 0 <= k < count else OUTSIDE for k in near],
            self.sums[n] // n if n else OUTSIDE,
            (self.sums[-1] - self.sums[n + 1]) // (count - 1 - n) if n + 1 < count else OUTSIDE,
            self.least_before[n], self.least_after[n + 1],
            min(len(self.plain[n - 1]), 300) if n else 0,
            min(len(self.plain[n + 1]), 300) if n + 1 < count else 0,
            n + 1 < count and self.is_prose[n + 1],
            n > 0 and self.plain[n - 1].rstrip(CLOSING).endswith(tuple(SENTENCE_MARKS)),
            n + 1 < count and self.plain[n + 1][:1].islower(),
        ]  # fmt: skip

    def _shared(self, n: int, words: Sequence[str]) -> int:
        """The percentage of the line's longer words that the rest of the document has; -1 without
        such words."""
        if len(words) > 1 and max(map(len, words)) == 1:  # letters of a script without spaces
            longer = [pair for pair in map("".join, pairwise(words)) if pair.isalpha()]
        else:
            longer = [word for word in words if len(word) >= STEM and not word.isdigit()]
        start, end, text = self.starts[n], self.starts[n + 1], self.text
        longer = longer[:MAX_SHARED_WORDS]
        if not longer:
            return -1
        found = [text.find(w, end) >= 0 or text.find(w, 0, start) >= 0 for w in longer]
        return 100 * sum(found) // len(longer)
