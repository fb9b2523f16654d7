"""The local engine with a clock: the same results, and what they cost.

Each result comes back from its worker with what was spent since the one before it, and the sum is
made here. What is read and written, the parent times itself, around the records that go into the
engine and the results that come out.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from cleaner.clock import Stage, Watch
from cleaner.document import CleanDocument, Document
from cleaner.pipeline import Cleaner
from cleaner.profile import DocumentCost, Profile
from cleaner.rules.rule_costs import Tally, timed
from cleaner.workers.limits import Limits
from cleaner.workers.pool import Finish, Pool

Map = Callable[[Iterable[Any]], Iterator[Any]]

END = object()


@contextmanager
def profiled(
    cleaner: Cleaner, workers: int, limits: Limits, finish: Finish, show: Callable[[Profile], None]
) -> Iterator[Map]:
    """An engine, and at its end what all of it cost is shown. Without workers nothing protects the
    run from a document."""
    run = _Run(Meter(cleaner, finish))
    if workers:
        with Pool(run.meter, workers, limits, run.meter.finish) as pool:
            yield run.around(pool.map)
    else:
        yield run.around(run.meter.map)
    show(run.end(workers))


@dataclass(frozen=True)
class _Priced:
    """A result with what was spent since the one before it."""

    made: Any
    cost: Profile


class Meter:
    """Cleans documents, finishes their results and notes what that costs; in whatever process.

    Under `fork` a worker begins with the figures of its parent, and has to drop them; where there
    is none the meter is made anew, since nothing in it can be pickled but what it was made of.
    """

    def __init__(self, cleaner: Cleaner, finish: Finish) -> None:
        self._made_of = cleaner, finish
        self._finish = finish
        self._process = os.getpid()
        self._begun: float | None = None  # CPU time at which a document was begun
        self.watch, self._tally = Watch(Stage.BEGIN), Tally()
        rules = timed(cleaner.rules, self._tally, self.watch)
        self._cleaner = replace(cleaner, rules=rules, clock=self.watch)
        self.watch.take()  # all this is no cost of the run

    def __reduce__(self) -> tuple[Callable[..., Meter], tuple[Cleaner, Finish]]:
        return _in_worker, self._made_of

    def begin_process(self) -> None:
        """What this process did so far was to start, and to be given something."""
        self._process = os.getpid()
        self.watch.restart(Stage.MOVE)
        self._tally.take()

    def clean_batch(self, documents: Iterable[Document]) -> list[CleanDocument]:
        if self._process != os.getpid():
            self.begin_process()
        self._begun = time.process_time()
        with self.watch(Stage.REST):
            return self._cleaner.clean_batch(documents)

    def finish(self, done: CleanDocument) -> _Priced:
        """What is made of a result; also, in the parent, of a document whose worker was lost."""
        with self.watch(Stage.RECORD):
            made = self._finish(done)
        cost = self.take()
        if self._begun is not None:
            seconds, self._begun = time.process_time() - self._begun, None
            cost.add_document(DocumentCost(done.document.id, seconds, len(done.document.body)))
        return _Priced(made, cost)

    def take(self) -> Profile:
        """What was spent since this was last asked."""
        return Profile(stages=self.watch.take(), rules=self._tally.take())

    def map(self, records: Iterable[Any]) -> Iterator[Any]:
        """The engine without workers."""
        for record in records:
            if isinstance(record, Document):
                (done,) = self.clean_batch([record])
                yield self.finish(done)
            else:
                yield record


def _in_worker(cleaner: Cleaner, finish: Finish) -> Meter:
    meter = Meter(cleaner, finish)
    meter.begin_process()
    return meter


class _Run:
    """The parent's side of a run."""

    def __init__(self, meter: Meter) -> None:
        self.meter = meter
        self._sum = Profile()
        self._wall, self._cpu = time.monotonic(), time.process_time()

    def around(self, engine: Map) -> Map:
        """The same engine, where the time between two results is that of writing the first."""
        watch = self.meter.watch

        def priced(records: Iterable[Any]) -> Iterator[Any]:
            results = engine(self._read(records))
            while True:
                with watch(Stage.MOVE):
                    result = next(results, END)
                    if isinstance(result, _Priced):
                        self._sum.add(result.cost)
                        result = result.made
                if result is END:
                    return
                with watch(Stage.WRITE):
                    yield result

        return priced

    def _read(self, records: Iterable[Any]) -> Iterator[Any]:
        source = iter(records)
        while True:
            with self.meter.watch(Stage.READ):
                record = next(source, END)
            if record is END:
                return
            yield record

    def end(self, workers: int) -> Profile:
        """What all of it cost."""
        self._sum.add(self.meter.take())
        elapsed = time.monotonic() - self._wall
        waited = max(0.0, elapsed - (time.process_time() - self._cpu))
        return replace(self._sum, workers=workers, elapsed=elapsed, waited=waited)
