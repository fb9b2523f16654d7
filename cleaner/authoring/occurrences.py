"""What was seen in the documents of a site: texts cut into lines, places, and what they share."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from cleaner.rules.match import is_prose
from cleaner.text.lines import Line, Lines
from cleaner.text.words import count_words

LEAST = 3  # documents that must share a thing
SENTENCE = re.compile(r"(?<=[.!?…:»”\"'])\s+(?=[A-Z\"'“‘(\[ÀÁÉÍÓÚÄÖÜ@])")  # where one ends


@dataclass(frozen=True)
class Place:
    """One occurrence: the document, its line, what stood there, and on which sides of it the
    document has prose of its own. `only` is `head` or `tail` where no prose at all stands before
    it or after it, as the rules count."""

    document: int
    line: int
    text: str
    head: bool
    tail: bool
    prose: bool
    only: str | None = None

    @property
    def inside(self) -> bool:
        return not self.head and not self.tail


@dataclass
class Suggestion:
    """A template, where it was seen, and what it may be. A `tight` one must not take longer lines
    than were seen: others, which it would match, have prose of the article too."""

    form: str  # line | span | from
    template: str
    kind: str | None
    places: list[Place]
    of: int
    risk: str | None = None
    at: str | None = None
    tight: bool = False
    put: str = ""
    to: str = ""
    lines: int = 0
    unless: str = ""
    hits: Sequence[str] = ()
    miss: str = ""

    @cached_property
    def documents(self) -> int:
        return len({p.document for p in self.places})

    @cached_property
    def variants(self) -> list[str]:
        """What it stood for, most frequent first."""
        counted: dict[str, int] = defaultdict(int)
        for place in self.places:
            counted[place.text] += 1
        return sorted(counted, key=lambda t: (-counted[t], t))

    @property
    def loose(self) -> bool:
        """Whether the template matches more than one line."""
        return bool(re.search(r"(?<!\\)[*{]", self.template)) or self.template.startswith("/")

    @property
    def wants_miss(self) -> bool:
        """Whether `rules check` wants a `miss` that the documents did not have."""
        return self.loose and self.form != "from" and not self.miss

    @property
    def words(self) -> int:
        """A bound for the words of a line: half as many again as the longest seen, or as many."""
        longest = max(map(count_words, self.variants))
        return longest if self.tight else max(12, longest + longest // 2)

    @property
    def where(self) -> str:
        """In words, where in the documents it stands."""
        total = len(self.places)
        shares = {
            "head": sum(p.head for p in self.places) / total,
            "tail": sum(p.tail for p in self.places) / total,
        }
        best = max(shares, key=lambda k: shares[k])
        return f"{shares[best]:.0%} {best}" if shares[best] >= 0.5 else "in the body"


@dataclass(frozen=True)
class Text:
    """One document, cut into lines. `own` is the prose that few other documents have."""

    lines: Sequence[Line]
    prose: Sequence[bool]
    own: Sequence[bool]


def cut(texts: Iterable[str]) -> list[Text]:
    """The texts of one site."""
    documents = [[line for line in Lines(text) if not line.blank] for text in texts]
    shared = Counter(folded for lines in documents for folded in {line.folded for line in lines})
    found = []
    for lines in documents:
        rows = [line.plain for line in lines]
        prose = [is_prose(rows, n) for n in range(len(rows))]
        own = [p and shared[line.folded] < LEAST for p, line in zip(prose, lines, strict=True)]
        found.append(Text(lines, prose, own))
    return found


Candidates = dict[str, list[Place]]


def place(documents: Sequence[Text], document: int, line: int, text: str | None = None) -> Place:
    found = documents[document]
    before, after = any(found.prose[:line]), any(found.prose[line + 1 :])
    return Place(
        document=document,
        line=line,
        text=text or found.lines[line].plain,
        head=not any(found.own[:line]),
        tail=not any(found.own[line + 1 :]),
        prose=found.prose[line],
        only="tail" if before and not after else "head" if after and not before else None,
    )


def lines_of(documents: Sequence[Text]) -> Iterator[tuple[int, int, Line]]:
    for d, document in enumerate(documents):
        for n, line in enumerate(document.lines):
            yield d, n, line
