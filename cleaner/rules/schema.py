"""The keys and values of a rule file, as models from which the JSON schema is generated."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Literal, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    model_validator,
)

from cleaner.rights.licenses import CONDITIONS, CUSTOM_ID

Kind = Literal[
    "title", "subtitle", "byline", "dateline", "source", "taxonomy", "donation", "membership",
    "newsletter", "app", "social", "comments", "related", "ad", "copyright", "license", "fair-use",
    "republish-terms", "disclaimer", "agency", "contact", "correction", "credit", "bio", "caption",
    "media", "paywall", "login", "cookie", "error", "navigation", "promo", "translation",
    "separator", "markup", "other",
]  # fmt: skip
KINDS: tuple[str, ...] = get_args(Kind)

At = Literal["first", "head", "body", "tail"]

Settable = Literal[
    "site_name", "title", "authors", "language", "description", "categories", "tags", "regions",
    "themes", "series", "original_source", "license", "license_url", "rights_holder",
    "rights_conditions", "contact",
]  # fmt: skip

# The values of `set` that have a fixed vocabulary; the compiler checks them too.
LICENSE: dict[str, JsonValue] = {
    "type": "string",
    "pattern": f"^(?:{CUSTOM_ID.pattern}|(?!LicenseRef-).+)$",
}
CONDITION: dict[str, JsonValue] = {"type": "string", "enum": list(CONDITIONS)}
RIGHTS: dict[str, JsonValue] = {
    name: {"anyOf": [value, {"type": "array", "items": value}]}
    for name, value in (("license", LICENSE), ("rights_conditions", CONDITION))
}

Id = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
Host = Annotated[
    str, Field(pattern=r"^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$")
]


def split_rows(value: Any) -> Any:
    """Return templates as a list; a string has one template per row."""
    if isinstance(value, str):
        return [row.strip() for row in value.split("\n") if row.strip()]
    return value


def split_spans(value: Any) -> Any:
    """Like `split_rows`, but keep the spaces at the ends of a span."""
    if isinstance(value, str):
        return [row for row in value.split("\n") if row.strip()]
    return value


def as_list(value: Any) -> Any:
    """Return a single string as a list."""
    return [value] if isinstance(value, str) else value


Rows = Annotated[list[str], BeforeValidator(split_rows, json_schema_input_type=str | list[str])]
Spans = Annotated[list[str], BeforeValidator(split_spans, json_schema_input_type=str | list[str])]
Texts = Annotated[list[str], BeforeValidator(as_list, json_schema_input_type=str | list[str])]


URL = r"^https?://[^\s/]+\.\S+$"
SEEN = r"^(\d{4}-\d{2}-\d{2}|unverified)$"


def check_url(value: str) -> str:
    """Return `value`; raises ValueError unless it is an http(s) URL."""
    if not re.search(URL, value):
        raise ValueError(f"{value!r} is not a URL, such as https://example.org/a-page")
    return value


def check_seen(value: str) -> str:
    """Return `value`; raises ValueError unless it is an ISO date or `unverified`."""
    try:
        if re.search(SEEN, value) and (value == "unverified" or date.fromisoformat(value)):
            return value
    except ValueError:
        pass
    raise ValueError(f"{value!r} is not a date, such as 2026-03-31, nor `unverified`")


Url = Annotated[str, AfterValidator(check_url), Field(json_schema_extra={"pattern": URL})]
Urls = Annotated[list[Url], BeforeValidator(as_list, json_schema_input_type=Url | list[Url])]
Seen = Annotated[str, AfterValidator(check_seen), Field(json_schema_extra={"pattern": SEEN})]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Rule(_Strict):
    """A rule: which boilerplate it removes, where, and which metadata it sets."""

    kind: Kind = Field(description="The kind of boilerplate; also the rule's id in its file.")
    id: Id | None = Field(None, description="Required if the file has two rules of one kind.")
    line: Rows = Field([], description="Whole lines to remove, one template per row.")
    from_: Rows = Field([], alias="from", description="The first line of a block to remove.")
    to: Rows = Field(
        [], description="The last line of the block; by default, the one before the next prose."
    )
    lines: int | None = Field(
        None, ge=1, le=200, description="The most lines a block can have, not counting blank ones."
    )
    span: Spans = Field([], description="A part of a line to replace; it sees the line's markup.")
    put: str = Field("", description="The replacement of a span; can use its {placeholders}.")
    at: At | None = Field(
        None,
        description="first: the first line; head: before the first prose; body: not the first "
        "line; tail: after the last prose.",
    )
    words: int | None = Field(None, ge=1, description="Keep lines of more words than this.")
    unless: Rows = Field([], description="Keep lines that match any of these templates.")
    reject: str | None = Field(
        None,
        min_length=3,
        description="Quarantine a short document with such a line, for this reason.",
    )
    set: dict[Settable, Texts] = Field(
        {},
        description="Metadata of documents in which the rule fires.",
        json_schema_extra={"properties": RIGHTS},
    )
    hit: Texts = Field([], description="Texts that this rule must remove something from.")
    miss: Texts = Field([], description="Texts that this rule must leave alone.")

    @property
    def name(self) -> str:
        return self.id or self.kind

    @model_validator(mode="after")
    def _one_form(self) -> Rule:
        forms = [
            name
            for name, value in (("line", self.line), ("from", self.from_), ("span", self.span))
            if value
        ]
        if len(forms) != 1:
            what = f"this one has {' and '.join(forms)}" if forms else "this one has none"
            raise ValueError(f"a rule has exactly one of line, from, span; {what}")
        if self.from_ and self.lines is None:
            raise ValueError("a block (from) says with `lines` how many lines it may span at most")
        if not self.from_ and (self.to or self.lines is not None):
            raise ValueError("`to` and `lines` go with `from`")
        if self.put and not self.span:
            raise ValueError("`put` goes with `span`")
        return self


class HtmlRules(_Strict):
    """Selectors that are applied to a page before its text is extracted."""

    content: Texts = Field(
        [], description="CSS selectors, or XPath from /; the first that matches is the article."
    )
    prune: Texts = Field([], description="Selectors of nodes to remove first.")
    title: Texts = Field([], description="Selectors of the headline; the first with text.")
    author: Texts = Field([], description="Selectors of the names of the authors.")
    date: Texts = Field([], description="Selectors of the date of publication.")
    imported: bool = Field(
        False, description="Set by `rules import`: use only where it agrees with plain extraction."
    )


class Example(_Strict):
    """A small document and its expected clean text and metadata."""

    text: str = Field(description="The document as scraped.")
    clean: str = Field(description="The expected clean text.")
    meta: dict[str, Any] = Field({}, description="Expected metadata fields; others are allowed.")
    url: str | None = None


class RuleFile(_Strict):
    """A site file (`site:`) or a pack (`pack:`)."""

    site: Host | None = Field(
        None, description="The host, with all its subdomains; also the file's name."
    )
    pack: Id | None = Field(None, description="The name of a pack; packs apply to every document.")
    name: str | None = Field(None, description="The name of the site.")
    source: Urls = Field([], description="Pages on which lines of this file were seen.")
    seen: Seen | None = Field(
        None, description="The date on which they were seen, as 2026-03-31; or `unverified`."
    )
    formats: list[Literal["text", "markdown", "html"]] = Field(
        [], description="Limit a pack to documents of these formats."
    )
    hosts: list[Host] = Field([], description="Other hosts of the same site.")
    marks: Rows = Field([], description="Lines that prove that a text passed through this site.")
    keep: Rows = Field([], description="Lines that no rule removes where this file applies.")
    skip: list[str] = Field(
        [], description="Ids (file/rule) of rules that do not run where this file applies."
    )
    html: HtmlRules = HtmlRules()
    rules: list[Rule] = []
    examples: list[Example] = []

    @property
    def key(self) -> str:
        return self.site or self.pack or ""

    @model_validator(mode="after")
    def _site_or_pack(self) -> RuleFile:
        if bool(self.site) == bool(self.pack):
            raise ValueError("a rule file begins with either `site: HOST` or `pack: NAME`")
        if self.site and self.formats:
            raise ValueError("`formats` belongs to packs, not to site files")
        if self.pack and (self.marks or self.hosts or self.name or self.html != HtmlRules()):
            raise ValueError("name, hosts, marks and html belong to site files, not to packs")
        return self


def json_schema() -> dict[str, Any]:
    """The JSON schema of a rule file, for editors."""
    schema = RuleFile.model_json_schema(by_alias=True, mode="validation")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": "Rule file",
    }
