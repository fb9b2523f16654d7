"""pyproject.toml declares what is imported and bounds what decides the output; all is locked."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions, version
from typing import Any

import pytest
from packaging.requirements import Requirement
from typer.testing import CliRunner

from cleaner.cli import app
from cleaner.version import OUTPUT_PACKAGES, VERSION, package_versions
from tests.helpers.pages import ROOT

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


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    return dict(pytest.importorskip("tomllib").loads(text)["project"])


def locked(name: str) -> list[Requirement]:
    """What a lock file installs, without its hashes."""
    text = (ROOT / f"requirements/{name}.txt").read_text(encoding="utf-8").replace("\\\n", "")
    lines = (line.partition("--hash")[0].strip() for line in text.splitlines())
    return [Requirement(line) for line in lines if line and not line.startswith("#")]


def test_the_distribution_has_a_name_of_its_own_and_the_version_of_the_package(
    project: dict[str, Any],
) -> None:
    assert (project["name"], project["version"]) == ("article-cleaner", VERSION)
    assert project["scripts"] == {"cleaner": "cleaner.__main__:main"}
    extras = [name for names in project["optional-dependencies"].values() for name in names]
    own = {plain(Requirement(said).name) for said in extras if "cleaner[" in said}
    assert own == {"article-cleaner"}


def test_all_that_is_imported_is_declared(project: dict[str, Any]) -> None:
    extras = [name for names in project["optional-dependencies"].values() for name in names]
    declared = {plain(NAME.findall(said)[0]) for said in project["dependencies"] + extras}
    makers = packages_distributions()  # of what is installed; the others are extras
    missing = {
        (package, file)
        for package, file in imported()
        if not declared & set(map(plain, makers.get(package, [package])))
    }
    assert sorted(missing) == []


@pytest.mark.parametrize(
    ("lock", "extras"),
    [("run", []), ("dev", ["dev", "formats", "remote", "docs"]), ("bench", ["bench"]),
     ("engines", ["dev", "formats", "remote", "docs", "ray", "engines"])],
)  # fmt: skip
def test_locked_versions_are_within_the_bounds(
    project: dict[str, Any], lock: str, extras: list[str]
) -> None:
    asked = [
        *project["dependencies"],
        *(r for x in extras for r in project["optional-dependencies"][x]),
    ]
    pins = locked(lock)
    for want in map(Requirement, asked):
        if plain(want.name) == "article-cleaner":
            continue
        found = [pin for pin in pins if plain(pin.name) == plain(want.name)]
        assert found, f"{want.name} is not locked: make lock"
        for pin in found:
            (pinned,) = pin.specifier
            assert want.specifier.contains(pinned.version), f"{pin}: {want}: make lock"


def test_what_decides_the_output_is_bounded_above_and_below(project: dict[str, Any]) -> None:
    asked = [*project["dependencies"], *project["optional-dependencies"]["formats"]]
    decides = {plain(name) for name in OUTPUT_PACKAGES}
    for want in map(Requirement, asked):
        if plain(want.name) in decides and plain(want.name) not in ("pyarrow", "zstandard"):
            assert {">=", "<"} <= {bound.operator for bound in want.specifier}, want


def test_the_versions_are_shown_and_are_those_installed() -> None:
    done = CliRunner().invoke(app, ["--version", "--verbose"])
    assert done.exit_code == 0
    shown = dict(line.split(" ", 1) for line in done.stdout.splitlines())
    assert shown.pop("cleaner") and shown.pop("python")
    assert shown == package_versions() and shown["PyYAML"] == version("pyyaml")
