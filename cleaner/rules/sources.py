"""Sources of rule files: folders and files, installed packages, and pinned downloads."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from pathlib import Path

from cleaner.errors import RuleSourceError

GROUP = "cleaner.rules"  # the entry points of packages that contain rule files
PACKAGE = "pkg:"
SUFFIXES = (".yaml", ".yml")
NAME = re.compile(r"[\w.-]+")


@dataclass(frozen=True)
class RuleSource:
    """A folder of rule files (or one file), and its origin.

    `name` is that of the folder or package, or the URL without secrets. `version` is that of a
    package, the commit of a Git repository or the SHA-256 of an archive; None for a folder.
    `sha256` is the digest of the sorted digests of its rule files, once they are loaded.
    """

    name: str
    path: Path
    version: str | None = None
    sha256: str | None = None

    def record(self) -> dict[str, str | None]:
        return {"name": self.name, "version": self.version, "sha256": self.sha256}


def find_source(given: Path | str) -> RuleSource:
    """Find the rules that `given` names: a path, `pkg:NAME`, the NAME of an installed package if no
    file has that name, or a URL, which is downloaded unless it is in the cache.

    Raises RuleSourceError if a package or a download is not available, FileNotFoundError if a
    name is neither of a file nor of a package. Other paths are not checked.
    """
    name = str(given)
    if is_url(name):
        from cleaner.rules.download import download, parse_url

        wanted = parse_url(name)
        return RuleSource(wanted.name, download(wanted), wanted.pin)
    if is_package(name):
        return _installed(name.removeprefix(PACKAGE))
    if NAME.fullmatch(name) and not Path(given).exists():
        raise FileNotFoundError(
            f"no rule file or folder {name}, and no installed package has rules of this name "
            f"(installed: {_known()})"
        )
    return RuleSource(Path(given).absolute().name, Path(given))


def source_from(folder: Path, given: str) -> str:
    """Return a source that a file in `folder` names. A path is relative to this folder."""
    path = str(folder / given)
    return given if is_url(given) or (is_package(given) and not Path(path).exists()) else path


def is_url(given: str) -> bool:
    return "://" in given


def is_package(given: str) -> bool:
    """Whether this is `pkg:NAME`, or the name of an installed package and of no file."""
    if given.startswith(PACKAGE):
        return True
    is_name = NAME.fullmatch(given) is not None
    return is_name and not Path(given).exists() and bool(_named(given))


def _installed(name: str) -> RuleSource:
    found = _named(name)
    if not found:
        raise RuleSourceError(
            f"{PACKAGE}{name}: no installed package has rules of this name (installed: {_known()});"
            " install it with the Python that runs cleaner"
        )
    if len(found) > 1:
        owners = " and ".join(_owner(entry) for entry in found)
        raise RuleSourceError(f"{PACKAGE}{name}: {owners} have this name; uninstall one")
    (entry,) = found
    version = entry.dist.version if entry.dist else None
    return RuleSource(f"{PACKAGE}{entry.name}", _folder_of(entry), version)


def _named(name: str) -> list[EntryPoint]:
    known = entry_points(group=GROUP)
    return [entry for entry in known if _normalized(entry.name) == _normalized(name)]


def _known() -> str:
    return ", ".join(sorted(entry.name for entry in entry_points(group=GROUP))) or "none"


def _normalized(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _folder_of(entry: EntryPoint) -> Path:
    """Return the folder of the package that an entry point names, without importing it: rules are
    data, and no code runs to read them."""
    top, *below = entry.value.partition(":")[0].strip().split(".")
    spec = find_spec(top)
    for location in (spec and spec.submodule_search_locations) or ():
        if (folder := Path(location, *below)).is_dir():
            return folder
    raise RuleSourceError(
        f"{PACKAGE}{entry.name}: {_owner(entry)} has no folder of the package {entry.value}; "
        "the entry point must name a package that contains the rule files"
    )


def _owner(entry: EntryPoint) -> str:
    return f"{entry.dist.name} {entry.dist.version}" if entry.dist else entry.value
