"""Lint rule files: find valid rules that do not do what the author expects.

Each check is a function that yields findings; `CHECKS` maps the name printed after a finding to it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from lxml.html import document_fromstring

from cleaner.authoring.lint_overbroad import (
    TemplateProblem,
    broad,
    common_marks,
    few_words,
    has_star,
    templates_of,
)
from cleaner.authoring.yaml_drafts import SCHEMA_COMMENT, find_schema, schema_comment
from cleaner.rules.compiled import CompiledFile, CompiledRule
from cleaner.rules.compiler import compile_text
from cleaner.rules.fields import FIELDS
from cleaner.rules.problems import Problem, RuleFileError
from cleaner.rules.ruleset import RuleSet
from cleaner.rules.selectors import select
from cleaner.rules.template import TOKEN, Template
from cleaner.rules.yaml_source import YamlSource, read
from cleaner.text.lines import Lines

# Names that a build step generated, and that the next build will change.
HASHED = re.compile(
    r"\d{2}|[A-Z]{2}|__(?=\w*\d)\w{5,}$|^(?:css|sc|jsx|emotion)-|[a-z][A-Z][a-z]?[A-Z]"
)
NAMES = re.compile(r"[.#]([A-Za-z_][\w-]*)|@(?:class|id)\s*=\s*['\"]([^'\"]+)['\"]")
BRACES = re.compile(r"\{[^{}\n]*\}")
TEXT_KEYS = frozenset("line from to span put unless marks keep hit miss clean text".split())
ARTICLE = (
    "<html><body><div><main><article><header><h1>Pier</h1></header><section><div><p>It opened.</p>"
    "<p>At last.</p></div></section></article></main></div></body></html>"
)


@dataclass(frozen=True)
class Finding:
    """One problem. An `error` keeps the file from being used; the others are warnings."""

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
        """A workflow command that annotates the line in a GitHub review."""
        p = self.problem
        level = "error" if self.error else "warning"
        message = p.message.replace("%", "%25").replace("\n", "%0A")
        return f"::{level} file={p.file},line={p.line},col={p.column},title={self.check}::{message}"


@dataclass(frozen=True)
class LintedFile:
    """A rule file to check: its source gives positions, its compiled form the meaning."""

    source: YamlSource
    compiled: CompiledFile

    def locate(self, found: TemplateProblem) -> tuple[Problem, str]:
        """Return the position of a problem in the file, and the id of its rule."""
        if found.rule is None:
            path: tuple[str | int, ...] = (found.key,)
        else:
            path = ("rules", self.compiled.rules.index(found.rule), found.key)
        problem = self.source.row_problem(path, found.template.source, found.message)
        return problem, found.rule.id if found.rule else ""


Found = Iterator[Problem | TemplateProblem]
Check = Callable[[LintedFile], Found]


def check_files(
    sources: Sequence[tuple[str, bytes]], rules: RuleSet | None = None
) -> list[Finding]:
    """Check rule files given as (path, content); return findings in the order of the files.

    `rules` are the other rules in force, if known.
    """
    findings: list[Finding] = []
    files: list[LintedFile] = []
    for path, content in sources:
        try:
            text = content.decode("utf-8")
            files.append(LintedFile(read(text, path), compile_text(text, path)))
        except UnicodeDecodeError as error:
            problem = Problem(path, 1, 1, f"not UTF-8: {error}")
            findings.append(Finding(problem, "invalid", error=True))
        except RuleFileError as error:
            findings.extend(Finding(p, "invalid", error=True) for p in error.problems)
    for file in files:
        for name, check in CHECKS.items():
            for found in check(file):
                located = file.locate(found) if isinstance(found, TemplateProblem) else (found, "")
                findings.append(Finding(located[0], name, located[1]))
    findings.extend(_compare_files(files))
    if rules is not None:
        findings.extend(_check_skips(files, rules))
    return sorted(findings, key=lambda f: (f.problem.file, f.problem.line, f.problem.column))


def is_loose(template: Template) -> bool:
    """Whether a template matches several texts."""
    return bool(template.fields) or has_star(template) or template.source.startswith("/")


def is_hashed(name: str) -> bool:
    """Whether a class name looks generated.

    >>> is_hashed("css-1x2y3z"), is_hashed("newsletter-box")
    (True, False)
    """
    return bool(HASHED.search(name))


def _file_name(file: LintedFile) -> Found:
    """A file is not named after its site or pack."""
    path = Path(file.compiled.path)
    if path.stem != file.compiled.key and path.suffix in (".yaml", ".yml"):
        message = f"the file is named {path.name}; name it {file.compiled.key}.yaml"
        yield file.source.problem(("site",), message)


def _schema_line(file: LintedFile) -> Found:
    """No comment names the schema that is at hand, so editors can neither complete nor check."""
    folder = Path(file.compiled.path).parent
    if find_schema(folder) and not SCHEMA_COMMENT.search(file.source.text):
        yield file.source.at(1, 1, f"begin with: {schema_comment(folder)}")


def _hits_and_misses(file: LintedFile) -> Found:
    """A rule that matches several texts has no examples of lines that it removes and keeps."""
    for rule in file.compiled.rules:
        loose = next(((k, t) for k, t in templates_of(rule) if is_loose(t)), None)
        if loose and not (rule.hit and rule.miss):
            lacks = " and ".join(k for k, v in (("hit", rule.hit), ("miss", rule.miss)) if not v)
            yield TemplateProblem(f"has a wildcard but no {lacks}", *loose, rule)


def _hashed_names(file: LintedFile) -> Found:
    """A class name generated by a build step will not last."""
    for key in ("content", "prune", "title", "author", "date"):
        for number, selector in enumerate(getattr(file.compiled.html, key)):
            for match in NAMES.finditer(selector):
                for name in (match[1] or match[2]).split():
                    if is_hashed(name):
                        message = f"the name {name!r} looks generated and may change"
                        yield file.source.problem(("html", key, number), message)


def _duplicates(file: LintedFile) -> Found:
    """A template is repeated, or another template of the file matches everything it matches."""
    rules = file.compiled.rules
    seen: dict[str, CompiledRule] = {}
    for rule in rules:
        for key, template in templates_of(rule):
            known = f"{key}:{rule.at}:{template.regex}"
            if known in seen:
                yield TemplateProblem(f"also in {seen[known].id}", key, template, rule)
            seen[known] = rule
    loose = [
        (rule, template)
        for rule in rules
        if not (rule.at or rule.words or rule.unless)
        for template in rule.line
        if is_loose(template)
    ]
    for rule in rules:
        for template in rule.line if rule.at is None else ():
            line = Lines(template.literal or "")[0]
            for other, wide in loose if template.literal else ():
                if wide.match(line) is not None:
                    message = f"never needed: {other.id} matches it already ({wide.source})"
                    yield TemplateProblem(message, "line", template, rule)
                    break


def _comments(file: LintedFile) -> Found:
    """An unquoted text ends at a #, and the rest is lost."""
    for path in file.source.ends:
        key = next((part for part in reversed(path) if isinstance(part, str)), "")
        if key in TEXT_KEYS and file.source.after(path).lstrip().startswith("#"):
            message = "ends at the #, which begins a comment; quote the text, or move the comment"
            yield file.source.problem(path, message)


def _no_fields(file: LintedFile) -> Found:
    """Braces that do not name a field are matched literally."""
    compiled = file.compiled
    for key, templates in (("marks", compiled.marks), ("keep", compiled.keep)):
        for template in templates:
            yield from _literal_braces(key, template)
    for rule in compiled.rules:
        others = [("to", t) for t in rule.to] + [("unless", t) for t in rule.unless]
        for key, template in [*templates_of(rule), *others]:
            yield from _literal_braces(key, template, rule)


def _literal_braces(key: str, template: Template, rule: CompiledRule | None = None) -> Found:
    if template.source.startswith("/"):
        return
    for braces in BRACES.findall(TOKEN.sub(" ", template.source)):
        name = re.sub(r"__\d+$|[^a-z_]", "", braces.strip("{}").lower())
        intended = f"write \\{braces} if that is intended"
        hint = f"did you mean {{{name}}}?" if name in FIELDS else intended
        message = f"{braces} is not a field, and is matched literally; {hint}"
        yield TemplateProblem(message, key, template, rule)


def _pruned_articles(file: LintedFile) -> Found:
    """A selector of `html.prune` removes the paragraphs of any article."""
    for number, selector in enumerate(file.compiled.html.prune):
        nodes = select(document_fromstring(ARTICLE), selector)
        if any(node.tag == "p" or node.find(".//p") is not None for node in nodes):
            message = f"{selector!r} removes the text of any article; name a class or an id"
            yield file.source.problem(("html", "prune", number), message)


CHECKS: dict[str, Check] = {
    "file-name": _file_name,
    "schema-line": _schema_line,
    "hit-and-miss": _hits_and_misses,
    "hashed-class": _hashed_names,
    "common-mark": lambda file: common_marks(file.compiled),
    "few-words": lambda file: few_words(file.compiled),
    "broad": lambda file: broad(file.compiled),
    "duplicate": _duplicates,
    "comment": _comments,
    "no-field": _no_fields,
    "prunes-article": _pruned_articles,
}


def _compare_files(files: Sequence[LintedFile]) -> Iterator[Finding]:
    """Check for rules that a pack already has (known) and ids used by two files (clash)."""
    packs = {
        template.literal: rule
        for file in files
        if file.compiled.is_pack and not file.compiled.formats
        for rule in file.compiled.rules
        if rule.at is None and not rule.words
        for template in rule.line
        if template.literal
    }
    owners: dict[str, LintedFile] = {}
    for file in files:
        for number, rule in enumerate(file.compiled.rules):
            first = owners.setdefault(rule.id, file)
            if first is not file:
                problem = file.source.problem(
                    ("rules", number), f"the id is also in {first.compiled.path}"
                )
                yield Finding(problem, "clash", rule.id, error=True)
            for template in rule.line:
                pack = packs.get(template.literal or "")
                if pack and not file.compiled.is_pack and pack.id not in file.compiled.skip:
                    message = f"not needed: the pack rule {pack.id} matches it already"
                    problem, _ = file.locate(TemplateProblem(message, "line", template, rule))
                    yield Finding(problem, "known", rule.id)


def _check_skips(files: Sequence[LintedFile], rules: RuleSet) -> Iterator[Finding]:
    """Check that rules listed under `skip` exist."""
    if not any(file.compiled.skip for file in files):
        return
    known = {r.id for f in (*(file.compiled for file in files), *rules.files) for r in f.rules}
    for file in files:
        for number, id in enumerate(file.source.data.get("skip", ())):
            if id not in known:
                close = get_close_matches(id, sorted(known), n=1, cutoff=0.8)
                hint = f"; did you mean {close[0]}?" if close else ""
                problem = file.source.problem(("skip", number), f"there is no rule {id}{hint}")
                yield Finding(problem, "skip")
