"""What several subcommands share: options, loading of rules, errors, exit codes."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO, NoReturn

import typer

if TYPE_CHECKING:
    from cleaner.pipeline import Cleaner
    from cleaner.rules.ruleset import RuleSet
    from cleaner.workers.limits import Limits


FEW = 5  # documents of which none need be clean


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
TimeoutOption = Annotated[
    float,
    typer.Option(
        "--timeout",
        min=0.1,
        envvar="CLEANER_TIMEOUT",
        help="Seconds that one document may take.",
    ),
]
MaxMemoryOption = Annotated[
    int | None,
    typer.Option(
        "--max-memory",
        min=100,
        metavar="MB",
        envvar="CLEANER_MAX_MEMORY",
        help="Address space of a worker.",
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
        help="Exit with 3 if any document is quarantined.",
    ),
]


def fail(message: str, code: Exit = Exit.FATAL) -> NoReturn:
    """Print an error and end the program."""
    to_stderr(f"cleaner: {message}")
    raise typer.Exit(code)


def load_rules(
    folders: list[Path] | None,
    bundled: bool,
    *,
    sites: bool = True,
    say: Callable[[str], None] | None = None,
) -> RuleSet:
    """Load rules; end the program if a folder is missing or a file has an error."""
    from cleaner.rules.ruleset import load_rules as load

    say = say or to_stderr
    try:
        rules = load(folders or [], bundled=bundled, sites=sites)
    except OSError as error:
        say(str(error))
        raise typer.Exit(Exit.USAGE) from None
    for problem in rules.problems:
        say(str(problem))
    if rules.problems:
        files = len({problem.file for problem in rules.problems})
        say(f"{files} rule file{'s' if files > 1 else ''} with errors; nothing is done until "
            f"{'they are' if files > 1 else 'it is'} corrected or removed")  # fmt: skip
        raise typer.Exit(Exit.USAGE)
    return rules


def load_cleaner(
    rules: RuleSet, lossy: list[str] | None, extractor: str = "page", *, with_title: bool = False
) -> Cleaner:
    import logging

    from cleaner.pipeline import Cleaner
    from cleaner.text.normalization import Lossy, Normalizer

    # trafilatura logs every page without an article; the quarantine says it better
    for name in ("trafilatura", "htmldate"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        steps = frozenset(Lossy(step) for step in lossy or ())
    except ValueError as error:
        fail(f"--lossy: {error}", Exit.USAGE)
    if extractor not in ("page", "trafilatura"):
        fail(f"--extractor {extractor}: it is page or trafilatura", Exit.USAGE)
    _ = rules.packs  # made ready once, for workers that are forked to share
    second = extractor == "page"
    return Cleaner(rules, Normalizer(steps), second_opinion=second, with_title=with_title)


def limits_of(timeout: float, max_memory: int | None) -> Limits:
    """The limits that the options name; ends the program where they cannot be kept to."""
    from cleaner.workers.limits import Limits

    try:
        return Limits(timeout, max_memory * 2**20 if max_memory else None)
    except ValueError as error:
        fail(f"--timeout, --max-memory: {error}", Exit.USAGE)


def visible(text: str) -> str:
    """Text that cannot steer the terminal and can be encoded: control characters and the bytes of
    names that are not UTF-8 become U+FFFD.

    >>> visible("red\\x1b[31m.txt")
    'red�[31m.txt'
    """
    return "".join(
        "\ufffd"
        if (c < " " and c not in "\n\t") or "\x7f" <= c < "\xa0" or "\ud800" <= c <= "\udfff"
        else c
        for c in text
    )


def to_stderr(message: str) -> None:
    """Print a message. Work goes on if nobody can read it."""
    with suppress(OSError, ValueError):
        print(visible(message), file=sys.stderr, flush=True)


def to_stdout(text: str, end: str = "\n") -> None:
    """Print text for people."""
    with stdout_errors():
        sys.stdout.write(f"{visible(text)}{end}")


def stdout_write(data: bytes) -> None:
    """Write data for programs, which is UTF-8 whatever the terminal is."""
    with stdout_errors():
        sys.stdout.buffer.write(data)


def stdout_flush() -> None:
    with stdout_errors():
        sys.stdout.flush()


@contextmanager
def stdout_errors() -> Iterator[None]:
    """Name the stream in errors, as the system names a file."""
    try:
        yield
    except OSError as error:
        error.filename = "stdout"
        raise


def stdin() -> BinaryIO:
    """The bytes that come through the pipe; ends the program if there is none."""
    if sys.stdin is None:
        fail("-: stdin is closed", Exit.USAGE)
    return sys.stdin.buffer
