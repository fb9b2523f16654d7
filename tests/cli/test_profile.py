"""`cleaner clean --profile`: where the time went, and outputs that do not know of it."""

import itertools
import json
import os
import time
from operator import itemgetter
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
OF_PAGES = {Stage.TREE, Stage.TRAFILATURA, Stage.SECOND, Stage.JUDGE, Stage.STATED}


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
    return said


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
def test_a_profile_tells_stages_documents_and_rules(raw: Path, workers: str) -> None:
    made = run(raw, "out", "--workers", workers, "--profile", "--log-format", "json")
    said = profile_in(made.stderr)
    stages = {Stage(name) for name in said["stages"]}
    assert stages >= OF_PAGES | {Stage.BEGIN, Stage.READ, Stage.DECODE, Stage.NORMALIZE}
    assert stages >= {Stage.SITES, Stage.FIND, Stage.SETTLE, Stage.METADATA, Stage.RECORD}
    assert stages >= {Stage.REST, Stage.MOVE, Stage.WRITE, Stage.COMPILE}
    assert min(said["stages"].values()) >= 0
    assert sum(said["stages"].values()) == pytest.approx(said["cpu"], abs=1e-4)
    assert (said["documents"], said["workers"]) == (16, int(workers))

    slowest = [cost["seconds"] for cost in said["slowest_documents"]]
    assert len(slowest) == 10 and slowest == sorted(slowest, reverse=True)
    assert sum(slowest) < said["cpu"]
    assert {cost["id"] for cost in said["slowest_documents"]} <= {
        "page.html", *(f"row {n}" for n in range(15))
    }  # fmt: skip
    assert all(c["size"] == len(PAGE) for c in said["slowest_documents"] if c["id"] == "page.html")

    quick, slow = sorted(said["costliest_rules"], key=itemgetter("rule"))
    assert (slow["rule"], slow["tried"], slow["matched"]) == ("costly/slow", 14 * LINES, 0)
    assert (quick["rule"], quick["tried"], quick["matched"]) == ("costly/quick", 15, 15)
    assert slow["seconds"] + quick["seconds"] <= said["stages"][Stage.FIND.value] + 1e-5


def test_no_more_time_is_told_than_there_was(raw: Path) -> None:
    begun = time.process_time()
    made = run(raw, "out", "--workers", "0", "--profile", "--log-format", "json")
    assert 0 < profile_in(made.stderr)["cpu"] <= time.process_time() - begun


def test_the_time_of_workers_is_their_own(raw: Path) -> None:
    def spent() -> float:
        times = os.times()
        return times.user + times.system + times.children_user + times.children_system

    begun = spent()
    made = run(raw, "out", "--workers", "2", "--profile", "--log-format", "json")
    tick = 0.02  # `os.times` counts in hundredths, each of its figures
    assert profile_in(made.stderr)["cpu"] <= spent() - begun + 4 * tick


def test_people_get_tables(raw: Path) -> None:
    made = run(raw, "out", "--workers", "2", "--profile", "--quiet")
    head, *rows = made.stderr.splitlines()
    assert head.startswith("16 documents") and "summed over 2 workers and this process" in head
    tables = [list(rows) for blank, rows in itertools.groupby(rows, bool) if blank]
    stages, documents, rules = tables
    assert [row.split(maxsplit=3)[3] for row in (stages[1], stages[-1])] == [Stage.BEGIN, "all"]
    assert documents[0].split() == ["ms", "MB", "document"] and len(documents) == 11
    head, *each, last = [row.split(maxsplit=3)[3] for row in rules]
    assert (head, sorted(each), last) == ("rule", ["costly/quick", "costly/slow"], "all 2 rules")


@pytest.mark.parametrize("workers", ["0", "1"])
def test_the_pipe_has_a_profile_too(raw: Path, workers: str) -> None:
    call = ["clean", "-", "--workers", workers, "--packs-only"]
    rows = (raw / "rows.jsonl").read_bytes()
    plain = CliRunner().invoke(app, call, input=rows)
    made = CliRunner().invoke(app, [*call, "--profile"], input=rows)
    assert plain.stdout_bytes == made.stdout_bytes and len(plain.stdout.splitlines()) == 16
    assert made.stderr.startswith("15 documents") and "  row 1" in made.stderr


def test_one_document_has_a_profile_too(raw: Path) -> None:
    call = ["clean", str(raw / "page.html"), "--packs-only"]
    plain = CliRunner().invoke(app, call)
    made = CliRunner().invoke(app, [*call, "--profile"])
    assert plain.stdout == made.stdout != ""
    assert plain.stderr == "" and "1 worker and this process" in made.stderr


def test_a_cluster_has_no_profile(raw: Path) -> None:
    out = str(raw.parent / "out")
    call = ["clean", str(raw), "-o", out, "--engine", "ray", "--profile"]
    made = CliRunner().invoke(app, call)
    assert made.exit_code == 2 and "--profile" in made.stderr and "ray" in made.stderr
    assert not Path(out).exists()
