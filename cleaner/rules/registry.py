"""Registry of rule files: the hosts and marks that select each, without loading it.

It is plain data, which is quick to read and can be sent to workers.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from cleaner.rules.compiled import RULE_FIELDS, TEMPLATE_FIELDS
from cleaner.rules.problems import Problem

Table = dict[str, int | list[int]]  # mostly one number: thousands of lists are slow to read
LITERAL = TEMPLATE_FIELDS.index("literal")
ID = RULE_FIELDS.index("id")


@dataclass(frozen=True)
class Registry:
    """Files are identified by their number in `paths`, `keys` and `digests`."""

    paths: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    digests: list[str] = field(default_factory=list)
    packs: list[int] = field(default_factory=list)
    hosts: Table = field(default_factory=dict)
    marks: Table = field(default_factory=dict)  # a mark is a whole line, folded
    patterns: list[tuple[list[Any], int]] = field(default_factory=list)  # marks with wildcards
    problems: list[Problem] = field(default_factory=list)
    version: str = "none"

    def to_plain(self) -> dict[str, Any]:
        return {**vars(self), "problems": [tuple(problem) for problem in self.problems]}

    @staticmethod
    def from_plain(plain: dict[str, Any]) -> Registry:
        """Raises TypeError or KeyError if `plain` is not from `to_plain`."""
        return Registry(**{**plain, "problems": [Problem(*row) for row in plain["problems"]]})

    def add(self, path: str, digest: str, record: dict[str, Any]) -> None:
        number = len(self.paths)
        self.paths.append(path)
        self.keys.append(record["key"])
        self.digests.append(digest)
        if record["is_pack"]:
            self.packs.append(number)
        for host in record["hosts"]:
            _put(self.hosts, host, number)
        for row in record["marks"]:
            if row[LITERAL] is None:
                self.patterns.append((row, number))
            else:
                _put(self.marks, row[LITERAL], number)


def numbers_in(table: Table, name: str) -> list[int]:
    """Return the numbers of the files that a table has under a name."""
    found = table.get(name, [])
    return [found] if isinstance(found, int) else found


def _put(table: Table, name: str, number: int) -> None:
    table[name] = [*numbers_in(table, name), number] if name in table else number


@dataclass(frozen=True)
class Entry:
    """A compiled file to register: its path, the digest of its content, and its record."""

    path: str
    digest: str
    record: bytes


def build_registry(
    entries: Iterable[Entry | Sequence[Problem]], version: str
) -> tuple[Registry, list[bytes]]:
    """Return the registry of some files, and their records.

    A file with problems is given as these. A file with a rule id that an earlier file has is left
    out, which is a problem too.
    """
    registry = Registry(version=version)
    records: list[bytes] = []
    owner: dict[str, str] = {}
    for entry in entries:
        if not isinstance(entry, Entry):
            registry.problems.extend(entry)
            continue
        record = orjson.loads(entry.record)
        ids = [row[ID] for row in record["rules"]]
        if clashes := [i for i in ids if owner.setdefault(i, entry.path) != entry.path]:
            message = f"the rule {clashes[0]} is in {owner[clashes[0]]} too; give it another `id`"
            registry.problems.append(Problem(entry.path, 1, 1, message))
            continue
        registry.add(entry.path, entry.digest, record)
        records.append(entry.record)
    return registry, records


def version_of(contents: Iterable[bytes]) -> str:
    """Return a version for the contents of all rule files, whatever their paths."""
    digest = hashlib.sha256()
    for content in sorted(contents):
        digest.update(hashlib.sha256(content).digest())
    return digest.hexdigest()[:16]
