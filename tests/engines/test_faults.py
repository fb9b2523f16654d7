"""A run over poison that is killed twice: every document has one result, and the good ones the
same as in an undisturbed run."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cleaner.corpus.run import clean_corpus
from cleaner.pipeline import Cleaner
from tests.helpers import poison

pytestmark = pytest.mark.slow

GOOD, BAD = 200, len(poison.KINDS)
ROOT = Path(__file__).parent.parent.parent


def rows(path: Path) -> Iterator[dict[str, Any]]:
    for line in path.read_text().splitlines():
        yield json.loads(line)


def by_id(path: Path) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows(path):
        found.setdefault(row["id"], []).append(row)
    return found


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("calm")
    (folder / "raw.jsonl").write_text("".join(poison.good(GOOD)))
    clean_corpus(Cleaner.load(packs_only=True), [folder / "raw.jsonl"], folder / "out")
    return folder / "out"


def start(raw: Path, out: Path, workers: int) -> subprocess.Popen[bytes]:
    call = [sys.executable, "-m", "tests.helpers.poison", str(raw), str(out), str(workers)]
    return subprocess.Popen(call, cwd=ROOT, stderr=subprocess.DEVNULL)


def kill_once_it_has(run: subprocess.Popen[bytes], part: Path) -> None:
    until = time.monotonic() + 120
    while not part.exists() and run.poll() is None and time.monotonic() < until:
        time.sleep(0.01)
    run.send_signal(signal.SIGKILL)
    assert run.wait() == -signal.SIGKILL and part.exists()


@pytest.mark.parametrize("workers", [1, 2, 4])
def test_nothing_is_lost(tmp_path: Path, calm: Path, workers: int) -> None:
    raw, out = tmp_path / "raw.jsonl", tmp_path / "out"
    raw.write_text("".join(poison.mixed(poison.good(GOOD), poison.poison(BAD))))
    journal = out / "_run/journal"
    kill_once_it_has(start(raw, out, workers), journal / "00000001.part")
    kill_once_it_has(start(raw, out, workers), journal / "00000006.part")
    assert start(raw, out, workers).wait() == 0

    failed = {row["id"]: row["status"] for row in rows(out / "_run/quarantine.jsonl")}
    texts = by_id(out / "raw.jsonl")
    assert len(failed) == len(list(rows(out / "_run/quarantine.jsonl"))) == BAD
    assert len(texts) == len(list(rows(out / "raw.jsonl"))) == GOOD
    kinds = list(poison.KINDS)
    assert failed == {f"bad-{n}": poison.KINDS[kinds[n % len(kinds)]].value for n in range(BAD)}
    for name in ("raw.jsonl", "raw.metadata.jsonl", "_run/removals.jsonl", "_run/rights.jsonl"):
        assert (out / name).read_bytes() == (calm / name).read_bytes()
