"""A corpus run from the command line: its workers, what is said of it, and how it ends."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import typer

from cleaner.cli.common import Exit, fail
from cleaner.corpus.account import Account
from cleaner.corpus.rows import GUESSED, Columns
from cleaner.corpus.run import Engine, clean_corpus
from cleaner.engines.pool import Limits, Pool, PoolError
from cleaner.pipeline import Cleaner

EVERY = 5.0  # seconds between two lines of progress, where there is no terminal
OFTEN = 0.2  # seconds between two states of the bar


@dataclass
class CorpusRun:
    """What to clean, into which folder, and with what."""

    cleaner: Cleaner
    sources: list[Path]
    out: Path
    options: dict[str, Any]
    keep_only: str | None = None
    workers: int = 1
    columns: Columns = GUESSED
    limits: Limits = field(default_factory=Limits)
    quiet: bool = False

    def run(self, *, strict: bool, max_error_rate: float | None) -> None:
        """Clean, say what became of it, and end with the exit code that this means."""
        try:
            account = self._clean()
        except KeyboardInterrupt:
            typer.echo("cleaner: interrupted; the same command goes on from here", err=True)
            raise typer.Exit(Exit.INTERRUPTED) from None
        except PoolError as error:
            fail(str(error))
        except OSError as error:
            name = error.filename or self.out
            fail(f"{name}: {error.strerror}" if error.strerror else str(error))
        except ValueError as error:
            fail(str(error), Exit.USAGE)
        if not self.quiet:
            typer.echo(summary(account, self.out), err=True)
        bad = account.quarantined.total()
        if max_error_rate is not None and bad > max_error_rate * account.read:
            fail(f"{bad} of {account.read} documents quarantined; more than --max-error-rate")
        if strict and bad:
            raise typer.Exit(Exit.QUARANTINED)

    def _clean(self) -> Account:
        with self._engine() as engine, self._progress() as progress:
            return clean_corpus(
                self.cleaner,
                self.sources,
                self.out,
                self.options,
                progress,
                keep_only=self.keep_only,
                columns=self.columns,
                engine=engine,
            )

    @contextmanager
    def _engine(self) -> Iterator[Engine | None]:
        if self.workers == 0:
            yield None
            return
        with Pool(self.cleaner, self.workers, self.limits) as pool:
            yield pool.map

    @contextmanager
    def _progress(self) -> Iterator[Callable[[Account], None] | None]:
        if self.quiet:
            yield None
        elif sys.stderr.isatty():
            with _bar() as show:
                yield show
        else:
            yield _lines()


@contextmanager
def _bar() -> Iterator[Callable[[Account], None]]:
    """A line on the terminal that is kept up to date. Without a thread of its own: workers fork."""
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    bar = Progress(*columns, console=Console(stderr=True), auto_refresh=False, transient=True)
    start = last = time.monotonic()
    with bar:
        task = bar.add_task("")

        def show(account: Account) -> None:
            nonlocal last
            now = time.monotonic()
            if now - last >= OFTEN:
                last = now
                bar.update(task, description=state(account, now - start))
                bar.refresh()

        yield show


def _lines() -> Callable[[Account], None]:
    start = last = time.monotonic()

    def show(account: Account) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= EVERY:
            last = now
            typer.echo(f"cleaner: {state(account, now - start)}", err=True)

    return show


def state(account: Account, seconds: float) -> str:
    """What a run has done by now, in a line."""
    done = account.written + account.quarantined.total() + account.set_aside
    share = 1 - account.chars_out / account.chars_in if account.chars_in else 0.0
    return (
        f"{done} documents ({done / seconds:.0f}/s, {account.chars_in / seconds / 1e6:.2f} MB/s), "
        f"{share:.1%} removed, {account.quarantined.total()} quarantined"
    )


def summary(account: Account, out: Path) -> str:
    """One line: what was kept, removed and quarantined, and where to look."""
    share = 1 - account.chars_out / account.chars_in if account.chars_in else 0.0
    bad = account.quarantined.total()
    why = ", ".join(f"{n} {status}" for status, n in sorted(account.quarantined.items()))
    if account.unchanged:
        return f"{account.read} documents: nothing has changed since the last run into {out}"
    resumed = f" (went on after {account.resumed})" if account.resumed else ""
    return (
        f"{account.read} documents{resumed}: {account.written} clean in {out}, "
        f"{account.removals} removals ({share:.1%} of the text; {out}/_run/removals.jsonl), "
        + (
            f"{account.set_aside} set aside ({out}/_run/set-aside.jsonl), "
            if account.set_aside
            else ""
        )
        + f"{bad} quarantined"
        + (f" ({why}; {out}/_run/quarantine.jsonl)" if bad else "")
    )
