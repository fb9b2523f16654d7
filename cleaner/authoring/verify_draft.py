"""Verify drafted rules before they are written, and find a `miss` for each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from cleaner.authoring.confidence import is_sentence
from cleaner.authoring.lint_overbroad import tempting_lines
from cleaner.authoring.occurrences import SENTENCE_BREAK, Suggestion, split_documents
from cleaner.authoring.yaml_drafts import rule_rows
from cleaner.rules.compiled import CompiledFile
from cleaner.rules.compiler import compile_text
from cleaner.rules.match import find
from cleaner.rules.problems import RuleFileError
from cleaner.text.lines import Lines

WORD = re.compile(r"[^\W\d_]{4,}")
MAX_MISS_CHARS = 200
Sentences = Sequence[tuple[frozenset[str], str]]  # with the words of each


def verify(suggestions: Sequence[Suggestion], texts: Sequence[str]) -> list[Suggestion]:
    """Return the suggestions, doubtful ones last.

    Each loose suggestion gets a `miss` from `texts` if there is one. If it would remove an ordinary
    sentence, it spares lines that end with a full stop; if that does not help or its own lines end
    so, it becomes doubtful.
    """
    sentences = _sentences(texts)
    for suggestion in suggestions:
        if suggestion.doubt is None and suggestion.loose:
            try:
                _verify_loose(suggestion, sentences)
            except RuleFileError as error:
                suggestion.doubt = error.problems[0].message
    return sorted(suggestions, key=lambda s: s.doubt is not None)


def _verify_loose(suggestion: Suggestion, sentences: Sentences) -> None:
    rule = compile_rows(rule_rows(suggestion))
    removed = _removed_sentence(rule)
    stops = any(variant.endswith(".") for variant in suggestion.variants)
    if removed and suggestion.template.endswith("*") and not stops:
        suggestion.unless = f"{suggestion.template}."
        rule = compile_rows(rule_rows(suggestion))
        removed = _removed_sentence(rule)
    suggestion.hits = [v for v in suggestion.variants if find(Lines(v), [rule])][:2]
    if removed:
        suggestion.doubt = f"would remove {removed!r}"
    elif not suggestion.hits:
        suggestion.doubt = "its fields do not match the lines of the documents"
    else:
        suggestion.miss = _find_miss(suggestion.template, sentences, rule)


def _removed_sentence(rule: CompiledFile) -> str | None:
    """The first tempting sentence that a rule would remove."""
    lines = tempting_lines()
    match = next(iter(find(lines, [rule])), None)
    return lines[match.first].plain if match else None


def compile_rows(rows: Iterable[str]) -> CompiledFile:
    """Compile a rule in a file of its own. Raises RuleFileError if it is invalid."""
    rule = "\n".join(f"  {row}" for row in rows)
    return compile_text(f"site: draft.example\nrules:\n{rule}\n", "draft")


def _sentences(texts: Sequence[str]) -> Sentences:
    """The sentences that occur only in these articles, the shortest first."""
    found = {
        sentence
        for document in split_documents(texts)
        for line, own in zip(document.lines, document.own, strict=True)
        for sentence in (SENTENCE_BREAK.split(line.plain) if own else ())
        if len(sentence) <= MAX_MISS_CHARS and is_sentence(sentence)
    }
    ordered = sorted(found, key=lambda s: (len(s), s))
    return [(frozenset(WORD.findall(s.lower())), s) for s in ordered]


def _find_miss(template: str, sentences: Sentences, rule: CompiledFile) -> str:
    """The sentence that shares most words with a template and is not removed, or an empty text."""
    words = frozenset(WORD.findall(re.sub(r"\{\w+\}", " ", template).lower()))
    shared = sorted(
        ((len(found & words), s) for found, s in sentences if found & words),
        key=lambda item: -item[0],
    )
    return next((s for _, s in shared[:20] if not find(Lines(s), [rule])), "")
