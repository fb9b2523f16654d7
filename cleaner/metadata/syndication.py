"""The way of a republished article: its original source, and the sites between it and this copy.

Marks in a text select the files of sites that it passed through. If the document comes from another
host, these sites are its original source and its republishers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from cleaner.metadata.page_data import Candidate
from cleaner.text.hosts import host_of

if TYPE_CHECKING:
    from cleaner.rules.compiled import CompiledFile

ORIGINAL_FIELDS = {"date_published": "original_date"}


def is_of(host: str | None, hosts: Iterable[str]) -> bool:
    """Whether a host is one of `hosts` or below one."""
    return host is not None and any(host == h or host.endswith(f".{h}") for h in hosts)


def passed_through(
    sites: Sequence[CompiledFile], hosts: Sequence[str | None], named: Sequence[str]
) -> tuple[CompiledFile, ...]:
    """Return the files of sites that a document passed through: those that belong to none of its
    hosts and are not `named` in its record. Without a host there are none, as any of the files may
    be where it comes from."""
    if not any(hosts):
        return ()
    return tuple(
        file
        for file in sites
        if file.name and file.key not in named and not any(is_of(h, file.hosts) for h in hosts)
    )


def dates_of_copies(
    candidates: Iterable[Candidate], passed: Sequence[CompiledFile]
) -> Iterator[Candidate]:
    """Yield the candidates, and the dates that sites on the way give as original dates as well.
    As dates of this copy they come last."""
    origins = tuple(f"text:{file.key}/" for file in passed)
    late = []
    for candidate in candidates:
        if candidate.field in ORIGINAL_FIELDS and origins and candidate.origin.startswith(origins):
            late.append(candidate)
        else:
            yield candidate
    for candidate in late:
        yield replace(candidate, field=ORIGINAL_FIELDS[candidate.field])
    yield from (replace(candidate, tier="passed") for candidate in late)


def chain_of(
    chosen: Mapping[str, Candidate], passed: Sequence[CompiledFile]
) -> Iterator[Candidate]:
    """Yield the original source, if it is unknown or a URL, and the sites that republished the
    article after it."""
    names = {file.name or file.key: file for file in passed}
    source = chosen.get("original_source")
    if source is not None:
        host = host_of(str(source.value))
        known = next((n for n, file in names.items() if is_of(host, file.hosts)), None)
        if known:
            source = replace(source, value=known)
            yield source
    elif (name := _only_source(chosen, names)) is not None:
        source = Candidate("original_source", name, f"site:{names[name].key}", "site")
        yield source
    if source is None:
        return
    here = chosen["site_name"].value if "site_name" in chosen else None
    ends = {str(source.value).casefold(), str(here).casefold()}
    if between := tuple(name for name in names if name.casefold() not in ends):
        files = ",".join(names[name].key for name in between)
        yield Candidate("republished_by", between, f"site:{files}", "site")


def _only_source(chosen: Mapping[str, Candidate], names: Mapping[str, CompiledFile]) -> str | None:
    """Return the only site on the way, or the only one that is named as the author."""
    authors = {a.casefold() for a in chosen["authors"].value} if "authors" in chosen else set()
    signed = [name for name in names if name.casefold() in authors]
    sources = signed or list(names)
    return sources[0] if len(sources) == 1 else None
