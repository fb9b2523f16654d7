"""The verdict about a run: whether its figures stay below the limits that the user set."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from types import MappingProxyType
from typing import Any

from cleaner.errors import OptionError
from cleaner.messages import plural


class Level(IntEnum):
    """The level of a figure or a run, from good to bad."""

    GREEN = 0
    AMBER = 1
    RED = 2

    @property
    def label(self) -> str:
        return self.name.lower()


Limits = tuple[float, float]  # shares above which a figure is amber, and red
LOST_PROSE, INSERTIONS, BOILERPLATE, QUARANTINED = (
    "lost-prose", "insertions", "boilerplate", "quarantined",
)  # fmt: skip
LIMITS: Mapping[str, Limits] = MappingProxyType(
    {
        LOST_PROSE: (0.05, 0.3),
        INSERTIONS: (0.1, 0.5),
        BOILERPLATE: (0.01, 0.05),
        QUARANTINED: (0.02, 0.1),
    }
)
OPENINGS = {
    Level.GREEN: "This run looks sound",
    Level.AMBER: "Check this run before you use it",
    Level.RED: "Do not use this run as it is",
}


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a verdict: `count` of `total` documents (characters of boilerplate), None if it
    was not estimated, and the shares above which it is amber and red."""

    name: str
    count: int | None
    total: int
    amber: float
    red: float

    @property
    def share(self) -> float:
        return self.count / self.total if self.count and self.total else 0.0

    @property
    def level(self) -> Level:
        """The level of the share; one document alone is worth a look, but never red."""
        level = Level((self.share > self.amber) + (self.share > self.red))
        return min(level, Level.AMBER) if self.count == 1 else level

    @property
    def words(self) -> str:
        """The figure as a clause."""
        documents = plural(self.count or 0, "document")
        return {
            LOST_PROSE: f"{documents} may have lost running text",
            INSERTIONS: f"{documents} contain{'s' * (self.count == 1)} doubtful insertions",
            BOILERPLATE: f"about {self.share:.1%} of the text is boilerplate",
            QUARANTINED: f"{documents} {'is' if self.count == 1 else 'are'} quarantined",
        }[self.name]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The figures of a run."""

    figures: tuple[Figure, ...]

    @property
    def level(self) -> Level:
        return max(figure.level for figure in self.figures)

    @property
    def sentence(self) -> str:
        """Whether the run can be used, and the figures that speak against it."""
        worst = [figure for figure in self.figures if figure.level is self.level]
        if self.level is Level.GREEN:
            return f"{OPENINGS[self.level]}: all figures are within their limits."
        return f"{OPENINGS[self.level]}: {', '.join(figure.words for figure in worst)}."


def judge(
    statistics: Mapping[str, Any], limits: Mapping[str, Limits] = LIMITS, *, estimated: bool
) -> Verdict:
    """Judge the statistics of a run, as the manifest has them. Without `estimated`, the classifier
    was off, so that nothing is known about boilerplate."""
    written = statistics["written"]
    found = {
        LOST_PROSE: (statistics["lost_prose"], written),
        INSERTIONS: (statistics["doubtful_insertions"], written),
        BOILERPLATE: (
            statistics["boilerplate_left"] if estimated else None,
            statistics["chars_out"],
        ),
        QUARANTINED: (sum(statistics["quarantined"].values()), statistics["read"]),
    }
    return Verdict(tuple(Figure(name, *found[name], *limits[name]) for name in LIMITS))


def parse_limits(values: Iterable[str]) -> dict[str, Limits]:
    """The limits in values such as "insertions=10%,50%"; the others keep their defaults. Raises
    OptionError.

    >>> parse_limits(["quarantined=1%,0.2"])["quarantined"]
    (0.01, 0.2)
    """
    found = dict(LIMITS)
    for value in values:
        name, _, shares = value.partition("=")
        if name not in LIMITS:
            raise OptionError(f"{value!r}: expected NAME=AMBER,RED with one of {', '.join(LIMITS)}")
        try:
            amber, red = map(_share, shares.split(","))
        except ValueError:
            amber, red = 1.0, -1.0
        if not 0 <= amber <= red <= 1:
            raise OptionError(
                f"{value!r}: expected two shares from 0 to 1, or 0% to 100%, such as {name}=2%,10%"
            )
        found[name] = amber, red
    return found


def _share(text: str) -> float:
    return float(text.removesuffix("%")) / 100 if text.endswith("%") else float(text)
