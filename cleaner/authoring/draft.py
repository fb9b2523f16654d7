"""Write what was found as a rule file, with the evidence for each rule in comments."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from cleaner.authoring.rows import drafted, quoted
from cleaner.authoring.schema_line import SCHEMA
from cleaner.authoring.suggest import Draft

DOUBTFUL = 40  # suggestions in doubt that are shown


def draft_yaml(draft: Draft, schema: str = SCHEMA) -> str:
    """A rule file that begins with the line `schema`. What is in doubt is commented out, each with
    its reason."""
    sure = [s for s in draft.suggestions if s.risk is None]
    doubtful = [s for s in draft.suggestions if s.risk is not None]
    wanted = sum(s.wants_miss for s in sure)
    to_do = f"read it, and add the {wanted} `miss` that are wanted" if wanted else "read it"
    out = [schema, f"# Drafted from {draft.documents} documents: {to_do}.", f"site: {draft.host}"]
    if draft.marks:
        out += ["marks: |", *(f"  {mark}" for mark in draft.marks)]
    if draft.html:
        out += ["html:", "  prune:"]
        for found in draft.html:
            out.append(f"    # {found.documents} of {found.of} pages: {found.example}")
            out.append(f"    - {quoted(found.selector)}")
    out.append("rules:" if sure else "rules: []")
    kinds: Counter[str | None] = Counter()
    for suggestion in sure:
        out += [f"  {row}" for row in drafted(suggestion, kinds)]
    if doubtful:
        out += ["", "# In doubt: these repeat too, but may be content."]
    for suggestion in doubtful[:DOUBTFUL]:
        out += [f"  # {row}" for row in drafted(suggestion, kinds)]
    return "\n".join(out) + "\n"


def few(drafts: Sequence[Draft]) -> list[str]:
    """Sites that have too few documents to say what repeats, with how many."""
    return [f"{d.host} ({d.documents})" for d in drafts if d.too_few]
