"""Compiled rule files as JSON, and back: what is kept of them, and sent to other machines.

A record says nothing of the path of its file, so a file that was moved is not compiled again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import fields
from typing import Any

import orjson

from cleaner.rules.compiled import CompiledFile, CompiledRule
from cleaner.rules.template import Template

Record = dict[str, Any]

OF_TEMPLATE = tuple(field.name for field in fields(Template))
CAUGHT = OF_TEMPLATE.index("fields")
SETS = (OF_TEMPLATE.index("atoms"), OF_TEMPLATE.index("heads"))
OF_RULE = tuple(field.name for field in fields(CompiledRule))
OF_FILE = tuple(f.name for f in fields(CompiledFile) if f.name not in ("path", "digest"))
FORMS = ("line", "start", "to", "span", "unless")  # the templates of a rule


def digest_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def dump(file: CompiledFile) -> bytes:
    """A compiled file as JSON."""
    values = {name: getattr(file, name) for name in OF_FILE}
    return orjson.dumps(values, default=_plain, option=orjson.OPT_PASSTHROUGH_DATACLASS)


def _plain(value: Any) -> list[Any]:
    """What orjson does not know, as a list."""
    if isinstance(value, Template):
        return [getattr(value, name) for name in OF_TEMPLATE]
    if isinstance(value, CompiledRule):
        return [getattr(value, name) for name in OF_RULE]
    if isinstance(value, frozenset):
        return sorted(value)
    raise TypeError(f"no place for a {type(value).__name__} in a record")


def load(data: bytes, path: str, digest: str) -> CompiledFile:
    """The file that `dump` wrote, as if compiled from `path`."""
    record: Record = orjson.loads(data)
    values = {
        **record,
        "formats": frozenset(record["formats"]),
        "hosts": tuple(record["hosts"]),
        "marks": _templates(record["marks"]),
        "keep": _templates(record["keep"]),
        "skip": frozenset(record["skip"]),
        "rules": tuple(_rule(row) for row in record["rules"]),
        "claims": tuple(record["claims"]),
    }
    return CompiledFile(**values, path=path, digest=digest[:16])


def _rule(row: Sequence[Any]) -> CompiledRule:
    values = dict(zip(OF_RULE, row, strict=True))
    for form in FORMS:
        values[form] = _templates(values[form])
    for name in ("hit", "miss"):
        values[name] = tuple(values[name])
    values["put"] = tuple(map(tuple, values["put"]))
    values["set"] = {key: tuple(value) for key, value in values["set"].items()}
    return CompiledRule(**values)


def _templates(rows: Sequence[Sequence[Any]]) -> tuple[Template, ...]:
    return tuple(map(template, rows)) if rows else ()


def template(row: Sequence[Any]) -> Template:
    """The template that a row of its values stands for."""
    values = list(row)
    values[CAUGHT] = tuple(values[CAUGHT])
    for number in SETS:
        values[number] = frozenset(values[number])
    return Template(*values)
