"""Try a drafted rule before it is written: what it would take, and a line that it leaves alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from cleaner.authoring.confidence import is_sentence
from cleaner.authoring.lint_overbroad import tempting_lines
from cleaner.authoring.occurrences import SENTENCE, Suggestion, cut
from cleaner.authoring.rows import rule_rows
from cleaner.rules.compiled import CompiledFile
from cleaner.rules.compiler import compile_text
from cleaner.rules.match import find
from cleaner.rules.problems import RuleFileError
from cleaner.text.lines import Lines

WORD = re.compile(r"[^\W\d_]{4,}")
LONGEST = 200  # characters of a sentence that is shown as a `miss`


def tried(suggestions: Sequence[Suggestion], texts: Sequence[str]) -> list[Suggestion]:
    """The suggestions, each that may match many lines with a `miss` out of `texts`, if there is
    one. One that would take an ordinary sentence leaves lines with a full stop alone, where it saw
    none, or else is in doubt; those in doubt come last."""
    sentences = _sentences(texts)
    for suggestion in suggestions:
        if suggestion.risk is None and suggestion.loose:
            try:
                _try(suggestion, sentences)
            except RuleFileError as error:
                suggestion.risk = error.problems[0].message
    return sorted(suggestions, key=lambda s: s.risk is not None)


def _try(suggestion: Suggestion, sentences: Sequence[tuple[frozenset[str], str]]) -> None:
    rule = compile_rows(rule_rows(suggestion))
    taken = _ordinary(rule)
    if taken and suggestion.template.endswith("*") and not _stops(suggestion):
        suggestion.unless = f"{suggestion.template}."
        rule = compile_rows(rule_rows(suggestion))
        taken = _ordinary(rule)
    suggestion.hits = [v for v in suggestion.variants if find(Lines(v), [rule])][:2]
    if taken:
        suggestion.risk = f"would take {taken!r}"
    elif not suggestion.hits:
        suggestion.risk = "its fields do not take what stands there"
    else:
        suggestion.miss = _miss(suggestion.template, sentences, rule)


def _ordinary(rule: CompiledFile) -> str | None:
    """The first of the tempting sentences that a rule would take."""
    lines = tempting_lines()
    match = next(iter(find(lines, [rule])), None)
    return lines[match.first].plain if match else None


def _stops(suggestion: Suggestion) -> bool:
    return any(variant.endswith(".") for variant in suggestion.variants)


def compile_rows(rows: Iterable[str]) -> CompiledFile:
    """A rule in a file of its own; raises RuleFileError where it is none."""
    rule = "\n".join(f"  {row}" for row in rows)
    return compile_text(f"site: draft.example\nrules:\n{rule}\n", "draft")


def _sentences(texts: Sequence[str]) -> list[tuple[frozenset[str], str]]:
    """(words, sentence) of the sentences that only these articles have, the shortest first."""
    found = {
        sentence
        for document in cut(texts)
        for line, own in zip(document.lines, document.own, strict=True)
        for sentence in (SENTENCE.split(line.plain) if own else ())
        if len(sentence) <= LONGEST and is_sentence(sentence)
    }
    ordered = sorted(found, key=lambda s: (len(s), s))
    return [(frozenset(WORD.findall(s.lower())), s) for s in ordered]


def _miss(
    template: str, sentences: Sequence[tuple[frozenset[str], str]], rule: CompiledFile
) -> str:
    """The sentence that shares most words with a template and is left alone; empty for none."""
    wanted = frozenset(WORD.findall(re.sub(r"\{\w+\}", " ", template).lower()))
    shared = sorted(
        ((len(words & wanted), s) for words, s in sentences if words & wanted),
        key=lambda found: -found[0],
    )
    return next((s for _, s in shared[:20] if not find(Lines(s), [rule])), "")
