"""License statistics, and documents set aside for their license."""

import json
from pathlib import Path

from typer.testing import CliRunner

from cleaner.cli import app
from cleaner.corpus.run import clean_corpus
from cleaner.pipeline import Cleaner
from tests.helpers.texts import article

URL = "https://creativecommons.org/licenses/by/4.0/"
LINK = f"<p>This text is licensed under <a href='{URL}'>CC BY</a></p>"


def corpus(folder: Path) -> Path:
    raw = folder / "raw"
    raw.mkdir()
    for n, link in enumerate(("", LINK, "")):
        rows = "".join(f"<p>{row}</p>" for row in article(n + 1).split("\n"))
        page = f"<html><body><article><h1>Story {n}</h1>{rows}{link}</article></body></html>"
        (raw / f"{n}.html").write_text(page)
    return raw


def rows(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_every_document_is_in_the_license_statistics(tmp_path: Path) -> None:
    out = tmp_path / "out"
    clean_corpus(Cleaner.load(packs_only=True), [corpus(tmp_path)], out)
    found = [row["license"] for row in rows(out / "_run/rights.jsonl")]
    assert found == ["NOASSERTION", "CC-BY-4.0", "NOASSERTION"]
    summary = json.loads((out / "_run/rights-summary.json").read_text())
    assert summary["all"]["licenses"] == {"CC-BY-4.0": 1, "NOASSERTION": 2}
    assert summary["all"]["noassertion_share"] == 0.6667


def test_unwanted_licenses_are_set_aside_and_counted(tmp_path: Path) -> None:
    out = tmp_path / "out"
    made = CliRunner().invoke(
        app, ["clean", str(corpus(tmp_path)), "-o", str(out), "--keep-only-license", "permissive"]
    )
    assert made.exit_code == 0, made.output
    assert sorted(p.name for p in out.glob("*.txt")) == ["1.txt"]
    aside = rows(out / "_run/set-aside.jsonl")
    assert [row["id"] for row in aside] == ["0.html", "2.html"]
    assert all(row["text"] for row in aside)
    assert "2 set aside" in made.output


def test_an_unknown_license_is_an_error_with_a_suggestion(tmp_path: Path) -> None:
    made = CliRunner().invoke(
        app, ["clean", str(corpus(tmp_path)), "-o", str(tmp_path / "o"), "--keep-only-license", "x"]
    )
    assert made.exit_code == 2
    assert "permissive" in made.output
