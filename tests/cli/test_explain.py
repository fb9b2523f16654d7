"""`cleaner explain`, as a user runs it."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from cleaner import Cleaner, Document
from cleaner.cli.explain import show
from cleaner.document import Removal, explain
from tests.cli.test_cli import DIRTY
from tests.cli.test_cli import cleaner as run
from tests.helpers.poison import Poisonable
from tests.helpers.texts import MORE, PROSE


def test_explain_shows_text_rules_and_metadata(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(DIRTY + "\n\x1b[31mred [bold]x[/bold]\n")
    result = run("explain", tmp_path / "a.txt", "--url", "https://example.org/1")
    assert result.exit_code == 0
    assert "Share on Facebook [en/share]" in result.stdout
    assert "www" not in result.stdout and "example.org" in result.stdout
    assert "\x1b[31mred" not in result.stdout
    assert "[bold]x[/bold]" in result.stdout
    assert "ok: 1 removal," in result.stdout


def test_explain_colours_in_a_terminal(cleaner: Cleaner) -> None:
    out = StringIO()
    show(cleaner.explain(Document("1", DIRTY)), Console(file=out, force_terminal=True))
    assert "\x1b[9;31mShare on Facebook\x1b[0m" in out.getvalue()


PAGE = f"<html><body><article><p>{PROSE}</p><p>{MORE}</p></article></body></html>"


@pytest.fixture
def corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    rows = [{"id": "a", "text": "One."}, {"id": 17, "text": "Two.\n\nShare on X"}, {"id": "b"}]
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    Path("x.jsonl").write_text(lines)
    Path("folder").mkdir()
    Path("folder/a.html.gz").write_bytes(gzip.compress(PAGE.encode()))
    Path("folder/b.txt").write_text("Three.")
    Path("none.pdf").write_text("x")
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "first"),
    [
        (("x.jsonl", "--id", "17"), "Two."),
        (("-", "--id", "17"), "Two."),
        (("folder", "--id", "b.txt"), "Three."),
        (("folder/a.html.gz",), PROSE),
        ((".", "--id", "17", "--url", "https://example.org/17"), "Two."),
    ],
)
def test_one_of_all_that_clean_reads(corpus: Path, arguments: tuple[str, ...], first: str) -> None:
    result = run("explain", *arguments, stdin=(corpus / "x.jsonl").read_bytes())
    assert result.exit_code == 0, result.output
    assert result.stdout.split("\n")[0] == first
    assert ("example.org" in result.stdout) == ("--url" in arguments)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("x.jsonl",), 2, "x.jsonl: has several documents; choose one with --id ID"),
        (("folder",), 2, "folder: has several documents; choose one with --id ID"),
        (("x.jsonl", "--id", "18"), 2, "x.jsonl: no document has the id 18"),
        (("x.jsonl", "--id", "b"), 1, "x.jsonl:3: no text"),
        (("-",), 2, "-: add --as FORMAT to read one document, or choose one with --id ID"),
        (("-", "--as", "text", "--id", "a"), 2, "--as reads one document; remove --id"),
        (("nowhere.txt",), 2, "no such file or folder: nowhere.txt"),
        (("none.pdf",), 2, "none.pdf: not a supported kind of file"),
        (("folder/b.txt", "--timeout", "inf"), 2, "timeout=inf"),
        (
            ("folder/b.txt", "--extractor", "other"),
            2,
            "'other' is not one of 'page'",
        ),
    ],
)
def test_what_is_no_document_is_said_clearly(
    corpus: Path, arguments: tuple[str, ...], code: int, words: str
) -> None:
    result = run("explain", *arguments)
    assert result.exit_code == code
    assert words in result.output and "Traceback" not in result.output


def test_a_document_has_a_deadline(
    cleaner: Cleaner, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    poisonable = Poisonable(cleaner)
    monkeypatch.setattr(Cleaner, "clean_batch", lambda _, batch: poisonable.clean_batch(batch))
    (corpus / "y.jsonl").write_text('{"id": "1", "text": "poison hang"}')
    result = run("explain", "y.jsonl", "--id", "1", "--timeout", "0.5")
    assert result.exit_code == 1
    assert "note: took more than 0.5 seconds" in result.stdout


def test_trafilatura_alone_may_be_asked(corpus: Path) -> None:
    judged = run("explain", "folder/a.html.gz")
    alone = run("explain", "folder/a.html.gz", "--extractor", "trafilatura")
    assert "trafilatura [agrees with resiliparse" in judged.stdout
    assert "trafilatura" in alone.stdout and "resiliparse" not in alone.stdout


def test_a_rule_that_a_guard_stopped_is_named(corpus: Path) -> None:
    Path("own.yaml").write_text(
        "pack: own\nrules:\n  - {kind: ad, id: letter, at: tail, line: Our letter *}\n"
        "  - {kind: ad, id: fair, line: The fair *, words: 3}\n"
    )
    text = f"Our letter to [bold]all[/bold]\n\nThe fair of the pier\n\n{PROSE}"
    Path("a.txt").write_text(text)
    result = run("explain", "a.txt", "--no-bundled", "--rules", "own.yaml", "--no-classifier")
    assert result.stdout.split("\n")[-4:-1] == [
        "near-miss: Our letter to [bold]all[/bold] [own/letter; at: tail]",
        "near-miss: The fair of the pier [own/fair; 5 words; words: 3]",
        f"ok: 0 removals, 0 of {len(text)} characters (0.0%); site files: none",
    ]


def test_the_table_shows_what_looks_like_markup_as_it_is(
    corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    Path("own.yaml").write_text(
        "site: example.org\nhtml:\n  prune: [\"//p[@id='ad']\", \"//p[@id='b' or @class='x']\"]\n"
    )
    page = f"<article><p>{PROSE}</p><p id=ad>An :smile: ad</p><p id=b>[/b]</p></article>"
    Path("a.html").write_text(page)
    url = "https://example.org/[red]"
    result = run("explain", "a.html", "--no-bundled", "--rules", "own.yaml", "--url", url)
    assert result.exit_code == 0, result.output
    for words in ("//p[@id='ad']", "//p[@id='b' or @class='x']", "[/b]", "An :smile: ad", url):
        assert words in result.stdout, result.stdout


def test_a_note_cannot_steer_the_terminal(cleaner: Cleaner) -> None:
    out = StringIO()
    explained = cleaner.explain(DIRTY)
    done = replace(explained.result, notes=("declared \x1b[31m[red]x",))
    show(replace(explained, result=done), Console(file=out))
    assert "note: declared \ufffd[31m[red]x" in out.getvalue()


def test_a_url_stays_on_one_line(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    url = f"https://example.org/{'long-' * 30}"
    shown = run("explain", "folder/b.txt", "--url", url).stdout
    assert f" {url} [input]\n" in shown


def test_white_space_that_a_removal_changed_is_visible(cleaner: Cleaner) -> None:
    out = StringIO()
    done = cleaner.clean(f"{PROSE}\n\n{MORE}")
    gap = Removal("cleaner/normalize", "markup", len(PROSE), len(PROSE) + 2, "\n\n", put="\n")
    show(explain(replace(done, removals=(gap,)), ()), Console(file=out, width=1000))
    assert f"{PROSE}\n\n [cleaner/normalize: '\\n\\n' -> '\\n']{MORE}" in out.getvalue()


def test_the_reason_of_the_block_classifier_is_its_probability(cleaner: Cleaner) -> None:
    out = StringIO()
    explained = cleaner.explain(PROSE)
    removal = Removal("cleaner/page", "layout", 0, 3, PROSE[:3], score=0.93)
    result = replace(explained.result, removals=(removal,))
    show(explain(result, ()), Console(file=out, width=1000))
    assert f"{PROSE[:3]} [cleaner/page 0.93 layout]" in out.getvalue()
