"""Stages whose CPU time a clock may measure: `with clock(Stage.NORMALIZE): ...`."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
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
    LINES = "line classifier"
    METADATA = "metadata and rights"
    REST = "rest of the cleaning"
    RECORD = "records"


Clock = Callable[[Stage], AbstractContextManager[None]]


def no_clock(stage: Stage) -> AbstractContextManager[None]:
    return nullcontext()
