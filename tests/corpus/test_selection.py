"""The first documents of a corpus, or a sample of them."""

import itertools
import json
from collections.abc import Iterator
from operator import itemgetter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.corpus.inputs import find_inputs
from cleaner.corpus.output_folder import OverwriteError
from cleaner.corpus.read import read_input
from cleaner.corpus.run import clean_corpus
from cleaner.corpus.selection import Selection
from cleaner.errors import OptionError
from cleaner.pipeline import Cleaner
from cleaner.rules.ruleset import RuleSet

CLEANER = Cleaner(RuleSet())
IDS = st.lists(st.text(max_size=5), max_size=60)
SIZES = st.integers(1, 30)


def chosen(ids: list[str], **how: int) -> list[tuple[int, str]]:
    return list(Selection(**how).of(enumerate(ids), itemgetter(1)))


@given(IDS, SIZES)
def test_a_limit_takes_the_first(ids: list[str], size: int) -> None:
    assert chosen(ids, limit=size) == list(enumerate(ids))[:size]


@given(IDS, SIZES, SIZES)
def test_a_sample_is_in_order_and_part_of_each_larger_one(
    ids: list[str], size: int, more: int
) -> None:
    small, large = chosen(ids, sample=size), chosen(ids, sample=size + more)
    assert small == sorted(small) and len(small) == min(size, len(ids))
    assert set(small) <= set(large) <= set(enumerate(ids))


@given(st.sets(st.text(max_size=5)), SIZES, st.randoms())
def test_a_sample_does_not_depend_on_the_order(ids: set[str], size: int, chance: object) -> None:
    rows = sorted(ids)
    was = {id for _, id in chosen(rows, sample=size)}
    chance.shuffle(rows)  # type: ignore[attr-defined]  # a Random
    assert {id for _, id in chosen(rows, sample=size)} == was


def test_a_sample_spreads_over_the_corpus() -> None:
    places = [place for place, _ in chosen([f"{n:05}.html" for n in range(10_000)], sample=400)]
    assert all(70 <= sum(place // 2500 == part for place in places) <= 130 for part in range(4))


def test_a_limit_reads_no_further() -> None:
    items = iter(range(10))
    assert list(Selection(limit=3).of(items, str)) == [0, 1, 2]
    assert next(items) == 3


def test_a_limit_and_a_sample_exclude_each_other() -> None:
    with pytest.raises(OptionError, match="choose one"):
        Selection(limit=1, sample=1)


def corpus(folder: Path, name: str = "a", count: int = 20) -> Path:
    folder.mkdir(exist_ok=True)
    rows = [{"id": f"{name}-{n}", "text": f"The text {n} of {name}."} for n in range(count)]
    lines = [*map(json.dumps, rows)]
    lines[3] = "no json"
    (folder / f"{name}.jsonl").write_text("\n".join(lines))
    (folder / f"{name}.txt").write_text(f"The text of {name}.")
    return folder


@pytest.mark.parametrize("how", [{"limit": 1}, {"limit": 7}, {"limit": 99}, {"sample": 6}])
def test_inputs_have_the_same_documents_as_a_stream(tmp_path: Path, how: dict[str, int]) -> None:
    inputs = find_inputs([corpus(corpus(tmp_path / "in"), "b")])

    def records(items: list) -> Iterator[str]:  # type: ignore[type-arg]
        return (record.id for record in itertools.chain.from_iterable(map(read_input, items)))

    def name(id: str) -> str:
        return id

    selection = Selection(**how)
    assert list(records(selection.of_inputs(inputs))) == list(selection.of(records(inputs), name))


def texts(out: Path) -> dict[str, bytes]:
    found = (path for path in out.rglob("*") if path.is_file() and "_run" not in path.parts)
    return {str(path.relative_to(out)): path.read_bytes() for path in found}


def test_results_of_other_positions_are_not_reused(tmp_path: Path) -> None:
    source, out = corpus(tmp_path / "in"), tmp_path / "out"
    sample = Selection(sample=8)
    first = clean_corpus(CLEANER, [source], out, selection=sample)
    assert first.read == 8
    corpus(source, "b")  # takes the places of some in the sample
    clean_corpus(CLEANER, [source], out, selection=sample)
    clean_corpus(CLEANER, [source], tmp_path / "fresh", selection=sample)
    assert texts(out) == texts(tmp_path / "fresh")
    again = clean_corpus(CLEANER, [source], out, selection=sample)
    assert again.unchanged


def test_a_trial_does_not_replace_the_results_of_a_whole_run(tmp_path: Path) -> None:
    source, out = corpus(tmp_path / "in"), tmp_path / "out"
    clean_corpus(CLEANER, [source], out)
    before = texts(out)
    with pytest.raises(OverwriteError, match="results of 21 documents, more than the 4 chosen"):
        clean_corpus(CLEANER, [source], out, selection=Selection(limit=4))
    assert texts(out) == before
    clean_corpus(CLEANER, [source], out, selection=Selection(limit=4), replace=True)
    assert len(texts(out)["a.jsonl"].splitlines()) == 3  # and one that is broken


def test_progress_knows_the_number_of_documents(tmp_path: Path) -> None:
    shares: list[float] = []
    clean_corpus(
        CLEANER,
        [corpus(tmp_path / "in", count=500)],
        tmp_path / "out",
        progress=lambda statistics: shares.append(statistics.share),
        selection=Selection(limit=4),
    )
    assert shares == [0.25, 0.5, 0.75, 1.0]
