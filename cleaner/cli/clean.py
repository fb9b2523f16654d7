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
    IdOption,
    LearnMinOption,
    LimitOption,
    LossyOption,
    MarkdownOption,
    MaxMemoryOption,
    PacksOnlyOption,
    RulesOption,
    SampleOption,
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
    from cleaner.corpus.verdict import Limits

FOLDER_OPTIONS = frozenset(
    {"to", "dolma", "forget", "replace", "report", "engine", "ray_address", "max_error_rate",
     "keep_only_license", "learn", "learn_min", "flat", "shard_size", "dry_run", "fail_on",
     "verdict_threshold"}
)  # fmt: skip
DOCUMENT_OPTIONS = frozenset({"as_format", "url", "id", "as_json"})
SELECTION_OPTIONS = frozenset({"limit", "sample"})


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
    id: IdOption = None,
    text_column: TextColumnOption = None,
    id_column: IdColumnOption = None,
    url_column: UrlColumnOption = None,
    limit: LimitOption = None,
    sample: SampleOption = None,
    out: Annotated[Path | None, option("-o --out OUT", "Write into this folder.", OUTPUT)] = None,
    dry_run: Annotated[
        bool, option("--dry-run", "Print what would be read and written, and stop.", OUTPUT)
    ] = False,
    as_json: Annotated[
        bool,
        option(
            "--json", "Print the whole record of the one document, or the dry run, as JSON.", OUTPUT
        ),
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
    flat: Annotated[
        bool,
        option(
            "--flat",
            "Write one table with all texts and their metadata, in Parquet or as --to says.",
            OUTPUT,
            env=True,
        ),
    ] = False,
    shard_size: Annotated[
        int,
        option(
            "--shard-size MB",
            "Begin a new file of the flat table after this much text and metadata.",
            OUTPUT,
            min=1,
            env=True,
        ),
    ] = 512,
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
    cleaner clean pages.jsonl --id 17            one document of a table, archive or folder
    cleaner clean - < pages.jsonl > clean.jsonl  JSONL records in, JSONL records out
    cleaner clean - --as text --json             one text; prints its whole record
    """
    from cleaner.cli.log import Log
    from cleaner.corpus.rows import Columns
    from cleaner.corpus.selection import Selection

    if max_error_rate is not None and math.isnan(max_error_rate):
        fail("--max-error-rate: expected a number from 0 to 1", Exit.USAGE)
    if limit is not None and sample is not None:
        fail("--limit, --sample: choose one", Exit.USAGE)
    is_pipe = sources == ["-"] and as_format is None and id is None
    check_applicable(context, is_pipe=is_pipe)
    selection = Selection(limit, sample)
    if learn and packs_only:
        fail("--packs-only: remove it; --learn writes site files", Exit.USAGE)
    log = Log(as_json=log_format == "json", quiet=quiet)
    loaded = load_rules(rules, bundled, packs_only=packs_only, say=log.error)
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
        if learn and not dry_run:
            from cleaner.cli.learning import learn_rules

            loaded = learn_rules(
                out, sources, columns, selection, rules, bundled, learn_min, workers
            )
            cleaner = dataclasses.replace(cleaner, rules=loaded)
        if dolma and flat:
            fail("--dolma: remove it; --flat writes nothing but its table into OUT", Exit.USAGE)
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
            "limit": limit,
            "sample": sample,
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
            form=Form(to, dolma, flat, shard_size * 10**6),
            selection=selection,
            limits=limits,
            log=log,
            forget=forget,
            replace=replace,
            profile=profile,
            report=report,
            thresholds=thresholds_of(verdict_threshold),
        )
        if dry_run:
            job.show_plan(as_json=as_json)
        else:
            job.run(strict=strict, max_error_rate=max_error_rate, fail_on=fail_on)
        return
    from cleaner.cli.pipe import clean_one, clean_pipe
    from cleaner.cli.sources import one_document

    show = log.profile if profile else None
    if is_pipe:
        clean_pipe(
            cleaner, count, limits, columns, selection, strict=strict, say=log.note, show=show
        )
    elif len(sources) != 1:
        fail("several sources need an output folder; add -o OUT", Exit.USAGE)
    else:
        advice = "add -o OUT, or choose one with --id ID"
        document = one_document(sources[0], id, as_format, url, columns, advice)
        clean_one(cleaner, document, limits, sources[0], as_json=as_json, show=show)


def check_applicable(context: typer.Context, *, is_pipe: bool) -> None:
    """Exit if an option of the command line would have no effect."""
    given = context.params
    in_folder = given["out"] is not None
    wrong = {} if given["engine"] == "ray" else {"ray_address": "needs --engine ray"}
    if not given["flat"]:
        wrong["shard_size"] = "needs --flat"
    if not in_folder:
        wrong |= dict.fromkeys(FOLDER_OPTIONS, "needs an output folder; add -o OUT")
    if in_folder or is_pipe:
        wrong |= dict.fromkeys(DOCUMENT_OPTIONS, "applies to one document, without -o")
    else:
        wrong |= dict.fromkeys(SELECTION_OPTIONS, "applies to many documents; add -o OUT")
    if is_pipe or given["dry_run"]:
        wrong.pop("as_json", None)  # a pipe always prints whole records
    for param in context.command.params:
        source = context.get_parameter_source(param.name or "")
        if param.name in wrong and source and source.name == "COMMANDLINE":
            fail(f"{'/'.join(param.opts)} {wrong[param.name]}", Exit.USAGE)


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
