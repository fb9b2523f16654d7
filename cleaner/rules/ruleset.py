"""The rule files in force, and the choice of those that a document needs."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import NamedTuple, Protocol

from cleaner.document import Format
from cleaner.rules.cache import Cache, Kept
from cleaner.rules.compiled import CompiledFile, together
from cleaner.rules.discovery import bundled_rules, look
from cleaner.rules.prefilter import TemplateIndex
from cleaner.rules.problems import Problem, RuleFileError
from cleaner.rules.registry import Entry, Registry, catalogue_of, numbers_in, version_of
from cleaner.rules.serialization import digest_of, dump, load, template
from cleaner.text.lines import Lines


class Records(Protocol):
    """The records of the files of a catalogue."""

    def __getitem__(self, number: int, /) -> bytes: ...


class Heading(NamedTuple):
    """What a rule file is, without its rules."""

    key: str
    path: str
    digest: str
    is_pack: bool


@dataclass(frozen=True, eq=False)
class RuleSet:
    """The rule files in force. `version` changes when any rule does.

    A file is made ready to match when a document first needs it. What is ready cannot be pickled;
    the catalogue and the records can.
    """

    catalogue: Registry = field(default_factory=Registry, repr=False)
    records: Records = field(default=(), repr=False)
    sites: bool = True  # else the packs alone
    _ready: dict[int, CompiledFile] = field(default_factory=dict, init=False, repr=False)

    def __reduce__(self) -> tuple[Callable[..., RuleSet], tuple[Registry, list[bytes], bool]]:
        numbers = range(len(self.catalogue.paths))
        return RuleSet, (self.catalogue, [self._record(n) for n in numbers], self.sites)

    @property
    def version(self) -> str:
        return self.catalogue.version

    @property
    def problems(self) -> Sequence[Problem]:
        """The mistakes in files that are left out for them; as a string, one says where it is."""
        return self.catalogue.problems

    @property
    def headings(self) -> list[Heading]:
        """Of all files, in order."""
        known, packs = self.catalogue, set(self.catalogue.packs)
        return [
            Heading(known.keys[n], known.paths[n], known.digests[n][:16], n in packs)
            for n in self._numbers
        ]

    @cached_property
    def files(self) -> tuple[CompiledFile, ...]:
        """All files. Costs time where they are many: `headings` says what they are."""
        return tuple(map(self._file, self._numbers))

    @cached_property
    def packs(self) -> tuple[CompiledFile, ...]:
        return tuple(map(self._file, self.catalogue.packs))

    def only(self, keys: Iterable[str]) -> RuleSet:
        """The files with these keys alone."""
        wanted, known = set(keys), self.catalogue
        chosen = [n for n in self._numbers if known.keys[n] in wanted]
        entries = [Entry(known.paths[n], known.digests[n], self._record(n)) for n in chosen]
        return RuleSet(*catalogue_of(entries, self.version))

    def named(self, keys: Sequence[str]) -> list[CompiledFile]:
        """The site files with these keys."""
        numbers = {n for key in keys for n in self._sites_by_key.get(key, ())} if keys else ()
        return [self._file(n) for n in sorted(numbers)]

    def for_hosts(self, hosts: Iterable[str]) -> list[CompiledFile]:
        """Site files of these hosts and of the domains above them."""
        known = self.catalogue.hosts if self.sites else {}
        found: dict[str, CompiledFile] = {}
        for host in hosts:
            labels = host.lower().rstrip(".").split(".")
            for start in range(len(labels) - 1):
                for file in map(self._file, numbers_in(known, ".".join(labels[start:]))):
                    found[file.path] = file
        return list(found.values())

    def for_marks(self, lines: Lines) -> list[CompiledFile]:
        """Site files one of whose marks stands in the text."""
        if not self.sites:
            return []
        known = self.catalogue.marks
        marks = known.keys() & lines.distinct
        numbers = {n for mark in marks for n in numbers_in(known, mark)}
        numbers.update(number for number, _, _ in self._patterns.matches(lines))
        return list({file.path: file for file in map(self._file, sorted(numbers))}.values())

    @property
    def has_marks(self) -> bool:
        """Whether any text can choose a site file."""
        return self.sites and bool(self.catalogue.marks or self.catalogue.patterns)

    def in_force(self, sites: Iterable[CompiledFile], format: Format) -> tuple[CompiledFile, ...]:
        """The given site files, in an order of their own, and the packs for this format as one."""
        unique = {file.path: file for file in sites}
        ordered = sorted(unique.values(), key=lambda f: (f.key, f.path))
        return (*ordered, self._packs_for[format])

    @cached_property
    def _packs_for(self) -> dict[Format, CompiledFile]:
        return {
            format: together([p for p in self.packs if not p.formats or format.value in p.formats])
            for format in Format
        }

    @cached_property
    def _patterns(self) -> TemplateIndex[int]:
        return TemplateIndex((template(row), number) for row, number in self.catalogue.patterns)

    @cached_property
    def _numbers(self) -> Sequence[int]:
        return range(len(self.catalogue.paths)) if self.sites else self.catalogue.packs

    @cached_property
    def _sites_by_key(self) -> dict[str, list[int]]:
        numbers: dict[str, list[int]] = {}
        for number in sorted({*self._numbers} - {*self.catalogue.packs}):
            numbers.setdefault(self.catalogue.keys[number], []).append(number)
        return numbers

    def _file(self, number: int) -> CompiledFile:
        if number not in self._ready:
            known = self.catalogue
            data = self._record(number)
            self._ready[number] = load(data, known.paths[number], known.digests[number])
        return self._ready[number]

    def _record(self, number: int) -> bytes:
        try:
            return self.records[number]
        except (OSError, ValueError):  # it was kept on disk, and damaged since
            return _again(self.catalogue.paths[number], self.catalogue.digests[number])


def load_rules(
    folders: Path | str | Iterable[Path | str] = (), *, bundled: bool = True, sites: bool = True
) -> RuleSet:
    """The rule files of `folders` (or files; one or several), and with `bundled` those of the
    package.

    A file that has a problem is left out and the problem listed; the caller decides whether that
    is fatal. Without `sites` only packs are used. Raises FileNotFoundError for a missing folder.
    """
    given = [folders] if isinstance(folders, (str, Path)) else folders
    roots = [*([bundled_rules()] if bundled else []), *map(Path, given)]
    begun = time.time_ns()
    found = look(roots)
    cache = Cache(roots)
    kept = cache.read()
    if kept is not None and kept.holds(found):
        return RuleSet(kept.catalogue, kept, sites)
    catalogue, records = _compiled(found.read(), kept)
    cache.write(found, begun, catalogue, records)
    return RuleSet(catalogue, records, sites)


def compile_rules(sources: Sequence[tuple[str, bytes]], *, sites: bool = True) -> RuleSet:
    """Compile rule files given as (path, content)."""
    return RuleSet(*_compiled(sources, None), sites)


def _compiled(
    sources: Sequence[tuple[str, bytes]], kept: Kept | None
) -> tuple[Registry, list[bytes]]:
    version = version_of(content for _, content in sources)
    return catalogue_of(_entries(sources, kept), version)


def _entries(
    sources: Iterable[tuple[str, bytes]], kept: Kept | None
) -> Iterator[Entry | Sequence[Problem]]:
    """What each file comes to: taken from what was `kept`, where its content is the same."""
    for path, content in sources:
        digest = digest_of(content)
        record = kept.record_of(digest) if kept else None
        try:
            yield Entry(path, digest, record or _compile(content, path))
        except UnicodeDecodeError as error:
            yield [Problem(path, 1, 1, f"not UTF-8: {error}")]
        except RuleFileError as error:
            yield error.problems


def _compile(content: bytes, path: str) -> bytes:
    from cleaner.rules.compiler import compile_text  # it and pydantic are slow to import

    return dump(compile_text(content.decode("utf-8"), path))


def _again(path: str, digest: str) -> bytes:
    """The record of a file that was compiled before; raises RuleFileError if it has changed."""
    content = Path(path).read_bytes()
    if digest_of(content) != digest:
        raise RuleFileError([Problem(path, 1, 1, "it was changed while it was in use")])
    return _compile(content, path)
