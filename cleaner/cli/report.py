"""`cleaner report`: the page of a run's report, from what the run left."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cleaner.cli.common import (
    BundledOption,
    Exit,
    PacksOnlyOption,
    RulesOption,
    fail,
    load_rules,
    to_stderr,
    to_stdout,
)

if TYPE_CHECKING:
    from cleaner.report.model import Report
    from cleaner.rules.ruleset import RuleSet

OTHERS = "the run had other rules"
RUN = "_run"  # in the output folder; what has this name is not loaded for --help


def command(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="The output folder of a run.")],
    out: Annotated[
        Path | None,
        typer.Option("-o", "--out", metavar="FILE", help="Left out: RUN/_run/report.html."),
    ] = None,
    rules: RulesOption = None,
    bundled: BundledOption = True,
    packs_only: PacksOnlyOption = False,
) -> None:
    """Write the report of a run: a page that opens from disk.

    It is made from RUN/_run/report.json. A run with --no-report has none; then its journal is
    read, and the rules given here are those that may have fired.
    """
    from cleaner.report.render import report_page

    target = out or run / RUN / "report.html"
    try:
        report = kept_report(run)
        if report is None:
            loaded = load_rules(rules, bundled, sites=not packs_only)
            report = from_journal(run, loaded)
        target.write_bytes(report_page(report))
    except (OSError, ValueError) as error:
        fail(str(error), Exit.USAGE)
    to_stdout(str(target))


def report_of(run: Path, rules: RuleSet) -> Report:
    """The report of a finished run, for questions about these rules. Raises OSError or ValueError
    where there is none to be had."""
    report = kept_report(run)
    if report is None:
        return from_journal(run, rules)
    if report.about["rules_version"] != rules.version:
        to_stderr(f"cleaner: {OTHERS}: of rules that are new since then nothing is known")
    return report


def kept_report(run: Path) -> Report | None:
    """The report that a run left, if it left one."""
    from cleaner.report.model import Report

    data = run / RUN / "report.json"
    return Report.from_json(data.read_bytes()) if data.is_file() else None


def from_journal(run: Path, rules: RuleSet) -> Report:
    """The report of a finished run that made none. Raises ValueError where it left no journal."""
    from cleaner.report.collect import Collector
    from cleaner.report.load_run import open_run

    finished = open_run(run)
    if finished.rules_version != rules.version:
        to_stderr(f"cleaner: {OTHERS}: near-misses and rules that never fired differ")
    collector = Collector(rules)
    for outcome in finished.outcomes():
        collector.add(outcome, finished.inputs[outcome.owner])
    return collector.report(finished.manifest)
