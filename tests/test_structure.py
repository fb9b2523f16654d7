"""Imports go downward only, in the order that the architecture page states."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ORDER = """
    __main__
    cli
    report
    authoring
    engines
    corpus
    pipeline
    workers page
    rules
    rights
    metadata
    extract
    classify
    text
    document clock
    values
    errors files messages version
"""
LEVELS = {name: n for n, row in enumerate(reversed(ORDER.split("\n"))) for name in row.split()}
# Imported for their types alone, by what lies below them.
UPWARD = {("metadata", "rules"), ("rights", "rules")}

FILES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted((ROOT / "cleaner").rglob("*.py"))
}
Imported = tuple[str, bool]  # the module, and whether it is imported with the one that names it


def imported(node: ast.AST, at_once: bool = True) -> Iterator[Imported]:
    """The modules of the package that a part of a module names."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ImportFrom):
            assert not child.level, "imports are written in full"
            for alias in child.names:
                for name in (f"{child.module}.{alias.name}", child.module or ""):
                    if name in FILES:
                        yield name, at_once
                        break
        elif isinstance(child, ast.Import):
            yield from ((alias.name, at_once) for alias in child.names if alias.name in FILES)
        later = isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)) or (
            isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING"
        )
        yield from imported(child, at_once and not later)


IMPORTS = {name: set(imported(ast.parse(path.read_text()))) for name, path in FILES.items()}


def part(module: str) -> str:
    """What the order speaks of: a folder of the package, or a module beside the folders."""
    return module.split(".")[1]


def test_every_part_of_the_package_has_its_place() -> None:
    assert {part(module) for module in FILES.keys() - {"cleaner"}} == LEVELS.keys()


@pytest.mark.parametrize("module", sorted(FILES.keys() - {"cleaner"}))
def test_imports_go_downward(module: str) -> None:
    mine = part(module)
    for other, at_once in IMPORTS[module]:
        if mine == part(other) or (not at_once and (mine, part(other)) in UPWARD):
            continue
        assert LEVELS[part(other)] < LEVELS[mine], f"{module} imports {other}"


def test_what_is_said_of_upward_imports_is_so() -> None:
    found = {(part(m), part(other)) for m, names in IMPORTS.items() if m != "cleaner"
             for other, _ in names if LEVELS[part(other)] > LEVELS[part(m)]}  # fmt: skip
    assert found == UPWARD


def test_the_package_itself_imports_nothing_but_its_version() -> None:
    assert {name for name, at_once in IMPORTS["cleaner"] if at_once} == {"cleaner.version"}


def test_no_modules_import_each_other() -> None:
    graph = {name: [other for other, now in found if now] for name, found in IMPORTS.items()}
    TopologicalSorter(graph).prepare()  # raises CycleError


def test_the_architecture_page_states_this_order() -> None:
    page = (ROOT / "docs/architecture.md").read_text()
    (said,) = re.findall(r"^Imports go downward only[^.]*", page, re.M)
    named = re.findall(r"`(\w+)`", said)
    folders = [name for name in ORDER.split() if (ROOT / "cleaner" / name).is_dir()]
    assert [name for name in named if name in folders] == folders
    assert sorted(named, key=LEVELS.__getitem__, reverse=True) == named
