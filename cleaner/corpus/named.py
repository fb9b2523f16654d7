"""Whether columns that were named are there: asked before a run, for without them all would come
out of it without text, or all without id or URL."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from cleaner.corpus.read import DAMAGE
from cleaner.corpus.rows import Columns, Row
from cleaner.corpus.streams import MissingExtra

LOOK = 1000  # rows of a table that are looked at
SHOWN = 20  # names in a message
OPTIONS = {"body": "--text-column", "id": "--id-column", "url": "--url-column"}


class NoColumn(ValueError):
    """No record has a column that was named."""


def check_columns(tables: Iterable[Iterator[Row]], columns: Columns) -> None:
    """Raise NoColumn where none of the first rows of any table has a column that was named. No
    more is read than that takes."""
    missing = {kind for kind in OPTIONS if columns.named(kind)}
    seen: dict[str, None] = {}
    for table in tables if missing else ():
        for row in _head(table):
            missing -= {kind for kind in missing if any(columns.values(kind, row))}
            if not missing:
                return
            seen.update(dict.fromkeys(row))
    if missing:
        said = ", ".join(f"{OPTIONS[kind]} {columns.named(kind)}" for kind in sorted(missing))
        names = ", ".join([*list(seen)[:SHOWN], *(["..."] if len(seen) > SHOWN else [])])
        raise NoColumn(f"{said}: no record has that column; there are {names or 'none'}")


def _head(table: Iterator[Row]) -> Iterator[Mapping[str, Any]]:
    """The first rows of a table; a damaged one has those before the damage."""
    try:
        for row in islice(table, LOOK):
            if not isinstance(row.values, str):
                yield row.values
    except MissingExtra:
        raise
    except (OSError, *DAMAGE):
        return
