"""Counts over all documents of a run, each of bounded size."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from random import Random

from cleaner.authoring.occurrences import MIN_DOCUMENTS
from cleaner.report.model import Context, Fired, Unruled

TEXTS = 100  # different removed texts of a rule that are counted; later ones are not
SHOWN_TEXTS = 8
SITES = 200  # sites of a rule that are told apart
SHOWN_SITES = 12
CONTEXTS = 5
OTHER_SITES = "(other sites)"  # those beyond the number that is told apart
LONGEST = 200  # characters of a removed text that are kept
REMEMBERED = 200_000  # lines of sites without a rule file, of all together
DOCUMENTS = 100  # of a site without a rule file that are looked at
LONGEST_LINE = 300  # characters; longer lines are taken for text that does not repeat
SHOWN_LINES = 3


@dataclass
class RuleTally:
    """What one rule took."""

    id: str
    kind: str
    of_page: bool
    removals: int = 0
    characters: int = 0
    documents: int = 0
    prose: int = 0
    sites: Counter[str] = field(default_factory=Counter)
    more_sites: bool = False
    texts: Counter[str] = field(default_factory=Counter)
    contexts: list[Context] = field(default_factory=list)

    def count_text(self, text: str) -> None:
        text = shortened(text.strip(), LONGEST)
        if text in self.texts or len(self.texts) < TEXTS:
            self.texts[text] += 1

    def count_document(self, site: str) -> None:
        self.documents += 1
        if site in self.sites or len(self.sites) < SITES:
            self.sites[site] += 1
        else:
            self.more_sites = True

    def place(self, chance: Random) -> int | None:
        """Where among the contexts the removal that was just counted goes, if it is drawn: each
        of all of them is as likely."""
        if len(self.contexts) < CONTEXTS:
            return len(self.contexts)
        drawn = int(chance.random() * self.removals)
        return drawn if drawn < CONTEXTS else None

    def keep(self, place: int, context: Context) -> None:
        self.contexts[place : place + 1] = [context]

    def fired(self) -> Fired:
        return Fired(
            id=self.id,
            kind=self.kind,
            removals=self.removals,
            characters=self.characters,
            documents=self.documents,
            of_page=self.of_page,
            prose=self.prose,
            sites=most(self.sites, SHOWN_SITES),
            more_sites=max(0, len(self.sites) - SHOWN_SITES) + self.more_sites,
            texts=most(self.texts, SHOWN_TEXTS),
            contexts=tuple(self.contexts),
        )


@dataclass
class SiteTally:
    """The documents of one site, and what went from them."""

    documents: int = 0
    removals: int = 0
    chars_in: int = 0
    chars_out: int = 0
    shares: Counter[int] = field(default_factory=Counter)  # documents by removed percent

    def add(self, removals: int, chars_in: int, chars_out: int, share: float) -> None:
        self.documents += 1
        self.removals += removals
        self.chars_in += chars_in
        self.chars_out += chars_out
        self.shares[int(100 * share)] += 1

    @property
    def median(self) -> float:
        """Of the removed share, to a percent."""
        half, seen = (self.shares.total() + 1) // 2, 0
        for percent in sorted(self.shares):
            seen += self.shares[percent]
            if seen >= half:
                return percent / 100
        return 0.0


@dataclass
class Repeats:
    """How much of the text of one site stands in lines that several documents have."""

    documents: int = 0
    looked_at: int = 0
    characters: int = 0
    lines: Counter[str] = field(default_factory=Counter)
    texts: set[int] = field(default_factory=set)  # hashes: copies of one text repeat nothing

    def wants(self, room: int) -> bool:
        """Whether another text is looked at, where `room` more lines may be remembered."""
        return self.looked_at < DOCUMENTS and room > 0

    def add(self, text: str | None) -> int:
        """Count a document, and its lines if there are any; with how many more are remembered."""
        self.documents += 1
        if text is None or hash(text) in self.texts:
            return 0
        self.texts.add(hash(text))
        self.looked_at += 1
        rows = {row.strip() for row in text.split("\n")} - {""}
        self.characters += sum(map(len, rows))
        before = len(self.lines)
        self.lines.update([row for row in rows if len(row) <= LONGEST_LINE])
        return len(self.lines) - before

    def unruled(self, site: str) -> Unruled:
        again = Counter({row: n for row, n in self.lines.items() if n >= MIN_DOCUMENTS})
        size = sum(n * len(row) for row, n in again.items())
        share = round(size / self.characters, 4) if self.characters else 0.0
        return Unruled(site, self.documents, self.looked_at, share, most(again, SHOWN_LINES))


def shortened(text: str, longest: int) -> str:
    """The beginning of a text that is too long.

    >>> shortened("abcdef", 4)
    'abc…'
    """
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def most(found: Counter[str], count: int) -> tuple[tuple[str, int], ...]:
    """The most frequent, in an order that rests on nothing else."""
    return tuple(sorted(found.items(), key=lambda item: (-item[1], item[0]))[:count])
