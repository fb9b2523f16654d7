"""`cleaner rules`: list, show, check and test rule files; the rest is in modules of their own."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cleaner.cli import authoring, coverage, suggest
from cleaner.cli.common import (
    BundledOption,
    Exit,
    RulesOption,
    fail,
    load_rules,
    stdout_write,
    to_stderr,
    to_stdout,
    visible,
)

if TYPE_CHECKING:
    from cleaner.rules.compiled import CompiledFile

app = typer.Typer(
    help="Look at rule files, check them, test them, draft them.", no_args_is_help=True
)
app.command("suggest")(suggest.command)
app.command("new")(authoring.new)
app.command("coverage")(coverage.command)
app.command("import")(authoring.import_)

FilesArgument = Annotated[
    list[Path] | None,
    typer.Argument(metavar="[FILE...]", help="Rule files or folders; without, those in force."),
]


class CheckFormat(str, Enum):
    """How findings are printed."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"


@app.command("test")
def test(
    files: FilesArgument = None, rules: RulesOption = None, bundled: BundledOption = True
) -> None:
    """Run every hit, miss and example."""
    from cleaner.authoring.test import count_claims, run_file
    from cleaner.rules.ruleset import load_rules as rule_set

    wanted = _paths(files)
    try:
        loaded = rule_set(_also(rules, bundled, wanted), bundled=bundled)
    except OSError as error:
        fail(str(error), Exit.USAGE)
    for problem in loaded.problems:
        to_stderr(str(problem))
    resolved = {path.resolve() for path in wanted}
    chosen = [f for f in loaded.files if not wanted or Path(f.path).resolve() in resolved]
    bad = {p.file for p in loaded.problems if not wanted or Path(p.file).resolve() in resolved}
    failures = [failure for file in chosen for failure in run_file(file, loaded)]
    for failure in failures:
        to_stdout(str(failure))
    total = sum(map(count_claims, chosen))
    to_stderr(f"{len(chosen)} files, {total - len(failures)} passed, {len(failures)} failed")
    if failures or bad:
        raise typer.Exit(Exit.FATAL)


@app.command("check")
def check(
    files: FilesArgument = None,
    rules: RulesOption = None,
    bundled: BundledOption = True,
    format: Annotated[
        CheckFormat, typer.Option("--format", help="How to print.")
    ] = CheckFormat.TEXT,
    strict: Annotated[bool, typer.Option("--strict", help="Warnings fail too.")] = False,
) -> None:
    """Check that rule files are valid, and warn of what will not do what it seems to."""
    from cleaner.authoring.check import check_files
    from cleaner.rules.ruleset import bundled_rules
    from cleaner.rules.ruleset import load_rules as rule_set

    paths = _paths(files) or _paths([*([bundled_rules()] if bundled else []), *(rules or [])])
    try:
        in_force = rule_set(rules or [], bundled=bundled)
    except OSError as error:
        fail(str(error), Exit.USAGE)
    findings = check_files([(visible(str(path)), path.read_bytes()) for path in paths], in_force)
    if format is CheckFormat.JSON:
        stdout_write(_json([f.record() for f in findings]))
    for finding in findings if format is not CheckFormat.JSON else ():
        to_stdout(finding.github() if format is CheckFormat.GITHUB else str(finding))
    errors = sum(finding.error for finding in findings)
    to_stderr(f"{len(paths)} files, {errors} errors, {len(findings) - errors} warnings")
    if errors or (strict and findings):
        raise typer.Exit(Exit.FATAL)


def _paths(sources: list[Path] | None) -> list[Path]:
    from cleaner.rules.ruleset import rule_paths

    try:
        return [path for source in sources or [] for path in rule_paths(source)]
    except OSError as error:
        fail(str(error), Exit.USAGE)


def _also(rules: list[Path] | None, bundled: bool, wanted: list[Path]) -> list[Path]:
    """Folders to load, with the wanted files that are in none of them."""
    from cleaner.rules.ruleset import bundled_rules

    folders = [*(rules or [])]
    there = {p.resolve() for p in _paths([*folders, *([bundled_rules()] if bundled else [])])}
    return [*folders, *(path for path in wanted if path.resolve() not in there)]


@app.command("list")
def list_rules(rules: RulesOption = None, bundled: BundledOption = True) -> None:
    """List the rule files in force: name, number of rules, path."""
    for file in load_rules(rules, bundled).files:
        to_stdout(f"{file.key}\t{len(file.rules)}\t{file.path}")


@app.command("show")
def show(
    name: Annotated[str, typer.Argument(help="A host, the name of a pack, or the id of a rule.")],
    rules: RulesOption = None,
    bundled: BundledOption = True,
) -> None:
    """Print the rule files of a site or a pack, or one rule of them."""
    loaded = load_rules(rules, bundled)
    key, _, rule = name.partition("/")
    key = key.lower()
    found = [f for f in loaded.files if f.key == key] or loaded.for_hosts([key])
    shown = [(f.path, text) for f in found if (text := _text_of(f, f"{f.key}/{rule}"))]
    if not shown:
        what = "rule" if found else "rule file for"
        fail(f"no {what} {name!r}; `cleaner rules list` shows what there is", Exit.USAGE)
    for path, text in shown:
        if len(shown) > 1 or rule:
            to_stdout(f"# {path}")
        to_stdout(text.removesuffix("\n"))


def _text_of(file: CompiledFile, id: str) -> str:
    """What a file says of a rule, if it has it; without the name of one all that it says."""
    from cleaner.rules.yaml_source import read

    text = Path(file.path).read_text(encoding="utf-8")
    if id.endswith("/"):
        return text
    if id.endswith("/html.prune"):
        return read(text, file.path).block(("html",)) if file.html.prune else ""
    numbers = [number for number, rule in enumerate(file.rules) if rule.id == id]
    return read(text, file.path).block(("rules", numbers[0])) if numbers else ""


@app.command("schema")
def schema() -> None:
    """Print the JSON schema of rule files."""
    from cleaner.rules.schema import json_schema

    stdout_write(_json(json_schema()))


def _json(value: object) -> bytes:
    import orjson

    return orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
