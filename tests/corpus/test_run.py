"""Complete runs: their outputs and statistics; a second run writes the same bytes."""

from pathlib import Path
from typing import Any

import orjson
import pytest

from cleaner.corpus.inputs import Input
from cleaner.corpus.output_folder import OutputFolder
from cleaner.corpus.outputs import output_names
from cleaner.corpus.run import clean_corpus
from cleaner.corpus.statistics import LostRecordsError, RunStatistics
from cleaner.pipeline import Cleaner
from tests.helpers.texts import MORE, PROSE

LINES = [
    b'{"id": "1", "text": "' + PROSE.encode() + b'\\nShare on Facebook"}',
    b'{"id": "../../x", "text": "' + MORE.encode() + b'"}',
    b'{"id": "3", "text": ""}',
    b"no json",
]


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    (folder / "news").mkdir(parents=True)
    (folder / "news" / "a.txt").write_text(f"{PROSE}\n\nAdvertisement\n\n{MORE}\n")
    (folder / "news" / "a.md").write_text(f"# Harbour\n\n{PROSE}\n")
    (folder / "latin.txt").write_bytes("Die Fähre fährt täglich um zwölf. ".encode("cp1252") * 5)
    (folder / "binary.txt").write_bytes(b"\0\1\2")
    (folder / "empty.html").write_bytes(b"")
    (folder / "many.jsonl").write_bytes(b"\n".join(LINES))
    return folder


def files(folder: Path) -> dict[str, bytes]:
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()
    }


def rows(path: Path) -> list[Any]:
    return [orjson.loads(line) for line in path.read_bytes().splitlines()]


def test_a_run_mirrors_its_input_and_accounts_for_all(cleaner: Cleaner, corpus: Path) -> None:
    out = corpus.parent / "out"
    statistics = clean_corpus(cleaner, [corpus], out)
    assert set(files(out)) == {
        "_run/journal/00000000.part", "_run/journal/identity.json",
        "_run/lock", "_run/outputs.jsonl", "_run/state.json", "_run/manifest.json",
        "_run/insertions.jsonl", "_run/quarantine.jsonl", "_run/removals.jsonl",
        "_run/rights-summary.json", "_run/rights.jsonl", "_run/set-aside.jsonl", "latin.json",
        "latin.txt", "many.jsonl", "many.metadata.jsonl", "news/a.json", "news/a.txt",
        "news/a.txt.json", "news/a.txt.txt",
    }  # fmt: skip
    assert (statistics.read, statistics.written) == (9, 5)
    assert statistics.quarantined == {"decode": 2, "empty": 2}
    assert (out / "news/a.txt.txt").read_text() == f"{PROSE}\n\n{MORE}\n"
    texts, metadata = rows(out / "many.jsonl"), rows(out / "many.metadata.jsonl")
    assert [t["id"] for t in texts] == [m["id"] for m in metadata] == ["1", "../../x"]
    assert texts[0]["text"] == PROSE
    assert texts[0]["added"] is None
    quarantine = rows(out / "_run/quarantine.jsonl")
    assert [q["status"] for q in quarantine] == ["decode", "empty", "empty", "decode"]
    assert quarantine[-1]["input"] == "no json"
    removals = rows(out / "_run/removals.jsonl")
    assert [(r["id"], r["rule"]) for r in removals] == [("1", "en/share"), ("news/a.txt", "en/ad")]
    manifest = orjson.loads((out / "_run/manifest.json").read_bytes())
    assert manifest["statistics"]["read"] == 9
    assert manifest["rules_version"] == cleaner.rules.version


def test_a_second_run_gives_the_same_bytes(cleaner: Cleaner, corpus: Path) -> None:
    out = corpus.parent / "out"
    clean_corpus(cleaner, [corpus], out)
    first = files(out)
    clean_corpus(cleaner, [corpus], out)
    assert files(out) == first
    clean_corpus(cleaner, [corpus], corpus.parent / "other")
    assert files(corpus.parent / "other") == first


def test_an_output_folder_inside_the_corpus_is_not_read(cleaner: Cleaner, corpus: Path) -> None:
    out = corpus / "clean"
    first = clean_corpus(cleaner, [corpus], out)
    assert clean_corpus(cleaner, [corpus], out) == first


def test_what_an_earlier_run_wrote_and_this_one_did_not_goes(
    cleaner: Cleaner, corpus: Path
) -> None:
    out = corpus.parent / "out"
    clean_corpus(cleaner, [corpus], out)
    (out / "mine.txt").write_text("not from a run")
    (corpus / "latin.txt").unlink()
    clean_corpus(cleaner, [corpus], out)
    assert not (out / "latin.txt").exists()
    assert (out / "mine.txt").exists()


def test_clean_text_cleaned_again_is_the_same(cleaner: Cleaner, corpus: Path) -> None:
    out, again = corpus.parent / "out", corpus.parent / "again"
    clean_corpus(cleaner, [corpus / "many.jsonl"], out)
    clean_corpus(cleaner, [out / "many.jsonl"], again)
    assert [r["text"] for r in rows(again / "many.jsonl")] == [
        r["text"] for r in rows(out / "many.jsonl")
    ]
    assert rows(again / "_run/removals.jsonl") == []


def test_no_two_inputs_write_one_output() -> None:
    names = ["a.html", "a.txt", "a.md", "a.txt", "x.jsonl", "x.metadata.jsonl", "_run/manifest.txt"]
    pairs = output_names(Input(Path(n), n) for n in names)
    flat = [name for pair in pairs for name in pair]
    assert len(set(flat)) == len(flat)
    assert not any(name.startswith("_run/") for name in flat)


@pytest.mark.parametrize("name", ["../x", "/etc/x", "a/../../x", "a/..", "", "a\\..\\x", "a\0b"])
def test_no_name_leads_out_of_the_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="would be written outside"):
        OutputFolder(tmp_path / "out").path(name)


def test_a_link_in_the_folder_does_not_lead_out(tmp_path: Path) -> None:
    folder = OutputFolder(tmp_path / "out")
    (tmp_path / "out" / "away").symlink_to(tmp_path)
    with pytest.raises(ValueError, match="would be written outside"):
        folder.path("away/x.txt")


def test_a_lost_record_is_noticed() -> None:
    statistics = RunStatistics(read=2, written=1)
    with pytest.raises(LostRecordsError, match="2 records read, but 1 accounted for"):
        statistics.check()


def test_nothing_to_clean_is_said(cleaner: Cleaner, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    with pytest.raises(ValueError, match="nothing to clean"):
        clean_corpus(cleaner, [tmp_path / "in"], tmp_path / "out")
    assert not (tmp_path / "out").exists()
