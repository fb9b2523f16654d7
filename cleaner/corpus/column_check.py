"""Check before a run that its inputs have the columns it needs: without them no document would have
a text, an id or a URL."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from cleaner.corpus.read import DAMAGE
from cleaner.corpus.rows import Columns, Row
from cleaner.corpus.streams import MissingExtraError
from cleaner.errors import CleanerError

LOOK = 1000  # rows of a table that are looked at
SHOWN = 20  # names in a message
OPTIONS = {"body": "--text-column", "id": "--id-column", "url": "--url-column"}


class MissingColumnError(CleanerError, ValueError):
    """No record has a column that was named, or none has a text."""


def check_columns(
    tables: Iterable[Iterator[Row]], columns: Columns, *, need_text: bool = False
) -> None:
    """Raise MissingColumnError if no table has a named column in its first rows; with `need_text`,
    also if none has a column that may hold the text."""
    missing = {kind for kind in OPTIONS if columns.named(kind)}
    if need_text:
        missing.add("body")
    seen: dict[str, None] = {}
    for table in tables if missing else ():
        for row in _head(table):
            missing -= {kind for kind in missing if any(columns.values(kind, row))}
            if not missing:
                return
            seen.update(dict.fromkeys(row))
    names = ", ".join([*list(seen)[:SHOWN], *(["..."] if len(seen) > SHOWN else [])])
    if said := ", ".join(f"{OPTIONS[k]} {columns.named(k)}" for k in sorted(missing)
                         if columns.named(k)):  # fmt: skip
        raise MissingColumnError(f"{said}: no record has that column; there are {names or 'none'}")
    if missing and seen:
        raise MissingColumnError(
            f"no column holds a text; name it with --text-column; there are {names}"
        )


def _head(table: Iterator[Row]) -> Iterator[Mapping[str, Any]]:
    """The first rows of a table; a damaged one has those before the damage."""
    try:
        for row in islice(table, LOOK):
            if not isinstance(row.values, str):
                yield row.values
    except MissingExtraError:
        raise
    except (OSError, *DAMAGE):
        return
