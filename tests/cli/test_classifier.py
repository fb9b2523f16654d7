"""The options of the line classifier, and where its decisions appear."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cleaner.classify.line_classifier import CLASSIFIER
from tests.cli.test_cli import cleaner as run
from tests.helpers.texts import MORE, PROSE

NOTICE = "Home | News | Sport | Weather | Contact us | Privacy policy | Terms of use"
TEXT = f"{PROSE}\n\n{MORE}\n\n{NOTICE}\n"


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "a.txt").write_text(TEXT)
    return tmp_path / "raw"


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_a_run_records_the_score_and_the_estimate(raw: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert run("clean", raw, "-o", out, "--workers", "0", "--packs-only").exit_code == 0
    (removal,) = rows(out / "_run" / "removals.jsonl")
    assert removal["rule"] == CLASSIFIER
    assert 0.6 <= removal["score"] <= 1
    manifest = json.loads((out / "_run" / "manifest.json").read_text())
    assert manifest["options"]["classifier_threshold"] == 0.6
    assert manifest["options"]["classifier_weights"]
    assert manifest["statistics"]["rules"] == {CLASSIFIER: 1}


def test_a_high_threshold_leaves_suspects_in_the_metadata(raw: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    options = ["--workers", "0", "--packs-only", "--classifier-threshold", "1"]
    assert run("clean", raw, "-o", out, *options).exit_code == 0
    metadata = json.loads((out / "a.json").read_text())
    assert [suspect["text"] for suspect in metadata["suspects"]] == [NOTICE]
    assert 0 < metadata["boilerplate_left"] < len(NOTICE)
    manifest = json.loads((out / "_run" / "manifest.json").read_text())
    assert manifest["statistics"]["boilerplate_left"] == metadata["boilerplate_left"]


def test_another_threshold_cleans_again(raw: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    common: list[str | Path] = ["clean", raw, "-o", out, "--workers", "0", "--packs-only"]
    run(*common)
    run(*common, "--no-classifier")
    assert (out / "a.txt").read_text().strip() == TEXT.strip()


def test_explain_shows_the_score_or_the_suspect(raw: Path) -> None:
    shown = run("explain", raw / "a.txt", "--packs-only").stdout
    assert f"{NOTICE} [{CLASSIFIER} 0." in shown
    shown = run("explain", raw / "a.txt", "--packs-only", "--classifier-threshold", "1").stdout
    assert f"suspect: {NOTICE} [0." in shown


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--classifier-threshold", "0.2"], "0.3"),
        (["--no-classifier", "--classifier-threshold", "0.8"], "--no-classifier"),
        (["--classifier-weights", "nowhere"], "nowhere: no weights"),
    ],
)
def test_options_that_make_no_sense_are_usage_errors(
    raw: Path, options: list[str], words: str
) -> None:
    result = run("explain", raw / "a.txt", *options)
    assert result.exit_code == 2
    assert words in result.stderr
