"""`cleaner rules`: list, show, check and test rule files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cleaner.cli import drafting, learning
from cleaner.cli.common import Exit, fail, load_rules, print_json, to_stderr, to_stdout, visible
from cleaner.cli.options import (
    OUTPUT,
    BundledOption,
    Command,
    JsonOption,
    RulesOption,
    option,
)
from cleaner.cli.report import coverage
from cleaner.messages import plural

if TYPE_CHECKING:
    from cleaner.rules.compiled import CompiledFile

app = typer.Typer(help="Draft, check, test and list rule files.", no_args_is_help=True)
app.command("suggest", cls=Command)(drafting.suggest)
app.command("learn", cls=Command)(learning.learn)
app.command("promote", cls=Command)(learning.promote)
app.command("new", cls=Command)(drafting.new)
app.command("coverage", cls=Command)(coverage)
app.command("import", cls=Command)(drafting.import_rules)

FilesArgument = Annotated[
    list[Path] | None,
    typer.Argument(metavar="[FILE...]", help="Rule files or folders, by default all in force."),
]


@app.command("test", cls=Command)
def test(
    files: FilesArgument = None,
    rules: RulesOption = None,
    bundled: BundledOption = True,
    as_json: JsonOption = False,
) -> None:
    """Run the hits, misses and examples of rule files."""
    from cleaner.authoring.test import count_claims, run_file
    from cleaner.rules.ruleset import load_rules as rule_set

    wanted = _paths(files)
    try:
        loaded = rule_set(_with_unlisted(rules, bundled, wanted), bundled=bundled)
    except OSError as error:
        fail(str(error), Exit.USAGE)
    for problem in loaded.problems:
        to_stderr(str(problem))
    resolved = {path.resolve() for path in wanted}
    chosen = [f for f in loaded.files if not wanted or Path(f.path).resolve() in resolved]
    bad = {p.file for p in loaded.problems if not wanted or Path(p.file).resolve() in resolved}
    failures = [failure for file in chosen for failure in run_file(file, loaded)]
    if as_json:
        print_json([failure.record() for failure in failures])
    for failure in () if as_json else failures:
        to_stdout(str(failure))
    total = sum(map(count_claims, chosen))
    to_stderr(
        f"{plural(len(chosen), 'file')}, {total - len(failures)} passed, {len(failures)} failed"
    )
    if failures or bad:
        raise typer.Exit(Exit.FATAL)


@app.command("check", cls=Command)
def check(
    files: FilesArgument = None,
    rules: RulesOption = None,
    bundled: BundledOption = True,
    as_json: JsonOption = False,
    github: Annotated[
        bool, option("--github", "Print annotations for reviews on GitHub.", OUTPUT)
    ] = False,
    strict: Annotated[bool, option("--strict", "Fail on warnings too.")] = False,
) -> None:
    """Check rule files for errors and likely mistakes."""
    from cleaner.authoring.lint import check_files
    from cleaner.rules.ruleset import bundled_rules
    from cleaner.rules.ruleset import load_rules as rule_set

    paths = _paths(files) or _paths([*([bundled_rules()] if bundled else []), *(rules or [])])
    try:
        in_force = rule_set(rules or [], bundled=bundled)
    except OSError as error:
        fail(str(error), Exit.USAGE)
    findings = check_files([(visible(str(path)), path.read_bytes()) for path in paths], in_force)
    if as_json:
        print_json([finding.record() for finding in findings])
    for finding in () if as_json else findings:
        to_stdout(finding.github() if github else str(finding))
    errors = sum(finding.error for finding in findings)
    warnings = plural(len(findings) - errors, "warning")
    to_stderr(f"{plural(len(paths), 'file')}, {plural(errors, 'error')}, {warnings}")
    if errors or (strict and findings):
        raise typer.Exit(Exit.FATAL)


def _paths(sources: Sequence[Path | str] | None) -> list[Path]:
    from cleaner.rules.ruleset import rule_paths

    try:
        return [path for source in sources or [] for path in rule_paths(source)]
    except OSError as error:
        fail(str(error), Exit.USAGE)


def _with_unlisted(rules: list[str] | None, bundled: bool, wanted: list[Path]) -> list[str | Path]:
    """The sources of rules, and the wanted files that are in none of them."""
    from cleaner.rules.ruleset import bundled_rules

    given = rules or []
    there = {p.resolve() for p in _paths([*given, *([bundled_rules()] if bundled else [])])}
    return [*given, *(path for path in wanted if path.resolve() not in there)]


@app.command("list", cls=Command)
def list_rules(
    rules: RulesOption = None, bundled: BundledOption = True, as_json: JsonOption = False
) -> None:
    """List rule files: name, number of rules, path."""
    files = load_rules(rules, bundled).files
    if as_json:
        print_json([{"name": f.key, "rules": len(f.rules), "path": f.path} for f in files])
    for file in () if as_json else files:
        to_stdout(f"{file.key}\t{len(file.rules)}\t{file.path}")


@app.command("show", cls=Command)
def show(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A host, a pack or a rule id.")],
    rules: RulesOption = None,
    bundled: BundledOption = True,
    as_json: JsonOption = False,
) -> None:
    """Print the rule files of a site or a pack, or one rule."""
    loaded = load_rules(rules, bundled)
    key, _, rule = name.partition("/")
    key = key.lower()
    found = [f for f in loaded.files if f.key == key] or loaded.for_hosts([key])
    shown = [(f.path, text) for f in found if (text := _text_of(f, f"{f.key}/{rule}"))]
    if not shown:
        what = "rule" if found else "rule file for"
        fail(f"no {what} {name!r}; see `cleaner rules list`", Exit.USAGE)
    if as_json:
        print_json([{"path": path, "yaml": text} for path, text in shown])
    for path, text in () if as_json else shown:
        if len(shown) > 1 or rule:
            to_stdout(f"# {path}")
        to_stdout(text.removesuffix("\n"))


def _text_of(file: CompiledFile, id: str) -> str:
    """The YAML of a rule, or an empty string; the whole file if `id` ends with a slash."""
    from cleaner.rules.yaml_source import read

    text = Path(file.path).read_text(encoding="utf-8")
    if id.endswith("/"):
        return text
    if id.endswith("/html.prune"):
        return read(text, file.path).block(("html",)) if file.html.prune else ""
    numbers = [number for number, rule in enumerate(file.rules) if rule.id == id]
    return read(text, file.path).block(("rules", numbers[0])) if numbers else ""


@app.command("schema", cls=Command)
def schema() -> None:
    """Print the JSON schema of rule files."""
    from cleaner.rules.schema import json_schema

    print_json(json_schema())
