"""`cleaner rules coverage`: a run's report as lines of text, for those who write rules."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cleaner.cli.common import (
    BundledOption,
    Exit,
    IdColumnOption,
    RulesOption,
    TextColumnOption,
    UrlColumnOption,
    fail,
    load_cleaner,
    load_rules,
    to_stdout,
)
from cleaner.cli.report import RUN, report_of

if TYPE_CHECKING:
    from cleaner.corpus.rows import Columns
    from cleaner.report.model import Report
    from cleaner.rules.ruleset import RuleSet

SHOWN = 5  # removed texts of a rule


def command(
    sources: Annotated[
        list[str], typer.Argument(metavar="RUN|SRC...", help="The output of a run, or documents.")
    ],
    text_column: TextColumnOption = None,
    id_column: IdColumnOption = None,
    url_column: UrlColumnOption = None,
    rules: RulesOption = None,
    bundled: BundledOption = True,
    everything: Annotated[
        bool, typer.Option("--all", help="Also what never fired of packs that come with cleaner.")
    ] = False,
) -> None:
    """Which rules fired how often, which never, and which sites have no rule file."""
    from cleaner.corpus.rows import Columns

    loaded = load_rules(rules, bundled)
    run = Path(sources[0])
    if len(sources) > 1 or not (run / RUN).is_dir():
        report = _of_documents(sources, Columns(text_column, id_column, url_column), loaded)
    else:
        try:
            report = report_of(run, loaded)
        except (OSError, ValueError) as error:
            fail(str(error), Exit.USAGE)
    for line in lines(report, loaded, everything=everything):
        to_stdout(line)


def _of_documents(sources: list[str], columns: Columns, rules: RuleSet) -> Report:
    """The report of a run over these documents, of which nothing is written."""
    from cleaner.cli.sources import find_records
    from cleaner.corpus.result_record import Recorder
    from cleaner.corpus.rows import Broken
    from cleaner.corpus.statistics import RunStatistics
    from cleaner.report.collect import Collector

    cleaner, recorder = load_cleaner(rules, None), Recorder(rules.version)
    account, collector = RunStatistics(), Collector(rules)
    for record in find_records(sources, columns):
        outcome = recorder(record if isinstance(record, Broken) else cleaner.clean(record))
        account.read += 1
        account.add(outcome)
        collector.add(outcome, record.source)
    return collector.report({"account": account.record(), "rules_version": rules.version})


def lines(report: Report, rules: RuleSet, *, everything: bool) -> Iterator[str]:
    """What a report says of rules and sites."""
    nodes = f", {report.pruned} nodes pruned" if report.pruned else ""
    yield f"{report.written} documents, {report.removals} removals{nodes}"
    yield "\nremovals  documents  rule"
    for rule in sorted(report.rules, key=lambda one: (-one.removals, one.id)):
        yield f"{rule.removals:8}  {rule.documents:9}  {rule.id}"
        for text, times in rule.texts[:SHOWN]:
            yield f"{'':21}{times:5} x {' '.join(text.split())[:90]}"
    if report.rejected_by:
        yield "\nrejected documents  rule"
        yield from (f"{count:18}  {rule}" for rule, count in report.rejected_by)
    own = _own(rules)
    yield from _silent(report, own, everything=everything)
    yield from _idle(report, rules, own, everything=everything)
    if report.without_file:
        yield "\nsites without a rule file   documents  of their text repeats"
        for site in report.without_file:
            yield f"  {site.site:26}{site.documents:9}  {site.repeating:.1%}"
    if report.more_without_file:
        yield f"  and {report.more_without_file} more"


def _own(rules: RuleSet) -> set[str]:
    """The keys of files that do not come with cleaner."""
    from cleaner.rules.ruleset import bundled_rules

    theirs = bundled_rules().resolve()
    return {h.key for h in rules.headings if not Path(h.path).resolve().is_relative_to(theirs)}


def _silent(report: Report, own: Collection[str], *, everything: bool) -> Iterator[str]:
    """Packs concern every document, whatever its language: those of cleaner are only counted."""
    selected = {*report.selected, *own}
    shown = [f for f in report.silent if everything or f.file in selected]
    others = [f for f in report.silent if not (everything or f.file in selected)]
    if shown or others:
        yield "\nin force, but never fired:"
    yield from (f"  {rule}" for file in shown for rule in file.rules)
    if others:
        count = sum(len(file.rules) for file in others)
        yield f"  {count} rules of {len(others)} packs that come with cleaner (--all lists them)"


def _idle(
    report: Report, rules: RuleSet, own: Collection[str], *, everything: bool
) -> Iterator[str]:
    idle = {h.key for h in rules.headings if not h.is_pack} - {*report.selected}
    shown = sorted(idle if everything else idle & {*own})
    others = [f"{len(idle) - len(shown)} that come with cleaner"] if len(shown) < len(idle) else []
    if idle:
        yield f"\nsite files that no document selected: {', '.join([*shown, *others])}"
