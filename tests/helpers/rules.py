"""Rule sets made of a few YAML files."""

from __future__ import annotations

from cleaner.rules.ruleset import RuleSet, compile_rules


def make_rules(*files: str) -> RuleSet:
    rules = compile_rules([(f"rules/{n}.yaml", text.encode()) for n, text in enumerate(files)])
    assert not rules.problems, "\n".join(map(str, rules.problems))
    return rules
