"""The local engine, profiled: each result returns from its worker with the CPU time it took."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, NamedTuple

from cleaner.clock import Stage
from cleaner.document import CleanDocument, Document
from cleaner.pipeline import Cleaner
from cleaner.rules.template import re2_compile
from cleaner.workers.limits import Limits
from cleaner.workers.pool import Pool
from cleaner.workers.worker import Finish

STAGES, DOCUMENTS, RULES = "stages", "slowest_documents", "costliest_rules"
MAX_ROWS, MAX_COUNTERS = 10, 10_000  # documents and rules that are shown; that are counted
Costs = Counter[tuple[str, str]]  # CPU nanoseconds by table and row
Profile = dict[str, dict[str, float]]  # CPU seconds by table and row


class Timed(NamedTuple):
    result: Any
    costs: Costs  # since the result before


@contextmanager
def profiled(
    cleaner: Cleaner, workers: int, limits: Limits, finish: Finish, show: Callable[[Profile], None]
) -> Iterator[Callable[[Iterable[Any]], Iterator[Any]]]:
    """An engine of one worker or more that shows its profile at the end."""
    timed, total = TimedCleaner(cleaner, finish), Costs()
    with Pool(timed, workers, limits, timed.finish) as pool:

        def engine(records: Iterable[Any]) -> Iterator[Any]:
            for result in pool.map(records):
                total.update(result.costs if isinstance(result, Timed) else ())
                if len(total) > MAX_COUNTERS:
                    for name in _costliest(total, DOCUMENTS)[MAX_ROWS:]:
                        del total[DOCUMENTS, name]
                yield result.result if isinstance(result, Timed) else result

        yield engine
    total.update(timed.take())
    tables = {STAGES: [stage.value for stage in Stage]}
    tables.update({name: _costliest(total, name)[:MAX_ROWS] for name in (DOCUMENTS, RULES)})
    show({name: {r: total[name, r] / 1e9 for r in rows} for name, rows in tables.items()})


def _costliest(total: Costs, table: str) -> list[str]:
    return [row for (name, row), _ in total.most_common() if name == table]


@dataclass
class Watch:
    """A clock that counts CPU nanoseconds. Of nested stages, the innermost one counts."""

    stage: Stage = Stage.RUN
    since: int = field(default_factory=lambda: time.process_time_ns())
    costs: Costs = field(default_factory=Costs)

    @contextmanager
    def __call__(self, stage: Stage) -> Iterator[None]:
        outer = self.stage
        self.switch(stage)
        try:
            yield
        finally:
            self.switch(outer)

    def switch(self, stage: Stage) -> None:
        now = time.process_time_ns()
        # `since` is still a time of the parent in a new worker.
        self.costs[STAGES, self.stage.value] += max(0, now - self.since)
        self.stage, self.since = stage, now


class TimedCleaner:
    """Cleans documents one by one and measures that, in any process."""

    def __init__(self, cleaner: Cleaner, finish: Finish) -> None:
        self._given, self.watch = (cleaner, finish), Watch()
        rules = replace(cleaner.rules)  # not yet loaded, so that the originals stay as they are
        for rule in (rule for file in rules.files for rule in file.rules):
            for template in (*rule.line, *rule.start, *rule.to, *rule.span, *rule.unless):
                vars(template)["compiled"] = TimedPattern(template.regex, rule.id, self.watch)
        self._cleaner = replace(cleaner, rules=rules, clock=self.watch)

    def __reduce__(self) -> tuple[Any, ...]:
        return TimedCleaner, self._given

    def clean_batch(self, documents: Iterable[Document]) -> list[CleanDocument]:
        begun = time.process_time_ns()
        with self.watch(Stage.REST):
            results = self._cleaner.clean_batch(documents)
        taken = time.process_time_ns() - begun
        self.watch.costs[DOCUMENTS, results[0].document.id] = taken
        return results

    def finish(self, done: CleanDocument) -> Timed:
        with self.watch(Stage.RECORD):
            result = self._given[1](done)
        return Timed(result, self.take())

    def take(self) -> Costs:
        """The costs since the last call."""
        self.watch.switch(self.watch.stage)
        costs, self.watch.costs = self.watch.costs, Costs()
        return costs


@dataclass
class TimedPattern:
    """A pattern of RE2 that counts its time for a rule. It is compiled on first use."""

    regex: str
    rule: str
    watch: Watch

    @cached_property
    def pattern(self) -> Any:
        return re2_compile(self.regex)

    def __getattr__(self, name: str) -> Any:
        method = getattr(self.pattern, name)

        def timed(*given: Any) -> Any:
            begun = time.process_time_ns()
            found = list(method(*given)) if name == "finditer" else method(*given)
            self.watch.costs[RULES, self.rule] += time.process_time_ns() - begun
            return found

        return timed if callable(method) else method
