"""Hostile values in every field of every format: each record has a result in valid JSON."""

import gzip
import io
import json
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.corpus.journal_entry import Recorder
from cleaner.corpus.run import clean_corpus
from cleaner.pipeline import Cleaner
from cleaner.workers.pool import Pool
from tests.helpers.texts import PROSE

FIELDS = [
    "id", "url", "source", "title", "author", "authors", "byline", "date", "date_modified",
    "site_name", "language", "license", "rights_year", "tags", "keywords", "description",
    "crawl_date", "added", "created", "sites", "metadata", "removals", "status", "unused",
]  # fmt: skip
HALVES = st.sampled_from(["\ud83d", "\ude00", "Boats \ud83d piers", "\udcff", "\ude00\ud83d"])
ODD = st.sampled_from(["\0", "http://[", "//", "9999-99-99", "0000-00-00", "1e999", "\u2028", "-"])
TEXTS = st.one_of(HALVES, ODD, st.text(st.characters(), max_size=20))
SCALARS = st.one_of(
    TEXTS, st.none(), st.booleans(), st.integers(-(2**70), 2**70), st.floats(), st.just(10**30)
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
ROWS = st.dictionaries(st.sampled_from(FIELDS) | TEXTS, VALUES, max_size=8)


@pytest.fixture(scope="module")
def packs() -> Cleaner:
    return Cleaner.load(packs_only=True)


def records(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"text": PROSE, **row} for row in rows]


def jsonl(rows: list[dict[str, Any]]) -> bytes:
    return "".join(json.dumps(row) + "\n" for row in records(rows)).encode()


def packed(rows: list[dict[str, Any]]) -> bytes:
    return gzip.compress(jsonl(rows), 1)


def quoted(value: str) -> str:
    return '"' + value.replace('"', '""') + '"'


def table(delimiter: str) -> Callable[[list[dict[str, Any]]], bytes]:
    def made(rows: list[dict[str, Any]]) -> bytes:
        names = ["text", *FIELDS]
        lines = [names, *([str(row.get(n, "")) for n in names] for row in records(rows))]
        # not by csv.writer, which refuses U+0000 on Python 3.10
        text = "".join(delimiter.join(map(quoted, line)) + "\r\n" for line in lines)
        return text.encode("utf-8", "surrogatepass")

    return made


def parquet(rows: list[dict[str, Any]]) -> bytes:
    """Every field as text, in any bytes."""
    pa = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    def column(name: str) -> Any:
        cells = [str(row[name]).encode("utf-8", "surrogatepass") if name in row else None
                 for row in rows]  # fmt: skip
        made = pa.array(cells, pa.binary())
        return pa.StringArray.from_buffers(len(made), *made.buffers()[1:], made.buffers()[0])

    out = io.BytesIO()
    columns = {"text": pa.array([PROSE] * len(rows)), **{name: column(name) for name in FIELDS}}
    parquet.write_table(pa.table(columns), out)
    return out.getvalue()


FORMATS: dict[str, Callable[[list[dict[str, Any]]], bytes]] = {
    "in.jsonl": jsonl, "in.jsonl.gz": packed, "in.csv": table(","), "in.tsv": table("\t"),
    "in.parquet": parquet,
}  # fmt: skip


def check(cleaner: Cleaner, name: str, content: bytes, records: int, engine: Any = None) -> None:
    folder = Path(tempfile.mkdtemp())
    try:
        (folder / name).write_bytes(content)
        statistics = clean_corpus(cleaner, [folder / name], folder / "out", engine=engine)
        assert statistics.read == statistics.done == records
        for path in (folder / "out").rglob("*.json*"):
            for line in path.read_bytes().decode("utf-8").split("\n"):
                assert path.suffix == ".json" or not line or json.loads(line)
    finally:
        shutil.rmtree(folder)


@pytest.mark.slow
@pytest.mark.parametrize("name", FORMATS)
@settings(max_examples=60)
@given(rows=st.lists(ROWS, min_size=1, max_size=8))
def test_rows(packs: Cleaner, name: str, rows: list[dict[str, Any]]) -> None:
    check(packs, name, FORMATS[name](rows), len(rows))


@pytest.mark.slow
@settings(max_examples=60)
@given(head=st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=6))
def test_front_matter(packs: Cleaner, head: dict[str, Any]) -> None:
    check(packs, "in.md", f"---\n{json.dumps(head)}\n---\n{PROSE}".encode(), 1)


@pytest.mark.slow
@settings(max_examples=60)
@given(
    data=st.dictionaries(
        st.sampled_from([
            "headline", "author", "datePublished", "dateModified", "publisher", "license",
            "copyrightHolder", "copyrightYear", "inLanguage", "articleSection", "isPartOf", "@id",
        ]),
        VALUES,
        max_size=8,
    )
)  # fmt: skip
def test_data_of_pages(packs: Cleaner, data: dict[str, Any]) -> None:
    script = json.dumps({"@type": "NewsArticle", **data}).replace("</", "<\\/")
    head = f"<head><script type='application/ld+json'>{script}</script></head>"
    check(packs, "in.html", f"<html>{head}<body><p>{PROSE}<p>{PROSE}</html>".encode(), 1)


@pytest.mark.slow
def test_rows_in_workers(packs: Cleaner) -> None:
    rows = [{field: "Boats \ud83d"} for field in FIELDS] * 3
    with Pool(packs, 2, finish=Recorder(packs.rules.version)) as pool:
        for name, made in FORMATS.items():
            check(packs, name, made(rows), len(rows), pool.map)
