"""The Ray engine on a real cluster of two workers: every row returns, whatever process dies."""

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cleaner.corpus.inputs import find_inputs
from cleaner.corpus.journal_entry import JournalEntry, Recorder
from cleaner.corpus.read import Source
from cleaner.corpus.run import clean_corpus
from cleaner.pipeline import Cleaner
from cleaner.workers.limits import Limits
from tests.helpers import poison

ray = pytest.importorskip("ray", reason="the extra `ray` is not installed")
from cleaner.corpus.statistics import LostRecordsError  # noqa: E402
from cleaner.engines.ray import RayEngine, _Count, clean_dataset  # noqa: E402

LIMITS = Limits(timeout=20)
ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module", autouse=True)
def cluster() -> Iterator[None]:
    path = {"env_vars": {"PYTHONPATH": str(ROOT)}}
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, runtime_env=path)
    yield
    ray.shutdown()


@pytest.fixture(scope="module")
def packs() -> Cleaner:
    return Cleaner.load(packs_only=True)


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("raw")
    good = poison.good(1200)
    (folder / "a.jsonl").write_text("".join([*good[:600], "{\n"]))
    (folder / "b.txt").write_text(json.loads(good[0])["text"])
    (folder / "c.jsonl").write_text("".join(good[600:]))
    (folder / "d.jsonl").write_text("")
    return folder


def engine(cleaner: Any, version: str) -> RayEngine:
    return RayEngine(cleaner, Recorder(version), LIMITS, workers=2)


def outputs(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.parent.name != "journal"
    }


def workers() -> list[int]:
    """The cleaning processes of the cluster."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            name = path.read_bytes()
        except OSError:
            continue
        if name.startswith(b"ray::") and b"_Actor" in name:
            found.append(int(path.parent.name))
    return found


def test_a_run_writes_what_a_local_one_does_though_a_worker_is_killed(
    tmp_path: Path, packs: Cleaner, raw: Path
) -> None:
    killed: list[int] = []

    def progress(statistics: Any) -> None:
        if statistics.done == 50:
            killed.extend(workers()[:1])
            os.kill(killed[0], signal.SIGKILL)

    local = clean_corpus(packs, [raw], tmp_path / "local")
    version = packs.rules.version
    statistics = clean_corpus(
        packs, [raw], tmp_path / "ray", progress=progress, engine=engine(packs, version)
    )
    assert killed
    assert statistics.record() == local.record()
    assert outputs(tmp_path / "ray") == outputs(tmp_path / "local")


def test_poison_is_quarantined_and_nothing_else(tmp_path: Path, packs: Cleaner) -> None:
    raw = tmp_path / "raw.jsonl"
    bad = [json.dumps({"id": "bad", "text": "poison exit"}) + "\n"]
    raw.write_text("".join(poison.mixed(poison.good(100), bad)))
    cleaner = poison.Poisonable(packs)
    statistics = clean_corpus(
        packs, [raw], tmp_path / "out", engine=engine(cleaner, packs.rules.version)
    )
    assert (statistics.read, statistics.written) == (101, 100)
    assert statistics.quarantined == {"crash": 1}


def test_what_is_done_is_not_done_again(packs: Cleaner, raw: Path) -> None:
    source = Source(find_inputs([raw]))
    done = list(engine(packs, "1").results(source, [601, 1, 590, 0]))
    assert [(o.owner, o.status) for o in done] == [(2, "ok")] * 10


def test_a_dataset_is_cleaned_row_for_row(tmp_path: Path, packs: Cleaner) -> None:
    rows = [{**json.loads(line), "kind": "x"} for line in poison.good(90)]
    rows[7]["text"] = None
    given = ray.data.from_items(rows, override_num_blocks=3)
    clean_dataset(given, packs, limits=LIMITS, workers=2).write_parquet(str(tmp_path / "out"))
    made = ray.data.read_parquet(str(tmp_path / "out")).take_all()
    assert len(made) == len(rows)
    found = {row["id"]: row for row in made}
    assert [i for i, row in found.items() if row["status"] != "ok"] == ["good-7"]
    assert "Share on Facebook" not in found["good-8"]["text"]
    assert found["good-8"]["removals"][0]["text"].strip() == "Share on Facebook"


def row(owner: int, index: int, outcome: bytes = b"") -> dict[str, Any]:
    return {"owner": owner, "index": index, "result": outcome}


@pytest.mark.parametrize(
    "rows",
    [
        [row(0, 0, b"x"), row(0, 2)],
        [row(0, 0, b"x"), row(0, 0, b"x")],
        [row(0, 1, b"x")],
        [row(1, 0, b"x")],
        [row(0, 0, b"x"), row(0, 1)],
    ],
)
def test_rows_that_are_lost_or_doubled_are_an_error(rows: list[dict[str, Any]]) -> None:
    count = _Count([0, 0])
    with pytest.raises(LostRecordsError):
        for found in rows:
            count.note(found)
        count.check(2)


def test_an_outcome_survives_its_way() -> None:
    outcome = JournalEntry("ok", 3, text="t", hosts=("a.org",), rules={"a/b": 2})
    assert JournalEntry.from_json(outcome.to_json()) == outcome
