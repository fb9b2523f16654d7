"""A fingerprint of what results depend on besides their input: the code, Python, packages."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from cleaner.version import VERSION, installed_version

NO_CODE = {"__pycache__", "bundled_rules"}  # rules are known by their content


def fingerprint(folder: Path, packages: Iterable[str]) -> list[Any]:
    """JSON values that change with the code in `folder`, even if its version stays the same, and
    with the versions of Python and of some packages."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    of_code = [path for path in files if NO_CODE.isdisjoint(path.relative_to(folder).parts)]
    states = [(path, path.stat()) for path in of_code]
    code = [[str(path), state.st_size, state.st_mtime_ns] for path, state in states]
    return [VERSION, sys.version, code, [[name, installed_version(name)] for name in packages]]
