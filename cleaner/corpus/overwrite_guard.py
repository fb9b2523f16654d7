"""Whether a run would harm files that are not its own: asked before it writes anything."""

from __future__ import annotations

import errno
import os
from collections.abc import Collection, Iterable
from pathlib import Path

from cleaner.corpus.inputs import address_of
from cleaner.corpus.journal import EARLIER, NAME
from cleaner.corpus.output_folder import RUN, TRACES, partial_of
from cleaner.corpus.output_manifest import Traces, sign
from cleaner.errors import CleanerError

JOURNALS = (NAME, EARLIER)  # the folders in that of the run


class OverwriteError(CleanerError, ValueError):
    """A run would overwrite or remove what somebody may want; the message says what to do."""


def check_overwrite(
    out: Path, addresses: Collection[str], names: Iterable[str], replace: bool
) -> None:
    """Raise OverwriteError if one of `names` in `out` is an input or was not written by a run, or
    if `out` has only outputs of other inputs and `replace` is false."""
    names = list(names)
    _check_places(out, names)
    if not out.exists():
        return
    traces = Traces.read(out / TRACES)
    for name in names:
        target = out / name
        if not os.path.lexists(target):
            continue
        if address_of(target) in addresses:
            raise OverwriteError(f"{target}: an input, which would be overwritten; say another -o")
        if name not in traces.outputs:
            raise OverwriteError(
                f"{target}: would be overwritten, and no run into {out} wrote it; move it away, "
                "or say another -o"
            )
    if replace or not traces.inputs.isdisjoint(map(sign, addresses)):
        return
    earlier = [name for name in traces.outputs if not name.startswith(f"{RUN}/")]
    if there := sum(os.path.lexists(out / name) for name in earlier):
        raise OverwriteError(
            f"{out} has {there} outputs of other inputs, none of which is given now; say another "
            "-o, or --replace to have them removed"
        )


def _check_places(out: Path, names: Iterable[str]) -> None:
    """Raise OverwriteError if something in `out` is in the way of a file that the run writes or
    reads. Found now, it does not end the run midway."""
    folders: set[Path] = set()
    for name in names:
        target = out / name
        try:
            os.lstat(partial_of(target))
        except OSError as error:
            if error.errno == errno.ENAMETOOLONG:
                raise OverwriteError(
                    f"{target}: longer than the system allows; say a shorter -o"
                ) from None
        _refuse(target, _is_folder(target), "a folder where a file is needed")
        folders.update(target.parents[: name.count("/")])
    for folder in sorted(folders):
        there = os.path.lexists(folder) and not folder.is_dir()
        _refuse(folder, there, "a file where a folder is needed")
    for path in (out / RUN).iterdir() if (out / RUN).is_dir() else ():
        _refuse(path, _is_folder(path) != (path.name in JOURNALS), "not of a run")
        _refuse(path, path.exists() and not (path.is_dir() or path.is_file()), "not a file")


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _refuse(path: Path, is_wrong: bool, why: str) -> None:
    if is_wrong:
        raise OverwriteError(f"{path}: {why}; move it away, or say another -o")
