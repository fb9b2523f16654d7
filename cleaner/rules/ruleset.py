"""The rule files in force, and the selection of those that a document needs."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from cleaner.document import Format
from cleaner.rules.cache import CachedRules, cache_path, read_cache, write_cache
from cleaner.rules.compiled import CompiledFile, combine, digest_of, dump, load, template_from_row
from cleaner.rules.prefilter import TemplateIndex
from cleaner.rules.problems import Problem, RuleFileError
from cleaner.rules.registry import Entry, Registry, build_registry, numbers_in, version_of
from cleaner.rules.sources import SUFFIXES, RuleSource, find_source
from cleaner.text.lines import Lines
from cleaner.version import VERSION


class Heading(NamedTuple):
    """A rule file without its rules."""

    key: str
    path: str
    digest: str
    is_pack: bool


@dataclass(frozen=True, eq=False)
class RuleSet:
    """The rule files in force. `version` changes when any rule does.

    A file is loaded from its record when a document first needs it. Loaded files cannot be pickled;
    the registry and the records can.
    """

    registry: Registry = field(default_factory=Registry, repr=False)
    records: Sequence[bytes] = field(default=(), repr=False)
    sites: bool = True  # else only the packs
    sources: Sequence[RuleSource] = field(default=(), repr=False)  # where the files are from
    _ready: dict[int, CompiledFile] = field(default_factory=dict, init=False, repr=False)

    def __reduce__(self) -> tuple[Callable[..., RuleSet], tuple[Any, ...]]:
        return RuleSet, (self.registry, self.records, self.sites, self.sources)

    @property
    def version(self) -> str:
        return self.registry.version

    @property
    def problems(self) -> Sequence[Problem]:
        """Problems of the files that were left out; `str(problem)` includes the position."""
        return self.registry.problems

    @property
    def headings(self) -> list[Heading]:
        """The headings of all files, in order."""
        known, packs = self.registry, set(self.registry.packs)
        return [
            Heading(known.keys[n], known.paths[n], known.digests[n][:16], n in packs)
            for n in self._numbers
        ]

    @cached_property
    def files(self) -> tuple[CompiledFile, ...]:
        """All files. Loading many takes time; `headings` does not load them."""
        return tuple(map(self._file, self._numbers))

    @cached_property
    def packs(self) -> tuple[CompiledFile, ...]:
        return tuple(map(self._file, self.registry.packs))

    def only(self, keys: Iterable[str]) -> RuleSet:
        """Return a rule set of only the files with these keys."""
        wanted, known = set(keys), self.registry
        chosen = [n for n in self._numbers if known.keys[n] in wanted]
        entries = [Entry(known.paths[n], known.digests[n], self.records[n]) for n in chosen]
        return RuleSet(*build_registry(entries, self.version))

    def named(self, keys: Sequence[str]) -> list[CompiledFile]:
        """Return the site files with these keys."""
        numbers = {n for key in keys for n in self._sites_by_key.get(key, ())} if keys else ()
        return [self._file(n) for n in sorted(numbers)]

    def for_hosts(self, hosts: Iterable[str]) -> list[CompiledFile]:
        """Return the site files of these hosts and of their parent domains."""
        known = self.registry.hosts if self.sites else {}
        found: dict[str, CompiledFile] = {}
        for host in hosts:
            labels = host.lower().rstrip(".").split(".")
            for start in range(len(labels) - 1):
                for file in map(self._file, numbers_in(known, ".".join(labels[start:]))):
                    found[file.path] = file
        return list(found.values())

    def for_marks(self, lines: Lines) -> list[CompiledFile]:
        """Return the site files with a mark that occurs in the text."""
        if not self.sites:
            return []
        known = self.registry.marks
        marks = known.keys() & lines.distinct
        numbers = {n for mark in marks for n in numbers_in(known, mark)}
        numbers.update(number for number, _, _ in self._patterns.matches(lines))
        return list({file.path: file for file in map(self._file, sorted(numbers))}.values())

    @property
    def has_marks(self) -> bool:
        """Whether a text can select a site file by a mark."""
        return self.sites and bool(self.registry.marks or self.registry.patterns)

    def in_force(self, sites: Iterable[CompiledFile], format: Format) -> tuple[CompiledFile, ...]:
        """Return the given site files, by key, then the packs for this format: those for every
        format as one file, and the others as another."""
        unique = {file.path: file for file in sites}
        ordered = sorted(unique.values(), key=lambda f: (f.key, f.path))
        return (*ordered, self._packs_for_all, *self._packs_for_some[format])

    @cached_property
    def _packs_for_all(self) -> CompiledFile:
        return combine([pack for pack in self.packs if not pack.formats])

    @cached_property
    def _packs_for_some(self) -> dict[Format, tuple[CompiledFile, ...]]:
        found = {f: [pack for pack in self.packs if f.value in pack.formats] for f in Format}
        return {format: (combine(packs),) if packs else () for format, packs in found.items()}

    @cached_property
    def _patterns(self) -> TemplateIndex[int]:
        return TemplateIndex(
            (template_from_row(row), number) for row, number in self.registry.patterns
        )

    @cached_property
    def _numbers(self) -> Sequence[int]:
        return range(len(self.registry.paths)) if self.sites else self.registry.packs

    @cached_property
    def _sites_by_key(self) -> dict[str, list[int]]:
        numbers: dict[str, list[int]] = {}
        for number in sorted({*self._numbers} - {*self.registry.packs}):
            numbers.setdefault(self.registry.keys[number], []).append(number)
        return numbers

    def _file(self, number: int) -> CompiledFile:
        if number not in self._ready:
            known = self.registry
            record, path, digest = self.records[number], known.paths[number], known.digests[number]
            self._ready[number] = load(record, path, digest)
        return self._ready[number]


def load_rules(
    rules: Path | str | Iterable[Path | str] = (), *, bundled: bool = True, packs_only: bool = False
) -> RuleSet:
    """Load `rules`, one or several folders, and with `bundled` those of cleaner.

    Instead of a folder, a file, an installed package (`pkg:NAME`) or the URL of a pinned download
    may be given. A file that has a problem is left out and the problem listed; the caller decides
    whether that is fatal. With `packs_only`, no site files are used. Raises FileNotFoundError for a
    missing folder, RuleSourceError for a package or download that is not available.
    """
    given = [rules] if isinstance(rules, (str, Path)) else rules
    found = [RuleSource("cleaner", bundled_rules(), VERSION)] if bundled else []
    found += map(find_source, given)
    sources: list[tuple[str, bytes]] = []
    contents: list[tuple[str, str]] = []
    used: list[RuleSource] = []
    for source in found:
        files = [(path, _read(path)) for path in find_rule_files([source.path])]
        digests = [digest_of(content) for _, content in files]
        sources += files
        contents += zip((path for path, _ in files), digests, strict=True)
        used.append(replace(source, sha256=digest_of("\n".join(sorted(digests)).encode())))
    key = digest_of(repr(contents).encode())
    place = cache_path([source.path for source in found])
    cached = read_cache(place)
    if cached is None or cached.sources != key:
        # folders used for the first time share the files of cleaner with other sets
        earlier = cached or (read_cache(cache_path([bundled_rules()])) if bundled else None)
        known = dict(zip(earlier.registry.digests, earlier.records, strict=True)) if earlier else {}
        cached = CachedRules(key, *_compiled(sources, known))
        write_cache(place, cached)
    return RuleSet(cached.registry, cached.records, not packs_only, tuple(used))


def compile_rules(sources: Sequence[tuple[str, bytes]], *, sites: bool = True) -> RuleSet:
    """Compile rule files given as (path, content)."""
    return RuleSet(*_compiled(sources, {}), sites)


def _compiled(
    sources: Sequence[tuple[str, bytes]], known: Mapping[str, bytes]
) -> tuple[Registry, list[bytes]]:
    """Compile rule files, except those of which a record is `known` by the digest."""
    version = version_of(content for _, content in sources)
    return build_registry(_entries(sources, known), version)


def _entries(
    sources: Iterable[tuple[str, bytes]], known: Mapping[str, bytes]
) -> Iterator[Entry | Sequence[Problem]]:
    for path, content in sources:
        digest = digest_of(content)
        try:
            yield Entry(path, digest, known.get(digest) or _compile(content, path))
        except UnicodeDecodeError as error:
            yield [Problem(path, 1, 1, f"not UTF-8: {error}")]
        except RuleFileError as error:
            yield error.problems


def _compile(content: bytes, path: str) -> bytes:
    from cleaner.rules.compiler import compile_text  # it and pydantic are slow to import

    return dump(compile_text(content.decode("utf-8"), path))


def find_rule_files(roots: Iterable[Path]) -> Iterator[str]:
    """Yield the paths of the rule files in folders (sorted), or of single files.

    Raises FileNotFoundError if one of the roots does not exist.
    """
    for root in roots:
        if root.is_file():
            yield str(root)
        elif root.is_dir():
            yield from _in_folder(
                str(root), "" if str(root) == "." else f"{root}/".replace("//", "/")
            )
        else:
            raise FileNotFoundError(f"no rule file or folder {root}")


def _in_folder(folder: str, prefix: str) -> Iterator[str]:
    """Yield the rule files below a folder. Links to folders are not followed."""
    try:
        with os.scandir(folder) as listed:
            entries = sorted(listed, key=lambda entry: entry.name)
    except PermissionError:
        return
    for entry in entries:
        if entry.name.endswith(SUFFIXES) and entry.name not in SUFFIXES and entry.is_file():
            yield prefix + entry.name
        elif entry.is_dir(follow_symlinks=False):
            yield from _in_folder(entry.path, f"{prefix}{entry.name}/")


def _read(path: str) -> bytes:
    with open(path, "rb", buffering=0) as file:  # noqa: PTH123  # a Path is slow for thousands
        return file.read()


def rule_paths(source: Path | str) -> list[Path]:
    """Return the rule files of a source, sorted. Raises as `load_rules` does."""
    return list(map(Path, find_rule_files([find_source(source).path])))


def bundled_rules() -> Path:
    """Return the folder of the rules that come with the package, installed or in its repository."""
    package = Path(__file__).parent.parent
    installed = package / "bundled_rules"
    return installed if installed.is_dir() else package.parent / "rules"
