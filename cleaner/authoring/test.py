"""Test rule files: check every `hit`, `miss` and example, and explain failures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from difflib import ndiff
from functools import partial
from pathlib import Path
from typing import Any

from cleaner.document import Document, Status
from cleaner.pipeline import Cleaner
from cleaner.rules.compiled import CompiledFile, CompiledRule
from cleaner.rules.fixpoint import fixpoint
from cleaner.rules.problems import Problem
from cleaner.rules.ruleset import RuleSet
from cleaner.rules.schema import Example
from cleaner.rules.template import TOKEN, Template, TemplateError, parse
from cleaner.rules.yaml_source import Path as YamlPath
from cleaner.rules.yaml_source import YamlSource, read
from cleaner.text.lines import Lines
from cleaner.text.normalization import Normalizer

MAX_LINES = 200  # of a block without a `lines` guard
Failed = tuple[YamlPath, str, str]  # path, rule or example, message
Removes = Callable[[CompiledRule], bool]  # whether a rule removes the text in question


@dataclass(frozen=True)
class Failure:
    """A hit that was kept, a miss that was removed, or an example with another result."""

    problem: Problem
    rule: str

    def __str__(self) -> str:
        p = self.problem
        return f"{p.file}:{p.line}:{p.column}: {p.message} ({self.rule})"

    def record(self) -> dict[str, object]:
        p = self.problem
        return {"file": p.file, "line": p.line, "column": p.column, "message": p.message,
                "rule": self.rule}  # fmt: skip


def count_claims(file: CompiledFile) -> int:
    """Count the hits, misses and examples of a file."""
    return len(file.examples) + sum(len(rule.hit) + len(rule.miss) for rule in file.rules)


def run_file(file: CompiledFile, rules: RuleSet) -> Iterator[Failure]:
    """Yield the failures of one file. Hits and misses are tested with their rule alone, examples
    with all the rules that the document selects."""
    for path, rule, message in _failures(file, rules):
        yield Failure(_source(file).problem(path, message), rule)


def _failures(file: CompiledFile, rules: RuleSet) -> Iterator[Failed]:
    for number, rule in enumerate(file.rules):
        for index, text in enumerate(rule.hit):
            if _removed(file, text, rule) is None:
                why = explain_failure(rule, text, partial(_removes, file, text))
                message = f"the hit is not removed: {text.strip()!r}; {why}"
                yield ("rules", number, "hit", index), rule.id, message
        for index, text in enumerate(rule.miss):
            removed = _removed(file, text, rule)
            if removed is not None:
                part = "" if removed == text.strip() else f"; the rule matches {removed!r}"
                message = f"the miss is removed: {text.strip()!r}{part}"
                yield ("rules", number, "miss", index), rule.id, message
    cleaner = Cleaner(rules)
    for number, example in enumerate(file.examples):
        yield from _example(cleaner, file, number, example)


def _source(file: CompiledFile) -> YamlSource:
    """Read the file again for positions; empty if it can no longer be read."""
    try:
        return read(Path(file.path).read_text(encoding="utf-8"), file.path)
    except (OSError, ValueError):
        return YamlSource(file.path, "")


def _removed(file: CompiledFile, text: str, rule: CompiledRule) -> str | None:
    """The first part of a text that one rule of a file removes by itself, or None."""
    normalize = Normalizer()
    alone = replace(file, rules=(rule,), keep=(), skip=frozenset())
    text = normalize(text)
    text = f"Headline\n{text}" if rule.at == "body" else text
    edits = fixpoint(Lines(text), [alone], normalize).edits
    return next((text[e.start : e.end].strip() for e in edits if e.rule == rule.id), None)


def _removes(file: CompiledFile, text: str, rule: CompiledRule) -> bool:
    return _removed(file, text, rule) is not None


def _example(
    cleaner: Cleaner, file: CompiledFile, number: int, example: Example
) -> Iterator[Failed]:
    sites = () if file.is_pack else (file.key,)
    done = cleaner.clean(Document(f"example-{number}", example.text, url=example.url, sites=sites))
    name = f"{file.key}, example {number + 1}"
    path: YamlPath = ("examples", number)
    if done.status not in (Status.OK, Status.EMPTY):
        yield path, name, done.message or done.status.value
        return
    expected, actual = cleaner.normalize(example.clean), done.text or ""
    if expected != actual:
        diff = "\n".join(ndiff(expected.split("\n"), actual.split("\n")))
        yield (*path, "clean"), name, f"the text differs (- expected, + actual):\n{diff}\n"
    metadata = asdict(done.metadata)
    for key, value in example.meta.items():
        if key not in metadata:
            yield (*path, "meta", key), name, f"metadata has no field {key!r}"
        elif not _same(metadata[key], value):
            yield (*path, "meta", key), name, f"{key} is {metadata[key]!r}, not {value!r}"


def _same(actual: object, expected: object) -> bool:
    """Compare with a value of a rule file, where all values are text and None is empty."""
    if isinstance(actual, (list, tuple)):
        return [str(a) for a in actual] == (expected if isinstance(expected, list) else [expected])
    return str("" if actual is None else actual) == expected


def explain_failure(rule: CompiledRule, text: str, removes: Removes) -> str:
    """Say why a rule removes nothing of `text`: which guard or field is responsible."""
    for guard, without, reason in _guards(rule):
        if removes(replace(rule, **{guard: without})):
            return reason
    if removes(replace(rule, at=None, words=None, unless=(), lines=MAX_LINES)):
        return "a template matches, but several guards spare it"
    lines = Lines(Normalizer()(text))
    if rule.to and any(t.match(line) is not None for t in rule.start for line in lines):
        return "no line after that of `from` matches `to`"
    templates = [(t, False) for t in (*rule.line, *rule.start)] + [(t, True) for t in rule.span]
    for template, inline in templates:
        for reason in _refused(template, lines, inline=inline):
            return reason
    return "no template matches it"


def _guards(rule: CompiledRule) -> Iterator[tuple[str, Any, str]]:
    """Yield each guard of a rule, the value that disables it, and what to report."""
    if rule.at is not None:
        yield "at", None, f"a template matches, but `at: {rule.at}` spares it"
    if rule.words is not None:
        yield "words", None, f"a template matches, but the line has more than {rule.words} `words`"
    if rule.unless:
        sources = ", ".join(repr(template.source) for template in rule.unless)
        yield "unless", (), f"a template matches, but so does `unless` ({sources})"
    if rule.start:
        yield "lines", MAX_LINES, f"the block has more than {rule.lines} `lines`"


def _refused(template: Template, lines: Lines, *, inline: bool) -> Iterator[str]:
    """Name the field without which a template would match, and the text that it does not accept."""
    if template.source.startswith("/"):
        return
    for token in TOKEN.finditer(template.source):
        name = token[4]
        if not name or name == "text":
            continue
        source = template.source[: token.start()] + "{text}" + template.source[token.end() :]
        try:
            wider = parse(source, inline=inline)
        except TemplateError:  # it has a {text} already, or nothing else
            continue
        for text in _texts_of(wider, lines, inline=inline):
            yield f"{{{name}}} does not catch {text!r}"


def _texts_of(template: Template, lines: Lines, *, inline: bool) -> Iterator[str]:
    """Yield the texts that the {text} of a template matches."""
    if inline:
        found = (template.captures(f, lines.text) for f in template.compiled.finditer(lines.seen))
    else:
        found = (template.match(line) for line in lines)
    yield from (str(values["text"]) for values in found if values)
