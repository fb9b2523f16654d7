"""Compiled rule files, and their form as JSON records, which are cached and sent to workers.

Nothing here needs the compiler. A record does not contain the path of its file, so a file that was
moved need not be compiled again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import TYPE_CHECKING, Any

import orjson

from cleaner.rules.prefilter import TemplateIndex
from cleaner.rules.template import Template

if TYPE_CHECKING:
    from cleaner.rules.schema import At, Example, HtmlRules


@dataclass(frozen=True, eq=False)
class CompiledRule:
    """One rule, ready to match. Its `id` is FILE/RULE."""

    id: str
    kind: str
    at: At | None
    words: int | None
    lines: int
    line: tuple[Template, ...]
    start: tuple[Template, ...]
    to: tuple[Template, ...]
    span: tuple[Template, ...]
    put: tuple[tuple[str, str], ...]  # ("text" or "field", its value)
    unless: tuple[Template, ...]
    set: Mapping[str, tuple[str, ...]]
    in_pack: bool
    reject: str | None = None
    hit: tuple[str, ...] = ()
    miss: tuple[str, ...] = ()

    @property
    def is_found_by_end(self) -> bool:
        """Whether its block is recognized by its last line, because any line may begin it."""
        return bool(self.start and self.to) and not any(t.has_words for t in self.start)

    @property
    def rank(self) -> tuple[bool, bool, str]:
        """Order of rules that match the same text: site files before packs, English and general
        packs before those of other languages, then by id."""
        pack = self.id.partition("/")[0]
        return self.in_pack, len(pack) == 2 and pack != "en", self.id


@dataclass(frozen=True, eq=False)
class CompiledFile:
    """One rule file, ready to match. `page` is the data under `html:`, `claims` its examples."""

    key: str
    path: str
    name: str | None
    is_pack: bool
    formats: frozenset[str]
    hosts: tuple[str, ...]
    marks: tuple[Template, ...]
    keep: tuple[Template, ...]
    skip: frozenset[str]
    rules: tuple[CompiledRule, ...]
    page: Mapping[str, Any] = field(default_factory=dict)
    claims: tuple[Mapping[str, Any], ...] = ()
    digest: str = ""  # of the file's content

    @cached_property
    def html(self) -> HtmlRules:
        from cleaner.rules.schema import HtmlRules  # pydantic is slow to import, and few need it

        return HtmlRules.model_validate(self.page)

    @cached_property
    def examples(self) -> tuple[Example, ...]:
        from cleaner.rules.schema import Example

        return tuple(Example.model_validate(claim) for claim in self.claims)

    @cached_property
    def index(self) -> TemplateIndex[CompiledRule]:
        """All templates that begin a match: `line`, `from` and `span`, without `from` templates
        that any line may match."""
        whole = [(t, r) for r in self.rules for t in r.line]
        whole += [(t, r) for r in self.rules if not r.is_found_by_end for t in r.start]
        return TemplateIndex(whole, ((t, r) for r in self.rules for t in r.span))

    @cached_property
    def end_index(self) -> TemplateIndex[CompiledRule] | None:
        """The templates that end the other blocks, if there are any."""
        ends = [(t, r) for r in self.rules if r.is_found_by_end for t in r.to]
        return TemplateIndex(ends) if ends else None

    @cached_property
    def keep_index(self) -> TemplateIndex[None]:
        return TemplateIndex((t, None) for t in self.keep)


def combine(packs: Sequence[CompiledFile]) -> CompiledFile:
    """Combine packs into one file; the ids of the rules still name the pack of each."""
    return CompiledFile(
        key="packs",
        path="",
        name=None,
        is_pack=True,
        formats=frozenset(),
        hosts=(),
        marks=(),
        keep=tuple(template for pack in packs for template in pack.keep),
        skip=frozenset[str]().union(*(pack.skip for pack in packs)),
        rules=tuple(rule for pack in packs for rule in pack.rules),
    )


TEMPLATE_FIELDS = tuple(field.name for field in fields(Template))
RULE_FIELDS = tuple(field.name for field in fields(CompiledRule))
FILE_FIELDS = tuple(f.name for f in fields(CompiledFile) if f.name not in ("path", "digest"))
RULE_TEMPLATES = ("line", "start", "to", "span", "unless")


def digest_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def dump(file: CompiledFile) -> bytes:
    """Return a compiled file as a JSON record, without line breaks."""
    values = {name: getattr(file, name) for name in FILE_FIELDS}
    return orjson.dumps(values, default=_plain, option=orjson.OPT_PASSTHROUGH_DATACLASS)


def _plain(value: Any) -> list[Any]:
    """Convert what orjson does not know to a list."""
    if isinstance(value, Template):
        return [getattr(value, name) for name in TEMPLATE_FIELDS]
    if isinstance(value, CompiledRule):
        return [getattr(value, name) for name in RULE_FIELDS]
    if isinstance(value, frozenset):
        return sorted(value)
    raise TypeError(f"a record cannot contain a {type(value).__name__}")


def load(record: bytes, path: str, digest: str) -> CompiledFile:
    """Return the file whose record `dump` wrote, as if it was compiled from `path`."""
    plain: dict[str, Any] = orjson.loads(record)
    values = {
        **plain,
        "formats": frozenset(plain["formats"]),
        "hosts": tuple(plain["hosts"]),
        "marks": _templates(plain["marks"]),
        "keep": _templates(plain["keep"]),
        "skip": frozenset(plain["skip"]),
        "rules": tuple(map(_rule, plain["rules"])),
        "claims": tuple(plain["claims"]),
    }
    return CompiledFile(**values, path=path, digest=digest[:16])


def _rule(row: Sequence[Any]) -> CompiledRule:
    values = dict(zip(RULE_FIELDS, row, strict=True))
    for name in RULE_TEMPLATES:
        values[name] = _templates(values[name])
    for name in ("hit", "miss"):
        values[name] = tuple(values[name])
    values["put"] = tuple(map(tuple, values["put"]))
    values["set"] = {key: tuple(value) for key, value in values["set"].items()}
    return CompiledRule(**values)


def _templates(rows: Sequence[Sequence[Any]]) -> tuple[Template, ...]:
    return tuple(map(template_from_row, rows)) if rows else ()


def template_from_row(row: Sequence[Any]) -> Template:
    """Return the template whose values, in the order of its fields, are in `row`."""
    source, regex, literal, names, cased, atoms, heads, tail, longest = row
    return Template(
        source,
        regex,
        literal,
        tuple(names),
        cased,
        frozenset(atoms),
        frozenset(heads),
        tail,
        longest,
    )
