"""`cleaner review`: the report of a run in the browser, where marked lines become rules."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cleaner.cli.common import BundledOption, Exit, RulesOption, fail, load_rules, to_stderr
from cleaner.cli.report import from_journal, kept_report

if TYPE_CHECKING:
    from cleaner.report.server import ReviewServer
    from cleaner.rules.ruleset import RuleSet


def command(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="The output folder of a run.")],
    rules: RulesOption = None,
    bundled: BundledOption = True,
    port: Annotated[
        int, typer.Option("--port", min=0, max=65535, help="0 is any that is free.")
    ] = 0,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Only say the address.")] = False,
) -> None:
    """Show the report of a run, and write lines that you mark in it as rules.

    New rules go into the first folder of --rules (or of `rules:` in cleaner.yaml), once they pass
    what `rules test` and `rules check` ask for. The page is served on this machine alone.
    """
    from cleaner.report.load_run import LoadRunError, open_run
    from cleaner.report.review import Review
    from cleaner.report.server import ReviewServer

    if not rules:
        fail("say with --rules DIR where your rules are; new ones are written there", Exit.USAGE)
    if rules[0].exists() and not rules[0].is_dir():
        fail(f"{rules[0]}: a folder is wanted, to write rule files into", Exit.USAGE)
    there = [folder for folder in rules if folder.exists()]
    loaded = load_rules(there, bundled)
    try:
        review = Review(open_run(run), tuple(rules), bundled)
        server = ReviewServer(_page(run, loaded), review.answer, port)
    except (LoadRunError, OSError, ValueError) as error:
        fail(str(error), Exit.USAGE)
    with server:
        _serve(server, no_browser)


def _page(run: Path, rules: RuleSet) -> bytes:
    from cleaner.report.render import report_page

    return report_page(kept_report(run) or from_journal(run, rules), review=True)


def _serve(server: ReviewServer, no_browser: bool) -> None:
    to_stderr(f"{server.address}\nThe page is there until Ctrl-C.")
    if not no_browser:
        import webbrowser

        webbrowser.open(server.address)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        to_stderr("")
