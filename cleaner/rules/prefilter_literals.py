"""Derive from a pattern literal words that every match contains, which are cheap to search for.

    >>> sorted(atoms_of(r"(?i)(?:this|our) site contains .{0,60} material").words)
    ['our site contains ', 'this site contains ']
    >>> sorted(atoms_of(r"sign up|(?:follow|join) us+").words)
    ['follow u', 'join u', 'sign up']
    >>> atoms_of(r"by .{2,40}").longest
    43
    >>> sorted(atoms_of(r"(?:read|see) (?:more|also).*").heads)
    ['read also', 'read more', 'see also', 'see more']

Every match of a pattern contains at least one of its atoms, begins with one of its heads, and has
at most `longest` characters. The sets are empty if nothing is known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from cleaner.errors import CleanerError
from cleaner.rules.fields import ENDLESS

MAX_WORDS = 48  # that represent a part of a pattern
MAX_BEST = 600  # the same, before the words are shortened
MAX_HEADS = 300
MIN_RARITY = 2  # of words that are searched for
NOT_SIMPLE = frozenset("^-[]\\&")  # a class with these may match more than its characters
QUANTIFIER = re.compile(r"(?:([*?+])|\{(\d+)(,?)(\d*)\})\??")
GROUP = re.compile(r"\?(?:P?<\w+>|:|([a-zA-Z-]+)([:)]))")
CLASS = re.compile(r"\[\^?\]?(?:\\.|\[:\^?\w+:\]|[^\]\\])*\]", re.DOTALL)
# \d, \pL, \p{L}, \x41, \x{41} and the like; any other escaped character is a literal.
ESCAPE = re.compile(r"\\(?:[pP](?:\{[^}]*\}|.)|x(?:\{[^}]*\}|..)|[0-9]+|[A-Za-z])", re.DOTALL)
ANCHORS = ("\\b", "\\B", "\\A", "\\z", "^", "$")
RARE_MARKS = frozenset("#@{}<>|=~^%&+$[]")
USUAL = frozenset("for via the and like more read also see get on by in at of to from with".split())

Words = frozenset[str]


class Atoms(NamedTuple):
    """The atoms and heads of a pattern, and the greatest length of a match, or ENDLESS."""

    words: Words
    longest: int
    heads: Words = frozenset()


class _UnsupportedPatternError(CleanerError, ValueError):
    """A construct that the scanner does not support."""


def atoms_of(regex: str, *, cased: bool = False) -> Atoms:
    """Return the atoms of an RE2 pattern, in lower case unless it is `cased`."""
    try:
        found = _Scan(regex).alternatives()
    except _UnsupportedPatternError:
        return Atoms(frozenset(), ENDLESS)
    words = found.best or frozenset()
    if not cased:
        words = frozenset(word.lower() for word in words)
    words = frozenset(w for w in words if not any(o in w for o in words - {w}))
    return Atoms(words, found.longest, found.heads if all(found.heads) else frozenset())


def are_rare(words: Words) -> bool:
    """Whether it pays to search a text for these words, as opposed to `/` or `(`."""
    return bool(words) and _rarity(words) >= MIN_RARITY


def _rarity(words: Words) -> int:
    """Estimate how rare the most frequent of some words is in texts."""
    return min(map(_weight, words))


def _weight(word: str) -> int:
    core = word.strip().lower()
    if core in RARE_MARKS:
        return 2 + (core != word)
    if core.isascii() and not any(map(str.isalnum, core)):
        return 1
    if core in USUAL or core.isdigit():
        return min(2, len(core))
    return len(word) + 3 * (not word.isascii())


@dataclass(frozen=True)
class _Part:
    """A part of a pattern: all strings it can match, if they are few (`exact`); words of which
    every match contains one (`best`); the greatest length of a match; and its beginnings."""

    exact: Words | None
    best: Words | None
    longest: int
    heads: Words = frozenset({""})
    optional: bool = False


def _beginnings(heads: Iterable[str]) -> Words:
    """Shorten heads if there are too many."""
    found = frozenset(heads)
    for size in (12, 6, 3, 2, 0):
        if len(found) > MAX_HEADS:
            found = frozenset(head[:size] for head in found)
    return found


def _product(firsts: Words, seconds: Words) -> Words:
    return frozenset(first + second for first in firsts for second in seconds)


NOTHING = _Part(frozenset({""}), None, 0)


@dataclass
class _Branch:
    """One alternative, read up to some position. `exact` are the strings right before it, `lead`
    all strings from the beginning, or None if they are no longer known."""

    exact: Words = frozenset({""})
    whole: bool = True  # whether `exact` covers the whole branch
    required: list[Words] = field(default_factory=list)
    longest: int = 0
    lead: Words | None = frozenset({""})
    heads: Words = frozenset()

    def add(self, part: _Part) -> None:
        self.longest = min(ENDLESS, self.longest + part.longest)
        self.begin(part)
        if part.exact is None:
            self.cut()
            if part.best:
                self.required.append(part.best)
            return
        product = _product(self.exact, part.exact)
        if len(product) > MAX_WORDS:
            self.cut()
            product = part.exact
        self.exact = product

    def begin(self, part: _Part) -> None:
        """Add a part to the heads, as long as the beginning is known."""
        if self.lead is None:
            return
        longer = _product(self.lead, part.heads if part.exact is None else part.exact)
        if part.exact is not None and len(longer) <= MAX_HEADS:
            self.lead = longer
            return
        self.heads |= longer
        if not part.optional:
            self.lead = None

    def cut(self) -> None:
        """End the run of exact strings: the next part may not follow them directly."""
        if "" not in self.exact:
            self.required.append(self.exact)
        self.exact, self.whole = frozenset({""}), False

    def part(self) -> _Part:
        exact = self.exact if self.whole else None
        self.cut()
        best = max(self.required, key=_rarity, default=None)
        return _Part(
            exact, best, self.longest, _beginnings(self.heads | (self.lead or frozenset()))
        )


class _Scan:
    """Reads a pattern from left to right."""

    def __init__(self, regex: str) -> None:
        self._regex, self._at = regex, 0

    def alternatives(self, depth: int = 0) -> _Part:
        """Read up to the end of the group."""
        if depth > 50:
            raise _UnsupportedPatternError
        parts = [self._branch(depth)]
        while self._peek() == "|":
            self._at += 1
            parts.append(self._branch(depth))
        longest = max(part.longest for part in parts)
        exact = _union([part.exact for part in parts])
        heads = _beginnings(head for part in parts for head in part.heads)
        best = _shortened(_union([part.best for part in parts], most=MAX_BEST))
        return _Part(exact, best, longest, heads, all(part.optional for part in parts))

    def _branch(self, depth: int) -> _Part:
        branch = _Branch()
        while (char := self._peek()) not in ("", "|", ")"):
            part = self._group(depth) if char == "(" else self._single(char)
            branch.add(self._repeated(part))
        return branch.part()

    def _repeated(self, part: _Part) -> _Part:
        """Apply the quantifier that follows a part, if any."""
        found = QUANTIFIER.match(self._regex, self._at)
        if not found:
            return part
        self._at = found.end()
        sign, low, comma, high = found.groups()
        least = {"*": 0, "?": 0, "+": 1}.get(sign or "", int(low or 0))
        most = 1 if sign == "?" else ENDLESS if sign or (comma and not high) else int(high or low)
        longest = min(ENDLESS, part.longest * most)
        if (least, most) == (1, 1):
            return part
        if (least, most) == (0, 1) and part.exact is not None:
            return _Part(part.exact | {""}, None, longest)
        return _Part(None, part.best if least else None, longest, part.heads, not least)

    def _single(self, char: str) -> _Part:
        """Read one character, class or escape."""
        anything = _Part(None, None, 1)
        if char == "[":
            found = CLASS.match(self._regex, self._at)
            if not found:
                raise _UnsupportedPatternError
            self._at = found.end()
            chars = frozenset(found[0][1:-1])
            return anything if chars & NOT_SIMPLE else _Part(chars, chars, 1)
        if char == "\\":
            if found := ESCAPE.match(self._regex, self._at):
                if found[0] in ("\\Q", "\\E", "\\C"):
                    raise _UnsupportedPatternError
                self._at = found.end()
                return NOTHING if found[0] in ANCHORS else anything
            self._at += 1
        self._at += 1
        literal = self._regex[self._at - 1 : self._at]
        if char == ".":
            return anything
        if char in ANCHORS:
            return NOTHING
        return _Part(frozenset({literal}), frozenset({literal}), 1)

    def _group(self, depth: int) -> _Part:
        self._at += 1
        if self._peek() == "?":
            header = GROUP.match(self._regex, self._at)
            if not header or (header[1] and "x" in header[1]):
                raise _UnsupportedPatternError
            self._at = header.end()
            if header[2] == ")":  # flags for the rest
                return NOTHING
        inside = self.alternatives(depth + 1)
        if self._peek() != ")":
            raise _UnsupportedPatternError
        self._at += 1
        return inside

    def _peek(self) -> str:
        return self._regex[self._at : self._at + 1]


def _union(sets: list[Words | None], most: int = MAX_WORDS) -> Words | None:
    """Unite the sets; None if a set is unknown, or if there are too many words."""
    if not all(sets):
        return None
    words = frozenset[str]().union(*(found or () for found in sets))
    return words if len(words) <= most else None


def _shortened(words: Words | None) -> Words | None:
    """The beginnings of too many words, which are fewer."""
    for size in (12, 6, 4, 3):
        if words is None or len(words) <= MAX_WORDS:
            return words
        words = frozenset(word[:size] for word in words)
    return words if words and len(words) <= MAX_WORDS else None
