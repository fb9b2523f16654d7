"""Build the wheel and the sdist, and use each wheel as a stranger would: `check.py [PYTHON...]`.

The sdist holds all that is tracked; the wheel is built from it, with all data of the package. Both
have what a package index asks for, and the version has release notes. In an empty environment of
each PYTHON, without extras, the command cleans a text and a page, and rules are tested.
"""

from __future__ import annotations

import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Sequence
from email import message_from_bytes
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
TEXT = "The pier opened on Monday.\n\nShare on Facebook\n"
PAGE = (
    f"<html><body><h1>Pier</h1><article><p>{'The pier opened. ' * 20}</p></article></body></html>"
)
API = "import cleaner; print(cleaner.Cleaner.load().clean('A text.\\n\\nShare on Facebook').text)"


def run(*command: str | Path, cwd: Path = ROOT) -> str:
    done = subprocess.run(list(map(str, command)), cwd=cwd, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}")
    return done.stdout


def wanted() -> set[str]:
    """What the wheel holds, but for its own description."""
    names: set[str] = set()
    for folder, there in {"cleaner": "cleaner", "rules/sites": "cleaner/bundled_rules/sites",
                          "rules/packs": "cleaner/bundled_rules/packs"}.items():  # fmt: skip
        tracked = run("git", "ls-files", folder).splitlines()
        names |= {there + name.removeprefix(folder) for name in tracked}
    return names


def check_source(out: Path) -> None:
    """A clone without its history: pages, Makefile and tests may name any file of it."""
    (source,) = out.glob("*.tar.gz")
    with tarfile.open(source) as archive:
        names = {member.name.partition("/")[2] for member in archive if member.isfile()}
    tracked = {name for name in run("git", "ls-files").splitlines() if not name.startswith(".ci/")}
    if names - {"PKG-INFO"} != tracked:
        sys.exit(
            f"sdist: missing: {sorted(tracked - names)}; not wanted: {sorted(names - tracked)}"
        )


def build(out: Path) -> Path:
    """The wheel, checked for what is in it."""
    run(sys.executable, "-m", "build", "--outdir", out)
    run(sys.executable, "-m", "twine", "check", "--strict", *out.iterdir())
    check_source(out)
    (wheel,) = out.glob("*.whl")
    run(sys.executable, "-m", "check_wheel_contents", wheel)
    check_release(wheel)
    names = zipfile.ZipFile(wheel).namelist()
    own = {name for name in names if ".dist-info/" not in name}
    if own != wanted():
        sys.exit(f"missing: {sorted(wanted() - own)}; not wanted: {sorted(own - wanted())}")
    licenses = {name.split("/licenses/")[1] for name in names if "/licenses/" in name}
    if licenses != {"LICENSE", "rules/LICENSE"}:
        sys.exit(f"licenses in the wheel: {sorted(licenses)}")
    return wheel


def check_release(wheel: Path) -> None:
    """The version has a section in the changelog. Says whether the URLs are still placeholders."""
    version = wheel.name.split("-")[1]
    if f"\n## [{version}] - " not in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"):
        sys.exit(f"CHANGELOG.md has no section for {version}")
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        metadata = message_from_bytes(archive.read(name))
    if any("//example.org/" in url for url in metadata.get_all("Project-URL", [])):
        print("the project URLs are placeholders: replace them in pyproject.toml before a release")


def megabytes(folder: Path) -> float:
    return sum(f.stat().st_size for f in folder.rglob("*") if f.is_file()) / 1e6


def check(python: str, wheel: Path, folder: Path) -> None:
    """Install the wheel for one Python, and clean with it."""
    run(python, "-m", "venv", folder)
    before, there = megabytes(folder), folder / "bin"
    run(there / "pip", "install", "--quiet", wheel)
    size = megabytes(folder) - before
    (folder / "a.txt").write_text(TEXT)
    (folder / "b.html").write_text(PAGE)
    assert "Usage: cleaner" in run(there / "cleaner", "--help", cwd=folder)
    assert run(there / "cleaner", "clean", "a.txt", cwd=folder) == TEXT.split("\n")[0] + "\n"
    assert "The pier opened." in run(there / "cleaner", "clean", "b.html", cwd=folder)
    run(there / "cleaner", "clean", "a.txt", "b.html", "-o", "out", cwd=folder)
    assert run(there / "python", "-c", API, cwd=folder) == "A text.\n"
    run(there / "python", "-m", "cleaner", "rules", "test", cwd=folder)
    run(there / "pip", "check")
    version = run(there / "python", "--version").strip()
    print(f"{version}: installed, {size:.0f} MB without extras, of which cleaner "
          f"{megabytes(next(folder.glob('lib/*/site-packages/cleaner'))):.1f} MB")  # fmt: skip


def main(pythons: Sequence[str]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        wheel = build(folder / "dist")
        print(f"{wheel.name}: {wheel.stat().st_size / 1e6:.2f} MB, all data in it")
        for number, python in enumerate(pythons or [sys.executable]):
            check(python, wheel, folder / str(number))


if __name__ == "__main__":
    main(sys.argv[1:])
