"""Documents named on the command line. All commands read them here, so that all accept the same
files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from itertools import chain, tee
from urllib.parse import urlsplit

from cleaner.cli.common import Exit, fail, stdin, to_stderr
from cleaner.corpus.inputs import Input, find_inputs, regular_file
from cleaner.corpus.read import jsonl_rows, read_input, read_jsonl, read_page, rows_of
from cleaner.corpus.rows import GUESSED, Broken, Columns, MissingColumnError, Record, check_columns
from cleaner.corpus.streams import DAMAGE, MAX_RECORD_BYTES, lines_in, open_stream
from cleaner.document import Document, Format
from cleaner.files import utf8_name


def find_records(sources: list[str], columns: Columns = GUESSED) -> Iterator[Record]:
    """All records under `sources`. Exits if a source cannot be read or lacks a given column."""
    if sources == ["-"]:
        yield from pipe_records(columns)
        return
    try:
        inputs = _inputs(sources)
        check_columns((rows_of(item) for item in inputs if item.has_rows), columns)
        yield from chain.from_iterable(read_input(item, columns) for item in inputs)
    except (OSError, ValueError) as error:
        fail(f"{error}", Exit.USAGE)


def pipe_records(columns: Columns) -> Iterator[Record]:
    """The records on stdin. Exits if they lack a given column."""
    lines, head = tee(lines_in(stdin()))
    try:
        check_columns([jsonl_rows(head, "stdin")], columns)
    except MissingColumnError as error:
        fail(str(error), Exit.USAGE)
    return read_jsonl(lines, "stdin", columns)


def find_document(source: str, id: str, columns: Columns) -> Document:
    """The document with this id. Exits if there is none."""
    found = next((record for record in find_records([source], columns) if record.id == id), None)
    if found is None:
        fail(f"{source}: no document has the id {id}", Exit.USAGE)
    return _whole(found)


def read_document(source: str, as_format: str | None, url: str | None, advice: str) -> Document:
    """The one document in a file or on stdin. Exits with this advice if there are several."""
    check_url(url)
    if as_format is not None:
        return _read_as(source, as_format, url)
    if source == "-":
        fail(f"-: add --as FORMAT to read one document, or {advice}", Exit.USAGE)
    try:
        inputs = _inputs([source])
        if len(inputs) != 1 or inputs[0].has_records:
            fail(f"{source}: may contain several documents; {advice}", Exit.USAGE)
        (found,) = read_input(inputs[0])
    except (OSError, ValueError) as error:
        fail(f"{error}", Exit.USAGE)
    document = _whole(found)
    return replace(document, url=url or document.url)


def _inputs(sources: list[str]) -> list[Input]:
    return find_inputs(sources, say=lambda message: to_stderr(f"cleaner: {message}"))


def _whole(record: Record) -> Document:
    if isinstance(record, Broken):
        fail(record.message)
    return record


def _read_as(source: str, as_format: str, url: str | None) -> Document:
    """The document in a file with any name, read in the given format."""
    try:
        path = None if source == "-" else regular_file(source)
    except (OSError, ValueError) as error:
        fail(f"{error}", Exit.USAGE)
    try:
        with open_stream(path) if path else nullcontext(stdin()) as stream:
            body = stream.read(MAX_RECORD_BYTES + 1)
    except (OSError, *DAMAGE) as error:
        fail(f"{source}: {getattr(error, 'strerror', None) or error}")
    name = utf8_name(path.name) if path else "stdin"
    if len(body) > MAX_RECORD_BYTES:
        fail(f"{source}: more than {MAX_RECORD_BYTES} bytes; not read")
    return read_page(body, name, Format(as_format), url)


def check_url(url: str | None) -> None:
    """Exit if --url is not a URL."""
    if url is not None and not _is_url(url):
        fail(f"--url {url}: expected a URL like https://example.org/page", Exit.USAGE)


def _is_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return text.isprintable() and parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False
