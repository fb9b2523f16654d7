"""Invented texts."""

from __future__ import annotations

import random
import re

# Long enough to be prose, whatever stands around it.
PROSE = "The harbour board met on Monday and agreed, after two hours, to dredge the north channel."
MORE = "Nobody had spoken against it, and the chair thanked the engineers for their patience."

WORDS = re.findall(
    r"\w+",
    "harbour board pilot channel winter tariff engine lantern north survey crew ledger bridge sand "
    "council ferry market island keeper storm paper wall letter goat mill river stone rope clock",
)


def article(number: int, *around: str) -> str:
    """A text of its own, with `around` its frame: lines before and after `BODY`."""
    chance = random.Random(number)
    body = [
        " ".join(chance.choice(WORDS) for _ in range(18)).capitalize() + "." for _ in range(4)
    ]  # fmt: skip
    at = around.index("BODY") if "BODY" in around else 0
    rows = [*around[:at], *body, *(row for row in around[at:] if row != "BODY")]
    return "\n".join(row.replace("#", str(number)) for row in rows)
