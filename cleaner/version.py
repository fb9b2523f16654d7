"""The versions of cleaner and of the packages that affect its output, and a fingerprint of both."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

VERSION = "0.1.0"

# They read inputs or affect texts, dates, languages or rules. pyproject.toml bounds them.
OUTPUT_PACKAGES = (
    "trafilatura", "justext", "htmldate", "courlan", "charset-normalizer", "dateparser", "ftfy",
    "lxml", "lxml_html_clean", "cssselect", "resiliparse", "google-re2", "license-expression",
    "pydantic", "PyYAML", "orjson", "pyarrow", "zstandard", "brotli",
)  # fmt: skip
NO_CODE = {"__pycache__", "bundled_rules"}  # rules are known by their content


def package_versions() -> dict[str, str]:
    """The installed versions of OUTPUT_PACKAGES. Packages of extras may be missing."""
    return {name: found for name in OUTPUT_PACKAGES if (found := installed_version(name))}


def installed_version(package: str) -> str | None:
    """The version of an installed package, or None."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def fingerprint(folder: Path, packages: Iterable[str]) -> list[Any]:
    """JSON values that change with the code in `folder`, even if its version stays the same, and
    with the versions of Python and of some packages."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    of_code = [path for path in files if NO_CODE.isdisjoint(path.relative_to(folder).parts)]
    states = [(path, path.stat()) for path in of_code]
    code = [[str(path), state.st_size, state.st_mtime_ns] for path, state in states]
    return [VERSION, sys.version, code, [[name, installed_version(name)] for name in packages]]
