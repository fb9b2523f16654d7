"""Rules as rows of YAML."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from cleaner.authoring.occurrences import Suggestion

PLAIN = re.compile(r"[\w(“][^\n]*")
NOT_PLAIN = re.compile(r": |:$| #|\s$")
WANTED = "# miss: a line that it must leave alone is still to be added"


def quoted(text: str) -> str:
    """A YAML scalar for `text`, quoted only where it must be.

    >>> quoted("Follow us: *")
    "'Follow us: *'"
    """
    if PLAIN.fullmatch(text) and not NOT_PLAIN.search(text):
        return text
    return "'" + text.replace("'", "''") + "'"


def rule_rows(suggestion: Suggestion, number: int = 1) -> Iterator[str]:
    """A rule; `number` says how many of its kind the file has with it."""
    s = suggestion
    kind = s.kind or "other"
    yield f"- kind: {kind}"
    if number > 1:
        yield f"  id: {kind}-{number}"
    if s.at and (s.form == "from" or (s.form == "line" and (s.loose or s.kind is None))):
        yield f"  at: {s.at}"
    yield f"  {s.form}: {quoted(s.template)}"
    if s.to:
        yield f"  to: {quoted(s.to)}"
        yield f"  lines: {s.lines}"
    if s.put:
        yield f"  put: {quoted(s.put)}"
    if s.form == "line" and s.loose:
        yield f"  words: {s.words}"
    if s.unless:
        yield f"  unless: {quoted(s.unless)}"
    if s.loose and s.form != "from":
        yield "  hit:"
        yield from (f"    - {quoted(v)}" for v in s.hits or s.variants[:2])
        yield from (f"  {WANTED}",) if s.wants_miss else ("  miss:", f"    - {quoted(s.miss)}")


def drafted(suggestion: Suggestion, kinds: Counter[str | None]) -> Iterator[str]:
    """A rule with its evidence. `kinds` counts those of the file."""
    s = suggestion
    kinds[s.kind] += 1
    many = f", {len(s.variants)} variants" if len(s.variants) > 1 else ""
    doubt = f"; {s.risk}" if s.risk else ""
    yield f"# {s.documents} of {s.of} documents, {s.where}{many}{doubt}"
    yield from rule_rows(s, kinds[s.kind])
