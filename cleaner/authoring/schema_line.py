"""The line of a rule file by which editors find its schema."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

NAME = "schema.json"
SCHEMA = f"# yaml-language-server: $schema=../{NAME}"  # as the files that come with cleaner have it
LINE = re.compile(r"^#\s*(?:yaml-language-server|\$schema):", re.M)


def line_for(folder: Path) -> str:
    """The line for files in `folder`: with the path of a schema that is there, or else of one
    beside them, where `cleaner rules schema` can write it."""
    found = find_schema(folder)
    path = os.path.relpath(found, Path(folder).absolute()) if found else NAME
    return f"# yaml-language-server: $schema={Path(path).as_posix()}"


def find_schema(folder: Path) -> Path | None:
    """The schema of rule files in `folder`, in the one above it, or in a `rules` near by."""
    folder = folder.absolute()
    near = [folder, folder.parent, *(above / "rules" for above in (folder, *folder.parents))]
    return next((path / NAME for path in near if _is_schema(path / NAME)), None)


def _is_schema(path: Path) -> bool:
    """Whether a file is the schema of rule files, and not any other of that name."""
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return False
    return isinstance(found, dict) and found.get("title") == "Rule file"
