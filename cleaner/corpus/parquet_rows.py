"""Read the used columns of Parquet files and Arrow tables, in bounded memory.

Values without a Python type become text, and unreadable ones None. Dictionaries stay encoded, so
that a large value shared by many rows is in memory once. Arrow raises many types of exceptions,
so all are caught here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from cleaner.corpus.inputs import is_remote
from cleaner.corpus.rows import USED, Columns, Row
from cleaner.corpus.streams import MAX_RECORD_BYTES, Meter, MissingExtraError
from cleaner.errors import CleanerError
from cleaner.workers.limits import ITEM_BYTES

BATCH_ROWS = 64
MAX_EXPANSION = 200  # times the size on disk, for a row group of over MAX_RECORD_BYTES
MAX_LOST_ROWS = 1_000_000  # of a row group; more are one broken record


class BrokenTableError(CleanerError, ValueError):
    """Nothing of a Parquet file can be read."""


def parquet_rows(path: Path, name: str, columns: Columns, meter: Meter) -> Iterator[Row]:
    """Yield the rows of a Parquet file, without threads, because workers fork. Raises
    BrokenTableError."""
    try:
        from pyarrow.parquet import ParquetFile
    except ImportError:
        raise MissingExtraError(f"{path}: Parquet", "formats") from None
    with path.open("rb") as raw:
        try:
            schema = ParquetFile(raw, pre_buffer=False).schema
            leaves = [schema.column(number) for number in range(len(schema.names))]
            text = [leaf.path for leaf in leaves if leaf.physical_type == "BYTE_ARRAY"]
            table = ParquetFile(raw, pre_buffer=False, read_dictionary=text)
            paths = tuple(_paths(table.schema_arrow, columns))
        except Exception as error:
            _raise_if_remote(path, error)
            raise BrokenTableError(f"not Parquet: {error}") from None
        size, before = path.stat().st_size, 0  # bytes, rows
        for number in range(table.num_row_groups):
            group = _RowGroup(table, path, number, paths, size)
            for row in group.rows(name, before):
                meter.note(size * row.index // max(1, table.metadata.num_rows))
                yield row
            before += group.size


def _paths(schema: Any, columns: Columns) -> Iterator[str]:
    """The Parquet paths to read; of the object `metadata`, only the known fields."""
    from pyarrow.types import is_struct

    for field in schema:
        if field.name == "metadata" and is_struct(field.type):
            inner = (field.type.field(number).name for number in range(field.type.num_fields))
            yield from (f"metadata.{name}" for name in inner if name in USED)
        elif columns.uses(field.name):
            yield field.name
        yield from columns.inside(field.name)


def rows_in(table: Any, columns: Columns) -> Iterator[dict[str, Any]]:
    """Yield the used values of each row of an Arrow table or record batch."""
    for batch in table.to_batches() if hasattr(table, "to_batches") else [table]:
        named = list(zip(batch.schema.names, batch.columns, strict=True))
        used = [(name, c) for name, c in named if columns.uses(name) or columns.inside(name)]
        yield from ({n: _value(c[number]) for n, c in used} for number in range(batch.num_rows))


def _values_in(batch: Any, number: int) -> dict[str, Any]:
    columns = zip(batch.schema.names, batch.columns, strict=True)
    return {name: _value(column[number]) for name, column in columns}


@dataclass
class _RowGroup:
    """A row group of a file of `file_size` bytes, and the Parquet paths to read."""

    table: Any
    path: Path
    number: int
    paths: tuple[str, ...]
    file_size: int

    def __post_init__(self) -> None:
        about = self.table.metadata.row_group(self.number)
        chunks = [about.column(number) for number in range(about.num_columns)]
        read = [chunk for chunk in chunks if _is_within(chunk.path_in_schema, self.paths)]
        packed = sum(chunk.total_compressed_size for chunk in read)
        self.size = int(about.num_rows)
        self._unpacked = sum(chunk.total_uncompressed_size for chunk in read)
        self._limit = max(MAX_RECORD_BYTES, MAX_EXPANSION * min(packed, self.file_size))
        self._lost = ""  # the message about unreadable columns

    def rows(self, name: str, before: int) -> Iterator[Row]:
        """Yield every row; `before` is the number of rows in earlier groups."""
        end, index = before + self.size, before
        for values in self._values():
            yield Row(index, f"{name}: row {index + 1}{self._lost}", values, values)
            index += 1
        why = f"not read{self._lost}"
        while index < end:
            count = end - index if end - index > MAX_LOST_ROWS else 1
            said = why if count == 1 else f"{count} rows {why}"
            yield Row(index, f"{name}: row {index + 1}", said, "")
            index += count

    def _values(self) -> Iterator[dict[str, Any] | str]:
        """Yield the values of each row, or why it has none, until no more rows can be read."""
        if self._unpacked > self._limit:
            self._lost = f": {self._too_large}"
            return
        done = 0
        try:
            for values in self._read(self.paths):
                yield values
                done += 1
            return
        except Exception as error:
            _raise_if_remote(self.path, error)
            self._lost = f" ({error})"
        good = tuple(path for path in self.paths if self._is_readable(path))
        if good and good != self.paths:
            bad = ", ".join(path for path in self.paths if path not in good)
            self._lost = f" (column {bad} is damaged)"
            with suppress(Exception):  # rows() counts what is missing
                yield from islice(self._read(good), done, None)

    def _read(self, paths: tuple[str, ...]) -> Iterator[dict[str, Any] | str]:
        others = dict.fromkeys(self.table.schema_arrow.names)
        total = 0
        for batch in self._batches(paths):
            whole = _memory_of(batch.columns)
            total += whole
            for number in range(batch.num_rows):
                if total > self._limit:
                    yield self._too_large
                    continue
                size = _memory_of(batch.slice(number, 1).columns) if whole > MAX_RECORD_BYTES else 0
                if size > MAX_RECORD_BYTES:
                    yield f"a row of {size} bytes; the limit is {MAX_RECORD_BYTES}"
                else:
                    yield {**others, **_values_in(batch, number)}

    def _batches(self, paths: tuple[str, ...]) -> Iterator[Any]:
        """Read a few rows at a time, fewer if they are large."""
        batch_bytes = self._unpacked * BATCH_ROWS // max(1, self.size)
        rows = BATCH_ROWS * MAX_RECORD_BYTES // max(1, batch_bytes)
        options = {"row_groups": [self.number], "columns": list(paths), "use_threads": False}
        yield from self.table.iter_batches(max(1, min(BATCH_ROWS, rows)), **options)

    def _is_readable(self, path: str) -> bool:
        try:
            return sum(int(batch.num_rows) for batch in self._batches((path,))) == self.size
        except Exception:
            return False

    @property
    def _too_large(self) -> str:
        return f"its row group unpacks to more than {self._limit} bytes; not read"


def _raise_if_remote(path: Path, error: Exception) -> None:
    """Raise the error of a remote file: otherwise the rest of an existing file would be missing."""
    if is_remote(path) and isinstance(error, OSError) and not isinstance(error, FileNotFoundError):
        raise error


def _is_within(path: str, paths: tuple[str, ...]) -> bool:
    return any(path == outer or path.startswith(f"{outer}.") for outer in paths)


def _memory_of(arrays: Iterable[Any]) -> int:
    """An upper estimate of the memory of arrays as Python objects."""
    return sum(map(_memory, arrays))


def _memory(array: Any) -> int:
    import pyarrow as pa
    from pyarrow import compute, types

    kind = array.type
    if isinstance(array, pa.ExtensionArray):
        return _memory(array.storage)
    if types.is_dictionary(kind):
        lengths = compute.take(compute.binary_length(array.dictionary), array.indices)
        return compute.sum(lengths).as_py() or 0
    if types.is_struct(kind):
        return ITEM_BYTES * len(array) + _memory_of(array.flatten())
    if types.is_nested(kind):
        items = array.flatten()
        return ITEM_BYTES * len(items) + _memory(items)
    return int(array.nbytes)


def _value(scalar: Any) -> Any:
    """A value as a Python object, else as text, else None."""
    try:
        return scalar.as_py()
    except Exception:
        pass
    import pyarrow as pa
    from pyarrow import types

    if isinstance(scalar, pa.DictionaryScalar):
        return _value(scalar.value)
    if types.is_struct(scalar.type):
        names = [scalar.type.field(number).name for number in range(scalar.type.num_fields)]
        return {name: _value(scalar[number]) for number, name in enumerate(names)}
    if types.is_nested(scalar.type):
        return [_value(item) for item in scalar.values]
    if hasattr(scalar, "as_buffer"):
        return bytes(scalar.as_buffer()).decode("utf-8", "replace")
    try:
        return _text(scalar)
    except Exception:
        return None


def _text(scalar: Any) -> str | None:
    """The text of a value in Arrow. A time in an unknown zone is read as UTC."""
    import pyarrow as pa

    if pa.types.is_timestamp(scalar.type) and scalar.type.tz:
        scalar = scalar.cast(pa.timestamp(scalar.type.unit))
    text: str = scalar.cast(pa.string()).as_py()
    return None if text.startswith("<") else text  # <value out of range: 10000000000000000>
