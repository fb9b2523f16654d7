"""CPU time by stage."""

import pytest

from cleaner.clock import Stage, Watch, no_clock


@pytest.fixture
def cpu(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """What the CPU clock says; a test moves it."""
    now = [5.0]
    monkeypatch.setattr("time.process_time", lambda: now[0])
    return now


def test_each_moment_is_of_the_innermost_stage(cpu: list[float]) -> None:
    watch = Watch(Stage.BEGIN)
    cpu[0] += 1
    with watch(Stage.SETTLE):
        cpu[0] += 2
        with watch(Stage.FIND):
            cpu[0] += 4
        cpu[0] += 8
    cpu[0] += 16
    assert watch.take() == {Stage.BEGIN: 17, Stage.SETTLE: 10, Stage.FIND: 4}
    cpu[0] += 32
    assert watch.take() == {Stage.BEGIN: 32}


def test_a_stage_that_fails_is_over(cpu: list[float]) -> None:
    watch = Watch(Stage.REST)
    with pytest.raises(ValueError), watch(Stage.TREE), watch(Stage.JUDGE):
        cpu[0] += 1
        raise ValueError
    cpu[0] += 2
    assert watch.take() == {Stage.REST: 2, Stage.TREE: 0, Stage.JUDGE: 1}


def test_no_clock_lets_errors_through() -> None:
    with pytest.raises(ValueError), no_clock(Stage.TREE):
        raise ValueError
