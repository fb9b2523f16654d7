"""Where the time goes: the stages of a document's way, and clocks that are told of them.

    with clock(Stage.NORMALIZE):
        ...

A clock gives each moment to the innermost stage that is under way, so that no time counts twice.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from enum import Enum


class Stage(str, Enum):
    """What is done, in the order in which it is told."""

    BEGIN = "begin and end of the run"
    READ = "read and parse the input"
    DECODE = "decode"
    TREE = "page: tree"
    TRAFILATURA = "page: trafilatura"
    SECOND = "page: second opinion"
    JUDGE = "page: blocks and judgement"
    STATED = "page: metadata and rights"
    HTML_RULES = "page: html rules"
    NORMALIZE = "normalize"
    SITES = "rules: choice of files"
    COMPILE = "rules: patterns compiled"
    FIND = "rules: find"
    SETTLE = "rules: settle"
    METADATA = "metadata and rights"
    REST = "rest of the cleaning"
    RECORD = "records"
    MOVE = "to and from workers"
    WRITE = "write"


Clock = Callable[[Stage], AbstractContextManager[object]]

_NOTHING = nullcontext()


def no_clock(stage: Stage) -> AbstractContextManager[object]:
    """The clock that nobody reads."""
    return _NOTHING


class Watch:
    """A clock that counts the CPU seconds of this process by stage; `base` is what it is at
    when it is told nothing else."""

    def __init__(self, base: Stage) -> None:
        self.restart(base, time.process_time())

    def restart(self, base: Stage, since: float = 0.0) -> None:
        """Begin anew, at some CPU time of this process."""
        self._stages = [base]
        self._since = since
        self._seconds: defaultdict[Stage, float] = defaultdict(float)

    def __call__(self, stage: Stage) -> Watch:
        self._note()
        self._stages.append(stage)
        return self

    def __enter__(self) -> None:
        pass

    def __exit__(self, *_: object) -> None:
        self._note()
        self._stages.pop()

    def take(self) -> dict[Stage, float]:
        """The seconds of each stage since they were last taken."""
        self._note()
        taken = dict(self._seconds)
        self._seconds.clear()
        return taken

    def _note(self) -> None:
        now = time.process_time()
        self._seconds[self._stages[-1]] += now - self._since
        self._since = now
