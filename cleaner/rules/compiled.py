"""Rule files ready to match. Nothing here needs the compiler: see `compiler` and `stored`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from cleaner.rules.prefilter import TemplateIndex
from cleaner.rules.template import Template

if TYPE_CHECKING:
    from cleaner.rules.schema import At, Example, HtmlRules


@dataclass(frozen=True, eq=False)
class CompiledRule:
    """One rule, ready to match. `id` is FILE/RULE."""

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
    def rank(self) -> tuple[bool, str]:
        """Which of two rules is named where both match the same: the site's, then by id."""
        return self.in_pack, self.id


@dataclass(frozen=True, eq=False)
class CompiledFile:
    """One rule file, ready to match. `page` is what stands under `html:`, `claims` its examples."""

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
        """All templates that begin a match: `line`, `from` and `span`."""
        return TemplateIndex(
            ((t, r) for r in self.rules for t in (*r.line, *r.start)),
            ((t, r) for r in self.rules for t in r.span),
        )

    @cached_property
    def keep_index(self) -> TemplateIndex[None]:
        return TemplateIndex((t, None) for t in self.keep)


def together(packs: Sequence[CompiledFile]) -> CompiledFile:
    """Packs as one: rules say themselves which file they are of."""
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
