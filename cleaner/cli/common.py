"""What several subcommands share: options, loading of rules, errors, exit codes."""

from __future__ import annotations

import sys
from collections.abc import Callable
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from cleaner.pipeline import Cleaner
    from cleaner.rules.ruleset import RuleSet


class Exit(IntEnum):
    """Exit codes."""

    OK = 0
    FATAL = 1
    USAGE = 2
    QUARANTINED = 3
    INTERRUPTED = 130


RulesOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--rules",
        metavar="DIR",
        envvar="CLEANER_RULES",
        help="A folder of rule files, or one file; repeatable.",
    ),
]
BundledOption = Annotated[
    bool,
    typer.Option(
        "--bundled/--no-bundled",
        envvar="CLEANER_BUNDLED",
        help="Use the rules that come with cleaner.",
    ),
]
PacksOnlyOption = Annotated[
    bool,
    typer.Option(
        "--packs-only", envvar="CLEANER_PACKS_ONLY", help="Use the packs alone, no site files."
    ),
]
LossyOption = Annotated[
    list[str] | None,
    typer.Option(
        "--lossy",
        metavar="STEP",
        envvar="CLEANER_LOSSY",
        help="Also: quotes, dashes, ellipsis, ligatures, width, nfkc, unwrap; repeatable.",
    ),
]
ExtractorOption = Annotated[
    str,
    typer.Option(
        "--extractor",
        envvar="CLEANER_EXTRACTOR",
        help="Of pages: page (trafilatura, judged by the page itself) or trafilatura alone.",
    ),
]
WithTitleOption = Annotated[
    bool,
    typer.Option(
        "--with-title", envvar="CLEANER_WITH_TITLE", help="Put the title at the head of each text."
    ),
]
TextColumnOption = Annotated[
    str | None, typer.Option("--text-column", help="The column (key) of the document.")
]
IdColumnOption = Annotated[
    str | None, typer.Option("--id-column", help="The column (key) of its id.")
]
UrlColumnOption = Annotated[
    str | None, typer.Option("--url-column", help="The column (key) of its URL.")
]
StrictOption = Annotated[
    bool,
    typer.Option(
        "--strict",
        envvar="CLEANER_STRICT",
        help="A bad rule file is fatal; quarantined documents give exit code 3.",
    ),
]


def fail(message: str, code: Exit = Exit.FATAL) -> NoReturn:
    """Say what is wrong and end."""
    typer.echo(f"cleaner: {message}", err=True)
    raise typer.Exit(code)


def to_stderr(message: str) -> None:
    typer.echo(message, err=True)


def load_rules(
    folders: list[Path] | None,
    bundled: bool,
    *,
    strict: bool,
    sites: bool = True,
    say: Callable[[str], None] = to_stderr,
) -> RuleSet:
    """Load rules, and say which files were left out and why."""
    from cleaner.rules.ruleset import load_rules as load

    try:
        rules = load(folders or [], bundled=bundled, sites=sites)
    except OSError as error:
        fail(str(error), Exit.USAGE)
    for problem in rules.problems:
        say(str(problem))
    if rules.problems and strict:
        fail("rule files have errors")
    if rules.problems:
        files = len({problem.file for problem in rules.problems})
        say(f"{files} rule file(s) with errors left out")
    return rules


def load_cleaner(
    rules: RuleSet, lossy: list[str] | None, extractor: str = "page", *, with_title: bool = False
) -> Cleaner:
    import logging

    from cleaner.normalize import Lossy, Normalizer
    from cleaner.pipeline import Cleaner

    # trafilatura logs every page without an article; the quarantine says it better
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    for name in ("htmldate",):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        steps = frozenset(Lossy(step) for step in lossy or ())
    except ValueError as error:
        fail(f"--lossy: {error}; it is one of {', '.join(s.value for s in Lossy)}", Exit.USAGE)
    if extractor not in ("page", "trafilatura"):
        fail(f"--extractor {extractor}: it is page or trafilatura", Exit.USAGE)
    _ = rules.packs  # made ready once, for workers that are forked to share
    second = extractor == "page"
    return Cleaner(rules, Normalizer(steps), second_opinion=second, with_title=with_title)


def visible(text: str) -> str:
    """Text that cannot steer the terminal."""
    return "".join(
        "\ufffd" if (c < " " and c not in "\n\t") or "\x7f" <= c < "\xa0" else c for c in text
    )


def stdout_write(data: bytes) -> None:
    sys.stdout.buffer.write(data)
