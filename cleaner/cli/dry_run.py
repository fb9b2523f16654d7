"""`cleaner clean --dry-run`: the files that a run would read and write."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from pathlib import PurePosixPath
from typing import Any

from cleaner.cli.common import print_json, to_stdout
from cleaner.corpus.inputs import Input
from cleaner.corpus.output_folder import RUN
from cleaner.corpus.plan import Plan
from cleaner.corpus.streams import PACKED

WRITTEN = ("files", "replaced", "removed")


def show(plan: Plan, *, as_json: bool) -> None:
    """Print a plan as two tables, or as JSON."""
    found = figures(plan)
    if as_json:
        print_json(found)
    else:
        to_stdout("\n".join(_lines(found)))


def figures(plan: Plan) -> dict[str, Any]:
    """A plan by format: files, bytes and documents to read; files to write, to replace and to
    remove. The number of documents is None if it is unknown before tables or archives are read."""
    read: dict[str, dict[str, int | None]] = {}
    inputs = sorted(plan.source.inputs, key=_kind_of_input)
    for kind, group in groupby(inputs, key=_kind_of_input):
        items = list(group)
        counts = [_documents(item) for item in items]
        known = [count for count in counts if count is not None]
        read[kind] = {
            "files": len(items),
            "bytes": sum(item.size for item in items),
            "documents": sum(known) if len(known) == len(counts) else None,
        }
    columns = [*map(_by_kind, (plan.names, plan.existing, plan.obsolete))]
    kinds = dict.fromkeys(kind for column in columns for kind in column)
    write = {
        kind: dict(zip(WRITTEN, (column[kind] for column in columns), strict=True))
        for kind in kinds
    }
    unchanged = plan.unchanged is not None
    return {"out": str(plan.out), "unchanged": unchanged, "read": read, "write": write}


def _kind_of_input(item: Input) -> str:
    return item.kind.lstrip(".")


def _documents(item: Input) -> int | None:
    if item.only is not None:
        return len(item.only)
    return None if item.has_records else 1


def _by_kind(names: Iterable[str]) -> Counter[str]:
    """The number of files by their extensions."""
    return Counter(_kind(PurePosixPath(name)) for name in names)


def _kind(path: PurePosixPath) -> str:
    packed = path.suffix if path.suffix in PACKED else ""
    return (path.with_suffix("").suffix if packed else path.suffix).lstrip(".") + packed


def _lines(found: Mapping[str, Any]) -> Iterator[str]:
    yield f"{'read':12}{'files':>10}{'size':>12}{'documents':>12}"
    for kind, row in found["read"].items():
        documents = "?" if row["documents"] is None else row["documents"]
        yield f"  {kind:10}{row['files']:10}{_size(row['bytes']):>12}{documents:>12}"
    yield f"\n{'write':12}{'files':>10}{'replaced':>12}{'removed':>12}"
    for kind, row in found["write"].items():
        yield f"  {kind:10}{row['files']:10}{row['replaced']:12}{row['removed']:12}"
    yield f"\ninto {found['out']}; the report, removals and quarantine into {found['out']}/{RUN}"
    if found["unchanged"]:
        yield "nothing has changed since the last run, so nothing would be written"


def _size(count: int) -> str:
    """A number of bytes for people.

    >>> _size(999), _size(28_400_000)
    ('999 B', '28.4 MB')
    """
    size = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:.0f} B" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} TB"
