"""What a run cost: CPU time by stage, and the documents and rules that cost the most."""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from cleaner.clock import Stage
from cleaner.rules.rule_costs import Cost

MOST = 10  # documents and rules that are named


@dataclass(frozen=True, slots=True)
class DocumentCost:
    """CPU seconds of cleaning one document, and its size: characters, or bytes of a page."""

    id: str
    seconds: float
    size: int


@dataclass
class Profile:
    """CPU seconds, of all processes together. `elapsed` and `waited` are of the clock on the wall:
    how long the run took, and how much of that its own process had nothing to do."""

    documents: int = 0
    size: int = 0
    stages: dict[Stage, float] = field(default_factory=dict)
    rules: dict[str, Cost] = field(default_factory=dict)
    slowest: list[DocumentCost] = field(default_factory=list)
    workers: int = 0
    elapsed: float = 0.0
    waited: float = 0.0

    @property
    def seconds(self) -> float:
        return sum(self.stages.values())

    def add_document(self, cost: DocumentCost) -> None:
        self.documents += 1
        self.size += cost.size
        self._keep((cost,))

    def add(self, other: Profile) -> None:
        """Take in what another part of the run cost."""
        self.documents += other.documents
        self.size += other.size
        for stage, seconds in other.stages.items():
            self.stages[stage] = self.stages.get(stage, 0.0) + seconds
        for rule, cost in other.rules.items():
            self.rules.setdefault(rule, Cost()).add(cost)
        self._keep(other.slowest)

    def _keep(self, costs: Iterable[DocumentCost]) -> None:
        self.slowest = heapq.nsmallest(MOST, (*self.slowest, *costs), lambda c: (-c.seconds, c.id))

    @property
    def costliest_rules(self) -> list[tuple[str, Cost]]:
        return heapq.nsmallest(MOST, self.rules.items(), lambda item: (-item[1].seconds, item[0]))

    def record(self) -> dict[str, Any]:
        """The same as values of JSON; times in seconds."""
        return {
            "documents": self.documents,
            "size": self.size,
            "workers": self.workers,
            "elapsed": round(self.elapsed, 6),
            "waited": round(self.waited, 6),
            "cpu": round(self.seconds, 6),
            "stages": {
                stage.value: round(self.stages[stage], 6) for stage in Stage if stage in self.stages
            },
            "slowest_documents": [_record(cost) for cost in self.slowest],
            "costliest_rules": [
                {"rule": rule, **_record(cost)} for rule, cost in self.costliest_rules
            ],
            "rules_compared": _record(self.compared),
        }

    @property
    def compared(self) -> Cost:
        """What comparing cost in all rules together."""
        every = Cost()
        for cost in self.rules.values():
            every.add(cost)
        return every


def _record(cost: Cost | DocumentCost) -> dict[str, Any]:
    return {**asdict(cost), "seconds": round(cost.seconds, 6)}
