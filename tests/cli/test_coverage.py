"""`cleaner rules coverage`: the same figures as the report of a run, in whatever form it wrote."""

import re
from pathlib import Path

import orjson
import pytest
from typer.testing import CliRunner, Result

from cleaner.cli import app
from tests.helpers.texts import MORE, PROSE

SITE = """site: c.org
html: {prune: [.share]}
rules:
  - kind: membership
    line: Become a Friend of the Pier
  - kind: donation
    line: Nobody ever writes this
"""
PACK = """pack: own
rules:
  - kind: error
    line: Prove that you are no gull
    reject: bot wall
  - kind: app
    line: Nor this
"""


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(a) for a in arguments])


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    folder = tmp_path / "my-rules"
    folder.mkdir()
    (folder / "c.org.yaml").write_text(SITE)
    (folder / "idle.org.yaml").write_text("site: idle.org\nname: Idle\n")
    (folder / "own.yaml").write_text(PACK)
    return folder


@pytest.fixture
def source(tmp_path: Path) -> Path:
    texts = [f"{PROSE} ({n})\n\n{MORE}\n\nBecome a Friend of the Pier" for n in range(4)]
    rows = [
        {"id": str(n), "url": f"https://c.org/{n}", "text": text} for n, text in enumerate(texts)
    ]
    rows.append({"id": "robot", "text": "Prove that you are no gull"})
    rows += [{"id": f"d{n}", "url": f"https://d.org/{n}", "text": f"{PROSE} ({n})\n\n{MORE}"}
             for n in range(3)]  # fmt: skip
    folder = tmp_path / "raw"
    folder.mkdir()
    (folder / "a.jsonl").write_bytes(b"\n".join(map(orjson.dumps, rows)))
    # the same ids again, in another input
    (folder / "b.jsonl").write_bytes(b"\n".join(map(orjson.dumps, rows[:1])))
    page = f"<body><article><p>{PROSE}</p><p>{MORE}</p><p>{PROSE}</p></article>"
    (folder / "p.html").write_text(
        f"<html><head><link rel=canonical href='https://c.org/p'></head>{page}"
        f"<div class=share>Share</div></body></html>"
    )
    return folder


@pytest.mark.parametrize("form", ["", "jsonl.gz", "parquet", "no-report"])
def test_a_run_in_any_form_says_what_its_documents_say(
    tmp_path: Path, rules: Path, source: Path, form: str
) -> None:
    out = tmp_path / "out"
    options = {"": [], "no-report": ["--no-report"]}.get(form, ["--to", form])
    cleaned = run("clean", source, "-o", out, "--rules", rules, *options)
    assert cleaned.exit_code == 0, cleaned.output
    assert "5 removals" in cleaned.stderr and ", 1 node pruned, " in cleaned.stderr
    of_run = run("rules", "coverage", out, "--rules", rules)
    assert of_run.exit_code == 0, of_run.output
    assert of_run.stdout == run("rules", "coverage", source, "--rules", rules).stdout
    shown = of_run.stdout
    assert shown.startswith("9 documents, 5 removals, 1 node pruned\n")
    assert "       5          5  c.org/membership\n" in shown
    assert "                     5 x Become a Friend of the Pier\n" in shown
    assert "       1          1  c.org/html.prune\n" in shown


def test_what_never_fired_is_told_of_own_and_selected_files(
    tmp_path: Path, rules: Path, source: Path
) -> None:
    shown = run("rules", "coverage", source, "--rules", rules).stdout
    never = shown.split("never fired:\n")[1].split("\n\n")[0].split("\n")
    assert never[:2] == ["  c.org/donation", "  own/app"]
    assert len(never) == 3 and "bundled files (--all lists them)" in never[2]
    assert "\nrejected documents  rule\n                 1  own/error\n" in shown
    assert re.search(r"no document selected: idle.org, \d+ bundled", shown)
    assert "d.org" in shown.split("without a rule file")[1]
    full = run("rules", "coverage", source, "--rules", rules, "--all").stdout
    assert "  en/paywall\n" in full and "bundled" not in full
    assert "globalresearch.ca" in full.split("no document selected")[1]


def test_a_run_with_other_rules_is_told(tmp_path: Path, rules: Path, source: Path) -> None:
    out = tmp_path / "out"
    assert run("clean", source, "-o", out).exit_code == 0
    assert run("rules", "coverage", out).stderr == ""
    said = run("rules", "coverage", out, "--rules", rules).stderr
    assert "the run used other rules" in said


def test_a_run_without_a_trace_is_an_error(tmp_path: Path, source: Path) -> None:
    (tmp_path / "out" / "_run").mkdir(parents=True)
    result = run("rules", "coverage", tmp_path / "out")
    assert result.exit_code == 2 and "not finished" in result.stderr


def test_long_lists_are_cut(tmp_path: Path) -> None:
    rows = [{"url": f"https://s{n:02}.org/", "text": f"{PROSE} ({n})"} for n in range(30)]
    (tmp_path / "a.jsonl").write_bytes(b"\n".join(map(orjson.dumps, rows)))
    own = "".join(f"  - {{kind: ad, id: r{n:02}, line: Buy {n} now}}\n" for n in range(40))
    (tmp_path / "own.yaml").write_text(f"pack: own\nrules:\n{own}")
    arguments = ("rules", "coverage", tmp_path / "a.jsonl", "--rules", tmp_path / "own.yaml")
    short = run(*arguments).stdout
    assert "  own/r14\n  and 25 more (--all lists more)\n" in short and "own/r15" not in short
    assert "  and 15 more (--all lists more)\n" in short.split("without a rule file")[1]
    full = run(*arguments, "--all").stdout
    assert "own/r39" in full and "s29.org" in full and "--all" not in full
    assert len(orjson.loads(run(*arguments, "--json").stdout)["sites_without_file"]) == 30
