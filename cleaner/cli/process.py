"""The process of a command: streams, arguments, errors and exit code.

A command always ends with a message and an exit code, whatever its streams, signals and arguments.
A traceback is a bug in cleaner.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any

from cleaner.cli.common import Exit, stdout_flush, to_stderr
from cleaner.errors import CleanerError, OptionError

STREAMS = ("stdin", "stdout", "stderr")
PYDANTIC_PREFIX = "Value error, "  # in messages about options, which typer checks with pydantic


def run(app: Callable[..., Any], arguments: Sequence[str]) -> int:
    """Run the command and return its exit code."""
    _prepare_streams()
    try:
        code = _call(app, arguments)
        stdout_flush()
    except KeyboardInterrupt:
        code = Exit.INTERRUPTED
    except BrokenPipeError:  # the reader, such as `head`, has stopped reading
        code = Exit.FATAL
    except OSError as error:
        name = f"{error.filename}: " if error.filename else ""
        to_stderr(f"cleaner: {name}{error.strerror or error}")
        code = Exit.FATAL
    except CleanerError as error:
        to_stderr(f"cleaner: {error}")
        code = Exit.USAGE if isinstance(error, OptionError) else Exit.FATAL
    finally:
        _release_streams()
    return code


def _call(app: Callable[..., Any], arguments: Sequence[str]) -> int:
    for argument in arguments:
        if not argument or (argument.startswith("--") and argument.endswith("=")):
            name = argument or "an argument"
            to_stderr(f"cleaner: {name} is empty; a path or a value is missing")
            return Exit.USAGE
    try:
        return app(arguments, prog_name="cleaner", standalone_mode=False) or Exit.OK
    except Exception as error:
        code = getattr(error, "exit_code", None)
        if code is None:
            raise
        message = io.StringIO()  # it may quote an argument, so to_stderr has to make it printable
        error.show(message)  # type: ignore[attr-defined]  # an exception of typer
        to_stderr(message.getvalue().rstrip("\n").replace(PYDANTIC_PREFIX, ""))
        return int(code)


def _prepare_streams() -> None:
    """Escape characters that the terminal cannot encode. Open closed streams: otherwise the next
    file to be opened would take their place and receive what is meant for them."""
    for number, name in enumerate(STREAMS):
        try:
            os.fstat(number)
        except OSError:
            # The mode is wrong on purpose: reads and writes fail. Messages to stderr are dropped.
            mode = os.O_RDONLY if name == "stdout" else os.O_WRONLY
            os.dup2(os.open(os.devnull, mode), number)
    if sys.stdout is None:
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    if sys.stderr is None:
        sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _release_streams() -> None:
    """Drop unwritten output. Python would try to write it again at exit and print a traceback."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
