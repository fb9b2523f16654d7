"""Messages, progress and summary of a corpus run on stderr, as text or JSON."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from cleaner.cli.common import to_stderr, visible
from cleaner.messages import plural

if TYPE_CHECKING:
    from cleaner.corpus.statistics import RunStatistics
    from cleaner.corpus.verdict import Verdict
    from cleaner.engines.profiler import Profile

LINE_INTERVAL = 5.0  # seconds between progress lines, without a terminal
BAR_INTERVAL = 0.2  # seconds between updates of the progress bar

Progress = Callable[["RunStatistics"], None]


@dataclass(frozen=True)
class Log:
    """Writes messages to stderr; with `quiet`, only errors."""

    as_json: bool = False
    quiet: bool = False

    def note(self, message: str) -> None:
        if not self.quiet:
            self._write("note", message)

    def error(self, message: str) -> None:
        self._write("error", message)

    def summary(
        self, statistics: RunStatistics, out: Path, verdict: Verdict, page: str | None
    ) -> None:
        """Write what a run did, and the verdict; `page` is its report."""
        if self.quiet:
            return
        level = verdict.level.label
        figures = {"documents": statistics.read, "resumed": statistics.resumed,
                   "reused": statistics.reused, "unchanged": statistics.unchanged,
                   "verdict": level, **statistics.record()}  # fmt: skip
        self._write("summary", summary(statistics, out), **figures, out=visible(str(out)))
        if not self.as_json:
            to_stderr(f"{level}: {verdict.sentence}" + (f" See {page}" if page else ""))

    def profile(self, profile: Profile) -> None:
        """Write the profile, even with `quiet`, because the user asked for it."""
        text = profile_table(profile)
        self._write("profile", text.split("\n")[0] if self.as_json else text, **profile)

    @contextmanager
    def progress(self) -> Iterator[Progress | None]:
        """A function to call with the statistics after every record."""
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

        def show(statistics: RunStatistics) -> None:
            nonlocal last
            pace.update(statistics)
            if time.monotonic() - last >= LINE_INTERVAL:
                last = time.monotonic()
                figures = pace.figures(statistics)
                self._write("progress", progress_line(figures), **figures)

        return show

    def _write(self, event: str, message: str, **figures: Any) -> None:
        if self.as_json:
            line = orjson.dumps({"event": event, "message": visible(message), **figures}).decode()
        else:
            line = message if event in ("summary", "profile") else f"cleaner: {message}"
        to_stderr(line)


@dataclass
class Pace:
    """Measures the speed of a run, starting at the first record that it has to clean."""

    start_state: tuple[int, float] | None = None  # records and share done at the start

    def __post_init__(self) -> None:
        self.start = time.monotonic()

    def update(self, statistics: RunStatistics) -> None:
        if self.start_state is None and statistics.done > statistics.resumed:
            self.start_state = statistics.done - 1, statistics.share if statistics.resumed else 0.0
            if statistics.resumed:
                self.start = time.monotonic()

    def figures(self, statistics: RunStatistics) -> dict[str, Any]:
        """The progress so far: seconds, shares from 0 to 1, and megabytes of the inputs as stored
        on disk."""
        seconds = max(1e-9, time.monotonic() - self.start)
        done, share = self.start_state or (statistics.done, statistics.share)
        fresh, more = statistics.done - done, statistics.share - share
        return {
            "documents": statistics.done,
            "documents_per_second": round(fresh / seconds, 1),
            "mb_per_second": round(statistics.bytes_total * more / seconds / 1e6, 3),
            "removed_share": round(statistics.removed_share, 4),
            "quarantined": statistics.quarantined.total(),
            "seconds": round(seconds, 1),
            "eta_seconds": round(seconds * (1 - statistics.share) / more) if more > 0 else None,
        }  # fmt: skip


def progress_line(figures: dict[str, Any]) -> str:
    """Progress as one line.

    >>> progress_line({"documents": 90, "documents_per_second": 30.0, "mb_per_second": 0.1,
    ...     "removed_share": 0.02, "quarantined": 1, "eta_seconds": 3725})
    '90 documents (30/s, 0.10 MB/s of input), 2.0% removed, 1 quarantined, 1:02:05 left'
    """
    left = figures["eta_seconds"]
    return (
        f"{plural(figures['documents'], 'document')} ({figures['documents_per_second']:.0f}/s, "
        f"{figures['mb_per_second']:.2f} MB/s of input), {figures['removed_share']:.1%} removed, "
        f"{figures['quarantined']} quarantined"
        + (f", {timedelta(seconds=left)} left" if left is not None else "")
    )


@contextmanager
def _bar() -> Iterator[Progress]:
    """A progress bar. It has no refresh thread, because workers are forked."""
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

        def show(statistics: RunStatistics) -> None:
            nonlocal last
            pace.update(statistics)
            if time.monotonic() - last >= BAR_INTERVAL:
                last = time.monotonic()
                words = progress_line(pace.figures(statistics))
                bar.update(task, description=words, completed=statistics.share)
                bar.refresh()

        yield show


def profile_table(profile: Profile) -> str:
    """A profile as a table for people."""
    cpu = sum(profile["stages"].values())
    rows = [f"CPU time: {cpu:.2f} s, of this process and its workers"]
    for title, table in profile.items():
        rows += ["", f"   CPU s   share  {title.replace('_', ' ')}"]
        rows += [f"{s:8.4f}  {s / cpu:6.1%}  {name}" for name, s in table.items()]
    return "\n".join(rows)


def summary(statistics: RunStatistics, out: Path) -> str:
    """One line with counts of clean, removed and quarantined items, and their files."""
    documents = plural(statistics.read, "document")
    bad = statistics.quarantined.total()
    why = ", ".join(f"{n} {status}" for status, n in sorted(statistics.quarantined.items()))
    if statistics.unchanged:
        return f"{documents}: nothing has changed since the last run into {out}"
    reused = statistics.resumed + statistics.reused
    return (
        f"{documents}{f' ({reused} reused)' if reused else ''}: {statistics.written} clean in "
        f"{out}, {plural(statistics.removals, 'removal')} ({statistics.removed_share:.1%} of the "
        f"text; {out}/_run/removals.jsonl), "
        + (f"{plural(statistics.pruned, 'node')} pruned, " if statistics.pruned else "")
        + (
            f"{statistics.set_aside} set aside ({out}/_run/set-aside.jsonl), "
            if statistics.set_aside
            else ""
        )
        + f"{bad} quarantined"
        + (f" ({why}; {out}/_run/quarantine.jsonl)" if bad else "")
    )
