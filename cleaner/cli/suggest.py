"""`cleaner rules suggest`: draft rule files from a corpus."""

from __future__ import annotations

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
    stdout_write,
    to_stderr,
)

if TYPE_CHECKING:
    from cleaner.authoring.suggest import Gathered
    from cleaner.authoring.yaml_drafts import Draft


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
    from cleaner.authoring.suggest import draft_site, gather
    from cleaner.authoring.yaml_drafts import draft_yaml, schema_comment
    from cleaner.cli.sources import find_records
    from cleaner.corpus.rows import Columns

    cleaner = load_cleaner(load_rules(rules, bundled), None)
    records = find_records(sources, Columns(text_column, id_column, url_column))
    gathered = gather(records, cleaner, site)
    say_left_out(gathered)
    if not gathered.sites:
        fail("no document says what site it is from; name it with --site HOST", Exit.USAGE)
    drafts = [draft_site(found) for _, found in sorted(gathered.sites.items())]
    useful = [draft for draft in drafts if not draft.too_few]
    for draft in useful:
        _report(draft)
        if write is None:
            stdout_write(f"{draft_yaml(draft, schema_comment(Path()))}\n".encode())
        else:
            _write(draft, write, alone=len(useful) == 1)
    if too_few := [f"{d.host} ({d.documents})" for d in drafts if d.too_few]:
        to_stderr(f"too few distinct documents (5 are needed): {', '.join(too_few)}")


def say_left_out(gathered: Gathered) -> None:
    """Say which documents take no part in a draft."""
    if gathered.broken:
        many = f"{len(gathered.broken)} records could not be read; the first: "
        to_stderr(many + gathered.broken[0])
    if gathered.homeless and gathered.sites:
        many = f"{gathered.homeless} documents without URL left out"
        to_stderr(f"{many}: name their site by --site HOST")


def _report(draft: Draft) -> None:
    sure = sum(s.doubt is None for s in draft.suggestions)
    doubtful = len(draft.suggestions) - sure
    copies = draft.read - draft.documents
    to_stderr(
        f"{draft.host}: {draft.documents} documents"
        + (f" ({copies} copies left out)" if copies else "")
        + f", {sure} rules drafted, {doubtful} doubtful"
    )


def _write(draft: Draft, path: Path, *, alone: bool) -> None:
    from cleaner.authoring.yaml_drafts import draft_yaml, schema_comment

    target = path / f"{draft.host}.yaml" if path.is_dir() or not alone else path
    write_draft(target, draft_yaml(draft, schema_comment(target.parent)))


def write_draft(target: Path, text: str) -> None:
    """Write a new rule file, and say what comes next."""
    from cleaner.authoring.yaml_drafts import SCHEMA_NAME, find_schema

    if target.exists():
        fail(f"{target} exists; remove it, or leave --write out and paste what you want")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    except OSError as error:
        fail(f"{target}: {error.strerror}")
    to_stderr(f"wrote {target}; next: cleaner rules check {target}")
    if find_schema(target.parent) is None:
        schema = target.parent / SCHEMA_NAME
        to_stderr(f"for editors: cleaner rules schema > {schema}")
