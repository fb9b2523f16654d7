"""The command line. Modules import what a command needs only when it runs."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from cleaner.cli import clean, config, diff, explain, init, repetition, report, rules
from cleaner.cli.common import to_stdout
from cleaner.cli.options import Command, option
from cleaner.version import VERSION, package_versions

DESCRIPTION = "Turn scraped articles into clean text, with metadata and rights notices."

app = typer.Typer(
    name="cleaner",
    invoke_without_command=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("clean", cls=Command)(clean.command)
app.command("init", cls=Command)(init.command)
app.command("explain", cls=Command)(explain.command)
app.command("report", cls=Command)(report.report)
app.command("diff", cls=Command)(diff.command)
app.command("repetition", cls=Command)(repetition.command)
app.command("review", cls=Command)(report.review)
app.add_typer(rules.app, name="rules")
app.add_typer(config.app, name="config")


def _show_version(*, verbose: bool) -> None:
    to_stdout(f"cleaner {VERSION}")
    if verbose:
        to_stdout("python {}.{}.{}".format(*sys.version_info))
        for name, found in package_versions().items():
            to_stdout(f"{name} {found}")


@app.callback(help=DESCRIPTION)
def main(
    context: typer.Context,
    version: Annotated[bool, option("--version", "Show the version.")] = False,
    verbose: Annotated[
        bool,
        option(
            "--verbose", "With --version, also show Python and the packages that affect the output."
        ),
    ] = False,
) -> None:
    if version:
        _show_version(verbose=verbose)
        raise typer.Exit
    if verbose:
        raise typer.BadParameter("--verbose needs --version")
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())
        raise typer.Exit(2)
    if context.resilient_parsing:
        return
    context.default_map = config.load_config(context)
