"""What a command does not import: that is what it starts quickly by."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

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
