"""The process around a command: its standard streams, its arguments, and how it ends.

Whatever happens to a stream, a signal or an argument, a command ends with a message and an exit
code, not with a traceback. A traceback is a defect of cleaner.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any

from cleaner.cli.common import Exit, stdout_flush, to_stderr

STREAMS = ("stdin", "stdout", "stderr")


def run(app: Callable[..., Any], arguments: Sequence[str]) -> int:
    """Run the command and return its exit code."""
    _prepare_streams()
    try:
        code = _call(app, arguments)
        stdout_flush()
    except KeyboardInterrupt:
        code = Exit.INTERRUPTED
    except BrokenPipeError:  # the reader has seen enough
        code = Exit.FATAL
    except OSError as error:
        name = f"{error.filename}: " if error.filename else ""
        to_stderr(f"cleaner: {name}{error.strerror or error}")
        code = Exit.FATAL
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
        said = io.StringIO()  # a wrong argument; it may hold anything, so it is not printed as is
        error.show(said)  # type: ignore[attr-defined]  # an exception of typer
        to_stderr(said.getvalue().rstrip("\n"))
        return int(code)


def _prepare_streams() -> None:
    """Have text that the terminal cannot show be replaced, and no file take the place of a stream
    that is closed: what is meant for a stream would go into it."""
    for number, name in enumerate(STREAMS):
        try:
            os.fstat(number)
        except OSError:
            # opened the wrong way around, so that reading and writing fail; messages go nowhere
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
    """What a stream did not take is dropped: Python would try again, and print a traceback."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
