"""Commands start quickly because of what they do not import; help that people can read."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cleaner.cli import app

COMMAND = """
import sys
from cleaner.cli import app
app(sys.argv[1:], standalone_mode=False)
sys.stderr.write(" ".join(sys.modules))
"""


def imported(*call: str) -> set[str]:
    """The modules that a command has imported when it ends."""
    command = [sys.executable, "-c", COMMAND, *call]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return set(done.stderr.split())


def test_help_imports_nothing_heavy() -> None:
    # pydantic is not among them: typer itself imports it for the help of a subcommand
    heavy = {"ftfy", "lxml", "orjson", "pyarrow", "re2", "rich", "trafilatura", "yaml"}
    for call in (["--help"], ["clean", "--help"], ["rules", "--help"]):
        assert not imported(*call) & heavy


def test_rules_that_are_kept_need_neither_compiler_nor_yaml(tmp_path: Path) -> None:
    rules, text = tmp_path / "ours.yaml", tmp_path / "one.txt"
    rules.write_text("pack: ours\nrules:\n  - kind: ad\n    line: Buy now\n")
    text.write_text("The board met on Monday.\nBuy now\n")
    call = ("clean", str(text), "--rules", str(rules), "--no-bundled")
    compiler = {"cleaner.rules.compiler", "yaml"}
    assert imported(*call) >= compiler
    assert not imported(*call) & {*compiler, "rich", "pyarrow", "ray"}


@pytest.mark.parametrize(
    "command",
    ["clean", "explain", "report", "diff", "review", "rules suggest", "rules new", "rules coverage",
     "rules import", "rules test", "rules check", "rules list", "rules show", "config show"],
)  # fmt: skip
def test_help_is_made_of_sentences_and_names_values_for_people(command: str) -> None:
    shown = CliRunner().invoke(app, [*command.split(), "--help"]).stdout
    assert not re.search(r"<[\w|\[\] ]+>", shown)  # such as <int range>
    options = shown.partition("Arguments:")[2].split("\n\n")
    for entry in re.split(r"\n  (?=[-A-Z[])", "\n".join(options)):
        text = entry.partition("  [env var")[0].strip()
        assert not text or text.endswith((".", ":", "]")), text


def test_the_options_of_clean_are_grouped() -> None:
    shown = CliRunner().invoke(app, ["clean", "--help"]).stdout
    titles = re.findall(r"^([A-Z]\w+):$", shown, re.M)
    assert titles == ["Arguments", "Input", "Output", "Rules", "HTML", "Limits", "Performance",
                      "Logging", "Options"]  # fmt: skip


@pytest.mark.parametrize("command", [[], ["rules"], ["config"]])
def test_summaries_of_commands_are_not_cut_off(command: list[str]) -> None:
    assert (
        "..." not in CliRunner().invoke(app, [*command, "--help"]).stdout.partition("Commands")[2]
    )
