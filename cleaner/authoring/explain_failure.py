"""Why a rule leaves a text alone that it was to take: which of its guards, or which field."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from cleaner.rules.compiled import CompiledRule
from cleaner.rules.template import TOKEN, Template, TemplateError, parse
from cleaner.text.lines import Lines
from cleaner.text.normalization import Normalizer

MOST_LINES = 200
Takes = Callable[[CompiledRule], bool]  # whether such a rule would take the text


def why_not(rule: CompiledRule, text: str, takes: Takes) -> str:
    """Why `rule` does not take anything of `text`, as far as that can be found."""
    for guard, without, words in _guards(rule):
        if takes(replace(rule, **{guard: without})):
            return words
    if takes(replace(rule, at=None, words=None, unless=(), lines=MOST_LINES)):
        return "more than one of its guards spares it"
    lines = Lines(Normalizer()(text))
    if rule.to and any(t.match(line) is not None for t in rule.start for line in lines):
        return "no line after that of `from` matches `to`"
    templates = [(t, False) for t in (*rule.line, *rule.start)] + [(t, True) for t in rule.span]
    for template, inline in templates:
        for refused in _refused(template, lines, inline=inline):
            return refused
    return "no template matches it"


def _guards(rule: CompiledRule) -> Iterator[tuple[str, Any, str]]:
    """Each guard of a rule, its value where it does not guard, and what to say of it."""
    if rule.at is not None:
        yield "at", None, f"a template matches, but `at: {rule.at}` spares it"
    if rule.words is not None:
        yield "words", None, f"a template matches, but the line has more than {rule.words} `words`"
    if rule.unless:
        sources = ", ".join(repr(template.source) for template in rule.unless)
        yield "unless", (), f"a template matches, but so does `unless` ({sources})"
    if rule.start:
        yield "lines", MOST_LINES, f"the block has more than {rule.lines} `lines`"


def _refused(template: Template, lines: Lines, *, inline: bool) -> Iterator[str]:
    """The field without which a template would match a line, and what it does not catch."""
    if template.source.startswith("/"):
        return
    for token in TOKEN.finditer(template.source):
        name = token[4]
        if not name or name == "text":
            continue
        source = template.source[: token.start()] + "{text}" + template.source[token.end() :]
        try:
            wider = parse(source, inline=inline)
        except TemplateError:  # a {text} is there already, or nothing else
            continue
        for caught in _caught(wider, lines, inline=inline):
            yield f"{{{name}}} does not catch {caught!r}"


def _caught(template: Template, lines: Lines, *, inline: bool) -> Iterator[str]:
    """What the {text} of a template catches."""
    if inline:
        found = (template.captures(f, lines.text) for f in template.compiled.finditer(lines.seen))
    else:
        found = (template.match(line) for line in lines)
    yield from (str(values["text"]) for values in found if values)
