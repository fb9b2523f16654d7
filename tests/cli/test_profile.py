"""`cleaner clean --profile`: where the time went; the outputs do not change."""

import itertools
import json
import os
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from cleaner.cli import app
from cleaner.clock import Stage
from tests.helpers.texts import MORE, PROSE

LINES = 40  # that the costly rule is tried on, in each document
RULES = """\
pack: costly
rules:
  - kind: ad
    id: slow
    line: "/harbour line .*(?:[a-z]+ ){1,8}[0-9]+ of (?:none|nothing)/"
  - kind: social
    id: quick
    line: "Share {number} on Facebook"
"""
PAGE = f"<html><head><title>Harbour</title></head><body><p>{PROSE}</p><p>{MORE}</p></body></html>"
OF_PAGES = {Stage.TREE, Stage.TRAFILATURA, Stage.SECOND_EXTRACTOR, Stage.CLASSIFY}


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    folder = tmp_path / "raw"
    folder.mkdir()
    (tmp_path / "rules.yaml").write_text(RULES)
    lines = "\n".join(f"harbour line {n} and some words more {n} of them" for n in range(LINES))
    rows = [
        {"id": f"row {n}", "text": f"{PROSE}\n\nShare {n} on Facebook\n\n{lines if n else MORE}"}
        for n in range(15)
    ]
    (folder / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows) + "{\n")
    (folder / "page.html").write_text(PAGE)
    return folder


def run(raw: Path, name: str, *options: str) -> Result:
    call = ["clean", str(raw), "-o", str(raw.parent / name), "--no-bundled", "--forget"]
    rules = ["--rules", str(raw.parent / "rules.yaml")]
    made = CliRunner().invoke(app, [*call, *rules, *options])
    assert made.exit_code == 0, made.output
    return made


def profile_in(stderr: str) -> dict[str, Any]:
    (said,) = [row for row in map(json.loads, stderr.splitlines()) if row["event"] == "profile"]
    return dict(said)


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize("workers", ["0", "2"])
def test_the_outputs_are_the_same_with_a_profile(raw: Path, workers: str) -> None:
    run(raw, "plain", "--workers", workers)
    run(raw, "timed", "--workers", workers, "--profile")
    plain = contents(raw.parent / "plain")
    assert "rows.jsonl" in plain and plain == contents(raw.parent / "timed")


@pytest.mark.parametrize("workers", ["0", "2"])
def test_a_profile_has_stages_documents_and_rules(raw: Path, workers: str) -> None:
    made = run(raw, "out", "--workers", workers, "--profile", "--log-format", "json")
    profile = profile_in(made.stderr)
    measured = {Stage(name) for name, seconds in profile["stages"].items() if seconds}
    assert measured >= OF_PAGES | {Stage.RUN, Stage.DECODE, Stage.NORMALIZE, Stage.FIND}
    assert measured >= {Stage.SITES, Stage.FIXPOINT, Stage.METADATA, Stage.RECORD, Stage.REST}
    assert min(profile["stages"].values()) >= 0

    slowest = list(profile["slowest_documents"].values())
    assert len(slowest) == 10 and slowest == sorted(slowest, reverse=True)
    assert sum(slowest) < sum(profile["stages"].values())
    names = {"page.html", *(f"row {n}" for n in range(15))}
    assert profile["slowest_documents"].keys() <= names

    rules = profile["costliest_rules"]
    assert rules.keys() == {"costly/slow", "costly/quick"}
    assert 0 < sum(rules.values()) <= profile["stages"][Stage.FIND.value]


def test_a_profile_has_no_more_time_than_the_processes(raw: Path) -> None:
    begun = os.times()
    made = run(raw, "out", "--workers", "0", "--profile", "--log-format", "json")
    ended = os.times()
    assert 0 < cpu_of(made) <= sum(ended[:4]) - sum(begun[:4]) + 0.03  # in ticks of 10 ms


def test_the_time_of_workers_counts(raw: Path) -> None:
    def spent() -> float:
        times = os.times()
        return times.user + times.system + times.children_user + times.children_system

    begun = spent()
    made = run(raw, "out", "--workers", "2", "--profile", "--log-format", "json")
    tick = 0.02  # `os.times` counts in hundredths, each of its figures
    assert cpu_of(made) <= spent() - begun + 4 * tick


def cpu_of(made: Result) -> float:
    return float(sum(profile_in(made.stderr)["stages"].values()))


def test_people_get_tables(raw: Path) -> None:
    made = run(raw, "out", "--workers", "2", "--profile", "--quiet")
    head, *rows = made.stderr.splitlines()
    assert head.startswith("CPU time: ") and "workers" in head
    stages, documents, rules = (list(r) for blank, r in itertools.groupby(rows, bool) if blank)
    assert stages[0].split(maxsplit=3)[3] == "stages" and Stage.RUN.value in stages[1]
    assert documents[0].split() == ["CPU", "s", "share", "slowest", "documents"]
    assert len(documents) == 11
    assert {row.split()[2] for row in rules[1:]} == {"costly/quick", "costly/slow"}


@pytest.mark.parametrize("workers", ["0", "1"])
def test_the_pipe_has_a_profile_too(raw: Path, workers: str) -> None:
    call = ["clean", "-", "--workers", workers, "--packs-only"]
    rows = (raw / "rows.jsonl").read_bytes()
    plain = CliRunner().invoke(app, call, input=rows)
    made = CliRunner().invoke(app, [*call, "--profile"], input=rows)
    assert plain.stdout_bytes == made.stdout_bytes and len(plain.stdout.splitlines()) == 16
    assert made.stderr.startswith("CPU time") and "  row 1" in made.stderr


def test_one_document_has_a_profile_too(raw: Path) -> None:
    call = ["clean", str(raw / "page.html"), "--packs-only"]
    plain = CliRunner().invoke(app, call)
    made = CliRunner().invoke(app, [*call, "--profile"])
    assert plain.stdout == made.stdout != ""
    assert plain.stderr == "" and "page.html" in made.stderr


def test_a_cluster_has_no_profile(raw: Path) -> None:
    out = str(raw.parent / "out")
    call = ["clean", str(raw), "-o", out, "--engine", "ray", "--profile"]
    made = CliRunner().invoke(app, call)
    assert made.exit_code == 2 and "--profile" in made.stderr and "ray" in made.stderr
    assert not Path(out).exists()
