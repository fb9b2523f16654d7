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


def test_suggest_without_a_draft_is_a_failure(tmp_path: Path) -> None:
    for n in range(6):
        (tmp_path / f"{n}.txt").write_text(article(n))
    result = run("rules", "suggest", tmp_path, "--site", "example.org")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "nothing drafted: no line repeats" in result.stderr
    few = run("rules", "suggest", tmp_path / "0.txt", "--site", "example.org")
    assert few.exit_code == 1 and "(5 are needed): example.org (1)" in few.stderr


def test_suggest_names_few_of_many_sites(tmp_path: Path) -> None:
    rows = [{"url": f"https://s{n}.org/", "text": article(n)} for n in range(30)]
    source = b"\n".join(map(orjson.dumps, rows))
    said = run("rules", "suggest", "-", stdin=source).stderr
    assert "s0.org (1)" in said and " and 25 more" in said
    none = run("rules", "suggest", "-", "--site", "t.org", stdin=source)
    assert none.exit_code == 2 and "no document is of t.org; sites found: s0.org" in none.stderr


def test_suggest_finds_the_urls_of_cleaned_texts(tmp_path: Path) -> None:
    source = tmp_path / "raw"
    source.mkdir()
    for n in range(6):
        head = f"---\nurl: https://www.example.org/{n}\n---\n"
        (source / f"{n}.md").write_text(head + article(n, "BODY", "Buy our premium access"))
    out = tmp_path / "out"
    assert run("clean", source, "-o", out, "--no-classifier").exit_code == 0
    drafted = run("rules", "suggest", out, "--site", "https://www.example.org/")
    assert drafted.exit_code == 0, drafted.output
    assert "site: example.org" in drafted.stdout and "skipped" not in drafted.stderr
