"""Lint rule files: what is valid, but will not do what its author hopes, or do too much."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from cleaner.authoring.breadth import broad, common_marks, few_words
from cleaner.authoring.linted import Finding, Linted
from cleaner.authoring.lints import (
    duplicates,
    file_name,
    hashed_names,
    hits_and_misses,
    schema_line,
)
from cleaner.rules.compiler import compile_text
from cleaner.rules.problem import Problem, RuleFileError
from cleaner.rules.source import read

CHECKS: tuple[Callable[[Linted], None], ...] = (
    file_name, schema_line, hits_and_misses, hashed_names, common_marks, few_words, broad,
    duplicates,
)  # fmt: skip


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
