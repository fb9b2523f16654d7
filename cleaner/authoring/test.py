"""Run what rule files say of themselves: every `hit`, `miss` and example."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from difflib import ndiff

from cleaner.document import Document, Status
from cleaner.normalize import Normalizer
from cleaner.pipeline import Cleaner
from cleaner.rules.compiled import CompiledFile, CompiledRule
from cleaner.rules.lines import Lines
from cleaner.rules.model import Example
from cleaner.rules.ruleset import RuleSet
from cleaner.rules.settle import settle


@dataclass(frozen=True)
class Failure:
    """A hit that did not, a miss that did, or an example that came out otherwise."""

    file: str
    rule: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}: {self.message} ({self.rule})"


def count_claims(file: CompiledFile) -> int:
    """How many hits, misses and examples a file has."""
    return len(file.examples) + sum(len(rule.hit) + len(rule.miss) for rule in file.rules)


def run_file(file: CompiledFile, rules: RuleSet) -> Iterator[Failure]:
    """What fails in one file. Hits and misses are judged by their rule alone, examples by all
    the rules that the document selects."""
    normalize = Normalizer()
    for rule in file.rules:
        alone = replace(file, rules=(rule,), keep=(), skip=frozenset())
        for text in rule.hit:
            if not _removes(rule, alone, normalize(text), normalize):
                yield Failure(file.path, rule.id, f"the hit is not removed: {text.strip()!r}")
        for text in rule.miss:
            if _removes(rule, alone, normalize(text), normalize):
                yield Failure(file.path, rule.id, f"the miss is removed: {text.strip()!r}")
    cleaner = Cleaner(rules)
    for number, example in enumerate(file.examples, 1):
        yield from _example(cleaner, file, number, example)


def _removes(rule: CompiledRule, file: CompiledFile, text: str, normalize: Normalizer) -> bool:
    text = f"Headline\n{text}" if rule.at == "body" else text
    return any(edit.rule == rule.id for edit in settle(Lines(text), [file], normalize).edits)


def _example(
    cleaner: Cleaner, file: CompiledFile, number: int, example: Example
) -> Iterator[Failure]:
    sites = () if file.is_pack else (file.key,)
    done = cleaner.clean(Document(f"example-{number}", example.text, url=example.url, sites=sites))
    name = f"{file.key}, example {number}"
    if done.status not in (Status.OK, Status.EMPTY):
        yield Failure(file.path, name, done.message or done.status.value)
        return
    wanted, got = cleaner.normalize(example.clean), done.text or ""
    if wanted != got:
        diff = "\n".join(ndiff(wanted.split("\n"), got.split("\n")))
        yield Failure(file.path, name, f"the text differs (- wanted, + got):\n{diff}\n")
    found = asdict(done.metadata)
    for key, value in example.meta.items():
        if key not in found:
            yield Failure(file.path, name, f"metadata has no field {key!r}")
        elif not _same(found[key], value):
            yield Failure(file.path, name, f"{key} is {found[key]!r}, not {value!r}")


def _same(found: object, wanted: object) -> bool:
    """Values of a rule file are all text; `None` is written as an empty value."""
    if isinstance(found, (list, tuple)):
        return [str(f) for f in found] == (wanted if isinstance(wanted, list) else [wanted])
    return str("" if found is None else found) == wanted
