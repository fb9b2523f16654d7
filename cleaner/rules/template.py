"""Templates: literal text, `*`, typed `{fields}`, or `/RE2/`; compiled to match folded lines.

A template is compared with the folded form of a text (see `fold`), so its own literals are folded
too. `*` matches any words or none, `**` is emphasis (and folded away), and a backslash escapes `*`,
`{` and a leading `/`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from typing import Protocol

import re2

from cleaner.errors import CleanerError
from cleaner.rules.fields import ENDLESS, FIELDS, Value
from cleaner.rules.prefilter_literals import are_rare, atoms_of
from cleaner.text.folding import END, HEAD, INSIDE, light, without_end
from cleaner.text.lines import Line
from cleaner.text.normalization import Normalizer
from cleaner.text.re2_patterns import re2_options

MARKUP = re.compile(rf"^{HEAD}|{INSIDE}|^\s+", re.VERBOSE | re.IGNORECASE)
TOKEN = re.compile(r"\\([*{}\\/])|(\*\*+)|(\*)|\{([a-z_]*)\}")
# Fields so specific that a template may consist of them alone.
SPECIFIC_FIELDS = frozenset({"author", "date", "email", "original_date", "title", "updated", "url"})
NUMBER_SEPARATOR = "__"  # before the number of a field that a template repeats
REPEATABLE = frozenset({"author", "authors", "email", "handle", "name", "number", "same", "url"})
NORMALIZE = Normalizer()
MAX_PLACEHOLDERS = 50  # fields and wildcards of a template
# Groups in the regex of a span for its context, which is not removed: RE2 has no lookaround.
BEFORE, AFTER = "before", "after"


class Spans(Protocol):
    """A match with the positions of its groups."""

    def span(self, group: int = 0) -> tuple[int, int]: ...


class TemplateError(CleanerError, ValueError):
    """A template that cannot be compiled; the message says why and what to do."""


def re2_compile(regex: str) -> re2._Regexp:
    """Compile a pattern; raises TemplateError if RE2 rejects it."""
    try:
        return re2.compile(regex, re2_options())
    except re2.error as error:
        why = error.args[0].decode() if isinstance(error.args[0], bytes) else str(error.args[0])
        raise TemplateError(
            f"RE2 rejects this pattern: {why} (lookaround and backreferences are not available)"
        ) from None


ANY_INLINE = r"(?:\]\([^()\s]*\)|.)*?"  # the target of a Markdown link is one character


@dataclass(frozen=True)
class Template:
    """A compiled template. `literal` is its folded text if it has no wildcard, else None.
    `cased` ones (`/RE2/c`) are case-sensitive.

    A literal, and a template with a `tail`, is compared with the stem of a line: its folded form
    without the punctuation at its end. A line that a template matches begins with one of the
    `heads`, if there are any, and its stem ends with `tail`; a text has one of the `atoms` in it.
    What a template matches has at most `longest` characters.
    """

    source: str
    regex: str
    literal: str | None
    fields: tuple[str, ...]
    cased: bool = False
    atoms: frozenset[str] = frozenset()
    heads: frozenset[str] = frozenset()
    tail: str = ""
    longest: int = ENDLESS

    @cached_property
    def compiled(self) -> re2._Regexp:
        return re2_compile(self.regex)

    @property
    def has_words(self) -> bool:
        """Whether a text must have certain words for it to match."""
        return self.literal is not None or are_rare(self.atoms)

    @cached_property
    def groups(self) -> dict[str, int]:
        return dict(self.compiled.groupindex)

    def match(self, line: Line) -> dict[str, Value] | None:
        """Return the captures if the template matches the whole `line`, else None."""
        if self.literal is not None:
            return {} if line.stem == self.literal else None
        if self.cased:
            found = self.compiled.fullmatch(line.plain)
        else:
            found = self.compiled.fullmatch(line.stem if self.tail else line.folded)
        return None if found is None else self.captures(found, line.plain)

    def bounds(self, found: Spans) -> tuple[int, int]:
        """Return the start and end of a match, without its context."""
        start, end = found.span()
        if BEFORE in self.groups:
            start = max(start, found.span(self.groups[BEFORE])[1])
        if AFTER in self.groups and (after := found.span(self.groups[AFTER])[0]) >= 0:
            end = after
        return start, end

    def captures(self, found: Spans, original: str) -> dict[str, Value] | None:
        """Return the values of the fields of a match, parsed from `original` (of the same length as
        the string that was matched); None if a field does not accept its capture."""
        values: dict[str, Value] = {}
        for group, number in self.groups.items():
            start, end = found.span(number)
            if start < 0:
                continue
            name = group.partition(NUMBER_SEPARATOR)[0]
            if name in (BEFORE, AFTER):
                continue
            value = FIELDS[name].parse(original[start:end])
            if value is None:
                return None
            before = values.get(name)
            if name == "same" and before and not str(value).startswith(str(before)):
                return None
            if isinstance(before, tuple) and isinstance(value, tuple):
                value = (*before, *value)
            values[name] = value
        return values


def _drop_markup(literal: str, *, first: bool) -> str:
    """Fold a literal piece, but keep the spaces at its ends, which separate it from its neighbors.
    Only the `first` piece of a template begins a line, and can begin with a bullet."""
    lead = literal[:1].isspace()
    trail = literal[-1:].isspace()

    def put(match: re.Match[str]) -> str:
        return "..." if match[0] == "…" else " " if match[0].isspace() else ""

    core = light(MARKUP.sub(put, literal if first else f"\0{literal}").lstrip("\0")).strip()
    if not core:
        return " " if literal.isspace() else light(literal)
    return (" " if lead else "") + core + (" " if trail else "")


def put_pieces(source: str) -> Iterator[tuple[str, str]]:
    """Yield ("text" | "field", value) for each part of a `put`, which is not folded."""
    at = 0
    for token in re.finditer(r"\{([a-z_]+)\}", source):
        if token.start() > at:
            yield "text", source[at : token.start()]
        yield "field", token[1]
        at = token.end()
    if at < len(source):
        yield "text", source[at:]


def _pieces(source: str, *, inline: bool) -> Iterator[tuple[str, str]]:
    """Yield ("text" | "any" | "field", value) for each part of a template."""
    parts: list[tuple[str, str]] = []
    literal = ""
    at = 0
    for token in TOKEN.finditer(source):
        literal += source[at : token.start()]
        at = token.end()
        escaped, emphasis, star, name = token.groups()
        if escaped or emphasis:
            literal += escaped or emphasis
            continue
        parts.extend([("text", literal), ("any", "") if star else ("field", name)])
        literal = ""
    parts.append(("text", literal + source[at:]))
    for number, (kind, value) in enumerate(parts):
        if kind != "text":
            yield kind, value
        elif value:
            yield kind, light(value) if inline else _drop_markup(value, first=number == 0)


def _check_field(name: str, seen: Sequence[str]) -> str:
    """Return the group name for a field; raises TemplateError if the field is unknown, or if it is
    repeated and not repeatable."""
    if name not in FIELDS:
        close = get_close_matches(name, FIELDS, n=1)
        hint = f"; did you mean {{{close[0]}}}?" if close else f"; known are {', '.join(FIELDS)}"
        raise TemplateError(f"unknown field {{{name}}}{hint}")
    if name in seen and name not in REPEATABLE:
        raise TemplateError(f"the field {{{name}}} is repeated in one template")
    return f"{name}{NUMBER_SEPARATOR}{seen.count(name) + 1}" if name in seen else name


def _normalized(source: str) -> str:
    """Normalize a template like the texts that it is compared with, so that a line pasted with an
    entity, a zero-width character or broken characters matches."""
    core = source.strip()
    if not core:
        return source
    start = source.index(core)
    return source[:start] + NORMALIZE(core) + source[start + len(core) :]


def parse(source: str, *, inline: bool = False) -> Template:
    """Compile one template. An `inline` template matches parts of a line, with its markup."""
    source = source.strip() if not inline else source
    if len(source) > 2 and source[0] == "/" and source.endswith(("/", "/c")):
        return _from_regex(source, inline=inline)
    regex: list[str] = []
    fields: list[str] = []
    pieces = list(_pieces(_normalized(source), inline=inline))
    tail = ""
    if not inline and pieces and pieces[-1][0] == "text":
        stem = without_end(pieces[-1][1])
        pieces[-1] = ("text", stem)
        # Punctuation by itself, as in `{author}:`, is all that the template says there.
        tail = stem.strip() if stem.rstrip(END) else ""
    if sum(kind != "text" for kind, _ in pieces) > MAX_PLACEHOLDERS:
        raise TemplateError(f"more than {MAX_PLACEHOLDERS} fields and *; shorten the template")
    for kind, value in pieces:
        if kind == "text":
            regex.append(re2.escape(value))
        elif kind == "any":
            regex.append(ANY_INLINE if inline else ".*?")
        else:
            group = _check_field(value, fields)
            fields.append(value)
            regex.append(f"(?P<{group}>{FIELDS[value].regex})")
    words = list(_words(pieces))
    if not words and (inline or not set(fields) & SPECIFIC_FIELDS):
        raise TemplateError(f"the template {source!r} has no words of its own: it matches anything")
    if all(kind == "text" for kind, _ in pieces):
        literal = "".join(value for _, value in pieces)
        whole = None if inline else literal.strip()
        return Template(source, re2.escape(literal), whole, (), atoms=frozenset({literal}))
    if inline and pieces[-1][0] == "any":
        regex[-1] = ".*"
    elif inline and pieces[-1][0] == "field" and FIELDS[pieces[-1][1]].open_ended:
        regex.append("(?m:$)")
    exact = "".join(regex)
    return Template(
        source,
        exact if inline else _with_bare_ends(exact),
        None,
        tuple(fields),
        atoms=_atoms(words, fields),
        heads=frozenset({pieces[0][1].strip()} if pieces[0][0] == "text" else ()),
        tail=tail,
        longest=min(ENDLESS, sum(_longest(kind, value) for kind, value in pieces)),
    )


def _words(pieces: Sequence[tuple[str, str]]) -> Iterator[str]:
    """Yield the literal pieces of a template, with the spaces that separate them from fields. The
    white space at the ends of a line is not in its folded form, and that beside a `*` there is
    optional."""
    last = len(pieces) - 1
    for number, (kind, value) in enumerate(pieces):
        if kind != "text" or not value.strip():
            continue
        if number == 0 or (number == 1 and pieces[0][0] == "any"):
            value = value.lstrip()
        if number == last or (number == last - 1 and pieces[-1][0] == "any"):
            value = value.rstrip()
        yield value


def _atoms(words: Sequence[str], fields: Sequence[str]) -> frozenset[str]:
    """Return the longest word or, if there are no words, the atoms of a field."""
    if words:
        return frozenset({max(words, key=lambda word: len(word.strip()))})
    return next((FIELDS[name].atoms for name in fields if FIELDS[name].atoms), frozenset())


def _longest(kind: str, value: str) -> int:
    """Return the greatest length of a match of a part of a template."""
    return len(value) if kind == "text" else FIELDS[value].longest if value else ENDLESS


def _with_bare_ends(regex: str, star: str = ".*?") -> str:
    """Let `follow us: *` match "follow us:" too, and `* for our letter` "for our letter"."""
    if regex.endswith(rf"\ {star}"):
        regex = regex.removesuffix(rf"\ {star}") + "(?: .*)?"
    if regex.startswith(rf"{star}\ "):
        regex = "(?:.* )?" + regex.removeprefix(rf"{star}\ ")
    return regex


def _from_regex(source: str, *, inline: bool) -> Template:
    cased, flags = source.endswith("c"), "m" if inline else ""
    flags, body = (flags, source[1:-2]) if cased else (f"{flags}i", source[1:-1])
    regex = f"(?{flags}:{body})" if flags else body
    template = Template(source, regex, None, (), cased)
    if template.compiled.fullmatch("") is not None:
        raise TemplateError(f"{source} matches the empty line")
    beside = (BEFORE, AFTER) if inline else ()
    names = tuple(n.partition(NUMBER_SEPARATOR)[0] for n in template.groups if n not in beside)
    for number, name in enumerate(names):
        _check_field(name, names[:number])
    atoms = atoms_of(regex, cased=cased)
    heads = frozenset(map(light, atoms.heads))
    return Template(source, regex, None, names, cased, atoms.words, heads, longest=atoms.longest)
