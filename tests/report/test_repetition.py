"""The share of what repeats across documents: exact for small corpora, estimated for large ones."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from cleaner.cli import app
from cleaner.report.repetition import RepeatCounter, sequences
from tests.helpers.texts import article

DOCUMENTS = st.lists(st.lists(st.sampled_from("abcdefghijklmnop"), max_size=12), max_size=8)


def counted(documents: Sequence[Sequence[str]], size: int) -> RepeatCounter:
    counter = RepeatCounter(size)
    for items in documents:
        counter.add(items)
        assert len(counter._tracked) <= size
    return counter


def share(documents: Sequence[Sequence[str]]) -> float:
    """The share of items that another document has, counted by comparing all."""
    total = [item for items in documents for item in items]
    repeated = [i for i in total if sum(i in items for items in documents) > 1]
    return len(repeated) / len(total) if total else 0.0


@given(DOCUMENTS)
def test_a_small_corpus_is_counted(documents: list[list[str]]) -> None:
    counter = counted(documents, 16)
    assert counter.is_exact and counter.total == sum(map(len, documents))
    assert counter.repeating == pytest.approx(share(documents))


@given(DOCUMENTS, st.randoms(use_true_random=False))
def test_an_estimate_does_not_depend_on_the_order(
    documents: list[list[str]], chance: object
) -> None:
    before = counted(documents, 4)
    chance.shuffle(documents)  # type: ignore[attr-defined]
    assert counted(documents, 4).repeating == before.repeating


@pytest.mark.parametrize("frame", [0, 1, 5])
def test_an_estimate_is_close_whatever_a_frequent_line_weighs(frame: int) -> None:
    documents = [
        [*(f"{n} {row}" for row in range(9)), *(f"{n // 4} again {row}" for row in range(3)),
         *["Advertisement"] * frame]
        for n in range(2000)
    ]  # fmt: skip
    counter = counted(documents, 1000)
    assert not counter.is_exact
    assert counter.repeating == pytest.approx((3 + frame) / (12 + frame), abs=0.05)


def test_one_document_may_have_more_items_than_are_tracked() -> None:
    items = [str(n) for n in range(2000)]
    both = counted([items, items[:1000], ["other"]], 100)
    assert both.total == 3001
    assert both.repeating == pytest.approx(2000 / 3001, abs=0.1)


def test_a_document_does_not_repeat_itself() -> None:
    assert counted([["a", "a", "a"], ["b"]], 16).repeating == 0.0


def test_sequences_are_of_words_only() -> None:
    text = "One, two.\n\nTHREE four five \u201csix\u201d seven eight"
    assert list(sequences(text)) == ["one two three four five six seven eight"]
    assert list(sequences("one two three")) == []


@pytest.fixture
def run(tmp_path: Path) -> Path:
    (tmp_path / "raw").mkdir()
    for n in range(4):
        text = article(n, "BODY", "Share on Facebook")
        (tmp_path / f"raw/{n}.txt").write_text(text)
    (tmp_path / "raw/none.txt").write_text("")
    done = CliRunner().invoke(app, ["clean", f"{tmp_path}/raw", "-o", f"{tmp_path}/out", "-q"])
    assert done.exit_code == 0
    return tmp_path / "out"


def test_the_command_compares_before_and_after(run: Path) -> None:
    data = json.loads(CliRunner().invoke(app, ["repetition", str(run), "--json"]).output)
    assert data["documents"] == 4
    lines = data["lines"]
    assert lines["before"]["count"] >= 20 and lines["before"]["repeating"] >= 4 / 24
    assert lines["after"] == {"count": 16, "repeating": 0.0, "exact": True}
    assert data["sequences"]["after"]["count"] == 4 * (4 * 18 - 7)
    shown = CliRunner().invoke(app, ["repetition", str(run)]).output
    assert shown.startswith("4 documents\n") and "0.0%" in shown and "estimated" not in shown


def test_the_report_shows_what_was_measured(run: Path) -> None:
    again = ["clean", str(run.parent / "raw"), "-o", str(run)]
    page, data = run / "_run/report.html", run / "_run/report.json"
    assert "Not measured." in page.read_text()
    CliRunner().invoke(app, ["repetition", str(run)])
    stored = data.read_bytes()
    for step in (data.unlink, lambda: data.write_bytes(stored)):  # from the journal; from the data
        step()
        assert CliRunner().invoke(app, ["report", str(run)]).exit_code == 0
        text = page.read_text()
        assert "Not measured." not in text and "0.0% <small>of 16</small>" in text
        assert "another document has too, in 4 documents." in text
    assert "nothing has changed" in CliRunner().invoke(app, again).stderr
    assert "another document has too" in page.read_text()


def test_another_run_removes_what_was_measured(run: Path) -> None:
    CliRunner().invoke(app, ["repetition", str(run)])
    saved = run / "_run/repetition.json"
    assert json.loads(saved.read_bytes())["documents"] == 4
    (run.parent / "raw/4.txt").write_text(article(4))
    assert CliRunner().invoke(app, ["clean", f"{run.parent}/raw", "-o", str(run)]).exit_code == 0
    assert not saved.exists()


def test_damaged_figures_are_named(run: Path) -> None:
    (run / "_run/repetition.json").write_text('{"documents": 4}')
    done = CliRunner().invoke(app, ["report", str(run)])
    assert done.exit_code == 2 and "repetition.json: damaged" in done.stderr


def test_a_run_without_a_journal_cannot_be_measured(run: Path) -> None:
    bare = str(run.parent / "bare")
    CliRunner().invoke(app, ["clean", str(run.parent / "raw"), "-o", bare, "-q", "--forget"])
    for wrong, message in ((run.parent, "not the output folder of a run"), (bare, "no journal")):
        done = CliRunner().invoke(app, ["repetition", str(wrong)])
        assert done.exit_code == 2 and message in done.output
