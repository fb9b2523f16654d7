"""Rules to install, fetch and unpack: packages, repositories and archives made on the spot."""

from __future__ import annotations

import hashlib
import os
import subprocess
import tarfile
import zipfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

RULE = "pack: {0}\nrules:\n  - kind: ad\n    line: Buy the {0} almanac\n"


def install(site: Path, name: str, module: str, version: str = "1.2.0") -> Path:
    """Install a package with one rule file, as pip does; returns its folder."""
    package = site / module.partition(":")[0].replace(".", "/")
    package.mkdir(parents=True, exist_ok=True)
    (package / "__init__.py").write_text("raise SystemExit('imported')")
    (package / "tern.yaml").write_text(RULE.format("tern"))
    info = site / f"{name.replace('-', '_')}-{version}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    (info / "entry_points.txt").write_text(f"[cleaner.rules]\n{name} = {module}\n")
    return package


def commit(repository: Path, files: Mapping[str, str]) -> str:
    """Commit files to a repository, which is made if there is none; returns the hash."""
    repository.mkdir(exist_ok=True)
    for name, text in files.items():
        (repository / name).parent.mkdir(parents=True, exist_ok=True)
        (repository / name).write_text(text)
    env = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    who = ["-c", "user.name=Ann", "-c", "user.email=ann@example.org", "-c", "commit.gpgsign=false"]

    def git(*call: str) -> str:
        command = ["git", *who, *call]
        done = subprocess.run(
            command, cwd=repository, env=env, check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    git("init", "--quiet", "--initial-branch=main")
    git("add", ".")
    git("commit", "--quiet", "--message=Rules")
    return git("rev-parse", "HEAD")


def tar(files: Mapping[str, str], mode: str = "w:gz") -> bytes:
    out = BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:  # type: ignore[call-overload]
        for name, text in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(text.encode())
            archive.addfile(member, BytesIO(text.encode()))
    return out.getvalue()


def zipped(files: Mapping[str, str]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return out.getvalue()


def pinned(path: Path, content: bytes) -> str:
    """Write an archive; returns its URL with its digest."""
    path.write_bytes(content)
    return f"{path.as_uri()}#sha256={hashlib.sha256(content).hexdigest()}"
