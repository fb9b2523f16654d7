"""A cleaner with packs, and a folder for hostile inputs."""

from pathlib import Path

import pytest

from cleaner.pipeline import Cleaner


@pytest.fixture(scope="module")
def packs() -> Cleaner:
    return Cleaner.load(packs_only=True)


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    (tmp_path / "raw").mkdir()
    return tmp_path / "raw"
