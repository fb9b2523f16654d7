"""The local engine, profiled: each result returns from its worker with the CPU time it took."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from functools import cached_property
from os import getpid
from typing import Any, NamedTuple

from cleaner.clock import Stage, Watch
from cleaner.document import CleanDocument, Document
from cleaner.pipeline import Cleaner
from cleaner.rules.template import re2_compile
from cleaner.workers.limits import Limits
from cleaner.workers.pool import Pool
from cleaner.workers.worker import Finish

MAX_ROWS = 10  # documents and rules in a profile
Costs = dict[str, Counter[str]]  # CPU nanoseconds of stages, documents and rules
Profile = dict[str, dict[str, float]]  # seconds, by table and row
Show = Callable[[Profile], None]


class Timed(NamedTuple):
    result: Any
    costs: Costs  # since the result before


@contextmanager
def profiled(
    cleaner: Cleaner, workers: int, limits: Limits, finish: Finish, show: Show
) -> Iterator[Callable[[Iterable[Any]], Iterator[Any]]]:
    """An engine that shows its profile at the end: CPU seconds by stage, document and rule."""
    timed = TimedCleaner(cleaner, finish)
    total = Watch().costs
    with Pool(timed, workers, limits, timed.finish) if workers else nullcontext(timed) as inner:

        def engine(records: Iterable[Any]) -> Iterator[Any]:
            for result in inner.map(records):
                _add(total, result.costs if isinstance(result, Timed) else {})
                yield result.result if isinstance(result, Timed) else result

        yield engine
    _add(total, timed.take())
    stages = [(stage.value, total["stages"][stage.value]) for stage in Stage]
    slowest, costliest = (total[name].most_common(MAX_ROWS) for name in ("documents", "rules"))
    tables = {"stages": stages, "slowest_documents": slowest, "costliest_rules": costliest}
    show({name: {row: cost / 1e9 for row, cost in table} for name, table in tables.items()})


def _add(total: Costs, costs: Costs) -> None:
    for name, counter in costs.items():
        total[name].update(counter)
    if len(total["documents"]) > 100 * MAX_ROWS:
        total["documents"] = Counter(dict(total["documents"].most_common(MAX_ROWS)))


def in_text(profile: Profile) -> str:
    """A profile as a table for people."""
    cpu = sum(profile["stages"].values())
    rows = [f"CPU time: {cpu:.2f} s, of this process and its workers"]
    for title, table in profile.items():
        rows += ["", f"   CPU s   share  {title.replace('_', ' ')}"]
        rows += [f"{s:8.4f}  {s / cpu:6.1%}  {name}" for name, s in table.items()]
    return "\n".join(rows)


class TimedCleaner:
    """Cleans documents one by one and measures that, in any process."""

    def __init__(self, cleaner: Cleaner, finish: Finish) -> None:
        self._given, self._finish, self._process = (cleaner, finish), finish, getpid()
        self.watch = Watch()
        rules = replace(cleaner.rules)  # not yet loaded, so that the originals stay as they are
        for rule in (rule for file in rules.files for rule in file.rules):
            for template in (*rule.line, *rule.start, *rule.to, *rule.span, *rule.unless):
                vars(template)["compiled"] = TimedPattern(template.regex, rule.id, self.watch)
        self._cleaner = replace(cleaner, rules=rules, clock=self.watch)

    def __reduce__(self) -> tuple[type[TimedCleaner], tuple[Cleaner, Finish]]:
        return TimedCleaner, self._given

    def clean_batch(self, documents: Iterable[Document]) -> list[CleanDocument]:
        if self._process != getpid():  # a new worker, with the figures of its parent
            self._process, self.watch.stage, self.watch.since = getpid(), Stage.RUN, 0
            self.watch.costs.clear()
        begun = time.process_time_ns()
        with self.watch(Stage.REST):
            results = self._cleaner.clean_batch(documents)
        self.watch.costs["documents"][results[0].document.id] = time.process_time_ns() - begun
        return results

    def finish(self, done: CleanDocument) -> Timed:
        with self.watch(Stage.RECORD):
            result = self._finish(done)
        return Timed(result, self.take())

    def take(self) -> Costs:
        """The costs since the last call."""
        self.watch.switch(self.watch.stage)
        costs = {name: Counter(counter) for name, counter in self.watch.costs.items()}
        self.watch.costs.clear()
        return costs

    def map(self, records: Iterable[Any]) -> Iterator[Any]:
        for record in records:
            is_document = isinstance(record, Document)
            yield self.finish(self.clean_batch([record])[0]) if is_document else record


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
            self.watch.costs["rules"][self.rule] += time.process_time_ns() - begun
            return found

        return timed if callable(method) else method
