"""Read YAML with the position of each value, for error messages that point there.

Only what rule files need: mappings, lists and scalars, all scalars as strings (`off` stays "off").
Anchors, aliases and tags are rejected, so no file can grow when it is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

import yaml

from cleaner.rules.problems import Problem, RuleFileError

Place = tuple[int, int]  # line and column, both from 1
Path = tuple[str | int, ...]  # keys and indices from the root to a value

MAX_BYTES = 1 << 20
MAX_DEPTH = 12
TOO_DEEP = f"nested more than {MAX_DEPTH} deep"
SPECIAL = re.compile(r"""\s*(?:-\s+)*(?:[\w-]+:\s+)?(?:-\s+)*([*{&!%|>'"[-])""")
UNREADABLE = re.compile(
    "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)


@dataclass
class YamlSource:
    """The data of one YAML text, and the position of each value."""

    file: str
    text: str
    data: Any = None
    places: dict[Path, Place] = field(default_factory=dict)
    keys: dict[Path, Place] = field(default_factory=dict)
    ends: dict[Path, Place] = field(default_factory=dict)  # of unquoted strings
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

    def after(self, path: Path) -> str:
        """Return the rest of the row after an unquoted string; nothing after a quoted one."""
        line, column = self.ends.get(path, (0, 0))
        return self._rows[line - 1][column - 1 :] if 0 < line <= len(self._rows) else ""

    def block(self, path: Path) -> str:
        """Return the rows of a key and its value, or of an item of a list."""
        first = (self.keys.get(path) or self.places[path])[0] - 1
        rows = [self._rows[first]]
        for row in self._rows[first + 1 :]:
            words = row.lstrip()
            if words and not words.startswith("#") and _indent(row) <= _indent(rows[0]):
                break
            rows.append(row)
        while not rows[-1].strip() or rows[-1].lstrip().startswith("#"):
            rows.pop()
        return "\n".join(rows) + "\n"

    def at(self, line: int, column: int, message: str) -> Problem:
        row = self._rows[line - 1] if 0 < line <= len(self._rows) else ""
        return Problem(self.file, line, column, message, row)


def _indent(row: str) -> int:
    return len(row) - len(row.lstrip())


def unknown_key(key: str, known: Iterable[str]) -> str:
    """Return the message for a key that is not in the language."""
    known = sorted(known)
    close = get_close_matches(key, known, n=1)
    hint = f"did you mean {close[0]!r}?" if close else f"known are: {', '.join(known)}"
    return f"unknown key {key!r}; {hint}"


def _fail(source: YamlSource, mark: Any, message: str) -> RuleFileError:
    return RuleFileError([source.at(mark.line + 1, mark.column + 1, message)])


def read(text: str, file: str) -> YamlSource:
    """Parse `text`; raises RuleFileError if it is not the plain YAML of rule files."""
    source = YamlSource(file, text, _rows=text.split("\n"))
    if len(text.encode("utf-8", "replace")) > MAX_BYTES:
        raise RuleFileError([source.at(1, 1, f"the file is over {MAX_BYTES} bytes; split it")])
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        _build(source, yaml.parse(text, Loader=loader))
    except yaml.MarkedYAMLError as error:
        raise RuleFileError([_syntax_problem(source, error)]) from None
    except yaml.YAMLError as error:
        raise RuleFileError([_character_problem(source, error)]) from None
    return source


def _syntax_problem(source: YamlSource, error: yaml.MarkedYAMLError) -> Problem:
    """Explain a YAML error. If the file ends too soon, the problem points to the beginning of what
    has no end."""
    what = error.problem or error.context or "it cannot be read"
    mark = error.problem_mark or error.context_mark
    if mark is None:
        return source.at(1, 1, f"not YAML: {what}")
    rows = len(source.text.rstrip().split("\n"))
    if mark.line >= rows:
        mark = error.context_mark or mark  # the beginning of what has no end
    row = source.at(mark.line + 1, 1, "").source
    if "nesting depth" in what:  # the parser's own limit, which it may reach first
        return source.at(mark.line + 1, mark.column + 1, TOO_DEEP)
    if row[: mark.column + 1].strip(" ").startswith("\t"):
        what, hint = "a tab", "indent with spaces"
    elif "cannot start" in what:
        what, hint = f"a string cannot begin with {row[mark.column : mark.column + 1]}", "quote it"
    elif "expected ':'" in what:
        hint = "a key ends in a colon"
    elif "mapping values" in what and ": " in row[: mark.column]:
        hint = "quote a string that has ': ' in it"
    elif "escape" in what:
        hint = "use single quotes, where a backslash is literal"
    elif mark is error.context_mark or mark.line >= rows:
        hint = f"the value that begins {'here' if mark.line < rows else 'above'} has no end"
    elif found := SPECIAL.match(row):
        hint = f"quote a string that begins with {found[1]}"
    else:
        hint = "indent it like the lines above"
    return source.at(mark.line + 1, mark.column + 1, f"not YAML: {what}; {hint}")


def _character_problem(source: YamlSource, error: yaml.YAMLError) -> Problem:
    found = UNREADABLE.search(source.text)
    if found is None:
        return source.at(1, 1, f"not YAML: {error}")
    line = source.text.count("\n", 0, found.start())
    column = found.start() - (source.text.rfind("\n", 0, found.start()) + 1)
    message = f"not YAML: it contains a control or invalid character (U+{ord(found[0]):04X})"
    return Problem(
        source.file, line + 1, column + 1, message
    )  # the row may contain terminal controls


@dataclass
class _Frame:
    """A mapping or list that is still open."""

    value: dict[str, Any] | list[Any]
    path: Path
    key: str | None = None

    def next_path(self) -> Path:
        return (*self.path, len(self.value) if isinstance(self.value, list) else self.key or "")

    def put(self, value: Any) -> None:
        if isinstance(self.value, list):
            self.value.append(value)
        else:
            self.value[self.key or ""] = value
            self.key = None


def _build(source: YamlSource, events: Iterable[Any]) -> None:
    stack: list[_Frame] = []
    for event in events:
        mark = event.start_mark
        if isinstance(event, yaml.DocumentStartEvent) and source.data is not None:
            raise _fail(source, mark, "a second document in one file; use one file per site")
        if isinstance(event, yaml.CollectionEndEvent):
            stack.pop()
        if not isinstance(event, yaml.NodeEvent):
            continue
        _reject(source, event)
        top = stack[-1] if stack else None
        if top is not None and isinstance(top.value, dict) and top.key is None:
            _key(source, top, event)
            continue
        path = top.next_path() if top else ()
        source.places[path] = (mark.line + 1, mark.column + 1)
        value: Any = {} if isinstance(event, yaml.MappingStartEvent) else []
        if isinstance(event, yaml.ScalarEvent):
            value = event.value
            if event.style in (None, ""):
                end: Any = event.end_mark
                source.ends[path] = (end.line + 1, end.column + 1)
        else:
            stack.append(_Frame(value, path))
            if len(stack) > MAX_DEPTH:
                raise _fail(source, mark, TOO_DEEP)
        if top:
            top.put(value)
        else:
            source.data = value


def _reject(source: YamlSource, event: Any) -> None:
    """Raise RuleFileError for an alias, anchor or tag."""
    found = None
    if isinstance(event, yaml.AliasEvent):
        found = (
            f"alias *{event.anchor}: not allowed in rule files; quote a string that begins with *"
        )
    elif event.anchor is not None:
        found = (
            f"anchor &{event.anchor}: not allowed in rule files; quote a string that begins with &"
        )
    elif event.tag not in (None, "!"):
        found = f"tag {event.tag}: not allowed in rule files; quote a string that begins with !"
    if found:
        raise _fail(source, event.start_mark, found)


def _key(source: YamlSource, frame: _Frame, event: Any) -> None:
    if not isinstance(event, yaml.ScalarEvent):
        raise _fail(source, event.start_mark, "a key must be a plain word")
    if event.value in frame.value:
        raise _fail(source, event.start_mark, f"the key {event.value!r} is repeated")
    frame.key = event.value
    mark: Any = event.start_mark
    source.keys[(*frame.path, event.value)] = (mark.line + 1, mark.column + 1)


def require_mapping(source: YamlSource) -> Mapping[str, Any]:
    if not isinstance(source.data, dict):
        raise RuleFileError(
            [source.at(1, 1, "a rule file is a mapping that begins with `site:` or `pack:`")]
        )
    return source.data
