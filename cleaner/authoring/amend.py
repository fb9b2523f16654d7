"""Put rules and kept lines into a rule file as its author would: comments and order stay."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cleaner.authoring.rows import quoted
from cleaner.authoring.schema_line import SCHEMA
from cleaner.errors import CleanerError
from cleaner.rules.schema import split_rows
from cleaner.rules.yaml_source import YamlSource, read

# What cannot stand in a scalar as it is.
SPECIAL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
APART = re.compile(r"\s*$|#")  # rows at the end of a section that may belong to the next one


class AmendError(CleanerError, ValueError):
    """The file is written in a way that nothing can be put into; the message says what to mend."""


@dataclass(frozen=True)
class LineRule:
    """A rule that takes one line."""

    kind: str
    id: str
    line: str  # a template
    hit: str

    def yaml(self) -> list[str]:
        return [
            f"- kind: {self.kind}",
            f"  id: {self.id}",
            f"  line: {scalar(self.line)}",
            f"  hit: {scalar(self.hit)}",
        ]

    def data(self) -> dict[str, str]:
        return {"kind": self.kind, "id": self.id, "line": self.line, "hit": self.hit}


def scalar(text: str) -> str:
    """A YAML scalar for any text."""
    if not SPECIAL.search(text):
        return quoted(text)
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + SPECIAL.sub(lambda char: f"\\u{ord(char[0]):04x}", escaped) + '"'


def begin(site: str, hosts: Sequence[str] = (), marks: Sequence[str] = ()) -> str:
    """A rule file of a site, without rules. `marks` are templates."""
    out = [SCHEMA, f"site: {site}"]
    if hosts:
        out.append(f"hosts: [{', '.join(hosts)}]")
    if marks:
        out += ["marks:", *(f"  - {scalar(mark)}" for mark in marks)]
    return "\n".join(out) + "\n"


def amend(text: str, file: str, rules: Sequence[LineRule] = (), keep: Sequence[str] = ()) -> str:
    """The rule file `text` with `rules` after its own, and the templates `keep` among its kept
    lines. Raises RuleFileError for what is no YAML, AmendError where there is no place."""
    wanted = dict(_mapping(read(text, file)))
    if rules:
        wanted["rules"] = [*(wanted.get("rules") or []), *(rule.data() for rule in rules)]
        text = _with_rules(text, file, rules)
    if keep:
        wanted["keep"] = [*split_rows(wanted.get("keep", [])), *keep]
        text = _with_keep(text, file, keep)
    got = dict(_mapping(read(text, file)))
    if keep:
        got["keep"] = split_rows(got["keep"])
    if got != wanted:
        raise AmendError(f"{file}: no place was found in it; put the rules into it by hand")
    return text


def _mapping(source: YamlSource) -> dict[str, Any]:
    if not isinstance(source.data, dict):
        raise AmendError(f"{source.file}: not a mapping")
    return source.data


def _with_rules(text: str, file: str, rules: Sequence[LineRule]) -> str:
    source, rows = read(text, file), text.rstrip("\n").split("\n")
    if ("rules",) not in source.keys:
        return _joined([*rows, "rules:", *_items(rules, 2)])
    number, end = _section(source, rows, "rules")
    if not source.data["rules"]:
        rows[number], found = re.subn(r"^(rules:)\s*\[\s*\]", r"\1", rows[number])
        if not found:
            raise AmendError(f"{file}:{number + 1}: write the empty list as `rules: []`")
        return _joined([*rows[: number + 1], *_items(rules, 2), *rows[number + 1 :]])
    indent = _dash(source, rows, "rules")
    return _joined([*rows[:end], *_items(rules, indent), *rows[end:]])


def _items(rules: Sequence[LineRule], indent: int) -> list[str]:
    return [" " * indent + row for rule in rules for row in rule.yaml()]


def _with_keep(text: str, file: str, keep: Sequence[str]) -> str:
    source, rows = read(text, file), text.rstrip("\n").split("\n")
    if ("keep",) not in source.keys:
        at = _end_before(source, rows, "rules")
        return _joined([*rows[:at], "keep:", *(f"  - {scalar(row)}" for row in keep), *rows[at:]])
    number, end = _section(source, rows, "keep")
    if isinstance(source.data["keep"], list):
        dash = " " * _dash(source, rows, "keep")
        return _joined([*rows[:end], *(f"{dash}- {scalar(row)}" for row in keep), *rows[end:]])
    line, column = source.places["keep",]
    value = rows[line - 1][column - 1 :]
    if value.startswith("|"):
        first = next((row for row in rows[line:end] if row.strip()), "  ")
        indent = first[: len(first) - len(first.lstrip())]
        return _joined([*rows[:end], *(f"{indent}{row}" for row in keep), *rows[end:]])
    known = source.data["keep"]
    if line != number + 1 or end != number + 1 or value.strip("'\" ") != known.strip("'\" "):
        raise AmendError(f"{file}:{line}: write `keep: |`, and its lines below, one a row")
    block = [f"{rows[number][: column - 1]}|", *(f"  {row}" for row in (known, *keep))]
    return _joined([*rows[:number], *block, *rows[end:]])


def _section(source: YamlSource, rows: Sequence[str], key: str) -> tuple[int, int]:
    """The number of the row where a key stands, and of the row behind its value. What follows and
    may be of the next key (blank rows, comments at the margin) is not counted."""
    begin = source.keys[key,][0] - 1
    others = [line - 1 for path, (line, _) in source.keys.items() if len(path) == 1]
    end = min((line for line in others if line > begin), default=len(rows))
    while end > begin + 1 and APART.match(rows[end - 1]):
        end -= 1
    return begin, end


def _end_before(source: YamlSource, rows: Sequence[str], key: str) -> int:
    """The row behind the section before a key; behind all rows where there is no such key."""
    if (key,) not in source.keys:
        return len(rows)
    begin = end = source.keys[key,][0] - 1
    while end and APART.match(rows[end - 1]):
        end -= 1
    return end or begin


def _dash(source: YamlSource, rows: Sequence[str], key: str) -> int:
    """How far the items of a list are indented."""
    line, column = source.places[key, 0]
    lead = rows[line - 1][: column - 1].rstrip()
    if not lead.endswith("-") or lead[:-1].strip():
        raise AmendError(f"{source.file}:{line}: `{key}` is in brackets; write a row for each item")
    return len(lead) - 1


def _joined(rows: Sequence[str]) -> str:
    return "\n".join(rows) + "\n"
