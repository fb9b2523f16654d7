"""`cleaner rules new | import`: begin a rule file, take over those of other tools."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cleaner.cli.common import Exit, fail
from cleaner.cli.suggest import read_records


def new(
    host: Annotated[str, typer.Argument(metavar="HOST", help="The host of the site.")],
    sources: Annotated[
        list[str] | None, typer.Argument(metavar="[SRC...]", help="Documents of the site.")
    ] = None,
    write: Annotated[
        Path | None, typer.Option("--write", metavar="PATH", help="Write it there.")
    ] = None,
) -> None:
    """Begin a rule file: commented, with the head lines of documents as draft captures."""
    from cleaner.authoring.scaffold import scaffold
    from cleaner.authoring.suggest import gather
    from cleaner.pipeline import Cleaner
    from cleaner.rules.compiler import compile_text
    from cleaner.rules.problem import RuleFileError
    from cleaner.rules.ruleset import RuleSet

    host = host.lower().removeprefix("www.")
    texts: list[str] = []
    if sources:
        found = gather(read_records(sources), Cleaner(RuleSet()), host)
        texts = [text for site in found.values() for text in site.texts]
    draft = scaffold(host, texts)
    try:
        compile_text(draft, f"{host}.yaml")
    except RuleFileError as error:
        fail(str(error), Exit.USAGE)
    if write is None:
        typer.echo(draft, nl=False)
        return
    target = write / f"{host}.yaml" if write.is_dir() else write
    if target.exists():
        fail(f"{target} exists")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(draft, encoding="utf-8")
    typer.echo(f"wrote {target}", err=True)


def import_(
    format: Annotated[str, typer.Argument(metavar="FORMAT", help="ftr: ftr-site-config files.")],
    sources: Annotated[list[Path], typer.Argument(metavar="SRC...", help="Its files, or folders.")],
    out: Annotated[Path, typer.Option("-o", "--out", metavar="DIR", help="Where rule files go.")],
) -> None:
    """Convert rule files of another tool; they are marked as imported, and guarded when used."""
    from cleaner.authoring.import_ftr import convert
    from cleaner.rules.problem import RuleFileError

    if format != "ftr":
        fail(f"no such format: {format!r}; it is ftr", Exit.USAGE)
    paths = [p for s in sources for p in (sorted(s.glob("*.txt")) if s.is_dir() else [s])]
    if not paths:
        fail("no .txt files there", Exit.USAGE)
    made = broken = 0
    for path in paths:
        try:
            imported = convert(path.read_text(encoding="utf-8", errors="replace"), path.name)
        except OSError as error:
            fail(f"{path}: {error.strerror}", Exit.USAGE)
        problems = list(imported.broken)
        if imported.selectors:
            try:
                _write(imported.host, imported.yaml(), out)
                made += 1
            except RuleFileError as error:
                problems.append(str(error))
        for problem in (*imported.unmapped, *problems):
            typer.echo(problem, err=True)
        broken += bool(problems)
    failed = f", {broken} files with what cannot be used" if broken else ""
    typer.echo(f"{len(paths)} files read, {made} rule files in {out}{failed}", err=True)
    if broken:
        raise typer.Exit(Exit.FATAL)


def _write(host: str, text: str, out: Path) -> None:
    """Write a rule file. Raises RuleFileError for one that cannot be used."""
    from cleaner.rules.compiler import compile_text

    compile_text(text, f"{host}.yaml")
    out.mkdir(parents=True, exist_ok=True)
    (out / f"{host}.yaml").write_text(text, encoding="utf-8")
