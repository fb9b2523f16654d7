"""Cleaning of stdin, or of one document, to stdout."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import typer

from cleaner.cli.common import MAX_ALL_BAD, Exit, fail, stdout_flush, stdout_write
from cleaner.cli.sources import pipe_records
from cleaner.corpus.output_records import WholeRecord
from cleaner.corpus.rows import Broken, Columns, Record
from cleaner.corpus.selection import Selection
from cleaner.document import CleanDocument, Document, Status
from cleaner.messages import plural
from cleaner.pipeline import Cleaner
from cleaner.workers.limits import Limits
from cleaner.workers.pool import Pool

if TYPE_CHECKING:
    from cleaner.engines.profiler import Profile

    Show = Callable[[Profile], None]


def clean_pipe(
    cleaner: Cleaner,
    workers: int,
    limits: Limits,
    columns: Columns,
    selection: Selection,
    *,
    strict: bool,
    say: Callable[[str], None],
    show: Show | None = None,
) -> None:
    """Clean the JSONL records on stdin, and write one record for each to stdout, in order. A sample
    is written once stdin ends."""
    line_of = WholeRecord(cleaner.rules.version)
    good = bad = unreadable = 0
    first = ""

    def records() -> Iterator[Record]:
        nonlocal unreadable, first
        for record in selection.of(pipe_records(columns), attrgetter("id")):
            if isinstance(record, Broken):
                unreadable += 1
                first = first or record.message
            yield record

    with local_engine(cleaner, workers, limits, line_of, show) as results:
        for result in results(records()):
            line, is_clean = line_of(result) if isinstance(result, Broken) else result
            good, bad = good + is_clean, bad + (not is_clean)
            stdout_write(line)
    stdout_flush()
    if bad:
        say(f"{plural(bad, 'record has', 'records have')} no clean text; see status and message")
    if bad > MAX_ALL_BAD and not good:
        fail(f"none of {bad} records is clean; is the text in another column (--text-column)?")
    if bad and unreadable == bad + good:
        fail(f"no record can be read; {first}")
    if strict and bad:
        raise typer.Exit(Exit.QUARANTINED)


@contextmanager
def local_engine(
    cleaner: Cleaner, workers: int, limits: Limits, finish: Callable[[Any], Any], show: Show | None
) -> Iterator[Callable[[Any], Iterator[Any]]]:
    """An engine of this many processes, in which `finish` converts each result. It is profiled if
    there is a function to `show` the profile."""
    if show:
        from cleaner.engines.profiler import profiled

        with profiled(cleaner, workers, limits, finish, show) as results:
            yield results
    elif workers == 0:
        yield lambda records: (
            finish(cleaner.clean(record)) if isinstance(record, Document) else record
            for record in records
        )
    else:
        with Pool(cleaner, workers, limits, finish) as pool:
            yield pool.map


def _identity(result: CleanDocument) -> CleanDocument:
    return result


def clean_one(
    cleaner: Cleaner,
    document: Document,
    limits: Limits,
    source: str,
    *,
    as_json: bool,
    show: Show | None = None,
) -> None:
    """Clean one document, and write its text or its whole record to stdout. Messages name its
    `source`."""
    done = clean_in_worker(cleaner, document, limits, show)
    if as_json:
        stdout_write(WholeRecord(cleaner.rules.version)(done)[0])
    elif done.text is not None:
        stdout_write(done.text.encode() + b"\n")
    if done.status is not Status.OK:
        fail(f"{source}: {done.status.value}: {done.message}")


def clean_in_worker(
    cleaner: Cleaner, document: Document, limits: Limits, show: Show | None = None
) -> CleanDocument:
    """Clean one document in a worker, which enforces its limits."""
    with local_engine(cleaner, 1, limits, _identity, show) as results:
        (done,) = results([document])
    assert isinstance(done, CleanDocument)
    return done
