"""What the report of a run holds: figures over all documents, and samples of bounded size."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import orjson
from pydantic import TypeAdapter, ValidationError


@dataclass(frozen=True, slots=True)
class Share:
    """What went under one heading (a kind, a site, a rule): removals and characters."""

    name: str
    removals: int
    characters: int
    documents: int = 0
    of: int = 0  # characters before cleaning, where they can be said (for sites)


@dataclass(frozen=True, slots=True)
class Unruled:
    """A site without a rule file. `repeating` is the share of the text of the `looked_at`
    documents (no text twice) that stands in lines which several of them have; `lines` are the most
    frequent."""

    site: str
    documents: int
    looked_at: int
    repeating: float
    lines: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Covered:
    """A metadata field, and how many documents have it."""

    name: str
    documents: int


@dataclass(frozen=True, slots=True)
class Context:
    """One removal where it stood: what is before it, what went, what was put, what is after."""

    id: str  # of the document
    before: str
    text: str
    put: str
    after: str


@dataclass(frozen=True, slots=True)
class Fired:
    """What one rule took. `prose` counts removals with a line that reads like running text."""

    id: str
    kind: str
    removals: int
    characters: int
    documents: int
    of_page: bool  # nodes of pages, taken out before there was a text
    prose: int
    sites: tuple[tuple[str, int], ...]
    more_sites: int
    texts: tuple[tuple[str, int], ...]
    contexts: tuple[Context, ...]


@dataclass(frozen=True, slots=True)
class Silent:
    """A rule file that was in force, and its rules that took nothing."""

    file: str
    rules: tuple[str, ...]
    of: int


@dataclass(frozen=True, slots=True)
class Value:
    """A metadata field of a document, where it was found, and what other sources say."""

    name: str
    value: str
    origin: str
    others: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Near:
    """A line that stands although a template of `rule` matches it, and what spared it."""

    line: str
    rule: str
    why: str


# Of a document: text that stands, or (rule, text that went, what was put there).
Part = str | tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Shown:
    """A document as the page shows it. `templates` maps numbers of lines to the template that
    matches the line, where that is not the line itself."""

    key: str  # unlike that of any other
    id: str
    input: str
    site: str
    file: str  # the key of the site file that a rule for this document belongs into, or ""
    status: str
    message: str
    suspicion: float
    reasons: tuple[str, ...]
    chars_in: int
    chars_out: int
    parts: tuple[Part, ...]
    templates: Mapping[int, str]
    cut: int  # characters of a long text that are not shown
    pruned: tuple[tuple[str, str, str], ...]  # rule, selector, text of the node
    values: tuple[Value, ...]
    notices: tuple[tuple[str, str, str], ...]  # kind, what it says, text
    near: tuple[Near, ...]
    extractor: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that the page shows of a run."""

    about: Mapping[str, Any]  # versions, rules, options and inputs, as the manifest has them
    read: int
    written: int
    quarantined: Mapping[str, int]
    set_aside: int
    chars_in: int
    chars_out: int
    removals: int
    pruned: int  # nodes that went from pages before there was a text
    histogram: tuple[int, ...]  # documents by the share that went from them
    kinds: tuple[Share, ...]
    sites: tuple[Share, ...]
    more_sites: int
    without_file: tuple[Unruled, ...]
    more_without_file: int
    selected: tuple[str, ...]  # site files, by the documents written or quarantined
    silent: tuple[Silent, ...]
    fields: tuple[Covered, ...]
    licences: tuple[Covered, ...]
    rejected_by: tuple[tuple[str, int], ...]
    rules: tuple[Fired, ...]
    documents: tuple[Shown, ...]
    suspicious: int  # of the documents; the others are a random sample
    format: Literal[1] = 1  # of report.json: another number is another shape

    def to_json(self) -> bytes:
        return orjson.dumps(self, option=orjson.OPT_APPEND_NEWLINE | orjson.OPT_NON_STR_KEYS)

    @staticmethod
    def from_json(data: bytes) -> Report:
        """Raises ValueError for what is no report, or one of another version."""
        try:
            report: Report = TypeAdapter(Report).validate_json(data)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"]))
            raise ValueError(
                f"report.json is not of this version ({where}: {first['msg']}); remove it to have "
                "the report made again from the journal"
            ) from None
        return report
