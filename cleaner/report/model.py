"""The data of a report: figures about all documents of a run, and samples of bounded size."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import orjson
from pydantic import TypeAdapter, ValidationError

from cleaner.corpus.verdict import Verdict
from cleaner.errors import LoadRunError
from cleaner.report.repetition import Repetition


@dataclass(frozen=True, slots=True)
class Share:
    """The removals and removed characters of one kind or site."""

    name: str
    removals: int
    characters: int
    documents: int = 0
    of: int = 0  # characters before cleaning (only for sites)


@dataclass(frozen=True, slots=True)
class Unruled:
    """A site without a rule file. `repeating` is the share of text in lines that several of the
    `looked_at` distinct documents contain; `lines` are the most frequent."""

    site: str
    documents: int
    looked_at: int
    repeating: float
    lines: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Covered:
    """A metadata field or license, and the number of documents that have it."""

    name: str
    documents: int


@dataclass(frozen=True, slots=True)
class Context:
    """One removal, its replacement, and the text before and after it."""

    id: str  # of the document
    before: str
    text: str
    put: str
    after: str


@dataclass(frozen=True, slots=True)
class Fired:
    """The removals of one rule. `prose` counts those with a line that looks like running text. Of a
    rule that this run has learned, `learned` is the line that it removes, or empty if it removes
    several."""

    id: str
    kind: str
    removals: int
    characters: int
    documents: int
    of_page: bool  # it removes nodes of pages before their text is extracted
    prose: int
    sites: tuple[tuple[str, int], ...]
    more_sites: int
    texts: tuple[tuple[str, int], ...]
    contexts: tuple[Context, ...]
    learned: str | None = None


@dataclass(frozen=True, slots=True)
class Silent:
    """A rule file in force, and its rules that removed nothing."""

    file: str
    rules: tuple[str, ...]
    of: int


@dataclass(frozen=True, slots=True)
class Value:
    """A metadata field of a document, its origin, and the values of other sources."""

    name: str
    value: str
    origin: str
    others: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Near:
    """A line that was kept although a template of `rule` matches it, and the reason."""

    line: str
    rule: str
    why: str


# Of a document: kept text, or (rule, removed text, replacement).
Part = str | tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Listed:
    """A document of which the page shows no text. `flags` are the figures of the verdict that it
    counts for."""

    key: str  # unique
    id: str
    title: str
    url: str
    site: str
    status: str
    message: str
    suspicion: float
    flags: tuple[str, ...]
    chars_in: int
    chars_out: int


@dataclass(frozen=True, slots=True)
class Shown:
    """A document as the page shows it. `flags` are the figures of the verdict that it counts for.
    `templates` maps the number of a line to the template that matches it, unless that is the line
    itself; `risks` to what is doubtful about it, and why."""

    key: str  # unique
    id: str
    title: str
    url: str
    input: str
    site: str
    file: str  # the key of the site file for new rules, or ""
    status: str
    message: str
    suspicion: float
    reasons: tuple[str, ...]
    flags: tuple[str, ...]
    chars_in: int
    chars_out: int
    parts: tuple[Part, ...]
    templates: Mapping[int, str]
    risks: Mapping[int, tuple[str, str]]
    cut: int  # number of characters not shown
    pruned: tuple[tuple[str, str, str], ...]  # rule, selector, text of the node
    values: tuple[Value, ...]
    notices: tuple[tuple[str, str, str], ...]  # kind, summary, text
    near: tuple[Near, ...]
    extractor: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that the page shows about a run."""

    name: str  # of the run
    verdict: Verdict
    published: tuple[str, str] | None  # the first and last date of an article
    about: Mapping[str, Any]  # versions, rules, options and inputs, as the manifest has them
    read: int
    written: int
    quarantined: Mapping[str, int]
    set_aside: int
    chars_in: int
    chars_out: int
    boilerplate_left: int  # an estimate, in characters
    removals: int
    pruned: int  # nodes removed from pages before text extraction
    histogram: tuple[int, ...]  # documents by removed share
    kinds: tuple[Share, ...]
    sites: tuple[Share, ...]
    more_sites: int
    without_file: tuple[Unruled, ...]
    more_without_file: int
    selected: tuple[str, ...]  # site files that a written or quarantined document selected
    silent: tuple[Silent, ...]
    fields: tuple[Covered, ...]
    licenses: tuple[Covered, ...]
    rejected_by: tuple[tuple[str, int], ...]
    rules: tuple[Fired, ...]
    documents: tuple[Shown, ...]
    suspicious: int  # the number of suspicious documents; the others are a random sample
    listed: tuple[Listed, ...]  # more documents, the most suspicious first
    repetition: Repetition | None = None  # if it was measured after the run
    format: Literal[2] = 2  # of report.json

    def to_json(self) -> bytes:
        return orjson.dumps(self, option=orjson.OPT_APPEND_NEWLINE | orjson.OPT_NON_STR_KEYS)

    @staticmethod
    def from_json(data: bytes) -> Report:
        """Load report.json. Raises LoadRunError if it is not a report of this version."""
        try:
            report: Report = TypeAdapter(Report).validate_json(data)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"]))
            raise LoadRunError(
                f"report.json is not of this version ({where}: {first['msg']}); remove it to "
                "create the report again from the journal"
            ) from None
        return report
