"""What the pool costs beside the cleaning: CPU time per document, and to start a worker.

    python bench/pool_overhead.py [TEXTS.jsonl[.gz]] [--documents N] [--rounds R]

Cleans N documents (2000 unless told), out of the sample corpus as in soak.py or the first of
TEXTS, in this process and through a pool of one worker, R rounds. CPU time is user and system of
this process and its worker. The cleaning is timed on its own where it is done: all else is
`beside` it, and hardly depends on how busy the machine is. So it is for a cleaner that does
nothing, and for the start of a worker. A worker is `cold` where the parent has not cleaned
anything yet, as it is in a run: what it takes more for its first FEW documents. Linux only.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from ctypes import c_double
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from statistics import mean, median

from soak import documents

from cleaner.corpus.inputs import Input
from cleaner.corpus.journal_entry import JournalEntry, Recorder
from cleaner.corpus.read import read_input
from cleaner.document import CleanDocument, Document, Status
from cleaner.pipeline import Cleaner
from cleaner.workers.pool import Pool
from cleaner.workers.worker import Cleans

FEW = 100


class Nothing:
    """A cleaner that does nothing."""

    def clean_batch(self, documents: Iterable[Document]) -> list[CleanDocument]:
        return [CleanDocument(document, Status.OK) for document in documents]


@dataclass(frozen=True)
class Timed:
    """A cleaner that adds up the CPU time it takes, in whatever process it works; `finish` makes
    of its results what a run writes, and is part of the cleaning."""

    cleaner: Cleans
    record: Recorder = field(default_factory=lambda: Recorder(""))
    taken: c_double = field(default_factory=lambda: multiprocessing.RawValue(c_double))

    def clean_batch(self, documents: Iterable[Document]) -> list[CleanDocument]:
        begun = time.process_time()
        done = self.cleaner.clean_batch(documents)
        self.taken.value += time.process_time() - begun
        return done

    def finish(self, done: CleanDocument) -> JournalEntry:
        begun = time.process_time()
        made = self.record(done)
        self.taken.value += time.process_time() - begun
        return made


@dataclass(frozen=True)
class Times:
    """Seconds of CPU time."""

    cleaning: float
    beside: float


Way = Callable[[Cleans, Sequence[Document]], Times]


def here(cleaner: Cleans, todo: Sequence[Document]) -> Times:
    def one_by_one(timed: Timed) -> Iterator[JournalEntry]:
        return (timed.finish(timed.clean_batch([document])[0]) for document in todo)

    return times(cleaner, one_by_one)


def pooled(cleaner: Cleans, todo: Sequence[Document]) -> Times:
    def through_a_pool(timed: Timed) -> Iterator[JournalEntry]:
        with Pool(timed, 1, finish=timed.finish) as pool:
            yield from pool.map(todo)

    return times(cleaner, through_a_pool)


def times(cleaner: Cleans, run: Callable[[Timed], Iterable[object]]) -> Times:
    timed, begun = Timed(cleaner), spent()
    deque(run(timed), maxlen=0)
    return Times(timed.taken.value, spent() - begun - timed.taken.value)


def spent() -> float:
    """The CPU time of this process, and of the workers that have ended."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + ended.ru_utime + ended.ru_stime


def read(path: Path | None, count: int) -> Iterator[Document]:
    records = read_input(Input(path, path.name)) if path else documents(count)
    return islice((r for r in records if isinstance(r, Document)), count)


def show(name: str, values: Iterable[float], unit: str) -> None:
    found = sorted(values)
    print(f"{name:30} {median(found):9.2f} {found[0]:9.2f} {found[-1]:9.2f}  {unit}")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("texts", type=Path, nargs="?")
    parser.add_argument("--documents", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()
    todo = list(read(args.texts, args.documents))
    few, count = todo[:FEW], len(todo)
    cleaner, nothing = Cleaner.load(), Nothing()
    cold = [pooled(cleaner, few).cleaning for _ in range(args.rounds)]
    here(cleaner, todo)
    found: dict[Way, list[Times]] = {here: [], pooled: []}
    warm, empty, start = [], [], []
    for turn in range(args.rounds):
        for way in (here, pooled) if turn % 2 else (pooled, here):
            found[way].append(way(cleaner, todo))
        warm.append(pooled(cleaner, few).cleaning)
        start.append(pooled(nothing, few[:1]).beside)
        empty.append(pooled(nothing, todo).beside)
    begin = median(start)
    beside = [(t.beside - begin) / count for t in found[pooled]]
    size = mean(len(document.body) for document in todo) / 1000
    print(f"{count} documents of {size:.1f} kB, {args.rounds} rounds: median, least, most")
    for name, way in (("cleaning in this process", here), ("cleaning in the worker", pooled)):
        show(name, (1e3 * t.cleaning / count for t in found[way]), "ms per document")
    pairs = list(zip(beside, found[pooled], strict=True))
    show("beside it, in the pool", (1e6 * b for b in beside), "us per document")
    show("", (100 * b * count / t.cleaning for b, t in pairs), "% of the cleaning")
    show("for empty results", (1e6 * (e - begin) / count for e in empty), "us per document")
    show("start of a worker", (1e3 * s for s in start), "ms")
    show(f"cold, {len(few)} documents more", (1e3 * (c - median(warm)) for c in cold), "ms")


if __name__ == "__main__":
    main()
