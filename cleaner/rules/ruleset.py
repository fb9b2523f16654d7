"""Rule files found on disk, and the choice of those that a document needs."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from cleaner.document import Format
from cleaner.rules.compiled import CompiledFile, compile_text, together
from cleaner.rules.index import TemplateIndex
from cleaner.rules.lines import Lines
from cleaner.rules.source import Problem, RuleFileError

Sources = tuple[tuple[str, bytes], ...]  # path and content of each file


@dataclass(frozen=True, eq=False)
class RuleSet:
    """The rule files in force. `version` changes when any rule does.

    What is compiled cannot be pickled; `sources` can, and are compiled again where they arrive.
    """

    files: tuple[CompiledFile, ...] = ()
    problems: tuple[Problem, ...] = ()
    version: str = "none"
    sources: Sources = field(default=(), repr=False)
    sites: bool = True

    def __reduce__(self) -> tuple[Callable[..., RuleSet], tuple[Sources, bool]]:
        return _unpickle, (self.sources, self.sites)

    @cached_property
    def packs(self) -> tuple[CompiledFile, ...]:
        return tuple(f for f in self.files if f.is_pack)

    @cached_property
    def _by_host(self) -> dict[str, tuple[CompiledFile, ...]]:
        hosts: dict[str, tuple[CompiledFile, ...]] = {}
        for file in self.files:
            for host in file.hosts:
                hosts[host] = (*hosts.get(host, ()), file)
        return hosts

    @cached_property
    def _marks(self) -> TemplateIndex[CompiledFile]:
        return TemplateIndex((mark, file) for file in self.files for mark in file.marks)

    def named(self, keys: Sequence[str]) -> list[CompiledFile]:
        """The site files with these keys."""
        return [f for f in self.files if f.key in keys and not f.is_pack] if keys else []

    def for_hosts(self, hosts: Iterable[str]) -> list[CompiledFile]:
        """Site files of these hosts and of the domains above them."""
        found: dict[str, CompiledFile] = {}
        for host in hosts:
            labels = host.lower().rstrip(".").split(".")
            for start in range(len(labels) - 1):
                for file in self._by_host.get(".".join(labels[start:]), ()):
                    found[file.path] = file
        return list(found.values())

    def for_marks(self, lines: Lines) -> list[CompiledFile]:
        """Site files one of whose marks stands in the text."""
        return list({file.path: file for file, _, _ in self._marks.matches(lines)}.values())

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


def bundled_rules() -> Path:
    """The folder of the rules that come with the package, installed or in its repository."""
    package = Path(__file__).parent.parent
    installed = package / "bundled_rules"
    return installed if installed.is_dir() else package.parent / "rules"


def rule_paths(folder: Path) -> list[Path]:
    """The rule files of a folder (or the one file), sorted; raises FileNotFoundError."""
    if folder.is_file():
        return [folder]
    if not folder.is_dir():
        raise FileNotFoundError(f"no rules folder {folder}")
    return sorted(p for p in folder.rglob("*") if p.suffix in (".yaml", ".yml") and p.is_file())


def load_rules(
    folders: Sequence[Path] = (), *, bundled: bool = True, sites: bool = True
) -> RuleSet:
    """Compile the rule files of `folders`, and with `bundled` those of the package.

    A file that has a problem is left out and the problem listed; the caller decides whether that
    is fatal. Without `sites` only packs are used. Raises FileNotFoundError for a missing folder.
    """
    roots = [*([bundled_rules()] if bundled else []), *folders]
    return compile_rules(
        [(str(path), path.read_bytes()) for root in roots for path in rule_paths(root)], sites=sites
    )


def compile_rules(sources: Sequence[tuple[str, bytes]], *, sites: bool = True) -> RuleSet:
    """Compile rule files given as (path, content)."""
    files: list[CompiledFile] = []
    problems: list[Problem] = []
    owner: dict[str, str] = {}
    digest = hashlib.sha256()
    for content in sorted(content for _, content in sources):
        digest.update(hashlib.sha256(content).digest())
    for path, content in sources:
        try:
            file = compile_text(content.decode("utf-8"), path)
        except UnicodeDecodeError as error:
            problems.append(Problem(path, 1, 1, f"not UTF-8: {error}"))
            continue
        except RuleFileError as error:
            problems.extend(error.problems)
            continue
        clashes = [rule.id for rule in file.rules if owner.setdefault(rule.id, path) != path]
        if clashes:
            message = f"the rule {clashes[0]} is in {owner[clashes[0]]} too; give it another `id`"
            problems.append(Problem(path, 1, 1, message))
        elif sites or file.is_pack:
            files.append(file)
    version = digest.hexdigest()[:16]
    return RuleSet(tuple(files), tuple(problems), version, tuple(sources), sites)


def _unpickle(sources: Sources, sites: bool) -> RuleSet:
    return compile_rules(sources, sites=sites)
