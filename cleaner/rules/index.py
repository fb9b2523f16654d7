"""Many templates looked for at once: the few that may match are found by their words alone.

A template for whole lines is kept by how such a line begins or ends; one for parts of a line, or of
no fixed beginning and end, by words that must stand in the text (its atoms), for which a single RE2
set of literals looks. Only what is found so is compared in full. The cost hardly depends on how
many templates there are.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Generic, TypeVar

import re2

from cleaner.rules.fields import Value
from cleaner.rules.fold import Line, light
from cleaner.rules.template import Template, re2_options

Owner = TypeVar("Owner")
Owned = tuple[Template, Owner]

SIZES = (12, 6, 3, 2)  # characters of a beginning or end by which a template is kept
RETRIES = 500  # in one line, of a template with {same}


class LineIndex(Generic[Owner]):
    """Templates for whole lines."""

    def __init__(self, templates: Iterable[Owned[Owner]]) -> None:
        self._literals: dict[str, list[Owner]] = {}
        heads: dict[int, dict[str, list[Owned[Owner]]]] = {}
        tails: dict[int, dict[str, list[Owned[Owner]]]] = {}
        rest: list[Owned[Owner]] = []
        for template, owner in templates:
            if template.literal is not None:
                self._literals.setdefault(template.literal, []).append(owner)
            elif (size := _size(template.head)) >= max(1, _size(template.tail)):
                kept = heads.setdefault(size, {}).setdefault(template.head[:size], [])
                kept.append((template, owner))
            elif size := _size(template.tail):
                kept = tails.setdefault(size, {}).setdefault(template.tail[-size:], [])
                kept.append((template, owner))
            else:
                rest.append((template, owner))
        self._heads, self._tails = sorted(heads.items()), sorted(tails.items())
        self._rest = Atoms(rest)

    def matches(self, lines: Sequence[Line]) -> Iterator[tuple[Owner, int, dict[str, Value]]]:
        """(owner, number of the line, captures) for each line that a template matches whole."""
        literals, heads, tails = self._literals, self._heads, self._tails
        for number, line in enumerate(lines):
            folded = line.folded
            if not folded:
                continue
            for owner in literals.get(folded, ()):
                yield owner, number, {}
            for size, table in heads:
                if folded[:size] in table:
                    yield from _matching(table[folded[:size]], line, number)
            for size, table in tails:
                if folded[-size:] in table:
                    yield from _matching(table[folded[-size:]], line, number)
        if self._rest and lines:
            yield from _in_lines(self._rest, lines)


def _size(words: str) -> int:
    """By how many of its characters a beginning or end is kept; 0 for one that says too little."""
    return next((size for size in SIZES if len(words) >= size), 0)


def _matching(
    templates: Iterable[Owned[Owner]], line: Line, number: int
) -> Iterator[tuple[Owner, int, dict[str, Value]]]:
    for template, owner in templates:
        captures = template.match(line)
        if captures is not None:
            yield owner, number, captures


def _in_lines(
    atoms: Atoms[Owner], lines: Sequence[Line]
) -> Iterator[tuple[Owner, int, dict[str, Value]]]:
    whole = "\n".join([line.folded for line in lines])
    starts = list(accumulate((len(line.folded) + 1 for line in lines), initial=0))
    for template, owner, words in atoms.in_text(whole):
        numbers = (n for word in words for n in _places(word, whole, starts))
        for number in sorted(set(numbers)) if words else range(len(lines)):
            line = lines[number]
            if template.cased and words and not any(atom in line.plain for atom in template.atoms):
                continue
            if 0 < len(line.folded) <= template.longest:
                captures = template.match(line)
                if captures is not None:
                    yield owner, number, captures


def _places(word: str, whole: str, starts: Sequence[int]) -> Iterator[int]:
    """The numbers of the lines that a word stands in."""
    at = whole.find(word)
    while at >= 0:
        number = bisect_right(starts, at) - 1
        yield number
        at = whole.find(word, starts[number + 1])


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
    def _set(self) -> re2.Set:
        found = re2.Set.SearchSet(re2_options())
        for atom in self._by_atom:
            found.Add(re2.escape(atom))
        found.Compile()
        return found

    @cached_property
    def _words(self) -> list[str]:
        return list(self._by_atom)

    def in_text(self, text: str) -> Iterator[tuple[Template, Owner, list[str]]]:
        """The templates that may match somewhere, each once, with their words that stand there."""
        for template, owner in self._always:
            yield template, owner, []
        hits = self._set.Match(text) if self._by_atom else None
        if not hits:
            return
        found: dict[int, tuple[Template, Owner, list[str]]] = {}
        for hit in sorted(hits):
            word = self._words[hit]
            for template, owner in self._by_atom[word]:
                found.setdefault(id(template), (template, owner, []))[2].append(word)
        yield from found.values()


class SpanIndex(Generic[Owner]):
    """Templates for parts of lines, looked for in a text and its light form."""

    def __init__(self, templates: Iterable[Owned[Owner]]) -> None:
        self._atoms = Atoms(templates)

    def search(
        self, text: str, seen: str
    ) -> Iterator[tuple[Template, Owner, re2._Match | Stretch]]:
        """(template, owner, match) for each stretch within a line of `text`, whose light form is
        `seen`, that a template matches."""
        if not self._atoms:
            return
        for template, owner, _ in self._atoms.in_text(seen):
            if not template.cased:
                form = seen
            elif template.atoms and not any(atom in text for atom in template.atoms):
                continue
            else:
                form = text
            for found in _stretches(template, form, text):
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
