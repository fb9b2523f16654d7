"""Stopped runs resume, and end with the bytes of an uninterrupted run."""

import gc
import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from cleaner.corpus import journal as journal_module
from cleaner.corpus.incremental import Identity
from cleaner.corpus.journal import Journal
from cleaner.corpus.journal_entry import JournalEntry
from cleaner.corpus.outputs import Outputs
from cleaner.corpus.rows import Broken
from cleaner.corpus.run import Engine, clean_corpus
from cleaner.document import CleanDocument, Document
from cleaner.pipeline import Cleaner
from cleaner.workers.pool import Pool
from tests.helpers.texts import article

Results = Iterator[CleanDocument | Broken]


@pytest.fixture(scope="module")
def packs() -> Cleaner:
    return Cleaner.load(packs_only=True)


def corpus(folder: Path, count: int = 120) -> Path:
    raw = folder / "raw"
    raw.mkdir()
    rows = [{"id": str(n), "text": f"{article(n)}\nShare on Facebook"} for n in range(count)]
    (raw / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows[: count // 2]))
    (raw / "b.txt").write_text(article(1))
    (raw / "c.jsonl").write_text("{\n" + "".join(json.dumps(r) + "\n" for r in rows[count // 2 :]))
    return raw


def outputs(folder: Path) -> dict[str, bytes]:
    """All outputs of a run, without its journal and state."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.parent.name != "journal"
    }


class Stopped(BaseException):
    pass


def stopping(cleaner: Cleaner, after: int, seen: list[str]) -> Engine:
    """An engine that stops after some results and records which documents it cleaned."""

    def run(records: Iterable[Document | Broken]) -> Results:
        for n, record in enumerate(records):
            if n == after:
                raise Stopped
            seen.append(record.id)
            yield record if isinstance(record, Broken) else cleaner.clean(record)

    return run


@pytest.mark.parametrize("stops", [[0], [1], [60], [61], [121], [10, 0, 45, 20]])
def test_a_stopped_run_goes_on_and_ends_with_the_same_bytes(
    tmp_path: Path, packs: Cleaner, stops: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_module, "MAX_PART_RECORDS", 16)
    raw = corpus(tmp_path)
    clean_corpus(packs, [raw], tmp_path / "whole")
    seen: list[str] = []
    for after in stops:
        with pytest.raises(Stopped):
            clean_corpus(packs, [raw], tmp_path / "out", engine=stopping(packs, after, seen))
    statistics = clean_corpus(packs, [raw], tmp_path / "out")
    assert statistics.resumed == sum(stops)
    assert len(seen) == len(set(seen)) == sum(stops)
    assert outputs(tmp_path / "out") == outputs(tmp_path / "whole")


def test_other_options_begin_anew(tmp_path: Path, packs: Cleaner) -> None:
    raw = corpus(tmp_path)
    with pytest.raises(Stopped):
        clean_corpus(packs, [raw], tmp_path / "out", engine=stopping(packs, 50, []))
    assert clean_corpus(packs, [raw], tmp_path / "out", {"x": 1}).resumed == 0


def test_a_changed_input_begins_anew(tmp_path: Path, packs: Cleaner) -> None:
    raw = corpus(tmp_path)
    with pytest.raises(Stopped):
        clean_corpus(packs, [raw], tmp_path / "out", engine=stopping(packs, 50, []))
    (raw / "b.txt").write_text(article(2) + "\nand more")
    assert clean_corpus(packs, [raw], tmp_path / "out").resumed == 0


def test_killed_at_once_the_command_goes_on(tmp_path: Path) -> None:
    raw = corpus(tmp_path, 900)
    call = [sys.executable, "-m", "cleaner", "clean", str(raw), "--packs-only", "--workers", "2"]
    subprocess.run([*call, "-o", str(tmp_path / "whole")], check=True, capture_output=True)
    run = subprocess.Popen([*call, "-o", str(tmp_path / "out")], stderr=subprocess.DEVNULL)
    part = tmp_path / "out/_run/journal/00000001.part"
    deadline = time.monotonic() + 60
    while not part.exists() and run.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)
    run.send_signal(signal.SIGKILL)
    assert run.wait() == -signal.SIGKILL
    assert part.exists()
    again = subprocess.run([*call, "-o", str(tmp_path / "out")], capture_output=True, text=True)
    assert again.returncode == 0, again.stderr
    assert " reused)" in again.stderr
    assert outputs(tmp_path / "out") == outputs(tmp_path / "whole")


def test_the_same_run_again_does_nothing(tmp_path: Path, packs: Cleaner) -> None:
    raw, out = corpus(tmp_path), tmp_path / "out"
    first = clean_corpus(packs, [raw], out)

    def never(records: Iterable[Document | Broken]) -> Results:
        raise AssertionError("cleaned again")

    again = clean_corpus(packs, [raw], out, engine=never)
    assert again.unchanged and again.record() == first.record()
    before = outputs(out)
    (out / "b.txt").write_text("harmed")
    assert not clean_corpus(packs, [raw], out).unchanged
    assert outputs(out) == before


def test_two_runs_into_one_folder_the_second_refuses(tmp_path: Path, packs: Cleaner) -> None:
    raw = corpus(tmp_path)
    call = [sys.executable, "-m", "cleaner", "clean", str(raw), "-o", str(tmp_path / "out")]

    def meanwhile(records: Iterable[Document | Broken]) -> Results:
        second = subprocess.run([*call, "--packs-only"], capture_output=True, text=True)
        assert second.returncode == 1 and "another run" in second.stderr
        yield from (r if isinstance(r, Broken) else packs.clean(r) for r in records)

    assert clean_corpus(packs, [raw], tmp_path / "out", engine=meanwhile).written == 121


def test_a_full_disk_ends_the_run_and_it_can_go_on(
    tmp_path: Path, packs: Cleaner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_module, "MAX_PART_RECORDS", 16)
    raw = corpus(tmp_path)
    clean_corpus(packs, [raw], tmp_path / "whole")
    flush, calls = Journal.flush, iter(range(100))

    def full(journal: Journal) -> None:
        if next(calls) in (3, 4):
            raise OSError(28, "No space left on device")
        flush(journal)

    with monkeypatch.context() as patch:
        patch.setattr(Journal, "flush", full)
        with pytest.raises(OSError, match="No space left"):
            clean_corpus(packs, [raw], tmp_path / "out")
    assert clean_corpus(packs, [raw], tmp_path / "out").resumed == 48
    assert outputs(tmp_path / "out") == outputs(tmp_path / "whole")


def test_a_disk_that_stays_full_is_said_once(
    tmp_path: Path, packs: Cleaner, monkeypatch: pytest.MonkeyPatch
) -> None:
    ignored: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", ignored.append)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    raw = corpus(tmp_path)
    for target, name in ((Outputs, "write"), (Journal, "flush")):
        monkeypatch.setattr(target, name, full)
    with pytest.raises(OSError, match="No space left"):
        clean_corpus(packs, [raw], tmp_path / "out")
    gc.collect()
    assert ignored == []


SAME = Identity("base", (), {})


@pytest.mark.parametrize("harm", [b"", b"x", b"1 abc\n"])
def test_a_part_that_is_not_whole_is_done_again(tmp_path: Path, harm: bytes) -> None:
    def owners() -> list[int]:
        return [outcome.owner for outcome in journal.saved()]

    with Journal(tmp_path, SAME) as journal:
        for n in range(3):
            journal.save(JournalEntry("ok", n))
            journal.flush()
    part = tmp_path / "journal/00000001.part"
    part.write_bytes(part.read_bytes()[: len(harm)] + harm)
    with Journal(tmp_path, SAME) as journal:
        assert owners() == [0]
    with Journal(tmp_path, SAME) as journal:  # nothing of the old parts is left behind the gap
        assert owners() == [0]
        journal.save(JournalEntry("ok", 7))
        journal.flush()
    with Journal(tmp_path, SAME) as journal:
        assert owners() == [0, 7]


def test_an_interrupted_pool_keeps_what_is_done(tmp_path: Path, packs: Cleaner) -> None:
    raw = corpus(tmp_path)
    clean_corpus(packs, [raw], tmp_path / "whole")

    def progress(statistics: object) -> None:
        if getattr(statistics, "written", 0) == 70:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), Pool(packs, 2) as pool:
        clean_corpus(packs, [raw], tmp_path / "out", progress=progress, engine=pool.map)
    with Pool(packs, 2) as pool:
        statistics = clean_corpus(packs, [raw], tmp_path / "out", engine=pool.map)
    assert statistics.resumed >= 70
    assert outputs(tmp_path / "out") == outputs(tmp_path / "whole")
