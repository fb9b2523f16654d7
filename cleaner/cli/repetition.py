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


def command(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="The output folder of a run.")],
    as_json: Annotated[bool, option("--json", "Print the figures as JSON.", OUTPUT)] = False,
) -> None:
    """Measure how much text repeats across the documents of a run.

    Counts lines, and sequences of eight words, and the share of them that another document has too,
    before and after cleaning. RUN/_run/repetition.json keeps the figures, and `cleaner report RUN`
    shows them.
    """
    from cleaner.report.load_run import open_run
    from cleaner.report.repetition import RepetitionCounter

    counter = RepetitionCounter()
    try:
        for outcome in open_run(run).outcomes():
            counter.add(outcome)
        found = counter.found()
        found.save(run)
    except (OSError, ValueError) as error:
        fail(str(error), Exit.USAGE)
    if as_json:
        stdout_write(found.to_json())
        return
    for line in _lines(found):
        to_stdout(line)


def _lines(found: Repetition) -> Iterator[str]:
    yield plural(found.documents, "document")
    yield f"{'':22}{'before':>10}  repeating{'after':>10}  repeating"
    for name, pair in (("lines", found.lines), ("sequences of 8 words", found.sequences)):
        both = (pair.before, pair.after)
        yield f"{name:22}" + "".join(f"{one.count:10}  {one.repeating:9.1%}" for one in both)
    if not found.is_exact:
        yield "shares estimated from a part of the text"
