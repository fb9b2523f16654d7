"""Templates: literal text, `*`, typed `{fields}`, or `/RE2/`; compiled to match folded lines.

A template is compared with the folded form of a text (see `fold`), so its own literals are
folded alike. `*` stands for any words or none, `**` is emphasis (and folded away), and a
backslash takes the meaning from `*`, `{` and a leading `/`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from typing import Generic, TypeVar

import re2

from cleaner.rules.fields import FIELDS, Value
from cleaner.rules.fold import MARKUP, Line, light

Owner = TypeVar("Owner")

TOKEN = re.compile(r"\\([*{}\\/])|(\*\*+)|(\*)|\{([a-z_]*)\}")
# Fields whose captures are so particular that a template may have no words beside them.
TELLING = frozenset({"author", "date", "email", "original_date", "title", "updated", "url"})
MAX_MEMORY = 64 << 20  # of one compiled pattern or set, in bytes


class TemplateError(ValueError):
    """A template that cannot be compiled; the message says why and what to do."""


def re2_options() -> re2.Options:
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    options.max_mem = MAX_MEMORY
    return options


def re2_compile(regex: str) -> re2._Regexp:
    try:
        return re2.compile(regex, re2_options())
    except re2.error as error:
        why = error.args[0].decode() if isinstance(error.args[0], bytes) else str(error.args[0])
        raise TemplateError(
            f"RE2 refuses this pattern: {why} (lookaround and backreferences are not available)"
        ) from None


@dataclass(frozen=True)
class Template:
    """A compiled template. `literal` is its folded text where it has no wildcard, else None."""

    source: str
    regex: str
    literal: str | None
    fields: tuple[str, ...]

    @cached_property
    def compiled(self) -> re2._Regexp:
        return re2_compile(self.regex)

    @cached_property
    def groups(self) -> dict[str, int]:
        return dict(self.compiled.groupindex)

    def match(self, line: Line) -> dict[str, Value] | None:
        """What the fields caught on the whole of `line`; None where it does not match."""
        if self.literal is not None:
            return {} if line.folded == self.literal else None
        found = self.compiled.fullmatch(line.folded)
        return None if found is None else self.captures(found, line.plain)

    def captures(self, found: re2._Match, original: str) -> dict[str, Value] | None:
        """The values of the fields of a match, read from `original` (of the same length as the
        string that was matched); None where a field may not catch what it caught."""
        values: dict[str, Value] = {}
        for name, group in self.groups.items():
            start, end = found.span(group)
            if start < 0:
                continue
            value = FIELDS[name].parse(original[start:end])
            if value is None:
                return None
            values[name] = value
        return values


def _drop_markup(literal: str) -> str:
    """Fold what is inside a literal piece; the spaces at its ends stay, for what stands beside."""
    lead = literal[:1].isspace()
    trail = literal[-1:].isspace()

    def put(match: re.Match[str]) -> str:
        inside = match[0].isspace() and match.start() > 0 and match.end() < len(literal)
        return "..." if match[0] == "…" else " " if inside else ""

    core = light(MARKUP.sub(put, literal)).strip()
    if not core:
        return " " if literal.isspace() else light(literal)
    return (" " if lead else "") + core + (" " if trail else "")


def put_pieces(source: str) -> Iterator[tuple[str, str]]:
    """("text" | "field", value) for each part of a `put`, which is taken as it stands."""
    at = 0
    for token in re.finditer(r"\{([a-z_]+)\}", source):
        if token.start() > at:
            yield "text", source[at : token.start()]
        yield "field", token[1]
        at = token.end()
    if at < len(source):
        yield "text", source[at:]


def _pieces(source: str, markup: bool) -> Iterator[tuple[str, str]]:
    """("text" | "any" | "field", value) for each part of a template."""
    literal = ""
    at = 0
    for token in TOKEN.finditer(source):
        literal += source[at : token.start()]
        at = token.end()
        escaped, emphasis, star, name = token.groups()
        if escaped or emphasis:
            literal += escaped or emphasis
            continue
        if literal:
            yield "text", light(literal) if markup else _drop_markup(literal)
        literal = ""
        yield ("any", "") if star else ("field", name)
    literal += source[at:]
    if literal:
        yield "text", light(literal) if markup else _drop_markup(literal)


def _check_field(name: str, seen: Sequence[str]) -> None:
    if name not in FIELDS:
        close = get_close_matches(name, FIELDS, n=1)
        hint = f"; did you mean {{{close[0]}}}?" if close else f"; known are {', '.join(FIELDS)}"
        raise TemplateError(f"unknown field {{{name}}}{hint}")
    if name in seen:
        raise TemplateError(f"the field {{{name}}} stands twice in one template")


def parse(source: str, *, inline: bool = False) -> Template:
    """Compile one template. `inline` ones match parts of a line and see its markup."""
    source = source.strip() if not inline else source
    if len(source) > 2 and source[0] == source[-1] == "/":
        return _from_regex(source)
    regex: list[str] = []
    fields: list[str] = []
    pieces = list(_pieces(source, markup=inline))
    for kind, value in pieces:
        if kind == "text":
            regex.append(re2.escape(value))
        elif kind == "any":
            regex.append(".*?")
        else:
            _check_field(value, fields)
            fields.append(value)
            regex.append(f"(?P<{value}>{FIELDS[value].regex})")
    if not any(kind == "text" and value.strip() for kind, value in pieces) and (
        inline or not set(fields) & TELLING
    ):
        raise TemplateError(f"the template {source!r} has no words of its own: it matches anything")
    if all(kind == "text" for kind, _ in pieces):
        literal = "".join(value for _, value in pieces)
        return Template(source, re2.escape(literal), literal.strip() if not inline else None, ())
    if inline and pieces[-1][0] == "any":
        regex[-1] = ".*"
    elif inline and pieces[-1][0] == "field" and FIELDS[pieces[-1][1]].open_ended:
        regex.append("(?m:$)")
    joined = "".join(regex)
    if not inline:  # "follow us: *" is also "follow us:"
        joined = joined.removesuffix(r"\ .*?") + ("(?: .*)?" if joined.endswith(r"\ .*?") else "")
        if joined.startswith(r".*?\ "):
            joined = "(?:.* )?" + joined.removeprefix(r".*?\ ")
    template = Template(source, joined, None, tuple(fields))
    _ = template.groups  # compile now, so that errors are the loader's
    return template


def _from_regex(source: str) -> Template:
    template = Template(source, source[1:-1], None, ())
    if template.compiled.fullmatch("") is not None:
        raise TemplateError(f"{source} matches the empty line")
    names = tuple(template.groups)
    for name in names:
        _check_field(name, ())
    return Template(source, source[1:-1], None, names)


class TemplateIndex(Generic[Owner]):
    """Many templates matched at once: literals by a hash of the line, the rest by one RE2 set."""

    def __init__(self, templates: Iterable[tuple[Template, Owner]]) -> None:
        self._literals: dict[str, list[Owner]] = {}
        self._patterns: list[tuple[Template, Owner]] = []
        for template, owner in templates:
            if template.literal is not None:
                self._literals.setdefault(template.literal, []).append(owner)
            else:
                self._patterns.append((template, owner))

    @cached_property
    def _set(self) -> re2.Set:
        return _together(f"(?m:^(?:{template.regex})$)" for template, _ in self._patterns)

    def matches(self, lines: Sequence[Line]) -> Iterator[tuple[Owner, int, dict[str, Value]]]:
        """(owner, number of the line, captures) for each line that a template matches whole."""
        if self._literals:
            for number, line in enumerate(lines):
                for owner in self._literals.get(line.folded, ()):
                    yield owner, number, {}
        if not self._patterns:
            return
        for which in self._set.Match("\n".join(line.folded for line in lines)) or ():
            template, owner = self._patterns[which]
            for number, line in enumerate(lines):
                captures = None if line.blank else template.match(line)
                if captures is not None:
                    yield owner, number, captures


class SpanIndex(Generic[Owner]):
    """Many inline templates searched for at once in a text in its light form."""

    def __init__(self, templates: Iterable[tuple[Template, Owner]]) -> None:
        self._patterns = list(templates)

    @cached_property
    def _set(self) -> re2.Set:
        return _together(template.regex for template, _ in self._patterns)

    def search(self, light_text: str) -> Iterator[tuple[Template, Owner, re2._Match]]:
        """(template, owner, match) for each stretch within a line that a template matches."""
        if not self._patterns:
            return
        for which in self._set.Match(light_text) or ():
            template, owner = self._patterns[which]
            for found in template.compiled.finditer(light_text):
                if found[0] and "\n" not in found[0]:
                    yield template, owner, found


def _together(regexes: Iterable[str]) -> re2.Set:
    together = re2.Set.SearchSet(re2_options())
    for regex in regexes:
        together.Add(regex)
    together.Compile()
    return together
