"""Run what rule files say of themselves: every `hit`, `miss` and example."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from difflib import ndiff
from functools import partial
from pathlib import Path

from cleaner.authoring.explain_failure import why_not
from cleaner.document import Document, Status
from cleaner.pipeline import Cleaner
from cleaner.rules.compiled import CompiledFile, CompiledRule
from cleaner.rules.fixpoint import fixpoint
from cleaner.rules.problems import Problem
from cleaner.rules.ruleset import RuleSet
from cleaner.rules.schema import Example
from cleaner.rules.yaml_source import Path as Where
from cleaner.rules.yaml_source import YamlSource, read
from cleaner.text.lines import Lines
from cleaner.text.normalization import Normalizer

Failed = tuple[Where, str, str]  # where, the rule or example, what is wrong


@dataclass(frozen=True)
class Failure:
    """A hit that did not, a miss that did, or an example that came out otherwise."""

    problem: Problem
    rule: str

    def __str__(self) -> str:
        p = self.problem
        return f"{p.file}:{p.line}:{p.column}: {p.message} ({self.rule})"


def count_claims(file: CompiledFile) -> int:
    """How many hits, misses and examples a file has."""
    return len(file.examples) + sum(len(rule.hit) + len(rule.miss) for rule in file.rules)


def run_file(file: CompiledFile, rules: RuleSet) -> Iterator[Failure]:
    """What fails in one file. Hits and misses are judged by their rule alone, examples by all
    the rules that the document selects."""
    for path, rule, message in _failures(file, rules):
        yield Failure(_source(file).problem(path, message), rule)


def _failures(file: CompiledFile, rules: RuleSet) -> Iterator[Failed]:
    for number, rule in enumerate(file.rules):
        for place, text in enumerate(rule.hit):
            if _taken(file, text, rule) is None:
                why = why_not(rule, text, partial(_takes, file, text))
                message = f"the hit is not removed: {text.strip()!r}; {why}"
                yield ("rules", number, "hit", place), rule.id, message
        for place, text in enumerate(rule.miss):
            taken = _taken(file, text, rule)
            if taken is not None:
                less = "" if taken == text.strip() else f"; what it takes is {taken!r}"
                message = f"the miss is removed: {text.strip()!r}{less}"
                yield ("rules", number, "miss", place), rule.id, message
    cleaner = Cleaner(rules)
    for number, example in enumerate(file.examples):
        yield from _example(cleaner, file, number, example)


def _source(file: CompiledFile) -> YamlSource:
    """The file again, for places in it; without any where it is not what it was."""
    try:
        return read(Path(file.path).read_text(encoding="utf-8"), file.path)
    except (OSError, ValueError):
        return YamlSource(file.path, "")


def _taken(file: CompiledFile, text: str, rule: CompiledRule) -> str | None:
    """What a rule of a file, alone, removes first from a text; None if it removes nothing."""
    normalize = Normalizer()
    alone = replace(file, rules=(rule,), keep=(), skip=frozenset())
    text = normalize(text)
    text = f"Headline\n{text}" if rule.at == "body" else text
    edits = fixpoint(Lines(text), [alone], normalize).edits
    return next((text[e.start : e.end].strip() for e in edits if e.rule == rule.id), None)


def _takes(file: CompiledFile, text: str, rule: CompiledRule) -> bool:
    return _taken(file, text, rule) is not None


def _example(
    cleaner: Cleaner, file: CompiledFile, number: int, example: Example
) -> Iterator[Failed]:
    sites = () if file.is_pack else (file.key,)
    done = cleaner.clean(Document(f"example-{number}", example.text, url=example.url, sites=sites))
    name = f"{file.key}, example {number + 1}"
    where: Where = ("examples", number)
    if done.status not in (Status.OK, Status.EMPTY):
        yield where, name, done.message or done.status.value
        return
    wanted, got = cleaner.normalize(example.clean), done.text or ""
    if wanted != got:
        diff = "\n".join(ndiff(wanted.split("\n"), got.split("\n")))
        message = f"the text differs (- wanted, + got):\n{diff}\n"
        yield (*where, "clean"), name, message
    found = asdict(done.metadata)
    for key, value in example.meta.items():
        if key not in found:
            yield (*where, "meta", key), name, f"metadata has no field {key!r}"
        elif not _same(found[key], value):
            yield (*where, "meta", key), name, f"{key} is {found[key]!r}, not {value!r}"


def _same(found: object, wanted: object) -> bool:
    """Values of a rule file are all text; `None` is written as an empty value."""
    if isinstance(found, (list, tuple)):
        return [str(f) for f in found] == (wanted if isinstance(wanted, list) else [wanted])
    return str("" if found is None else found) == wanted
