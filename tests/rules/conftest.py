"""A folder of rule files, the folder of their cache, and a record of what is compiled."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import cleaner.rules.compiler as compiler
from cleaner.rules.compiler import compile_text
from tests.helpers.rule_cache import PACK, site


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    there = tmp_path / "rules"
    (there / "deep").mkdir(parents=True)
    for name in ("tern", "heron"):
        (there / f"{name}.org.yaml").write_text(site(name))
    (there / "deep" / "crane.org.yml").write_text(site("crane"))
    (there / "ours.yaml").write_text(PACK)
    return there


@pytest.fixture
def cached(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the cache files."""
    monkeypatch.setenv("CLEANER_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "rules"


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The names of the files that were compiled, in order."""
    names: list[str] = []

    def noted(text: str, path: str) -> Any:
        names.append(Path(path).name)
        return compile_text(text, path)

    monkeypatch.setattr(compiler, "compile_text", noted)
    yield names
