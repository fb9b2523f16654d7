"""Many templates looked for at once: the few that may match are found by their words alone.

A template for whole lines is kept by how such a line begins or ends; one for parts of a line, or of
no fixed beginning and end, by words that must stand in the text (its atoms), for which a single RE2
set of literals looks. Only what is found so is compared in full. The cost hardly depends on how
many templates there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, TypeVar

import re2

from cleaner.rules.fields import Value
from cleaner.rules.fold import light
from cleaner.rules.lines import Lines
from cleaner.rules.patterns import search_set
from cleaner.rules.template import Template

Owner = TypeVar("Owner")
Owned = tuple[Template, Owner]

FEW = 8  # words that are looked for one by one
SIZES = (12, 6, 3, 2)  # characters of a beginning or end by which a template is kept
RETRIES = 500  # in one line, of a template with {same}


class LineIndex(Generic[Owner]):
    """Templates for whole lines."""

    def __init__(self, templates: Iterable[Owned[Owner]]) -> None:
        self._literals: dict[str, list[Owner]] = {}
        ends: dict[int, dict[str, list[Owned[Owner]]]] = {}
        rest: list[Owned[Owner]] = []
        for template, owner in templates:
            head = min(map(_size, template.heads), default=0)
            tail = _size(template.tail)
            if template.literal is not None:
                self._literals.setdefault(template.literal, []).append(owner)
            elif head and head >= tail:
                table = ends.setdefault(head, {})
                for words in {words[:head] for words in template.heads}:
                    table.setdefault(words, []).append((template, owner))
            elif tail:
                table = ends.setdefault(-tail, {})
                table.setdefault(template.tail[-tail:], []).append((template, owner))
            else:
                rest.append((template, owner))
        self._ends = sorted(ends.items())
        self._rest = Atoms(rest)

    def matches(self, lines: Lines) -> Iterator[tuple[Owner, int, dict[str, Value]]]:
        """(owner, number of the line, captures) for each line that a template matches whole."""
        literals = self._literals.keys() & lines.distinct
        if literals:
            for number, words in enumerate(lines.folded):
                for owner in self._literals[words] if words in literals else ():
                    yield owner, number, {}
        for size, table in self._ends:
            if found := table.keys() & lines.cuts(size):
                yield from _with_ends(table, found, size, lines)
        if self._rest and lines.distinct:
            yield from _with_atoms(self._rest, lines)


def _size(words: str) -> int:
    """By how many of its characters a beginning or end is kept; 0 for one that says too little."""
    return next((size for size in SIZES if len(words) >= size), 0)


def _with_ends(
    table: Mapping[str, list[Owned[Owner]]], found: set[str], size: int, lines: Lines
) -> Iterator[tuple[Owner, int, dict[str, Value]]]:
    """What templates with one of the beginnings (with a negative size: ends) `found` match."""
    part = slice(size) if size > 0 else slice(size, None)
    for number, words in enumerate(lines.folded):
        if words[part] in found:
            for template, owner in table[words[part]]:
                captures = template.match(lines[number])
                if captures is not None:
                    yield owner, number, captures


def _with_atoms(atoms: Atoms[Owner], lines: Lines) -> Iterator[tuple[Owner, int, dict[str, Value]]]:
    for template, owner, words in atoms.standing_in(lines.folded_bytes):
        cased = template.cased
        words = [*template.atoms] if cased else words
        for number in lines.with_any(words or [""], template.longest, cased=cased):
            if not cased and template.compiled.fullmatch(lines.folded_rows[number]) is None:
                continue
            captures = template.match(lines[number])
            if captures is not None:
                yield owner, number, captures


class Atoms(Generic[Owner]):
    """Templates by the words of which one must stand in the light form of a text that they match;
    also those that see capitals."""

    def __init__(self, templates: Iterable[Owned[Owner]]) -> None:
        self._by_atom: dict[str, list[Owned[Owner]]] = {}
        self._always: list[Owned[Owner]] = []
        for pair in templates:
            for atom in pair[0].atoms:
                self._by_atom.setdefault(light(atom), []).append(pair)
            if not pair[0].atoms:
                self._always.append(pair)

    def __bool__(self) -> bool:
        return bool(self._by_atom or self._always)

    @cached_property
    def _words(self) -> list[str]:
        return list(self._by_atom)

    @cached_property
    def _set(self) -> re2.Set:
        return search_set(self._words)

    def _hits(self, text: bytes) -> Iterable[str]:
        """The words that stand in the text."""
        if len(self._words) <= FEW:
            return [word for word in self._words if word.encode() in text]
        return [self._words[hit] for hit in sorted(self._set.Match(text) or ())]

    def standing_in(self, text: bytes) -> Iterator[tuple[Template, Owner, list[str]]]:
        """The templates that may match somewhere in a text (in UTF-8), each once, with their words
        that stand there."""
        for template, owner in self._always:
            yield template, owner, []
        found: dict[int, tuple[Template, Owner, list[str]]] = {}
        for word in self._hits(text):
            for template, owner in self._by_atom[word]:
                found.setdefault(id(template), (template, owner, []))[2].append(word)
        yield from found.values()


class SpanIndex(Generic[Owner]):
    """Templates for parts of lines, looked for in a text and its light form."""

    def __init__(self, templates: Iterable[Owned[Owner]]) -> None:
        self._atoms = Atoms(templates)

    def search(self, lines: Lines) -> Iterator[tuple[Template, Owner, re2._Match | Stretch]]:
        """(template, owner, match) for each stretch within a line that a template matches."""
        if not self._atoms:
            return
        for template, owner, _ in self._atoms.standing_in(lines.seen_bytes):
            if not template.cased:
                form = lines.seen
            elif template.atoms and not any(atom in lines.text for atom in template.atoms):
                continue
            else:
                form = lines.text
            for found in _stretches(template, form, lines.text):
                yield template, owner, found


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
    begin = 0
    for row in seen.split("\n"):
        at, tries = 0, RETRIES
        while tries and (found := template.compiled.search(row, at)):
            stretch = Stretch(found, begin)
            caught = template.captures(stretch, text) is not None
            at = found.end() if caught else found.start() + 1
            tries -= not caught
            if caught:
                yield stretch
        begin += len(row) + 1
