"""Lint rules that take too much: templates of few words, and ordinary sentences that rules take."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from cleaner.authoring.lint_context import OPEN, Linted, is_open, templates_of
from cleaner.rules.match import find
from cleaner.rules.template import TOKEN, Template
from cleaner.text.lines import Lines

TEMPTING = Path(__file__).with_name("tempting.txt")
STOPWORDS = Path(__file__).with_name("stopwords.txt")
FEW = 3  # telling words that a template with an open end needs, where no guard keeps it short
PHRASE = 5  # words that tell enough together, be they ever so common
WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
UNPARTED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]+")  # Chinese and Japanese, without spaces
SIGN = re.compile(r"[^\w\s,.;!'’\"“”*-]|\w\.\w|\.\.|--|#")  # what sentences seldom have


def broad(linted: Linted) -> None:
    """broad: a rule takes sentences of articles, from a list of tempting ones."""
    lines = tempting_lines()
    said: set[str] = set()
    for match in find(lines, [linted.file]):
        if match.rule.id in said or (match.rule.start and match.rule.to):
            continue
        said.add(match.rule.id)
        taken = lines.text[match.start : match.end].split("\n")[0]
        key, template = next(templates_of(match.rule))
        message = f"takes an ordinary sentence: {taken!r}"
        linted.at_rule("broad", match.rule, message, template.source, key)


def common_marks(linted: Linted) -> None:
    """common-mark: a mark proves that a text is from this site, so other sites may not print it."""
    for mark in linted.file.marks:
        words = [w for w in re.split(r"[\s*]+", mark.source) if w]
        tempted = any(mark.match(line) is not None for line in tempting_lines())
        if len(words) < 3 and "." not in mark.source:
            message = "a mark of so few words is no proof; use a line that names the site"
        elif tempted:
            message = "this mark matches ordinary sentences"
        else:
            continue
        linted.say("common-mark", linted.source.row_problem(("marks",), mark.source, message))


def few_words(linted: Linted) -> None:
    """few-words: what stands beside a `*` is so common that sentences of articles have it too."""
    for rule in linted.file.rules:
        short = rule.words is not None or rule.at in ("first", "head")
        for key, template in templates_of(rule):
            fixed = _fixed(template)
            if fixed is None or SIGN.search(fixed) or (key == "from" and rule.to):
                continue
            words = _words(fixed)
            telling = [word for word in words if word.lower() not in stopwords()]
            if len(telling) >= (1 if short else FEW) or len(words) >= PHRASE:
                continue
            message = f"{template.source!r} has too few words of its own: sentences have them too"
            linted.at_rule("few-words", rule, message, template.source, key)


def _fixed(template: Template) -> str | None:
    """What stands beside the wildcards of a template; None where there are none, or a field of it
    catches something telling."""
    is_regex = template.source.startswith("/")
    if is_regex or not is_open(template) or not OPEN.issuperset(template.fields):
        return None
    return TOKEN.sub(" ", template.source)


@cache
def tempting_lines() -> Lines:
    """The bundled sentences and headings that no generic rule may take."""
    return Lines("\n".join(_rows(TEMPTING)))


def _words(text: str) -> list[str]:
    """The words of a text; of one that does not part them, two characters at a time."""
    words: list[str] = []
    for word in WORD.findall(text):
        if not UNPARTED.search(word):
            words.append(word)
            continue
        for row in UNPARTED.findall(word):
            left = _particles().sub(" ", row)
            words += [part[n : n + 2] for part in left.split() for n in range(0, len(part), 2)]
    return words


@cache
def stopwords() -> frozenset[str]:
    """The commonest words of the languages of the packs."""
    return frozenset(word for row in _rows(STOPWORDS) for word in row.split())


@cache
def _particles() -> re.Pattern[str]:
    """Common words of languages that do not part words, the longest first."""
    found = sorted(filter(UNPARTED.fullmatch, stopwords()), key=lambda word: (-len(word), word))
    return re.compile("|".join(found))


def _rows(path: Path) -> list[str]:
    """The lines of a file, without blank ones and comments."""
    rows = path.read_text(encoding="utf-8").split("\n")
    return [row for row in rows if row and not row.startswith("#")]
