"""The flat table: one row per document, the same types in every file, nothing else beside it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from cleaner.cli import app
from cleaner.corpus.flat_table import moment
from cleaner.corpus.output_folder import OutputFolder, OverwriteError
from cleaner.corpus.outputs import Form
from cleaner.corpus.run import clean_corpus
from cleaner.pipeline import Cleaner
from tests.corpus.test_outputs import records
from tests.helpers.texts import MORE, PROSE

pa = pytest.importorskip("pyarrow")
import pyarrow.parquet as pq  # noqa: E402

FLAT = Form(flat=True)
NOTICE = "This article is licensed under a Creative Commons Attribution-ShareAlike 4.0 License."
MOMENTS = ("date_published", "date_modified", "original_date", "created", "added")


@pytest.fixture(scope="module")
def packs() -> Cleaner:
    return Cleaner.load(packs_only=True)


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    folder = tmp_path / "raw"
    folder.mkdir()
    rows = [
        {"id": "full", "text": f"By Ada Byron\n\n{PROSE}\n\nAdvertisement\n{NOTICE}",
         "date": "2019-03-12T00:30:00+02:00", "crawl_date": "2020-01-02T03:04:05Z"},
        {"id": "bare", "text": f"{PROSE}\n**{MORE}**", "date": "12 March 2019"},
        {"id": "gone", "text": ""},
    ]  # fmt: skip
    (folder / "many.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (folder / "none.jsonl").write_text("")
    (folder / "one.txt").write_text(f"{PROSE}\n\nShare on Facebook\n\n{MORE}")
    return folder


def table(folder: Path) -> Any:
    return pa.concat_tables(map(pq.read_table, shards(folder)))


def shards(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.name != "_run")


def test_each_document_is_one_row_with_its_text_and_metadata(
    tmp_path: Path, raw: Path, packs: Cleaner
) -> None:
    clean_corpus(packs, [raw], tmp_path / "two", form=Form("parquet"))
    clean_corpus(packs, [raw], tmp_path / "out", form=FLAT)
    assert [path.name for path in shards(tmp_path / "out")] == ["train-00000.parquet"]
    rows = table(tmp_path / "out").to_pylist()
    texts, metadata = (
        [row for name in ("many", "documents") for row in records(tmp_path / f"two/{name}{part}")]
        for part in (".parquet", ".metadata.parquet")
    )
    assert [row["id"] for row in rows] == ["full", "bare", "one.txt"]
    for row, text, found in zip(rows, texts, metadata, strict=True):
        assert {*row} == {*text, *found} - {"metadata", "status"}
        both = {**found, **text}
        assert all(row[name] == both[name] for name in {*row} - {*MOMENTS})


def test_columns_have_types(tmp_path: Path, raw: Path, packs: Cleaner) -> None:
    clean_corpus(packs, [raw], tmp_path / "out", form=FLAT)
    found = table(tmp_path / "out")
    assert all(found.schema.field(n).type == pa.timestamp("us", tz="UTC") for n in MOMENTS)
    assert found.schema.field("authors").type == pa.list_(pa.string())
    assert found.schema.field("rights_year").type == pa.int64()
    full, bare, page = found.to_pylist()
    assert full["date_published"] == datetime(2019, 3, 11, 22, 30, tzinfo=timezone.utc)
    assert full["added"] == datetime(2020, 1, 2, 3, 4, 5, tzinfo=timezone.utc)
    assert bare["date_published"] == datetime(2019, 3, 12, tzinfo=timezone.utc)
    assert (full["authors"], full["license"]) == (["Ada Byron"], "CC-BY-SA-4.0")
    assert page["date_published"] is page["added"] is None and page["authors"] == []


def test_jsonl_has_the_rows_of_parquet(tmp_path: Path, raw: Path, packs: Cleaner) -> None:
    clean_corpus(packs, [raw], tmp_path / "out", form=FLAT)
    clean_corpus(packs, [raw], tmp_path / "lines", form=Form("jsonl.gz", flat=True))
    (file,) = shards(tmp_path / "lines")
    assert file.name == "train-00000.jsonl.gz"
    rows = table(tmp_path / "out").to_pylist()
    for row in rows:
        row.update({n: row[n] and row[n].strftime("%Y-%m-%dT%H:%M:%SZ") for n in MOMENTS})
    assert records(file) == rows


def test_a_table_without_a_row_has_its_columns(tmp_path: Path, raw: Path, packs: Cleaner) -> None:
    clean_corpus(packs, [raw / "none.jsonl"], tmp_path / "none", form=FLAT)
    clean_corpus(packs, [raw], tmp_path / "out", form=FLAT)
    assert table(tmp_path / "none").schema == table(tmp_path / "out").schema
    assert table(tmp_path / "none").num_rows == 0


def test_a_file_ends_at_the_given_size(tmp_path: Path, raw: Path, packs: Cleaner) -> None:
    out = tmp_path / "out"
    clean_corpus(packs, [raw], out, form=FLAT)
    whole = table(out)
    sizes = [len(json.dumps(row, default=str)) for row in whole.to_pylist()]
    small = Form(flat=True, shard_bytes=1)
    clean_corpus(packs, [raw], out, form=small)
    assert [path.name for path in shards(out)] == [f"train-0000{n}.parquet" for n in range(3)]
    assert [pq.read_metadata(path).num_rows for path in shards(out)] == [1, 1, 1]
    assert table(out) == whole
    two = Form(flat=True, shard_bytes=sizes[0] + sizes[1] + sizes[2] // 2)
    clean_corpus(packs, [raw], out, form=two)
    assert [pq.read_metadata(path).num_rows for path in shards(out)] == [2, 1]
    assert table(out) == whole


def test_a_file_that_no_run_wrote_is_kept_apart(tmp_path: Path, raw: Path, packs: Cleaner) -> None:
    """Readers of the folder would take it for a part of the table, though its name is not used."""
    (tmp_path / "out").mkdir()
    strange = tmp_path / "out/train-00007.parquet"
    strange.write_text("mine")
    with pytest.raises(OverwriteError, match=r"train-00007\.parquet"):
        clean_corpus(packs, [raw], tmp_path / "out", form=FLAT)
    assert shards(tmp_path / "out") == [strange] and strange.read_text() == "mine"


def test_a_full_disk_leaves_no_part_of_a_file(
    tmp_path: Path, raw: Path, packs: Cleaner, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened, out = OutputFolder.open, tmp_path / "out"

    @contextmanager
    def full(folder: OutputFolder, name: str, digest: str = "") -> Iterator[BinaryIO]:
        with opened(folder, name, digest) as file:
            if name == "train-00001.parquet":
                raise OSError(28, "No space left on device")
            yield file

    small = Form(flat=True, shard_bytes=1)
    with monkeypatch.context() as patched:
        patched.setattr(OutputFolder, "open", full)
        with pytest.raises(OSError, match="No space left"):
            clean_corpus(packs, [raw], out, form=small)
    assert [path.name for path in shards(out)] == ["train-00000.parquet"]
    statistics = clean_corpus(packs, [raw], out, form=small)
    assert statistics.resumed and len(shards(out)) == 3


def test_a_flat_table_is_clean(tmp_path: Path, raw: Path, cleaner: Cleaner) -> None:
    (raw / "republished.txt").write_text(
        f"By South Front\n\n{PROSE}\n\n{MORE}\n\nComment on Global Research Articles on our "
        "Facebook page\n\nBecome a Member of Global Research"
    )
    clean_corpus(cleaner, [raw], tmp_path / "out", form=FLAT)
    again = clean_corpus(cleaner, [tmp_path / "out"], tmp_path / "again", form=FLAT)
    assert (again.written, again.removals) == (4, 0)
    before, after = (table(tmp_path / name).to_pylist() for name in ("out", "again"))
    assert before[-1]["sites"] == ["globalresearch.ca"]
    for name in ("id", "text", "title", "authors", "date_published", "added", "sites", "license"):
        assert [row[name] for row in after] == [row[name] for row in before]


@given(
    st.datetimes(datetime(1900, 1, 2), datetime(2099, 12, 30)),
    st.integers(-14 * 60, 14 * 60),
)
def test_a_time_with_a_zone_is_the_same_moment(local: datetime, minutes: int) -> None:
    zoned = local.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=minutes)))
    found = moment(zoned.isoformat())
    assert found and datetime.fromisoformat(found.replace("Z", "+00:00")) == zoned


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)))
def test_a_day_is_its_midnight(day: date) -> None:
    assert moment(day.isoformat()) == f"{day.isoformat()}T00:00:00Z"


@pytest.mark.parametrize("value", [None, "", "soon", "2019-02-30", "2019-03-12T08:00:00+99:00"])
def test_what_is_no_moment_is_null(value: str | None) -> None:
    assert moment(value) is None


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["-o", "out", "--flat", "--dolma"], "--dolma: remove it"),
        (["-o", "out", "--shard-size", "5"], "--shard-size needs --flat"),
        (["--flat"], "--flat needs an output folder"),
    ],
)
def test_options_without_effect_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: list[str], message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("one.txt").write_text(PROSE)
    done = CliRunner().invoke(app, ["clean", "one.txt", *options])
    assert done.exit_code == 2 and message in done.output
    assert not Path("out").exists()
