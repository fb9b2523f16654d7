"""The statistics of a run: its records, and their licenses."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from cleaner.corpus.journal_entry import JournalEntry
from cleaner.corpus.output_records import NOASSERTION, Json
from cleaner.document import Status
from cleaner.errors import CleanerError

RECORDED = (
    "read", "written", "quarantined", "set_aside", "chars_in", "chars_out", "boilerplate_left",
    "lost_prose", "doubtful_insertions", "removals", "pruned", "rules",
)  # fmt: skip


class LostRecordsError(CleanerError, RuntimeError):
    """Fewer or other records came back than were given, which is a defect."""


@dataclass
class RunStatistics:
    """The number of records of a run, by what happened to them, and what was removed."""

    read: int = 0
    written: int = 0
    quarantined: Counter[str] = field(default_factory=Counter)
    set_aside: int = 0
    resumed: int = field(default=0, compare=False)  # results of an earlier part of this run
    reused: int = field(default=0, compare=False)  # results of a run with other rules or inputs
    unchanged: bool = field(default=False, compare=False)  # the last run was the same
    bytes_read: int = field(default=0, compare=False)  # of the inputs on disk
    bytes_total: int = field(default=0, compare=False)
    chosen: int = field(default=0, compare=False)  # documents to read, if not all of the inputs
    chars_in: int = 0
    chars_out: int = 0
    boilerplate_left: int = 0  # an estimate, in characters
    lost_prose: int = 0  # documents that lost running text
    doubtful_insertions: int = 0  # documents with lines that are probably wrong
    removals: int = 0
    pruned: int = 0  # nodes of pages
    rules: Counter[str] = field(default_factory=Counter)
    unreadable: list[str] = field(default_factory=list)  # names of inputs not read to their end

    def add(self, result: JournalEntry) -> None:
        if result.status != Status.OK.value:
            self.quarantined[result.status] += 1
        elif result.aside:
            self.set_aside += 1
        else:
            self.written += 1
            self.chars_in += result.chars_in
            self.chars_out += result.chars_out
            self.boilerplate_left += result.boilerplate_left
            self.lost_prose += result.lost_prose > 0
            self.doubtful_insertions += result.wrong_insertions > 0
            self.rules.update(result.rules)
            self.removals += sum(result.rules.values())
            self.pruned += sum(result.pruned.values())

    @property
    def done(self) -> int:
        return self.written + self.quarantined.total() + self.set_aside

    @property
    def removed_share(self) -> float:
        """The share of the characters in the written texts that was removed."""
        return 1 - self.chars_out / self.chars_in if self.chars_in else 0.0

    @property
    def share(self) -> float:
        """The share of the inputs that is done; 0 if their size is unknown."""
        if self.chosen:
            return min(1.0, self.done / self.chosen)
        if not (self.bytes_total and self.read):
            return 0.0
        return min(1.0, self.bytes_read / self.bytes_total) * self.done / self.read

    def check(self) -> None:
        if self.done != self.read:
            raise LostRecordsError(f"{self.read} records read, but {self.done} accounted for")

    def record(self) -> dict[str, Any]:
        record = {name: getattr(self, name) for name in RECORDED}
        record.update(
            quarantined=dict(sorted(self.quarantined.items())),
            rules=dict(sorted(self.rules.items())),
        )
        return {**record, "unreadable": self.unreadable} if self.unreadable else record


@dataclass
class LicenseStatistics:
    """Counts the documents of a run by site and license."""

    by_site: dict[str, Counter[str]] = field(default_factory=dict)
    conflicts: Counter[str] = field(default_factory=Counter)

    def add(self, site: str, license_id: str, *, conflicting: bool) -> None:
        self.by_site.setdefault(site, Counter())[license_id] += 1
        self.conflicts[site] += conflicting

    def record(self) -> Json:
        total: Counter[str] = sum(self.by_site.values(), Counter())
        return {
            "all": _sums(total, self.conflicts.total()),
            "sites": {
                site: _sums(found, self.conflicts[site])
                for site, found in sorted(self.by_site.items())
            },
        }


def _sums(found: Counter[str], conflicting: int) -> Json:
    documents = found.total()
    return {
        "documents": documents,
        "licenses": dict(sorted(found.items())),
        "noassertion_share": round(found[NOASSERTION] / documents, 4) if documents else 0.0,
        "conflicts": conflicting,
    }
