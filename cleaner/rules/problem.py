"""What is wrong in a rule file, said so that its author can mend it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Problem(NamedTuple):
    """One thing wrong in a rule file, and where."""

    file: str
    line: int
    column: int
    message: str
    source: str = ""

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}:{self.column}: {self.message}"
        if not self.source.strip():
            return where
        pointer = " " * (self.column - 1) + "^"
        return f"{where}\n    {self.source}\n    {pointer}"


class RuleFileError(ValueError):
    """A rule file that cannot be used, with all that is wrong in it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))
