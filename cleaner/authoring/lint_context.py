"""A rule file under check, and what is found in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from cleaner.rules.compiled import CompiledFile, CompiledRule
from cleaner.rules.problems import Problem
from cleaner.rules.template import TOKEN, Template
from cleaner.rules.yaml_source import Path as Where
from cleaner.rules.yaml_source import YamlSource

OPEN = frozenset(  # fields that catch whatever stands there
    "categories description holder regions same series site source tags text themes title".split()
)


@dataclass(frozen=True)
class Finding:
    """One thing to mend. An `error` keeps the file from being used; the rest are warnings."""

    problem: Problem
    check: str
    rule: str = ""
    error: bool = False

    def __str__(self) -> str:
        p = self.problem
        about = f"{self.rule}, {self.check}" if self.rule else self.check
        return f"{p.file}:{p.line}:{p.column}: {p.message} ({about})"

    def record(self) -> dict[str, object]:
        p = self.problem
        return {"file": p.file, "line": p.line, "column": p.column, "message": p.message,
                "check": self.check, "rule": self.rule, "error": self.error}  # fmt: skip

    def github(self) -> str:
        """A workflow command, which marks the line in a review."""
        p = self.problem
        level = "error" if self.error else "warning"
        message = p.message.replace("%", "%25").replace("\n", "%0A")
        return f"::{level} file={p.file},line={p.line},col={p.column},title={self.check}::{message}"


@dataclass
class Linted:
    """A rule file under check: its source, for places, and its compiled form, for meaning."""

    source: YamlSource
    file: CompiledFile
    findings: list[Finding] = field(default_factory=list)

    def say(self, check: str, problem: Problem, rule: str = "") -> None:
        self.findings.append(Finding(problem, check, rule))

    def at_rule(
        self, check: str, rule: CompiledRule, message: str, row: str = "", key: str = ""
    ) -> None:
        path: Where = ("rules", self.file.rules.index(rule), *([key] if key else []))
        place = (
            self.source.row_problem(path, row, message)
            if row
            else self.source.problem(path, message)
        )
        self.say(check, place, rule.id)


def templates_of(rule: CompiledRule) -> Iterator[tuple[str, Template]]:
    """(key, template) for each template by which a rule fires."""
    for key, templates in (("line", rule.line), ("from", rule.start), ("span", rule.span)):
        yield from ((key, template) for template in templates)


def is_loose(template: Template) -> bool:
    """Whether the template matches more than one text."""
    return bool(template.fields) or has_star(template) or template.source.startswith("/")


def has_star(template: Template) -> bool:
    return any(token[3] for token in TOKEN.finditer(template.source))


def is_open(template: Template) -> bool:
    """Whether a part of the template matches any words at all."""
    return has_star(template) or not OPEN.isdisjoint(template.fields)
