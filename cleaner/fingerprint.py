"""What has a say in a result beside its input: this code, Python, and some packages."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from cleaner.version import VERSION, installed_version

NO_CODE = {"__pycache__", "bundled_rules"}  # rules are known by their content


def fingerprint(folder: Path, packages: Iterable[str]) -> list[Any]:
    """Plain JSON values that are other ones where a file of the code in `folder` is another, which
    may be under the same version while somebody works on it, or the version of a package."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    of_code = [path for path in files if NO_CODE.isdisjoint(path.relative_to(folder).parts)]
    states = [(path, path.stat()) for path in of_code]
    code = [[str(path), state.st_size, state.st_mtime_ns] for path, state in states]
    return [VERSION, sys.version, code, [[name, installed_version(name)] for name in packages]]
