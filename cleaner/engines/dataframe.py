"""Clean data frames of pandas and Polars. The documents pass through Arrow, which both have."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar, cast

import orjson

from cleaner.corpus.arrow_tables import FLAT, schema_of, typed_table
from cleaner.corpus.flat_table import typed_metadata
from cleaner.corpus.output_records import Json, WholeRecord
from cleaner.corpus.parquet_rows import rows_in
from cleaner.corpus.rows import Broken, Columns, Record, Row, check_columns
from cleaner.engines.arrow import record_of
from cleaner.errors import InputError, OptionError
from cleaner.pipeline import Cleaner
from cleaner.workers.limits import Limits
from cleaner.workers.pool import Pool

Frame = TypeVar("Frame")

OF_RECORDS = ("id", "source", "created", "added")  # columns of a flat table that only repeat a row
SUFFIX = "_found"


def clean_dataframe(
    frame: Frame,
    cleaner: Cleaner | None = None,
    *,
    text_column: str | None = None,
    id_column: str | None = None,
    url_column: str | None = None,
    fields: Iterable[str] | None = None,
    workers: int | None = None,
    limits: Limits | None = None,
) -> Frame:
    """Clean the documents in a data frame of pandas or Polars.

    Returns a frame with the same rows in the same order. Its column `text` has the clean text, null
    if there is none. `status` and `message` tell why, and the metadata has the columns of a flat
    table. All other columns are kept: if one has the name of a metadata column, the latter is
    added as NAME_found. `fields` names the metadata columns to add; by default, all are.

    The columns of the documents, their ids and URLs are guessed as for files, or given. `cleaner`
    has the bundled rules by default; `workers` and `limits` are those of `Cleaner.clean_many`.

    Raises TypeError for anything but a data frame, MissingColumnError if there is no column of
    documents, OptionError for an unknown field, InputError if Arrow cannot hold a column, and
    MissingExtraError without pyarrow.
    """
    schema = _schema(fields)
    library = _library(frame)
    columns = Columns(text_column, id_column, url_column)
    rows = list(rows_in(_to_arrow(frame, library, columns), columns))
    numbered = (Row(number, f"row {number}", row, row) for number, row in enumerate(rows))
    check_columns([numbered], columns, need_text=True)
    records = [record_of(row, columns) for row in rows]
    made = _clean(records, cleaner or Cleaner.load(), workers, limits)
    table = typed_table([_columns(record) for record in made], schema)
    return cast(Frame, _with_columns(frame, library, table))


def _schema(fields: Iterable[str] | None) -> Any:
    """The pyarrow schema of the columns to add."""
    known = [field for field in schema_of(FLAT) if field.name not in ("text", *OF_RECORDS)]
    import pyarrow as pa

    wanted = {field.name for field in known} if fields is None else set(fields)
    if unknown := wanted - {field.name for field in known}:
        names = ", ".join(field.name for field in known)
        raise OptionError(f"fields: {min(unknown)!r} is unknown; expected some of {names}")
    head = [pa.field(name, pa.string()) for name in ("text", "status", "message")]
    return pa.schema([*head, *(field for field in known if field.name in wanted)])


def _library(frame: Any) -> str:
    for kind in type(frame).__mro__:
        name = kind.__module__.partition(".")[0]
        if name in ("pandas", "polars") and kind.__name__ == "DataFrame":
            return name
    raise TypeError(f"expected a DataFrame of pandas or Polars, not {type(frame).__name__}")


def _to_arrow(frame: Any, library: str, columns: Columns) -> Any:
    """The columns that are read, as a pyarrow table."""
    import pyarrow as pa

    names = [n for n in frame.columns if isinstance(n, str)]
    used = frame[[n for n in names if columns.uses(n) or columns.inside(n)]]
    if library == "polars":
        return used.to_arrow()
    try:
        return pa.Table.from_pandas(used, preserve_index=False)
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise InputError(f"Arrow cannot hold the data frame: {error}") from None


def _clean(
    records: list[Record], cleaner: Cleaner, workers: int | None, limits: Limits | None
) -> Iterator[Json]:
    """Yield the whole record of each document, in order."""
    finish = WholeRecord(cleaner.rules.version)
    if workers == 0:
        done = (one if isinstance(one, Broken) else cleaner.clean(one) for one in records)
        yield from (orjson.loads(finish(one)[0]) for one in done)
        return
    with Pool(cleaner, workers or os.cpu_count() or 1, limits, finish) as pool:
        for one in pool.map(records):
            yield orjson.loads((finish(one) if isinstance(one, Broken) else one)[0])


def _columns(record: Json) -> Json:
    metadata = typed_metadata(record["metadata"]) if record["metadata"] else {}
    return {**metadata, **{name: record.get(name) for name in ("text", "status", "message")}}


def _with_columns(frame: Any, library: str, table: Any) -> Any:
    taken = {*frame.columns} - {"text"}
    names = [f"{name}{SUFFIX}" if name in taken else name for name in table.column_names]
    table = table.rename_columns(names)
    if library == "polars":
        import polars

        return frame.with_columns(*polars.from_arrow(table))
    import pandas
    import pyarrow as pa

    nullable = {pa.int64(): pandas.Int64Dtype()}
    made = table.to_pandas(types_mapper=nullable.get).set_axis(frame.index)
    return frame.assign(**dict(made.items()))
