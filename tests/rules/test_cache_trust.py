"""What is kept of rule files is used only if nobody else made, changed or damaged it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from cleaner.document import Document
from cleaner.pipeline import Cleaner
from cleaner.rules import cache
from tests.helpers.rule_cache import load, one_file, shown, taken


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
        monkeypatch.setattr("cleaner.fingerprint.VERSION", "0.0.1")
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
    monkeypatch.delenv("CLEANER_CACHE")
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr(os.path, "expanduser", lambda path: path)
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
