"""Hostile content does no harm: it ends in a status, in bounded memory, and runs nothing."""

import csv
import json
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml.html import document_fromstring

from cleaner.corpus.read import read_page
from cleaner.corpus.run import clean_corpus
from cleaner.document import Document, Format, Status
from cleaner.pipeline import Cleaner
from cleaner.rules.ruleset import compile_rules
from cleaner.rules.selectors import select
from cleaner.workers.limits import Limits
from cleaner.workers.pool import Pool
from tests.helpers import hostile_files as made
from tests.helpers.archives import http, response
from tests.helpers.hostile_files import (
    TEXT,
    gzip_bomb,
    page,
    rows,
    run,
    run_in_bounds,
    zstd_bomb,
)
from tests.helpers.texts import PROSE

pytestmark = pytest.mark.slow

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="RLIMIT_AS is kept on Linux alone")
POSIX = pytest.mark.skipif(os.name != "posix", reason="names and links as on POSIX")
TOO_LARGE = ("not read", "larger", "limit", "more than")


# --- size -------------------------------------------------------------------------------------


@LINUX
def test_bombs_in_files_of_many_records_are_quarantined_in_bounded_memory(raw: Path) -> None:
    (raw / "a.jsonl.gz").write_bytes(gzip_bomb(b'{"text": "'))
    (raw / "b.jsonl.zst").write_bytes(zstd_bomb(b'{"text": "'))
    (raw / "c.warc.gz").write_bytes(made.warc_bomb())
    for coding, bomb in (("gzip", gzip_bomb), ("zstd", zstd_bomb)):
        block = http(bomb(b"<html>"), f"Content-Encoding: {coding}")
        (raw / f"d.{coding}.warc").write_bytes(response(1, block))
    assert all(path.stat().st_size < 2_000_000 for path in raw.iterdir())
    names = [path.name for path in sorted(raw.iterdir())]
    bad = run_in_bounds(raw)
    assert [b["source"] for b in bad] == names
    assert all("bytes" in b["message"] and "not read" in b["message"] for b in bad)


@LINUX
@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("a.html.gz", gzip_bomb),
        ("a.txt.zst", zstd_bomb),
        ("a.csv.gz", gzip_bomb),
    ],
)
def test_a_bomb_is_quarantined_in_bounded_memory(
    raw: Path, name: str, make: Callable[[bytes], bytes]
) -> None:
    (raw / name).write_bytes(make(b"id,text\n1,"))
    (bad,) = run_in_bounds(raw)
    assert bad["source"] == name
    assert any(word in bad["message"] for word in TOO_LARGE), bad["message"]


@LINUX
def test_lines_of_a_hundred_megabytes_are_passed_over(raw: Path) -> None:
    starts = {"a.csv": (b"id,text\n1,", b"\n2,"), "b.jsonl": (b'{"text": "', b'"}\n{"text": "')}
    for name, (head, tail) in starts.items():
        with (raw / name).open("wb") as out:
            out.write(head)
            for _ in range(100):
                out.write(b"a" * 1_000_000)
            out.write(tail + PROSE.replace(",", ";").encode())
            out.write(b'"}\n' if name == "b.jsonl" else b"\n")
    assert [b["source"] for b in run_in_bounds(raw, 2**30)] == ["a.csv", "b.jsonl"]
    assert [len(rows(raw.parent / "out" / name)) for name in ("a.jsonl", "b.jsonl")] == [1, 1]


@LINUX
def test_a_file_larger_than_memory_is_read_in_pieces(raw: Path) -> None:
    with (raw / "a.jsonl").open("wb") as out:
        out.truncate(made.SPACE + 2**26)  # a hole: it takes no room on the disk
    (bad,) = run_in_bounds(raw)
    assert "not read" in bad["message"]


@LINUX
def test_a_link_to_an_endless_device_is_not_read(raw: Path) -> None:
    (raw / "a.txt").symlink_to("/dev/zero")
    assert len(run_in_bounds(raw)) <= 1


# --- shapes -----------------------------------------------------------------------------------


def test_every_shape_ends_in_a_status_and_no_other_document_suffers(packs: Cleaner) -> None:
    """What takes longer than it may is a timeout; nothing is one for its neighbour's sake."""
    documents = [Document(name, *shape) for name, shape in made.SHAPES.items()]
    good = [Document(str(n), TEXT) for n in range(5)]
    packs.clean_batch([good[0], Document("", page(), Format.HTML)])
    with Pool(packs, 2, Limits(timeout=5)) as pool:
        done = list(pool.map([*documents, *good]))
    assert [d.document.id for d in done] == [*made.SHAPES, *"01234"]
    status = {d.document.id: d.status for d in done}
    assert {status[str(n)] for n in range(5)} == {Status.OK}
    assert status["quotes"] is status["json-ld"] is Status.OK
    assert all(d.message for d in done if d.status is not Status.OK)


LD = '<script type="application/ld+json">{"@type": "Article", "author": "A \\ud800"}</script>'
HARMFUL_ROWS = [
    (f'{{"id": "\\ud800", "text": "{PROSE}"}}', 0),
    (f'{{"title": "\\ud800", "text": "{PROSE}"}}', 0),
    (json.dumps({"html": page(LD)}), 0),
    ('{"metadata": {"sites": 5}, "text": "a"}', 0),
    (json.dumps({"text": TEXT, "rights_year": "9" * 30}), 0),
    ('{"x": %s, "text": "a"}' % ("[" * 900 + "]" * 900), 1),
]  # fmt: skip


def test_rows_of_any_shape_end_in_a_status(packs: Cleaner, raw: Path) -> None:
    (raw / "a.jsonl").write_text("\n".join(made.HARMLESS_ROWS))
    statistics = run(packs, raw)
    assert statistics.read == len(made.HARMLESS_ROWS) + 1
    assert all(b["message"] for b in made.quarantine(raw.parent / "out"))
    with Pool(packs, 1) as pool:
        again = clean_corpus(packs, [raw], raw.parent / "other", engine=pool.map)
    assert again.record() == statistics.record()


@pytest.mark.parametrize(("row", "workers"), HARMFUL_ROWS)
def test_a_row_does_not_end_the_run(packs: Cleaner, raw: Path, row: str, workers: int) -> None:
    (raw / "a.jsonl").write_text(row)
    assert run(packs, raw, workers).read == 2


def test_front_matter_that_is_nested_deep_stays_text() -> None:
    for head in ("x: " + "[" * 10_000, "x: " + "{a: " * 10_000, "x: &a [x]\ny: [*a, *a]"):
        body = f"---\n{head}\n---\n{TEXT}\n".encode()
        found = read_page(body, "a.md", Format.MARKDOWN)
        assert (found.body, found.metadata) == (body, {})


# --- rule files -------------------------------------------------------------------------------

GOOD = b"site: good.org\nrules:\n  - kind: ad\n    line: Advert of the day\n"


@pytest.mark.parametrize(("text", "place", "words"), made.RULE_FILES)
def test_a_hostile_rule_file_is_a_problem_with_its_place(
    text: str, place: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    loaded = compile_rules([("rules/a.yaml", text.encode()), ("rules/z.yaml", GOOD)])
    assert [file.key for file in loaded.files] == ["good.org"]
    said = str(loaded.problems[0])
    assert said.startswith(f"rules/a.yaml:{place}:") and words in said
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("template", [*made.COSTLY, *made.TOO_COSTLY])
def test_a_costly_template_is_a_problem_or_matches_in_linear_time(template: str) -> None:
    """It never takes the other files, or the documents, with it."""
    loaded = compile_rules([("a.yaml", f"{made.RULE}{template}\n".encode()), ("z.yaml", GOOD)])
    assert loaded.files[-1].key == "good.org"
    hostile = f"{'a' * 20_000}!\n{PROSE}\nAdvert of the day"
    done = Cleaner(loaded).clean(Document("1", hostile, sites=("good.org",)))
    assert (done.status, done.message) == (Status.OK, None)
    assert "Advert" not in (done.text or "") and PROSE in (done.text or "")


# --- nothing runs, nothing is fetched ---------------------------------------------------------


@pytest.fixture
def attempts(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    return made.forbid_fetching(monkeypatch)


def test_pages_fetch_nothing_and_show_no_file(
    packs: Cleaner, raw: Path, attempts: list[str]
) -> None:
    secret = raw.parent / "secret"
    secret.write_text("The word is quillwort.")
    pages = made.hostile_pages(secret.as_uri())
    for name, text in pages.items():
        (raw / name).write_text(text)
    statistics = run(packs, raw)
    out = raw.parent / "out"
    assert (statistics.written, attempts) == (len(pages) + 1, [])
    assert all(PROSE in (out / name).with_suffix(".txt").read_text() for name in pages)
    assert not any(b"quillwort" in p.read_bytes() for p in out.rglob("*") if p.is_file())


def test_selectors_of_a_rule_file_read_no_file(tmp_path: Path, attempts: list[str]) -> None:
    (tmp_path / "secret.xml").write_text("<x>The word is quillwort.</x>")
    url = (tmp_path / "secret.xml").as_uri()
    rules = f"site: a.org\nhtml: {{title: [\"//h1[document('{url}')]\"]}}\n"
    loaded = compile_rules([("a.yaml", rules.encode())])
    (problem,) = loaded.problems
    assert "no function document()" in problem.message
    tree = document_fromstring(page())
    assert (select(tree, f"//h1[document('{url}')]"), attempts) == ([], [])


def test_cells_that_look_like_formulas_are_plain_text(
    packs: Cleaner, raw: Path, attempts: list[str]
) -> None:
    cells = ["=cmd|'/C calc'!A0", "+1", "@SUM(1+1)*cmd|'/C calc'!A0", "-2+3", '=HYPERLINK("x")']
    with (raw / "a.csv").open("w", newline="") as file:
        csv.writer(file).writerows([["id", "text"], *([cell, cell] for cell in cells)])
    run(packs, raw)
    found = rows(raw.parent / "out" / "a.jsonl")
    assert [(r["id"], r["text"]) for r in found] == [(cell, cell) for cell in cells]
    assert attempts == []


def test_every_promise_names_its_tests() -> None:
    root = Path(__file__).parents[2]
    table = [row for row in (root / "SECURITY.md").read_text().splitlines() if "| `test_" in row]
    own = sorted((root / "tests/security").glob("test_*.py"))
    assert len(table) > 10
    for row in table:
        files = [*own, *(root / name for name in re.findall(r"tests/\w+/\w+\.py", row))]
        text = "".join(file.read_text() for file in files)
        for name in re.findall(r"`(test_\w+)`", row):
            assert f"def {name}(" in text, name
