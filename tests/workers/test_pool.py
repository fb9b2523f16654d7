"""No document can make the pool lose, repeat or reorder documents."""

import faulthandler
import os
import signal
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cleaner.cli import app
from cleaner.corpus.run import clean_corpus
from cleaner.document import CleanDocument, Document, Status
from cleaner.pipeline import Cleaner
from cleaner.workers import pool as pool_module
from cleaner.workers.limits import Limits
from cleaner.workers.pool import Pool, PoolError
from tests.helpers.texts import article

pytestmark = pytest.mark.slow

BOMB = 3_000_000_000
TIMEOUT = 3.0  # seconds; far more than a good document takes, on a busy machine too


@dataclass(frozen=True)
class Hostile:
    """A stand-in for a cleaner that does what the text of a document says."""

    seen: Path | None = None

    def clean_batch(self, documents: Iterable[Document]) -> list[CleanDocument]:
        return [self._clean(document) for document in documents]

    def _clean(self, document: Document) -> CleanDocument:
        text = str(document.body)
        if text == "hang":
            while True:
                time.sleep(1)
        if text == "exit":
            os._exit(3)
        if text in ("SIGSEGV", "SIGKILL", "SIGABRT"):
            faulthandler.disable()  # pytest's report of a crash that is meant
            os.kill(os.getpid(), signal.Signals[text])
        if text == "raise":
            raise RuntimeError("a defect")
        if text == "bomb":
            try:
                _ = bytearray(BOMB)
            except MemoryError:
                return CleanDocument(document, Status.ERROR, message="MemoryError: ")
        if text == "once" and self.seen and not self.seen.exists():
            self.seen.touch()
            os._exit(1)
        return CleanDocument(document, Status.OK, text=text.upper())


def run(texts: list[str], workers: int, cleaner: Hostile | None = None) -> list[CleanDocument]:
    limits = Limits(timeout=TIMEOUT, memory=2_000_000_000 if "bomb" in texts else None, recycle=40)
    documents = [Document(str(n), text) for n, text in enumerate(texts)]
    with Pool(cleaner or Hostile(), workers, limits) as pool:
        return list(pool.map(documents))


@pytest.mark.parametrize("workers", [1, 2, 4])
@pytest.mark.parametrize(
    ("poison", "status"),
    [
        ("hang", Status.TIMEOUT),
        ("exit", Status.CRASH),
        ("SIGSEGV", Status.CRASH),
        ("SIGKILL", Status.CRASH),
        ("SIGABRT", Status.CRASH),
        ("raise", Status.CRASH),
    ],
)
def test_a_document_that_breaks_its_worker_fails_alone(
    poison: str, status: Status, workers: int
) -> None:
    texts = [f"text {n}" for n in range(150)]
    places = {64} if poison == "hang" else {0, 63, 64, 149}  # each costs two timeouts
    for place in places:
        texts[place] = poison
    done = run(texts, workers)
    assert [d.document.id for d in done] == [str(n) for n in range(150)]
    assert {n for n, d in enumerate(done) if d.status is not Status.OK} == places
    assert {done[n].status for n in places} == {status}
    assert all(d.text == texts[n].upper() for n, d in enumerate(done) if d.status is Status.OK)
    assert done[64].message


@pytest.mark.skipif(sys.platform != "linux", reason="RLIMIT_AS is kept on Linux alone")
def test_a_memory_bomb_is_named() -> None:
    done = run(["a", "bomb", "b"], 2)
    assert [d.status for d in done] == [Status.OK, Status.MEMORY, Status.OK]


def test_what_fails_once_is_tried_again(tmp_path: Path) -> None:
    done = run(["a", "once", "b"], 2, Hostile(tmp_path / "seen"))
    assert [d.text for d in done] == ["A", "ONCE", "B"]


def test_all_poison_comes_back() -> None:
    assert [d.status for d in run(["exit"] * 12, 3)] == [Status.CRASH] * 12


def test_what_is_no_document_keeps_its_place() -> None:
    records = [Document("0", "a"), "other", Document("2", "b"), *["x"] * 200, Document("3", "c")]
    with Pool(Hostile(), 2) as pool:
        done = list(pool.map(records))
    shown = [d.text if isinstance(d, CleanDocument) else d for d in done]
    assert shown == ["A", "other", "B", *["x"] * 200, "C"]


def test_input_is_read_as_it_is_needed() -> None:
    taken = 0

    def source() -> Iterable[Document]:
        nonlocal taken
        for n in range(100_000):
            taken += 1
            yield Document(str(n), "a")

    with Pool(Hostile(), 2) as pool:
        results = pool.map(source())
        next(results)
        assert taken < 5_000


def test_workers_that_cannot_start_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool_module, "work", lambda *_: os._exit(7))
    with pytest.raises(PoolError, match="exit code 7"), Pool(Hostile(), 2) as pool:
        list(pool.map([Document("0", "a")]))


def test_no_worker_is_left_behind() -> None:
    with Pool(Hostile(), 3) as pool:
        list(pool.map(Document(str(n), "a") for n in range(300)))
        processes = [worker.process for worker in pool._workers]
        assert processes
    assert not any(process.is_alive() for process in processes)


def outputs(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_a_run_gives_the_same_bytes_for_any_number_of_workers(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    raw.mkdir()
    lines = "".join(f'{{"id": "{n}", "text": "{article(n % 7)!r}"}}\n' for n in range(200))
    (raw / "many.jsonl").write_text(lines.replace("'", ""))
    (raw / "none.jsonl").write_text("")
    (raw / "page.html").write_text(f"<html><body><article><p>{article(1)}</p></article></body>")
    (raw / "broken.jsonl").write_text("{\n[]\n")
    cleaner = Cleaner.load(packs_only=True)
    clean_corpus(cleaner, [raw], tmp_path / "0")
    for workers in (1, 3):
        out = tmp_path / str(workers)
        with Pool(cleaner, workers) as pool:
            statistics = clean_corpus(cleaner, [raw], out, engine=pool.map)
        assert outputs(out) == outputs(tmp_path / "0")
        assert statistics.read == 203


def test_the_command_says_what_failed_and_ends_by_the_rate(tmp_path: Path) -> None:
    raw = tmp_path / "raw.jsonl"
    raw.write_text('{"id": "1", "text": "A text of one line."}\n{\n')
    call = ["clean", str(raw), "-o", str(tmp_path / "out"), "--workers", "2"]
    made = CliRunner().invoke(app, call)
    assert made.exit_code == 0, made.output
    assert "1 quarantined" in made.output
    assert CliRunner().invoke(app, [*call, "--max-error-rate", "0.6"]).exit_code == 0
    strict = CliRunner().invoke(app, [*call, "--max-error-rate", "0.4"])
    assert strict.exit_code == 1 and "--max-error-rate" in strict.output
    quiet = CliRunner().invoke(app, [*call, "--quiet"])
    assert quiet.output == ""
