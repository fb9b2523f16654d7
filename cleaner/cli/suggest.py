"""`cleaner rules suggest`: draft rule files from a corpus."""

from __future__ import annotations

import sys
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
)

if TYPE_CHECKING:
    from cleaner.authoring.suggest import Draft, Gathered
    from cleaner.corpus.rows import Columns, Record


def command(
    sources: Annotated[
        list[str],
        typer.Argument(metavar="SRC...", help="Folders, files, URLs, or - for JSONL on stdin."),
    ],
    site: Annotated[
        str | None,
        typer.Option(
            "--site", metavar="HOST", help="Only this site; texts without URL are its own."
        ),
    ] = None,
    write: Annotated[
        Path | None,
        typer.Option(
            "--write", metavar="PATH", help="Write the file, or with a folder one per site."
        ),
    ] = None,
    text_column: TextColumnOption = None,
    id_column: IdColumnOption = None,
    url_column: UrlColumnOption = None,
    rules: RulesOption = None,
    bundled: BundledOption = True,
) -> None:
    """Draft rule files from what repeats on a site, for you to read and finish.

    What the rules in force remove already is left out; --no-bundled drafts everything.
    """
    from cleaner.authoring.draft import draft_yaml, few
    from cleaner.authoring.schema_line import line_for
    from cleaner.authoring.suggest import draft_site, gather
    from cleaner.corpus.rows import Columns

    cleaner = load_cleaner(load_rules(rules, bundled, strict=False), None)
    records = read_records(sources, Columns(text_column, id_column, url_column))
    gathered = gather(records, cleaner, site)
    say_left_out(gathered)
    if not gathered.sites:
        fail("no document says what site it is from; name it with --site HOST", Exit.USAGE)
    drafts = [draft_site(found) for _, found in sorted(gathered.sites.items())]
    useful = [draft for draft in drafts if not draft.too_few]
    for draft in useful:
        _report(draft)
        if write is None:
            typer.echo(draft_yaml(draft, line_for(Path())))
        else:
            _write(draft, write, alone=len(useful) == 1)
    if too_few := few(drafts):
        typer.echo(f"too few distinct documents (5 are needed): {', '.join(too_few)}", err=True)


def read_records(sources: list[str], columns: Columns | None = None) -> list[Record]:
    """All records under `sources`; ends the program where a source cannot be read."""
    from cleaner.corpus.inputs import find_inputs
    from cleaner.corpus.read import read_input, read_jsonl
    from cleaner.corpus.rows import GUESSED

    named = columns or GUESSED
    try:
        if sources == ["-"]:
            return list(read_jsonl(sys.stdin.buffer, "stdin", named))
        return [record for item in find_inputs(sources) for record in read_input(item, named)]
    except (OSError, ValueError) as error:
        fail(str(error), Exit.USAGE)


def say_left_out(gathered: Gathered) -> None:
    """Say which documents take no part in a draft."""
    if gathered.broken:
        many = f"{len(gathered.broken)} records could not be read; the first: "
        typer.echo(many + gathered.broken[0], err=True)
    if gathered.homeless and gathered.sites:
        many = f"{gathered.homeless} documents without URL left out"
        typer.echo(f"{many}: name their site by --site HOST", err=True)


def _report(draft: Draft) -> None:
    sure = sum(s.risk is None for s in draft.suggestions)
    doubtful = len(draft.suggestions) - sure
    copies = draft.read - draft.documents
    typer.echo(
        f"{draft.host}: {draft.documents} documents"
        + (f" ({copies} copies left out)" if copies else "")
        + f", {sure} rules drafted, {doubtful} in doubt",
        err=True,
    )


def _write(draft: Draft, path: Path, *, alone: bool) -> None:
    from cleaner.authoring.draft import draft_yaml
    from cleaner.authoring.schema_line import line_for

    target = path / f"{draft.host}.yaml" if path.is_dir() or not alone else path
    write_draft(target, draft_yaml(draft, line_for(target.parent)))


def write_draft(target: Path, text: str) -> None:
    """Write a new rule file, and say what comes next."""
    from cleaner.authoring.schema_line import NAME, find_schema

    if target.exists():
        fail(f"{target} exists; remove it, or leave --write out and paste what you want")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    except OSError as error:
        fail(f"{target}: {error.strerror}")
    typer.echo(f"wrote {target}; next: cleaner rules check {target}", err=True)
    if find_schema(target.parent) is None:
        schema = target.parent / NAME
        typer.echo(f"for editors: cleaner rules schema > {schema}", err=True)
