"""The cache of compiled rules changes no result, and is used only if nobody else made it."""

from __future__ import annotations

import os
import pickle
import shutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path

import pytest

from cleaner.document import Document
from cleaner.pipeline import Cleaner
from cleaner.rules import cache, ruleset
from cleaner.rules import compiled as compiled_rules
from cleaner.rules.compiler import compile_text
from cleaner.rules.ruleset import bundled_rules, load_rules, rule_paths
from cleaner.text.lines import Lines
from tests.helpers.rule_cache import load, one_file, shown, site, taken


def test_cached_rules_equal_compiled_rules(folder: Path, cached: Path, compiled: list[str]) -> None:
    without = shown(ruleset.compile_rules([(str(p), p.read_bytes()) for p in rule_paths(folder)]))
    taken(compiled)
    assert shown(load(folder)) == without
    assert len(taken(compiled)) == 4
    assert shown(load(folder)) == without
    assert taken(compiled) == []


def test_bundled_files_survive_dump_and_load() -> None:
    for path in rule_paths(bundled_rules()):
        file = compile_text(path.read_text("utf-8"), str(path))
        again = compiled_rules.load(compiled_rules.dump(file), file.path, file.digest)
        assert asdict(again) == asdict(file)
        assert (again.html, again.examples) == (file.html, file.examples)


def test_only_a_changed_file_is_compiled_again(
    folder: Path, cached: Path, compiled: list[str]
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
    folder: Path, cached: Path, compiled: list[str]
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


def test_a_change_with_the_old_size_and_time_is_seen(folder: Path, cached: Path) -> None:
    path = folder / "tern.org.yaml"
    was = path.stat()
    load(folder)
    path.write_text(site("tern", "blub"))
    os.utime(path, ns=(was.st_atime_ns, was.st_mtime_ns))
    assert path.stat().st_size == was.st_size
    assert "tern.org/blub" in {r.id for file in load(folder).files for r in file.rules}


def test_problems_are_reported_each_time(folder: Path, cached: Path, compiled: list[str]) -> None:
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


def test_clashing_ids_are_reported_each_time(folder: Path, cached: Path) -> None:
    (folder / "zz.yaml").write_text(site("tern"))
    for _ in range(2):
        (problem,) = load(folder).problems
        assert problem.file.endswith("zz.yaml")
        assert f"tern.org/club is in {folder}/tern.org.yaml too" in problem.message
    (folder / "tern.org.yaml").unlink()
    assert not load(folder).problems


def test_packs_alone(folder: Path, cached: Path) -> None:
    for _ in range(2):
        rules = load_rules([folder], bundled=False, packs_only=True)
        assert [file.key for file in rules.files] == ["ours"]
        assert rules.version == load(folder).version
        assert not rules.for_hosts(["tern.org"])
        assert not rules.named(["tern.org"])


def test_pickled_rules_need_no_files(folder: Path, cached: Path) -> None:
    wanted = shown(load(folder))
    data = pickle.dumps(load(folder))
    shutil.rmtree(folder)
    shutil.rmtree(cached)
    assert shown(pickle.loads(data)) == wanted


def test_the_oldest_cache_files_are_deleted(tmp_path: Path, cached: Path) -> None:
    for number in range(cache.MAX_CACHE_FILES + 3):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "x.yaml").write_text(f"pack: p{number}\n")
        load(folder)
    assert len(list(cached.iterdir())) == cache.MAX_CACHE_FILES


def test_files_that_share_a_host_and_a_mark_all_apply(folder: Path, cached: Path) -> None:
    shared = "hosts: [birds.org]\nmarks: Of the Bird Press\n"
    for name in ("a", "b", "c"):
        (folder / f"{name}.org.yaml").write_text(f"site: {name}.org\n{shared}")
    for _ in range(2):
        rules = load(folder)
        wanted = ["a.org", "b.org", "c.org"]
        assert [file.key for file in rules.for_hosts(["www.birds.org"])] == wanted
        assert [f.key for f in rules.for_marks(Lines("x\nof the bird press\ny"))] == wanted


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
        fill(b"0" * 64 + b"\n{}"),
    ],
)
def test_a_damaged_cache_file_is_replaced(
    folder: Path, cached: Path, compiled: list[str], damage: Callable[[Path], None]
) -> None:
    wanted = shown(load(folder))
    for _ in range(2):
        damage(one_file(cached))
        assert shown(load(folder)) == wanted
        assert shown(load(folder)) == wanted
        taken(compiled)
        assert shown(load(folder)) == wanted
        assert taken(compiled) == []


def test_every_byte_is_watched(folder: Path, cached: Path, compiled: list[str]) -> None:
    """Whichever byte is damaged, the files are compiled again."""
    load(folder)
    path = one_file(cached)
    whole = path.read_bytes()
    for at in range(0, len(whole), 97):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        taken(compiled)
        assert len(load(folder).files) == 4
        assert taken(compiled), f"byte {at} of {len(whole)}"


@pytest.mark.parametrize("of", ["cleaner", "Python", "code"])
def test_what_another_version_made_is_not_used(
    folder: Path, cached: Path, compiled: list[str], monkeypatch: pytest.MonkeyPatch, of: str
) -> None:
    load(folder)
    taken(compiled)
    if of == "cleaner":
        monkeypatch.setattr("cleaner.version.VERSION", "0.0.1")
    elif of == "Python":
        monkeypatch.setattr(sys, "version", "3.99")
    else:
        monkeypatch.setattr(cache, "PACKAGES", ("orjson",))
    load(folder)
    assert len(taken(compiled)) == 4
    load(folder)
    assert taken(compiled) == []


def test_what_others_can_write_is_not_used(folder: Path, cached: Path, compiled: list[str]) -> None:
    load(folder)
    for mode in (0o620, 0o602):
        taken(compiled)
        one_file(cached).chmod(mode)
        load(folder)
        assert len(taken(compiled)) == 4
        assert one_file(cached).stat().st_mode & 0o777 == 0o600


def test_a_folder_that_others_can_write_is_not_used(
    folder: Path, cached: Path, compiled: list[str]
) -> None:
    load(folder)
    was = one_file(cached).read_bytes()
    cached.chmod(0o770)
    for _ in range(2):
        taken(compiled)
        load(folder)
        assert len(taken(compiled)) == 4
    assert one_file(cached).read_bytes() == was


def test_what_another_user_owns_is_not_used(
    folder: Path, cached: Path, compiled: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    load(folder)
    taken(compiled)
    me = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: me + 1)
    load(folder)
    assert len(taken(compiled)) == 4


def test_an_unusable_cache_folder_is_no_error(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = shown(load(folder))
    (tmp_path / "file").write_text("")
    for place in ("", str(tmp_path / "file" / "below"), "/proc/none/such"):
        monkeypatch.setenv("CLEANER_CACHE", place)
        assert shown(load(folder)) == wanted


def test_a_failed_write_is_no_error(
    folder: Path, cached: Path, compiled: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor is a full disk; no partial file is left behind."""

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", full)
        load(folder)
    assert list(cached.iterdir()) == []
    taken(compiled)
    load(folder)
    assert len(taken(compiled)) == 4


def test_without_a_home_there_is_no_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CLEANER_CACHE")
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr("os.path.expanduser", lambda path: path)  # as it does without a home
    assert cache.cache_home() is None


def test_without_file_owners_there_is_no_cache(
    folder: Path, cached: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "geteuid")
    assert load(folder).files
    assert not cached.exists()


def test_cache_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
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


def test_processes_may_start_at_once(folder: Path, cached: Path) -> None:
    def start(_: int) -> str:
        command = [sys.executable, "-c", START, str(folder)]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    with ThreadPoolExecutor(4) as pool:
        said = set(pool.map(start, range(4)))
    assert said == {f"{load(folder).version} 4\n"}
    assert len(list(cached.iterdir())) == 1
