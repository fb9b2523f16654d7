"""Data frames keep their rows and columns, and get those of the clean documents."""

from __future__ import annotations

from typing import Any

import pytest

from cleaner import Cleaner, Limits, clean_dataframe
from cleaner.corpus.rows import MissingColumnError
from cleaner.errors import InputError, OptionError
from tests.helpers.pages import ROOT, blocks
from tests.helpers.poison import Poisonable

pytest.importorskip("pyarrow")

ROWS = {
    "number": [3, 1, 2],
    "text": ["By Ann Example\n\nThe pier opened.\n\nShare on Facebook", None, "The ferry sank."],
    "title": ["The pier", "Nothing", None],
    "date": ["2019-03-12T00:30:00+02:00", None, None],
}


@pytest.fixture(params=["pandas", "polars"])
def library(request: pytest.FixtureRequest) -> Any:
    return pytest.importorskip(request.param)


@pytest.fixture(scope="module")
def packs() -> Cleaner:
    return Cleaner.load(packs_only=True)


def rows_of(frame: Any) -> list[dict[str, Any]]:
    """The rows with plain values."""
    if hasattr(frame, "to_dicts"):
        return list(frame.to_dicts())
    import pyarrow as pa

    return list(pa.Table.from_pandas(frame, preserve_index=False).to_pylist())


@pytest.mark.parametrize("workers", [0, 2])
def test_a_frame_keeps_its_rows_and_other_columns(
    library: Any, packs: Cleaner, workers: int
) -> None:
    frame = library.DataFrame(ROWS)
    before = rows_of(frame)
    made = clean_dataframe(frame, packs, workers=workers)
    assert type(made) is type(frame) and rows_of(frame) == before
    rows = rows_of(made)
    for name in ("number", "title", "date"):
        assert [row[name] for row in rows] == ROWS[name]
    assert [row["text"] for row in rows] == ["The pier opened.", None, "The ferry sank."]
    assert [row["status"] for row in rows] == ["ok", "decode", "ok"]
    assert rows[1]["message"] and rows[0]["message"] is rows[2]["message"] is None
    assert rows[0]["authors"] == ["Ann Example"] and rows[1]["authors"] is None
    assert [row["title_found"] for row in rows] == ["The pier", None, None]
    assert rows[0]["date_published"].isoformat() == "2019-03-11T22:30:00+00:00"
    assert rows[0]["chars_out"] == len("The pier opened.") and type(rows[0]["chars_out"]) is int


def test_the_fields_can_be_chosen(library: Any, packs: Cleaner) -> None:
    made = clean_dataframe(library.DataFrame(ROWS), packs, fields=["authors"], workers=0)
    assert list(made.columns) == [*ROWS, "status", "message", "authors"]
    with pytest.raises(OptionError, match="'author' is unknown; expected some of url, "):
        clean_dataframe(library.DataFrame(ROWS), packs, fields=["author"])


def test_a_page_stays_beside_its_text(library: Any, packs: Cleaner) -> None:
    page = "<html><body><article><p>The pier opened.</p></article></body></html>"
    frame = library.DataFrame({"page": [page], "link": ["https://www.example.org/pier"]})
    (row,) = rows_of(clean_dataframe(frame, packs, text_column="page", workers=0))
    assert row["page"] == page and row["text"] == "The pier opened."
    assert row["hostname"] == "www.example.org"


def test_a_frame_without_rows_has_the_columns(library: Any, packs: Cleaner) -> None:
    full = clean_dataframe(library.DataFrame(ROWS), packs, workers=0)
    none = clean_dataframe(library.DataFrame(ROWS)[:0], packs, workers=0)
    assert list(none.columns) == list(full.columns) and len(none) == 0


def test_what_crashes_is_a_row_with_a_status(
    library: Any, packs: Cleaner, monkeypatch: pytest.MonkeyPatch
) -> None:
    poisonable = Poisonable(packs)
    monkeypatch.setattr(Cleaner, "clean_batch", lambda _, batch: poisonable.clean_batch(batch))
    frame = library.DataFrame({"text": ["A text.", "poison exit", "Another."]})
    made = clean_dataframe(frame, packs, workers=1, limits=Limits(timeout=20))
    assert [row["status"] for row in rows_of(made)] == ["ok", "crash", "ok"]


def test_what_cannot_be_cleaned_is_refused(library: Any, packs: Cleaner) -> None:
    with pytest.raises(MissingColumnError, match="found no column with texts"):
        clean_dataframe(library.DataFrame({"title": ["A"]}), packs)
    with pytest.raises(MissingColumnError, match="--text-column body: no record has this column"):
        clean_dataframe(library.DataFrame(ROWS), packs, text_column="body")
    with pytest.raises(TypeError, match="expected a DataFrame of pandas or Polars, not list"):
        clean_dataframe([1], packs)


def test_the_index_of_pandas_is_kept(packs: Cleaner) -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(ROWS, index=["c", "a", "b"])
    made = clean_dataframe(frame, packs, workers=0)
    assert list(made.index) == ["c", "a", "b"]
    assert made.loc["b", "text"] == "The ferry sank."


def test_a_column_that_arrow_cannot_hold_is_named(packs: Cleaner) -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"text": ["A text.", {"a": 1}], "other": [object(), 5]})
    with pytest.raises(InputError, match="text"):
        clean_dataframe(frame, packs)


def test_the_example_prints_what_it_shows(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("pandas")
    (block,) = (b for b in blocks(ROOT / "docs/api.md") if b.info == "needs=pandas")
    exec(compile(block.text, block.place, "exec"), {})
    shown = [row.split("# ")[1] for row in block.text.split("\n") if row.startswith("print(")]
    assert capsys.readouterr().out.splitlines() == shown
