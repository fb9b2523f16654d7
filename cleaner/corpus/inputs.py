"""Find the files to read: files, folders, globs, and URLs of other file systems."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, cast

from cleaner.corpus.output_folder import DOLMA, MANIFEST, RUN, TRACES
from cleaner.corpus.streams import PACKED, MissingExtraError
from cleaner.document import Format

FORMATS = {
    ".html": Format.HTML, ".htm": Format.HTML, ".xhtml": Format.HTML,
    ".txt": Format.TEXT, ".text": Format.TEXT, ".md": Format.MARKDOWN, ".markdown": Format.MARKDOWN,
}  # fmt: skip
JSONL = (".jsonl", ".ndjson")
TABLES = (".csv", ".tsv", ".parquet")
ARCHIVES = (".warc", ".wet")
GLOB = frozenset("*?[")

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Input:
    """One input file: where it is, and the name under which its results are written. `path` may
    be one of another file system: it has the methods of a Path."""

    path: Path
    name: str

    @property
    def kind(self) -> str:
        """The ending that says what the file is, small, without that of its packing."""
        name = self.path.name.lower()
        ending = _ending(name)
        return _ending(name.removesuffix(ending)) if ending in PACKED else ending

    @property
    def has_records(self) -> bool:
        """Whether it is a file of many records, or else one document."""
        return self.kind not in FORMATS

    @property
    def has_rows(self) -> bool:
        """Whether its records have columns."""
        return self.kind in (*JSONL, *TABLES)

    @property
    def is_known(self) -> bool:
        return self.kind in (*FORMATS, *JSONL, *TABLES, *ARCHIVES)

    @property
    def size(self) -> int:
        """Bytes of the file, packed as it is; 0 where that is not to be had."""
        return state_of(self.path)[0]


def find_inputs(
    sources: Iterable[Path | str], skip: Path | None = None, say: Say | None = None
) -> list[Input]:
    """The files to read under `sources`, in a fixed order, without those under `skip`.

    A source is a file, a folder, a glob (`**` for any depth) or a URL (`s3://...`, `file://...`:
    whatever fsspec knows). `say` is told what a folder or glob has that is not read: links out of
    it, pipes and devices, folders that cannot be listed, and how many files are of other kinds.
    Raises FileNotFoundError for a source that does not exist, ValueError for one that is no file or
    of an unknown kind.
    """
    inputs: list[Input] = []
    others: Counter[str] = Counter()
    for source in sources:
        path = place_of(source)
        if path.is_dir():
            inputs.extend(_walk(path, skip.resolve() if skip else None, others, say))
        elif path.exists():
            inputs.append(_file(path))
        elif GLOB & set(str(source)):
            inputs.extend(_glob(path, others, say))
        else:
            raise FileNotFoundError(f"no such file or folder: {source}")
    if say and others:
        kinds = ", ".join(f"{kind or 'without ending'} {n}" for kind, n in others.most_common(8))
        say(f"{others.total()} files of other kinds passed over ({kinds})")
    return inputs


def regular_file(source: Path | str) -> Path:
    """The path of a single file. Raises FileNotFoundError if it does not exist, and ValueError for
    a folder, a pipe or a device, of which reading may never end."""
    path = place_of(source)
    if not path.exists():
        raise FileNotFoundError(f"no such file or folder: {source}")
    if not path.is_file():
        raise ValueError(f"{source}: not a regular file")
    return path


def place_of(source: Path | str) -> Path:
    """A source as a path: of this machine, or of the file system that its URL names."""
    if not str(source):
        raise FileNotFoundError("no such file or folder: the name is empty")
    if "://" not in str(source):
        return Path(source)
    try:
        from upath import UPath
    except ImportError:
        raise MissingExtraError(f"{source}: a URL", "remote") from None
    try:
        path = UPath(str(source))
        path.exists()  # asks for packages and credentials, which any of them may lack
    except Exception as error:
        raise OSError(f"{source}: {error}") from None
    return cast(Path, path)


def is_remote(path: Any) -> bool:
    return not isinstance(path, Path)


def state_of(path: Path) -> tuple[int, int]:
    """The size and the time of change of a file, by which it is known again; 0 if unknown."""
    try:
        found = path.stat()
    except OSError:
        return 0, 0
    return found.st_size, getattr(found, "st_mtime_ns", None) or int(found.st_mtime * 1e9)


def address_of(path: Path) -> str:
    """Where a file is, in full."""
    return str(path) if is_remote(path) else utf8_name(os.path.realpath(path))


def _ending(name: str) -> str:
    """As `Path.suffix`, which takes ten times as long."""
    stem, dot, ending = name.rpartition(".")
    return f"{dot}{ending}" if stem else ""


def _file(path: Path) -> Input:
    found = Input(regular_file(path), utf8_name(path.name))
    if not found.is_known:
        known = " ".join([*FORMATS, *JSONL, *TABLES, *ARCHIVES])
        raise ValueError(
            f"{path}: not a kind of file that is read here ({known}; also .gz and .zst)"
        )
    return found


def _glob(pattern: Path, others: Counter[str], say: Say | None) -> Iterator[Input]:
    """The files that a pattern names, named from its first folder that is no pattern on."""
    parts = pattern.parts
    first = next(n for n, part in enumerate(parts) if GLOB & set(part))
    base = type(pattern)(*parts[:first]) if first else Path()
    rest = "/".join(parts[first:])
    if is_remote(pattern):
        base = next(p for p in pattern.parents if not GLOB & set(str(p)))
        rest = str(pattern)[len(str(base)) :].lstrip("/")
    found = sorted((path for path in base.glob(rest) if not path.is_dir()), key=str)
    of_runs = _OfRuns(base)
    inputs = [Input(path, _below(path, base)) for path in found if path not in of_runs]
    inputs = [i for i in inputs if not any(part[0] == "." for part in i.name.split("/"))]
    others.update(item.kind for item in inputs if not item.is_known)
    known = [item for item in inputs if item.is_known]
    if not known:
        raise FileNotFoundError(f"no file that is read here matches {pattern}")
    if is_remote(base):
        yield from known
        return
    inside = base.resolve()
    folders = {item.path.parent for item in known}
    away = {folder for folder in folders if not folder.resolve().is_relative_to(inside)}
    yield from (item for item in known if _may_be_read(item.path, inside, say, away))


def _walk(
    folder: Path, skip: Path | None, others: Counter[str], say: Say | None
) -> Iterator[Input]:
    inside = folder if is_remote(folder) else folder.resolve()
    of_runs = _OfRuns(folder)
    for root, folders, files in _tree(folder, say):
        folders[:] = sorted(f for f in folders if not f.startswith(".") and not _is(root / f, skip))
        for name in sorted(files):
            found = Input(root / name, _below(root / name, folder))
            if name.startswith(".") or found.path in of_runs:
                continue
            if not found.is_known:
                others[found.kind] += 1
                continue
            if is_remote(folder) or _may_be_read(found.path, inside, say):
                yield found


class _OfRuns:
    """The files below a folder that runs keep beside the texts that they wrote."""

    def __init__(self, top: Path) -> None:
        self._top = top
        self._is_output: dict[Path, bool] = {}

    def __contains__(self, path: Path) -> bool:
        below = path.relative_to(self._top).parts
        head, is_metadata, ending = path.name.rpartition(".metadata.")
        if not is_metadata and {RUN, DOLMA}.isdisjoint(below):
            return False
        outputs = [n for n in range(len(below)) if self._wrote_into(path.parents[n])]
        names = {below[-1 - n] for n in outputs}  # in the folders that runs wrote into
        is_beside = bool(is_metadata) and path.with_name(f"{head}.{ending}").exists()
        return not names.isdisjoint({RUN, DOLMA}) or (bool(outputs) and is_beside)

    def _wrote_into(self, folder: Path) -> bool:
        if folder not in self._is_output:
            books = (folder / name for name in (MANIFEST, TRACES))
            self._is_output[folder] = any(book.is_file() for book in books)
        return self._is_output[folder]


def _tree(folder: Any, say: Say | None) -> Iterator[tuple[Path, list[str], list[str]]]:
    if is_remote(folder):
        yield from folder.walk()
        return

    def skipped(error: OSError) -> None:
        if say:
            say(f"{error.filename}: {error.strerror}; not read")

    for root, folders, files in os.walk(folder, onerror=skipped):
        yield Path(root), folders, files


def _is(path: Path, other: Path | None) -> bool:
    return other is not None and not is_remote(path) and path.resolve() == other


def _may_be_read(path: Path, folder: Path, say: Say | None, away: Container[Path] = ()) -> bool:
    """Whether a file that was found in a folder is read, or behind a link in one of those `away`.
    What a stranger packed into a corpus must not draw in other files of the machine, or wait for
    somebody to write."""
    try:
        is_link = path.is_symlink()
        if path.parent in away or (is_link and not path.resolve().is_relative_to(folder)):
            why = "a link out of the folder"
        elif path.exists() and not path.is_file():
            why = "not a regular file"
        else:
            return True
    except (OSError, RuntimeError):
        why = "a link to itself"
    if say:
        say(f"{path} is {why}; not read")
    return False


def _below(path: Path, folder: Path) -> str:
    return utf8_name(str(PurePosixPath(*path.relative_to(folder).parts)))


def utf8_name(name: str) -> str:
    """A file name that may have been of any bytes, as text."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")
