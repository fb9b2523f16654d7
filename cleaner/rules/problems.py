"""Problems of rule files, with the position and the line of each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from cleaner.errors import CleanerError

MAX_EXCERPT = 100  # characters of a row that are shown around the column


class Problem(NamedTuple):
    """A mistake in a rule file, and its position."""

    file: str
    line: int
    column: int
    message: str
    source: str = ""

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}:{self.column}: {self.message}"
        if not self.source.strip():
            return where
        row, column = _excerpt(self.source, self.column - 1)
        return f"{where}\n    {row}\n    {' ' * column}^"


def _excerpt(row: str, column: int) -> tuple[str, int]:
    """Cut a long row around a column; also returns where the column is in the excerpt."""
    start = max(0, min(column - MAX_EXCERPT // 2, len(row) - MAX_EXCERPT))
    head = "…" if start else ""
    tail = "…" if len(row) > start + MAX_EXCERPT else ""
    return head + row[start : start + MAX_EXCERPT] + tail, column - start + len(head)


class RuleFileError(CleanerError, ValueError):
    """A rule file that cannot be used, with all its problems."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))
