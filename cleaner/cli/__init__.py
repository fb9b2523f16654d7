"""The command: one module per subcommand, imported when it runs."""

from __future__ import annotations

from typing import Annotated

import typer

from cleaner.cli import clean, config, diff, explain, report, review, rules
from cleaner.cli.common import to_stdout
from cleaner.version import VERSION

app = typer.Typer(
    name="cleaner",
    help="Clean text, metadata and rights notices out of scraped articles.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("clean")(clean.command)
app.command("explain")(explain.command)
app.command("report")(report.command)
app.command("diff")(diff.command)
app.command("review")(review.command)
app.add_typer(rules.app, name="rules")
app.add_typer(config.app, name="config")


def _version(wanted: bool) -> None:
    if wanted:
        to_stdout(f"cleaner {VERSION}")
        raise typer.Exit


@app.callback()
def main(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Clean text, metadata and rights notices out of scraped articles."""
    if context.resilient_parsing:
        return
    context.default_map = config.load_config(context)
