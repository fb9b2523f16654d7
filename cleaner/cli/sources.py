"""Documents named on the command line. All commands read them here, so that all accept the same
files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from itertools import islice, tee
from urllib.parse import urlsplit

from cleaner.cli.common import Exit, fail, stdin, to_stderr
from cleaner.corpus.cleaned import with_written
from cleaner.corpus.inputs import find_inputs, regular_file
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
        inputs = find_inputs(sources, say=lambda message: to_stderr(f"cleaner: {message}"))
        check_columns((rows_of(item) for item in inputs if item.has_rows), columns)
        for item in inputs:
            yield from (with_written(item, record) for record in read_input(item, columns))
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


def one_document(
    source: str,
    id: str | None,
    as_format: str | None,
    url: str | None,
    columns: Columns,
    advice: str,
) -> Document:
    """The one document in a file or on stdin, or the one with this id. Exits if there is none, and
    with this advice if there are several."""
    if url is not None and not _is_url(url):
        fail(f"--url {url}: expected a URL like https://example.org/page", Exit.USAGE)
    if as_format is not None:
        if id is not None or columns != GUESSED:
            fail("--as reads one document; remove --id and the names of columns", Exit.USAGE)
        return _read_as(source, as_format, url)
    found = _only(source, columns, advice) if id is None else _with_id(source, id, columns)
    if isinstance(found, Broken):
        fail(found.message)
    return replace(found, url=url or found.url)


def _with_id(source: str, id: str, columns: Columns) -> Record:
    found = next((record for record in find_records([source], columns) if record.id == id), None)
    if found is None:
        fail(f"{source}: no document has the id {id}", Exit.USAGE)
    return found


def _only(source: str, columns: Columns, advice: str) -> Record:
    if source == "-":
        fail(f"-: add --as FORMAT to read one document, or {advice}", Exit.USAGE)
    found = list(islice(find_records([source], columns), 2))
    if not found:
        fail(f"{source}: no document", Exit.USAGE)
    if len(found) > 1:
        fail(f"{source}: has several documents; {advice}", Exit.USAGE)
    return found[0]


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


def _is_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return text.isprintable() and parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False
