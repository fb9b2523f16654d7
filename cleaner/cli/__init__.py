"""The command: one module per subcommand, imported when it runs."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from cleaner.cli import clean, config, diff, explain, report, review, rules
from cleaner.cli.common import to_stdout
from cleaner.version import VERSION, package_versions

app = typer.Typer(
    name="cleaner",
    help="Clean text, metadata and rights notices out of scraped articles.",
    invoke_without_command=True,
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


def _show_version(*, verbose: bool) -> None:
    to_stdout(f"cleaner {VERSION}")
    if verbose:
        to_stdout("python {}.{}.{}".format(*sys.version_info))
        for name, found in package_versions().items():
            to_stdout(f"{name} {found}")


@app.callback()
def main(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Show the version.")] = False,
    verbose: Annotated[
        bool,
        typer.Option(
            "--verbose",
            help="With --version: also show the versions of Python and of "
            "the packages that decide the output.",
        ),
    ] = False,
) -> None:
    """Clean text, metadata and rights notices out of scraped articles."""
    if version:
        _show_version(verbose=verbose)
        raise typer.Exit
    if verbose:
        raise typer.BadParameter("--verbose goes with --version")
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())
        raise typer.Exit(2)
    if context.resilient_parsing:
        return
    context.default_map = config.load_config(context)
