"""--fail-on and --verdict-threshold: the verdict about a run decides the exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cleaner.cli import app
from cleaner.corpus.verdict import Level
from cleaner.report.model import Report
from tests.helpers.texts import PROSE


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    """Twenty documents, two of them empty."""
    file = tmp_path / "twenty.jsonl"
    rows = [{"id": str(n), "text": PROSE if n > 1 else ""} for n in range(20)]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return file


def clean(raw: Path, *more: str) -> Result:
    out = raw.parent / "out"
    call = ["clean", str(raw), "-o", str(out), "--packs-only", "--workers", "0", "-q", *more]
    return CliRunner().invoke(app, call)


def stored(raw: Path) -> Report:
    return Report.from_json((raw.parent / "out/_run/report.json").read_bytes())


def test_the_level_of_the_verdict_is_compared(raw: Path) -> None:
    assert clean(raw).exit_code == 0
    assert clean(raw, "--fail-on", "red").exit_code == 0
    amber = clean(raw, "--fail-on", "amber")
    assert amber.exit_code == 4
    assert "the verdict is amber: Check this run" in amber.stderr
    assert "2 documents are quarantined; see" in amber.stderr


def test_a_run_ends_with_its_verdict(raw: Path) -> None:
    out = raw.parent / "out"
    call = ["clean", str(raw), "-o", str(out), "--packs-only", "--workers", "0"]
    for _ in range(2):  # also if nothing has changed
        last = CliRunner().invoke(app, call).stderr.splitlines()[-1]
        assert last.startswith("amber: Check this run before you use it: 2 documents are quar")
        assert last.endswith(f" See {out}/_run/report.html")
    bare = CliRunner().invoke(app, [*call, "--no-report"]).stderr.splitlines()[-1]
    assert bare.startswith("amber: ") and bare.endswith("quarantined.")
    said = CliRunner().invoke(app, [*call, "--log-format", "json"]).stderr.splitlines()[-1]
    assert json.loads(said)["verdict"] == "amber"


def test_thresholds_decide_and_the_report_shows_them_even_if_nothing_else_changed(
    raw: Path,
) -> None:
    assert clean(raw).exit_code == 0
    assert stored(raw).verdict.level is Level.AMBER
    assert clean(raw, "--verdict-threshold", "quarantined=1%,5%", "--fail-on", "red").exit_code == 4
    assert stored(raw).verdict.level is Level.RED
    assert (
        clean(raw, "--verdict-threshold", "quarantined=0.1,1", "--fail-on", "amber").exit_code == 0
    )
    assert stored(raw).verdict.level is Level.GREEN


def test_thresholds_may_stand_in_the_file(raw: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(raw.parent)
    Path("cleaner.yaml").write_text(
        "fail_on: red\nverdict_threshold: ['quarantined=1%,5%', 'insertions=0,0']\n"
    )
    assert clean(raw).exit_code == 4


def test_the_boilerplate_is_estimated_if_the_classifier_is_on(raw: Path) -> None:
    clean(raw)
    assert stored(raw).verdict.figures[2].count == 0
    clean(raw, "--no-classifier")
    assert stored(raw).verdict.figures[2].count is None


def test_a_wrong_threshold_is_a_usage_error(raw: Path) -> None:
    wrong = clean(raw, "--verdict-threshold", "prose=1%,2%")
    assert wrong.exit_code == 2 and "expected NAME=AMBER,RED" in wrong.stderr
