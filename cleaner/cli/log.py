"""What a corpus run says on stderr: lines for people, or JSON for programs."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from cleaner.cli.common import to_stderr, visible

if TYPE_CHECKING:
    from cleaner.corpus.statistics import RunStatistics
    from cleaner.engines.profiler import Profile

EVERY = 5.0  # seconds between two lines of progress, where there is no terminal
OFTEN = 0.2  # seconds between two states of the bar

Progress = Callable[["RunStatistics"], None]


@dataclass(frozen=True)
class Log:
    """Says what happens; `quiet` leaves errors alone."""

    as_json: bool = False
    quiet: bool = False

    def note(self, message: str) -> None:
        if not self.quiet:
            self._say("note", message)

    def error(self, message: str) -> None:
        self._say("error", message)

    def summary(self, account: RunStatistics, out: Path) -> None:
        if not self.quiet:
            figures = {"documents": account.read, "resumed": account.resumed,
                       "reused": account.reused, "unchanged": account.unchanged,
                       **account.record()}  # fmt: skip
            self._say("summary", summary(account, out), **figures, out=visible(str(out)))

    def profile(self, profile: Profile) -> None:
        """Also where it is to be quiet: it was asked for."""
        from cleaner.engines.profiler import in_text

        text = in_text(profile)
        self._say("profile", text.split("\n")[0] if self.as_json else text, **profile)

    @contextmanager
    def progress(self) -> Iterator[Progress | None]:
        """What is to be told how far a run is, after every record."""
        if self.quiet:
            yield None
        elif sys.stderr.isatty() and not self.as_json:
            with _bar() as show:
                yield show
        else:
            yield self._lines()

    def _lines(self) -> Progress:
        pace = Pace()
        last = time.monotonic()

        def show(account: RunStatistics) -> None:
            nonlocal last
            pace.note(account)
            if time.monotonic() - last >= EVERY:
                last = time.monotonic()
                figures = pace.figures(account)
                self._say("progress", in_words(figures), **figures)

        return show

    def _say(self, event: str, message: str, **figures: Any) -> None:
        if self.as_json:
            line = orjson.dumps({"event": event, "message": visible(message), **figures}).decode()
        else:
            line = message if event in ("summary", "profile") else f"cleaner: {message}"
        to_stderr(line)


@dataclass
class Pace:
    """How fast a run is, from the first record on that it did not find done."""

    begun: tuple[int, float] | None = None  # records and share that were done then

    def __post_init__(self) -> None:
        self.start = time.monotonic()

    def note(self, account: RunStatistics) -> None:
        if self.begun is None and account.done > account.resumed:
            self.begun = account.done - 1, account.share if account.resumed else 0.0
            if account.resumed:
                self.start = time.monotonic()

    def figures(self, account: RunStatistics) -> dict[str, Any]:
        """Seconds, documents and millions of bytes (of the inputs, as they lie on the disk) a
        second, shares of 1."""
        seconds = max(1e-9, time.monotonic() - self.start)
        done, share = self.begun or (account.done, account.share)
        fresh, more = account.done - done, account.share - share
        return {
            "documents": account.done,
            "documents_per_second": round(fresh / seconds, 1),
            "mb_per_second": round(account.bytes_total * more / seconds / 1e6, 3),
            "removed_share": round(account.removed_share, 4),
            "quarantined": account.quarantined.total(),
            "seconds": round(seconds, 1),
            "eta_seconds": round(seconds * (1 - account.share) / more) if more > 0 else None,
        }  # fmt: skip


def in_words(figures: dict[str, Any]) -> str:
    """A state of a run in a line.

    >>> in_words({"documents": 90, "documents_per_second": 30.0, "mb_per_second": 0.1,
    ...     "removed_share": 0.02, "quarantined": 1, "eta_seconds": 3725})
    '90 documents (30/s, 0.10 MB/s of input), 2.0% removed, 1 quarantined, 1:02:05 left'
    """
    left = figures["eta_seconds"]
    minutes, seconds = divmod(left or 0, 60)
    hours, minutes = divmod(minutes, 60)
    return (
        f"{figures['documents']} documents ({figures['documents_per_second']:.0f}/s, "
        f"{figures['mb_per_second']:.2f} MB/s of input), {figures['removed_share']:.1%} removed, "
        f"{figures['quarantined']} quarantined"
        + (f", {hours}:{minutes:02}:{seconds:02} left" if left is not None else "")
    )


@contextmanager
def _bar() -> Iterator[Progress]:
    """A line on the terminal that is kept up to date. Without a thread of its own: workers fork."""
    from rich.console import Console
    from rich.progress import BarColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as RichProgress

    columns = (SpinnerColumn(), BarColumn(20), TextColumn("{task.description}"))
    bar = RichProgress(
        *columns, TimeElapsedColumn(), console=Console(stderr=True), auto_refresh=False,
        transient=True,
    )  # fmt: skip
    pace, last = Pace(), time.monotonic()
    with bar:
        task = bar.add_task("", total=1.0)

        def show(account: RunStatistics) -> None:
            nonlocal last
            pace.note(account)
            if time.monotonic() - last >= OFTEN:
                last = time.monotonic()
                words = in_words(pace.figures(account))
                bar.update(task, description=words, completed=account.share)
                bar.refresh()

        yield show


def summary(account: RunStatistics, out: Path) -> str:
    """One line: what was kept, removed and quarantined, and where to look."""
    bad = account.quarantined.total()
    why = ", ".join(f"{n} {status}" for status, n in sorted(account.quarantined.items()))
    if account.unchanged:
        return f"{account.read} documents: nothing has changed since the last run into {out}"
    resumed = f" (went on after {account.resumed})" if account.resumed else ""
    reused = f" ({account.reused} as they were)" if account.reused else ""
    return (
        f"{account.read} documents{resumed}{reused}: {account.written} clean in {out}, "
        f"{account.removals} removals ({account.removed_share:.1%} of the text; "
        f"{out}/_run/removals.jsonl), "
        + (f"{account.pruned} nodes pruned, " if account.pruned else "")
        + (
            f"{account.set_aside} set aside ({out}/_run/set-aside.jsonl), "
            if account.set_aside
            else ""
        )
        + f"{bad} quarantined"
        + (f" ({why}; {out}/_run/quarantine.jsonl)" if bad else "")
    )
