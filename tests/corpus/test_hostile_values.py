"""A bad value in any field of any format costs at most its own record."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cleaner.cli import app
from cleaner.corpus.inputs import Input
from cleaner.corpus.journal_entry import JournalEntry, Recorder
from cleaner.corpus.output_records import WholeRecord
from cleaner.corpus.read import read_input
from cleaner.corpus.rows import Broken, Columns
from cleaner.corpus.run import clean_corpus
from cleaner.document import CleanDocument, Document, Status
from cleaner.pipeline import Cleaner
from tests.helpers.texts import MORE, PROSE

HALF = "Boats \ud83d"  # the first half of a surrogate pair
WHOLE = "Boats \ufffd"
TEXT = f"{PROSE}\n\n{MORE}"


@pytest.fixture(scope="module")
def packs() -> Cleaner:
    return Cleaner.load(packs_only=True)


def records_in(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().decode("utf-8").splitlines()]


@pytest.mark.parametrize(
    "field", ["site_name", "authors", "license", "language", "title", "tags", "added", "created"]
)
@pytest.mark.parametrize("nested", [False, True])
def test_half_a_pair_in_metadata_is_replaced(
    packs: Cleaner, tmp_path: Path, field: str, nested: bool
) -> None:
    said = {field: [HALF] if field in ("authors", "tags") else HALF}
    row = {"text": TEXT, **({"metadata": said} if nested else said)}
    (tmp_path / "in.jsonl").write_text(json.dumps(row) + json.dumps({"text": TEXT}).join("\n\n"))
    statistics = clean_corpus(packs, [tmp_path / "in.jsonl"], tmp_path / "out")
    assert (statistics.read, statistics.written) == (2, 2)
    name = "in.jsonl" if field in ("added", "created") else "in.metadata.jsonl"
    found = records_in(tmp_path / "out" / name)[0][field]
    assert found == ([WHOLE] if isinstance(found, list) else WHOLE)


@pytest.mark.parametrize("field", ["id", "url", "source", "text"])
def test_half_a_pair_in_the_document_itself_is_replaced(
    packs: Cleaner, tmp_path: Path, field: str
) -> None:
    row = {"id": "1", "text": TEXT, field: f"{TEXT} {HALF}" if field == "text" else HALF}
    (tmp_path / "in.jsonl").write_text(json.dumps(row))
    assert clean_corpus(packs, [tmp_path / "in.jsonl"], tmp_path / "out").written == 1
    (found,) = records_in(tmp_path / "out/in.jsonl")
    assert str(found.get(field) or found["metadata"][field]).endswith(WHOLE)


def test_half_an_emoji_in_the_data_of_a_page_is_replaced(packs: Cleaner, tmp_path: Path) -> None:
    data = {"@type": "NewsArticle", "publisher": {"name": HALF}, "author": {"name": f"Ann {HALF}"}}
    page = f"<title>T</title><script type='application/ld+json'>{json.dumps(data)}</script>"
    (tmp_path / "in.html").write_text(f"<html><head>{page}<body><p>{PROSE}<p>{MORE}")
    assert clean_corpus(packs, [tmp_path / "in.html"], tmp_path / "out").written == 1
    assert json.loads((tmp_path / "out/in.json").read_bytes())["site_name"] == WHOLE


def test_half_a_pair_in_front_matter_is_replaced(packs: Cleaner, tmp_path: Path) -> None:
    head = '---\ntitle: "Boats \\ud83d"\n---\n'
    (tmp_path / "in.md").write_text(head + TEXT)
    assert clean_corpus(packs, [tmp_path / "in.md"], tmp_path / "out").written == 1
    assert json.loads((tmp_path / "out/in.json").read_bytes())["title"] == WHOLE


def test_a_result_that_cannot_be_written_has_failed(packs: Cleaner) -> None:
    class Unprintable:
        def __str__(self) -> str:
            raise LookupError("no text")

    done = packs.clean(Document("1", TEXT))
    broken = replace(done, document=replace(done.document, metadata={"added": Unprintable()}))
    outcome = Recorder("1")(broken)
    assert outcome.status == "error" and "LookupError: no text" in outcome.failure
    assert JournalEntry.from_json(outcome.to_json()) == outcome
    broken = replace(done, metadata=replace(done.metadata, title=Unprintable()))  # type: ignore[arg-type]
    line, is_clean = WholeRecord("1")(broken)
    assert json.loads(line)["status"] == "error" and not is_clean


def test_values_of_any_kind_can_be_written() -> None:
    metadata: dict[str, Any] = {"added": 2**70, "created": {"a": {1, 2}}}
    done = CleanDocument(Document(HALF, "x", metadata=metadata), Status.OK, text="x")
    outcome = Recorder("1")(replace(done, hosts=(HALF,), normalized=HALF))
    assert JournalEntry.from_json(outcome.to_json()).hosts == (WHOLE,)
    assert json.loads(outcome.text)["added"] == str(2**70)


def parquet(folder: Path, columns: dict[str, Any], **options: Any) -> Path:
    pa = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    path = folder / "in.parquet"
    table = pa.Table.from_arrays(list(map(pa.array, columns.values())), names=list(columns))
    parquet.write_table(table, path, **options)
    return path


def documents(path: Path) -> list[Document]:
    found = list(read_input(Input(path, path.name)))
    assert all(isinstance(record, Document) for record in found), found
    return [record for record in found if isinstance(record, Document)]


def unreadable() -> dict[str, Any]:
    """Columns of two rows that Arrow cannot convert to Python values."""
    pa = pytest.importorskip("pyarrow")
    offsets, data = (
        pa.py_buffer(bytes([0, 0, 0, 0, 6, 0, 0, 0, 10, 0, 0, 0])),
        b"ab\xff\xfe\xe9zgood",
    )
    cells = pa.StringArray.from_buffers(2, offsets, pa.py_buffer(data))
    twice = pa.StructArray.from_arrays([pa.array([1, 2]), cells], names=["name", "name"])
    return {
        "timestamp[ns]": pa.array([1234567890123456789, 1000], pa.timestamp("ns")),
        "time64[ns]": pa.array([1, 86399999999999], pa.time64("ns")),
        "duration[ns]": pa.array([1, 10**18 + 1], pa.duration("ns")),
        "after year 9999": pa.array([10**15, 10**18], pa.timestamp("ms")),
        "day after year 9999": pa.array([10**7, 2**31 - 1], pa.date32()),
        "unknown zone": pa.array([0, 1], pa.timestamp("ms", tz="Nowhere/City")),
        "not UTF-8": cells,
        "the same field twice": twice,
        "in a list": pa.ListArray.from_arrays(pa.array([0, 1, 2], pa.int32()), twice),
        "in an object": pa.StructArray.from_arrays([twice], names=["inner"]),
    }  # fmt: skip


KINDS = [
    "timestamp[ns]", "time64[ns]", "duration[ns]", "after year 9999", "day after year 9999",
    "unknown zone", "not UTF-8", "the same field twice", "in a list", "in an object",
]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("field", ["date", "authors", "id", "url", "source", "created", "other"])
def test_a_value_of_parquet_costs_at_most_itself(
    packs: Cleaner, tmp_path: Path, field: str, kind: str
) -> None:
    path = parquet(tmp_path, {"text": [TEXT, TEXT], "title": ["A", "B"], field: unreadable()[kind]})
    statistics = clean_corpus(packs, [path], tmp_path / "out")
    assert (statistics.read, statistics.written) == (2, 2)
    said = records_in(tmp_path / "out/in.metadata.jsonl")
    assert [record["title"] for record in said] == ["A", "B"]


def test_values_without_a_type_of_python_are_read_as_text(tmp_path: Path) -> None:
    columns = unreadable()
    dates = {"date": columns["timestamp[ns]"], "title": columns["not UTF-8"]}
    said = documents(parquet(tmp_path, {"text": [TEXT, TEXT], **dates}))[0].metadata
    assert str(said["date"]).startswith("2009-02-13 23:31:30.123456789")
    assert said["title"] == "ab\ufffd\ufffd\ufffdz"
    dates = {"date": columns["unknown zone"], "created": columns["after year 9999"]}
    said = documents(parquet(tmp_path, {"text": [TEXT, TEXT], **dates}))[0].metadata
    assert str(said["date"]).startswith("1970-01-01 00:00:00")


def test_columns_that_nobody_reads_are_not_decoded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parquet_module = pytest.importorskip("pyarrow.parquet")
    read: set[str] = set()
    usual = parquet_module.ParquetFile.iter_batches

    def noted(self: Any, *args: Any, columns: list[str], **options: Any) -> Any:
        read.update(columns)
        return usual(self, *args, columns=columns, **options)

    monkeypatch.setattr(parquet_module.ParquetFile, "iter_batches", noted)
    inner = [{"url": "https://a.org/1", "sites": ["a.org"], "blob": "x"}]
    columns = {"Text": [TEXT], "URL": [None], "author": ["Ann"], "metadata": inner, "blob": ["x"]}
    (found,) = documents(parquet(tmp_path, {**columns, "embedding": [[0.5] * 100]}))
    assert read == {"Text", "URL", "author", "metadata.url", "metadata.sites"}
    assert (found.url, found.sites) == ("https://a.org/1", ("a.org",))
    assert {k: v for k, v in found.metadata.items() if v} == {
        "author": "Ann", "url": "https://a.org/1", "sites": ["a.org"]
    }  # fmt: skip


def test_columns_that_are_named_may_stand_within_others(tmp_path: Path) -> None:
    path = parquet(tmp_path, {"a": [{"b": {"c": TEXT}, "d": 1}], "metadata": [{"key": "7"}]})
    columns = Columns("a.b.c", "metadata.key")
    (found,) = read_input(Input(path, path.name), columns)
    assert isinstance(found, Document)
    assert (found.body, found.id) == (TEXT, "7")


def test_a_table_without_any_column_that_is_used_loses_no_row(tmp_path: Path) -> None:
    path = parquet(tmp_path, {"x": list(range(100))})
    found = list(read_input(Input(path, path.name)))
    assert [record.index for record in found] == list(range(100))
    assert isinstance(found[0], Broken) and "no text" in found[0].message


@pytest.mark.parametrize("column", ["text", "title"])
def test_damage_in_a_column_costs_that_column_alone(tmp_path: Path, column: str) -> None:
    rows = 200
    columns = {"title": [f"title {n}" for n in range(rows)], "text": [TEXT] * rows}
    options = {"compression": "none", "use_dictionary": False, "row_group_size": 100}
    path = parquet(tmp_path, columns, **options)
    about = pytest.importorskip("pyarrow.parquet").ParquetFile(path).metadata.row_group(1)
    chunk = next(c for c in map(about.column, (0, 1)) if c.path_in_schema == column)
    content = bytearray(path.read_bytes())
    content[chunk.data_page_offset : chunk.data_page_offset + 60] = b"\xff" * 60
    path.write_bytes(content)
    found = list(read_input(Input(path, path.name)))
    assert [record.index for record in found] == list(range(rows))
    assert all(isinstance(record, Document) for record in found[:100])
    if column == "title":
        assert all(isinstance(record, Document) for record in found)
    else:
        assert all(isinstance(record, Broken) for record in found[100:])


def test_an_input_that_is_broken_as_a_whole_is_no_success(tmp_path: Path) -> None:
    parquet(tmp_path, {"text": [TEXT]}).write_bytes(b"PAR1 and no more")
    (tmp_path / "good.jsonl").write_text(json.dumps({"text": TEXT}))
    said = ["clean", str(tmp_path), "-o", str(tmp_path / "out"), "--workers", "0", "--packs-only"]
    for _ in range(2):  # the second run finds that nothing has changed
        result = CliRunner().invoke(app, said)
        assert result.exit_code == 1, result.output
        assert "not read to the end" in result.output
    (failed,) = records_in(tmp_path / "out/_run/quarantine.jsonl")
    assert failed["source"] == "in.parquet" and "not Parquet" in failed["message"]
