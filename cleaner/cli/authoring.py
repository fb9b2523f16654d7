"""`cleaner rules new | coverage | import`: begin a rule file, see its effect, take others over."""

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
)
from cleaner.cli.suggest import read_records, say_left_out, write_draft

if TYPE_CHECKING:
    from cleaner.authoring.coverage import Coverage
    from cleaner.rules.ruleset import RuleSet


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
    from cleaner.authoring.scaffold import scaffold
    from cleaner.authoring.schema_line import line_for
    from cleaner.authoring.suggest import gather
    from cleaner.corpus.rows import Columns
    from cleaner.pipeline import Cleaner
    from cleaner.rules.compiler import compile_text
    from cleaner.rules.problem import RuleFileError
    from cleaner.rules.ruleset import RuleSet

    host = host.lower().removeprefix("www.")
    texts: list[str] = []
    if sources:
        records = read_records(sources, Columns(text_column, id_column, url_column))
        found = gather(records, Cleaner(RuleSet()), host)
        say_left_out(found)
        texts = [text for site in found.sites.values() for text in site.texts]
    target = write / f"{host}.yaml" if write and write.is_dir() else write
    draft = scaffold(host, texts, line_for(target.parent if target else Path()))
    try:
        compile_text(draft, f"{host}.yaml")
    except RuleFileError as error:
        fail(str(error), Exit.USAGE)
    if target is None:
        typer.echo(draft, nl=False)
    else:
        write_draft(target, draft)


def coverage(
    sources: Annotated[
        list[str], typer.Argument(metavar="RUN|SRC...", help="The output of a run, or documents.")
    ],
    text_column: TextColumnOption = None,
    id_column: IdColumnOption = None,
    url_column: UrlColumnOption = None,
    rules: RulesOption = None,
    bundled: BundledOption = True,
) -> None:
    """Which rules fired how often, which never, and which sites have no rule file."""
    from cleaner.authoring.coverage import of_corpus, of_run
    from cleaner.corpus.rows import Columns

    loaded = load_rules(rules, bundled, strict=False)
    run = Path(sources[0])
    if len(sources) == 1 and (run / "_run").is_dir():
        try:
            found = of_run(run)
        except (OSError, ValueError, KeyError) as error:
            fail(f"{run} is no complete run: {error}")
        _show(found, loaded)
    else:
        records = read_records(sources, Columns(text_column, id_column, url_column))
        _show(of_corpus(records, load_cleaner(loaded, None)), loaded)


def _show(coverage: Coverage, rules: RuleSet) -> None:
    typer.echo(f"{coverage.documents} documents, {coverage.fired.total()} removals\n")
    typer.echo("removals  documents  rule")
    for rule, count in sorted(coverage.fired.items(), key=lambda item: (-item[1], item[0])):
        typer.echo(f"{count:8}  {coverage.touched[rule]:9}  {rule}")
        for text, times in coverage.most_removed(rule):
            typer.echo(f"{'':21}{times:5} x {text[:90]}")
    if never := coverage.never_fired(rules):
        typer.echo("\nin force, but never fired:\n" + "\n".join(f"  {rule}" for rule in never))
    if idle := coverage.idle_files(rules):
        typer.echo(f"\nsite files that no document selected: {', '.join(idle)}")
    if repeating := coverage.repeating():
        typer.echo("\nsites without a rule file   documents  of their text repeats")
        for host, documents, share in repeating:
            typer.echo(f"  {host:26}{documents:9}  {share:.1%}")


def import_(
    format: Annotated[str, typer.Argument(metavar="FORMAT", help="ftr: ftr-site-config files.")],
    sources: Annotated[list[Path], typer.Argument(metavar="SRC...", help="Its files, or folders.")],
    out: Annotated[Path, typer.Option("-o", "--out", metavar="DIR", help="Where rule files go.")],
) -> None:
    """Convert rule files of another tool; they are marked as imported, and guarded when used."""
    from cleaner.authoring.import_ftr import convert

    if format != "ftr":
        fail(f"no such format: {format!r}; it is ftr", Exit.USAGE)
    paths = [p for s in sources for p in (sorted(s.glob("*.txt")) if s.is_dir() else [s])]
    if not paths:
        fail("no .txt files there", Exit.USAGE)
    made = 0
    for path in paths:
        try:
            imported = convert(path.read_text(encoding="utf-8", errors="replace"), path.name)
        except OSError as error:
            fail(f"{path}: {error.strerror}", Exit.USAGE)
        for problem in imported.unmapped:
            typer.echo(problem, err=True)
        made += _write(imported.host, imported.yaml() if imported.selectors else "", out)
    typer.echo(f"{len(paths)} files read, {made} rule files in {out}", err=True)


def _write(host: str, text: str, out: Path) -> bool:
    from cleaner.rules.compiler import compile_text
    from cleaner.rules.problem import RuleFileError

    if not text:
        return False
    try:
        compile_text(text, f"{host}.yaml")
    except RuleFileError as error:
        typer.echo(str(error), err=True)
        return False
    out.mkdir(parents=True, exist_ok=True)
    (out / f"{host}.yaml").write_text(text, encoding="utf-8")
    return True
