"""Lint one rule file for what will not do what it seems to.

Each check is one function, and its docstring says what it looks for; the first word of each is the
name that stands in brackets behind a finding.
"""

from __future__ import annotations

import re
from pathlib import Path

from lxml.html import document_fromstring

from cleaner.authoring.lint_context import Linted, is_loose, templates_of
from cleaner.authoring.schema_line import LINE, line_for
from cleaner.authoring.selectors import HASHED
from cleaner.rules.compiled import CompiledRule
from cleaner.rules.fields import FIELDS
from cleaner.rules.selectors import select
from cleaner.rules.template import TOKEN, Template
from cleaner.text.lines import Lines

CLASS = re.compile(r"[.#]([A-Za-z_][\w-]*)|@(?:class|id)\s*=\s*['\"]([^'\"]+)['\"]")
BRACES = re.compile(r"\{[^{}\n]*\}")
TEXTS = frozenset("line from to span put unless marks keep hit miss clean text".split())
ARTICLE = (
    "<html><body><div><main><article><header><h1>Pier</h1></header><section><div><p>It opened.</p>"
    "<p>At last.</p></div></section></article></main></div></body></html>"
)


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
                    if HASHED.search(name):
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


def comments(linted: Linted) -> None:
    """comment: a text without quotes ends at a #, and what is behind that is lost."""
    for path in linted.source.ends:
        key = next((part for part in reversed(path) if isinstance(part, str)), "")
        if key in TEXTS and linted.source.after(path).lstrip().startswith("#"):
            message = "ends at the #, which begins a comment; quote the text, or move the comment"
            linted.say("comment", linted.source.problem(path, message))


def no_fields(linted: Linted) -> None:
    """no-field: braces that hold no field stand for themselves."""
    file = linted.file
    named = [("marks", t) for t in file.marks] + [("keep", t) for t in file.keep]
    for key, template in named:
        for braces in _literal_braces(template):
            where = linted.source.row_problem((key,), template.source, _no_field(braces))
            linted.say("no-field", where)
    for rule in file.rules:
        others = [("to", t) for t in rule.to] + [("unless", t) for t in rule.unless]
        for key, template in [*templates_of(rule), *others]:
            for braces in _literal_braces(template):
                linted.at_rule("no-field", rule, _no_field(braces), template.source, key)


def _literal_braces(template: Template) -> list[str]:
    if template.source.startswith("/"):
        return []
    return BRACES.findall(TOKEN.sub(" ", template.source))


def _no_field(braces: str) -> str:
    name = re.sub(r"__\d+$|[^a-z_]", "", braces.strip("{}").lower())
    hint = f"did you mean {{{name}}}?" if name in FIELDS else f"write \\{braces} if it is meant so"
    return f"{braces} is no field, and stands for itself; {hint}"


def pruned_articles(linted: Linted) -> None:
    """prunes-article: a selector of html.prune takes the paragraphs of any article."""
    for number, selector in enumerate(linted.file.html.prune):
        page = document_fromstring(ARTICLE)
        nodes = select(page, selector)
        if any(node.tag == "p" or node.find(".//p") is not None for node in nodes):
            message = f"{selector!r} takes the text of any article; name a class or an id"
            linted.say("prunes-article", linted.source.problem(("html", "prune", number), message))
