"""`cleaner rules suggest`: draft rule files from a corpus."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cleaner.cli.common import BundledOption, Exit, RulesOption, fail, load_cleaner, load_rules

if TYPE_CHECKING:
    from cleaner.authoring.suggest import Draft
    from cleaner.corpus.rows import Record


def command(
    sources: Annotated[
        list[str], typer.Argument(metavar="SRC...", help="Folders, files, or - for JSONL on stdin.")
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
    rules: RulesOption = None,
    bundled: BundledOption = True,
) -> None:
    """Draft rule files from what repeats on a site, for you to read and finish.

    What the rules in force remove already is left out; --no-bundled drafts everything.
    """
    from cleaner.authoring.draft import draft_yaml, few
    from cleaner.authoring.suggest import draft_site, gather

    cleaner = load_cleaner(load_rules(rules, bundled, strict=False), None)
    sites = gather(read_records(sources), cleaner, site)
    drafts = [draft_site(found) for _, found in sorted(sites.items())]
    useful = [draft for draft in drafts if not draft.too_few]
    for draft in useful:
        _report(draft)
        if write is None:
            typer.echo(draft_yaml(draft))
        else:
            _write(draft, write, alone=len(useful) == 1)
    if too_few := few(drafts):
        typer.echo(f"too few distinct documents (5 are needed): {', '.join(too_few)}", err=True)
    if not drafts:
        fail("no document says what site it is from; name it with --site HOST", Exit.USAGE)


def read_records(sources: list[str]) -> list[Record]:
    """All records under `sources`; ends the program where a source cannot be read."""
    from cleaner.corpus.inputs import find_inputs
    from cleaner.corpus.read import read_input, read_jsonl

    if sources == ["-"]:
        return list(read_jsonl(sys.stdin.buffer, "stdin"))
    try:
        inputs = find_inputs([Path(source) for source in sources])
    except (OSError, ValueError) as error:
        fail(str(error), Exit.USAGE)
    return [record for item in inputs for record in read_input(item)]


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

    target = path / f"{draft.host}.yaml" if path.is_dir() or not alone else path
    if target.exists():
        fail(f"{target} exists; leave --write out, and paste what you want of the draft")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(draft_yaml(draft), encoding="utf-8")
    except OSError as error:
        fail(f"{target}: {error.strerror}")
    typer.echo(f"wrote {target}; next: cleaner rules check {target}", err=True)
