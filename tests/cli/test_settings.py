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


def test_every_setting_that_is_shown_may_stand_in_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "none"))
    values = {"workers": "3", "max_memory": "500", "max_error_rate": "0.5", "timeout": "7",
              "to": "parquet", "report": "no", "rules": ".", "lossy": "quotes",
              "classifier_threshold": "0.9", "fail_on": "red"}  # fmt: skip
    said = {}
    for name, (value, _) in settings().items():
        said[name] = values.get(name) or {"-": "some", "false": "yes", "true": "no"}.get(
            value, value
        )
    (tmp_path / "cleaner.yaml").write_text("".join(f"{k}: {v}\n" for k, v in said.items()))
    shown = settings()
    assert shown.keys() == said.keys()
    assert {origin for _, origin in shown.values()} == {"cleaner.yaml"}
    assert shown["workers"][0] == "3" and shown["report"][0] == "false"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("wrkers: 1", "cleaner.yaml:1:1: unknown key 'wrkers'; did you mean 'workers'?"),
        ("workers: x", "cleaner.yaml:1:10: workers: "),
        ("workers: -1", "cleaner.yaml:1:10: workers: "),
        ("strict: maybe", "cleaner.yaml:1:9: strict: "),
        ("to: [jsonl, parquet]", "cleaner.yaml:1:5: to: expected one value"),
        ("lossy: {a: b}", "cleaner.yaml:1:8: lossy: expected a value"),
        ("[a]", "cleaner.yaml: expected a mapping"),
    ],
)
def test_what_is_wrong_in_the_file_is_said_with_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str, words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "cleaner.yaml").write_text(line)
    made = cleaner("config", "show")
    assert made.exit_code == 2 and words in made.stderr


def test_settings_hold_for_every_command_that_has_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "cleaner.yaml").write_text("rules: mine\nbundled: no\nreport: no\nworkers: 0\n")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/one.yaml").write_text("pack: one\nrules:\n  - kind: ad\n    line: Buy\n")
    (tmp_path / "a.txt").write_text("A text.\nBuy\n")
    assert cleaner("rules", "list").stdout.split("\t")[0] == "one"
    assert cleaner("clean", "a.txt", "-o", "out").exit_code == 0
    assert not (tmp_path / "out/_run/report.html").exists()
    made = cleaner("report", "out")  # by the rules of the run, or it would say that they are others
    assert (made.exit_code, made.stderr) == (0, "")


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
