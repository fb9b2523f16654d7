"""Many templates looked for at once: the few that may match are found by their words alone.

A template for whole lines is kept by how such a line begins or ends; one for parts of a line, or of
no fixed beginning and end, by words that must stand in the text (its atoms), for which a single RE2
set of literals looks. Only what is found so is compared in full. The cost hardly depends on how
many templates there are.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, TypeVar

import re2

from cleaner.rules.fields import Value
from cleaner.rules.template import Template
from cleaner.text.folding import light
from cleaner.text.lines import Lines
from cleaner.text.re2_patterns import search_set
from cleaner.text.repair import utf8

Owner = TypeVar("Owner")
Owned = tuple[Template, Owner]

FEW = 8  # words that are looked for one by one
SHORTEST = 2  # characters of a beginning or end by which a template is kept
RETRIES = 500  # in one line, of a template with {same}


@dataclass(frozen=True)  # a NamedTuple cannot be generic in Python 3.10
class Standing(Generic[Owner]):
    """The templates that may match somewhere in a text: those for whole lines, by how such a line
    begins or ends, or each with the words that stand there; and those for parts of lines."""

    ends: Sequence[tuple[Template, Owner, str]]
    whole: Sequence[tuple[Template, Owner, list[str]]]
    parts: Sequence[Owned[Owner]]


class TemplateIndex(Generic[Owner]):
    """Templates for whole lines, and for parts of lines."""

    def __init__(self, lines: Iterable[Owned[Owner]], spans: Iterable[Owned[Owner]] = ()) -> None:
        self._literals: dict[str, list[Owner]] = {}
        self._ends: dict[str, list[Owned[Owner]]] = {}
        rest = [(t, owner) for t, owner in lines if not self._keep_by_ends(t, owner)]
        self._whole, self._parts = Atoms(rest), Atoms(spans)
        self._words = {*self._ends, *self._whole.words, *self._parts.words}

    def _keep_by_ends(self, template: Template, owner: Owner) -> bool:
        if template.literal is not None:
            self._literals.setdefault(template.literal, []).append(owner)
            return True
        head, tail = min(map(len, template.heads), default=0), len(template.tail)
        if max(head, tail) < SHORTEST:
            return False
        heads = {f"\n{word}" for word in _without_longer(template.heads)}
        for end in heads if head >= tail else {template.tail}:
            self._ends.setdefault(end, []).append((template, owner))
        return True

    @cached_property
    def _finder(self) -> Finder:
        return Finder(self._words)

    def standing_in(self, lines: Lines) -> Standing[Owner]:
        """What may match, by the words that stand in the text."""
        words = self._finder.standing_in(lines.searchable) if lines.distinct else set[str]()
        ends = [
            (template, owner, word)
            for word in sorted(words & self._ends.keys())
            for template, owner in self._ends[word]
        ]
        parts = [(template, owner) for template, owner, _ in self._parts.with_words(words)]
        return Standing(ends, self._whole.with_words(words), parts)

    def matches(
        self, lines: Lines, standing: Standing[Owner] | None = None
    ) -> Iterator[tuple[Owner, int, dict[str, Value]]]:
        """(owner, number of the line, captures) for each line that a template matches whole."""
        literals = self._literals.keys() & lines.distinct
        if literals:
            for number, stem in enumerate(lines.stems):
                for owner in self._literals[stem] if stem in literals else ():
                    yield owner, number, {}
        standing = standing or self.standing_in(lines)
        for template, owner, word in standing.ends:
            for number in lines.with_end(word):
                captures = _match(template, lines, number)
                if captures is not None:
                    yield owner, number, captures
        for template, owner, words in standing.whole:
            atoms = template.atoms if template.cased else words
            for number in lines.with_any(atoms or [""], template.longest, cased=template.cased):
                captures = _match(template, lines, number)
                if captures is not None:
                    yield owner, number, captures

    def stretches(
        self, lines: Lines, standing: Standing[Owner] | None = None
    ) -> Iterator[tuple[Template, Owner, re2._Match | Stretch]]:
        """(template, owner, match) for each stretch within a line that a template matches."""
        for template, owner in (standing or self.standing_in(lines)).parts:
            if template.cased and not _has_any(lines.text, template.atoms):
                continue
            if not template.cased and template.compiled.search(lines.seen_bytes) is None:
                continue
            form = lines.text if template.cased else lines.seen
            for found in _stretches(template, form, lines.text):
                yield template, owner, found


def _has_any(text: str, words: Collection[str]) -> bool:
    return not words or any(word in text for word in words)


def _without_longer(heads: Collection[str]) -> set[str]:
    """Those that do not begin with another, so that a line begins with one at most."""
    return {word for word in heads if not any(word.startswith(h) for h in heads if h != word)}


def _match(template: Template, lines: Lines, number: int) -> dict[str, Value] | None:
    # Most lines do not match, which RE2 says sooner of bytes.
    rows = lines.stems if template.tail else lines.folded
    if not template.cased and template.compiled.fullmatch(utf8(rows[number])) is None:
        return None
    return template.match(lines[number])


class Finder:
    """Looks for many words at once."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = sorted(words)
        self._set = None if len(self._words) <= FEW else search_set(self._words)

    def standing_in(self, text: bytes) -> set[str]:
        """The words that stand in a text (in UTF-8)."""
        if self._set is None:
            return {word for word in self._words if word.encode() in text}
        return {self._words[hit] for hit in self._set.Match(text) or ()}


class Atoms(Generic[Owner]):
    """Templates by the words of which one must stand in the light form of a text that they match;
    also those that see capitals."""

    def __init__(self, templates: Iterable[Owned[Owner]]) -> None:
        self.words: dict[str, list[Owned[Owner]]] = {}
        self._always: list[tuple[Template, Owner, list[str]]] = []
        for template, owner in templates:
            for atom in template.atoms:
                self.words.setdefault(light(atom), []).append((template, owner))
            if not template.atoms:
                self._always.append((template, owner, []))

    def with_words(self, words: Set[str]) -> list[tuple[Template, Owner, list[str]]]:
        """The templates that may match in a text where these words stand, each once, with those of
        the words that are its own."""
        found: dict[int, tuple[Template, Owner, list[str]]] = {}
        for word in sorted(self.words.keys() & words):
            for template, owner in self.words[word]:
                found.setdefault(id(template), (template, owner, []))[2].append(word)
        return [*self._always, *found.values()]


@dataclass(frozen=True)
class Stretch:
    """A match in one row of a text, with the offsets of the text; what a match of RE2 offers."""

    found: re2._Match
    shift: int

    def span(self, group: int = 0) -> tuple[int, int]:
        start, end = self.found.span(group)
        return (start + self.shift, end + self.shift) if start >= 0 else (-1, -1)

    def start(self) -> int:
        return self.span()[0]

    def end(self) -> int:
        return self.span()[1]


def _stretches(template: Template, seen: str, text: str) -> Iterator[re2._Match | Stretch]:
    """The matches of an inline template, none of them over the end of a line. A pattern cannot
    say that two of its parts are the same, so with {same} a match that fails for that is tried
    again from the next character on."""
    if "same" not in template.fields:
        for found in template.compiled.finditer(seen):
            if found[0] and "\n" not in found[0]:
                yield found
        return
    atoms = template.atoms if template.cased else [light(atom) for atom in template.atoms]
    begin = 0
    for row in seen.split("\n"):
        at, tries = 0, RETRIES if _has_any(row, atoms) else 0
        while tries and (found := template.compiled.search(row, at)):
            stretch = Stretch(found, begin)
            caught = template.captures(stretch, text) is not None
            at = found.end() if caught else found.start() + 1
            tries -= not caught
            if caught:
                yield stretch
        begin += len(row) + 1
