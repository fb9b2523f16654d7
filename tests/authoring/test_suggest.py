"""`cleaner rules suggest` drafts one file per site, which check and test accept."""

from pathlib import Path

import orjson

from tests.helpers.suggest_command import run
from tests.helpers.texts import article


def test_suggest_drafts_a_file_that_check_and_test_accept(tmp_path: Path) -> None:
    for n in range(8):
        text = article(n, "By Ann Smith", "BODY", "Become a Friend of Example News", "Related: A #")
        (tmp_path / f"{n}.txt").write_text(text)
    out = tmp_path / "rules" / "example.org.yaml"
    result = run("rules", "suggest", tmp_path, "--site", "example.org", "--write", out)
    assert result.exit_code == 0, result.output
    assert "8 documents" in result.stderr
    assert "Become a Friend of Example News" in out.read_text()
    assert run("rules", "test", out).exit_code == 0
    assert run("rules", "check", out).exit_code == 0
    again = run("rules", "suggest", tmp_path, "--site", "example.org", "--write", out)
    assert again.exit_code == 1 and "exists" in again.stderr
    rules = ("--rules", tmp_path / "rules")
    cleaned = run("clean", tmp_path / "0.txt", *rules, "--url", "https://example.org/0").stdout
    assert "Friend" not in cleaned and cleaned.count(".") == 4


def test_suggest_separates_sites_and_reports_those_with_too_few_documents(tmp_path: Path) -> None:
    rows = [
        {"url": f"https://www.{site}/{n}", "text": article(n, "BODY", "Buy our premium access")}
        for site, many in (("a.org", 6), ("b.org", 2))
        for n in range(many)
    ]
    source = b"\n".join(map(orjson.dumps, rows))
    result = run("rules", "suggest", "-", stdin=source)
    assert "site: a.org" in result.stdout and "b.org" not in result.stdout
    assert "too few distinct documents (5 are needed): b.org (2)" in result.stderr


def test_suggest_finds_nodes_of_pages(tmp_path: Path) -> None:
    for n in range(6):
        body = "".join(f"<p>{row}</p>" for row in article(n).split("\n"))
        (tmp_path / f"{n}.html").write_text(
            f"<html><head><link rel=canonical href='https://example.org/{n}'></head><body><article>"
            f"<h1>Title {n}</h1>{body}<div class='plea css-9x8y7z'><p>Become a Friend of"
            f" Example News, and support our work today.</p></div></article></body></html>"
        )
    result = run("rules", "suggest", tmp_path)
    assert "    - '.plea'" in result.stdout, result.output
    assert "css-9x8y7z" not in result.stdout


def test_suggest_needs_to_know_the_site(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(article(1))
    result = run("rules", "suggest", tmp_path)
    assert result.exit_code == 2
    assert "add --site HOST" in result.stderr
