"""`cleaner clean`: clean a corpus, one document, or JSONL records on stdin."""

from __future__ import annotations

import dataclasses
import math
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from cleaner.cli.common import Exit, fail, limits_of, load_classifier, load_cleaner, load_rules
from cleaner.cli.options import (
    LIMITS,
    LOGGING,
    OUTPUT,
    PERFORMANCE,
    RULES,
    AsFormatOption,
    BundledOption,
    ClassifierOption,
    ExtractorOption,
    FailOnOption,
    IdColumnOption,
    LearnMinOption,
    LossyOption,
    MarkdownOption,
    MaxMemoryOption,
    PacksOnlyOption,
    RulesOption,
    TextColumnOption,
    ThresholdOption,
    ThresholdsOption,
    TimeoutOption,
    UrlColumnOption,
    UrlOption,
    WeightsOption,
    WithTitleOption,
    WorkersOption,
    option,
)

if TYPE_CHECKING:
    from cleaner.corpus.rows import Columns
    from cleaner.corpus.verdict import Limits
    from cleaner.rules.ruleset import RuleSet

FOLDER_OPTIONS = frozenset(
    {"to", "dolma", "forget", "replace", "report", "engine", "ray_address", "max_error_rate",
     "keep_only_license", "learn", "learn_min", "fail_on", "verdict_threshold"}
)  # fmt: skip
DOCUMENT_OPTIONS = frozenset({"as_format", "url", "as_json"})
COLUMN_OPTIONS = frozenset({"text_column", "id_column", "url_column"})


def command(
    context: typer.Context,
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="SRC...",
            help="Folders, globs, URLs or files: HTML, text, Markdown, JSONL, CSV, TSV, Parquet, "
            "WARC or WET, compressed or not; or - for JSONL on stdin.",
        ),
    ],
    as_format: AsFormatOption = None,
    url: UrlOption = None,
    text_column: TextColumnOption = None,
    id_column: IdColumnOption = None,
    url_column: UrlColumnOption = None,
    out: Annotated[Path | None, option("-o --out OUT", "Write into this folder.", OUTPUT)] = None,
    as_json: Annotated[
        bool,
        option("--json", "Print the whole record of the one document, not only its text.", OUTPUT),
    ] = False,
    to: Annotated[
        Literal["jsonl", "jsonl.gz", "jsonl.zst", "parquet"] | None,
        option(
            "--to FORMAT",
            "Write tables as jsonl, jsonl.gz, jsonl.zst or parquet.",
            OUTPUT,
            env=True,
        ),
    ] = None,
    dolma: Annotated[
        bool, option("--dolma", "Also write documents and attributes for dolma.", OUTPUT)
    ] = False,
    with_title: WithTitleOption = False,
    lossy: LossyOption = None,
    keep_only_license: Annotated[
        str | None,
        option(
            "--keep-only-license EXPR",
            "Set documents with other licenses aside: SPDX ids, permissive, cc or "
            "public-domain, joined by OR.",
            OUTPUT,
        ),
    ] = None,
    report: Annotated[
        bool,
        option(
            "--report/--no-report",
            "Write OUT/_run/report.html, which shows what was removed.",
            OUTPUT,
            env=True,
        ),
    ] = True,
    replace: Annotated[
        bool,
        option("--replace", "Replace OUT even if all its outputs came from other inputs.", OUTPUT),
    ] = False,
    forget: Annotated[
        bool,
        option("--forget", "Do not keep the journal that lets later runs reuse results.", OUTPUT),
    ] = False,
    rules: RulesOption = None,
    bundled: BundledOption = True,
    packs_only: PacksOnlyOption = False,
    learn: Annotated[
        bool,
        option(
            "--learn",
            "First learn rules for each site from what repeats there; they go to OUT/_run/learned.",
            RULES,
            env=True,
        ),
    ] = False,
    learn_min: LearnMinOption = 5,
    classifier: ClassifierOption = True,
    classifier_threshold: ThresholdOption = None,
    classifier_weights: WeightsOption = None,
    extractor: ExtractorOption = "page",
    markdown: MarkdownOption = False,
    timeout: TimeoutOption = 60.0,
    max_memory: MaxMemoryOption = None,
    max_error_rate: Annotated[
        float | None,
        option(
            "--max-error-rate SHARE",
            "Exit with 1 if a larger share of documents is quarantined.",
            LIMITS,
            min=0,
            max=1,
            env=True,
        ),
    ] = None,
    strict: Annotated[
        bool, option("--strict", "Exit with 3 if any document is quarantined.", LIMITS, env=True)
    ] = False,
    fail_on: FailOnOption = None,
    verdict_threshold: ThresholdsOption = None,
    workers: WorkersOption = None,
    engine: Annotated[
        Literal["local", "ray"],
        option(
            "--engine NAME",
            "Run workers on this machine (local) or a Ray cluster (ray).",
            PERFORMANCE,
            env=True,
        ),
    ] = "local",
    ray_address: Annotated[
        str | None,
        option(
            "--ray-address ADDRESS",
            "Connect to this Ray cluster instead of starting one.",
            PERFORMANCE,
            envvar="RAY_ADDRESS",
        ),
    ] = None,
    profile: Annotated[
        bool, option("--profile", "Print where the time went to stderr.", PERFORMANCE)
    ] = False,
    quiet: Annotated[bool, option("--quiet -q", "Print only errors.", LOGGING)] = False,
    log_format: Annotated[
        Literal["text", "json"],
        option(
            "--log-format FORMAT",
            "Log to stderr as text, or as json with one object per line.",
            LOGGING,
            env=True,
        ),
    ] = "text",
) -> None:
    """Clean a corpus, one document, or JSONL records on stdin.

    With -o, results are written into a folder; otherwise they are printed to stdout.

    \b
    cleaner clean corpus/ -o cleaned/            a folder of pages, texts, JSONL
    cleaner clean article.html                   one document; prints its clean text
    cleaner clean - < pages.jsonl > clean.jsonl  JSONL records in, JSONL records out
    cleaner clean - --as text --json             one text; prints its whole record
    """
    from cleaner.cli.log import Log
    from cleaner.corpus.rows import Columns

    if max_error_rate is not None and math.isnan(max_error_rate):
        fail("--max-error-rate: expected a number from 0 to 1", Exit.USAGE)
    is_pipe = sources == ["-"] and as_format is None
    check_applicable(context, in_folder=out is not None, is_pipe=is_pipe, ray=engine == "ray")
    if learn and packs_only:
        fail("--packs-only: remove it; --learn writes site files", Exit.USAGE)
    log = Log(as_json=log_format == "json", quiet=quiet)
    loaded = load_rules(rules, bundled, sites=not packs_only, say=log.error)
    chosen = load_classifier(classifier, classifier_threshold, classifier_weights)
    cleaner = load_cleaner(
        loaded, lossy, extractor, classifier=chosen, with_title=with_title, markdown=markdown
    )
    check_license(keep_only_license)
    limits = limits_of(timeout, max_memory)
    count = os.cpu_count() or 1 if workers is None else workers
    columns = Columns(text_column, id_column, url_column)
    if out is not None:
        from cleaner.cli.corpus import CorpusRun
        from cleaner.corpus.outputs import Form

        if "-" in sources:
            fail("records from stdin (-) are written to stdout; remove -o", Exit.USAGE)
        if learn:
            loaded = learn_rules(out, sources, columns, rules, bundled, learn_min, workers)
            cleaner = dataclasses.replace(cleaner, rules=loaded)
        if profile and engine == "ray":
            fail("--profile does not work with --engine ray", Exit.USAGE)
        options = {
            "packs_only": packs_only,
            "learn": learn,
            "lossy": sorted(lossy or []),
            "bundled": bundled,
            "extractor": extractor,
            "classifier_threshold": chosen and chosen.threshold,
            "classifier_weights": chosen and chosen.version,
            "with_title": with_title,
            "markdown": markdown,
            "keep_only_license": keep_only_license,
        }
        job = CorpusRun(
            cleaner=cleaner,
            sources=sources,
            out=out,
            options=options,
            keep_only=keep_only_license,
            workers=workers if engine == "ray" else count,
            ray=engine == "ray",
            ray_address=ray_address,
            columns=columns,
            form=Form(to, dolma),
            limits=limits,
            log=log,
            forget=forget,
            replace=replace,
            profile=profile,
            report=report,
            thresholds=thresholds_of(verdict_threshold),
        )
        job.run(strict=strict, max_error_rate=max_error_rate, fail_on=fail_on)
        return
    from cleaner.cli.pipe import clean_one, clean_pipe

    show = log.profile if profile else None
    if is_pipe:
        clean_pipe(cleaner, count, limits, columns, strict=strict, say=log.note, show=show)
    elif len(sources) != 1:
        fail("several sources need an output folder; add -o OUT", Exit.USAGE)
    else:
        clean_one(cleaner, sources[0], as_format, url, limits, as_json=as_json, show=show)


def check_applicable(context: typer.Context, *, in_folder: bool, is_pipe: bool, ray: bool) -> None:
    """Exit if an option of the command line would have no effect."""
    wrong = {} if ray else {"ray_address": "needs --engine ray"}
    if not in_folder:
        wrong |= dict.fromkeys(FOLDER_OPTIONS, "needs an output folder; add -o OUT")
    if in_folder or is_pipe:
        wrong |= dict.fromkeys(DOCUMENT_OPTIONS, "applies to one document, without -o")
    else:
        wrong |= dict.fromkeys(COLUMN_OPTIONS, "applies to files of many records; add -o OUT")
    if is_pipe:
        del wrong["as_json"]  # a pipe always prints whole records
    for param in context.command.params:
        source = context.get_parameter_source(param.name or "")
        if param.name in wrong and source and source.name == "COMMANDLINE":
            fail(f"{'/'.join(param.opts)} {wrong[param.name]}", Exit.USAGE)


def learn_rules(
    out: Path,
    sources: list[str],
    columns: Columns,
    rules: list[Path] | None,
    bundled: bool,
    minimum: int,
    workers: int | None,
) -> RuleSet:
    """Learn the rules of a corpus into the folder of its run, and load them with the others."""
    from cleaner.cli.drafting import learn_into
    from cleaner.cli.sources import find_records
    from cleaner.corpus.output_folder import LEARNED, RUN, OutputFolder, OverwriteError

    try:
        folder = OutputFolder(out).root / RUN / LEARNED
    except (OverwriteError, OSError) as error:
        fail(str(error))
    if folder.is_symlink():
        fail(f"{folder}: a link, so the run would write outside {out}; remove it", Exit.USAGE)
    known = load_rules(rules, bundled)
    learn_into(folder, lambda: find_records(sources, columns), known, minimum, workers)
    return load_rules([*(rules or ()), folder], bundled)


def thresholds_of(values: list[str] | None) -> Mapping[str, Limits]:
    """The limits of the verdict. Exits if a value is invalid."""
    from cleaner.corpus.verdict import parse_limits

    try:
        return parse_limits(values or ())
    except ValueError as error:
        fail(f"--verdict-threshold: {error}", Exit.USAGE)


def check_license(expression: str | None) -> None:
    """Exit if the expression of --keep-only-license is invalid."""
    if expression is None:
        return
    from cleaner.rights.licenses import check_expression

    try:
        check_expression(expression)
    except ValueError as error:
        fail(f"--keep-only-license: {error}", Exit.USAGE)
