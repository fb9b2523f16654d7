"""Messages and exit codes of a corpus run."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cleaner.cli import app, log
from cleaner.cli.log import Pace, progress_line, summary
from cleaner.corpus.journal_entry import JournalEntry
from cleaner.corpus.statistics import RunStatistics
from tests.helpers.texts import PROSE


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    path = tmp_path / "raw.jsonl"
    rows = [{"id": n, "text": f"{PROSE}\nShare on Facebook {n}"} for n in range(20)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows) + "{\n")
    return path


def call(raw: Path, *options: str) -> list[str]:
    out = str(raw.parent / "out")
    return ["clean", str(raw), "-o", out, "--packs-only", "--workers", "1", *options]


def test_the_log_can_be_json(raw: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "LINE_INTERVAL", 0.0)
    made = CliRunner().invoke(app, call(raw, "--log-format", "json"))
    said = [json.loads(line) for line in made.stderr.splitlines()]
    assert made.exit_code == 0
    assert {row["event"] for row in said} == {"note", "progress", "summary"}
    assert (said[-1]["written"], said[-1]["quarantined"]) == (20, {"decode": 1})
    last = [row for row in said if row["event"] == "progress"][-1]
    assert (last["documents"], last["quarantined"], last["eta_seconds"]) == (21, 1, 0)


def test_errors_are_json_too(raw: Path) -> None:
    made = CliRunner().invoke(app, call(raw.parent / "none", "--log-format", "json"))
    (said,) = [json.loads(line) for line in made.stderr.splitlines()]
    assert made.exit_code == 2 and said["event"] == "error" and "none" in said["message"]
    (raw.parent / "bad.yaml").write_text("site: bad.org\nrulez: []\n")
    rules = ("--rules", str(raw.parent / "bad.yaml"))
    made = CliRunner().invoke(app, call(raw, "--log-format", "json", *rules))
    said = [json.loads(line) for line in made.stderr.splitlines()]
    assert made.exit_code == 2 and [row["event"] for row in said] == ["error", "error"]
    assert "rulez" in said[0]["message"]


@pytest.mark.parametrize(
    "options", [("--to", "xml"), ("--log-format", "x"), ("--engine", "x"), ("--timeout", "0")]
)
def test_options_that_are_none_are_errors(raw: Path, options: tuple[str, str]) -> None:
    made = CliRunner().invoke(app, call(raw, *options))
    assert made.exit_code == 2 and options[0] in made.output
    assert not (raw.parent / "out").exists()


def test_all_forms_come_from_the_command(raw: Path) -> None:
    made = CliRunner().invoke(app, call(raw, "--to", "jsonl.gz", "--dolma", "--forget"))
    out = raw.parent / "out"
    assert made.exit_code == 0, made.output
    assert (out / "raw.jsonl.gz").exists() and (out / "dolma/documents/raw.jsonl.gz").exists()
    assert not (out / "_run/journal").exists()


def statistics(done: int, read: int = 0) -> RunStatistics:
    found = RunStatistics(read=read or done, bytes_read=done, bytes_total=100)
    for _ in range(done):
        found.add(JournalEntry("ok", text="x", chars_in=1000, chars_out=900))
    return found


def test_the_time_left_is_that_of_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    monkeypatch.setattr("time.monotonic", lambda: clock[0])
    pace = Pace()
    clock[0] = 10.0
    pace.update(statistics(25))
    assert pace.figures(statistics(25))["eta_seconds"] == 30
    assert pace.figures(statistics(0))["eta_seconds"] is None
    resumed = statistics(50)
    resumed.resumed = 50
    pace = Pace()
    pace.update(resumed)
    clock[0] = 20.0
    for done in (51, 75):
        further = statistics(done)
        further.resumed = 50
        pace.update(further)
        clock[0] += 24.0
    found = pace.figures(further)
    assert found["eta_seconds"] == 50 and found["documents_per_second"] == round(25 / 48, 1)
    assert progress_line(found).endswith("0 quarantined, 0:00:50 left")


def test_the_speed_is_that_of_the_inputs_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    monkeypatch.setattr("time.monotonic", lambda: clock[0])
    pace, now = Pace(), statistics(25)
    now.bytes_read, now.bytes_total = 3 * 10**6, 12 * 10**6
    pace.update(now)
    clock[0] = 10.0
    assert pace.figures(now)["mb_per_second"] == 0.3
    now.read = 50  # half of what was read is done
    assert pace.figures(now)["mb_per_second"] == 0.15
    assert "0.15 MB/s of input" in progress_line(pace.figures(now))


def test_the_summary_names_what_was_not_done_again() -> None:
    found = statistics(3)
    found.reused = 2
    assert summary(found, Path("out")).startswith("3 documents (2 reused): 3 clean in out")
