"""`cleaner report`: the page of a run's report, from what the run left."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cleaner.cli.common import (
    BundledOption,
    Exit,
    PacksOnlyOption,
    RulesOption,
    fail,
)


def command(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="The output folder of a run.")],
    out: Annotated[
        Path | None,
        typer.Option("-o", "--out", metavar="FILE", help="Left out: RUN/_run/report.html."),
    ] = None,
    rules: RulesOption = None,
    bundled: BundledOption = True,
    packs_only: PacksOnlyOption = False,
) -> None:
    """Write the report of a run as a page that opens from disk.

    It is made from RUN/_run/report.json. A run with --no-report has none; then its journal is
    read again, with the rules given here for what never fired and what nearly did.
    """
    from cleaner.report.model import Report
    from cleaner.report.render import report_page

    data = run / "_run" / "report.json"
    out = out or run / "_run" / "report.html"
    try:
        if data.is_file():
            report = Report.from_json(data.read_bytes())
        else:
            report = _from_journal(run, rules, bundled, packs_only)
        out.write_bytes(report_page(report))
    except (OSError, ValueError) as error:
        fail(f"{data if isinstance(error, ValueError) else run}: {error}", Exit.USAGE)
    typer.echo(f"{out}", err=True)
