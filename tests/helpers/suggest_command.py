"""Run the command line in tests of authoring."""

from pathlib import Path

from typer.testing import CliRunner, Result

from cleaner.cli import app


def run(*arguments: str | Path, stdin: str | bytes = b"") -> Result:
    return CliRunner().invoke(app, [str(a) for a in arguments], input=stdin)
