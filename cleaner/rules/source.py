"""YAML as data with positions: where in the file each value stands, for errors that point there.

Only what rule files need: mappings, lists and scalars, all scalars as text (`off` stays "off").
Anchors, aliases and tags are refused, so no file can grow when it is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

import yaml

Place = tuple[int, int]  # line and column, both from 1
Path = tuple[str | int, ...]  # keys and indices from the root to a value

MAX_BYTES = 1 << 20
MAX_DEPTH = 12


@dataclass(frozen=True)
class Problem:
    """One thing wrong in a rule file, said so that its author can mend it."""

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


@dataclass
class YamlSource:
    """The data of one YAML text, and the place of each value in it."""

    file: str
    text: str
    data: Any = None
    places: dict[Path, Place] = field(default_factory=dict)
    keys: dict[Path, Place] = field(default_factory=dict)
    _rows: list[str] = field(default_factory=list)

    def problem(self, path: Path, message: str, *, key: bool = False) -> Problem:
        """A problem at the value (or, with `key`, the key) that `path` leads to."""
        while path and path not in self.places:
            path = path[:-1]
        line, column = (self.keys if key and path in self.keys else self.places).get(path, (1, 1))
        return self.at(line, column, message)

    def row_problem(self, path: Path, row: str, message: str) -> Problem:
        """A problem in one row of the block of text at `path`."""
        line, column = self.places.get(path, (1, 1))
        for number in range(line, min(line + 400, len(self._rows) + 1)):
            found = self._rows[number - 1].find(row)
            if found >= 0:
                return self.at(number, found + 1, message)
        return self.at(line, column, message)

    def at(self, line: int, column: int, message: str) -> Problem:
        row = self._rows[line - 1] if 0 < line <= len(self._rows) else ""
        return Problem(self.file, line, column, message, row)


def unknown_key(key: str, known: Iterable[str]) -> str:
    """The message for a key that is not in the language."""
    known = sorted(known)
    close = get_close_matches(key, known, n=1)
    hint = f"did you mean {close[0]!r}?" if close else f"known are: {', '.join(known)}"
    return f"unknown key {key!r}; {hint}"


def _fail(source: YamlSource, mark: Any, message: str) -> RuleFileError:
    return RuleFileError([source.at(mark.line + 1, mark.column + 1, message)])


def read(text: str, file: str) -> YamlSource:
    """Parse `text`; raises RuleFileError where it is no YAML of the plain kind used here."""
    source = YamlSource(file, text, _rows=text.split("\n"))
    if len(text.encode("utf-8", "replace")) > MAX_BYTES:
        raise RuleFileError([source.at(1, 1, f"the file is over {MAX_BYTES} bytes; split it")])
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        _build(source, yaml.parse(text, Loader=loader))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        why = f"not YAML: {error.problem or error.context}"
        if mark is None:
            raise RuleFileError([source.at(1, 1, why)]) from None
        raise _fail(
            source, mark, f"{why} (quote a text that has ': ', or begins with * {{ [ @ `)"
        ) from None
    except yaml.YAMLError as error:
        raise RuleFileError([source.at(1, 1, f"not YAML: {error}")]) from None
    return source


@dataclass
class _Frame:
    value: dict[str, Any] | list[Any]
    path: Path
    key: str | None = None


def _build(source: YamlSource, events: Iterable[Any]) -> None:
    stack: list[_Frame] = []
    documents = 0

    def child_path() -> Path:
        if not stack:
            return ()
        top = stack[-1]
        return (*top.path, len(top.value) if isinstance(top.value, list) else top.key or "")

    def place(value: Any) -> None:
        if not stack:
            source.data = value
            return
        top = stack[-1]
        if isinstance(top.value, list):
            top.value.append(value)
        else:
            top.value[top.key or ""] = value
            top.key = None

    for event in events:
        mark = event.start_mark
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise _fail(source, mark, "a second document in one file; use one file per site")
        elif isinstance(event, yaml.AliasEvent):
            raise _fail(
                source,
                mark,
                f"alias *{event.anchor}: rule files have no aliases; quote a text that begins with *",
            )
        elif isinstance(event, (yaml.ScalarEvent, yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            if event.anchor is not None:
                raise _fail(
                    source,
                    mark,
                    f"anchor &{event.anchor}: rule files have no anchors; quote a text that begins with &",
                )
            if event.tag not in (None, "!"):
                raise _fail(
                    source,
                    mark,
                    f"tag {event.tag}: rule files have no tags; quote a text that begins with !",
                )
            top = stack[-1] if stack else None
            if top is not None and isinstance(top.value, dict) and top.key is None:
                if not isinstance(event, yaml.ScalarEvent):
                    raise _fail(source, mark, "a key must be a plain word")
                if event.value in top.value:
                    raise _fail(source, mark, f"the key {event.value!r} stands twice")
                top.key = event.value
                source.keys[(*top.path, event.value)] = (mark.line + 1, mark.column + 1)
                continue
            path = child_path()
            source.places[path] = (mark.line + 1, mark.column + 1)
            if isinstance(event, yaml.ScalarEvent):
                place(event.value)
                continue
            if len(stack) >= MAX_DEPTH:
                raise _fail(source, mark, f"nested more than {MAX_DEPTH} deep")
            empty: dict[str, Any] | list[Any] = (
                {} if isinstance(event, yaml.MappingStartEvent) else []
            )
            place(empty)
            stack.append(_Frame(empty, path))
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            stack.pop()


def require_mapping(source: YamlSource) -> Mapping[str, Any]:
    if not isinstance(source.data, dict):
        raise RuleFileError(
            [source.at(1, 1, "a rule file is a mapping that begins with `site:` or `pack:`")]
        )
    return source.data
