"""Settings and where they are from; completion; the command by another name."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.test_cli import cleaner


def settings() -> dict[str, tuple[str, str]]:
    """(value, origin) of each setting."""
    rows = [row.split("\t") for row in cleaner("config", "show").stdout.splitlines()]
    return {name: (value, origin) for name, value, origin in rows}


def test_settings_are_shown_with_where_they_are_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "none"))
    assert {origin for _, origin in settings().values()} == {"built in"}
    assert settings()["timeout"] == ("60.0", "built in")
    (tmp_path / "cleaner.yaml").write_text("strict: yes\nlossy: [quotes, dashes]\nbundled: no\n")
    monkeypatch.setenv("CLEANER_TIMEOUT", "5")
    monkeypatch.setenv("CLEANER_BUNDLED", "yes")
    shown = settings()
    assert shown["strict"] == ("true", "cleaner.yaml")
    assert shown["lossy"] == ("quotes, dashes", "cleaner.yaml")
    assert shown["timeout"] == ("5.0", "CLEANER_TIMEOUT")
    assert shown["bundled"] == ("true", "CLEANER_BUNDLED")
    assert shown["rules"] == ("-", "built in")


def test_the_file_that_was_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home"))
    assert "no configuration file" in cleaner("config", "show").stderr
    (tmp_path / "home/cleaner").mkdir(parents=True)
    own = tmp_path / "home/cleaner/cleaner.yaml"
    own.write_text("packs_only: true\n")
    assert cleaner("config", "show").stderr.strip() == str(own)
    assert settings()["packs_only"] == ("true", str(own))


COMPLETE = {
    "bash": {"COMP_WORDS": "cleaner rules che", "COMP_CWORD": "2"},
    "zsh": {"_TYPER_COMPLETE_ARGS": "cleaner rules che"},
    "fish": {
        "_TYPER_COMPLETE_ARGS": "cleaner rules che",
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
    },
}


def as_module(*call: str, **more: str) -> str:
    command = [sys.executable, "-m", "cleaner", *call]
    env = {**os.environ, **more}
    return subprocess.run(command, check=True, capture_output=True, text=True, env=env).stdout


@pytest.mark.parametrize("shell", COMPLETE)
def test_shells_complete_subcommands(shell: str) -> None:
    said = as_module(_CLEANER_COMPLETE=f"complete_{shell}", **COMPLETE[shell])
    assert "check" in said and "suggest" not in said


@pytest.mark.parametrize("shell", COMPLETE)
def test_the_script_of_a_shell_completes_the_command(shell: str) -> None:
    script = as_module(_CLEANER_COMPLETE=f"source_{shell}")
    assert f"_CLEANER_COMPLETE=complete_{shell}" in script


def test_the_module_is_the_command() -> None:
    assert as_module("--help").startswith("Usage: cleaner ")
