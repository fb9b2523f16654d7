"""The identity of a run: if it changes, no result of an earlier run is reused."""

import importlib.metadata
from pathlib import Path

import pytest

from cleaner.corpus import incremental
from cleaner.corpus.incremental import identity_of
from tests.helpers.rules import make_rules


def base() -> str:
    return identity_of([], make_rules("pack: one\nrules: []\n"), {"lossy": []}).base


@pytest.fixture
def code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("extract/weights.json", "decode.py", "bundled_rules/x.yaml", "__pycache__/x.pyc"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("1")
    monkeypatch.setattr(incremental, "CODE", tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", ["extract/weights.json", "decode.py"])
def test_every_file_of_the_code_counts(code: Path, name: str) -> None:
    before = base()
    assert base() == before
    (code / name).write_text("22")
    assert base() != before


@pytest.mark.parametrize("name", ["bundled_rules/x.yaml", "__pycache__/x.pyc"])
def test_what_is_no_code_does_not(code: Path, name: str) -> None:
    before = base()
    (code / name).write_text("22")
    assert base() == before


@pytest.mark.parametrize(
    "package", ["trafilatura", "ftfy", "lxml", "resiliparse", "dateparser", "google-re2"]
)
def test_versions_of_packages_count(monkeypatch: pytest.MonkeyPatch, package: str) -> None:
    before, version = base(), importlib.metadata.version
    monkeypatch.setattr(
        "cleaner.version.version", lambda name: "0.0.0" if name == package else version(name)
    )
    assert base() != before


def test_the_version_of_python_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    before = base()
    monkeypatch.setattr("sys.version", "3.99")
    assert base() != before
