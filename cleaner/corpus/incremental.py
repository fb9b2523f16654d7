"""Reuse what an earlier run did: all of it if the runs are the same, else the results of documents
that no changed site file selects, neither before the change nor after."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import orjson

from cleaner.corpus.inputs import Input, address_of, state_of
from cleaner.corpus.journal_entry import JournalEntry
from cleaner.corpus.output_folder import REPORT_PAGE, STATE, OutputFolder
from cleaner.corpus.rows import Broken
from cleaner.corpus.statistics import RunStatistics
from cleaner.document import Document, Status
from cleaner.rules.fixpoint import may_select
from cleaner.rules.ruleset import RuleSet
from cleaner.text.lines import Lines
from cleaner.version import OUTPUT_PACKAGES, fingerprint

CODE = Path(__file__).parent.parent
MAY_DIFFER = {Status.ERROR.value, Status.TIMEOUT.value, Status.MEMORY.value, Status.CRASH.value}


@dataclass(frozen=True)
class Identity:
    """Runs of the same identity have the same results, record for record.

    `base` is a digest of what every result depends on: code, versions, options, packs. `inputs`
    are the name, address, size and time of change of each file, and `sites` the digests of the
    site files by key.
    """

    base: str
    inputs: tuple[tuple[str, str, int, int], ...]
    sites: Mapping[str, str]

    @property
    def digest(self) -> str:
        return digest(asdict(self))

    def to_json(self) -> bytes:
        return orjson.dumps(asdict(self))

    @staticmethod
    def from_json(data: bytes) -> Identity:
        """Raises ValueError, KeyError or TypeError for other data."""
        found: dict[str, Any] = orjson.loads(data)
        inputs = tuple((str(n), str(a), int(s), int(t)) for n, a, s, t in found["inputs"])
        return Identity(str(found["base"]), inputs, dict(found["sites"]))


def identity_of(inputs: Sequence[Input], rules: RuleSet, options: Mapping[str, Any]) -> Identity:
    """The identity of a run over `inputs`; `options` are plain JSON values."""
    packs = sorted(file.digest for file in rules.headings if file.is_pack)
    sites: dict[str, str] = {}
    for file in sorted(rules.headings, key=lambda f: f.digest):
        if not file.is_pack:
            sites[file.key] = sites.get(file.key, "") + file.digest
    return Identity(
        base=digest([fingerprint(CODE, OUTPUT_PACKAGES), packs, options]),
        inputs=tuple((item.name, address_of(item.path), *state_of(item.path)) for item in inputs),
        sites=sites,
    )


def digest(value: Any) -> str:
    """A digest of plain JSON values."""
    return hashlib.sha256(orjson.dumps(value, option=orjson.OPT_SORT_KEYS)).hexdigest()


def save_state(folder: OutputFolder, identity: str, statistics: RunStatistics) -> None:
    """Save that a run is complete, and the sizes of its outputs, except of the page, which the
    report command may write again."""
    sizes = {
        name: None if name == REPORT_PAGE else (folder.root / name).stat().st_size
        for name in sorted(folder.written)
    }
    state = {"identity": identity, "statistics": statistics.record(), "outputs": sizes}
    folder.write(STATE, orjson.dumps(state))


def unchanged_run(out: Path, identity: str) -> RunStatistics | None:
    """The statistics of the last run, if it was the same and its outputs are still there."""
    try:
        state = orjson.loads((out / STATE).read_bytes())
        if state["identity"] != identity:
            return None
        sizes = {name: (out / name).stat().st_size for name in state["outputs"]}
        if any(size not in (None, sizes[name]) for name, size in state["outputs"].items()):
            return None
        found: dict[str, Any] = dict(state["statistics"])
        for name in ("quarantined", "rules"):
            found[name] = Counter(found[name])
        return RunStatistics(**found, unchanged=True)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


class PreviousResults:
    """The results of an earlier run, in order; finds those that are still valid."""

    def __init__(
        self, results: Iterator[JournalEntry], before: Identity, now: Identity, rules: RuleSet
    ) -> None:
        keys = before.sites.keys() | now.sites.keys()
        self._changed = {key for key in keys if before.sites.get(key) != now.sites.get(key)}
        self._changed_files = rules.only(self._changed)
        self._rules = rules
        numbers = {item: number for number, item in enumerate(now.inputs)}
        self._number = [numbers.get(item, -1) for item in before.inputs]
        self._results = results
        self._next = next(results, None)

    def result(self, owner: int, record: Document | Broken) -> JournalEntry | None:
        """The valid result of the next record of input number `owner`, if there is one."""
        found = self._next_of(owner)
        if found is None or isinstance(record, Broken) or not self._is_valid(found, record):
            return None
        return found.renewed(owner, self._rules.version)

    def _next_of(self, owner: int) -> JournalEntry | None:
        while self._next is not None and self._number[self._next.owner] < owner:
            self._next = next(self._results, None)
        if self._next is None or self._number[self._next.owner] != owner:
            return None
        found, self._next = self._next, next(self._results, None)
        return found

    def _is_valid(self, result: JournalEntry, document: Document) -> bool:
        if result.status in MAY_DIFFER:
            return False
        if not self._changed:
            return True
        if self._changed & {*result.sites, *document.sites}:
            return False
        if self._changed_files.for_hosts(result.hosts):
            return False
        return not (self._changed_files.has_marks and self._may_select(result, document))

    def _may_select(self, result: JournalEntry, document: Document) -> bool:
        """Whether a mark in a changed file may select that file for a document."""
        if result.status == Status.REJECT.value:  # its clean text is not in the journal
            return True
        lines, sites = Lines(result.normalized_text), {*result.sites} - {*document.sites}
        return may_select(
            self._changed_files, self._rules, lines, result.clean_text, result.hosts, sites
        )
