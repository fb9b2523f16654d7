"""The commands that draft rule files: sources, columns, messages, written files."""

import json
import os
import subprocess
import sys
from pathlib import Path

import orjson
import pytest

from tests.helpers.suggest_command import run
from tests.helpers.texts import article


def rows_without_usual_names(many: int, site: str = "https://www.a.org/") -> str:
    rows = [{"nr": n, "link_to": f"{site}{n}", "story": article(n, "BODY", "Buy premium access")}
            for n in range(many)]  # fmt: skip
    return "\n".join(orjson.dumps(row).decode() for row in rows)


COLUMNS = ("--text-column", "story", "--id-column", "nr", "--url-column", "link_to")


@pytest.mark.parametrize(
    "command", [("suggest",), ("new", "a.org"), ("coverage", "--no-bundled")], ids=lambda c: c[0]
)
def test_columns_are_named_as_for_clean(tmp_path: Path, command: tuple[str, ...]) -> None:
    source = tmp_path / "rows.jsonl"
    source.write_text(rows_without_usual_names(6))
    result = run("rules", *command, source, *COLUMNS)
    assert result.exit_code == 0, result.output
    said = {"suggest": "site: a.org", "new": "site: a.org", "coverage": "6 documents"}
    assert said[command[0]] in result.stdout
    assert run("rules", "suggest", source).exit_code == 2  # no text, so no site


def test_suggest_reports_ignored_documents(tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_text(rows_without_usual_names(6) + "\nno json")
    for n in range(14):
        (tmp_path / f"{n}.txt").write_text(article(n + 20))
    said = run("rules", "suggest", tmp_path, *COLUMNS).stderr
    assert "14 documents without a URL left out; name their site with --site HOST" in said
    assert "1 record could not be read; the first: rows.jsonl:7: not JSON" in said


def test_documents_with_a_url_are_never_those_of_another_site(tmp_path: Path) -> None:
    rows = [{"text": article(n), "url": "http://nowhere/page"} for n in range(7)]
    (tmp_path / "rows.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    for n in range(14):
        (tmp_path / f"{n}.txt").write_text(article(n + 20, "BODY", "Share on Pierbook"))
    result = run("rules", "suggest", tmp_path, "--site", "a.org")
    assert "7 documents left out: no host in their URLs" in result.stderr
    assert "a.org: 14 documents, 1 rule drafted" in result.stderr


def test_sources_may_be_urls_and_packages_that_lack_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = run("rules", "suggest", "nowhere://bucket/a.jsonl")
    assert result.exit_code == 2
    assert result.stderr.startswith("cleaner: nowhere://bucket/a.jsonl")
    (tmp_path / "a.parquet").write_bytes(b"PAR1")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    result = run("rules", "suggest", tmp_path)
    assert result.exit_code == 2 and "pip install '.[formats]'" in result.stderr


def test_sources_may_be_on_other_file_systems(tmp_path: Path) -> None:
    pytest.importorskip("upath")
    (tmp_path / "rows.jsonl").write_text(rows_without_usual_names(6))
    result = run("rules", "suggest", f"file://{tmp_path}/rows.jsonl", *COLUMNS)
    assert "site: a.org" in result.stdout, result.output


def test_a_draft_names_a_schema_that_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    said = run("rules", "new", "a.org", "--write", "mine/a.org.yaml").stderr
    assert "for editors: cleaner rules schema > mine/schema.json" in said
    first = "# yaml-language-server: $schema="
    assert Path("mine/a.org.yaml").read_text().startswith(f"{first}schema.json\n")
    Path("rules/sites").mkdir(parents=True)
    Path("schema.json").write_text('{"title": "Another"}')
    Path("rules/schema.json").write_text(run("rules", "schema").stdout)
    for target, path in (("b.org.yaml", "rules/schema.json"),
                         ("rules/sites/b.org.yaml", "../schema.json"),
                         ("mine/deep/b.org.yaml", "../../rules/schema.json")):  # fmt: skip
        result = run("rules", "new", "b.org", "--write", target)
        assert "for editors" not in result.stderr
        assert Path(target).read_text().startswith(f"{first}{path}\n")
        assert (Path(target).parent / path).is_file()
    again = run("rules", "new", "b.org", "--write", "b.org.yaml")
    assert again.exit_code == 1 and "b.org.yaml exists; remove it" in again.stderr


def test_drafts_are_the_same_whatever_the_seed_of_hashes(tmp_path: Path) -> None:
    for n in range(6):
        text = article(n, f"Board Digs Channel {n}", ("By Ann Smith", "Words by Bo Li")[n % 2],
                       "March 3, 2016", "Region: North", "BODY", "Related: A #")  # fmt: skip
        (tmp_path / f"{n}.txt").write_text(text)
    for command in (["new", "example.org", tmp_path], ["suggest", tmp_path, "--site", "a.org"]):
        drafts = {
            subprocess.run(
                [sys.executable, "-m", "cleaner", "rules", *map(str, command)],
                env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True,
            ).stdout
            for seed in ("0", "1", "2", "3")
        }  # fmt: skip
        assert len(drafts) == 1
