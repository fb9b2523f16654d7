"""What must stand in a text for a pattern to match it: literal words, cheap to look for.

    >>> sorted(atoms_of(r"(?i)(?:this|our) site contains .{0,60} material").words)
    ['our site contains ', 'this site contains ']
    >>> sorted(atoms_of(r"sign up|(?:follow|join) us+").words)
    ['follow u', 'join u', 'sign up']
    >>> atoms_of(r"by .{2,40}").longest
    43

Every match of a pattern has at least one of its atoms in it; of a pattern for which nothing can be
said there are none. And it is no longer than `longest`, if that is known.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

MOST = 48  # alternatives that are told apart
QUANTIFIER = re.compile(r"(?:([*?+])|\{(\d+)(,?)(\d*)\})\??")
GROUP = re.compile(r"\?(?:P?<\w+>|:|([a-zA-Z-]+)([:)]))")
CLASS = re.compile(r"\[\^?\]?(?:\\.|\[:\^?\w+:\]|[^\]\\])*\]", re.DOTALL)
# \d and its like, \pL, \p{L}, \x41, \x{41}; what else is escaped stands for itself.
ESCAPE = re.compile(r"\\(?:[pP](?:\{[^}]*\}|.)|x(?:\{[^}]*\}|..)|[0-9]+|[A-Za-z])", re.DOTALL)
ANCHORS = ("\\b", "\\B", "\\A", "\\z", "^", "$")
USUAL = frozenset("for via the and like more read also see get on by in at of to from with".split())
ENDLESS = 10**9

Words = frozenset[str]


class Atoms(NamedTuple):
    """The atoms of a pattern, none if nothing is known, and its greatest length, or ENDLESS."""

    words: Words
    longest: int


class _NotUnderstood(ValueError):
    """A construct that this does not read."""


def atoms_of(regex: str, *, cased: bool = False) -> Atoms:
    """The atoms of an RE2 pattern, in lower case unless it is `cased`."""
    try:
        found = _Scan(regex).alternatives()
    except _NotUnderstood:
        return Atoms(frozenset(), ENDLESS)
    words = found.best or frozenset()
    if not cased:
        words = frozenset(word.lower() for word in words)
    words = frozenset(w for w in words if not any(o in w for o in words - {w}))
    return Atoms(words if words and _rarity(words) >= 2 else frozenset(), found.longest)


def _rarity(words: Words) -> int:
    """How seldom the commonest of some words stands in a text, on a scale of its own."""
    return min(map(_weight, words))


def _weight(word: str) -> int:
    core = word.strip().lower()
    if core in USUAL or core.isdigit():
        return min(2, len(core))
    return len(word) + 3 * (not word.isascii())


@dataclass
class _Part:
    """A piece of a pattern: all that it can match, if that is few strings (`exact`); words of
    which one is in every match; and its greatest length."""

    exact: Words | None
    best: Words | None
    longest: int


@dataclass
class _Branch:
    """One alternative, read up to some place: what stands directly before it in `exact`."""

    exact: Words = frozenset({""})
    whole: bool = True  # `exact` is all there was
    required: list[Words] = field(default_factory=list)
    longest: int = 0

    def add(self, part: _Part) -> None:
        self.longest = min(ENDLESS, self.longest + part.longest)
        if part.exact is None:
            self.cut()
            if part.best:
                self.required.append(part.best)
            return
        product = frozenset(a + b for a in self.exact for b in part.exact)
        if len(product) > MOST:
            self.cut()
            product = part.exact
        self.exact = product

    def cut(self) -> None:
        """What comes next does not stand directly behind what came before."""
        if "" not in self.exact:
            self.required.append(self.exact)
        self.exact, self.whole = frozenset({""}), False

    def part(self) -> _Part:
        exact = self.exact if self.whole else None
        self.cut()
        return _Part(exact, max(self.required, key=_rarity, default=None), self.longest)


class _Scan:
    """Reads a pattern from left to right."""

    def __init__(self, regex: str) -> None:
        self._regex, self._at = regex, 0

    def alternatives(self, depth: int = 0) -> _Part:
        """All that stands up to the end of the group."""
        if depth > 50:
            raise _NotUnderstood
        parts = [self._branch(depth)]
        while self._peek() == "|":
            self._at += 1
            parts.append(self._branch(depth))
        longest = max(part.longest for part in parts)
        exact = _union([part.exact for part in parts])
        return _Part(exact, _union([part.best for part in parts]), longest)

    def _branch(self, depth: int) -> _Part:
        branch = _Branch()
        while (char := self._peek()) not in ("", "|", ")"):
            part = self._group(depth) if char == "(" else self._single(char)
            branch.add(self._repeated(part))
        return branch.part()

    def _repeated(self, part: _Part) -> _Part:
        """A piece as often as the quantifier behind it says."""
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
        return _Part(None, part.best if least else None, longest)

    def _single(self, char: str) -> _Part:
        """The character at hand, or what stands for one."""
        anything = _Part(None, None, 1)
        if char == "[":
            found = CLASS.match(self._regex, self._at)
            if not found:
                raise _NotUnderstood
            self._at = found.end()
            return anything
        if char == "\\":
            if found := ESCAPE.match(self._regex, self._at):
                if found[0] in ("\\Q", "\\E", "\\C"):
                    raise _NotUnderstood
                self._at = found.end()
                return _Part(None, None, 0 if found[0] in ANCHORS else 1)
            self._at += 1
        self._at += 1
        literal = self._regex[self._at - 1 : self._at]
        if char == ".":
            return anything
        if char in ANCHORS:
            return _Part(None, None, 0)
        return _Part(frozenset({literal}), frozenset({literal}), 1)

    def _group(self, depth: int) -> _Part:
        self._at += 1
        if self._peek() == "?":
            header = GROUP.match(self._regex, self._at)
            if not header or (header[1] and "x" in header[1]):
                raise _NotUnderstood
            self._at = header.end()
            if header[2] == ")":  # flags for the rest
                return _Part(frozenset({""}), None, 0)
        inside = self.alternatives(depth + 1)
        if self._peek() != ")":
            raise _NotUnderstood
        self._at += 1
        return inside

    def _peek(self) -> str:
        return self._regex[self._at : self._at + 1]


def _union(sets: list[Words | None]) -> Words | None:
    """All words of all sets; None where one of them is unknown, or they are too many."""
    if not all(sets):
        return None
    words = frozenset[str]().union(*(found or () for found in sets))
    return words if len(words) <= MOST else None
