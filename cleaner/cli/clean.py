"""`cleaner clean`: clean a corpus, a file, or what comes through the pipe."""

from __future__ import annotations

import os
import sys
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cleaner.cli.common import (
    BundledOption,
    Exit,
    ExtractorOption,
    LossyOption,
    PacksOnlyOption,
    RulesOption,
    StrictOption,
    WithTitleOption,
    fail,
    load_cleaner,
    load_rules,
    stdout_write,
)

if TYPE_CHECKING:
    from cleaner.document import Document
    from cleaner.pipeline import Cleaner

BATCH = 32


def command(
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="SRC...", help="Folders, .html .txt .md .jsonl files, or - for the pipe."
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
    text_column: Annotated[
        str | None, typer.Option("--text-column", help="The column (key) of the document.")
    ] = None,
    id_column: Annotated[
        str | None, typer.Option("--id-column", help="The column (key) of its id.")
    ] = None,
    url_column: Annotated[
        str | None, typer.Option("--url-column", help="The column (key) of its URL.")
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(
            "--workers",
            min=0,
            envvar="CLEANER_WORKERS",
            help="With -o: processes; all cores if left out, 0 for none.",
        ),
    ] = None,
    timeout: Annotated[
        float,
        typer.Option(
            "--timeout",
            min=0.1,
            envvar="CLEANER_TIMEOUT",
            help="Seconds that one document may take.",
        ),
    ] = 60.0,
    max_memory: Annotated[
        int | None,
        typer.Option(
            "--max-memory",
            min=100,
            metavar="MB",
            envvar="CLEANER_MAX_MEMORY",
            help="Address space of a worker.",
        ),
    ] = None,
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
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")] = False,
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
    loaded = load_rules(rules, bundled, strict=strict, sites=not packs_only)
    cleaner = load_cleaner(loaded, lossy, extractor, with_title=with_title)
    check_licences(keep_only_license, out)
    if out is not None:
        from cleaner.cli.corpus import CorpusRun
        from cleaner.corpus.rows import Columns
        from cleaner.engines.pool import Limits

        if "-" in sources:
            fail("- is read from the pipe and written to the pipe; leave -o out", Exit.USAGE)
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
            sources=[Path(s) for s in sources],
            out=out,
            options=options,
            keep_only=keep_only_license,
            workers=os.cpu_count() or 1 if workers is None else workers,
            columns=Columns(text_column, id_column, url_column),
            limits=Limits(timeout, max_memory * 2**20 if max_memory else None),
            quiet=quiet,
        )
        job.run(strict=strict, max_error_rate=max_error_rate)
    elif sources == ["-"] and as_format is None:
        _pipe(cleaner, strict)
    else:
        _one(cleaner, sources, as_format, url, as_json)


def check_licences(expression: str | None, out: Path | None) -> None:
    """End with what is wrong with --keep-only-license, if anything is."""
    if expression is None:
        return
    from cleaner.licences import check_expression

    if out is None:
        fail("--keep-only-license sets documents aside in a folder; say -o OUT", Exit.USAGE)
    try:
        check_expression(expression)
    except ValueError as error:
        fail(f"--keep-only-license: {error}", Exit.USAGE)


def _pipe(cleaner: Cleaner, strict: bool) -> None:
    from cleaner.corpus.read import read_jsonl
    from cleaner.corpus.records import broken_record, dumps, pipe_record
    from cleaner.corpus.rows import Broken
    from cleaner.document import Status

    records = read_jsonl(sys.stdin.buffer, "stdin")
    bad = 0
    try:
        while batch := list(islice(records, BATCH)):
            done = iter(cleaner.clean_batch(r for r in batch if not isinstance(r, Broken)))
            for record in batch:
                result = record if isinstance(record, Broken) else next(done)
                failed = isinstance(result, Broken) or result.status is not Status.OK
                bad += failed
                stdout_write(
                    dumps(
                        broken_record(result)
                        if isinstance(result, Broken)
                        else pipe_record(result, cleaner.rules.version)
                    )
                )
            sys.stdout.buffer.flush()
    except BrokenPipeError:
        sys.stderr.close()
        raise typer.Exit(Exit.FATAL) from None
    if bad:
        typer.echo(
            f"cleaner: {bad} records have no clean text; see their status and message", err=True
        )
    if strict and bad:
        raise typer.Exit(Exit.QUARANTINED)


def _one(
    cleaner: Cleaner, sources: list[str], as_format: str | None, url: str | None, as_json: bool
) -> None:
    from cleaner.corpus.records import dumps, pipe_record
    from cleaner.document import Status

    if len(sources) != 1:
        fail("say with -o OUT where the results of several sources go", Exit.USAGE)
    done = cleaner.clean(read_one(sources[0], as_format, url))
    if as_json:
        stdout_write(dumps(pipe_record(done, cleaner.rules.version)))
    elif done.text is not None:
        stdout_write(done.text.encode() + b"\n")
    if done.status is not Status.OK:
        fail(f"{sources[0]}: {done.status.value}: {done.message}")


def read_one(source: str, as_format: str | None, url: str | None) -> Document:
    """The one document in a file or on stdin; ends the program where there is none."""
    from cleaner.corpus.read import FORMATS, read_page
    from cleaner.document import Format

    path = Path(source)
    format = FORMATS.get(path.suffix)
    if as_format is not None:
        try:
            format = Format(as_format)
        except ValueError:
            fail(f"--as {as_format}: it is one of {', '.join(f.value for f in Format)}", Exit.USAGE)
    if format is None:
        fail(f"{source}: say with -o OUT where the results go, or with --as what it is", Exit.USAGE)
    try:
        body = sys.stdin.buffer.read() if source == "-" else path.read_bytes()
    except OSError as error:
        fail(f"{source}: {error.strerror}", Exit.USAGE)
    return read_page(body, "stdin" if source == "-" else path.name, format, url)
