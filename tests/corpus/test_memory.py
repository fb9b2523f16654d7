"""Small files that unpack to large ones are quarantined, and memory stays bounded."""

import gzip
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cleaner.corpus.read import MAX_VALUES, read_jsonl
from cleaner.corpus.rows import MAX_METADATA_BYTES, MAX_RAW_CHARS, Broken, broken
from cleaner.document import CleanDocument, Document, Status
from cleaner.workers.limits import size_of
from cleaner.workers.pool import MAX_BATCH_BYTES, MAX_BATCH_DOCUMENTS, Pool
from tests.helpers.texts import MORE, PROSE

LIMIT = 1000  # MB of the parent
MEASURED = """
import sys
from cleaner.cli import app
try:
    app(sys.argv[1:])
finally:
    status = open("/proc/self/status").read()
    print(status.split("VmHWM:")[1].split()[0])
"""


def clean(path: Path, *options: str) -> tuple[list[str], int]:
    """Run the command; the messages in the quarantine, and the peak of its process in MB."""
    out = path.parent / "out"
    command = ["clean", str(path), "-o", str(out), "--packs-only", "--quiet", *options]
    run = subprocess.run([sys.executable, "-c", MEASURED, *command], capture_output=True, text=True)
    lines = (out / "_run/quarantine.jsonl").read_bytes().splitlines()
    return [json.loads(line)["message"] for line in lines], int(run.stdout.split()[-1]) // 1024


needs_proc = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="no /proc")


@pytest.mark.slow
@needs_proc
def test_a_line_of_many_values_is_not_parsed(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl.gz"
    with gzip.open(path, "wb") as out:
        out.write(b'{"text":"%s","x":[%s[]]}\n' % (PROSE.encode(), b"[]," * (20 * 2**20)))
    assert path.stat().st_size < 300_000
    messages, peak = clean(path)
    assert len(messages) == 1 and "values; not read" in messages[0]
    assert peak < LIMIT


@pytest.mark.slow
@needs_proc
def test_many_lines_with_much_metadata_do_not_add_up(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl.gz"
    lists = b"[[]]," * (MAX_VALUES // 3 - 10)
    with gzip.open(path, "wb") as out:
        for _ in range(10):
            out.write(b'{"text":"%s","tags":[%s[]]}\n' % (PROSE.encode(), lists))
    messages, peak = clean(path)
    assert len(messages) == 10 and "metadata of more than" in messages[0]
    assert peak < LIMIT


@pytest.mark.slow
@needs_proc
@pytest.mark.parametrize("column", ["text", "tags"])
def test_a_large_value_that_many_rows_share(tmp_path: Path, column: str) -> None:
    pa = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    indices, value = pa.array([0] * 64), pa.array(["piers " * 5_000_000])
    large = pa.DictionaryArray.from_arrays(indices, value)
    if column == "tags":
        large = pa.ListArray.from_arrays(pa.array(range(65), pa.int32()), large)
    table = pa.table({"text": [PROSE] * 64} | {column: large})
    options = {"compression": "zstd", "dictionary_pagesize_limit": 2**30, "row_group_size": 64}
    path = tmp_path / "in.parquet"
    parquet.write_table(table, path, **options)
    assert path.stat().st_size < 5_000
    messages, peak = clean(path)
    assert len(messages) == 64 and all("unpacks to more than" in said for said in messages)
    assert peak < LIMIT


def test_marks_within_strings_are_no_values() -> None:
    text = ', "quoted\\", [' * (MAX_VALUES // 2)
    (found,) = read_jsonl([json.dumps({"text": text}).encode()], "a.jsonl")
    assert isinstance(found, Document) and found.body == text
    (found,) = read_jsonl([b'{"text": "a", "x": [' + b"1," * MAX_VALUES + b"1]}"], "a.jsonl")
    assert isinstance(found, Broken) and "values; not read" in found.message


def test_metadata_has_a_limit() -> None:
    row = {"text": PROSE, "tags": ["pier"] * (MAX_METADATA_BYTES // 50)}
    (found,) = read_jsonl([json.dumps(row).encode()], "a.jsonl")
    assert isinstance(found, Broken) and "metadata of more than" in found.message
    row = {"text": PROSE, "unused": ["pier"] * (MAX_METADATA_BYTES // 50)}
    (found,) = read_jsonl([json.dumps(row).encode()], "a.jsonl")
    assert isinstance(found, Document) and found.metadata == {}


def test_a_broken_record_keeps_the_head_of_what_stood_there() -> None:
    assert len(broken("a", 0, "not JSON", "x" * (MAX_RAW_CHARS + 1)).raw) == MAX_RAW_CHARS


@pytest.mark.parametrize(
    "record",
    [
        Document("1", PROSE * 20_000),
        Document("1", MORE, metadata={"tags": ["pier" * 1000] * 1000}),
        Broken("1", "a", 0, "not JSON", "x" * MAX_BATCH_BYTES),
    ],
)
def test_batches_count_all_that_is_in_a_record(record: Document | Broken) -> None:
    assert size_of(record) >= MAX_BATCH_BYTES
    taken = 0

    def records() -> Iterator[Document | Broken]:
        nonlocal taken
        for _ in range(MAX_BATCH_DOCUMENTS):
            taken += 1
            yield record

    class Unused:
        def clean_batch(self, documents: object) -> list[CleanDocument]:
            return [CleanDocument(Document("", ""), Status.OK)]

    with Pool(Unused(), 1) as pool:
        pool._take(enumerate(records()), 0, {})
    assert taken == 1
