"""Rule files as they stand on disk: where they are, and in which state."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

SUFFIXES = (".yaml", ".yml")
FIELDS = 4  # of a state: size, time of change, time of change of the inode, inode


@dataclass(frozen=True)
class Found:
    """The rule files of some folders, in order. `states` has four numbers for each, which differ
    where a file was written between two looks, but for looks and writes in one tick of the clock.
    """

    paths: list[str]
    states: list[int]

    @property
    def newest(self) -> int:
        """When the last change was, by the clock of the file system: nobody can set this time."""
        return max(self.states[2::FIELDS], default=0)

    def read(self) -> list[tuple[str, bytes]]:
        """(path, content) of each."""
        return [(path, Path(path).read_bytes()) for path in self.paths]


def look(roots: Iterable[Path]) -> Found:
    """The rule files of folders, or single files; raises FileNotFoundError for what is neither."""
    found = Found([], [])
    for root in roots:
        if root.is_file():
            _add(found, str(root))
        elif root.is_dir():
            _add_all(found, str(root), "" if str(root) == "." else f"{root}/".replace("//", "/"))
        else:
            raise FileNotFoundError(f"no rule file or folder {root}")
    return found


def _add(found: Found, path: str) -> None:
    state = os.stat(path)  # noqa: PTH116, of thousands of files, where a Path is felt
    found.paths.append(path)
    found.states.extend((state.st_size, state.st_mtime_ns, state.st_ctime_ns, state.st_ino))


def _add_all(found: Found, folder: str, prefix: str) -> None:
    """The rule files under a folder, sorted; folders that links lead to are left out."""
    try:
        with os.scandir(folder) as listed:
            entries = sorted(listed, key=lambda entry: entry.name)
    except PermissionError:
        return
    for entry in entries:
        name = entry.name
        if name.endswith(SUFFIXES) and name not in SUFFIXES and entry.is_file():
            _add(found, prefix + name)
        elif entry.is_dir(follow_symlinks=False):
            _add_all(found, entry.path, f"{prefix}{name}/")


def rule_paths(folder: Path) -> list[Path]:
    """The rule files of a folder (or the one file), sorted; raises FileNotFoundError."""
    return [Path(path) for path in look([folder]).paths]


def bundled_rules() -> Path:
    """The folder of the rules that come with the package, installed or in its repository."""
    package = Path(__file__).parent.parent
    installed = package / "bundled_rules"
    return installed if installed.is_dir() else package.parent / "rules"
