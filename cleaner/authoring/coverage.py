"""What rules did to a corpus: which fired, which never, and which sites have no rules yet."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from cleaner.authoring.mine import distinct
from cleaner.authoring.places import LEAST
from cleaner.corpus.rows import Broken, Record
from cleaner.document import Status
from cleaner.extract.html import host_of
from cleaner.pipeline import Cleaner
from cleaner.rules.lines import Lines
from cleaner.rules.ruleset import RuleSet

SHOWN = 5  # removed texts per rule
UNKNOWN = "(no host)"


@dataclass(frozen=True)
class Seen:
    """What coverage needs to know of one cleaned document."""

    host: str | None
    sites: tuple[str, ...]
    text: str
    removals: tuple[tuple[str, str], ...]  # (rule id, removed text)


@dataclass
class Coverage:
    """Counts over a corpus."""

    documents: int = 0
    fired: Counter[str] = field(default_factory=Counter)  # removals by rule
    touched: Counter[str] = field(default_factory=Counter)  # documents by rule
    texts: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    selected: Counter[str] = field(default_factory=Counter)  # documents by site file
    without_file: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def add(self, seen: Seen) -> None:
        self.documents += 1
        self.selected.update(seen.sites)
        for rule, text in seen.removals:
            self.fired[rule] += 1
            self.texts[rule][" ".join(text.split())[:160]] += 1
        self.touched.update({rule for rule, _ in seen.removals})
        if not seen.sites:
            self.without_file[(seen.host or UNKNOWN).removeprefix("www.")].append(seen.text)

    def never_fired(self, rules: RuleSet) -> list[str]:
        """Rules of the files that were in force and took nothing."""
        return [
            rule.id
            for file in rules.files
            if file.is_pack or self.selected[file.key]
            for rule in file.rules
            if not self.fired[rule.id]
        ]

    def idle_files(self, rules: RuleSet) -> list[str]:
        """Site files that no document selected."""
        return [f.key for f in rules.headings if not f.is_pack and not self.selected[f.key]]

    def repeating(self) -> list[tuple[str, int, float]]:
        """(host, documents, share of their text in lines that repeat) of the sites without a file,
        the most repeating first."""
        rows = [(host, len(texts), _repeats(texts)) for host, texts in self.without_file.items()]
        return sorted(rows, key=lambda row: (-row[2] * row[1], row[0]))

    def most_removed(self, rule: str) -> list[tuple[str, int]]:
        return sorted(self.texts[rule].items(), key=lambda item: (-item[1], item[0]))[:SHOWN]


def _repeats(texts: Iterable[str]) -> float:
    documents = [{line.folded for line in Lines(t) if not line.blank} for t in distinct(texts)]
    counts = Counter(row for rows in documents for row in rows)
    total = sum(len(row) for rows in documents for row in rows)
    again = sum(len(row) for rows in documents for row in rows if counts[row] >= LEAST)
    return again / total if total else 0.0


def of_corpus(records: Iterable[Record], cleaner: Cleaner) -> Coverage:
    """Clean `records` and count."""
    coverage = Coverage()
    for record in records:
        if isinstance(record, Broken):
            continue
        done = cleaner.clean(record)
        if done.status is Status.OK:
            removals = tuple((r.rule, r.text) for r in done.removals)
            host = done.metadata.hostname or host_of(record.source)
            coverage.add(Seen(host, done.sites, done.text or "", removals))
    return coverage


def of_run(run: Path) -> Coverage:
    """Count over the output folder of a run. Raises OSError or ValueError where it is none."""
    coverage = Coverage()
    removals: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in _rows(run / "_run" / "removals.jsonl"):
        removals[row["id"]].append((row["rule"], row["text"]))
    manifest = orjson.loads((run / "_run" / "manifest.json").read_bytes())
    for name in manifest["outputs"]:
        for text, metadata in _pairs(run, name):
            taken = tuple(removals.get(metadata["id"], ()))
            coverage.add(Seen(metadata["hostname"], tuple(metadata["sites"]), text, taken))
    return coverage


def _pairs(run: Path, name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    if name.startswith("_run/"):
        return
    if name.endswith(".metadata.jsonl"):
        texts = (row["text"] for row in _rows(run / name.replace(".metadata.jsonl", ".jsonl")))
        yield from zip(texts, _rows(run / name), strict=True)
    elif name.endswith(".json"):
        text = (run / name).with_suffix(".txt").read_text(encoding="utf-8")
        yield text, orjson.loads((run / name).read_bytes())


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open("rb") as lines:
        for line in lines:
            yield orjson.loads(line)
