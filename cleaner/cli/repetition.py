"""`cleaner repetition`: how much of the text of a run repeats across its documents."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cleaner.cli.common import Exit, fail, stdout_write, to_stdout
from cleaner.cli.options import OUTPUT, option
from cleaner.messages import plural

if TYPE_CHECKING:
    from cleaner.report.repetition import Repetition

NAMES = {"lines": "lines", "sequences": "sequences of 8 words"}


def command(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="The output folder of a run.")],
    as_json: Annotated[bool, option("--json", "Print the figures as JSON.", OUTPUT)] = False,
) -> None:
    """Measure how much text repeats across the documents of a run.

    Counts lines, and sequences of eight words, and the share of them that another document has too,
    before and after cleaning.
    """
    import orjson

    from cleaner.report.load_run import open_run
    from cleaner.report.repetition import Repetition

    found = Repetition()
    try:
        for outcome in open_run(run).outcomes():
            found.add(outcome)
    except (OSError, ValueError) as error:
        fail(str(error), Exit.USAGE)
    if as_json:
        stdout_write(orjson.dumps(found.record(), option=orjson.OPT_APPEND_NEWLINE))
        return
    for line in _lines(found):
        to_stdout(line)


def _lines(found: Repetition) -> Iterator[str]:
    yield plural(found.documents, "document")
    yield f"{'':22}{'before':>10}  repeating{'after':>10}  repeating"
    for name, pair in found.counters.items():
        columns = "".join(f"{one.total:10}  {one.repeating:9.1%}" for one in pair)
        yield f"{NAMES[name]:22}{columns}"
    if not all(one.is_exact for pair in found.counters.values() for one in pair):
        yield "shares estimated from a part of the text"
