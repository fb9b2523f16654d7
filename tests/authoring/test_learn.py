"""Rules learned from a corpus: every site, the same files in any order, copies counted once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner import Cleaner, Document, Format
from cleaner.authoring.learn import certain, learn
from cleaner.authoring.sampling import (
    MAX_TEXT_CHARS,
    MORE_TEXTS,
    SITE_TEXTS,
    RepeatedLines,
    Smallest,
    sample_corpus,
)
from cleaner.authoring.yaml_drafts import draft_yaml
from tests.cli.test_cli import cleaner as run
from tests.helpers.texts import article

FOOT = "The Harwick Ledger is printed on the quay and delivered by boat every second Friday"
NOTICE = "Read more stories from the Harwick Ledger: click here"


def documents(host: str, count: int, *around: str) -> list[Document]:
    return [
        Document(f"{host}/{n}", article(n, *around), url=f"https://www.{host}/{n}")
        for n in range(count)
    ]


def drafts(records: Sequence[Document], minimum: int = 5) -> dict[str, str]:
    cleaner = Cleaner.load(bundled=False, classifier=False)
    with sample_corpus(lambda: records, cleaner, minimum, workers=0) as samples:
        return {d.host: draft_yaml(d) for d in learn(samples.found) if certain(d)}


def test_each_site_learns_its_own_lines() -> None:
    found = drafts(
        [*documents("ledger.example", 8, "BODY", NOTICE, FOOT), *documents("b.example", 8, "BODY")]
    )
    assert list(found) == ["ledger.example"]
    assert NOTICE in found["ledger.example"].split("# Doubtful")[0]


def test_the_order_of_the_corpus_does_not_matter_and_copies_count_once() -> None:
    records = documents("ledger.example", 60, "BODY", NOTICE, FOOT)
    assert drafts(records) == drafts([*reversed(records), *records])


def test_from_few_documents_only_lines_are_learned_that_the_classifier_suspects() -> None:
    few = documents("ledger.example", 3, "BODY", NOTICE, FOOT, "They met again")
    assert drafts([*few[:1], *few[:1], *few[:1]]) == {}
    for records in (few, few[:2]):
        found = drafts(records)["ledger.example"]
        assert NOTICE in found
        assert "They met again" not in found
    assert FOOT in drafts(documents("ledger.example", 8, "BODY", NOTICE, FOOT))["ledger.example"]


def test_documents_without_a_site_are_pooled_by_language() -> None:
    records = [
        replace(d, url=None)
        for d in documents("ledger.example", 8, "BODY", NOTICE, "They met again")
    ]
    found = drafts(records)
    assert list(found) == ["learned-en"]
    assert "pack: learned-en" in found["learned-en"]
    assert NOTICE in found["learned-en"]
    assert "They met again" not in found["learned-en"]


def test_a_sample_is_of_bounded_size() -> None:
    long = [
        Document(str(n), " ".join([article(n)] * 300), url="https://a.example/")
        for n in range(SITE_TEXTS + MORE_TEXTS + 20)
    ]
    cleaner = Cleaner.load(bundled=False, classifier=False)
    with sample_corpus(lambda: long, cleaner, 5, workers=0) as samples:
        texts = next(s for s in samples.found if s.name == "a.example").texts()
    assert SITE_TEXTS <= len(texts) <= SITE_TEXTS + MORE_TEXTS
    assert max(map(len, texts)) <= MAX_TEXT_CHARS + 1


def test_documents_with_repeated_lines_that_the_sample_lacks_are_found() -> None:
    lines = RepeatedLines()
    for n in range(10):
        lines.add("a.example", {"in all", f"only in {n}", "odd" if n % 2 else "even"}, n)
    assert lines.documents({"a.example": {0, 1, 2}}) == {
        "a.example": {0: 1, 2: 1, 4: 1, 1: 1, 3: 1, 5: 1}
    }
    assert lines.documents({"a.example": {*range(6)}}) == {}


def test_the_number_of_lines_is_bounded_and_repeated_ones_stay(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("cleaner.authoring.sampling.MAX_LINES", 20)
    lines = RepeatedLines()
    for n in range(50):
        lines.add("a.example", {f"only in {n}", f"also only in {n}", "in all"}, n)
    assert lines.documents({}) == {"a.example": {0: 1, 1: 1, 2: 1}}
    for n in range(3):
        for k in range(30):  # more lines of three documents than there is room for
            lines.add(f"{k}.example", {"in all"}, n)
    assert len(lines.documents({})) <= 21


@pytest.mark.parametrize("name", ["corpus.jsonl.gz", "a.parquet", "B.TXT", "x.warc.gz"])
def test_a_file_is_no_site(name: str) -> None:
    records = [replace(d, url=None, source=name) for d in documents("a.example", 8, NOTICE)]
    assert list(drafts(records)) == ["learned-en"]


@given(st.lists(st.integers(min_value=0)), st.integers(min_value=1, max_value=5))
def test_the_smallest_numbers_are_kept_once(numbers: list[int], size: int) -> None:
    smallest = Smallest(size)
    for number in numbers:
        smallest.add(number)
    assert smallest.numbers == set(sorted(set(numbers))[:size])


def corpus(path: Path, count: int = 8) -> Path:
    rows: list[dict[str, Any]] = [
        {"id": d.id, "text": d.body, "url": d.url}
        for d in documents("ledger.example", count, "BODY", NOTICE, FOOT)
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def test_a_run_learns_and_cleans_in_one_go(tmp_path: Path) -> None:
    source, out = corpus(tmp_path / "a.jsonl"), tmp_path / "out"
    options: list[str | Path] = ["--learn", "--no-classifier", "--workers", "0", "-o", out]
    result = run("clean", source, *options)
    assert result.exit_code == 0, result.stderr
    assert "learned " in result.stderr
    learned = (out / "_run" / "learned" / "ledger.example.yaml").read_text()
    assert "# Learned from 8 documents" in learned
    texts = [json.loads(line)["text"] for line in (out / "a.jsonl").read_text().splitlines()]
    assert len(texts) == 8
    assert not any(NOTICE in text for text in texts)
    again = run("clean", source, *options)
    assert "nothing has changed" in again.stderr
    assert (out / "_run" / "learned" / "ledger.example.yaml").read_text() == learned


def test_a_run_forgets_what_does_not_repeat_any_more(tmp_path: Path) -> None:
    source, out = corpus(tmp_path / "a.jsonl"), tmp_path / "out"
    options: list[str | Path] = ["--learn", "--workers", "0", "-o", out]
    run("clean", source, *options)
    assert list((out / "_run" / "learned").iterdir())
    result = run("clean", corpus(source, 1), *options)
    assert "learned 0 rules for 0 of 1 site" in result.stderr
    assert not list((out / "_run" / "learned").iterdir())


def test_rule_files_are_not_replaced(tmp_path: Path) -> None:
    folder = tmp_path / "rules"
    folder.mkdir()
    text = "# Learned from 8 documents, and edited since.\nsite: ledger.example\nrules: []\n"
    (folder / "ledger.example.yaml").write_text(text)
    result = run("rules", "learn", corpus(tmp_path / "a.jsonl"), "--write", folder)
    assert result.exit_code == 2
    assert "has rule files already" in result.stderr
    assert (folder / "ledger.example.yaml").read_text() == text


@pytest.mark.parametrize("host", ["..", "a.b\0c", "a." + "b" * 300, "..\\..\\x", "a.b%2F..%2Fc"])
def test_a_host_that_cannot_name_a_file_is_no_site(host: str) -> None:
    records = [replace(d, url=f"https://{host}/1") for d in documents("x.example", 8, NOTICE)]
    good = documents("ledger.example", 8, "BODY", NOTICE, FOOT)
    assert list(drafts([*records, *good])) == ["learned-en", "ledger.example"]


@pytest.mark.parametrize("options", [["--learn", "--packs-only"], ["--learn-min", "4"]])
def test_options_that_make_no_sense_are_usage_errors(tmp_path: Path, options: list[str]) -> None:
    source = corpus(tmp_path / "a.jsonl")
    assert run("clean", source, "-o", tmp_path / "out", *options).exit_code == 2


def test_learning_needs_an_output_folder(tmp_path: Path) -> None:
    result = run("clean", corpus(tmp_path / "a.jsonl"), "--learn")
    assert result.exit_code == 2
    assert "needs an output folder" in result.stderr


def test_promoting_adds_what_the_file_of_the_site_does_not_cover(tmp_path: Path) -> None:
    learned, rules = tmp_path / "learned", tmp_path / "rules"
    run("rules", "learn", corpus(tmp_path / "a.jsonl"), "--write", learned, "--workers", "0")
    assert run("rules", "promote", learned, "--to", rules).exit_code == 0
    target = rules / "ledger.example.yaml"
    assert target.read_text() == (learned / target.name).read_text()

    target.write_text(f"site: ledger.example\nrules:\n  - {{kind: related, line: '{NOTICE}'}}\n")
    result = run("rules", "promote", learned, "--to", rules)
    assert "1 rule added" in result.stderr
    text = target.read_text()
    assert text.count(NOTICE) == 1 and text.count(FOOT) == 2  # the template and its hit
    assert run("rules", "promote", learned, "--to", rules).stderr.startswith("0 rules added")
    assert run("rules", "test", target).exit_code == 0


def test_a_link_in_the_run_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out" / "_run").mkdir(parents=True)
    (tmp_path / "out" / "_run" / "learned").symlink_to(tmp_path / "elsewhere")
    source = corpus(tmp_path / "a.jsonl")
    result = run("clean", source, "-o", tmp_path / "out", "--learn", "--workers", "0")
    assert result.exit_code == 2
    assert not list((tmp_path / "elsewhere").iterdir())


def test_nodes_of_pages_are_learned() -> None:
    box = f"<div class='pier-box'><p>{NOTICE}</p><p>{FOOT}</p></div>"
    pages = []
    for n in range(8):
        rows = [row for k in (n, n + 20, n + 40) for row in article(k).split("\n")]
        body = "".join(f"<p>{row}</p>" for row in rows)
        page = f"<html><body><article>{body}{box}</article></body></html>"
        url = f"https://ledger.example/{n}"
        pages.append(Document(str(n), page, Format.HTML, url=url))
    learned = drafts(pages)["ledger.example"]
    assert "prune:" in learned and ".pier-box" in learned
