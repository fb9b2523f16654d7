"""`cleaner init` starts a project that works."""

import re
from pathlib import Path

import pytest

from tests.cli.test_cli import cleaner


def test_what_it_writes_works_as_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = cleaner("init")
    assert (result.exit_code, result.stdout) == (0, "")
    *_, first, second = result.stderr.splitlines()
    assert first == "next: cleaner rules test rules/"
    tested = cleaner(*first.removeprefix("next: cleaner ").split())
    assert tested.exit_code == 0 and tested.stderr == "1 file, 5 passed, 0 failed\n"
    checked = cleaner("rules", "check", "rules/", "--strict")
    assert checked.exit_code == 0, checked.output
    Path("a.txt").write_text("The ferry is back.\n\nSign up for the Example newsletter\n")
    command = second.removeprefix("then: cleaner ").replace("DOCUMENTS", "a.txt")
    assert cleaner(*command.split()).exit_code == 0
    shown = cleaner("clean", "a.txt", "--url", "https://example.org/1", "--no-classifier")
    assert shown.stdout == "The ferry is back.\n"  # by the rules that cleaner.yaml names


def test_each_commented_setting_can_be_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cleaner("init").exit_code == 0
    config = Path("cleaner.yaml")
    settings = dict(re.findall(r"^# (\w+): (\S+)$", config.read_text(), re.M))
    shown = cleaner("config", "show").stdout
    assert {"rules", *settings} == {line.split("\t")[0] for line in shown.splitlines()}
    kept = [
        f"{name}: {value}" for name, value in settings.items() if not value.strip("[]").isupper()
    ]
    config.write_text("\n".join(kept))
    result = cleaner("config", "show")
    assert result.exit_code == 0, result.output
    assert all("cleaner.yaml" in line for line in result.stdout.splitlines() if "-\t" not in line)


@pytest.mark.parametrize("there", ["cleaner.yaml", "rules/example.org.yaml", "rules/schema.json"])
def test_nothing_is_overwritten(tmp_path: Path, there: str) -> None:
    path = tmp_path / there
    path.parent.mkdir(exist_ok=True)
    path.write_text("mine")
    result = cleaner("init", tmp_path)
    assert result.exit_code == 2 and f"{path} exists; nothing was written" in result.stderr
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == [path]
    assert path.read_text() == "mine"


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    result = cleaner("init", tmp_path / "file" / "project")
    assert result.exit_code == 1 and str(tmp_path / "file") in result.stderr
