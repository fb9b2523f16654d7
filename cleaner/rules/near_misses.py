"""Near-misses: lines that stand although a template of a rule in force matches them whole."""

from __future__ import annotations

from collections.abc import Sequence

from cleaner.document import Format, NearMiss
from cleaner.rules.compiled import CompiledRule
from cleaner.rules.ruleset import RuleSet
from cleaner.text.lines import Line, Lines
from cleaner.text.words import count_words


def near_misses(
    text: str, rules: RuleSet, sites: Sequence[str], format: Format = Format.TEXT
) -> list[NearMiss]:
    """The near-misses in a clean text, with the keys of the site files that it was cleaned by."""
    lines, files = Lines(text), rules.in_force(rules.named(sites), format)
    skipped = frozenset[str]().union(*(file.skip for file in files))
    found: dict[tuple[int, str], str] = {}
    for file in files:
        for rule, number, _ in file.index.matches(lines):
            if rule.start and not any(t.literal is not None or t.atoms for t in rule.start):
                continue  # a block that any line may begin
            why = "skipped" if rule.id in skipped else _spared_by(rule, lines[number])
            found.setdefault((number, rule.id), why)
    return [NearMiss(lines.rows[n], rule, found[n, rule]) for n, rule in sorted(found)]


def _spared_by(rule: CompiledRule, line: Line) -> str:
    words = count_words(line.plain)
    if rule.words is not None and words > rule.words:
        return f"{words} words; words: {rule.words}"
    if any(template.match(line) is not None for template in rule.unless):
        return "unless"
    if rule.start:
        return "no such block follows"
    return f"at: {rule.at}" if rule.at else "kept"
