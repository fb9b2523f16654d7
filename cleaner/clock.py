"""Measure the CPU time of stages: `with clock(Stage.NORMALIZE): ...`. The innermost one counts."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from enum import Enum


class Stage(str, Enum):
    """A stage of a run, in the order of the profile."""

    RUN = "run: input, output, workers"
    DECODE = "decode"
    TREE = "page: tree"
    TRAFILATURA = "page: trafilatura"
    SECOND_EXTRACTOR = "page: second extractor"
    CLASSIFY = "page: blocks and classifier"
    PAGE_METADATA = "page: metadata and rights"
    HTML_RULES = "page: html rules"
    NORMALIZE = "normalize"
    SITES = "rules: site selection"
    FIND = "rules: match"
    FIXPOINT = "rules: fixpoint"
    METADATA = "metadata and rights"
    REST = "rest of the cleaning"
    RECORD = "records"


Clock = Callable[[Stage], AbstractContextManager[None]]


def no_clock(stage: Stage) -> AbstractContextManager[None]:
    return nullcontext()


class Watch:
    """A clock that counts the CPU nanoseconds of this process: by stage, document and rule."""

    def __init__(self) -> None:
        self.stage, self.since = Stage.RUN, time.process_time_ns()
        self.costs = defaultdict[str, Counter[str]](Counter)

    @contextmanager
    def __call__(self, stage: Stage) -> Iterator[None]:
        outer = self.stage
        self.switch(stage)
        try:
            yield
        finally:
            self.switch(outer)

    def switch(self, stage: Stage) -> None:
        now = time.process_time_ns()
        self.costs["stages"][self.stage.value] += now - self.since
        self.stage, self.since = stage, now
