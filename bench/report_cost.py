"""What the report costs beside the cleaning: CPU time per document, and once at the end of a run.

    python bench/report_cost.py [TEXTS.jsonl[.gz]] [--documents N] [--rounds R]

Cleans N documents (2000 unless told), out of the sample corpus as in soak.py or the first of
TEXTS, and shows their outcomes to a collector, in turn, R rounds; medians. The `first` time that a
collector meets documents it keeps more of them as samples than later, so it is told apart.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any

from soak import documents

from cleaner.corpus.inputs import Input
from cleaner.corpus.journal_entry import JournalEntry, Recorder
from cleaner.corpus.read import read_input
from cleaner.corpus.statistics import RunStatistics
from cleaner.document import Document
from cleaner.pipeline import Cleaner
from cleaner.report.collect import Collector


def texts(path: Path | None, count: int) -> list[Document]:
    """The first documents of a file, or of the sample corpus."""
    if path is None:
        return list(islice(documents(count), count))
    records: Iterable[Any] = read_input(Input(path, path.name))
    return list(islice((record for record in records if isinstance(record, Document)), count))


def timed(work: Callable[[], Any]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


def add_all(collector: Collector, outcomes: Sequence[JournalEntry]) -> None:
    for outcome in outcomes:
        collector.add(outcome, "input")


def files(collector: Collector, about: dict[str, Any]) -> None:
    for _ in collector.files(about):
        pass


def measure(sample: Sequence[Document], rounds: int) -> Iterator[tuple[str, float]]:
    cleaner = Cleaner.load()
    record = Recorder(cleaner.rules.version)
    outcomes = [record(cleaner.clean(document)) for document in sample]
    account = RunStatistics(read=len(sample))
    for outcome in outcomes:
        account.add(outcome)
    about = {"account": account.record(), "inputs": [], "options": {}}
    taken: dict[str, list[float]] = {"clean": [], "first": [], "later": [], "end": []}
    for _ in range(rounds):
        collector = Collector(cleaner.rules)
        works: dict[str, Callable[[], Any]] = {
            "clean": lambda: [record(cleaner.clean(one)) for one in sample],
            "first": partial(add_all, collector, outcomes),
            "later": partial(add_all, collector, outcomes),
            "end": partial(files, collector, about),
        }
        for name, work in works.items():
            taken[name].append(timed(work))
    return ((name, median(seconds)) for name, seconds in taken.items())


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("texts", type=Path, nargs="?")
    parser.add_argument("--documents", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    sample = texts(given.texts, given.documents)
    found = dict(measure(sample, given.rounds))
    each = 1e6 / len(sample)
    print(f"{len(sample)} documents: {each * found['clean']:.0f} us each to clean")
    for name in ("first", "later"):
        share = found[name] / found["clean"]
        print(f"{name}: {each * found[name]:.0f} us each for the report ({share:.1%})")
    print(f"end: {found['end']:.2f} s")


if __name__ == "__main__":
    main()
