"""Downloads of rules: a commit of a Git repository, or an archive with a known digest.

Their URLs are those of pip. Only rule files are unpacked, into the cache, under the commit or
digest: what is there is never fetched again.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import re
import subprocess
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path, PureWindowsPath
from tempfile import TemporaryDirectory
from typing import IO, BinaryIO, cast
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from cleaner.errors import RuleSourceError
from cleaner.rules.cache import cache_home, is_private
from cleaner.rules.sources import SUFFIXES
from cleaner.version import VERSION

GIT_SCHEMES, ARCHIVE_SCHEMES = ("https", "ssh", "file"), ("https", "http", "file")
COMMIT, SHA256 = re.compile(r"[0-9a-fA-F]{40}|[0-9a-fA-F]{64}"), re.compile(r"[0-9a-fA-F]{64}")
MAX_ARCHIVE_BYTES = 64 * 2**20
MAX_TAR_BYTES = 512 * 2**20  # unpacked, with the files that are skipped
MAX_RULE_BYTES = 64 * 2**20
MAX_RULE_FILES = 20_000
GIT_SECONDS, READ_SECONDS = 300, 60
# Set in Git hooks: they would point git at the repository of the hook.
GIT_LOCAL = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_NAMESPACE",
             "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_PREFIX")  # fmt: skip
DAMAGE = (OSError, EOFError, ValueError, RuntimeError, zlib.error, tarfile.TarError,
          zipfile.BadZipFile, HTTPException)  # fmt: skip


@dataclass(frozen=True)
class Download:
    """Rules to download. `url` may have secrets, `name` has none; `pin` is a commit or a SHA-256;
    `subfolder` is the folder of the rules in the repository or archive."""

    url: str
    name: str
    pin: str
    subfolder: str
    is_git: bool


def parse_url(given: str) -> Download:
    """Parse `git+https://HOST/REPOSITORY@COMMIT` or `https://HOST/FILE.zip#sha256=DIGEST`, both
    with an optional `#subdirectory=FOLDER`. Raises RuleSourceError unless it is pinned."""
    address, _, fragment = given.partition("#")
    options = dict(part.partition("=")[::2] for part in fragment.split("&") if part)
    subfolder = options.pop("subdirectory", "").strip("/")
    url, is_git = address.removeprefix("git+"), address.startswith("git+")
    if is_git:
        url, pin = _split_revision(url)
    else:
        pin = options.pop("sha256", "")
    prefix, name = "git+" * is_git, _without_secrets(url)
    shown = f"{prefix}{name}"
    schemes = GIT_SCHEMES if is_git else ARCHIVE_SCHEMES
    if urlsplit(url).scheme not in schemes:
        wanted = ", ".join(f"{prefix}{scheme}://" for scheme in schemes)
        more = "" if is_git else ", or a repository with git+https://"
        raise RuleSourceError(f"{shown}: expected a URL with {wanted}{more}")
    if options:
        raise RuleSourceError(f"{shown}: unknown #{'&'.join(options)}; only sha256 (of an archive) "
                              "and subdirectory are known")  # fmt: skip
    if _leads_out(subfolder):
        raise RuleSourceError(f"{shown}: the subdirectory {subfolder} leads out of it")
    if is_git and not COMMIT.fullmatch(pin):
        raise RuleSourceError(
            f"{shown}: not pinned; write {shown}@COMMIT with the full hash that "
            f"`git ls-remote {name} {pin or 'HEAD'}` prints, as branches and tags can move"
        )
    if not is_git and not SHA256.fullmatch(pin):
        raise RuleSourceError(
            f"{shown}: not pinned; write {shown}#sha256=DIGEST with the 64 digits that `sha256sum` "
            "prints for the archive, or name a repository with git+https://"
        )
    shown += f"@{pin}" if is_git else f"#sha256={pin}"
    if subfolder:
        shown += f"{'#' if is_git else '&'}subdirectory={subfolder}"
    return Download(url, shown, pin.lower(), subfolder, is_git)


def _split_revision(url: str) -> tuple[str, str]:
    """Split URL@REVISION. The @ of user@host is none of a revision."""
    scheme, _, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    path, _, revision = path.rpartition("@") if "@" in path else (path, "", "")
    return f"{scheme}://{host}{slash}{path}", revision


def _without_secrets(url: str) -> str:
    """Remove what may be a password or a token: the user (of ssh, only its password), the query."""
    parts = urlsplit(url)
    user, at, host = parts.netloc.rpartition("@")
    kept = f"{user.partition(':')[0]}@" if at and parts.scheme == "ssh" else ""
    return f"{parts.scheme}://{kept}{host}{parts.path}"


def download(wanted: Download) -> Path:
    """Return the folder of the rules, and fetch them unless they are in the cache.

    Raises RuleSourceError if that is not possible, or if the content is not what was pinned.
    """
    home = cache_home()
    if home is None:
        raise RuleSourceError(f"{wanted.name}: rules are downloaded into the cache, which is off; "
                              "set CLEANER_CACHE to a folder")  # fmt: skip
    folder = home / "downloads" / f"{'git' if wanted.is_git else 'sha256'}-{wanted.pin}"
    try:
        folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not folder.is_dir():
            _fetch(wanted, folder)
        private = is_private(folder.parent) and is_private(folder)
    except RuleSourceError:
        raise
    except DAMAGE as error:
        why = error.reason if type(error) is URLError else error
        raise RuleSourceError(f"{wanted.name}: {why}") from None
    if not private:
        raise RuleSourceError(f"{folder}: others can write to it, so rules in it cannot be trusted;"
                              " delete it or set CLEANER_CACHE to another folder")  # fmt: skip
    return _subfolder(folder, wanted)


def _fetch(wanted: Download, folder: Path) -> None:
    """Fetch and unpack the rules into a folder, which is complete as soon as it exists."""
    with TemporaryDirectory(dir=folder.parent, prefix=".") as name:
        work = Path(name)
        archive = work / "archive"
        if wanted.is_git:
            _archive_commit(wanted, work, archive)
        else:
            _download_archive(wanted, archive)
        unpacked = work / "rules"
        unpacked.mkdir(mode=0o700)
        if not _unpack(archive, unpacked, wanted.name):
            raise RuleSourceError(f"{wanted.name}: has no rule files (*.yaml)")
        try:
            unpacked.rename(folder)
        except OSError:
            if not folder.is_dir():  # otherwise another process was first
                raise


def _subfolder(folder: Path, wanted: Download) -> Path:
    """Return the subfolder of the rules; it may be below the one top folder of an archive."""
    tops = [folder, *folder.iterdir()]
    for top in tops if len(tops) == 2 else tops[:1]:
        if (found := top / wanted.subfolder).is_dir():
            return found
    raise RuleSourceError(f"{wanted.name}: has no rule files in {wanted.subfolder}")


def _archive_commit(wanted: Download, work: Path, archive: Path) -> None:
    """Write a tar file of a commit. Nothing is checked out, so no hook or filter applies."""
    repository = work / "repository"
    steps = (
        ["init", "--quiet", "--bare", "--template=", str(repository)],
        ["fetch", "--quiet", "--depth=1", "--no-tags", "--", wanted.url, wanted.pin],
        ["archive", "--format=tar", f"--output={archive}", wanted.pin],
    )
    env = {name: value for name, value in os.environ.items() if name not in GIT_LOCAL}
    env |= {"GIT_TERMINAL_PROMPT": "0", "GIT_ALLOW_PROTOCOL": ":".join(GIT_SCHEMES), "LC_ALL": "C"}
    for step in steps:
        where = [] if step[0] == "init" else [f"--git-dir={repository}"]
        try:
            done = subprocess.run(
                ["git", *where, *step], env=env, stdin=subprocess.DEVNULL, capture_output=True,
                text=True, errors="replace", timeout=GIT_SECONDS,
            )  # fmt: skip
        except FileNotFoundError:
            raise RuleSourceError(f"{wanted.name}: needs the command git; install it, or name an "
                                  "archive of the repository") from None  # fmt: skip
        except subprocess.TimeoutExpired:
            raise RuleSourceError(f"{wanted.name}: git took over {GIT_SECONDS} s") from None
        if done.returncode:
            said = done.stderr.replace(wanted.url, _without_secrets(wanted.url)).strip()
            raise RuleSourceError(f"{wanted.name}: git {step[0]}: {said or 'failed'}")


def _download_archive(wanted: Download, archive: Path) -> None:
    request = Request(wanted.url, headers={"User-Agent": f"cleaner/{VERSION}"})
    digest = hashlib.sha256()
    size = 0
    with urlopen(request, timeout=READ_SECONDS) as answer, archive.open("xb") as out:
        while block := answer.read(2**16):
            size += len(block)
            if size > MAX_ARCHIVE_BYTES:
                raise _too_large(wanted.name, MAX_ARCHIVE_BYTES)
            digest.update(block)
            out.write(block)
    if digest.hexdigest() != wanted.pin:
        raise RuleSourceError(f"{wanted.name}: its SHA-256 is {digest.hexdigest()}; if it may have "
                              "changed, read the new rules and pin this digest")  # fmt: skip


def _unpack(archive: Path, folder: Path, name: str) -> int:
    """Write the rule files of an archive into a folder and return their number. Links and hidden
    files are left out. Raises RuleSourceError if a name leads out of the folder."""
    count, left = 0, MAX_RULE_BYTES
    for path, read in _members(archive, name):
        if _leads_out(path):
            raise RuleSourceError(f"{name}: {path!r} leads out of the archive; it is not used")
        parts = PureWindowsPath(path).parts
        if not path.endswith(SUFFIXES) or any(part.startswith(".") for part in parts):
            continue
        content = read(left + 1)
        count, left = count + 1, left - len(content)
        if left < 0 or count > MAX_RULE_FILES:
            raise _too_large(name, MAX_RULE_BYTES)
        target = folder.joinpath(*parts)
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with target.open("xb") as out:
            out.write(content)
    return count


def _leads_out(path: str) -> bool:
    """Whether a name is absolute or has `..`, on any system: a Windows path has all separators."""
    parsed = PureWindowsPath(path)
    return bool(parsed.anchor) or ".." in parsed.parts


def _members(archive: Path, name: str) -> Iterator[tuple[str, Callable[[int], bytes]]]:
    """Yield the names of the regular files in an archive, and functions that read so many bytes."""
    with archive.open("rb") as file:
        head = file.read(4)
        file.seek(0)
        if head == b"PK\x03\x04":
            with zipfile.ZipFile(file) as packed:
                for info in packed.infolist():
                    if not info.is_dir():
                        yield info.filename, _zip_reader(packed, info)
            return
        data = gzip.GzipFile(fileobj=file) if head.startswith(b"\x1f\x8b") else file
        limited = cast(IO[bytes], _Limited(data, MAX_TAR_BYTES, name))
        try:
            with tarfile.open(fileobj=limited, mode="r|") as stream:
                for member in stream:
                    if member.isfile():
                        yield member.name, cast(BinaryIO, stream.extractfile(member)).read
        except tarfile.ReadError as error:
            raise RuleSourceError(f"{name}: not a zip or tar.gz archive: {error}") from None


def _zip_reader(packed: zipfile.ZipFile, info: zipfile.ZipInfo) -> Callable[[int], bytes]:
    def read(size: int) -> bytes:
        with packed.open(info) as file:
            return file.read(size)

    return read


class _Limited:
    """A stream that raises RuleSourceError once more than `limit` bytes were read."""

    def __init__(self, stream: IO[bytes] | gzip.GzipFile, limit: int, name: str) -> None:
        self._stream, self._limit, self._left, self._name = stream, limit, limit, name

    def read(self, size: int) -> bytes:
        data = self._stream.read(size)
        self._left -= len(data)
        if self._left < 0:
            raise _too_large(self._name, self._limit)
        return data


def _too_large(name: str, limit: int) -> RuleSourceError:
    return RuleSourceError(f"{name}: too large (over {limit // 2**20} MB, or {MAX_RULE_FILES} rule "
                           "files); publish the rules alone")  # fmt: skip
