"""Ray Data, the distributed engine: a cluster reads and cleans, the driver counts.

`clean_dataset` is for a dataset of one's own; `RayEngine` is behind `cleaner clean --engine ray`:
the inputs are read where the workers are, from paths that all of them share, and outcomes come back
in order to be written as in any other run. No block is ever dropped and no task retried without
end: a worker that is lost is replaced a few times, and its rows are cleaned again.
"""

from __future__ import annotations

import logging
import pickle
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from cleaner.corpus.inputs import Input
from cleaner.corpus.read import Source, read_input
from cleaner.corpus.result_record import Recorder, ResultRecord
from cleaner.corpus.rows import GUESSED, Columns, Record
from cleaner.corpus.streams import MissingExtraError
from cleaner.engines.arrow import ArrowCleaner, Isolated
from cleaner.errors import CleanerError
from cleaner.pipeline import Cleaner
from cleaner.workers.limits import Limits

RETRIES = 3  # of a task, and restarts of a worker
ROWS = 64  # of a batch
GROUP_BYTES, GROUP_FILES = 16 * 2**20, 1000  # of small inputs that one task reads
READING, CLEANING = 0.1, 0.9  # of a CPU
FOR_READERS = {"batch_size": 1, "num_cpus": READING, "max_retries": RETRIES}


class LostRowsError(CleanerError, RuntimeError):
    """The cluster gave back other rows than there were."""


def clean_dataset(
    dataset: Any,
    cleaner: Cleaner | None = None,
    *,
    columns: Columns = GUESSED,
    limits: Limits | None = None,
    workers: int | None = None,
) -> Any:
    """The dataset of the records (cleaner.corpus.schema.RECORD) of a dataset of documents, row
    for row. `workers`: how many processes clean; left out, one for each CPU of the cluster.

    >>> clean_dataset(ray.data.read_parquet("in/")).write_parquet("out/")  # doctest: +SKIP
    """
    connect(None)
    clean = ArrowCleaner(cleaner, columns=columns, limits=limits)
    return _map(dataset, _Actor, **_for_actors(clean, workers))


@dataclass(frozen=True)
class RayEngine:
    """Reads and cleans on a Ray cluster: that at `address`, or one on this machine."""

    cleaner: Cleaner
    recorder: Recorder
    limits: Limits
    address: str | None = None
    workers: int | None = None

    def results(self, source: Source, skip: Sequence[int]) -> Iterator[ResultRecord]:
        """The outcome of every record in order, but for the first `skip[n]` of input `n`. Raises
        LostRowsError where a record is missing or comes twice."""
        data = connect(self.address)
        groups = [{"group": pickle.dumps(group)} for group in _groups(source.inputs, skip)]
        clean = _Outcomes(Isolated(self.cleaner, self.limits, self.recorder))
        dataset = data.from_items(groups, override_num_blocks=len(groups))
        dataset = _map(dataset, _Reader(source.columns), **FOR_READERS)
        dataset = _map(dataset, _Actor, **_for_actors(clean, self.workers))
        count = _Count(skip)
        for batch in dataset.iter_batches(batch_format="pyarrow", batch_size=None):
            for row in batch.to_pylist():
                if count.note(row):
                    yield replace(ResultRecord.from_json(row["outcome"]), owner=row["owner"])
                else:
                    source.note_end(row["owner"])
        count.check(len(source.inputs))


def connect(address: str | None) -> Any:
    """Ray's `data` module, once there is a cluster and no block of a dataset may be dropped."""
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
    """`map_batches` with limits on retries, which Ray says will be options of their own."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*ray_remote_args")
        return dataset.map_batches(function, **options)


def _for_actors(clean: Any, workers: int | None) -> dict[str, Any]:
    import ray

    count = workers or max(1, int(ray.cluster_resources().get("CPU", 1)))
    return {
        "fn_constructor_args": ([ray.put(clean)],),  # kept here for actors that start again
        "batch_format": "pyarrow",
        "batch_size": ROWS,
        "compute": ray.data.ActorPoolStrategy(min_size=1, max_size=count),
        "num_cpus": CLEANING,
        "max_restarts": RETRIES,
        "max_task_retries": RETRIES,
    }


class _Actor:
    """A process of the cluster that applies to batches what was put into its object store."""

    def __init__(self, clean: list[Any]) -> None:
        import ray

        self._clean = ray.get(clean[0])

    def __call__(self, batch: Any) -> Any:
        return self._clean(batch)


Group = list[tuple[int, Input, int]]  # number of the input, the input, how many records to skip


def _groups(inputs: Sequence[Input], skip: Sequence[int]) -> list[Group]:
    """Inputs that one task reads, in order; those before the last that was begun are done."""
    begun = max((n for n, count in enumerate(skip) if count), default=0)
    groups: list[Group] = []
    size = 0
    for number, item in list(enumerate(inputs))[begun:]:
        if not groups or size + item.size > GROUP_BYTES or len(groups[-1]) >= GROUP_FILES:
            groups.append([])
            size = 0
        groups[-1].append((number, item, skip[number]))
        size += item.size
    return groups


@dataclass(frozen=True)
class _Reader:
    """Reads groups of inputs: a row for each record, and one at the end of each input."""

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

    while batch := list(islice(rows, ROWS)):
        yield {name: [row[name] for row in batch] for name in batch[0]}


@dataclass(frozen=True)
class _Outcomes:
    """Makes of the rows of a reader rows with outcomes."""

    isolated: Isolated

    def __call__(self, batch: Any) -> Any:
        import pyarrow

        rows = batch.to_pylist()
        records: Iterator[Record] = (pickle.loads(r["record"]) for r in rows if r["record"])
        outcomes = iter(self.isolated.results(records))
        made = [next(outcomes).to_json() if row["record"] else b"" for row in rows]
        return pyarrow.table(
            {
                "owner": [row["owner"] for row in rows],
                "index": [row["index"] for row in rows],
                "outcome": pyarrow.array(made, pyarrow.binary()),
            }
        )


class _Count:
    """Checks that the rows of all inputs come back, each once and in order."""

    def __init__(self, skip: Sequence[int]) -> None:
        self._owner = max((n for n, count in enumerate(skip) if count), default=0)
        self._index = skip[self._owner] if skip else 0

    def note(self, row: dict[str, Any]) -> bool:
        """Take a row into account; whether it is a record, or else the end of an input."""
        if (row["owner"], row["index"]) != (self._owner, self._index):
            wanted = f"record {self._index} of input {self._owner}"
            raise LostRowsError(
                f"{wanted} is missing; the cluster gave {row['owner'], row['index']}"
            )
        if row["outcome"]:
            self._index += 1
            return True
        self._owner, self._index = self._owner + 1, 0
        return False

    def check(self, inputs: int) -> None:
        if self._owner != inputs:
            raise LostRowsError(f"the cluster gave back {self._owner} of {inputs} inputs")
