"""`cleaner rules suggest`, `new` and `import`: commands that write rule files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cleaner.cli.common import Exit, fail, load_cleaner, load_rules, stdout_write, to_stderr
from cleaner.cli.options import (
    OUTPUT,
    BundledOption,
    IdColumnOption,
    RulesOption,
    TextColumnOption,
    UrlColumnOption,
    option,
)
from cleaner.messages import plural
from cleaner.text.hosts import site_named

if TYPE_CHECKING:
    from cleaner.authoring.suggest import Gathered
    from cleaner.authoring.yaml_drafts import Draft

MAX_NAMED_SITES = 5  # in a message


def suggest(
    sources: Annotated[
        list[str],
        typer.Argument(metavar="SRC...", help="Folders, files, URLs, or - for JSONL on stdin."),
    ],
    site: Annotated[
        str | None,
        option("--site HOST", "Draft only this site; texts without a URL are counted as its own."),
    ] = None,
    write: Annotated[
        Path | None,
        option("--write PATH", "Write this file, or one file per site into this folder.", OUTPUT),
    ] = None,
    text_column: TextColumnOption = None,
    id_column: IdColumnOption = None,
    url_column: UrlColumnOption = None,
    rules: RulesOption = None,
    bundled: BundledOption = True,
) -> None:
    """Draft rule files from lines that repeat on a site.

    Read and finish the drafts before you use them. Lines that the rules in force already remove
    are left out; --no-bundled drafts everything.
    """
    from cleaner.authoring.suggest import draft_site, gather
    from cleaner.authoring.yaml_drafts import draft_yaml, schema_comment
    from cleaner.cli.sources import find_records
    from cleaner.corpus.rows import Columns

    cleaner = load_cleaner(load_rules(rules, bundled), None)
    records = find_records(sources, Columns(text_column, id_column, url_column))
    gathered = gather(records, cleaner, site and site_named(site))
    _note_left_out(gathered, site)
    if not gathered.sites:
        fail(_why_no_site(gathered, site), Exit.USAGE)
    drafts = [draft_site(found) for _, found in sorted(gathered.sites.items())]
    useful = [draft for draft in drafts if draft.suggestions or draft.html]
    for draft in useful:
        _report_draft(draft)
        if write is None:
            stdout_write(f"{draft_yaml(draft, schema_comment(Path()))}\n".encode())
            continue
        is_folder = write.is_dir() or len(useful) > 1
        target = write / f"{draft.host}.yaml" if is_folder else write
        _write_draft(target, draft_yaml(draft, schema_comment(target.parent)))
    _note_too_few([draft for draft in drafts if draft.too_few])
    if not useful:
        fail("nothing drafted: no line repeats that the rules in force do not remove"
             if any(not draft.too_few for draft in drafts) else "nothing drafted")  # fmt: skip


def _note_left_out(gathered: Gathered, site: str | None) -> None:
    if gathered.broken:
        count = plural(len(gathered.broken), "record")
        to_stderr(f"{count} could not be read; the first: {gathered.broken[0]}")
    if gathered.homeless and gathered.sites:
        count = plural(gathered.homeless, "document")
        to_stderr(
            f"{count} left out: no host in their URLs"
            if site
            else f"{count} without a URL left out; name their site with --site HOST"
        )


def _why_no_site(gathered: Gathered, site: str | None) -> str:
    if site is None:
        return "no document names its site; add --site HOST"
    others = gathered.other_sites.most_common(MAX_NAMED_SITES)
    named = ", ".join(f"{host} ({count})" for host, count in others) or "none"
    return f"no document is of {site_named(site)}; sites found: {named}"


def _note_too_few(drafts: list[Draft]) -> None:
    if not drafts:
        return
    from cleaner.authoring.yaml_drafts import MIN_SITE_DOCUMENTS

    largest = sorted(drafts, key=lambda draft: (-draft.documents, draft.host))
    named = [f"{draft.host} ({draft.documents})" for draft in largest[:MAX_NAMED_SITES]]
    more = f" and {len(drafts) - len(named)} more" if len(drafts) > len(named) else ""
    to_stderr(
        f"too few distinct documents ({MIN_SITE_DOCUMENTS} are needed): {', '.join(named)}{more}"
    )


def _report_draft(draft: Draft) -> None:
    doubtful = sum(s.doubt is not None for s in draft.suggestions)
    copies = draft.read - draft.documents
    left_out = f" ({plural(copies, 'copy', 'copies')} left out)" if copies else ""
    hint = " (commented out)" if doubtful else ""
    to_stderr(
        f"{draft.host}: {plural(draft.documents, 'document')}{left_out}, "
        f"{plural(len(draft.suggestions) - doubtful, 'rule')} drafted, {doubtful} doubtful{hint}"
    )


def new(
    host: Annotated[str, typer.Argument(metavar="HOST", help="The host of the site.")],
    sources: Annotated[
        list[str] | None, typer.Argument(metavar="[SRC...]", help="Documents of the site.")
    ] = None,
    write: Annotated[
        Path | None,
        option(
            "--write PATH",
            "Write this file, or a file named after the host into this folder.",
            OUTPUT,
        ),
    ] = None,
    text_column: TextColumnOption = None,
    id_column: IdColumnOption = None,
    url_column: UrlColumnOption = None,
) -> None:
    """Start a commented rule file for a site.

    The first lines of the documents become draft captures.
    """
    from cleaner.authoring.suggest import gather, scaffold
    from cleaner.authoring.yaml_drafts import schema_comment
    from cleaner.cli.sources import find_records
    from cleaner.corpus.rows import Columns
    from cleaner.pipeline import Cleaner
    from cleaner.rules.compiler import compile_text
    from cleaner.rules.problems import RuleFileError
    from cleaner.rules.ruleset import RuleSet

    host = site_named(host)
    texts: list[str] = []
    if sources:
        records = find_records(sources, Columns(text_column, id_column, url_column))
        found = gather(records, Cleaner(RuleSet()), host)
        _note_left_out(found, host)
        texts = [text for site in found.sites.values() for text in site.texts]
    target = write / f"{host}.yaml" if write and write.is_dir() else write
    draft = scaffold(host, texts, schema_comment(target.parent if target else Path()))
    try:
        compile_text(draft, f"{host}.yaml")
    except RuleFileError as error:
        fail(str(error), Exit.USAGE)
    if target is None:
        stdout_write(draft.encode())
    else:
        _write_draft(target, draft)


def _write_draft(target: Path, text: str) -> None:
    """Write a new rule file and print the next step."""
    from cleaner.authoring.yaml_drafts import SCHEMA_NAME, find_schema

    if target.exists():
        fail(f"{target} exists; remove it, or omit --write and paste what you need")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    except OSError as error:
        fail(f"{target}: {error.strerror}")
    to_stderr(f"wrote {target}; next: cleaner rules check {target}")
    if find_schema(target.parent) is None:
        to_stderr(f"for editors: cleaner rules schema > {target.parent / SCHEMA_NAME}")


def import_rules(
    format: Annotated[str, typer.Argument(metavar="FORMAT", help="ftr: ftr-site-config files.")],
    sources: Annotated[
        list[Path], typer.Argument(metavar="SRC...", help="The files, or folders of them.")
    ],
    out: Annotated[Path, option("-o --out DIR", "Write into this folder.", OUTPUT)],
) -> None:
    """Convert rule files of another tool.

    Converted files are marked as imported, and guarded when they are used.
    """
    from cleaner.authoring.import_ftr import convert
    from cleaner.corpus.inputs import regular_file
    from cleaner.rules.compiler import compile_text
    from cleaner.rules.problems import RuleFileError

    if format != "ftr":
        fail(f"unknown format {format!r}; only ftr can be imported", Exit.USAGE)
    paths = [p for s in sources for p in (sorted(s.glob("*.txt")) if s.is_dir() else [s])]
    if not paths:
        fail("no .txt files found", Exit.USAGE)
    written = incomplete = 0
    for path in paths:
        try:
            text = regular_file(path).read_text(encoding="utf-8", errors="replace")
        except (OSError, ValueError) as error:
            fail(str(error), Exit.USAGE)
        imported = convert(text, path.name)
        problems = list(imported.broken)
        if imported.selectors:
            name, rules = f"{imported.host}.yaml", imported.yaml()
            try:
                compile_text(rules, name)
            except RuleFileError as error:
                problems.append(str(error))
            else:
                out.mkdir(parents=True, exist_ok=True)
                (out / name).write_text(rules, encoding="utf-8")
                written += 1
        for problem in (*imported.unmapped, *problems):
            to_stderr(problem)
        incomplete += bool(problems)
    failed = f", {plural(incomplete, 'file')} only in part" if incomplete else ""
    to_stderr(f"{plural(len(paths), 'file')} read, {plural(written, 'rule file')} "
              f"written to {out}{failed}")  # fmt: skip
    if incomplete:
        raise typer.Exit(Exit.FATAL)
