"""What marks that were made in a report lead to: rules in a folder, and their effect on the run."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from difflib import unified_diff
from pathlib import Path
from typing import Any

from cleaner.report.dry_run import effect
from cleaner.report.load_run import FinishedRun
from cleaner.report.review_edits import Patch, ReviewEditError, make_patch, parse_marks
from cleaner.rules.ruleset import RuleSet, load_rules


@dataclass(frozen=True)
class Review:
    """A run under review, and the folders of rules, of which the first takes new ones."""

    run: FinishedRun
    folders: tuple[Path, ...]
    bundled: bool = True

    @property
    def folder(self) -> Path:
        return self.folders[0]

    def answer(self, data: Any) -> dict[str, Any]:
        """Try the edits in `data` (plain JSON values) and write them as rules if it says so.
        Raises ReviewEditError, LoadRunError and OSError; then nothing is written."""
        if not isinstance(data, dict) or data.keys() != {"marks", "write"}:
            raise ReviewEditError(["marks and write are wanted"])
        rules = self._rules()
        patch = make_patch(parse_marks(data["marks"]), self.folder, rules)
        found = effect(self.run, rules, patch.rules, patch.keys)
        if data["write"] is True:
            write(patch)
        return {
            "wrote": data["write"] is True,
            "files": [self._file(path, patch) for path in sorted(patch.files)],
            "warnings": list(patch.warnings),
            "effect": asdict(found),
        }

    def _rules(self) -> RuleSet:
        return load_rules([f for f in self.folders if f.exists()], bundled=self.bundled)

    def _file(self, path: Path, patch: Patch) -> dict[str, str]:
        was, now = (
            contents.get(path, b"").decode().splitlines(keepends=True)
            for contents in (patch.before, patch.files)
        )
        rows = list(unified_diff(was, now, n=2))[2:]
        return {"path": str(path), "diff": "".join(rows)}


def write(patch: Patch) -> None:
    """Write all files of a patch, each whole, or none of them."""
    for path in patch.files:
        if _content(path) != patch.before.get(path):
            raise ReviewEditError([f"{path} was changed meanwhile; try again"])
    done: list[Path] = []
    try:
        for path, content in patch.files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            replace(path, content)
            done.append(path)
    except OSError:
        _restore(done, patch.before)
        raise


def replace(path: Path, content: bytes) -> None:
    """Write a file that is there whole, whatever happens."""
    number, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    partial = Path(name)
    try:
        with os.fdopen(number, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        partial.chmod(path.stat().st_mode if path.exists() else 0o644)
        partial.replace(path)
    except OSError:
        partial.unlink(missing_ok=True)
        raise


def _restore(paths: list[Path], before: Mapping[Path, bytes]) -> None:
    for path in paths:
        if path in before:
            replace(path, before[path])
        else:
            path.unlink(missing_ok=True)


def _content(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None
