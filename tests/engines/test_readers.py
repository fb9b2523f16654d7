"""A flat table is read by other tools from its folder, if they are installed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cleaner.corpus.outputs import Form
from cleaner.corpus.run import clean_corpus
from cleaner.pipeline import Cleaner
from cleaner.report.collect import Collector
from tests.helpers import poison

pytest.importorskip("pyarrow")

COUNT = 20
Found = tuple[int, str, list[str], int]  # rows, and of the first one its year, authors, length


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Flat tables of the same documents, in several files, beside the files of a run."""
    top = tmp_path_factory.mktemp("flat")
    rows = [line.replace(b'"text"', b'"date":"2019-03-12","author":"Ada Byron","text"', 1)
            for line in map(_bytes, poison.good(COUNT))]  # fmt: skip
    (top / "raw.jsonl").write_bytes(b"\n".join(rows))
    cleaner = Cleaner.load(packs_only=True)
    for to in ("parquet", "jsonl"):
        form, report = Form(to, flat=True, shard_bytes=5000), Collector(cleaner.rules)
        clean_corpus(cleaner, [top / "raw.jsonl"], top / to, form=form, report=report)
        assert len(list((top / to).glob(f"*.{to}"))) > 1
    return {to: top / to for to in ("parquet", "jsonl")}


def _bytes(line: str | bytes) -> bytes:
    return line.encode() if isinstance(line, str) else line


def arrow(folder: Path) -> Found:
    import pyarrow.dataset as ds

    rows = ds.dataset(folder).to_table().to_pylist()
    return len(rows), str(rows[0]["date_published"].year), rows[0]["authors"], rows[0]["chars_out"]


def pandas(folder: Path) -> Found:
    pd = pytest.importorskip("pandas")
    frame = pd.read_parquet(folder)
    first = frame.iloc[0]
    return len(frame), str(first.date_published.year), list(first.authors), int(first.chars_out)


def polars(folder: Path) -> Found:
    pl = pytest.importorskip("polars")
    frame = pl.read_parquet(folder / "*.parquet")
    first = frame.row(0, named=True)
    return len(frame), str(first["date_published"].year), first["authors"], first["chars_out"]


def polars_lines(folder: Path) -> Found:
    pl = pytest.importorskip("polars")
    frame = pl.read_ndjson(folder / "*.jsonl", infer_schema_length=None)
    first = frame.row(0, named=True)
    return len(frame), first["date_published"][:4], first["authors"], first["chars_out"]


def duckdb(folder: Path) -> Found:
    duckdb = pytest.importorskip("duckdb")
    columns = "year(date_published), authors, chars_out"
    rows = duckdb.sql(f"select {columns} from '{folder}/*.{folder.name}'").fetchall()
    return len(rows), str(rows[0][0]), rows[0][1], rows[0][2]


def datasets(folder: Path) -> Found:
    datasets = pytest.importorskip("datasets")
    kind = "parquet" if folder.name == "parquet" else "json"
    cache = str(folder.parent / "cache")
    found = datasets.load_dataset(kind, data_dir=str(folder), split="train", cache_dir=cache)
    same = datasets.load_dataset(str(folder), split="train", cache_dir=cache)
    assert same.column_names == found.column_names and len(same) == len(found)
    first = found[0]
    return len(found), str(first["date_published"].year), first["authors"], first["chars_out"]


def spark(folder: Path) -> Found:
    sql = pytest.importorskip("pyspark.sql")
    session = sql.SparkSession.builder.master("local[1]").getOrCreate()
    rows = session.read.parquet(str(folder)).orderBy("id").collect()
    session.stop()
    return len(rows), str(rows[0].date_published.year), rows[0].authors, rows[0].chars_out


READERS: list[tuple[str, Callable[[Path], Found]]] = [
    ("parquet", arrow), ("parquet", pandas), ("parquet", polars), ("parquet", duckdb),
    ("parquet", datasets), ("parquet", spark), ("jsonl", polars_lines), ("jsonl", duckdb),
    ("jsonl", datasets),
]  # fmt: skip


@pytest.mark.parametrize(("to", "read"), READERS, ids=[f"{r.__name__}-{to}" for to, r in READERS])
def test_a_tool_reads_every_row_with_its_types(
    folders: dict[str, Path], to: str, read: Callable[[Path], Found], monkeypatch: Any
) -> None:
    monkeypatch.setenv("HF_HOME", str(folders[to].parent / "hf"))
    count, year, authors, size = read(folders[to])
    assert (count, year, authors) == (COUNT, "2019", ["Ada Byron"]) and size > 0
