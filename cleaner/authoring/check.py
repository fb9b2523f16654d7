"""Lint rule files: what is valid, but will not do what its author hopes, or do too much.

Each check is one function, and its docstring says what it looks for; the first word of each is
the name that stands in brackets behind a finding.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from cleaner.authoring.schema_line import LINE, line_for
from cleaner.authoring.selectors import is_hashed
from cleaner.rules.compiled import CompiledFile, CompiledRule
from cleaner.rules.compiler import compile_text
from cleaner.rules.lines import Lines
from cleaner.rules.match import find
from cleaner.rules.problem import Problem, RuleFileError
from cleaner.rules.source import Path as Where
from cleaner.rules.source import YamlSource, read
from cleaner.rules.template import Template

TEMPTING = Path(__file__).with_name("tempting.txt")
CLASS = re.compile(r"[.#]([A-Za-z_][\w-]*)|@(?:class|id)\s*=\s*['\"]([^'\"]+)['\"]")


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


def _is_loose(template: Template) -> bool:
    """Whether the template matches more than one text."""
    wild = re.sub(r"\\.|\*\*+", "", template.source)
    return bool(template.fields) or "*" in wild or template.source.startswith("/")


def file_name(linted: Linted) -> None:
    """file-name: a file is named after its site or pack."""
    path = Path(linted.file.path)
    if path.stem != linted.file.key and path.suffix in (".yaml", ".yml"):
        message = f"the file is named {path.name}; name it {linted.file.key}.yaml"
        linted.say("file-name", linted.source.problem(("site",), message))


def schema_line(linted: Linted) -> None:
    """schema-line: a comment names the schema, so that editors complete and check."""
    if not LINE.search(linted.source.text):
        message = f"begin with: {line_for(Path(linted.file.path).parent)}"
        linted.say("schema-line", linted.source.at(1, 1, message))


def hits_and_misses(linted: Linted) -> None:
    """hit-and-miss: a rule that matches more than one text shows what it takes and what not."""
    for rule in linted.file.rules:
        loose = next(((k, t) for k, t in templates_of(rule) if _is_loose(t)), None)
        if loose and not (rule.hit and rule.miss):
            lacks = " and ".join(k for k, v in (("hit", rule.hit), ("miss", rule.miss)) if not v)
            key, template = loose
            linted.at_rule(
                "hit-and-miss", rule, f"has a wildcard but no {lacks}", template.source, key
            )


def hashed_names(linted: Linted) -> None:
    """hashed-class: a class name that a build step made up will not last."""
    for key in ("content", "prune", "title", "author", "date"):
        for number, selector in enumerate(getattr(linted.file.html, key)):
            for match in CLASS.finditer(selector):
                for name in (match[1] or match[2]).split():
                    if is_hashed(name):
                        where = ("html", key, number)
                        message = f"the name {name!r} looks made by a machine, and may change"
                        linted.say("hashed-class", linted.source.problem(where, message))


def common_marks(linted: Linted) -> None:
    """common-mark: a mark proves that a text is from this site, so other sites may not print it."""
    for mark in linted.file.marks:
        words = [w for w in re.split(r"[\s*]+", mark.source) if w]
        tempted = any(mark.match(line) is not None for line in tempting_lines())
        if len(words) < 3 and "." not in mark.source:
            message = "a mark of so few words is no proof; use a line that names the site"
        elif tempted:
            message = "this mark matches ordinary sentences"
        else:
            continue
        linted.say("common-mark", linted.source.row_problem(("marks",), mark.source, message))


def broad(linted: Linted) -> None:
    """broad: a rule takes sentences of articles, from a list of tempting ones."""
    lines = tempting_lines()
    said: set[str] = set()
    for match in find(lines, [linted.file]):
        if match.rule.id in said or (match.rule.start and match.rule.to):
            continue
        said.add(match.rule.id)
        taken = lines.text[match.start : match.end].split("\n")[0]
        key, template = next(templates_of(match.rule))
        message = f"takes an ordinary sentence: {taken!r}"
        linted.at_rule("broad", match.rule, message, template.source, key)


def duplicates(linted: Linted) -> None:
    """duplicate: a template stands twice, or another of the file covers it, so it never matters."""
    seen: dict[str, CompiledRule] = {}
    for rule in linted.file.rules:
        for key, template in templates_of(rule):
            known = f"{key}:{rule.at}:{template.regex}"
            if known in seen:
                linted.at_rule("duplicate", rule, f"also in {seen[known].id}", template.source, key)
            seen[known] = rule
    loose = [
        (rule, t)
        for rule in linted.file.rules
        if not (rule.at or rule.words or rule.unless)
        for t in rule.line
        if _is_loose(t)
    ]
    for rule in linted.file.rules:
        for template in rule.line if rule.at is None else ():
            for other, wide in loose if template.literal else ():
                line = Lines(template.literal or "")[0]
                if wide.match(line) is not None:
                    message = f"never needed: {other.id} matches it already ({wide.source})"
                    linted.at_rule("duplicate", rule, message, template.source, "line")
                    break


CHECKS: tuple[Callable[[Linted], None], ...] = (
    file_name, schema_line, hits_and_misses, hashed_names, common_marks, broad, duplicates,
)  # fmt: skip


@cache
def tempting_lines() -> Lines:
    """The bundled sentences and headings that no generic rule may take."""
    rows = TEMPTING.read_text(encoding="utf-8").split("\n")
    return Lines("\n".join(row for row in rows if row and not row.startswith("#")))


def check_files(sources: Sequence[tuple[str, bytes]]) -> list[Finding]:
    """Every finding in rule files given as (path, content), in the order of the files."""
    findings: list[Finding] = []
    linted: list[Linted] = []
    for path, content in sources:
        try:
            text = content.decode("utf-8")
            linted.append(Linted(read(text, path), compile_text(text, path)))
        except UnicodeDecodeError as error:
            findings.append(
                Finding(Problem(path, 1, 1, f"not UTF-8: {error}"), "invalid", error=True)
            )
        except RuleFileError as error:
            findings.extend(Finding(p, "invalid", error=True) for p in error.problems)
    for one in linted:
        for check in CHECKS:
            check(one)
        findings.extend(one.findings)
    findings.extend(_across(linted))
    return sorted(findings, key=lambda f: (f.problem.file, f.problem.line, f.problem.column))


def _across(linted: Sequence[Linted]) -> Iterator[Finding]:
    """known: a rule that a pack has already; clash: two files with the same rule id."""
    packs = {
        t.literal: rule
        for one in linted
        if one.file.is_pack and not one.file.formats
        for rule in one.file.rules
        if rule.at is None and not rule.words
        for t in rule.line
        if t.literal
    }
    owners: dict[str, Linted] = {}
    for one in linted:
        for number, rule in enumerate(one.file.rules):
            first = owners.setdefault(rule.id, one)
            if first is not one:
                problem = one.source.problem(("rules", number), f"also in {first.file.path}")
                yield Finding(problem, "clash", rule.id, error=True)
            for template in rule.line:
                pack = packs.get(template.literal or "")
                if pack and not one.file.is_pack and pack.id not in one.file.skip:
                    where = ("rules", number, "line")
                    message = f"not needed: the pack rule {pack.id} has it"
                    problem = one.source.row_problem(where, template.source, message)
                    yield Finding(problem, "known", rule.id)
