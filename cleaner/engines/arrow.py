"""Tables in, tables out: what the engines that move batches of Arrow rows call.

    clean = ArrowCleaner()
    clean(table)   # a table of cleaner.corpus.schema.RECORD, one row for each row, in order

Each process that calls one has a worker of its own below it, so that a document that hangs, breaks
its process or takes too much memory is a row with a status, and never the engine's failure.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from cleaner.corpus.parquet_rows import rows_in
from cleaner.corpus.records import WholeRecord
from cleaner.corpus.rows import GUESSED, Broken, Columns, Record, broken, document_of, id_in
from cleaner.corpus.schema import RECORD, schema_of, table_of
from cleaner.document import CleanDocument, Document
from cleaner.pipeline import Cleaner
from cleaner.workers.limits import Limits
from cleaner.workers.pool import Pool

Made = Callable[[CleanDocument | Broken], Any]


class Isolated:
    """A cleaner in a worker of its own, started where and when it is first asked: it can be
    pickled before. Threads that ask at once have a worker each. `finish` makes of each result what
    is wanted."""

    def __init__(self, cleaner: Cleaner, limits: Limits, finish: Made) -> None:
        self.cleaner, self.limits, self.finish = cleaner, limits, finish
        self._idle: list[Pool] = []

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_idle": []}

    def results(self, records: Iterable[Record]) -> list[Any]:
        """What `finish` made of each record, in order."""
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
    """Cleans tables of documents; left out, with the rules that come with the package.

    The columns of a table are guessed as those of a file are; a row without an id is named by a
    digest of its text, since its number would be another in every batch.
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
        """The pyarrow schema of what comes out; all columns are nullable."""
        return schema_of(RECORD)

    def __call__(self, table: Any) -> Any:
        """The records of a pyarrow table or record batch, as a table."""
        records = (self._record(row) for row in rows_in(table, self._columns))
        lines = [line for line, _ in self._isolated.results(records)]
        if len(lines) != table.num_rows:
            raise RuntimeError(f"{table.num_rows} rows in, but {len(lines)} out")
        return table_of(lines, RECORD)

    def rows(self, rows: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
        """The same for rows as mappings, for engines that have no tables."""
        import orjson

        for line, _ in self._isolated.results(self._record(row) for row in rows):
            yield orjson.loads(line)

    def _record(self, row: Mapping[str, Any]) -> Document | Broken:
        body = next((row[k] for k in self._columns.names("body") if row.get(k)), "")
        name = hashlib.sha256(str(body).encode("utf-8", "replace")).hexdigest()[:16]
        found = document_of(row, name, 0, self._columns)
        if isinstance(found, str):
            return broken(name, 0, found, str(row), id_in(row, self._columns))
        return found
