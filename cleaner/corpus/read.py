"""Read documents: files and folders of pages and texts, JSONL, CSV, Parquet, web archives.

Every input record becomes one item: a Document, or a Broken record that says what is wrong.
"""

from __future__ import annotations

import csv
import itertools
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, BinaryIO

import orjson

from cleaner.corpus.inputs import FORMATS, JSON, JSONL, Input, Say, is_remote
from cleaner.corpus.parquet_rows import parquet_rows
from cleaner.corpus.rows import (
    GUESSED,
    Broken,
    Columns,
    Record,
    Row,
    broken,
    document_of,
    id_in,
    text_of,
)
from cleaner.corpus.streams import (
    DAMAGE,
    MAX_RECORD_BYTES,
    Meter,
    MissingExtraError,
    lines_in,
    open_stream,
)
from cleaner.corpus.warc import read_warc
from cleaner.document import Document, Format
from cleaner.errors import InputError
from cleaner.rules.problems import RuleFileError
from cleaner.values import well_formed

EXTRA_CELLS = "\0more"  # the key of cells beyond the last column
BOM = b"\xef\xbb\xbf"
SURROGATES = re.compile(r"(?<!\\)(?:\\u[dD][89a-fA-F][\da-fA-F]{2})+", re.ASCII)
QUOTED = re.compile(rb'"[^"]*"')
MAX_VALUES = 1_000_000  # of a line of JSON or CSV
MAX_COMPARED_IDS = 100_000  # so that memory does not grow with the inputs


def read_input(
    item: Input, columns: Columns = GUESSED, meter: Meter | None = None, say: Say | None = None
) -> Iterator[Record]:
    """Yield the records of a file, and a broken record if it cannot be read to its end; with
    `item.only`, only the records at these positions.

    `meter` follows how far the file was read; `say` receives which columns were guessed. Raises
    MissingExtraError if this kind of file needs a package that is not installed, and OSError if a
    remote machine does not answer.
    """
    records = _to_the_end(item, columns, meter, say)
    return records if item.only is None else _at(item.only, records)


def _at(positions: Iterable[int], records: Iterator[Record]) -> Iterator[Record]:
    """Yield the records at these positions, and read none after the last."""
    at = -1
    for position in positions:
        yield from itertools.islice(records, position - at - 1, position - at)
        at = position


def _to_the_end(
    item: Input, columns: Columns, meter: Meter | None, say: Say | None
) -> Iterator[Record]:
    index = 0
    try:
        for record in _records(item, columns, meter or Meter(), say):
            index += 1
            yield record
    except EOFError:
        yield _unreadable(item, index, "ends early; the file is truncated")
    except MissingExtraError:
        raise
    except (OSError, *DAMAGE) as error:
        if is_remote(item.path) and not isinstance(error, (*DAMAGE, FileNotFoundError)):
            raise
        why = error.strerror if isinstance(error, OSError) and error.strerror else error
        yield _unreadable(item, index, str(why))


def _unreadable(item: Input, index: int, why: str) -> Broken:
    return replace(broken(item.name, index, f"{item.path}: {why}"), ends_input=True)


def _records(item: Input, columns: Columns, meter: Meter, say: Say | None) -> Iterator[Record]:
    if item.has_rows:
        yield from _documents(rows_of(item, columns, meter), item.name, columns, say)
    elif item.has_records:
        yield from read_warc(item.path, item.name, meter)
    else:
        with open_stream(item.path, meter) as stream:
            yield _page(stream, item)


def rows_of(item: Input, columns: Columns = GUESSED, meter: Meter | None = None) -> Iterator[Row]:
    """Yield the rows of a table. Raises the errors of reading it."""
    if item.kind == ".parquet":
        yield from parquet_rows(item.path, item.name, columns, meter or Meter())
        return
    with open_stream(item.path, meter) as stream:
        if item.kind in JSONL:
            yield from jsonl_rows(lines_in(stream), item.name)
        elif item.kind == JSON:
            yield from _json_rows(stream, item.name)
        else:
            yield from _csv_rows(stream, item)


def _documents(
    rows: Iterable[Row], name: str, columns: Columns, say: Say | None
) -> Iterator[Record]:
    """Yield the document of each row, or a broken record."""
    for row in rows:
        found: Document | str
        if isinstance(row.values, str):
            found = row.values
        else:
            found = document_of(row.values, name, row.index, columns)
            if say and columns.guesses:
                say(columns.found_in(row.values))
                say = None
        if isinstance(found, str):
            said = None if isinstance(row.values, str) else id_in(row.values, columns)
            yield broken(name, row.index, f"{row.where}: {found}", str(row.raw), said)
        else:
            yield found


def _page(stream: BinaryIO, item: Input) -> Record:
    body = stream.read(MAX_RECORD_BYTES + 1)
    if len(body) > MAX_RECORD_BYTES:
        return broken(item.name, 0, f"{item.path}: more than {MAX_RECORD_BYTES} bytes; not read")
    return read_page(body, item.name, FORMATS[item.kind])


def read_page(body: bytes, name: str, format: Format, url: str | None = None) -> Document:
    """The document in a file; the front matter of Markdown becomes metadata."""
    metadata: dict[str, Any] = {}
    if format is Format.MARKDOWN:
        metadata, body = _front_matter(body)
    return Document(
        id=name,
        body=body,
        format=format,
        url=url or text_of(metadata.get("url")),
        source=name,
        metadata=metadata,
    )


def read_jsonl(
    lines: Iterable[bytes | int], name: str, columns: Columns = GUESSED, say: Say | None = None
) -> Iterator[Record]:
    """Yield a record for each line that is not blank."""
    return _documents(jsonl_rows(lines, name), name, columns, say)


def jsonl_rows(lines: Iterable[bytes | int], name: str) -> Iterator[Row]:
    """Yield a row for each line of JSON that is not blank."""
    for index, line in enumerate(lines):
        where = f"{name}:{index + 1}"
        if isinstance(line, int):
            yield Row(index, where, f"a line of {line} bytes; not read", "")
        elif line.strip():
            raw = _Raw(line)
            if (values := _values_in(line)) > MAX_VALUES:
                yield Row(index, where, f"a line of {values} values; not read", "")
                continue
            try:
                data = _loads(line.removeprefix(BOM) if index == 0 else line)
            except ValueError as error:
                yield Row(index, where, f"not JSON: {error}", raw)
                continue
            yield Row(index, where, _object(data), raw)


def _json_rows(stream: BinaryIO, name: str) -> Iterator[Row]:
    """Yield the object of a JSON file, the items of its list, or an object for each line."""
    head = stream.readline(MAX_RECORD_BYTES)
    if _is_object(head.removeprefix(BOM)):
        yield from jsonl_rows(itertools.chain([head], lines_in(stream)), name)
        return
    body = head + stream.read(MAX_RECORD_BYTES + 1 - len(head))
    if len(body) > MAX_RECORD_BYTES or _values_in(body) > MAX_VALUES:
        yield Row(0, name, "too large for one JSON value; save it as JSON lines", "")
        return
    try:
        data = _loads(body.removeprefix(BOM))
    except ValueError as error:
        yield Row(0, name, f"not JSON: {error}", _Raw(body))
        return
    if not isinstance(data, list):
        yield Row(0, name, _object(data), "")
        return
    yield from (Row(n, f"{name}[{n}]", _object(item), "") for n, item in enumerate(data))


def _is_object(line: bytes) -> bool:
    """Whether a line is a JSON object by itself."""
    try:
        return _values_in(line) <= MAX_VALUES and isinstance(_loads(line), dict)
    except ValueError:
        return False


def _object(value: Any) -> Mapping[str, Any] | str:
    """A JSON value as a row, or what is wrong with it."""
    is_object = isinstance(value, dict)
    return value if is_object else f"expected a JSON object, found {type(value).__name__}"


def _values_in(line: bytes) -> int:
    """The number of values in a line of JSON or CSV, at most: each needs memory of its own. Marks
    in strings are ignored only if there may be too many."""
    if _count_separators(line) > MAX_VALUES:
        line = QUOTED.sub(b"", line.replace(rb"\\", b"").replace(rb"\"", b""))
    return _count_separators(line)


def _count_separators(line: bytes) -> int:
    return sum(map(line.count, (b",", b"[", b"{", b":", b";", b"\t")))


class _Raw(bytes):
    """A line that is decoded on demand."""

    def __str__(self) -> str:
        return self.decode("utf-8", "backslashreplace").rstrip("\n")


def _csv_rows(stream: BinaryIO, item: Input) -> Iterator[Row]:
    """Yield the rows of a CSV file. The delimiter is detected from the header."""
    csv.field_size_limit(MAX_RECORD_BYTES)
    lines, name = _CsvLines(stream), item.name
    usual = "\t," if item.kind == ".tsv" else ",\t"
    delimiter = _delimiter_in(lines.head, f"{usual};")
    rows = csv.DictReader(lines, restkey=EXTRA_CELLS, delimiter=delimiter)
    index = 0
    while not lines.is_over:
        try:
            row = {} if rows.fieldnames and lines.is_over else next(rows, None)
        except csv.Error as error:
            yield Row(index, f"{name}:{rows.line_num}", f"not CSV: {error}", "")
        else:
            if row is None:
                return
            wrong = "more cells than columns" if EXTRA_CELLS in row else lines.why_cut(row) or row
            yield Row(index, f"{name}:{rows.line_num}", wrong, row)
        index += 1


def _delimiter_in(head: str, delimiters: str) -> str:
    """The most frequent delimiter in a header; of several, the first."""
    return max(delimiters, key=re.sub('"[^"]*"', "", head).count)


class _CsvLines:
    """The lines of a stream as text; a line that is too long is skipped with csv.Error."""

    def __init__(self, stream: BinaryIO) -> None:
        lines = lines_in(stream)
        first = next(lines, b"")
        first = first if isinstance(first, int) else first.removeprefix(BOM)
        self.head = "" if isinstance(first, int) else _text(first)
        self._lines = itertools.chain([first], lines)
        self._has_end = True
        self.is_over = False

    def why_cut(self, row: Mapping[str, Any]) -> str | None:
        """Why the last row is cut off, if it is. The reader asks for a line past the last one only
        inside quotes."""
        if self.is_over:
            return "the file ends inside quotes; it is truncated or has a stray quote"
        if not self._has_end and None in row.values():
            return "the file ends before the last column; it is truncated"
        return None

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        try:
            line = next(self._lines)
        except StopIteration:
            self.is_over = True
            raise
        if isinstance(line, int):
            raise csv.Error(f"a line of {line} bytes; not read")
        self._has_end = line.endswith((b"\n", b"\r"))
        if (cells := _values_in(line)) > MAX_VALUES:
            raise csv.Error(f"a line of {cells} values; not read")
        return _text(line)


def _text(line: bytes) -> str:
    return line.decode("utf-8", "replace")


def _loads(line: bytes) -> Any:
    try:
        return orjson.loads(line)
    except ValueError:
        # The standard library accepts lone surrogates, NaN and repaired UTF-8; orjson does not.
        try:
            return json.loads(line.decode("utf-8", "replace"))
        except RecursionError:
            raise InputError("nested too deep") from None


def _unescaped(escapes: re.Match[str]) -> str:
    """The characters of JSON escapes of surrogates, which YAML rejects."""
    return well_formed(json.loads(f'"{escapes[0]}"'))


def _front_matter(body: bytes) -> tuple[dict[str, Any], bytes]:
    head, fence, rest = body.removeprefix(BOM).partition(b"\n---")
    if not fence or not head.startswith(b"---"):
        return {}, body
    from cleaner.rules.yaml_source import read  # seldom needed, and YAML is slow to import

    try:
        text = SURROGATES.sub(_unescaped, head.removeprefix(b"---").decode("utf-8"))
        data = read(text, "front matter").data
    except (RuleFileError, UnicodeDecodeError):
        return {}, body
    return (data, rest.partition(b"\n")[2]) if isinstance(data, dict) else ({}, body)


@dataclass
class Source:
    """The inputs of a run. `say` receives each message about guesses once."""

    inputs: Sequence[Input]
    columns: Columns = GUESSED
    say: Say | None = None
    _said: set[str] = field(default_factory=set)
    _meter: Meter = field(default_factory=Meter)
    _before: int = 0  # bytes of the inputs before the current one

    def records(self) -> Iterator[tuple[int, Record]]:
        """Yield each record with the number of its input."""
        self._before = 0
        ids, compared = set[int](), 0
        for number, item in enumerate(self.inputs):
            for record in read_input(item, self.columns, self._meter, self._say_once):
                if compared < MAX_COMPARED_IDS and isinstance(record, Document):
                    ids.add(hash(record.id))
                    compared += 1
                yield number, record
            self._before += item.size
            self._meter.note(0)
        if double := compared - len(ids):
            self._say_once(f"{double} of the first {compared} documents have a repeated id")

    def note_end(self, number: int) -> None:
        """Note that another process has read an input."""
        self._before += self.inputs[number].size

    @property
    def bytes_read(self) -> int:
        return self._before + self._meter.read()

    @property
    def bytes(self) -> int:
        return sum(item.size for item in self.inputs)

    @property
    def documents(self) -> int:
        """The number of chosen documents; 0 if all are read, because it is unknown then."""
        return sum(len(item.only or ()) for item in self.inputs)

    def _say_once(self, message: str) -> None:
        if self.say and message not in self._said:
            self._said.add(message)
            self.say(message)
