"""CPU time by stage."""

import pytest

from cleaner.clock import Stage, no_clock
from cleaner.engines.profiler import Watch


@pytest.fixture
def cpu(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The reading of the CPU clock, which a test advances."""
    now = [5]
    monkeypatch.setattr("time.process_time_ns", lambda: now[0])
    return now


def stages(watch: Watch) -> dict[str, int]:
    return {stage: cost for (_, stage), cost in watch.costs.items()}


def test_time_counts_for_the_innermost_stage(cpu: list[int]) -> None:
    watch = Watch()
    cpu[0] += 1
    with watch(Stage.FIXPOINT):
        cpu[0] += 2
        with watch(Stage.FIND):
            cpu[0] += 4
        cpu[0] += 8
    cpu[0] += 16
    watch.switch(Stage.REST)
    assert stages(watch) == {
        Stage.RUN: 17,
        Stage.FIXPOINT: 10,
        Stage.FIND: 4,
    }


def test_a_stage_that_fails_ends(cpu: list[int]) -> None:
    watch = Watch()
    with pytest.raises(ValueError), watch(Stage.TREE), watch(Stage.CLASSIFY):
        cpu[0] += 1
        raise ValueError
    cpu[0] += 2
    watch.switch(Stage.RUN)
    assert stages(watch) == {
        Stage.RUN: 2,
        Stage.TREE: 0,
        Stage.CLASSIFY: 1,
    }


def test_no_clock_lets_errors_through() -> None:
    with pytest.raises(ValueError), no_clock(Stage.TREE):
        raise ValueError
