"""`cleaner clean`: clean a corpus, a file, or what comes through the pipe."""

from __future__ import annotations

import math
import os
from pathlib import Path
from typing import Annotated

import typer

from cleaner.cli.common import (
    BundledOption,
    Exit,
    ExtractorOption,
    IdColumnOption,
    LossyOption,
    MaxMemoryOption,
    PacksOnlyOption,
    RulesOption,
    StrictOption,
    TextColumnOption,
    TimeoutOption,
    UrlColumnOption,
    WithTitleOption,
    fail,
    limits_of,
    load_cleaner,
    load_rules,
)

MAX_WORKERS = 4096
IN_FOLDER = frozenset(
    {"to", "dolma", "forget", "replace", "report", "engine", "ray_address", "max_error_rate",
     "keep_only_license"}
)  # fmt: skip
OF_ONE = frozenset({"as_format", "url", "as_json"})
OF_ROWS = frozenset({"text_column", "id_column", "url_column"})


def command(
    context: typer.Context,
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="SRC...",
            help="Folders, globs, URLs; files of HTML, text, Markdown, JSONL, CSV, TSV, Parquet, "
            "WARC or WET, packed or not; or - for the pipe.",
        ),
    ],
    out: Annotated[
        Path | None, typer.Option("-o", "--out", metavar="OUT", help="The output folder.")
    ] = None,
    as_format: Annotated[
        str | None,
        typer.Option(
            "--as", metavar="FORMAT", help="Read - as one document: text, markdown or html."
        ),
    ] = None,
    url: Annotated[
        str | None, typer.Option("--url", help="With --as: where the document is from.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="For one document: the whole record, not the text alone.")
    ] = False,
    text_column: TextColumnOption = None,
    id_column: IdColumnOption = None,
    url_column: UrlColumnOption = None,
    workers: Annotated[
        int | None,
        typer.Option(
            "--workers",
            min=0,
            max=MAX_WORKERS,
            envvar="CLEANER_WORKERS",
            help="Processes; all cores if left out, 0 for none.",
        ),
    ] = None,
    engine: Annotated[
        str,
        typer.Option(
            "--engine",
            metavar="local|ray",
            envvar="CLEANER_ENGINE",
            help="With -o: what runs the workers, this machine or a Ray cluster.",
        ),
    ] = "local",
    ray_address: Annotated[
        str | None,
        typer.Option(
            "--ray-address",
            metavar="ADDRESS",
            envvar="RAY_ADDRESS",
            help="Of the cluster; left out: one on this machine.",
        ),
    ] = None,
    timeout: TimeoutOption = 60.0,
    max_memory: MaxMemoryOption = None,
    max_error_rate: Annotated[
        float | None,
        typer.Option(
            "--max-error-rate",
            min=0,
            max=1,
            envvar="CLEANER_MAX_ERROR_RATE",
            help="Exit with 1 where a larger share of documents is quarantined.",
        ),
    ] = None,
    to: Annotated[
        str | None,
        typer.Option(
            "--to",
            metavar="FORM",
            envvar="CLEANER_TO",
            help="With -o: write tables as jsonl, jsonl.gz, jsonl.zst or parquet; pages too.",
        ),
    ] = None,
    dolma: Annotated[
        bool,
        typer.Option("--dolma", help="With -o: also documents and attributes for dolma."),
    ] = False,
    forget: Annotated[
        bool,
        typer.Option(
            "--forget",
            help="With -o: keep no journal, which later runs take what still holds from.",
        ),
    ] = False,
    replace: Annotated[
        bool,
        typer.Option(
            "--replace",
            help="With -o: if OUT has outputs of other inputs alone, remove them.",
        ),
    ] = False,
    report: Annotated[
        bool,
        typer.Option(
            "--report/--no-report",
            envvar="CLEANER_REPORT",
            help="With -o: write OUT/_run/report.html, a page that shows what went.",
        ),
    ] = True,
    profile: Annotated[
        bool,
        typer.Option("--profile", help="Say at the end what took how long, on stderr."),
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")] = False,
    log_format: Annotated[
        str,
        typer.Option(
            "--log-format",
            metavar="text|json",
            envvar="CLEANER_LOG_FORMAT",
            help="What is said on stderr: lines for people, or one JSON object a line.",
        ),
    ] = "text",
    rules: RulesOption = None,
    bundled: BundledOption = True,
    packs_only: PacksOnlyOption = False,
    lossy: LossyOption = None,
    extractor: ExtractorOption = "page",
    with_title: WithTitleOption = False,
    keep_only_license: Annotated[
        str | None,
        typer.Option(
            "--keep-only-license",
            metavar="EXPR",
            help="With -o: set other documents aside. SPDX ids, permissive, cc, public-domain; OR.",
        ),
    ] = None,
    strict: StrictOption = False,
) -> None:
    """Clean documents: into a folder with -o, else one document or a pipe of JSONL to stdout.

    \b
    cleaner clean corpus/ -o cleaned/            a folder of pages, texts, JSONL
    cleaner clean article.html                   one document; its clean text
    cleaner clean - < pages.jsonl > clean.jsonl  a pipe of JSONL records
    cleaner clean - --as text --json             one text; its whole record
    """
    from cleaner.cli.log import Log
    from cleaner.corpus.rows import Columns

    if max_error_rate is not None and math.isnan(max_error_rate):
        fail("--max-error-rate: expected a number from 0 to 1", Exit.USAGE)
    if log_format not in ("text", "json"):
        fail(f"--log-format {log_format}: it is text or json", Exit.USAGE)
    is_pipe = sources == ["-"] and as_format is None
    if engine not in ("local", "ray"):
        fail(f"--engine {engine}: it is local or ray", Exit.USAGE)
    check_effect(context, in_folder=out is not None, is_pipe=is_pipe, ray=engine == "ray")
    log = Log(as_json=log_format == "json", quiet=quiet)
    loaded = load_rules(rules, bundled, sites=not packs_only, say=log.error)
    cleaner = load_cleaner(loaded, lossy, extractor, with_title=with_title)
    check_licences(keep_only_license)
    limits = limits_of(timeout, max_memory)
    count = os.cpu_count() or 1 if workers is None else workers
    columns = Columns(text_column, id_column, url_column)
    if out is not None:
        from cleaner.cli.corpus import CorpusRun
        from cleaner.corpus.outputs import TO, Form

        if "-" in sources:
            fail("- is read from the pipe and written to the pipe; leave -o out", Exit.USAGE)
        if profile and engine == "ray":
            fail("--profile is not to be had with --engine ray, only with local", Exit.USAGE)
        if to is not None and to not in TO:
            fail(f"--to {to}: it is one of {', '.join(TO)}", Exit.USAGE)
        options = {
            "packs_only": packs_only,
            "lossy": sorted(lossy or []),
            "bundled": bundled,
            "extractor": extractor,
            "with_title": with_title,
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
        )
        job.run(strict=strict, max_error_rate=max_error_rate)
        return
    from cleaner.cli.pipe import clean_one, clean_pipe

    show = log.profile if profile else None
    if is_pipe:
        clean_pipe(cleaner, count, limits, columns, strict=strict, say=log.note, show=show)
    elif len(sources) != 1:
        fail("say with -o OUT where the results of several sources go", Exit.USAGE)
    else:
        clean_one(cleaner, sources[0], as_format, url, limits, as_json=as_json, show=show)


def check_effect(context: typer.Context, *, in_folder: bool, is_pipe: bool, ray: bool) -> None:
    """End where the command line has an option that would do nothing."""
    wrong = {} if ray else {"ray_address": "it is for --engine ray"}
    if not in_folder:
        wrong |= dict.fromkeys(IN_FOLDER, "it is for an output folder; say -o OUT")
    if in_folder or is_pipe:
        wrong |= dict.fromkeys(OF_ONE, "it is for one document, without -o")
    else:
        wrong |= dict.fromkeys(OF_ROWS, "it is for files of many records; say -o OUT")
    if is_pipe:
        del wrong["as_json"]  # what a pipe gives anyway
    for option in context.command.params:
        source = context.get_parameter_source(option.name or "")
        if option.name in wrong and source and source.name == "COMMANDLINE":
            fail(f"{'/'.join(option.opts)}: {wrong[option.name]}", Exit.USAGE)


def check_licences(expression: str | None) -> None:
    """End with what is wrong with --keep-only-license, if anything is."""
    if expression is None:
        return
    from cleaner.rights.licenses import check_expression

    try:
        check_expression(expression)
    except ValueError as error:
        fail(f"--keep-only-license: {error}", Exit.USAGE)
