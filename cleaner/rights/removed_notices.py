"""Rights notices: what the text said of copyright, licence, permission and fair use.

A notice that leaves the text is kept here word for word. Nothing is concluded from it: fair use
is a claim, and leave given to a reposter is no licence to the reader.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from cleaner.document import RightsNotice
from cleaner.rights.licenses import UNSPECIFIED
from cleaner.rights.notices import is_image_credit, read_as

if TYPE_CHECKING:
    from cleaner.rules.match import Match

RIGHTS_KINDS = ("copyright", "licence", "fair-use", "republish-terms", "agency")


def rights_notices(text: str, matches: Sequence[Match]) -> tuple[RightsNotice, ...]:
    """The notices among `matches`, in the order of the text; of two that overlap, the longer."""
    found = sorted(
        (m for m in matches if m.rule.kind in RIGHTS_KINDS),
        key=lambda m: (m.start - m.end, m.start, m.rule.rank),
    )
    chosen: list[Match] = []  # in the order of the text
    for match in found:
        at = bisect(chosen, match.start, key=_start)
        free = at == 0 or chosen[at - 1].end <= match.start
        if free and (at == len(chosen) or match.end <= chosen[at].start):
            chosen.insert(at, match)
    return tuple(_notice(text, m) for m in chosen)


def _start(match: Match) -> int:
    return match.start


def _notice(text: str, match: Match) -> RightsNotice:
    """What a rule captured and sets, and what else the words of the notice say."""
    settings, captures = match.rule.set, match.captures
    words = text[match.start : match.end]
    read = read_as("copyright" if match.rule.kind == "agency" else match.rule.kind, words)
    licence = _first(settings.get("license"))
    if licence in (None, UNSPECIFIED) and read.license:
        licence = read.license
    return RightsNotice(
        kind=match.rule.kind,
        text=words,
        rule=match.rule.id,
        start=match.start,
        end=match.end,
        scope="image" if is_image_credit(words) else "text",
        holder=cast("str | None", captures.get("holder"))
        or _first(settings.get("rights_holder"))
        or read.holder,
        distributor=read.distributor,
        year=cast("int | None", captures.get("year")) or read.year,
        license=licence,
        conditions=tuple(settings.get("rights_conditions", ())) or read.conditions,
        contact=cast("tuple[str, ...]", captures.get("email", ()))
        or tuple(settings.get("contact", ()))
        or read.contact,
        url=read.url,
    )


def _first(values: Sequence[str] | None) -> str | None:
    return values[0] if values else None
