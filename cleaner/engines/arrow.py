"""Clean Arrow tables, for engines that move batches of rows.

    clean = ArrowCleaner()
    clean(table)   # a table of cleaner.corpus.arrow_tables.RECORD, row for row

Each calling process has a worker process of its own, so that a document that hangs, crashes or
takes too much memory becomes a row with a status and does not stop the engine.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from cleaner.corpus.arrow_tables import RECORD, schema_of, table_of
from cleaner.corpus.output_records import WholeRecord
from cleaner.corpus.parquet_rows import rows_in
from cleaner.corpus.rows import GUESSED, Broken, Columns, Record, broken, document_of, id_in
from cleaner.corpus.statistics import LostRecordsError
from cleaner.document import CleanDocument
from cleaner.pipeline import Cleaner
from cleaner.workers.limits import Limits
from cleaner.workers.pool import Pool

Convert = Callable[[CleanDocument | Broken], Any]


class Isolated:
    """A cleaner in a worker process, which starts on first use; it can be pickled before. Threads
    that call it at the same time have a worker each. `finish` converts each result."""

    def __init__(self, cleaner: Cleaner, limits: Limits, finish: Convert) -> None:
        self.cleaner, self.limits, self.finish = cleaner, limits, finish
        self._idle: list[Pool] = []

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_idle": []}

    def results(self, records: Iterable[Record]) -> list[Any]:
        """The converted result of each record, in order."""
        try:
            pool = self._idle.pop()
        except IndexError:
            pool = Pool(self.cleaner, 1, self.limits, self.finish)
        try:
            done = list(pool.map(records))
        except BaseException:
            pool.close()
            raise
        self._idle.append(pool)
        return [self.finish(made) if isinstance(made, Broken) else made for made in done]


class ArrowCleaner:
    """Cleans tables of documents, by default with the bundled rules.

    The columns of a table are guessed as for files. The default id of a row is a digest of its
    text, because its number depends on the batch.
    """

    def __init__(
        self,
        cleaner: Cleaner | None = None,
        *,
        columns: Columns = GUESSED,
        limits: Limits | None = None,
    ) -> None:
        self._cleaner = cleaner or Cleaner.load()
        self._columns = columns
        line_of = WholeRecord(self._cleaner.rules.version)
        self._isolated = Isolated(self._cleaner, limits or Limits(), line_of)

    @property
    def schema(self) -> Any:
        """The pyarrow schema of the results; all columns are nullable."""
        return schema_of(RECORD)

    def __call__(self, table: Any) -> Any:
        """Clean a pyarrow table or record batch into a table of records."""
        records = (record_of(row, self._columns) for row in rows_in(table, self._columns))
        lines = [line for line, _ in self._isolated.results(records)]
        if len(lines) != table.num_rows:
            raise LostRecordsError(f"{table.num_rows} rows given, but {len(lines)} returned")
        return table_of(lines, RECORD)

    def rows(self, rows: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
        """Clean rows given as mappings, for engines without tables."""
        import orjson

        records = (record_of(row, self._columns) for row in rows)
        for line, _ in self._isolated.results(records):
            yield orjson.loads(line)


def record_of(row: Mapping[str, Any], columns: Columns) -> Record:
    """The document in a row of a table."""
    body = next((row[k] for k in columns.names("body") if row.get(k)), "")
    name = hashlib.sha256(str(body).encode("utf-8", "replace")).hexdigest()[:16]
    found = document_of(row, name, 0, columns)
    if isinstance(found, str):
        return broken(name, 0, found, str(row), id_in(row, columns))
    return found
