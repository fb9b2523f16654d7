"""Lint one rule file for what will not do what it seems to.

Each check is one function, and its docstring says what it looks for; the first word of each is the
name that stands in brackets behind a finding.
"""

from __future__ import annotations

import re
from pathlib import Path

from cleaner.authoring.linted import Linted, is_loose, templates_of
from cleaner.authoring.selectors import is_hashed
from cleaner.rules.compiled import CompiledRule
from cleaner.rules.lines import Lines

CLASS = re.compile(r"[.#]([A-Za-z_][\w-]*)|@(?:class|id)\s*=\s*['\"]([^'\"]+)['\"]")


def file_name(linted: Linted) -> None:
    """file-name: a file is named after its site or pack."""
    path = Path(linted.file.path)
    if path.stem != linted.file.key and path.suffix in (".yaml", ".yml"):
        message = f"the file is named {path.name}; name it {linted.file.key}.yaml"
        linted.say("file-name", linted.source.problem(("site",), message))


def schema_line(linted: Linted) -> None:
    """schema-line: the first line names the schema, so that editors complete and check."""
    if "yaml-language-server" not in linted.source.text[:200]:
        message = "begin with: # yaml-language-server: $schema=../schema.json"
        linted.say("schema-line", linted.source.at(1, 1, message))


def hits_and_misses(linted: Linted) -> None:
    """hit-and-miss: a rule that matches more than one text shows what it takes and what not."""
    for rule in linted.file.rules:
        loose = next(((k, t) for k, t in templates_of(rule) if is_loose(t)), None)
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
        if is_loose(t)
    ]
    for rule in linted.file.rules:
        for template in rule.line if rule.at is None else ():
            for other, wide in loose if template.literal else ():
                line = Lines(template.literal or "")[0]
                if wide.match(line) is not None:
                    message = f"never needed: {other.id} matches it already ({wide.source})"
                    linted.at_rule("duplicate", rule, message, template.source, "line")
                    break
