"""What is kept of rule files between runs: the same rules as without it, whatever befalls it."""

from __future__ import annotations

import os
import pickle
import shutil
from dataclasses import asdict
from pathlib import Path

import orjson
import pytest

from cleaner.document import Document
from cleaner.pipeline import Cleaner
from cleaner.rules import cache, ruleset
from cleaner.rules import registry as catalogue
from cleaner.rules import serialization as stored
from cleaner.rules.compiler import compile_text
from cleaner.rules.discovery import bundled_rules, look, rule_paths
from cleaner.rules.ruleset import load_rules
from cleaner.text.lines import Lines
from tests.helpers.rule_cache import load, one_file, shown, site, taken


def test_what_is_kept_is_what_was_compiled(folder: Path, kept: Path, compiled: list[str]) -> None:
    without = shown(ruleset.compile_rules(look([folder]).read()))
    taken(compiled)
    assert shown(load(folder)) == without
    assert len(taken(compiled)) == 4
    assert shown(load(folder)) == without
    assert taken(compiled) == []


def test_all_bundled_files_come_back_as_they_were() -> None:
    for path in rule_paths(bundled_rules()):
        file = compile_text(path.read_text("utf-8"), str(path))
        again = stored.load(stored.dump(file), file.path, file.digest)
        assert asdict(again) == asdict(file)
        assert (again.html, again.examples) == (file.html, file.examples)


def test_a_changed_file_alone_is_compiled_again(
    folder: Path, kept: Path, compiled: list[str]
) -> None:
    load(folder)
    taken(compiled)
    (folder / "tern.org.yaml").write_text(site("tern").replace("Join", "Enter"))
    changed = load(folder)
    assert taken(compiled) == ["tern.org.yaml"]
    assert Cleaner(changed).clean(Document("1", "Enter the tern club now\n— from tern")).removals
    assert load(folder).version == changed.version
    assert taken(compiled) == []


def test_new_removed_and_renamed_files_are_seen(
    folder: Path, kept: Path, compiled: list[str]
) -> None:
    first = load(folder)
    taken(compiled)
    (folder / "egret.org.yaml").write_text(site("egret"))
    assert "egret.org" in {h.key for h in load(folder).headings}
    assert taken(compiled) == ["egret.org.yaml"]
    (folder / "egret.org.yaml").rename(folder / "deep" / "moved.yaml")
    (moved,) = (h for h in load(folder).headings if h.key == "egret.org")
    assert moved.path == str(folder / "deep" / "moved.yaml")
    Path(moved.path).unlink()
    assert shown(load(folder)) == shown(first)
    assert taken(compiled) == []


def test_a_change_that_leaves_no_trace_but_the_content_is_seen(
    folder: Path, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of one size and within one tick of the clock: so a file that is new is not trusted yet."""
    monkeypatch.setattr(cache, "SLACK", 10**12)
    before = look([folder])
    load(folder)
    (folder / "tern.org.yaml").write_text(site("tern", "blub"))
    monkeypatch.setattr(ruleset, "look", lambda roots: before)
    assert "tern.org/blub" in {r.id for file in load(folder).files for r in file.rules}


def test_a_change_that_hides_its_time_is_seen(folder: Path, kept: Path) -> None:
    path = folder / "tern.org.yaml"
    was = path.stat()
    load(folder)
    path.write_text(site("tern", "blub"))
    os.utime(path, ns=(was.st_atime_ns, was.st_mtime_ns))
    assert path.stat().st_size == was.st_size
    assert "tern.org/blub" in {r.id for file in load(folder).files for r in file.rules}


def test_problems_are_reported_each_time(folder: Path, kept: Path, compiled: list[str]) -> None:
    (folder / "bad.yaml").write_text("site: bad.org\nmark: x\n")
    (folder / "worse.yaml").write_bytes(b"site: \xff\n")
    first = load(folder)
    assert [Path(p.file).name for p in first.problems] == ["bad.yaml", "worse.yaml"]
    taken(compiled)
    again = load(folder)
    assert taken(compiled) == []
    assert list(map(str, again.problems)) == list(map(str, first.problems))
    assert "did you mean 'marks'?" in str(again.problems[0])
    (folder / "bad.yaml").write_text("site: bad.org\n")
    assert [Path(p.file).name for p in load(folder).problems] == ["worse.yaml"]


def test_clashing_ids_are_reported_each_time(folder: Path, kept: Path) -> None:
    (folder / "zz.yaml").write_text(site("tern"))
    for _ in range(2):
        (problem,) = load(folder).problems
        assert problem.file.endswith("zz.yaml")
        assert f"tern.org/club is in {folder}/tern.org.yaml too" in problem.message
    (folder / "tern.org.yaml").unlink()
    assert not load(folder).problems


def test_packs_alone(folder: Path, kept: Path) -> None:
    for _ in range(2):
        rules = load_rules([folder], bundled=False, sites=False)
        assert [file.key for file in rules.files] == ["ours"]
        assert rules.version == load(folder).version
        assert not rules.for_hosts(["tern.org"])
        assert not rules.named(["tern.org"])


def test_only_what_a_document_needs_is_read(folder: Path, kept: Path) -> None:
    load(folder)
    rules = load(folder)
    damaged = one_file(kept)
    length = int(damaged.read_bytes()[: cache.HEAD].split()[2])
    with damaged.open("r+b") as file:  # the records, which begin behind the index
        file.seek(cache.HEAD + length)
        file.write(b"\0" * (damaged.stat().st_size - cache.HEAD - length))
    for path in rule_paths(folder):
        path.unlink()
    assert [h.key for h in rules.headings] == ["crane.org", "heron.org", "ours", "tern.org"]
    with pytest.raises(FileNotFoundError, match=r"heron\.org\.yaml"):
        rules.for_hosts(["www.heron.org"])


def test_rules_travel_without_their_files(folder: Path, kept: Path) -> None:
    wanted = shown(load(folder))
    data = pickle.dumps(load(folder))
    shutil.rmtree(folder)
    shutil.rmtree(kept)
    assert shown(pickle.loads(data)) == wanted


def test_what_was_not_written_for_long_is_deleted(tmp_path: Path, kept: Path) -> None:
    for number in range(cache.MOST + 3):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "x.yaml").write_text(f"pack: p{number}\n")
        load(folder)
    assert len(list(kept.iterdir())) == cache.MOST


def test_the_index_is_plain_data(folder: Path, kept: Path) -> None:
    load(folder)
    data = one_file(kept).read_bytes()
    index = orjson.loads(data[cache.HEAD :][: int(data[: cache.HEAD].split()[2])])
    again = catalogue.Registry.from_plain(index["catalogue"])
    assert again == load(folder).catalogue


def test_files_that_share_a_host_and_a_mark_all_apply(folder: Path, kept: Path) -> None:
    shared = "hosts: [birds.org]\nmarks: Of the Bird Press\n"
    for name in ("a", "b", "c"):
        (folder / f"{name}.org.yaml").write_text(f"site: {name}.org\n{shared}")
    for _ in range(2):
        rules = load(folder)
        wanted = ["a.org", "b.org", "c.org"]
        assert [file.key for file in rules.for_hosts(["www.birds.org"])] == wanted
        assert [f.key for f in rules.for_marks(Lines("x\nof the bird press\ny"))] == wanted
