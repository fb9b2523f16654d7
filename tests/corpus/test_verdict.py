"""The verdict about a run, its limits, and what counts as lost running text."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import accumulate
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.classify.lost_prose import lost_prose
from cleaner.corpus.verdict import LIMITS, Level, judge, parse_limits
from cleaner.errors import OptionError
from cleaner.text.edits import is_removed
from tests.helpers.texts import MORE, PROSE

NOTHING: Mapping[str, Any] = {
    "read": 100, "written": 100, "lost_prose": 0, "doubtful_insertions": 0, "boilerplate_left": 0,
    "chars_out": 10_000, "quarantined": {},
}  # fmt: skip


def level(**values: Any) -> Level:
    return judge({**NOTHING, **values}, estimated=True).level


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("lost_prose", lambda share: round(100 * share)),
        ("doubtful_insertions", lambda share: round(100 * share)),
        ("boilerplate_left", lambda share: round(10_000 * share)),
        ("quarantined", lambda share: {"empty": 1, "reject": round(100 * share) - 1}),
    ],
)
def test_each_figure_has_its_limits(name: str, value: Any) -> None:
    limits = dict(zip(("lost_prose", "doubtful_insertions", "boilerplate_left", "quarantined"),
                      LIMITS.values(), strict=True))  # fmt: skip
    amber, red = limits[name]
    assert level(**{name: value(amber)}) is Level.GREEN
    assert level(**{name: value(amber + 0.01)}) is Level.AMBER
    assert level(**{name: value(red)}) is Level.AMBER
    assert level(**{name: value(red + 0.01)}) is Level.RED


def test_one_document_alone_is_never_red() -> None:
    assert level(read=5, written=4, quarantined={"empty": 1}) is Level.AMBER
    assert level(read=5, written=3, quarantined={"empty": 2}) is Level.RED


def test_the_sentence_names_the_worst_figures() -> None:
    found = judge({**NOTHING, "lost_prose": 31, "doubtful_insertions": 20}, estimated=True)
    assert found.sentence == (
        "Do not use this run as it is: 31 documents may have lost running text."
    )
    found = judge(
        {**NOTHING, "doubtful_insertions": 20, "quarantined": {"reject": 3}}, estimated=True
    )
    assert found.sentence == (
        "Check this run before you use it: 20 documents contain doubtful insertions, "
        "3 documents are quarantined."
    )
    assert judge(NOTHING, estimated=True).sentence.startswith("This run looks sound")


def test_without_the_classifier_nothing_is_said_about_boilerplate() -> None:
    much = {**NOTHING, "boilerplate_left": 9000}
    assert judge(much, estimated=True).level is Level.RED
    found = judge(much, estimated=False)
    assert found.level is Level.GREEN and found.figures[2].count is None


def test_a_run_of_nothing_has_a_verdict() -> None:
    assert level(read=0, written=0, chars_out=0) is Level.GREEN


@pytest.mark.parametrize(
    "value", ["", "prose=1%,2%", "insertions", "insertions=1%", "insertions=2%,1%",
              "insertions=1,2", "insertions=nan,nan", "insertions=a,b", "insertions=1%,2%,3%"]
)  # fmt: skip
def test_an_invalid_limit_is_named(value: str) -> None:
    with pytest.raises(OptionError, match="expected"):
        parse_limits([value])


def test_limits_replace_the_defaults() -> None:
    found = parse_limits(["insertions=0,1", "lost-prose=0.5%,1.5%"])
    assert found == {**LIMITS, "insertions": (0, 1), "lost-prose": (0.005, 0.015)}


def removed(rows: list[str], gone: set[int]) -> tuple[str, list[tuple[int, int]]]:
    """A text of these lines, and the spans of the lines that are gone."""
    starts = list(accumulate((len(row) + 1 for row in rows), initial=0))
    return "\n".join(rows), [(starts[n], starts[n] + len(rows[n])) for n in sorted(gone)]


def test_running_text_between_kept_text_is_lost_but_notices_around_it_are_not() -> None:
    rows = [PROSE, MORE, PROSE, "Share this", MORE, PROSE]
    assert lost_prose(*removed(rows, {2, 3})) == [2]
    assert lost_prose(*removed(rows, {0, 3})) == []
    assert lost_prose(*removed(rows, {3, 5})) == []


def test_promos_between_kept_text_are_not_lost_whatever_removed_them() -> None:
    promo = "Sign up for our newsletter and get the best of our stories in your inbox every day."
    assert lost_prose(*removed([PROSE, promo, PROSE, MORE], {1})) == []
    assert lost_prose(*removed([PROSE, promo, PROSE, MORE], {1, 2})) == [2]
    assert lost_prose(*removed([promo, PROSE, promo, promo], {0, 2, 3})) == []


def test_a_text_that_lost_its_end_lost_running_text() -> None:
    assert lost_prose(*removed([PROSE, MORE, PROSE, MORE], {1, 2, 3})) == [1, 2, 3]
    assert lost_prose(*removed([PROSE], {0})) == [0]


@given(st.lists(st.sampled_from([PROSE, MORE, "Share this", ""]), max_size=9), st.data())
def test_only_removed_running_text_is_lost(rows: list[str], data: st.DataObject) -> None:
    numbers = st.integers(0, len(rows) - 1) if rows else st.nothing()
    gone = data.draw(st.sets(numbers))
    lost = lost_prose(*removed(rows, gone))
    assert {*lost} <= {n for n in gone if rows[n] in (PROSE, MORE)}


def test_a_span_is_removed_if_one_span_contains_it() -> None:
    spans = [(2, 4), (6, 9)]
    assert is_removed(6, 9, spans) and is_removed(7, 8, spans) and is_removed(2, 3, spans)
    assert not is_removed(5, 7, spans) and not is_removed(0, 1, spans)
    assert not is_removed(3, 8, spans) and not is_removed(0, 1, [])
