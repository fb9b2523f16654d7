"""Exact counts over all documents of a run, with a bounded number of examples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from random import Random

from cleaner.authoring.occurrences import MIN_DOCUMENTS
from cleaner.report.line_status import ChangeType, LineChange
from cleaner.report.model import Context, Fired, Unruled

MAX_RULE_TEXTS = 100  # distinct removed texts counted per rule; later ones are ignored
SHOWN_RULE_TEXTS = 8
MAX_RULE_SITES = 200  # counted separately per rule
SHOWN_RULE_SITES = 12
MAX_CONTEXTS = 5  # per rule
MAX_TEXT_CHARS = 200  # of a removed text
OTHER_SITES = "(other sites)"  # beyond the number counted separately
MAX_REMEMBERED_LINES = 200_000  # of all sites without a rule file
MAX_SITE_DOCUMENTS = 100  # searched for repeated lines, per site
MAX_REPEATED_CHARS = 300  # longer lines are assumed not to repeat
SHOWN_LINES = 3
MAX_EXAMPLES = 40  # distinct lines
MAX_NAMES = 500  # counted separately
MAX_EXAMPLE_CHARS = 400
CHANGE_ORDER = [what.value for what in ChangeType]


@dataclass
class RuleCounter:
    """Counts what one rule removed."""

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
        text = shortened(text.strip(), MAX_TEXT_CHARS)
        if text in self.texts or len(self.texts) < MAX_RULE_TEXTS:
            self.texts[text] += 1

    def count_document(self, site: str) -> None:
        self.documents += 1
        if site in self.sites or len(self.sites) < MAX_RULE_SITES:
            self.sites[site] += 1
        else:
            self.more_sites = True

    def sample_context(self, chance: Random, make: Callable[[], Context]) -> None:
        """Keep the context of the removal just counted if it is drawn (reservoir sampling)."""
        place = len(self.contexts)
        if place >= MAX_CONTEXTS:
            place = int(chance.random() * self.removals)
        if place < MAX_CONTEXTS:
            self.contexts[place : place + 1] = [make()]

    def fired(self) -> Fired:
        return Fired(
            id=self.id,
            kind=self.kind,
            removals=self.removals,
            characters=self.characters,
            documents=self.documents,
            of_page=self.of_page,
            prose=self.prose,
            sites=most_common(self.sites, SHOWN_RULE_SITES),
            more_sites=max(0, len(self.sites) - SHOWN_RULE_SITES) + self.more_sites,
            texts=most_common(self.texts, SHOWN_RULE_TEXTS),
            contexts=tuple(self.contexts),
        )


@dataclass
class SiteCounter:
    """Counts the documents of one site and what was removed from them."""

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
        """The median of the removed share, in whole percent."""
        half, seen = (self.shares.total() + 1) // 2, 0
        for percent in sorted(self.shares):
            seen += self.shares[percent]
            if seen >= half:
                return percent / 100
        return 0.0


@dataclass
class RepeatedLines:
    """Counts the lines of one site that several of its documents contain."""

    documents: int = 0
    looked_at: int = 0
    characters: int = 0
    lines: Counter[str] = field(default_factory=Counter)
    texts: set[int] = field(default_factory=set)  # hashes, to skip copies

    def wants(self, room: int) -> bool:
        """Whether to look at another text while `room` more lines may be remembered."""
        return self.looked_at < MAX_SITE_DOCUMENTS and room > 0

    def add(self, text: str | None) -> int:
        """Count a document and its lines, if given; return the number of new lines."""
        self.documents += 1
        if text is None or hash(text) in self.texts:
            return 0
        self.texts.add(hash(text))
        self.looked_at += 1
        rows = {row.strip() for row in text.split("\n")} - {""}
        self.characters += sum(map(len, rows))
        before = len(self.lines)
        self.lines.update([row for row in rows if len(row) <= MAX_REPEATED_CHARS])
        return len(self.lines) - before

    def unruled(self, site: str) -> Unruled:
        repeated = Counter({row: n for row, n in self.lines.items() if n >= MIN_DOCUMENTS})
        size = sum(n * len(row) for row, n in repeated.items())
        share = round(size / self.characters, 4) if self.characters else 0.0
        lines = most_common(repeated, SHOWN_LINES)
        return Unruled(site, self.documents, self.looked_at, share, lines)


@dataclass(frozen=True)
class Example:
    """A changed line, where it occurred first, and how often.

    `was` and `now` are the parts of it that are left; None if the text does not contain it.
    """

    what: str
    text: str
    times: int
    is_prose: bool
    takes_prose: bool  # prose that was lost
    input: str
    id: str
    site: str
    rule_was: str
    rule_now: str
    was: str | None
    now: str | None
    before: str
    after: str


def example(change: LineChange, input: str, id: str, site: str) -> Example:
    """Turn a changed line of a document into an example."""
    before, after = change.around()
    was, now = change.was, change.now
    return Example(
        what=change.what.value,
        text=brief(change.text),
        times=1,
        is_prose=change.is_prose,
        takes_prose=change.takes_prose,
        input=input,
        id=id,
        site=site,
        rule_was=was.rule if was else "",
        rule_now=now.rule if now else "",
        was=brief(was.left) if was else None,
        now=brief(now.left) if now else None,
        before=brief(before),
        after=brief(after),
    )


class Examples:
    """Counts changed lines. Beyond MAX_EXAMPLES distinct ones, lost prose is kept first, then the
    lines that came first; `more` counts the others."""

    def __init__(self) -> None:
        self._known: dict[tuple[ChangeType, str], Example] = {}
        self.more = 0

    def add(self, change: LineChange, make: Callable[[], Example]) -> None:
        key = change.what, brief(change.text)
        if known := self._known.get(key):
            self._known[key] = replace(known, times=known.times + 1)
        elif len(self._known) < MAX_EXAMPLES or (change.takes_prose and self._evict()):
            self._known[key] = make()
        else:
            self.more += 1

    def _evict(self) -> bool:
        """Make room for lost prose if there is an example of anything else."""
        for key, known in reversed(self._known.items()):
            if not known.takes_prose:
                self.more += known.times
                del self._known[key]
                return True
        return False

    def __iter__(self) -> Iterator[Example]:
        """Yield lost prose first, then each type of change, the most frequent lines first."""
        return iter(sorted(self._known.values(), key=_order))


def _order(e: Example) -> tuple[bool, int, bool, int, str]:
    return not e.takes_prose, CHANGE_ORDER.index(e.what), not e.is_prose, -e.times, e.text


class NameCounter:
    """Counts names; beyond MAX_NAMES distinct ones, the rest is counted together."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def add(self, name: str) -> None:
        known = name in self._counts or len(self._counts) < MAX_NAMES
        self._counts[name if known else OTHER_SITES] += 1

    def most_common(self) -> tuple[tuple[str, int], ...]:
        return most_common(self._counts, len(self._counts))


def shortened(text: str, max_chars: int) -> str:
    """Cut a text that is too long.

    >>> shortened("abcdef", 4)
    'abc…'
    """
    return text if len(text) <= max_chars else f"{text[: max_chars - 1]}…"


def brief(text: str) -> str:
    """Cut the text of an example."""
    return shortened(text, MAX_EXAMPLE_CHARS)


def most_common(counts: Counter[str], count: int) -> tuple[tuple[str, int], ...]:
    """The most frequent names; equal counts in alphabetical order."""
    return tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:count])
