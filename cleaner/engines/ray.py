"""Ray Data, the distributed engine: a cluster reads and cleans, the driver counts.

`clean_dataset` cleans your own dataset. `RayEngine` is behind `cleaner clean --engine ray`: workers
read the inputs, from paths that all of them share, and the results return in order, to be written
as in any other run. No block is dropped, and retries are limited: a lost worker is replaced a few
times, and its rows are cleaned again.
"""

from __future__ import annotations

import logging
import pickle
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from cleaner.corpus.inputs import Input
from cleaner.corpus.journal_entry import JournalEntry, Recorder
from cleaner.corpus.read import Source, read_input
from cleaner.corpus.rows import GUESSED, Columns, Record
from cleaner.corpus.statistics import LostRecordsError
from cleaner.corpus.streams import MissingExtraError
from cleaner.engines.arrow import ArrowCleaner, Isolated
from cleaner.pipeline import Cleaner
from cleaner.workers.limits import Limits

MAX_RETRIES = 3  # per task, and restarts per worker
BATCH_ROWS = 64
MAX_GROUP_BYTES, MAX_GROUP_FILES = 16 * 2**20, 1000  # of small inputs in one task
READING, CLEANING = 0.1, 0.9  # of a CPU
FOR_READERS = {"batch_size": 1, "num_cpus": READING, "max_retries": MAX_RETRIES}


def clean_dataset(
    dataset: Any,
    cleaner: Cleaner | None = None,
    *,
    columns: Columns = GUESSED,
    limits: Limits | None = None,
    workers: int | None = None,
) -> Any:
    """Clean a dataset of documents into one of records, row for row, with the schema of RECORD.

    `workers` is the number of processes, by default one for each CPU of the cluster.

    >>> clean_dataset(ray.data.read_parquet("in/")).write_parquet("out/")  # doctest: +SKIP
    """
    connect(None)
    clean = ArrowCleaner(cleaner, columns=columns, limits=limits)
    return _map(dataset, _Actor, **_for_actors(clean, workers))


@dataclass(frozen=True)
class RayEngine:
    """Reads and cleans on the Ray cluster at `address`, or on one on this machine."""

    cleaner: Cleaner
    recorder: Recorder
    limits: Limits
    address: str | None = None
    workers: int | None = None

    def results(self, source: Source, skip: Sequence[int]) -> Iterator[JournalEntry]:
        """Yield the result of every record in order, except the first `skip[n]` of input `n`.

        Raises LostRecordsError if a record is missing or comes twice."""
        data = connect(self.address)
        groups = [{"group": pickle.dumps(group)} for group in _groups(source.inputs, skip)]
        clean = _Results(Isolated(self.cleaner, self.limits, self.recorder))
        dataset = data.from_items(groups, override_num_blocks=len(groups))
        dataset = _map(dataset, _Reader(source.columns), **FOR_READERS)
        dataset = _map(dataset, _Actor, **_for_actors(clean, self.workers))
        count = _Count(skip)
        for batch in dataset.iter_batches(batch_format="pyarrow", batch_size=None):
            for row in batch.to_pylist():
                if count.note(row):
                    yield replace(JournalEntry.from_json(row["result"]), owner=row["owner"])
                else:
                    source.note_end(row["owner"])
        count.check(len(source.inputs))


def connect(address: str | None) -> Any:
    """Connect to a cluster, and have it drop no blocks. Returns the module `ray.data`."""
    try:
        import ray
    except ImportError:
        raise MissingExtraError("--engine ray", "ray") from None
    if not ray.is_initialized():
        quiet = {"include_dashboard": False, "log_to_driver": False, "logging_level": "warning"}
        ray.init(address=address, **quiet)
    for name in ("ray.data", "ray._private", "ray._common"):
        logging.getLogger(name).setLevel(logging.ERROR)
    context = ray.data.DataContext.get_current()
    context.max_errored_blocks = 0
    context.execution_options.preserve_order = True
    context.enable_progress_bars = False
    return ray.data


def _map(dataset: Any, function: Any, **options: Any) -> Any:
    """`map_batches` with limits on retries, without Ray's warning about these options."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*ray_remote_args")
        return dataset.map_batches(function, **options)


def _for_actors(clean: Any, workers: int | None) -> dict[str, Any]:
    import ray

    count = workers or max(1, int(ray.cluster_resources().get("CPU", 1)))
    return {
        "fn_constructor_args": ([ray.put(clean)],),  # kept for actors that restart
        "batch_format": "pyarrow",
        "batch_size": BATCH_ROWS,
        "compute": ray.data.ActorPoolStrategy(min_size=1, max_size=count),
        "num_cpus": CLEANING,
        "max_restarts": MAX_RETRIES,
        "max_task_retries": MAX_RETRIES,
    }


class _Actor:
    """A process of the cluster that applies a function from the object store to batches."""

    def __init__(self, clean: list[Any]) -> None:
        import ray

        self._clean = ray.get(clean[0])

    def __call__(self, batch: Any) -> Any:
        return self._clean(batch)


Group = list[tuple[int, Input, int]]  # number of the input, the input, records to skip


def _groups(inputs: Sequence[Input], skip: Sequence[int]) -> list[Group]:
    """The inputs of each task, in order. Inputs before the last one with results are done."""
    begun = max((n for n, count in enumerate(skip) if count), default=0)
    groups: list[Group] = []
    size = 0
    for number, item in list(enumerate(inputs))[begun:]:
        if not groups or size + item.size > MAX_GROUP_BYTES or len(groups[-1]) >= MAX_GROUP_FILES:
            groups.append([])
            size = 0
        groups[-1].append((number, item, skip[number]))
        size += item.size
    return groups


@dataclass(frozen=True)
class _Reader:
    """Reads groups of inputs: yields a row for each record, and one at the end of each input."""

    columns: Columns

    def __call__(self, batch: dict[str, Any]) -> Iterator[dict[str, Any]]:
        for group in batch["group"]:
            yield from _batches(self._rows(pickle.loads(group)))

    def _rows(self, group: Group) -> Iterator[dict[str, Any]]:
        for owner, item, skip in group:
            index = 0
            for index, record in enumerate(read_input(item, self.columns), 1):
                if index > skip:
                    yield {"owner": owner, "index": index - 1, "record": pickle.dumps(record)}
            yield {"owner": owner, "index": index, "record": b""}


def _batches(rows: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    from itertools import islice

    while batch := list(islice(rows, BATCH_ROWS)):
        yield {name: [row[name] for row in batch] for name in batch[0]}


@dataclass(frozen=True)
class _Results:
    """Turns the rows of a reader into rows with results."""

    isolated: Isolated

    def __call__(self, batch: Any) -> Any:
        import pyarrow

        rows = batch.to_pylist()
        records: Iterator[Record] = (pickle.loads(r["record"]) for r in rows if r["record"])
        results = iter(self.isolated.results(records))
        made = [next(results).to_json() if row["record"] else b"" for row in rows]
        return pyarrow.table(
            {
                "owner": [row["owner"] for row in rows],
                "index": [row["index"] for row in rows],
                "result": pyarrow.array(made, pyarrow.binary()),
            }
        )


class _Count:
    """Checks that the rows of all inputs return once and in order."""

    def __init__(self, skip: Sequence[int]) -> None:
        self._owner = max((n for n, count in enumerate(skip) if count), default=0)
        self._index = skip[self._owner] if skip else 0

    def note(self, row: dict[str, Any]) -> bool:
        """Count a row. Returns whether it is a record, rather than the end of an input."""
        if (row["owner"], row["index"]) != (self._owner, self._index):
            expected = f"record {self._index} of input {self._owner}"
            raise LostRecordsError(
                f"{expected} is missing; the cluster returned {row['owner'], row['index']}"
            )
        if row["result"]:
            self._index += 1
            return True
        self._owner, self._index = self._owner + 1, 0
        return False

    def check(self, inputs: int) -> None:
        if self._owner != inputs:
            raise LostRecordsError(f"the cluster returned {self._owner} of {inputs} inputs")
