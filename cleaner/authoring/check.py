"""Lint rule files: what is valid, but will not do what its author hopes, or do too much."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from difflib import get_close_matches

from cleaner.authoring.lint_context import Finding, Linted
from cleaner.authoring.lint_overbroad import broad, common_marks, few_words
from cleaner.authoring.lint_rules import (
    comments,
    duplicates,
    file_name,
    hashed_names,
    hits_and_misses,
    no_fields,
    pruned_articles,
    schema_line,
)
from cleaner.rules.compiler import compile_text
from cleaner.rules.problems import Problem, RuleFileError
from cleaner.rules.ruleset import RuleSet
from cleaner.rules.yaml_source import read

CHECKS: tuple[Callable[[Linted], None], ...] = (
    file_name, schema_line, hits_and_misses, hashed_names, common_marks, few_words, broad,
    duplicates, comments, no_fields, pruned_articles,
)  # fmt: skip


def check_files(
    sources: Sequence[tuple[str, bytes]], rules: RuleSet | None = None
) -> list[Finding]:
    """Every finding in rule files given as (path, content), in the order of the files. `rules` are
    those in force beside them, if that is known."""
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
    if rules is not None:
        findings.extend(_skips(linted, rules))
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


def _skips(linted: Sequence[Linted], rules: RuleSet) -> Iterator[Finding]:
    """skip: there is no rule of an id that is to be skipped."""
    if not any(one.file.skip for one in linted):
        return
    files = [*(one.file for one in linted), *rules.files]
    known = {rule.id for file in files for rule in file.rules}
    for one in linted:
        for number, id in enumerate(one.source.data.get("skip", ())):
            if id not in known:
                close = get_close_matches(id, sorted(known), n=1, cutoff=0.8)
                hint = f"; did you mean {close[0]}?" if close else ""
                problem = one.source.problem(("skip", number), f"there is no rule {id}{hint}")
                yield Finding(problem, "skip")
