"""Find the files to read: files, folders, globs, and URLs of remote file systems."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, cast

from cleaner.corpus.output_folder import DOLMA, MANIFEST, OUTPUTS, RUN
from cleaner.corpus.streams import PACKED, MissingExtraError
from cleaner.document import Format
from cleaner.errors import InputError
from cleaner.files import utf8_name

FORMATS = {
    ".html": Format.HTML, ".htm": Format.HTML, ".xhtml": Format.HTML,
    ".txt": Format.TEXT, ".text": Format.TEXT, ".md": Format.MARKDOWN, ".markdown": Format.MARKDOWN,
}  # fmt: skip
JSONL = (".jsonl", ".ndjson")
JSON = ".json"  # read only if it is named: folders have many that hold no documents
TABLES = (".csv", ".tsv", ".parquet")
ARCHIVES = (".warc", ".wet")
GLOB = frozenset("*?[")

FILES = (*FORMATS, *JSONL, *TABLES, *ARCHIVES, *PACKED)

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Input:
    """An input file, and the name of its outputs. A remote `path` has the methods of a Path. `only`
    are the positions of the records to read, in order; None means all."""

    path: Path
    name: str
    only: Sequence[int] | None = None

    @property
    def kind(self) -> str:
        """The extension in lower case, without that of the compression."""
        name = self.path.name.lower()
        ending = _ending(name)
        return _ending(name.removesuffix(ending)) if ending in PACKED else ending

    @property
    def has_records(self) -> bool:
        """Whether it is a file of many records, as opposed to one document."""
        return self.kind not in FORMATS

    @property
    def has_rows(self) -> bool:
        """Whether its records have columns."""
        return self.kind in (*JSONL, *TABLES, JSON)

    @property
    def is_known(self) -> bool:
        """Whether it is read if a folder has it."""
        return self.kind in (*FORMATS, *JSONL, *TABLES, *ARCHIVES)

    @property
    def size(self) -> int:
        """The size of the file on disk; 0 if it is not available."""
        return state_of(self.path)[0]


def find_inputs(
    sources: Iterable[Path | str], skip: Path | None = None, say: Say | None = None
) -> list[Input]:
    """The files to read under `sources`, in a fixed order, without those under `skip`.

    A source is a file, a folder, a glob (`**` for any depth) or a URL that fsspec can open
    (`s3://...`, `file://...`). `say` receives messages about what is skipped in a folder or glob:
    links out of it, pipes and devices, unreadable folders, and unsupported files. Raises
    FileNotFoundError for a missing source, InputError for a source that is not a file or not
    supported.
    """
    inputs: list[Input] = []
    unsupported: Counter[str] = Counter()
    for source in sources:
        path = place_of(source)
        if path.is_dir():
            inputs.extend(_walk(path, skip.resolve() if skip else None, unsupported, say))
        elif path.exists():
            inputs.append(_file(path))
        elif GLOB & set(str(source)):
            inputs.extend(_glob(path, unsupported, say))
        else:
            raise FileNotFoundError(f"no such file or folder: {source}")
    if say and unsupported:
        kinds = ", ".join(f"{kind or 'no extension'} {n}" for kind, n in unsupported.most_common(8))
        count = unsupported.total()
        say(f"skipped {count} unsupported file{'s' * (count != 1)} ({kinds})")
    return inputs


def regular_file(source: Path | str) -> Path:
    """The path of a single file. Raises FileNotFoundError if it is missing, and InputError for a
    folder, a pipe or a device, which may never end."""
    path = place_of(source)
    if not path.exists():
        raise FileNotFoundError(f"no such file or folder: {source}")
    if not path.is_file():
        raise InputError(f"{source}: not a regular file; name a file or a folder")
    return path


def place_of(source: Path | str) -> Path:
    """A source as a path, local or remote."""
    if not str(source):
        raise FileNotFoundError("no such file or folder: the name is empty")
    if "://" not in str(source):
        return Path(source)
    try:
        from upath import UPath
    except ImportError:
        raise MissingExtraError(f"{source}: reading URLs", "remote") from None
    try:
        path = UPath(str(source))
        path.exists()  # needs packages and credentials, which may be missing
    except Exception as error:
        raise OSError(f"{source}: {error}") from None
    return cast(Path, path)


def is_remote(path: Any) -> bool:
    return not isinstance(path, Path)


def state_of(path: Path) -> tuple[int, int]:
    """The size and the time of change of a file, which identify its content; 0 if unknown."""
    try:
        found = path.stat()
    except OSError:
        return 0, 0
    return found.st_size, getattr(found, "st_mtime_ns", None) or int(found.st_mtime * 1e9)


def address_of(path: Path) -> str:
    """The full path or URL of a file."""
    return str(path) if is_remote(path) else utf8_name(os.path.realpath(path))


def _ending(name: str) -> str:
    """Like `Path.suffix`, but ten times as fast."""
    stem, dot, ending = name.rpartition(".")
    return f"{dot}{ending}" if stem else ""


def _file(path: Path) -> Input:
    found = Input(regular_file(path), utf8_name(path.name))
    if not found.is_known and found.kind != JSON:
        known = " ".join([*FORMATS, *JSONL, JSON, *TABLES, *ARCHIVES])
        raise InputError(f"{path}: not a supported kind of file ({known}; also .gz and .zst)")
    return found


def _glob(pattern: Path, unsupported: Counter[str], say: Say | None) -> Iterator[Input]:
    """The files that match a pattern, named from its first wildcard on."""
    parts = pattern.parts
    first = next(n for n, part in enumerate(parts) if GLOB & set(part))
    base = type(pattern)(*parts[:first]) if first else Path()
    rest = "/".join(parts[first:])
    if is_remote(pattern):
        base = next(p for p in pattern.parents if not GLOB & set(str(p)))
        rest = str(pattern)[len(str(base)) :].lstrip("/")
    found = sorted((path for path in base.glob(rest) if not path.is_dir()), key=str)
    run_files = _RunFiles(base)
    inputs = [Input(path, _below(path, base)) for path in found if path not in run_files]
    inputs = [i for i in inputs if not any(part[0] == "." for part in i.name.split("/"))]
    wanted = Input(pattern, pattern.name).kind
    known = [item for item in inputs if item.is_known or item.kind == wanted == JSON]
    unsupported.update(item.kind for item in inputs if not (item.is_known or item.kind == wanted))
    if not known:
        raise FileNotFoundError(f"no readable file matches {pattern}")
    if is_remote(base):
        yield from known
        return
    inside = base.resolve()
    folders = {item.path.parent for item in known}
    away = {folder for folder in folders if not folder.resolve().is_relative_to(inside)}
    yield from (item for item in known if _may_be_read(item.path, inside, say, away))


def _walk(
    folder: Path, skip: Path | None, unsupported: Counter[str], say: Say | None
) -> Iterator[Input]:
    inside = folder if is_remote(folder) else folder.resolve()
    run_files = _RunFiles(folder)
    for root, folders, files in _tree(folder, say):
        folders[:] = sorted(f for f in folders if not f.startswith(".") and not _is(root / f, skip))
        for name in sorted(files):
            found = Input(root / name, _below(root / name, folder))
            if name.startswith(".") or found.path in run_files:
                continue
            if not found.is_known:
                unsupported[found.kind] += 1
                continue
            if is_remote(folder) or _may_be_read(found.path, inside, say):
                yield found


class _RunFiles:
    """The files below a folder that runs wrote beside the texts."""

    def __init__(self, top: Path) -> None:
        self._top = top
        self._is_output: dict[Path, bool] = {}

    def __contains__(self, path: Path) -> bool:
        below = path.relative_to(self._top).parts
        head, is_metadata, ending = path.name.rpartition(".metadata.")
        text = path.with_name(f"{head}.{ending}") if is_metadata else path.with_suffix(".txt")
        may_be_beside = bool(is_metadata) or path.suffix == JSON
        if not may_be_beside and {RUN, DOLMA}.isdisjoint(below):
            return False
        outputs = [n for n in range(len(below)) if self._wrote_into(path.parents[n])]
        names = {below[-1 - n] for n in outputs}  # in folders that runs wrote into
        is_beside = may_be_beside and bool(outputs) and text.exists()
        return not names.isdisjoint({RUN, DOLMA}) or is_beside

    def _wrote_into(self, folder: Path) -> bool:
        if folder not in self._is_output:
            manifests = (folder / name for name in (MANIFEST, OUTPUTS))
            self._is_output[folder] = any(path.is_file() for path in manifests)
        return self._is_output[folder]


def _tree(folder: Any, say: Say | None) -> Iterator[tuple[Path, list[str], list[str]]]:
    if is_remote(folder):
        yield from folder.walk()
        return

    def skipped(error: OSError) -> None:
        if say:
            say(f"{error.filename}: {error.strerror}; skipped")

    for root, folders, files in os.walk(folder, onerror=skipped):
        yield Path(root), folders, files


def _is(path: Path, other: Path | None) -> bool:
    return other is not None and not is_remote(path) and path.resolve() == other


def _may_be_read(path: Path, folder: Path, say: Say | None, away: Container[Path] = ()) -> bool:
    """Whether to read a file found in a folder; `away` are folders behind links out of it. A
    corpus from a stranger must not pull in other files of the machine, or wait on a pipe."""
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
        say(f"{path} is {why}; skipped")
    return False


def _below(path: Path, folder: Path) -> str:
    return utf8_name(str(PurePosixPath(*path.relative_to(folder).parts)))
