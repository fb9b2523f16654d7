"""Globs, URLs and links; messages about guessed columns."""

import gzip
import json
from pathlib import Path

import pytest

from cleaner.corpus import read
from cleaner.corpus.inputs import find_inputs
from cleaner.corpus.outputs import Form
from cleaner.corpus.read import Source
from cleaner.corpus.rows import Columns
from cleaner.corpus.run import clean_corpus
from cleaner.pipeline import Cleaner
from cleaner.report.collect import Collector
from tests.helpers.texts import MORE, PROSE


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    for name in ("a.txt", "b.jsonl", "sub/c.txt", "sub/deep/d.txt", "sub/.e.txt", "sub/x.pdf"):
        path = tmp_path / "raw" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"content": PROSE, "link": "https://a.org/"}))
    return tmp_path / "raw"


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("raw/*.txt", ["a.txt"]),
        ("raw/**/*.txt", ["a.txt", "sub/c.txt", "sub/deep/d.txt"]),
        ("raw/sub/*", ["c.txt"]),
        ("raw/[ab].*", ["a.txt", "b.jsonl"]),
        ("r?w/sub/**/d.txt", ["raw/sub/deep/d.txt"]),
    ],
)
def test_globs_name_files_from_their_first_folder_on(
    raw: Path, pattern: str, names: list[str]
) -> None:
    found = find_inputs([raw.parent / pattern])
    assert [item.name for item in found] == names
    assert all(item.path.is_file() for item in found)


def test_a_glob_that_matches_nothing_is_an_error(raw: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"no readable file matches .*\*\.pdf"):
        find_inputs([raw / "**/*.pdf"])


def test_a_file_with_the_signs_of_a_glob_is_itself(raw: Path) -> None:
    (raw / "[a].txt").write_text(PROSE)
    assert [item.name for item in find_inputs([raw / "[a].txt"])] == ["[a].txt"]


def test_links_out_of_a_folder_are_not_followed_and_said(raw: Path) -> None:
    (raw.parent / "outside.txt").write_text(PROSE)
    (raw / "link.txt").symlink_to(raw.parent / "outside.txt")
    (raw / "inner.txt").symlink_to(raw / "a.txt")
    said: list[str] = []
    names = [item.name for item in find_inputs([raw], say=said.append)]
    assert "inner.txt" in names and "link.txt" not in names
    assert said[0] == f"{raw / 'link.txt'} is a link out of the folder; skipped"


def test_files_of_other_kinds_are_counted(raw: Path, tmp_path: Path) -> None:
    for name in ("data.json", "sub/data.json", "README", ".hidden.json", "sub/NOTES.PDF"):
        (raw / name).write_text("x")
    said: list[str] = []
    find_inputs([raw, raw / "sub/*"], say=said.append)
    find_inputs([raw / "a.txt"], say=said.append)
    assert said == ["skipped 8 unsupported files (.pdf 4, .json 3, no extension 1)"]


def test_endings_are_known_in_capitals_too(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    raw.mkdir()
    page = f"<html><body><article><p>{PROSE}</p><p>{MORE}</p></article></body></html>"
    (raw / "INDEX.HTM").write_text(page)
    (raw / "OLD.TXT.GZ").write_bytes(gzip.compress(PROSE.encode()))
    (raw / "Many.JsonL").write_text(json.dumps({"text": PROSE}))
    assert clean_corpus(Cleaner.load(packs_only=True), [raw], tmp_path / "out").written == 3
    assert (tmp_path / "out/OLD.txt").read_text() == f"{PROSE}\n"
    assert {p.name for p in (tmp_path / "out").glob("*.*")} == {
        "INDEX.txt", "INDEX.json", "OLD.txt", "OLD.json", "Many.jsonl", "Many.metadata.jsonl"
    }  # fmt: skip


@pytest.mark.parametrize("form", [Form(), Form(dolma=True), Form("jsonl")])
def test_a_cleaned_folder_cleaned_again_has_the_same_texts(
    raw: Path, tmp_path: Path, form: Form
) -> None:
    (raw / "b.metadata.jsonl").write_text(json.dumps({"text": f"{MORE}\nAdvertisement"}))
    cleaner, once, twice = Cleaner.load(packs_only=True), tmp_path / "once", tmp_path / "twice"
    clean_corpus(cleaner, [raw], once, form=form, report=Collector(cleaner.rules))
    clean_corpus(cleaner, [once], twice)
    names = [item.name for item in find_inputs([once])]
    assert sorted(names) == [item.name for item in find_inputs([once / "**/*"])]
    assert sorted(names) == [item.name for item in find_inputs([twice])]
    assert not any(name.startswith(("_run", "dolma")) for name in names)
    (tmp_path / "dolma").mkdir()
    once.rename(
        tmp_path / "dolma/once"
    )  # a folder of that name that no run made is one like others
    found = [item.name for item in find_inputs([tmp_path / "dolma"])]
    assert found == [f"once/{name}" for name in names]
    (tmp_path / "dolma/once").rename(once)
    for name in names:
        assert texts(twice / name) == texts(once / name)
    assert clean_corpus(cleaner, [once], twice).quarantined == {}


def test_ids_that_stand_more_than_once_are_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read, "MAX_COMPARED_IDS", 6)
    said: list[str] = []
    for name, ids in (("a", "abca"), ("b", "ad}e"), ("c", "ee")):
        lines = [json.dumps({"id": id, "text": PROSE}) if id != "}" else id for id in ids]
        (tmp_path / f"{name}.jsonl").write_text("\n".join(lines))
    found = list(Source(find_inputs([tmp_path]), say=said.append).records())
    assert len(found) == 10
    assert said[1:] == ["2 of the first 6 documents have a repeated id"]
    said.clear()
    list(Source(find_inputs([tmp_path / "b.jsonl"]), say=said.append).records())
    assert len(said) == 1


def texts(path: Path) -> list[str]:
    text = path.read_text()
    return (
        [json.loads(row)["text"] for row in text.splitlines()] if "json" in path.suffix else [text]
    )


def test_urls_of_other_file_systems_are_read(tmp_path: Path) -> None:
    upath = pytest.importorskip("upath")
    bucket = upath.UPath("memory://bucket/crawl")
    (bucket / "sub").mkdir(parents=True, exist_ok=True)
    (bucket / "one.txt").write_text(PROSE)
    (bucket / "sub/two.jsonl").write_text(json.dumps({"id": "2", "text": MORE}) + "\n{")
    cleaner = Cleaner.load(packs_only=True)
    statistics = clean_corpus(cleaner, ["memory://bucket/crawl"], tmp_path / "out")
    assert (statistics.written, statistics.quarantined) == (2, {"decode": 1})
    assert (tmp_path / "out/one.txt").read_text() == f"{PROSE}\n"
    assert (tmp_path / "out/sub/two.jsonl").exists()
    found = find_inputs(["memory://bucket/crawl/**/*.jsonl"])
    assert [item.name for item in found] == ["sub/two.jsonl"]
    local = find_inputs([f"file://{tmp_path}/out/one.txt"])
    assert [item.name for item in local] == ["one.txt"]


def test_a_url_that_cannot_be_reached_says_why(tmp_path: Path) -> None:
    pytest.importorskip("upath")
    with pytest.raises(OSError, match=r"nosuch://x.*nosuch"):
        find_inputs(["nosuch://x/y.jsonl"])
    with pytest.raises(FileNotFoundError):
        find_inputs(["memory://nobucket/y.jsonl"])


def test_what_is_guessed_is_said_once(raw: Path, tmp_path: Path) -> None:
    (raw / "c.jsonl").write_bytes((raw / "b.jsonl").read_bytes())
    said: list[str] = []
    cleaner = Cleaner.load(packs_only=True)
    clean_corpus(cleaner, [raw], tmp_path / "out", say=said.append)
    others, line = said
    assert others == "skipped 1 unsupported file (.pdf 1)"
    assert line.startswith("texts from content, no ids, URLs from link (to use others:")
    said.clear()
    columns = Columns("content", "link", "link")
    clean_corpus(cleaner, [raw], tmp_path / "other", say=said.append, columns=columns)
    assert said == [others, "1 of the first 5 documents have a repeated id"]
