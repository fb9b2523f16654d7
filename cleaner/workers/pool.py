"""A pool of worker processes that survives any document.

A worker receives a batch of documents, records in shared memory which one it is cleaning and since
when, and sends some results at a time. If a document hangs, crashes the worker or takes too much
memory, the worker ends. The document is tried once more, alone in a new worker, and then returned
as failed; the rest of its batch, and results not yet sent, go to another worker. Every document is
returned once, in the given order.
"""

from __future__ import annotations

import multiprocessing
import signal
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import chain
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from multiprocessing.reduction import ForkingPickler
from typing import Any, TypeVar

from cleaner.document import CleanDocument, Document, Status
from cleaner.errors import CleanerError
from cleaner.workers.limits import Limits, size_of
from cleaner.workers.worker import ALARM, MAX_WAIT, Cleans, Clock, Finish, work

MAX_BATCH_BYTES = 1_000_000  # of records in memory
MAX_BYTES_AHEAD = 128_000_000  # of records read before the first result is returned
MAX_BATCH_DOCUMENTS = 64
MAX_BATCHES_AHEAD = 8  # for each worker, read before the first result is returned
MAX_FAILED_STARTS = 5  # of workers in a row
MAX_START_SECONDS = 60.0  # until a worker is ready, also on a busy machine

# A worker forked by another thread at the same time would keep the other end of the pipe open.
STARTING = threading.Lock()

Other = TypeVar("Other")


class PoolError(CleanerError, RuntimeError):
    """Workers end while they start."""


@dataclass
class _Job:
    """A batch of documents, with their positions in the order."""

    items: deque[tuple[int, Document]]
    again: bool = False  # the only document of a second try


@dataclass
class _Worker:
    """A worker process and its job. It is starting until it is ready, and idle without a job."""

    process: BaseProcess
    pipe: Connection
    clock: Clock
    job: _Job | None = None
    answered: int = 0  # documents of the job whose results were received
    ready: bool = False
    handled: int = 0


class Pool:
    """Cleans documents in `workers` processes. Use it as a context manager.

    `finish` converts each CleanDocument in the worker.
    """

    def __init__(
        self,
        cleaner: Cleans,
        workers: int,
        limits: Limits | None = None,
        finish: Finish | None = None,
    ) -> None:
        self.cleaner = cleaner
        self.size = max(1, workers)
        self.limits = limits or Limits()
        self.finish = finish
        self._workers: list[_Worker] = []
        self._failed_starts = 0
        self._waiting: deque[_Job] = deque()
        # fork shares the compiled rules; without it, they are pickled
        methods = multiprocessing.get_all_start_methods()
        self._context = multiprocessing.get_context("fork" if "fork" in methods else None)

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End all workers at once."""
        for worker in self._workers:
            worker.process.kill()
        for worker in self._workers:
            worker.process.join()
            worker.pipe.close()
        self._workers.clear()

    def map(self, records: Iterable[Document | Other]) -> Iterator[Any | Other]:
        """Yield the result of each document, in order, and anything else unchanged."""
        done: dict[int, Any | Other] = {}
        source = enumerate(records)
        following = taken = 0  # the next position to yield, and the number of records read
        exhausted = False
        ends: deque[tuple[int, int]] = deque()  # and sizes of the batches not yielded yet
        ahead = 0  # their bytes
        while True:
            while following in done:
                yield done.pop(following)
                following += 1
            while ends and ends[0][0] <= following:
                ahead -= ends.popleft()[1]
            while (
                not exhausted
                and len(self._waiting) < self.size
                and len(ends) < MAX_BATCHES_AHEAD * self.size
                and ahead < MAX_BYTES_AHEAD
            ):
                taken, size, exhausted = self._take(source, taken, done)
                ends.append((taken, size))
                ahead += size
            if exhausted and following == taken:
                return
            if following in done:
                continue
            for place, result in chain(self._assign(), self._collect()):
                done[place] = result

    def _take(
        self,
        source: Iterator[tuple[int, Document | Other]],
        taken: int,
        done: dict[int, Any | Other],
    ) -> tuple[int, int, bool]:
        """Read a batch. Returns the number of records read so far, its size, and whether all were
        read."""
        items: deque[tuple[int, Document]] = deque()
        size = others = 0
        exhausted = True
        for place, record in source:
            taken = place + 1
            if isinstance(record, Document):
                items.append((place, record))
            else:
                done[place] = record
                others += 1
            size += size_of(record)
            if size >= MAX_BATCH_BYTES or len(items) + others >= MAX_BATCH_DOCUMENTS:
                exhausted = False
                break
        if items:
            self._waiting.append(_Job(items))
        return taken, size, exhausted

    @property
    def _limit(self) -> str:
        return f"took more than {self.limits.timeout:g} seconds"

    def _seconds(self, worker: _Worker) -> float:
        """The time limit of what a worker is doing."""
        timeout = self.limits.timeout
        return timeout if worker.ready else max(timeout, MAX_START_SECONDS)

    # --- workers ------------------------------------------------------------------------------

    def _assign(self) -> Iterator[tuple[int, Any]]:
        """Send waiting jobs to idle workers, and start workers for the rest. Yields the results of
        documents that cannot be sent."""
        for worker in [w for w in self._workers if w.ready and w.job is None]:
            if worker.handled >= self.limits.recycle:
                self._end(worker)
            elif self._waiting:
                yield from self._give(worker, self._waiting.popleft())
        starting = sum(not w.ready for w in self._workers)
        while len(self._workers) < self.size and starting < len(self._waiting):
            self._start()
            starting += 1

    def _give(self, worker: _Worker, job: _Job) -> Iterator[tuple[int, Any]]:
        """Send a job to a worker. If it cannot be pickled, its documents are sent one by one."""
        try:
            message = ForkingPickler.dumps([document for _, document in job.items])
        except Exception as error:
            if len(job.items) > 1:
                self._waiting.extendleft(_Job(deque([item])) for item in reversed(job.items))
                return
            ((place, document),) = job.items
            why = f"cannot be sent to a worker: {type(error).__name__}: {error}"
            yield place, self._failed(document, Status.ERROR, why)
            return
        worker.job, worker.answered = job, 0
        worker.clock.set(0)
        try:
            worker.pipe.send_bytes(message)
        except OSError:  # the worker ended between two batches
            worker.job = None
            self._waiting.appendleft(job)
            self._end(worker)

    def _start(self) -> None:
        with STARTING, _no_interrupt():
            ours, theirs = self._context.Pipe()
            others = [*(worker.pipe for worker in self._workers), ours]
            clock = Clock()
            clock.set(0)
            given = (self.cleaner, self.finish, theirs, clock, others, self.limits)
            process = self._context.Process(target=work, args=given, daemon=True)
            process.start()
            theirs.close()
            self._workers.append(_Worker(process, ours, clock))

    def _end(self, worker: _Worker) -> None:
        worker.process.kill()
        worker.process.join()
        worker.pipe.close()
        self._workers.remove(worker)

    def _collect(self) -> Iterator[tuple[int, Any]]:
        """Wait until a worker sends something or exceeds its time. Yields the results."""
        now = time.monotonic()
        busy = [w for w in self._workers if w.job or not w.ready]
        patience = min((w.clock.since + self._seconds(w) - now for w in busy), default=0.0)
        heard = set(wait([w.pipe for w in busy], timeout=min(max(0.0, patience), MAX_WAIT)))
        for worker in busy:
            if worker.pipe in heard:
                yield from self._hear(worker)
            elif time.monotonic() - worker.clock.since > self._seconds(worker):
                yield from self._lose(worker, Status.TIMEOUT, self._limit)

    def _hear(self, worker: _Worker) -> Iterator[tuple[int, Any]]:
        """Receive a message: the worker is ready, results, or the end of the pipe."""
        try:
            message = worker.pipe.recv()
        except Exception:  # the end of the pipe, or half a message
            yield from self._lose(worker, Status.CRASH, None)
            return
        if not worker.ready:
            worker.ready, self._failed_starts = True, 0
            return
        if message is None:
            yield from self._lose(worker, Status.MEMORY, "took more memory than allowed")
            return
        job = worker.job
        assert job is not None
        worker.answered += len(message)
        worker.handled += len(message)
        if len(message) == len(job.items):
            worker.job = None
        for result in message:
            place, document = job.items.popleft()
            yield place, result if self.finish else replace(result, document=document)

    def _lose(self, worker: _Worker, status: Status, why: str | None) -> Iterator[tuple[int, Any]]:
        """Handle a lost worker: its document is tried again alone, or has failed."""
        self._end(worker)
        job = worker.job
        if job is None:
            self._failed_starts += not worker.ready
            if self._failed_starts >= MAX_FAILED_STARTS:
                memory = self.limits.memory
                why = f"; memory={memory} may be too little" if memory else ""
                raise PoolError(f"workers end while they start ({_ending(worker.process)}){why}")
            return
        at = worker.clock.number - worker.answered
        place, document = job.items[at]
        del job.items[at]
        if job.items:
            self._waiting.appendleft(_Job(job.items))
        if worker.process.exitcode == -ALARM:
            status, why = Status.TIMEOUT, self._limit
        if job.again:
            message = why or f"the worker ended ({_ending(worker.process)})"
            yield place, self._failed(document, status, message)
        else:
            self._waiting.appendleft(_Job(deque([(place, document)]), again=True))

    def _failed(self, document: Document, status: Status, message: str) -> Any:
        failed = CleanDocument(document, status, message=message)
        return self.finish(failed) if self.finish else failed


def _ending(process: BaseProcess) -> str:
    code = process.exitcode
    if code is not None and code < 0:
        try:
            return f"killed by {signal.Signals(-code).name}"
        except ValueError:
            return f"killed by signal {-code}"
    return f"exit code {code}"


@contextmanager
def _no_interrupt() -> Iterator[None]:
    """Delay Ctrl-C: a worker that does not ignore it yet would print a traceback."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
