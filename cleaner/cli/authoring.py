"""`cleaner rules new | import`: begin a rule file, take over those of other tools."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cleaner.cli.common import (
    Exit,
    IdColumnOption,
    TextColumnOption,
    UrlColumnOption,
    fail,
    stdout_write,
    to_stderr,
)
from cleaner.cli.suggest import say_left_out, write_draft


def new(
    host: Annotated[str, typer.Argument(metavar="HOST", help="The host of the site.")],
    sources: Annotated[
        list[str] | None, typer.Argument(metavar="[SRC...]", help="Documents of the site.")
    ] = None,
    write: Annotated[
        Path | None, typer.Option("--write", metavar="PATH", help="Write it there.")
    ] = None,
    text_column: TextColumnOption = None,
    id_column: IdColumnOption = None,
    url_column: UrlColumnOption = None,
) -> None:
    """Begin a rule file: commented, with the head lines of documents as draft captures."""
    from cleaner.authoring.suggest import gather, scaffold
    from cleaner.authoring.yaml_drafts import schema_comment
    from cleaner.cli.sources import find_records
    from cleaner.corpus.rows import Columns
    from cleaner.pipeline import Cleaner
    from cleaner.rules.compiler import compile_text
    from cleaner.rules.problems import RuleFileError
    from cleaner.rules.ruleset import RuleSet

    host = host.lower().removeprefix("www.")
    texts: list[str] = []
    if sources:
        records = find_records(sources, Columns(text_column, id_column, url_column))
        found = gather(records, Cleaner(RuleSet()), host)
        say_left_out(found)
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
        write_draft(target, draft)


def import_(
    format: Annotated[str, typer.Argument(metavar="FORMAT", help="ftr: ftr-site-config files.")],
    sources: Annotated[list[Path], typer.Argument(metavar="SRC...", help="Its files, or folders.")],
    out: Annotated[Path, typer.Option("-o", "--out", metavar="DIR", help="Where rule files go.")],
) -> None:
    """Convert rule files of another tool; they are marked as imported, and guarded when used."""
    from cleaner.authoring.import_ftr import convert
    from cleaner.corpus.inputs import regular_file
    from cleaner.rules.problems import RuleFileError

    if format != "ftr":
        fail(f"no such format: {format!r}; it is ftr", Exit.USAGE)
    paths = [p for s in sources for p in (sorted(s.glob("*.txt")) if s.is_dir() else [s])]
    if not paths:
        fail("no .txt files there", Exit.USAGE)
    made = broken = 0
    for path in paths:
        try:
            text = regular_file(path).read_text(encoding="utf-8", errors="replace")
        except (OSError, ValueError) as error:
            fail(str(error), Exit.USAGE)
        imported = convert(text, path.name)
        problems = list(imported.broken)
        if imported.selectors:
            try:
                _write(imported.host, imported.yaml(), out)
                made += 1
            except RuleFileError as error:
                problems.append(str(error))
        for problem in (*imported.unmapped, *problems):
            to_stderr(problem)
        broken += bool(problems)
    failed = f", {broken} files with what cannot be used" if broken else ""
    to_stderr(f"{len(paths)} files read, {made} rule files in {out}{failed}")
    if broken:
        raise typer.Exit(Exit.FATAL)


def _write(host: str, text: str, out: Path) -> None:
    """Write a rule file. Raises RuleFileError for one that cannot be used."""
    from cleaner.rules.compiler import compile_text

    compile_text(text, f"{host}.yaml")
    out.mkdir(parents=True, exist_ok=True)
    (out / f"{host}.yaml").write_text(text, encoding="utf-8")
