"""The quality of the bundled rules, beside what people do instead, in one table.

    python bench/quality.py BENCH [--floors bench/floors.json] [--pages N]

BENCH/text has labelled texts (dev.jsonl) and its scorer; BENCH/html has pages with gold texts.
Texts: recall of cruft, share of content lost, documents hurt, for each half, with all rules, on the
documents whose site has a file, and with the packs alone. Pages: for each rule the words that it
removed and the share of them that are not in the gold text (its precision), and what the rules do
to word F1. A figure under its floor fails.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from baselines import BASELINES

from cleaner.corpus.read import read_jsonl
from cleaner.document import CleanDocument, Document, Format, Status
from cleaner.pipeline import Cleaner
from cleaner.rules.ruleset import RuleSet
from cleaner.text.hosts import host_of
from cleaner.text.normalization import Normalizer

WORD = re.compile(r"\w+")


def read_rows(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open() as lines:
        yield from map(json.loads, lines)


# --- texts ------------------------------------------------------------------------------------


def text_table(folder: Path, floors: dict[str, float]) -> list[str]:
    """Print the table of labelled texts; return what fell under its floor."""
    sys.path.insert(0, str(folder))
    import score_text

    rows = score_text.read_jsonl(folder / "dev.jsonl")
    cleaner, packs = Cleaner.load(), Cleaner.load(packs_only=True)
    filed = [r for r in rows if cleaner.rules.for_hosts(filter(None, [host_of(r["source"])]))]
    runs: list[tuple[str, list[Any], dict[str, Any]]] = [
        (name, rows, {r["id"]: {"text": clean(r["text"])} for r in rows})
        for name, clean in BASELINES.items()
    ]
    runs.append(("cleaner, packs only", rows, predict(packs, rows)))
    runs.append(("cleaner", rows, predict(cleaner, rows)))
    runs.append(("cleaner, sites with a file", filed, runs[-1][2]))
    table, found = [], {}
    for name, chosen, predictions in runs:
        for half in ("tune", "confirm"):
            part = [r for r in chosen if score_text.half_of(r["id"]) == half]
            summary = score_text.score_set(part, predictions)[0]
            table.append((f"{name} ({half})", summary))
            found[f"{name}, {half}"] = summary
    print(score_text.table(table), end="\n\n")
    return list(_under(floors, found))


def predict(cleaner: Cleaner, rows: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Clean rows as `cleaner clean -` does."""
    fields = ("id", "url", "source", "text")
    lines = (json.dumps({k: r[k] for k in fields}).encode() for r in rows)
    records = [r for r in read_jsonl(lines, "dev.jsonl") if isinstance(r, Document)]
    return {r.id: {"text": cleaner.clean(r).text or ""} for r in records}


def _under(floors: dict[str, float], found: dict[str, Any]) -> Iterator[str]:
    for key, floor in floors.items():
        name, _, figure = key.rpartition(": ")
        if name not in found:
            continue
        value = found[name][figure]
        good = value >= floor if figure.startswith("recall") else value <= floor
        if not good:
            yield f"{key} is {value:.5f}, and its floor {floor}"


# --- pages ------------------------------------------------------------------------------------


@dataclass
class RuleScore:
    """Of one rule: lines removed, their words, and the words that the gold text has."""

    lines: int = 0
    words: int = 0
    wrong: int = 0
    pages: set[str] = field(default_factory=set)

    @property
    def precision(self) -> float:
        return 1 - self.wrong / self.words if self.words else 1.0


def page_table(folder: Path, limit: int | None) -> None:
    """Print the precision of each rule on pages, and the word F1 with and without rules."""
    gold = {row["id"]: row["text"] for row in read_rows(folder / "gold.jsonl.gz")}
    cleaner, plain = Cleaner.load(), Cleaner(RuleSet(), Normalizer())
    scores: dict[str, RuleScore] = {}
    before, after, raised, lowered, touched = [], [], 0.0, 0.0, 0
    for number, row in enumerate(read_rows(folder / "pages.jsonl.gz")):
        if limit is not None and number >= limit:
            break
        document = Document(row["id"], row["html"], Format.HTML, url=row.get("url"))
        with_rules, without = cleaner.clean(document), plain.clean(document)
        words = Counter(WORD.findall(gold[row["id"]].lower()))
        one, two = _f1(without, words), _f1(with_rules, words)
        before.append(one)
        after.append(two)
        if with_rules.removals:
            touched += 1
            raised += max(0.0, two - one)
            lowered += max(0.0, one - two)
        _count(with_rules, gold[row["id"]], scores)
    print(f"{'rule':38} pages  lines  words  precision")
    for rule, s in sorted(scores.items(), key=lambda item: -item[1].words):
        print(f"{rule:38} {len(s.pages):5}  {s.lines:5}  {s.words:5}  {s.precision:8.1%}")
    n = len(before)
    print(
        f"\n{n} pages, {touched} touched: word F1 {sum(before) / n:.4f} without rules, "
        f"{sum(after) / n:.4f} with; raised by {raised:.2f}, lowered by {lowered:.2f} in all"
    )


def _f1(done: CleanDocument, gold: Counter[str]) -> float:
    words = (
        Counter(WORD.findall((done.text or "").lower())) if done.status is Status.OK else Counter()
    )
    common = sum((words & gold).values())
    return 2 * common / (sum(words.values()) + sum(gold.values())) if common else 0.0


def _count(done: CleanDocument, gold: str, scores: dict[str, RuleScore]) -> None:
    """A removed line is wrong where the gold text has it: as a line, or its words in a row."""
    there = " ".join(WORD.findall(gold.lower()))
    for removal in done.removals:
        for line in removal.text.split("\n"):
            words = WORD.findall(line.lower())
            if not words or removal.put:
                continue
            score = scores.setdefault(removal.rule, RuleScore())
            score.lines += 1
            score.words += len(words)
            score.wrong += len(words) if f" {' '.join(words)} " in f" {there} " else 0
            score.pages.add(done.document.id)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("bench", type=Path)
    parser.add_argument("--floors", type=Path, default=Path(__file__).with_name("floors.json"))
    parser.add_argument("--pages", type=int, help="only so many pages; 0 for none")
    given = parser.parse_args()
    floors = json.loads(given.floors.read_text()) if given.floors.exists() else {}
    fallen = text_table(given.bench / "text", floors)
    if given.pages != 0:
        page_table(given.bench / "html", given.pages)
    for row in fallen:
        print(f"UNDER ITS FLOOR: {row}", file=sys.stderr)
    raise SystemExit(1 if fallen else 0)


if __name__ == "__main__":
    main()
