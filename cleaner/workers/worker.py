"""The process of a worker: clean batches of documents, within limits."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import count
from multiprocessing.connection import Connection
from typing import Any, Protocol

from cleaner.document import CleanDocument, Document, Status
from cleaner.workers.limits import Limits

SEND_SECONDS = 0.1  # after which a worker sends its results
GRACE_SECONDS = 5.0  # after the timeout, a worker ends by itself
PARENT_CHECK_SECONDS = 5.0  # between checks of a worker whether its parent still runs
MAX_WAIT = 1e6  # seconds; the clocks of the system have a limit
ALARM = getattr(signal, "SIGALRM", 0)
NOTHING = Document("", "")

Finish = Callable[[CleanDocument], Any]


class Cleans(Protocol):
    """Cleans a batch: one result for each document, in order."""

    def clean_batch(self, documents: Iterable[Document]) -> list[CleanDocument]: ...


class Clock:
    """Which document of its batch a worker is cleaning, and since when, in shared memory."""

    def __init__(self) -> None:
        self._shared = multiprocessing.RawArray("d", 2)

    def set(self, number: int) -> None:
        self._shared[1] = time.monotonic()
        self._shared[0] = number

    @property
    def number(self) -> int:
        return int(self._shared[0])

    @property
    def since(self) -> float:
        return float(self._shared[1])


def work(
    cleaner: Cleans,
    finish: Finish | None,
    pipe: Connection,
    clock: Clock,
    inherited: Sequence[Connection],
    limits: Limits,
) -> None:
    """Run a worker, which ends quietly once its parent has gone."""
    for other in inherited:
        other.close()
    if ALARM:
        signal.signal(ALARM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what an interrupt means
    with suppress(BrokenPipeError, ConnectionResetError):
        _answer(cleaner, finish, pipe, clock, limits)


def _answer(
    cleaner: Cleans, finish: Finish | None, pipe: Connection, clock: Clock, limits: Limits
) -> None:
    """Send a greeting, then the results of each batch, some at a time."""
    parent = os.getppid()
    if limits.memory is not None:
        _limit_memory(limits.memory)
    pipe.send("hello")
    for number in count():
        while not pipe.poll(PARENT_CHECK_SECONDS):
            if os.getppid() != parent:
                return
        try:
            batch: list[Document] = pipe.recv()
        except EOFError:
            return
        if number == 1:  # rules and models are loaded by now, and stay
            gc.freeze()
        results: list[Any] = []
        answered = time.monotonic()
        for place, document in enumerate(batch):
            _alarm(limits.timeout + GRACE_SECONDS)
            clock.set(place)
            (done,) = cleaner.clean_batch([document])
            if done.status is Status.ERROR and (done.message or "").startswith("MemoryError"):
                pipe.send(None)
                return
            results.append(finish(done) if finish else replace(done, document=NOTHING))
            if clock.since - answered > SEND_SECONDS or place == len(batch) - 1:
                _alarm(0)  # waiting for the parent does not count
                pipe.send(results)
                results, answered = [], time.monotonic()


def _alarm(seconds: float) -> None:
    """Have the system end this process after some seconds, whatever it is doing and even without a
    parent; 0 cancels that."""
    if ALARM:
        signal.setitimer(signal.ITIMER_REAL, min(seconds, MAX_WAIT))


def _limit_memory(limit: int) -> None:
    """Limit the address space of this process, if the system can."""
    if sys.platform == "win32":
        return
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = sys.maxsize if hard == resource.RLIM_INFINITY else hard
    resource.setrlimit(resource.RLIMIT_AS, (min(limit, most), hard))
