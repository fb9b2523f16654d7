"""The account of a run: what became of every record that was read."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from cleaner.corpus.outcome import Outcome
from cleaner.document import Status


class Unaccounted(RuntimeError):
    """Records went in that did not come out: a defect, never a normal end."""


@dataclass
class Account:
    """What became of the records of a run."""

    read: int = 0
    written: int = 0
    quarantined: Counter[str] = field(default_factory=Counter)
    set_aside: int = 0
    resumed: int = field(default=0, compare=False)  # of all, what an earlier run had done
    unchanged: bool = field(
        default=False, compare=False
    )  # nothing was done: the last run was the same
    chars_in: int = 0
    chars_out: int = 0
    removals: int = 0
    rules: Counter[str] = field(default_factory=Counter)

    def add(self, outcome: Outcome) -> None:
        if outcome.status != Status.OK.value:
            self.quarantined[outcome.status] += 1
        elif outcome.aside:
            self.set_aside += 1
        else:
            self.written += 1
            self.chars_in += outcome.chars_in
            self.chars_out += outcome.chars_out
            self.rules.update(outcome.rules)
            self.removals += sum(outcome.rules.values())

    def check(self) -> None:
        out = self.written + self.quarantined.total() + self.set_aside
        if out != self.read:
            raise Unaccounted(f"{self.read} records read, but {out} accounted for")

    def record(self) -> dict[str, Any]:
        return {
            "read": self.read,
            "written": self.written,
            "quarantined": dict(sorted(self.quarantined.items())),
            "set_aside": self.set_aside,
            "chars_in": self.chars_in,
            "chars_out": self.chars_out,
            "removals": self.removals,
            "rules": dict(sorted(self.rules.items())),
        }
