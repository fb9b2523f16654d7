"""The recipes in docs/engines.md, if their packages are installed, and the API behind them."""

import json
import os
import pickle
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from cleaner.corpus.rows import Columns
from cleaner.pipeline import Cleaner
from cleaner.workers.limits import Limits
from tests.helpers import poison

pa = pytest.importorskip("pyarrow")
import pyarrow.parquet as pq  # noqa: E402

from cleaner.engines.arrow import ArrowCleaner  # noqa: E402

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "docs/engines.md").read_text()
RECIPES = re.findall(r"^```python needs=(\w+)\n(.*?)^```$", PAGE, re.M | re.S)
COUNT = 150


def rows(count: int = COUNT) -> list[dict[str, str]]:
    return [json.loads(line) for line in poison.good(count)]


@pytest.mark.parametrize(("package", "code"), RECIPES, ids=[name for name, _ in RECIPES])
def test_a_recipe_gives_a_record_for_each_row(tmp_path: Path, package: str, code: str) -> None:
    pytest.importorskip(package)
    (tmp_path / "in").mkdir()
    (tmp_path / "out").mkdir()
    if package == "pyspark":
        (tmp_path / "out").rmdir()  # Spark wants to make it itself
    for n in range(2):
        part = pa.Table.from_pylist(rows()[n::2])
        pq.write_table(part, tmp_path / f"in/{n}.parquet")
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, timeout=300,
        env={**os.environ, "PYTHONPATH": str(ROOT), "HF_HOME": str(tmp_path),
             "PYSPARK_PYTHON": sys.executable},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    made = [
        row for path in tmp_path.glob("out/**/*.parquet") for row in pq.read_table(path).to_pylist()
    ]
    assert sorted(row["id"] for row in made) == sorted(row["id"] for row in rows())
    assert all(row["text"] and "Share on Facebook" not in row["text"] for row in made)


def test_the_page_has_all_engines() -> None:
    assert [name for name, _ in RECIPES] == ["ray", "pyspark", "daft", "datatrove", "datasets"]


@pytest.fixture(scope="module")
def packs() -> Cleaner:
    return Cleaner.load(packs_only=True)


def test_poison_is_a_row_with_a_status(packs: Cleaner) -> None:
    clean = ArrowCleaner(packs, limits=Limits(timeout=20))
    clean._isolated.cleaner = poison.Poisonable(packs)  # type: ignore[assignment]
    given: list[Any] = [
        *rows(5),
        {"id": "bad", "text": "poison exit"},
        {"id": "none", "text": None},
    ]
    table = clean(pa.Table.from_pylist(given))
    assert table.schema == clean.schema
    assert all(field.nullable for field in table.schema)
    assert table["id"].to_pylist() == [row["id"] for row in given]
    assert table["status"].to_pylist() == [*["ok"] * 5, "crash", "decode"]
    assert "exit code 3" in table["message"].to_pylist()[5]


def test_what_was_pickled_cleans_as_before(packs: Cleaner) -> None:
    table = pa.Table.from_pylist(rows(3))
    clean = ArrowCleaner(packs)
    made = clean(table)
    assert pickle.loads(pickle.dumps(clean))(table) == made


def test_rows_without_an_id_are_named_by_their_text(packs: Cleaner) -> None:
    texts = [row["text"] for row in rows(3)]
    clean = ArrowCleaner(packs, columns=Columns(body="said"))
    one = clean(pa.table({"said": texts}))["id"].to_pylist()
    other = clean(pa.table({"said": texts[::-1]}))["id"].to_pylist()
    assert one == other[::-1] and len(set(one)) == 3
