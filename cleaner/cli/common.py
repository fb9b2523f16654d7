"""What commands share: exit codes, messages, streams, and loading of rules."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NoReturn

import typer

from cleaner.messages import plural

if TYPE_CHECKING:
    from cleaner.classify.line_classifier import LineClassifier
    from cleaner.pipeline import Cleaner
    from cleaner.rules.ruleset import RuleSet
    from cleaner.workers.limits import Limits

MAX_ALL_BAD = 5  # records that may all fail without an error: it takes more to suspect the input


class Exit(IntEnum):
    """Exit codes."""

    OK = 0
    FATAL = 1
    USAGE = 2
    QUARANTINED = 3
    VERDICT = 4
    INTERRUPTED = 130


def fail(message: str, code: Exit = Exit.FATAL) -> NoReturn:
    """Print an error and exit."""
    to_stderr(f"cleaner: {message}")
    raise typer.Exit(code)


def load_rules(
    given: list[str] | None,
    bundled: bool,
    *,
    packs_only: bool = False,
    say: Callable[[str], None] | None = None,
) -> RuleSet:
    """Load rules. Exits if a source is missing or a file has an error."""
    from cleaner.rules.ruleset import load_rules as load

    say = say or to_stderr
    try:
        rules = load(given or [], bundled=bundled, packs_only=packs_only)
    except OSError as error:
        say(str(error))
        raise typer.Exit(Exit.USAGE) from None
    for problem in rules.problems:
        say(str(problem))
    if rules.problems:
        files = len({problem.file for problem in rules.problems})
        say(f"{plural(files, 'rule file')} with errors; correct or remove "
            f"{'it' if files == 1 else 'them'} first")  # fmt: skip
        raise typer.Exit(Exit.USAGE)
    return rules


def load_classifier(
    on: bool, threshold: float | None, weights: Path | None
) -> LineClassifier | None:
    """The line classifier of the options, None if it is off. Exits if it has no weights."""
    if not on:
        if threshold is not None or weights is not None:
            fail("--no-classifier: remove --classifier-threshold or -weights", Exit.USAGE)
        return None
    from cleaner.classify.line_classifier import THRESHOLD, ClassifierError
    from cleaner.classify.line_classifier import load_classifier as load

    try:
        return load(THRESHOLD if threshold is None else threshold, weights)
    except ClassifierError as error:
        fail(f"--classifier-weights: {error}", Exit.USAGE)


def load_cleaner(
    rules: RuleSet,
    lossy: list[str] | None,
    extractor: str = "page",
    *,
    classifier: LineClassifier | None = None,
    with_title: bool = False,
    markdown: bool = False,
) -> Cleaner:
    """A cleaner with the options of the command line. Exits if a lossy step is unknown."""
    import logging

    from cleaner.pipeline import Cleaner
    from cleaner.text.normalization import Lossy, Normalizer

    # They log every page without an article; the quarantine record explains it better.
    for name in ("trafilatura", "htmldate"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        steps = frozenset(Lossy(step) for step in lossy or ())
    except ValueError as error:
        fail(f"--lossy: {error}", Exit.USAGE)
    _ = rules.packs  # compiled here once, so that forked workers share them
    return Cleaner(rules, Normalizer(steps), extractor, with_title, classifier, markdown)


def limits_of(timeout: float, max_memory: int | None) -> Limits:
    """The limits that the options set. Exits if they cannot be enforced."""
    from cleaner.workers.limits import Limits

    try:
        return Limits(timeout, max_memory * 2**20 if max_memory else None)
    except ValueError as error:
        fail(f"--timeout, --max-memory: {error}", Exit.USAGE)


def visible(text: str) -> str:
    """Text that is safe to print: control characters, and the bytes of file names that are not
    UTF-8, become U+FFFD.

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
    """Print a message after all output so far. Does not fail if stderr is closed."""
    with suppress(OSError, ValueError, AttributeError):
        sys.stdout.flush()
    with suppress(OSError, ValueError):
        print(visible(message), file=sys.stderr, flush=True)


def to_stdout(text: str, end: str = "\n") -> None:
    """Print text for people."""
    with stdout_errors():
        sys.stdout.write(f"{visible(text)}{end}")


def stdout_write(data: bytes) -> None:
    """Write data for programs, in UTF-8 whatever the encoding of the terminal."""
    with stdout_errors():
        sys.stdout.buffer.write(data)


def json_of(value: object) -> bytes:
    """Plain values and dataclasses as indented JSON."""
    import orjson

    return orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def print_json(value: object) -> None:
    """Write JSON for programs."""
    stdout_write(json_of(value))


def stdout_flush() -> None:
    with stdout_errors():
        sys.stdout.flush()


@contextmanager
def stdout_errors() -> Iterator[None]:
    """Name stdout in errors, like a file."""
    try:
        yield
    except OSError as error:
        error.filename = "stdout"
        raise


def stdin() -> BinaryIO:
    """The stream of bytes on stdin. Exits if it is closed."""
    if sys.stdin is None:
        fail("-: stdin is closed", Exit.USAGE)
    return sys.stdin.buffer
