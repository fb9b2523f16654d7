"""Prefilter: find the few of many templates that may match a text by literal words.

A template for whole lines is indexed by how such a line begins or ends. A template for parts of a
line, or without a fixed beginning and end, is indexed by words that every match contains (its
atoms). A single RE2 set searches for all these words; only the templates it finds are compared in
full. So the cost hardly depends on the number of templates.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, TypeVar

import re2

from cleaner.rules.fields import Value
from cleaner.rules.prefilter_literals import are_rare
from cleaner.rules.template import Template
from cleaner.text.folding import light
from cleaner.text.lines import Lines
from cleaner.text.re2_patterns import search_set
from cleaner.text.repair import utf8

Owner = TypeVar("Owner")
Owned = tuple[Template, Owner]

MAX_SINGLE_WORDS = 8  # up to here, words are searched one by one
MAX_SINGLE_BYTES = 8000  # up to here, the first texts are searched for more words one by one
MIN_END = 2  # characters of a beginning or end that a template is indexed by
MAX_RETRIES = 500  # in one line, for a template with {same}


@dataclass(frozen=True)  # a NamedTuple cannot be generic in Python 3.10
class Candidates(Generic[Owner]):
    """The templates that may match in a text: those for whole lines, by a beginning or end of a
    line or by the atoms found, and those for parts of lines."""

    ends: Sequence[tuple[Template, Owner, str]]
    whole: Sequence[tuple[Template, Owner, list[str]]]
    parts: Sequence[Owned[Owner]]


class TemplateIndex(Generic[Owner]):
    """Templates for whole lines, and for parts of lines."""

    def __init__(self, lines: Iterable[Owned[Owner]], spans: Iterable[Owned[Owner]] = ()) -> None:
        self._literals: dict[str, list[Owner]] = {}
        self._ends: dict[str, list[Owned[Owner]]] = {}
        rest = [(t, owner) for t, owner in lines if not self._index_by_ends(t, owner)]
        self._whole, self._parts = Atoms(rest), Atoms(spans)
        self._words = {*self._ends, *self._whole.words, *self._parts.words}

    def _index_by_ends(self, template: Template, owner: Owner) -> bool:
        if template.literal is not None:
            self._literals.setdefault(template.literal, []).append(owner)
            return True
        head, tail = min(map(len, template.heads), default=0), len(template.tail)
        if max(head, tail) < MIN_END:
            return False
        ends = [f"\n{word}" for word in _without_longer(template.heads)] if head >= tail else ()
        for end in ends or (template.tail,):
            self._ends.setdefault(end, []).append((template, owner))
        return True

    @cached_property
    def _finder(self) -> Finder:
        return Finder(self._words)

    def candidates_in(self, lines: Lines) -> Candidates[Owner]:
        """Return the templates that may match, judging by the words in the text."""
        words = self._finder.candidates_in(lines.searchable) if lines.distinct else set[str]()
        ends = [
            (template, owner, word)
            for word in sorted(words & self._ends.keys())
            for template, owner in self._ends[word]
        ]
        parts = [(template, owner) for template, owner, _ in self._parts.with_words(words)]
        return Candidates(ends, self._whole.with_words(words), parts)

    def matches(
        self, lines: Lines, candidates: Candidates[Owner] | None = None
    ) -> Iterator[tuple[Owner, int, dict[str, Value]]]:
        """Yield (owner, number of the line, captures) for each line that a template matches."""
        literals = self._literals.keys() & lines.distinct
        if literals:
            for number, stem in enumerate(lines.stems):
                for owner in self._literals[stem] if stem in literals else ():
                    yield owner, number, {}
        candidates = candidates or self.candidates_in(lines)
        for template, owner, word in candidates.ends:
            for number in lines.with_end(word):
                captures = _match(template, lines, number)
                if captures is not None:
                    yield owner, number, captures
        for template, owner, words in candidates.whole:
            atoms = template.atoms if template.cased else words
            for number in lines.with_any(atoms or [""], template.longest, cased=template.cased):
                captures = _match(template, lines, number)
                if captures is not None:
                    yield owner, number, captures

    def stretches(
        self, lines: Lines, candidates: Candidates[Owner] | None = None
    ) -> Iterator[tuple[Template, Owner, re2._Match | Stretch]]:
        """Yield (template, owner, match) for each part of a line that a template matches."""
        for template, owner in (candidates or self.candidates_in(lines)).parts:
            if template.cased and not _has_any(lines.text, template.atoms):
                continue
            if not template.cased and template.compiled.search(lines.seen_bytes) is None:
                continue
            form = lines.text if template.cased else lines.seen
            for found in _stretches(template, form, lines.text):
                yield template, owner, found


def _has_any(text: str, words: Collection[str]) -> bool:
    return not words or any(word in text for word in words)


def _without_longer(heads: Collection[str]) -> list[str]:
    """Drop words that begin with another, so that a line begins with at most one."""
    if len(heads) == 1:
        return list(heads)
    kept: list[str] = []
    for word in sorted(heads):
        if not kept or not word.startswith(kept[-1]):
            kept.append(word)
    return kept


def _match(template: Template, lines: Lines, number: int) -> dict[str, Value] | None:
    # Most lines do not match, which RE2 finds out faster on bytes.
    rows = lines.stems if template.tail else lines.folded
    if not template.cased and template.compiled.fullmatch(utf8(rows[number])) is None:
        return None
    return template.match(lines[number])


class Finder:
    """Searches for many words at once, by an RE2 set. Making the set takes as long as searching a
    few pages of text for one word after the other, so it is made only after that."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = sorted(words)
        self._left = MAX_SINGLE_BYTES

    def candidates_in(self, text: bytes) -> set[str]:
        """Return the words that occur in a text (in UTF-8)."""
        self._left -= len(text)
        if len(self._words) <= MAX_SINGLE_WORDS or self._left > 0:
            return {word for word in self._words if word.encode() in text}
        return {self._words[hit] for hit in self._set.Match(text) or ()}

    @cached_property
    def _set(self) -> re2.Set:
        return search_set(self._words)


class Atoms(Generic[Owner]):
    """Templates by their atoms, if these are rare; otherwise only lines with an atom are compared.
    Atoms are searched in the light form of the text, also those of case-sensitive templates."""

    def __init__(self, templates: Iterable[Owned[Owner]]) -> None:
        self.words: dict[str, list[Owned[Owner]]] = {}
        self._always: list[tuple[Template, Owner, list[str]]] = []
        for template, owner in templates:
            atoms = sorted(map(light, template.atoms))
            if not are_rare(template.atoms):
                self._always.append((template, owner, atoms))
                continue
            for atom in atoms:
                self.words.setdefault(atom, []).append((template, owner))

    def with_words(self, words: Set[str]) -> list[tuple[Template, Owner, list[str]]]:
        """Return the templates that may match a text with these words, each once, with its atoms
        among the words."""
        found: dict[int, tuple[Template, Owner, list[str]]] = {}
        for word in sorted(self.words.keys() & words):
            for template, owner in self.words[word]:
                found.setdefault(id(template), (template, owner, []))[2].append(word)
        return [*self._always, *found.values()]


@dataclass(frozen=True)
class Stretch:
    """A match in one row of a text, with offsets in the text; has the methods of an RE2 match."""

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
    """Yield the matches of an inline template that do not cross the end of a line.

    RE2 has no backreferences. So if the parts of a {same} match differ, the search is repeated from
    the next character.
    """
    if "same" not in template.fields:
        for found in template.compiled.finditer(seen):
            if found[0] and "\n" not in found[0]:
                yield found
        return
    atoms = template.atoms if template.cased else [light(atom) for atom in template.atoms]
    begin = 0
    for row in seen.split("\n"):
        at, tries = 0, MAX_RETRIES if _has_any(row, atoms) else 0
        while tries and (found := template.compiled.search(row, at)):
            stretch = Stretch(found, begin)
            caught = template.captures(stretch, text) is not None
            at = found.end() if caught else found.start() + 1
            tries -= not caught
            if caught:
                yield stretch
        begin += len(row) + 1
