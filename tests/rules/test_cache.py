"""What is kept of rule files between runs: the same rules as without it, whatever befalls it."""

from __future__ import annotations

import os
import pickle
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import Any

import orjson
import pytest

import cleaner.rules.compiler as compiler
from cleaner.document import Document
from cleaner.pipeline import Cleaner
from cleaner.rules import cache, catalogue, ruleset, stored
from cleaner.rules.compiler import compile_text
from cleaner.rules.found import bundled_rules, look, rule_paths
from cleaner.rules.lines import Lines
from cleaner.rules.ruleset import RuleSet, load_rules

TEXT = "The board met on Monday, and the chair spoke.\n\nJoin the {} club now\n\n— from {}"


def site(name: str, rule: str = "club") -> str:
    return (
        f"site: {name}.org\nname: {name.title()}\nmarks: |\n  — from {name}\n  *, of {name} press\n"
        f"html: {{prune: .{name}, title: h2}}\nskip: [en/share]\nrules:\n"
        f"  - kind: social\n    id: {rule}\n    line: Join the {name} club *\n"
        f"    unless: '* closed *'\n    set: {{site_name: {name}}}\n    hit: Join the {name} club\n"
        f"examples:\n  - text: Good.\n    clean: Good.\n    meta: {{site_name: {name}}}\n"
    )


PACK = "pack: ours\nformats: [text]\nkeep: Keep this line\nrules:\n  - kind: ad\n    span: buy *!\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    there = tmp_path / "rules"
    (there / "deep").mkdir(parents=True)
    for name in ("tern", "heron"):
        (there / f"{name}.org.yaml").write_text(site(name))
    (there / "deep" / "crane.org.yml").write_text(site("crane"))
    (there / "ours.yaml").write_text(PACK)
    return there


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of what is kept, where files need not grow old to be known for unchanged."""
    monkeypatch.setenv("CLEANER_CACHE", str(tmp_path / "kept"))
    monkeypatch.setattr(cache, "SLACK", 0)
    return tmp_path / "kept" / "rules"


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The names of the files that were compiled, as they are."""
    names: list[str] = []

    def noted(text: str, path: str) -> Any:
        names.append(Path(path).name)
        return compile_text(text, path)

    monkeypatch.setattr(compiler, "compile_text", noted)
    yield names


def taken(compiled: list[str]) -> list[str]:
    """What was compiled since the last call."""
    names, compiled[:] = sorted(compiled), []
    return names


def load(folder: Path) -> RuleSet:
    return load_rules([folder], bundled=False)


def shown(rules: RuleSet) -> object:
    """All that a set of rules is and does, as plain values."""
    texts = [TEXT.format(name, name) for name in ("tern", "heron", "crane", "nobody")]
    texts.append("A text, of tern press\n\nKeep this line\n\nbuy now! buy later!")
    documents = [Document("1", text) for text in texts]
    documents.append(Document("1", "Join the heron club now", url="https://www.heron.org/x"))
    results = [asdict(done) for done in Cleaner(rules).clean_batch(documents)]
    files = [(file.html, file.examples, plain(file)) for file in rules.files]
    return files, rules.headings, rules.version, list(rules.problems), results


def plain(file: Any) -> object:
    return {**asdict(file), "set": None, "rules": [asdict(rule) for rule in file.rules]}


def one_file(kept: Path) -> Path:
    (found,) = kept.iterdir()
    return found


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


def broken_at(share: float) -> Callable[[Path], None]:
    def damage(path: Path) -> None:
        data = bytearray(path.read_bytes())
        data[int(share * (len(data) - 1))] ^= 1
        path.write_bytes(data)

    return damage


def cut_to(share: float) -> Callable[[Path], None]:
    def damage(path: Path) -> None:
        data = path.read_bytes()
        path.write_bytes(data[: int(share * len(data))])

    return damage


def fill(content: bytes) -> Callable[[Path], None]:
    def damage(path: Path) -> None:
        path.write_bytes(content)

    return damage


@pytest.mark.parametrize(
    "damage",
    [
        *map(broken_at, (0.0, 0.02, 0.04, 0.2, 0.5, 0.8, 1.0)),
        *map(cut_to, (0.0, 0.01, 0.3, 0.6, 0.99)),
        fill(b"\x80\x04K\x01."),
        fill(b"{}"),
        fill(b"cleaner-rules-1 " + b"0" * 64 + b" 999999999999\n"),
    ],
)
def test_a_damaged_file_does_no_harm(
    folder: Path, kept: Path, compiled: list[str], damage: Callable[[Path], None]
) -> None:
    wanted = shown(load(folder))
    for _ in range(2):
        damage(one_file(kept))
        assert shown(load(folder)) == wanted
        assert shown(load(folder)) == wanted
        taken(compiled)
        assert shown(load(folder)) == wanted
        assert taken(compiled) == []


def test_every_byte_is_watched(folder: Path, kept: Path, compiled: list[str]) -> None:
    """Whichever byte is damaged, something is compiled again."""
    load(folder)
    path = one_file(kept)
    whole = path.read_bytes()
    for at in range(0, len(whole), 97):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        taken(compiled)
        assert len(load(folder).files) == 4
        assert taken(compiled), f"byte {at} of {len(whole)}"


@pytest.mark.parametrize("of", ["cleaner", "Python", "code"])
def test_what_another_version_made_is_not_used(
    folder: Path, kept: Path, compiled: list[str], monkeypatch: pytest.MonkeyPatch, of: str
) -> None:
    load(folder)
    taken(compiled)
    if of == "cleaner":
        monkeypatch.setattr("cleaner.maker.VERSION", "0.0.1")
    elif of == "Python":
        monkeypatch.setattr(sys, "version", "3.99")
    else:
        monkeypatch.setattr(cache, "TOOLS", ("orjson",))
    load(folder)
    assert len(taken(compiled)) == 4
    load(folder)
    assert taken(compiled) == []


def test_what_others_can_write_is_not_used(folder: Path, kept: Path, compiled: list[str]) -> None:
    load(folder)
    for mode in (0o620, 0o602):
        taken(compiled)
        one_file(kept).chmod(mode)
        load(folder)
        assert len(taken(compiled)) == 4
        assert one_file(kept).stat().st_mode & 0o777 == 0o600


def test_a_folder_that_others_can_write_is_not_used(
    folder: Path, kept: Path, compiled: list[str]
) -> None:
    load(folder)
    was = one_file(kept).read_bytes()
    kept.chmod(0o770)
    for _ in range(2):
        taken(compiled)
        load(folder)
        assert len(taken(compiled)) == 4
    assert one_file(kept).read_bytes() == was


def test_what_another_user_owns_is_not_used(
    folder: Path, kept: Path, compiled: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    load(folder)
    taken(compiled)
    me = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: me + 1)
    load(folder)
    assert len(taken(compiled)) == 4


def test_it_may_be_deleted_or_replaced_at_any_time(folder: Path, kept: Path) -> None:
    wanted = shown(load(folder))
    rules = load(folder)
    shutil.rmtree(kept)
    assert shown(rules) == wanted
    rules = load(folder)
    (folder / "tern.org.yaml").write_text("site: tern.org\n")
    load(folder)
    assert shown(rules) == wanted


def test_a_rule_file_that_changed_and_is_nowhere_kept_is_an_error(folder: Path, kept: Path) -> None:
    load(folder)
    rules = load(folder)
    path = one_file(kept)
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size - 1)
        file.seek(-2000, os.SEEK_END)
        file.write(b" " * 1000)
    for name in ("tern.org.yaml", "ours.yaml"):
        (folder / name).write_text("pack: other\n")
    (done,) = Cleaner(rules).clean_batch([Document("1", "Join the tern club\n— from tern")])
    assert done.status.value == "error"
    assert "it was changed while it was in use" in str(done.message)


def test_no_place_to_keep_it_is_no_error(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = shown(load(folder))
    (tmp_path / "file").write_text("")
    for place in ("", str(tmp_path / "file" / "below"), "/proc/none/such"):
        monkeypatch.setenv("CLEANER_CACHE", place)
        assert shown(load(folder)) == wanted


def test_a_folder_that_cannot_be_written_is_no_error(
    folder: Path, kept: Path, compiled: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor a disk that is full; nothing is left behind."""

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", full)
        load(folder)
    assert list(kept.iterdir()) == []
    taken(compiled)
    load(folder)
    assert len(taken(compiled)) == 4


def test_without_a_home_nothing_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_home() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("CLEANER_CACHE")
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr(Path, "home", no_home)
    assert cache.cache_home() is None


def test_where_files_have_no_owners_nothing_is_kept(
    folder: Path, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "geteuid")
    assert load(folder).files
    assert not kept.exists()


def test_where_it_is_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CLEANER_CACHE", "/a/b")
    assert cache.cache_home() == Path("/a/b")
    monkeypatch.delenv("CLEANER_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", "/x")
    assert cache.cache_home() == Path("/x/cleaner")
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cache.cache_home() == tmp_path / ".cache" / "cleaner"


START = """
import sys
from pathlib import Path
from cleaner.rules.ruleset import load_rules
rules = load_rules([Path(sys.argv[1])], bundled=False)
print(rules.version, sum(len(file.rules) for file in rules.files))
"""


def test_processes_may_start_at_once(folder: Path, kept: Path) -> None:
    def start(_: int) -> str:
        command = [sys.executable, "-c", START, str(folder)]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    with ThreadPoolExecutor(4) as pool:
        said = set(pool.map(start, range(4)))
    assert said == {f"{load(folder).version} 4\n"}
    assert len(list(kept.iterdir())) == 1


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
    again = catalogue.Catalogue.from_plain(index["catalogue"])
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
