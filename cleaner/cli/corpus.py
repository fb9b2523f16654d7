"""A corpus run from the command line: its engine and its exit code."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import typer

from cleaner.cli.common import MAX_ALL_BAD, Exit
from cleaner.cli.log import Log
from cleaner.cli.pipe import local_engine
from cleaner.corpus.journal_entry import Recorder
from cleaner.corpus.outputs import MIRRORED, Form
from cleaner.corpus.plan import Plan, plan_run
from cleaner.corpus.read import Source
from cleaner.corpus.rows import GUESSED, Columns
from cleaner.corpus.run import Distributed, Engine, clean_corpus
from cleaner.corpus.selection import EVERYTHING, Selection
from cleaner.corpus.statistics import RunStatistics
from cleaner.corpus.verdict import LIMITS, Level, Verdict, judge
from cleaner.corpus.verdict import Limits as VerdictLimits
from cleaner.document import Status
from cleaner.extract.extractors import preload
from cleaner.pipeline import Cleaner
from cleaner.workers.limits import Limits
from cleaner.workers.pool import PoolError

if TYPE_CHECKING:
    from cleaner.report.collect import Collector

MAX_HEADS = 20  # tables of which a dry run reads the first row
T = TypeVar("T")


@dataclass
class CorpusRun:
    """The options of a corpus run."""

    cleaner: Cleaner
    sources: list[str]
    out: Path
    options: dict[str, Any]
    keep_only: str | None = None
    workers: int | None = 1  # None: one per CPU of the cluster
    ray: bool = False
    ray_address: str | None = None
    columns: Columns = GUESSED
    form: Form = MIRRORED
    selection: Selection = EVERYTHING
    limits: Limits = field(default_factory=Limits)
    log: Log = field(default_factory=Log)
    forget: bool = False
    replace: bool = False
    profile: bool = False
    report: bool = True
    thresholds: Mapping[str, VerdictLimits] = field(default_factory=lambda: LIMITS)

    def run(self, *, strict: bool, max_error_rate: float | None, fail_on: str | None) -> None:
        """Clean, print a summary, and exit with the code that fits the result."""
        statistics = self._or_exit(self._clean)
        estimated = self.cleaner.classifier is not None
        verdict = judge(statistics.record(), self.thresholds, estimated=estimated)
        page = f"{self.out}/_run/report.html" if self.report else None
        self.log.summary(statistics, self.out, verdict, page)
        bad = statistics.quarantined.total()
        reasons = f"see {self.out}/_run/quarantine.jsonl"
        if bad == statistics.read > MAX_ALL_BAD:
            self.log.error(f"none of {bad} documents is clean; {reasons}{self._hint(statistics)}")
            raise typer.Exit(Exit.FATAL)
        if statistics.unreadable:
            first, *others = statistics.unreadable
            more = f" and {len(others)} more" if others else ""
            self.log.error(f"{first}{more}: not read to the end; {reasons}")
            raise typer.Exit(Exit.FATAL)
        if max_error_rate is not None and bad > max_error_rate * statistics.read:
            self.log.error(f"{bad} of {statistics.read} quarantined, more than --max-error-rate")
            raise typer.Exit(Exit.FATAL)
        if strict and bad:
            raise typer.Exit(Exit.QUARANTINED)
        if fail_on:
            self._check(verdict, Level[fail_on.upper()], page)

    def _check(self, verdict: Verdict, worst: Level, page: str | None) -> None:
        """Exit if the verdict is as bad as `worst`."""
        if verdict.level >= worst:
            see = f"; see {page}" if page else ""
            self.log.error(
                f"the verdict is {verdict.level.label}: {verdict.sentence.rstrip('.')}{see}"
            )
            raise typer.Exit(Exit.VERDICT)

    def _hint(self, statistics: RunStatistics) -> str:
        mostly = statistics.quarantined[Status.DECODE.value] > statistics.read / 2
        return "; is the text in another column (--text-column)?" if mostly else ""

    def show_plan(self, *, as_json: bool) -> None:
        """Print what the run would read and write, and which columns of tables it would use."""
        from cleaner.cli.dry_run import show

        plan = self._or_exit(self._plan)
        tables = [replace(item, only=range(1)) for item in plan.source.inputs if item.has_rows]
        heads = Source(tables[:MAX_HEADS], self.columns, self.log.note).records()
        self._or_exit(lambda: list(heads))
        show(plan, as_json=as_json)

    def _plan(self) -> Plan:
        collector = self._collector()
        return plan_run(
            self.cleaner.rules,
            self.sources,
            self.out,
            self.options,
            keep_only=self.keep_only,
            columns=self.columns,
            form=self.form,
            selection=self.selection,
            say=self.log.note,
            replace=self.replace,
            report=collector and collector.settings,
        )

    def _or_exit(self, act: Callable[[], T]) -> T:
        """The result of planning or cleaning. Exits with the code that fits an error."""
        try:
            return act()
        except KeyboardInterrupt:
            code, message = Exit.INTERRUPTED, "interrupted; run the same command again to resume"
        except PoolError as error:
            code, message = Exit.FATAL, str(error)
        except OSError as error:
            name = error.filename or self.out
            is_source = isinstance(error, FileNotFoundError) and not error.errno
            code = Exit.USAGE if is_source else Exit.FATAL
            message = f"{name}: {error.strerror}" if error.strerror else str(error)
        except ValueError as error:
            code, message = Exit.USAGE, str(error)
        self.log.error(message)
        raise typer.Exit(code)

    def _clean(self) -> RunStatistics:
        collector = self._collector()
        with self._engine() as engine, self.log.progress() as progress:
            return clean_corpus(
                self.cleaner,
                self.sources,
                self.out,
                self.options,
                progress,
                keep_only=self.keep_only,
                columns=self.columns,
                engine=engine,
                form=self.form,
                selection=self.selection,
                say=self.log.note,
                forget=self.forget,
                replace=self.replace,
                report=collector,
            )

    def _collector(self) -> Collector | None:
        if not self.report:
            return None
        from cleaner.report.collect import Collector

        return Collector(self.cleaner.rules, self.thresholds)

    @contextmanager
    def _engine(self) -> Iterator[Engine | Distributed]:
        recorder = Recorder(self.cleaner.rules.version, self.keep_only, self.form.dolma)
        if self.ray:
            from cleaner.engines.ray import RayEngine

            yield RayEngine(self.cleaner, recorder, self.limits, self.ray_address, self.workers)
            return
        if self.workers != 0:
            preload()
        show = self.log.profile if self.profile else None
        workers = 1 if self.workers is None else self.workers
        with local_engine(self.cleaner, workers, self.limits, recorder, show) as engine:
            yield engine
