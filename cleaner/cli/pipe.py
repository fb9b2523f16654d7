"""Documents that come through the pipe or one at a time, and go to stdout."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import typer

from cleaner.cli.common import FEW, Exit, fail, stdout_write
from cleaner.corpus.inputs import FORMATS
from cleaner.corpus.named import NoColumn, check_columns
from cleaner.corpus.read import jsonl_rows, read_jsonl, read_page
from cleaner.corpus.records import WholeRecord
from cleaner.corpus.rows import Broken, Columns, Record
from cleaner.corpus.streams import lines_in
from cleaner.document import CleanDocument, Document, Format, Status
from cleaner.engines.limits import Limits
from cleaner.engines.pool import Pool, PoolError
from cleaner.pipeline import Cleaner

if TYPE_CHECKING:
    from cleaner.profile import Profile

    Show = Callable[[Profile], None]


def clean_pipe(
    cleaner: Cleaner,
    workers: int,
    limits: Limits,
    columns: Columns,
    *,
    strict: bool,
    say: Callable[[str], None],
    show: Show | None = None,
) -> None:
    """Clean the JSONL records on stdin; one record on stdout for each, in the same order."""
    line_of = WholeRecord(cleaner.rules.version)
    records = _records(lines_in(sys.stdin.buffer), columns)
    good = bad = 0
    try:
        with _engine(cleaner, workers, limits, line_of, show) as results:
            for result in results(records):
                line, is_clean = line_of(result) if isinstance(result, Broken) else result
                good, bad = good + is_clean, bad + (not is_clean)
                stdout_write(line)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        sys.stderr.close()
        raise typer.Exit(Exit.FATAL) from None
    except PoolError as error:
        fail(str(error))
    if bad:
        say(f"{bad} records have no clean text; see their status and message")
    if bad > FEW and not good:
        fail(f"none of {bad} records is clean; is the text in another column (--text-column)?")
    if strict and bad:
        raise typer.Exit(Exit.QUARANTINED)


def _records(lines: Iterator[bytes | int], columns: Columns) -> Iterator[Record]:
    """The records on stdin; ends the program where they lack a column that was named."""
    looked_at: list[bytes | int] = []

    def head() -> Iterator[bytes | int]:
        for line in lines:
            looked_at.append(line)
            yield line

    try:
        check_columns([jsonl_rows(head(), "stdin")], columns)
    except NoColumn as error:
        fail(str(error), Exit.USAGE)
    return read_jsonl(itertools.chain(looked_at, lines), "stdin", columns)


@contextmanager
def _engine(
    cleaner: Cleaner, workers: int, limits: Limits, finish: Callable[[Any], Any], show: Show | None
) -> Iterator[Callable[[Any], Iterator[Any]]]:
    if show:
        from cleaner.engines.profiled import profiled

        with profiled(cleaner, workers, limits, finish, show) as results:
            yield results
    elif workers == 0:
        yield lambda records: (
            finish(record if isinstance(record, Broken) else cleaner.clean(record))
            for record in records
        )
    else:
        with Pool(cleaner, workers, limits, finish) as pool:
            yield pool.map


def _as_it_is(result: CleanDocument) -> CleanDocument:
    return result


def clean_one(
    cleaner: Cleaner,
    source: str,
    as_format: str | None,
    url: str | None,
    limits: Limits,
    *,
    as_json: bool,
    show: Show | None = None,
) -> None:
    """Clean one document; its text on stdout, or its whole record."""
    done = clean_in_worker(cleaner, read_one(source, as_format, url), limits, show)
    if as_json:
        stdout_write(WholeRecord(cleaner.rules.version)(done)[0])
    elif done.text is not None:
        stdout_write(done.text.encode() + b"\n")
    if done.status is not Status.OK:
        fail(f"{source}: {done.status.value}: {done.message}")


def clean_in_worker(
    cleaner: Cleaner, document: Document, limits: Limits, show: Show | None = None
) -> CleanDocument:
    """Clean one document where its deadline holds."""
    try:
        with _engine(cleaner, 1, limits, _as_it_is, show) as results:
            (done,) = results([document])
    except PoolError as error:
        fail(str(error))
    assert isinstance(done, CleanDocument)
    return done


def read_one(source: str, as_format: str | None, url: str | None) -> Document:
    """The one document in a file or on stdin; ends the program where there is none."""
    check_url(url)
    path = Path(source)
    format = FORMATS.get(path.suffix.lower())
    if as_format is not None:
        try:
            format = Format(as_format)
        except ValueError as error:
            fail(f"--as: {error}", Exit.USAGE)
    if format is None:
        fail(f"{source}: say with -o OUT where the results go, or with --as what it is", Exit.USAGE)
    try:
        body = sys.stdin.buffer.read() if source == "-" else path.read_bytes()
    except OSError as error:
        fail(f"{source}: {error.strerror}", Exit.USAGE)
    return read_page(body, "stdin" if source == "-" else path.name, format, url)


def check_url(url: str | None) -> None:
    """End with what is wrong with --url, if anything is."""
    if url is not None and not _is_url(url):
        fail(f"--url {url}: it is like https://example.org/page", Exit.USAGE)


def _is_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False
