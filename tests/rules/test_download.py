"""Rules from a repository or an archive: pinned, unpacked safely, fetched once."""

from __future__ import annotations

import hashlib
import os
import tarfile
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.errors import RuleSourceError
from cleaner.rules import download
from cleaner.rules.ruleset import load_rules, rule_paths
from tests.cli.test_cli import cleaner
from tests.helpers.rule_packages import RULE, commit, pinned, tar, zipped

TERN, HERON = RULE.format("tern"), RULE.format("heron")
PIN = "0" * 40


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CLEANER_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache/downloads"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    return tmp_path / "bird rules"


def keys(source: str) -> list[str]:
    return [heading.key for heading in load_rules(source, bundled=False).headings]


def test_a_commit_is_fetched_once(
    repository: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = commit(repository, {"birds/tern.yaml": TERN, "README.md": "Rules"})
    commit(repository, {"birds/heron.yaml": HERON})
    monkeypatch.setenv("GIT_DIR", "/nowhere")  # as in a hook
    url = f"git+{repository.as_uri()}@{first}"
    assert keys(url) == ["tern"]
    repository.rename(repository.with_name("gone"))
    assert keys(url) == ["tern"]
    (source,) = load_rules(url, bundled=False).sources
    assert (source.name, source.version) == (url, first)
    names = {path.name for path in cache.rglob("*")}
    assert names == {f"git-{first}", "birds", "tern.yaml"}  # rule files only, nothing half done


def test_a_subdirectory_holds_the_rules(repository: Path) -> None:
    files = {"birds/tern.yaml": TERN, "mkdocs.yml": "site_name: Birds", ".github/ci.yml": "on: {}"}
    url = f"git+{repository.as_uri()}@{commit(repository, files)}"
    assert [path.name for path in rule_paths(url)] == ["tern.yaml", "mkdocs.yml"]
    assert keys(f"{url}#subdirectory=birds") == ["tern"]
    with pytest.raises(RuleSourceError, match="has no rule files in gulls"):
        load_rules(f"{url}#subdirectory=gulls")


@pytest.mark.parametrize("branch", ["", "@main", "@v1.0", "@abc1234"])
def test_a_revision_that_can_move_is_refused(repository: Path, branch: str) -> None:
    commit(repository, {"tern.yaml": TERN})
    url = f"git+{repository.as_uri()}"
    with pytest.raises(RuleSourceError) as caught:
        load_rules(f"{url}{branch}")
    words = f"write {url}@COMMIT with the full hash that `git ls-remote {repository.as_uri()} "
    assert f"{words}{branch.strip('@') or 'HEAD'}`" in str(caught.value)


def test_a_commit_that_is_missing_is_an_error_of_git(repository: Path) -> None:
    commit(repository, {"tern.yaml": TERN})
    made = cleaner("rules", "list", "--rules", f"git+{repository.as_uri()}@{PIN}")
    assert made.exit_code == 2 and "git fetch: " in made.stderr and PIN in made.stderr


def test_without_git_the_message_says_what_to_do(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(RuleSourceError, match="needs the command git; install it"):
        load_rules(f"git+{repository.as_uri()}@{PIN}")


@pytest.mark.parametrize("pack", [tar, zipped, partial(tar, mode="w")])
@pytest.mark.parametrize("top", ["", "./", "birds-1.0/"])
def test_an_archive_is_unpacked(tmp_path: Path, pack: Callable[..., bytes], top: str) -> None:
    content = pack({f"{top}birds/tern.yaml": TERN, f"{top}.ci.yml": "on: {}", f"{top}a.md": "Hi"})
    url = pinned(tmp_path / "rules", content)
    assert keys(url) == keys(f"{url}&subdirectory=birds") == ["tern"]
    (source,) = load_rules(url, bundled=False).sources
    assert (source.name, source.version) == (url, hashlib.sha256(content).hexdigest())


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Path, str, list[str]]]:
    """A folder on a server of this machine, its URL, and the paths that were asked for."""
    asked: list[str] = []

    class Handler(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            asked.append(self.path)

    folder = tmp_path / "served"
    folder.mkdir()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield folder, f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()


def test_an_archive_is_downloaded_once_and_its_digest_checked(
    served: tuple[Path, str, list[str]], cache: Path
) -> None:
    folder, address, asked = served
    pin = pinned(folder / "rules.zip", zipped({"tern.yaml": TERN})).partition("#")[2]
    assert keys(f"{address}/rules.zip?token=secret#{pin}") == ["tern"]
    assert keys(f"{address}/rules.zip#{pin}") == ["tern"]
    assert asked == ["/rules.zip?token=secret"]
    pinned(folder / "rules.zip", zipped({"heron.yaml": HERON}))
    other = hashlib.sha256((folder / "rules.zip").read_bytes()).hexdigest()
    with pytest.raises(RuleSourceError, match=f"its SHA-256 is {other}; if it may have changed"):
        load_rules(f"{address}/rules.zip#sha256={'0' * 64}")
    assert [path.name for path in cache.iterdir()] == [pin.replace("=", "-")]
    with pytest.raises(RuleSourceError, match=r"none\.zip#sha256=0+: HTTP Error 404"):
        load_rules(f"{address}/none.zip#sha256={'0' * 64}")


def test_a_server_that_does_not_answer_is_an_error() -> None:
    url = f"http://127.0.0.1:1/r.zip#sha256={'0' * 64}"
    with pytest.raises(RuleSourceError) as caught:
        load_rules(url)
    assert str(caught.value).startswith(f"{url}: [Errno ")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("https://example.org/r.zip", "not pinned; write https://example.org/r.zip#sha256=DIGEST"),
        ("https://example.org/r.zip#sha256=abc", "not pinned"),
        ("https://example.org/r.zip#egg=birds", "unknown #egg"),
        (
            "s3://bucket/r.zip#sha256=0",
            "expected a URL with https://, http://, file://, or a repository with git+",
        ),
        ("git+http://example.org/r@main", "expected a URL with git+https://, git+ssh://"),
        ("git+ext://sh -c x@" + PIN, "expected a URL with git+https://"),
        (f"git+https://example.org/r@{PIN}#subdirectory=../x", "leads out"),
        (f"git+https://example.org/r@{PIN}#subdirectory=C:/x", "leads out"),
    ],
)
def test_urls_that_are_refused(url: str, words: str, cache: Path) -> None:
    with pytest.raises(RuleSourceError) as caught:
        load_rules(url)
    assert words in str(caught.value) and not cache.exists()


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("git+https://ann:secret@example.org/r", "git+https://example.org/r"),
        ("git+https://secret@example.org/r", "git+https://example.org/r"),
        ("git+ssh://git@example.org:22/r", "git+ssh://git@example.org:22/r"),
        ("git+ssh://git:secret@example.org/r", "git+ssh://git@example.org/r"),
        ("git+https://example.org/@birds/r", "git+https://example.org/@birds/r"),
    ],
)
def test_secrets_in_a_url_are_not_shown(url: str, name: str) -> None:
    found = download.parse_url(f"{url}@{PIN}#subdirectory=a")
    assert found.name == f"{name}@{PIN}#subdirectory=a" and f"git+{found.url}" == url
    with pytest.raises(RuleSourceError) as caught:
        download.parse_url(f"{url}@Main")
    assert "secret" not in str(caught.value) and f"write {name}@COMMIT" in str(caught.value)
    assert str(caught.value).split("`")[1].endswith(" Main")
    zip_url = "https://example.org/r.zip?token=secret#sha256=" + "0" * 64
    assert download.parse_url(zip_url).name == zip_url.replace("?token=secret", "")


@pytest.mark.parametrize("pack", [tar, zipped])
@pytest.mark.parametrize(
    "name", ["../out.yaml", "/out.yaml", "a/../../out.yaml", "..\\out.yaml", "C:out.yaml", "../out"]
)
def test_a_name_that_leads_out_stops_it_all(
    tmp_path: Path, cache: Path, pack: Callable[..., bytes], name: str
) -> None:
    url = pinned(tmp_path / "rules", pack({"tern.yaml": TERN, name: HERON}))
    with pytest.raises(RuleSourceError, match="leads out of the archive; it is not used"):
        load_rules(url)
    assert list(cache.iterdir()) == [] and not list(tmp_path.rglob("out*"))


PARTS = st.lists(st.sampled_from(["a", "b.yaml", "..", ".", "", "C:", "\\", "x\ny"]), min_size=1)
NAMES = st.lists(PARTS.map("/".join).filter(bool), min_size=1, max_size=4)


@given(names=NAMES, pack=st.sampled_from([tar, zipped]))
def test_nothing_is_written_outside(
    tmp_path_factory: pytest.TempPathFactory, names: list[str], pack: Callable[..., bytes]
) -> None:
    top = tmp_path_factory.mktemp("top")
    (top / "in").mkdir()
    (top / "archive").write_bytes(pack(dict.fromkeys(names, TERN)))
    with suppress(*download.DAMAGE):
        download._unpack(top / "archive", top / "in", "an archive")
    assert {path.name for path in top.iterdir()} == {"in", "archive"}


def test_links_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "secret.yaml").write_text(HERON)
    out = BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        link = tarfile.TarInfo("heron.yaml")
        link.type, link.linkname = tarfile.SYMTYPE, str(tmp_path / "secret.yaml")
        archive.addfile(link)
        member = tarfile.TarInfo("tern.yaml")
        member.size = len(TERN)
        archive.addfile(member, BytesIO(TERN.encode()))
    assert keys(pinned(tmp_path / "rules.tgz", out.getvalue())) == ["tern"]


@pytest.mark.parametrize(
    ("limit", "value"),
    [("MAX_ARCHIVE_BYTES", 50), ("MAX_TAR_BYTES", 600), ("MAX_RULE_BYTES", 100),
     ("MAX_RULE_FILES", 1)],
)  # fmt: skip
def test_a_bomb_is_stopped(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch, limit: str, value: int
) -> None:
    files = {"a.yaml": TERN, "b.yaml": HERON + "#" * 1000, "c.txt": "0" * 10_000}
    monkeypatch.setattr(download, limit, value)
    with pytest.raises(RuleSourceError, match="too large"):
        load_rules(pinned(tmp_path / "rules", tar(files)))
    assert list(cache.iterdir()) == []


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "not a zip or tar.gz"),
        (b"<html>Not found</html>" * 100, "not a zip or tar.gz"),
        (tar({"tern.yaml": TERN * 1000})[:-40], ""),
        (b"PK\x03\x04 and no more", ""),
        (zipped({"README.md": "No rules"}), "has no rule files"),
        (zipped({"a.yaml": TERN, "a.yaml/b.yaml": TERN}), ""),
    ],
)
def test_what_is_no_archive_of_rules_is_an_error(
    tmp_path: Path, cache: Path, content: bytes, words: str
) -> None:
    url = pinned(tmp_path / "rules", content)
    with pytest.raises(RuleSourceError) as caught:
        load_rules(url)
    assert str(caught.value).startswith(f"{url}: ") and words in str(caught.value)
    assert list(cache.iterdir()) == []


def test_downloads_need_a_cache_that_is_private(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = pinned(tmp_path / "rules", zipped({"tern.yaml": TERN}))
    assert keys(url) == ["tern"]
    cache.chmod(0o777)
    with pytest.raises(RuleSourceError, match="others can write to it"):
        load_rules(url)
    monkeypatch.setenv("CLEANER_CACHE", "")
    with pytest.raises(RuleSourceError, match="the cache, which is off; set CLEANER_CACHE"):
        load_rules(url)


def test_without_file_owners_downloads_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "geteuid")
    assert keys(pinned(tmp_path / "rules", zipped({"tern.yaml": TERN}))) == ["tern"]


def test_processes_may_fetch_at_once(tmp_path: Path, cache: Path) -> None:
    url = pinned(tmp_path / "rules", zipped({f"{n}.yaml": RULE.format(n) for n in "abc"}))
    found: list[list[str]] = []
    threads = [threading.Thread(target=lambda: found.append(keys(url))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [["a", "b", "c"]] * 6
    assert len(list(cache.iterdir())) == 1
