"""Write what was found as a rule file, with the evidence for each rule in comments."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from cleaner.authoring.mine import Suggestion
from cleaner.authoring.suggest import Draft

SCHEMA = "# yaml-language-server: $schema=../schema.json"
PLAIN = re.compile(r"[\w(“][^\n]*")
NOT_PLAIN = re.compile(r": |:$| #|\s$")
DOUBTFUL = 40  # suggestions in doubt that are shown


def quoted(text: str) -> str:
    """A YAML scalar for `text`, quoted only where it must be.

    >>> quoted("Follow us: *")
    "'Follow us: *'"
    """
    if PLAIN.fullmatch(text) and not NOT_PLAIN.search(text):
        return text
    return "'" + text.replace("'", "''") + "'"


def draft_yaml(draft: Draft) -> str:
    """A rule file. What is in doubt is commented out, each with its reason."""
    sure = [s for s in draft.suggestions if s.risk is None]
    doubtful = [s for s in draft.suggestions if s.risk is not None]
    out = [SCHEMA, f"# Drafted from {draft.documents} documents: read it, and give it `miss`es.",
           f"site: {draft.host}"]  # fmt: skip
    if draft.marks:
        out += ["marks: |", *(f"  {mark}" for mark in draft.marks)]
    if draft.html:
        out += ["html:", "  prune:"]
        for found in draft.html:
            out.append(f"    # {found.documents} of {found.of} pages: {found.example}")
            out.append(f"    - {quoted(found.selector)}")
    out.append("rules:" if sure else "rules: []")
    ids: dict[str, int] = defaultdict(int)
    for suggestion in sure:
        out += [f"  {row}" for row in (*_evidence(suggestion), *_rule(suggestion, ids))]
    if doubtful:
        out += ["", "# In doubt: these repeat too, but may be content."]
    for suggestion in doubtful[:DOUBTFUL]:
        out += [f"  # {row}" for row in (*_evidence(suggestion), *_rule(suggestion, ids))]
    return "\n".join(out) + "\n"


def _evidence(suggestion: Suggestion) -> Iterator[str]:
    s = suggestion
    many = f", {len(s.variants)} variants" if len(s.variants) > 1 else ""
    doubt = f"; {s.risk}" if s.risk else ""
    yield f"# {s.documents} of {s.of} documents, {s.where}{many}{doubt}"


def _rule(suggestion: Suggestion, ids: dict[str, int]) -> Iterator[str]:
    s = suggestion
    kind = s.kind or "other"
    ids[kind] += 1
    yield f"- kind: {kind}"
    if ids[kind] > 1:
        yield f"  id: {kind}-{ids[kind]}"
    if s.at and (s.form == "from" or (s.form == "line" and s.loose)):
        yield f"  at: {s.at}"
    yield f"  {s.form}: {quoted(s.template)}"
    if s.to:
        yield f"  to: {quoted(s.to)}"
        yield f"  lines: {s.lines}"
    if s.put:
        yield f"  put: {quoted(s.put)}"
    if s.form == "line" and s.loose:
        yield f"  words: {s.words}"
    if s.loose and s.form != "from":
        yield "  hit:"
        yield from (f"    - {quoted(v)}" for v in s.variants[:2])


def few(drafts: Sequence[Draft]) -> list[str]:
    """Sites that have too few documents to say what repeats, with how many."""
    return [f"{d.host} ({d.documents})" for d in drafts if d.too_few]
