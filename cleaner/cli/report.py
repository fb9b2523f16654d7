"""`cleaner report`, `review` and `rules coverage`: the report of a run as a page or as text."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cleaner.cli.common import (
    Exit,
    fail,
    load_cleaner,
    load_rules,
    print_json,
    to_stderr,
    to_stdout,
)
from cleaner.cli.options import (
    OUTPUT,
    BundledOption,
    IdColumnOption,
    JsonOption,
    PacksOnlyOption,
    RulesOption,
    TextColumnOption,
    UrlColumnOption,
    option,
)
from cleaner.messages import plural

if TYPE_CHECKING:
    from cleaner.corpus.rows import Columns
    from cleaner.report.model import Report
    from cleaner.report.server import ReviewServer
    from cleaner.rules.ruleset import RuleSet

OTHER_RULES = "cleaner: the run used other rules"
RUN = "_run"  # in the output folder; repeated here because --help must not import corpus
MAX_TEXTS = 5  # removed texts shown per rule
MAX_TEXT_CHARS = 90
MAX_ROWS = 15  # of a list without --all
SITE_WIDTH = 34

RunArgument = Annotated[Path, typer.Argument(metavar="RUN", help="The output folder of a run.")]


def report(
    run: RunArgument,
    out: Annotated[
        Path | None,
        option("-o --out FILE", "Write the page here, by default RUN/_run/report.html.", OUTPUT),
    ] = None,
    rules: RulesOption = None,
    bundled: BundledOption = True,
    packs_only: PacksOnlyOption = False,
) -> None:
    """Write the report of a run as an HTML page.

    The page is made from RUN/_run/report.json. If the run had --no-report, it is made from the
    journal and the rules given here. It shows what `cleaner repetition` measured.
    """
    from cleaner.report.render import report_page

    target = out or run / RUN / "report.html"
    try:
        found = stored_report(run)
        if found is None:
            found = report_from_journal(run, load_rules(rules, bundled, packs_only=packs_only))
        target.write_bytes(report_page(found))
    except (OSError, ValueError) as error:
        fail(str(error), Exit.USAGE)
    to_stdout(str(target))


def stored_report(run: Path) -> Report | None:
    """The report that a run wrote, if any, with the repetition measured since."""
    from cleaner.report.model import Report
    from cleaner.report.repetition import Repetition

    data = run / RUN / "report.json"
    if not data.is_file():
        return None
    return replace(Report.from_json(data.read_bytes()), repetition=Repetition.stored(run))


def report_from_journal(run: Path, rules: RuleSet) -> Report:
    """The report of a finished run that wrote none. Raises ValueError if it has no journal."""
    from cleaner.report.collect import Collector
    from cleaner.report.load_run import open_run
    from cleaner.report.repetition import Repetition

    finished = open_run(run)
    if finished.rules_version != rules.version:
        to_stderr(f"{OTHER_RULES}: near misses and rules that never fired may be wrong")
    collector = Collector(rules)
    for outcome in finished.outcomes():
        collector.add(outcome, finished.inputs[outcome.owner])
    return replace(collector.report(finished.manifest), repetition=Repetition.stored(run))


# --- review -------------------------------------------------------------------------------------


def review(
    run: RunArgument,
    rules: RulesOption = None,
    bundled: BundledOption = True,
    port: Annotated[
        int, option("--port N", "Serve on this port; 0 takes a free one.", min=0, max=65535)
    ] = 0,
    no_browser: Annotated[
        bool, option("--no-browser", "Print the address and open no browser.")
    ] = False,
) -> None:
    """Review a run in the browser and turn marked lines into rules.

    New rules are written to the first folder of --rules (or of `rules:` in cleaner.yaml) once they
    pass `rules test` and `rules check`. The page is served on this machine only.
    """
    from cleaner.errors import LoadRunError
    from cleaner.report.load_run import open_run
    from cleaner.report.render import report_page
    from cleaner.report.review import Review
    from cleaner.report.server import ReviewServer
    from cleaner.rules.sources import is_package, is_url

    if not rules:
        fail("new rules need a folder; add --rules DIR", Exit.USAGE)
    folder, others = Path(rules[0]), rules[1:]
    if is_url(rules[0]) or is_package(rules[0]) or (folder.exists() and not folder.is_dir()):
        fail(f"{rules[0]}: expected a folder to write rule files into", Exit.USAGE)
    loaded = load_rules(rules if folder.exists() else others, bundled)
    try:
        answers = Review(open_run(run), folder, tuple(others), bundled)
        found = stored_report(run) or report_from_journal(run, loaded)
        server = ReviewServer(report_page(found, review=True), answers.answer, port)
    except (LoadRunError, OSError, ValueError) as error:
        fail(str(error), Exit.USAGE)
    with server:
        _serve(server, no_browser)


def _serve(server: ReviewServer, no_browser: bool) -> None:
    to_stderr(f"{server.address}\nPress Ctrl-C to stop.")
    if not no_browser:
        import webbrowser

        webbrowser.open(server.address)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        to_stderr("")


# --- coverage -----------------------------------------------------------------------------------


def coverage(
    sources: Annotated[
        list[str],
        typer.Argument(metavar="RUN|SRC...", help="The output folder of a run, or documents."),
    ],
    text_column: TextColumnOption = None,
    id_column: IdColumnOption = None,
    url_column: UrlColumnOption = None,
    rules: RulesOption = None,
    bundled: BundledOption = True,
    everything: Annotated[
        bool, option("--all", "List everything, also bundled rules that never fired.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Count what each rule removed in a run.

    Also lists the rules that never fired and the sites without a rule file.
    """
    from cleaner.corpus.rows import Columns

    loaded = load_rules(rules, bundled)
    run = Path(sources[0])
    if len(sources) > 1 or not (run / RUN).is_dir():
        found = _report_of_documents(sources, Columns(text_column, id_column, url_column), loaded)
    else:
        try:
            found = _report_of_run(run, loaded)
        except (OSError, ValueError) as error:
            fail(str(error), Exit.USAGE)
    if as_json:
        print_json(_coverage_record(found))
        return
    for line in _coverage_lines(found, loaded, everything=everything):
        to_stdout(line)


def _coverage_record(found: Report) -> dict[str, Any]:
    """What coverage prints, in full."""
    rules = [
        {"rule": r.id, "kind": r.kind, "removals": r.removals, "documents": r.documents,
         "characters": r.characters, "texts": dict(r.texts)}
        for r in found.rules
    ]  # fmt: skip
    return {
        "documents": found.written,
        "removals": found.removals,
        "pruned": found.pruned,
        "rules": rules,
        "rejected_by": dict(found.rejected_by),
        "never_fired": [rule for file in found.silent for rule in file.rules],
        "selected": found.selected,
        "sites_without_file": [
            {"site": s.site, "documents": s.documents, "repeating": s.repeating}
            for s in found.without_file
        ],
        "more_sites_without_file": found.more_without_file,
    }


def _report_of_run(run: Path, rules: RuleSet) -> Report:
    found = stored_report(run)
    if found is None:
        return report_from_journal(run, rules)
    if found.about["rules_version"] != rules.version:
        to_stderr(f"{OTHER_RULES}: rules added since then are not counted")
    return found


def _report_of_documents(sources: list[str], columns: Columns, rules: RuleSet) -> Report:
    """Clean the documents and collect a report, without writing anything."""
    from cleaner.classify.line_classifier import LineClassifier
    from cleaner.cli.sources import find_records
    from cleaner.corpus.journal_entry import Recorder
    from cleaner.corpus.rows import Broken
    from cleaner.corpus.statistics import RunStatistics
    from cleaner.report.collect import Collector

    cleaner = load_cleaner(rules, None, classifier=LineClassifier())
    recorder = Recorder(rules.version)
    statistics, collector = RunStatistics(), Collector(rules)
    for record in find_records(sources, columns):
        outcome = recorder(record if isinstance(record, Broken) else cleaner.clean(record))
        statistics.read += 1
        statistics.add(outcome)
        collector.add(outcome, record.source)
    return collector.report({"statistics": statistics.record(), "rules_version": rules.version})


def _coverage_lines(found: Report, rules: RuleSet, *, everything: bool) -> Iterator[str]:
    pruned = f", {plural(found.pruned, 'node')} pruned" if found.pruned else ""
    yield f"{plural(found.written, 'document')}, {plural(found.removals, 'removal')}{pruned}"
    yield "\nremovals  documents  rule"
    for rule in sorted(found.rules, key=lambda one: (-one.removals, one.id)):
        yield f"{rule.removals:8}  {rule.documents:9}  {rule.id}"
        for text, times in rule.texts[:MAX_TEXTS]:
            yield f"{'':21}{times:5} x {_on_one_line(text)}"
    if found.rejected_by:
        yield "\nrejected documents  rule"
        yield from (f"{count:18}  {rule}" for rule, count in found.rejected_by)
    own = _own_files(rules)
    yield from _silent_rules(found, own, everything=everything)
    yield from _unselected_sites(found, rules, own, everything=everything)
    yield from _sites_without_file(found, everything=everything)


def _on_one_line(text: str) -> str:
    """The beginning of a text; white space alone would be invisible."""
    return " ".join(text.split())[:MAX_TEXT_CHARS] or "(blank)"


def _own_files(rules: RuleSet) -> set[str]:
    """The keys of rule files that are not bundled."""
    from cleaner.rules.ruleset import bundled_rules

    bundled = bundled_rules().resolve()
    return {h.key for h in rules.headings if not Path(h.path).resolve().is_relative_to(bundled)}


def _silent_rules(found: Report, own: Collection[str], *, everything: bool) -> Iterator[str]:
    """Rules that never fired. Those of bundled files are only counted: most of them never fire."""
    shown = [f for f in found.silent if everything or f.file in own]
    others = [f for f in found.silent if not (everything or f.file in own)]
    if shown or others:
        yield "\nin force, but never fired:"
    yield from _cut([f"  {rule}" for file in shown for rule in file.rules], everything=everything)
    if others:
        count = plural(sum(len(file.rules) for file in others), "rule")
        yield f"  {count} of {plural(len(others), 'bundled file')} (--all lists them)"


def _unselected_sites(
    found: Report, rules: RuleSet, own: Collection[str], *, everything: bool
) -> Iterator[str]:
    unselected = {h.key for h in rules.headings if not h.is_pack} - {*found.selected}
    shown = sorted(unselected if everything else unselected & {*own})
    others = [f"{len(unselected) - len(shown)} bundled"] if len(shown) < len(unselected) else []
    if unselected:
        yield f"\nsite files that no document selected: {', '.join([*shown, *others])}"


def _sites_without_file(found: Report, *, everything: bool) -> Iterator[str]:
    if found.without_file:
        yield f"\n{'sites without a rule file':{SITE_WIDTH}}  documents  of their text repeats"
        rows = [
            f"  {site.site:{SITE_WIDTH - 2}}{site.documents:11}  {site.repeating:.1%}"
            for site in found.without_file
        ]
        yield from _cut(rows, found.more_without_file, everything=everything)


def _cut(rows: list[str], others: int = 0, *, everything: bool) -> Iterator[str]:
    """The first rows, or all that there are, and the number of rows left out and of `others`."""
    shown = rows if everything else rows[:MAX_ROWS]
    yield from shown
    if left := len(rows) - len(shown) + others:
        yield f"  and {left} more{'' if everything else ' (--all lists more)'}"
