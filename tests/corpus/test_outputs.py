"""The forms of outputs: the same records in each, the same bytes each time."""

import gzip
import io
import itertools
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from cleaner.corpus.output_folder import OutputFolder
from cleaner.corpus.outputs import TO, Form, output_names
from cleaner.corpus.run import clean_corpus
from cleaner.corpus.streams import MissingExtraError
from cleaner.pipeline import Cleaner
from tests.corpus.test_resume import outputs
from tests.helpers.texts import MORE, PROSE

pq = pytest.importorskip("pyarrow.parquet")
zstandard = pytest.importorskip("zstandard")

NOTICE = "This article is licensed under a Creative Commons Attribution-ShareAlike 4.0 License."


@pytest.fixture(scope="module")
def packs() -> Cleaner:
    return Cleaner.load(packs_only=True)


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    folder = tmp_path / "raw"
    folder.mkdir()
    texts = [f"{PROSE}\n**{MORE}**", f"By Ada Byron\n\n{PROSE}\n\nAdvertisement\n{NOTICE}", ""]
    rows = [{"id": str(n), "title": "A", "text": text} for n, text in enumerate(texts)]
    (folder / "many.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (folder / "none.jsonl").write_text("")
    (folder / "one.txt").write_text(f"{PROSE}\n\nShare on Facebook\n\n{MORE}")
    (folder / "two.md").write_text(f"# A\n\n{PROSE}")
    return folder


def records(path: Path) -> list[dict[str, Any]]:
    if path.suffix == ".parquet":
        return list(pq.read_table(path).to_pylist())
    data = path.read_bytes()
    if path.suffix == ".gz":
        data = gzip.decompress(data)
    if path.suffix == ".zst":
        data = zstandard.ZstdDecompressor().stream_reader(io.BytesIO(data)).read()
    return [json.loads(line) for line in data.splitlines()]


@pytest.mark.parametrize("to", TO)
def test_every_form_has_the_same_records(
    tmp_path: Path, raw: Path, packs: Cleaner, to: str
) -> None:
    clean_corpus(packs, [raw], tmp_path / "plain")
    clean_corpus(packs, [raw], tmp_path / "out", form=Form(to))
    clean_corpus(packs, [raw], tmp_path / "again", form=Form(to))
    assert outputs(tmp_path / "out") == outputs(tmp_path / "again")
    out = tmp_path / "out"
    assert {p.name for p in out.iterdir() if p.name != "_run"} == {
        f"{name}{part}.{to}" for name in ("many", "none", "documents") for part in ("", ".metadata")
    }
    assert records(out / f"many.{to}") == records(tmp_path / "plain/many.jsonl")
    assert records(out / f"none.{to}") == []
    together = records(out / f"documents.{to}")
    assert [row["id"] for row in together] == ["one.txt", "two.md"]
    assert [f"{row['text']}\n" for row in together] == [
        (tmp_path / f"plain/{name}.txt").read_text() for name in ("one", "two")
    ]


def test_parquet_has_all_columns_whatever_the_documents_hold(
    tmp_path: Path, raw: Path, packs: Cleaner
) -> None:
    clean_corpus(packs, [raw], tmp_path / "out", form=Form("parquet"))
    full, empty = (pq.read_schema(tmp_path / f"out/{n}.metadata.parquet") for n in ("many", "none"))
    assert full == empty and all(field.nullable for field in full)
    clean_corpus(packs, [raw], tmp_path / "plain")
    for row, said in zip(
        records(tmp_path / "out/many.metadata.parquet"),
        records(tmp_path / "plain/many.metadata.jsonl"),
        strict=True,
    ):
        assert row.keys() == said.keys()
        assert {f["field"]: f["origin"] for f in row.pop("origins")} == said.pop("origins")
        assert {f["field"] for f in row.pop("alternatives")} == set(said.pop("alternatives"))
        assert row == said
    assert records(tmp_path / "out/many.metadata.parquet")[1]["license"] == "CC-BY-SA-4.0"


def test_parquet_that_was_written_can_be_read(tmp_path: Path, raw: Path, packs: Cleaner) -> None:
    clean_corpus(packs, [raw], tmp_path / "out", form=Form("parquet"))
    again = clean_corpus(packs, [tmp_path / "out/many.parquet"], tmp_path / "again")
    assert (again.written, again.removals) == (2, 0)


def test_dolma_attributes_take_out_what_was_removed(
    tmp_path: Path, raw: Path, packs: Cleaner
) -> None:
    clean_corpus(packs, [raw], tmp_path / "out", form=Form(dolma=True))
    dolma = tmp_path / "out/dolma"
    for name, texts in (
        ("many", [row["text"] for row in records(tmp_path / "out/many.jsonl")]),
        ("documents", [(tmp_path / f"out/{n}.txt").read_text()[:-1] for n in ("one", "two")]),
    ):
        documents = records(dolma / f"documents/{name}.jsonl.gz")
        attributes = records(dolma / f"attributes/cleaner/{name}.jsonl.gz")
        assert [d["id"] for d in documents] == [a["id"] for a in attributes]
        assert all(a["attributes"] for a in attributes[:1])
        for document, found, text in zip(documents, attributes, texts, strict=True):
            spans = sorted(span for spans in found["attributes"].values() for span in spans)
            for start, end, score in reversed(spans):
                assert score == 1.0
                document["text"] = document["text"][: int(start)] + document["text"][int(end) :]
            assert document["text"] == text
    assert records(dolma / "attributes/cleaner/documents.jsonl.gz")[0]["attributes"].keys() == {
        "cleaner__en__share"
    }


def test_a_file_called_documents_keeps_its_name_unless_it_is_taken() -> None:
    from cleaner.corpus.inputs import Input

    inputs = [Input(Path(n), n) for n in ("a.txt", "documents.jsonl", "dolma/x.txt")]
    assert output_names(inputs)[1:] == [
        ("documents.jsonl", "documents.metadata.jsonl"), ("_dolma/x.txt", "_dolma/x.json")
    ]  # fmt: skip
    assert output_names(inputs, Form("jsonl"))[1][0] == "documents.jsonl.jsonl"


@pytest.mark.parametrize(("to", "package"), [("parquet", "pyarrow"), ("jsonl.zst", "zstandard")])
def test_a_form_that_needs_a_package_is_refused_before_anything_is_written(
    tmp_path: Path,
    raw: Path,
    packs: Cleaner,
    monkeypatch: pytest.MonkeyPatch,
    to: str,
    package: str,
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingExtraError, match=r"clone of cleaner: pip install '\.\[formats\]'"):
        clean_corpus(packs, [raw], tmp_path / "out", form=Form(to))
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("number", range(8))
def test_a_file_that_cannot_be_opened_or_written_leaves_none_half_done(
    tmp_path: Path, raw: Path, packs: Cleaner, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    opened, count = OutputFolder.open, itertools.count()

    @contextmanager
    def full(folder: OutputFolder, name: str, digest: str = "") -> Iterator[BinaryIO]:
        if next(count) == number:
            raise OSError(28, "No space left on device")
        with opened(folder, name, digest) as out:
            yield out

    monkeypatch.setattr(OutputFolder, "open", full)
    with pytest.raises(OSError, match="No space left"):
        clean_corpus(packs, [raw], tmp_path / "out", form=Form("jsonl.gz"))
    assert list((tmp_path / "out").rglob("*.partial")) == []
