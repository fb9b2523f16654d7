"""The output folder of a run.

Its manifest lists the inputs and outputs of the runs that wrote into it, so that a run overwrites
and removes only files that a run wrote. Files appear whole or not at all, and never outside it.
"""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import BinaryIO

import orjson

from cleaner.corpus.streams import digest_of
from cleaner.errors import CleanerError
from cleaner.files import atomic_write, partial_of, utf8_name

RUN, DOLMA = "_run", "dolma"  # folders that hold no texts
MANIFEST, OUTPUTS = f"{RUN}/manifest.json", f"{RUN}/outputs.jsonl"
STATE = f"{RUN}/state.json"
REPORT_PAGE = f"{RUN}/report.html"
REPETITION = f"{RUN}/repetition.json"  # not written by a run, but about it
JOURNAL, EARLIER_JOURNAL, LEARNED = FOLDERS = ("journal", "journal.earlier", "learned")  # in RUN
INPUT, PLANNED, WRITTEN = "input", "planned", "written"


class OverwriteError(CleanerError, ValueError):
    """A run would overwrite or remove files that someone may want."""


@dataclass(frozen=True)
class OutputManifest:
    """The inputs of the runs into a folder, as digests of their addresses, and their outputs: for
    each name, the digests of the contents written there (none if the run was stopped before).

    Its file has one line for each input and each planned output, written before a run writes
    anything, and one for each output just before that appears under its name. A finished run
    leaves only its own.
    """

    inputs: set[str] = field(default_factory=set)
    outputs: dict[str, set[str]] = field(default_factory=dict)

    @staticmethod
    def read(path: Path) -> OutputManifest:
        """Read a manifest; a line that was cut off is skipped."""
        manifest = OutputManifest()
        with suppress(OSError), path.open("rb") as lines:
            for line in lines:
                with suppress(ValueError, TypeError):
                    kind, name, *digests = orjson.loads(line)
                    if all(isinstance(value, str) for value in (kind, name, *digests)):
                        manifest._add(kind, name, digests)
        return manifest

    def _add(self, kind: str, name: str, digests: Iterable[str]) -> None:
        if kind == INPUT:
            self.inputs.add(name)
        else:
            self.outputs.setdefault(name, set()).update(digests)

    def plan(self, addresses: Iterable[str], names: Iterable[str]) -> None:
        """Add the inputs and outputs of a run that begins."""
        self.inputs.update(map(_signature, addresses))
        for name in names:
            self.outputs.setdefault(name, set())

    def has_input(self, addresses: Iterable[str]) -> bool:
        return not self.inputs.isdisjoint(map(_signature, addresses))

    def save(self, path: Path) -> None:
        with atomic_write(path, sync=True) as out:
            for name in sorted(self.inputs):
                out.write(_line(INPUT, name))
            for name, digests in sorted(self.outputs.items()):
                if not digests:
                    out.write(_line(PLANNED, name))
                out.writelines(_line(WRITTEN, name, digest) for digest in sorted(digests))


def _line(*values: str) -> bytes:
    return orjson.dumps(values, option=orjson.OPT_APPEND_NEWLINE)


def _signature(address: str) -> str:
    """A digest of an address: an output folder that is given away names no paths."""
    return hashlib.sha256(address.encode()).hexdigest()[:32]


class OutputFolder:
    """The folder of a run, which writes its files within `run`. `written` has the digest of each
    file by name."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.written: dict[str, str] = {}
        if (root / RUN).is_symlink():
            raise OverwriteError(
                f"{root / RUN}: a link, so the run would write outside {root}; remove it"
            )
        (root / RUN).mkdir(parents=True, exist_ok=True)
        self._manifest = OutputManifest.read(root / OUTPUTS)

    @contextmanager
    def run(self, addresses: Iterable[str], names: Iterable[str]) -> Iterator[None]:
        """A run with inputs at these addresses that may write files of these names."""
        self._addresses = frozenset(addresses)
        for partial in (self.root / RUN).glob(".*.partial"):
            partial.unlink(missing_ok=True)
        # from here on the outputs are not those of one complete run
        for name in (STATE, REPETITION):
            (self.root / name).unlink(missing_ok=True)
        self._manifest.plan(self._addresses, names)
        self._manifest.save(self.root / OUTPUTS)
        with (self.root / OUTPUTS).open("ab", buffering=0) as self._log:
            yield
        complete = OutputManifest(outputs={name: {d} for name, d in self.written.items()})
        complete.plan(self._addresses, ())
        complete.save(self.root / OUTPUTS)

    def path(self, name: str) -> Path:
        """The path of an output. Raises OverwriteError for a name that leads out of the folder."""
        parts = PurePosixPath(name).parts
        if not parts or name.startswith("/") or ".." in parts or "\0" in name or "\\" in name:
            raise OverwriteError(f"{name!r} would be written outside {self.root}")
        target = self.root.joinpath(*parts)
        if not target.parent.resolve().is_relative_to(self.root.resolve()):
            raise OverwriteError(f"{name!r} would be written outside {self.root}")
        return target

    @contextmanager
    def open(self, name: str, digest: str = "") -> Iterator[BinaryIO]:
        """Open an output that appears under its name once it is complete. If the digest of its
        content is not given, it is computed."""
        target = self.path(name)
        target.parent.mkdir(parents=True, exist_ok=True)
        if name not in self._manifest.outputs:
            self._log.write(_line(PLANNED, name))
        with atomic_write(target) as out:
            yield out
            out.flush()
            self.written[name] = digest or digest_of(partial_of(target))
            self._log.write(_line(WRITTEN, name, self.written[name]))

    def write(self, name: str, content: bytes) -> None:
        with self.open(name, hashlib.sha256(content).hexdigest()) as out:
            out.write(content)

    def clear(self) -> tuple[int, list[str]]:
        """Remove the outputs of earlier runs that this one did not write again, and the folders
        that this leaves empty. Returns the number of outputs, and the names of those that stay
        because someone changed them."""
        removed, changed = 0, []
        for name in sorted(self._manifest.outputs.keys() - self.written.keys()):
            try:
                path = self.path(name)
                partial_of(path).unlink(missing_ok=True)
                is_of_run = name.startswith(f"{RUN}/")
                if not os.path.lexists(path) or os.path.realpath(path) in self._addresses:
                    continue
                if not is_of_run and digest_of(path) not in self._manifest.outputs[name]:
                    changed.append(name)
                    continue
                path.unlink()
                removed += not is_of_run
                self._remove_empty(path.parent)
            except (ValueError, OSError):
                continue
        return removed, changed

    def _remove_empty(self, folder: Path) -> None:
        with suppress(OSError):  # a folder that is not empty
            while folder != self.root:
                folder.rmdir()
                folder = folder.parent


def check_overwrite(
    out: Path, addresses: Collection[str], names: Collection[str], replace: bool
) -> None:
    """Raise OverwriteError if one of the outputs `names` is an input or was not written by a run,
    or if all outputs in `out` are of other inputs and `replace` is false."""
    _check_places(out, names)
    if not out.exists():
        return
    manifest = OutputManifest.read(out / OUTPUTS)
    for name in names:
        target = out / name
        if not os.path.lexists(target):
            continue
        if utf8_name(os.path.realpath(target)) in addresses:
            raise OverwriteError(
                f"{target}: an input, which the run would overwrite; choose another -o"
            )
        if name not in manifest.outputs:
            raise OverwriteError(
                f"{target}: the run would overwrite it, but no run into {out} wrote it; "
                "move it away or choose another -o"
            )
    if replace or manifest.has_input(addresses):
        return
    earlier = [name for name in manifest.outputs if not name.startswith(f"{RUN}/")]
    if count := sum(os.path.lexists(out / name) for name in earlier):
        raise OverwriteError(
            f"{out} has {count} output{'s' * (count != 1)} of other inputs; choose another -o, or "
            "use --replace to remove them"
        )


def _check_places(out: Path, names: Iterable[str]) -> None:
    """Raise OverwriteError if something in `out` is in the way of a file that the run needs;
    otherwise the run would fail midway."""
    folders: set[Path] = set()
    for name in names:
        target = out / name
        try:
            os.lstat(partial_of(target))
        except OSError as error:
            if error.errno == errno.ENAMETOOLONG:
                raise OverwriteError(
                    f"{target}: longer than the system allows; choose a shorter -o"
                ) from None
        _refuse(target, _is_folder(target), "a folder where the run needs a file")
        folders.update(target.parents[: name.count("/")])
    for folder in sorted(folders):
        is_other = os.path.lexists(folder) and not folder.is_dir()
        _refuse(folder, is_other, "a file where the run needs a folder")
    for path in (out / RUN).iterdir() if (out / RUN).is_dir() else ():
        _refuse(path, _is_folder(path) != (path.name in FOLDERS), "not written by a run")
        _refuse(path, path.exists() and not (path.is_dir() or path.is_file()), "not a file")


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _refuse(path: Path, is_wrong: bool, why: str) -> None:
    if is_wrong:
        raise OverwriteError(f"{path}: {why}; move it away or choose another -o")
