"""Find rule files on disk."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

SUFFIXES = (".yaml", ".yml")


def find_rule_files(roots: Iterable[Path]) -> Iterator[str]:
    """Yield the paths of the rule files in folders (sorted), or of single files.

    Raises FileNotFoundError if one of the roots does not exist.
    """
    for root in roots:
        if root.is_file():
            yield str(root)
        elif root.is_dir():
            yield from _in_folder(
                str(root), "" if str(root) == "." else f"{root}/".replace("//", "/")
            )
        else:
            raise FileNotFoundError(f"no rule file or folder {root}")


def _in_folder(folder: str, prefix: str) -> Iterator[str]:
    """Yield the rule files below a folder. Links to folders are not followed."""
    try:
        with os.scandir(folder) as listed:
            entries = sorted(listed, key=lambda entry: entry.name)
    except PermissionError:
        return
    for entry in entries:
        if entry.name.endswith(SUFFIXES) and entry.name not in SUFFIXES and entry.is_file():
            yield prefix + entry.name
        elif entry.is_dir(follow_symlinks=False):
            yield from _in_folder(entry.path, f"{prefix}{entry.name}/")


def rule_paths(folder: Path) -> list[Path]:
    """Return the rule files of a folder (or the one file), sorted; raises FileNotFoundError."""
    return list(map(Path, find_rule_files([folder])))


def bundled_rules() -> Path:
    """Return the folder of the rules that come with the package, installed or in its repository."""
    package = Path(__file__).parent.parent
    installed = package / "bundled_rules"
    return installed if installed.is_dir() else package.parent / "rules"
