"""What the package imports, pyproject.toml asks for; nothing comes by another package alone."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions

import pytest

from tests.docs.pages import ROOT

NAME = re.compile(r"[A-Za-z0-9._-]+")
BASE = ("cleaner", *sys.stdlib_module_names)


def imported() -> Iterator[tuple[str, str]]:
    """(package, file that imports it) of all packages but Python's own."""
    for path in sorted((ROOT / "cleaner").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            for name in names:
                if name.split(".")[0] not in BASE:
                    yield name.split(".")[0], str(path.relative_to(ROOT))


def plain(name: str) -> str:
    return re.sub(r"[._-]+", "-", name).lower()


def test_all_that_is_imported_is_declared() -> None:
    project = pytest.importorskip("tomllib").loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = [name for names in project["optional-dependencies"].values() for name in names]
    declared = {plain(NAME.match(said)[0]) for said in project["dependencies"] + extras}
    makers = packages_distributions()  # of what is installed; the others are extras
    missing = {
        (package, file)
        for package, file in imported()
        if not declared & set(map(plain, makers.get(package, [package])))
    }
    assert sorted(missing) == []
