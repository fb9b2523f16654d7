"""What is known of many rule files without taking them up one by one: which hosts and marks choose
which file. All of it is plain data, which is quick to read and can be sent to other machines."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from cleaner.rules.problems import Problem
from cleaner.rules.serialization import OF_RULE, OF_TEMPLATE

Table = dict[str, int | list[int]]  # mostly one number: thousands of lists are slow to read
LITERAL = OF_TEMPLATE.index("literal")
ID = OF_RULE.index("id")


@dataclass(frozen=True)
class Registry:
    """Files are told by their number in `paths`, `keys` and `digests`."""

    paths: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    digests: list[str] = field(default_factory=list)
    packs: list[int] = field(default_factory=list)
    hosts: Table = field(default_factory=dict)
    marks: Table = field(default_factory=dict)  # by a whole line, folded
    patterns: list[tuple[list[Any], int]] = field(default_factory=list)  # marks with wildcards
    problems: list[Problem] = field(default_factory=list)
    version: str = "none"

    def to_plain(self) -> dict[str, Any]:
        return {**vars(self), "problems": [tuple(problem) for problem in self.problems]}

    @staticmethod
    def from_plain(plain: dict[str, Any]) -> Registry:
        """Raises TypeError or KeyError for what is none."""
        return Registry(**{**plain, "problems": [Problem(*row) for row in plain["problems"]]})


def numbers_in(table: Table, name: str) -> list[int]:
    """The numbers of the files that a table has under a name."""
    found = table.get(name, [])
    return [found] if isinstance(found, int) else found


def _put(table: Table, name: str, number: int) -> None:
    table[name] = [*numbers_in(table, name), number] if name in table else number


@dataclass(frozen=True)
class Entry:
    """A file to be entered: its path, the digest of its content, and its record."""

    path: str
    digest: str
    record: bytes


def catalogue_of(
    entries: Iterable[Entry | Sequence[Problem]], version: str
) -> tuple[Registry, list[bytes]]:
    """The catalogue of some files, and their records; for a file that has problems, these stand in
    its place. A file with a rule whose id an earlier one has is left out."""
    made = Registry(version=version)
    records: list[bytes] = []
    owner: dict[str, str] = {}
    for entry in entries:
        if not isinstance(entry, Entry):
            made.problems.extend(entry)
            continue
        record = orjson.loads(entry.record)
        ids = [row[ID] for row in record["rules"]]
        if clashes := [i for i in ids if owner.setdefault(i, entry.path) != entry.path]:
            message = f"the rule {clashes[0]} is in {owner[clashes[0]]} too; give it another `id`"
            made.problems.append(Problem(entry.path, 1, 1, message))
            continue
        _enter(made, entry, record)
        records.append(entry.record)
    return made, records


def _enter(made: Registry, entry: Entry, record: dict[str, Any]) -> None:
    number = len(made.paths)
    made.paths.append(entry.path)
    made.keys.append(record["key"])
    made.digests.append(entry.digest)
    if record["is_pack"]:
        made.packs.append(number)
    for host in record["hosts"]:
        _put(made.hosts, host, number)
    for row in record["marks"]:
        if row[LITERAL] is None:
            made.patterns.append((row, number))
        else:
            _put(made.marks, row[LITERAL], number)


def version_of(contents: Iterable[bytes]) -> str:
    """Stands for the contents of all rule files, wherever they are."""
    digest = hashlib.sha256()
    for content in sorted(contents):
        digest.update(hashlib.sha256(content).digest())
    return digest.hexdigest()[:16]
