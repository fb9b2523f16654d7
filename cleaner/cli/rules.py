"""`cleaner rules`: look at rule files, check them, run their tests."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cleaner.cli import suggest
from cleaner.cli.common import BundledOption, Exit, RulesOption, fail, load_rules

app = typer.Typer(help="Look at rule files, check them, run their tests.", no_args_is_help=True)
app.command("suggest")(suggest.command)


@app.command("test")
def test(
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="[FILE...]", help="Only these rule files.")
    ] = None,
    rules: RulesOption = None,
    bundled: BundledOption = True,
) -> None:
    """Run every hit, miss and example."""
    from cleaner.authoring.test import count_claims, run_file

    loaded = load_rules(rules, bundled, strict=True)
    wanted = {path.resolve() for path in files or []}
    known = {Path(file.path).resolve() for file in loaded.files}
    if extra := [path for path in files or [] if path.resolve() not in known]:
        loaded = load_rules([*(rules or []), *extra], bundled, strict=True)
    chosen = [f for f in loaded.files if not wanted or Path(f.path).resolve() in wanted]
    failures = [failure for file in chosen for failure in run_file(file, loaded)]
    for failure in failures:
        typer.echo(str(failure))
    total = sum(map(count_claims, chosen))
    typer.echo(
        f"{len(chosen)} files, {total - len(failures)} passed, {len(failures)} failed", err=True
    )
    if failures:
        raise typer.Exit(Exit.FATAL)


@app.command("check")
def check(
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="[FILE...]", help="Rule files or folders.")
    ] = None,
) -> None:
    """Check that rule files are valid; without FILE, the ones that come with cleaner."""
    loaded = load_rules(files, not files, strict=True)
    typer.echo(
        f"{len(loaded.files)} files, {sum(len(f.rules) for f in loaded.files)} rules, no errors"
    )


@app.command("list")
def list_rules(rules: RulesOption = None, bundled: BundledOption = True) -> None:
    """List the rule files in force: name, number of rules, path."""
    for file in load_rules(rules, bundled, strict=False).files:
        typer.echo(f"{file.key}\t{len(file.rules)}\t{file.path}")


@app.command("show")
def show(
    name: Annotated[str, typer.Argument(help="A host or the name of a pack.")],
    rules: RulesOption = None,
    bundled: BundledOption = True,
) -> None:
    """Print the rule file of a site or a pack."""
    found = [f for f in load_rules(rules, bundled, strict=False).files if f.key == name]
    if not found:
        fail(f"no rule file for {name!r}; `cleaner rules list` shows what there is", Exit.USAGE)
    for file in found:
        typer.echo(Path(file.path).read_text(encoding="utf-8"), nl=False)


@app.command("schema")
def schema() -> None:
    """Print the JSON schema of rule files."""
    import orjson

    from cleaner.rules.model import json_schema

    typer.echo(orjson.dumps(json_schema(), option=orjson.OPT_INDENT_2).decode())
