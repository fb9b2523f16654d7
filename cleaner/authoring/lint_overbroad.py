"""Lint rules that remove too much: templates with too few words, and ordinary sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cleaner.classify.line_classifier import load_model
from cleaner.rules.compiled import CompiledFile, CompiledRule
from cleaner.rules.match import find
from cleaner.rules.template import TOKEN, Template
from cleaner.text.folding import fold
from cleaner.text.lines import Lines
from cleaner.text.words import count_words

TEMPTING = Path(__file__).with_name("tempting.txt")
STOPWORDS = Path(__file__).with_name("stopwords.txt")
OPEN_FIELDS = frozenset(  # match any text
    "categories description holder regions same series site source tags text themes title".split()
)
MIN_DISTINCTIVE_WORDS = 3  # for open templates without a guard against long lines
KNOWN_SCORE, MIN_KNOWN_WORDS = 96, 4  # odds of 20 to 1 by the words of a line
MIN_WORDS = 5  # that are distinctive together, even if each is common
WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]+")  # Chinese and Japanese
SIGN = re.compile(r"[^\w\s,.;!'’\"“”*-]|\w\.\w|\.\.|--|#")  # rare in sentences


@dataclass(frozen=True)
class TemplateProblem:
    """A template that matches too much; `rule` is None for a mark."""

    message: str
    key: str
    template: Template
    rule: CompiledRule | None = None


def broad(file: CompiledFile) -> Iterator[TemplateProblem]:
    """A rule removes sentences like those of articles."""
    lines = tempting_lines()
    reported: set[str] = set()
    for match in find(lines, [file]):
        if match.rule.id in reported or (match.rule.start and match.rule.to):
            continue
        reported.add(match.rule.id)
        removed = lines.text[match.start : match.end].split("\n")[0]
        key, template = next(templates_of(match.rule))
        message = f"takes an ordinary sentence: {removed!r}"
        yield TemplateProblem(message, key, template, match.rule)


def common_marks(file: CompiledFile) -> Iterator[TemplateProblem]:
    """A mark proves that a text is from this site, so other sites must not print it."""
    for mark in file.marks:
        words = [w for w in re.split(r"[\s*]+", mark.source) if w]
        if len(words) < 3 and "." not in mark.source:
            message = "a mark of so few words is no proof; use a line that names the site"
            yield TemplateProblem(message, "marks", mark)
        elif any(mark.match(line) is not None for line in tempting_lines()):
            yield TemplateProblem("this mark matches ordinary sentences", "marks", mark)


def few_words(file: CompiledFile) -> Iterator[TemplateProblem]:
    """The words beside a `*` are so common that sentences of articles contain them too, and the
    line classifier does not know the examples of the rule as boilerplate."""
    for rule in file.rules:
        if rule.hit and all(map(_is_known, rule.hit)):
            continue
        short = rule.words is not None or rule.at in ("first", "head")
        for key, template in templates_of(rule):
            fixed = _fixed_text(template)
            if fixed is None or SIGN.search(fixed) or (key == "from" and rule.to):
                continue
            words = _split_words(fixed)
            distinctive = [word for word in words if word.lower() not in stopwords()]
            enough = 1 if short else MIN_DISTINCTIVE_WORDS
            if len(distinctive) < enough and len(words) < MIN_WORDS:
                message = f"{template.source!r} has too few words: ordinary sentences match it too"
                yield TemplateProblem(message, key, template, rule)


def _is_known(hit: str) -> bool:
    is_long = count_words(hit) >= MIN_KNOWN_WORDS
    return is_long and load_model().word_score(fold(hit)).score >= KNOWN_SCORE


def templates_of(rule: CompiledRule) -> Iterator[tuple[str, Template]]:
    """Yield (key, template) for each template that makes a rule match."""
    for key, templates in (("line", rule.line), ("from", rule.start), ("span", rule.span)):
        yield from ((key, template) for template in templates)


def has_star(template: Template) -> bool:
    return any(token[3] for token in TOKEN.finditer(template.source))


def _fixed_text(template: Template) -> str | None:
    """The text beside the wildcards of a template; None if it has no wildcard, or has a field
    that matches only certain texts."""
    is_open = has_star(template) or not OPEN_FIELDS.isdisjoint(template.fields)
    is_regex = template.source.startswith("/")
    if is_regex or not is_open or not OPEN_FIELDS.issuperset(template.fields):
        return None
    return TOKEN.sub(" ", template.source)


@cache
def tempting_lines() -> Lines:
    """The bundled sentences and headings that no generic rule may remove."""
    return Lines("\n".join(_rows(TEMPTING)))


def _split_words(text: str) -> list[str]:
    """The words of a text; without spaces between words, pairs of characters."""
    words: list[str] = []
    for word in WORD.findall(text):
        if not UNSPACED.search(word):
            words.append(word)
            continue
        for row in UNSPACED.findall(word):
            left = _particles().sub(" ", row)
            words += [part[n : n + 2] for part in left.split() for n in range(0, len(part), 2)]
    return words


@cache
def stopwords() -> frozenset[str]:
    """The most common words of the languages that packs exist for."""
    return frozenset(word for row in _rows(STOPWORDS) for word in row.split())


@cache
def _particles() -> re.Pattern[str]:
    """Common words of languages written without spaces, the longest first."""
    found = sorted(filter(UNSPACED.fullmatch, stopwords()), key=lambda word: (-len(word), word))
    return re.compile("|".join(found))


def _rows(path: Path) -> list[str]:
    """The lines of a file, without blank lines and comments."""
    rows = path.read_text(encoding="utf-8").split("\n")
    return [row for row in rows if row and not row.startswith("#")]
