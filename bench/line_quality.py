"""How much boilerplate the line classifier removes from texts of sources it has not seen.

    python bench/line_quality.py BENCH LINES.jsonl.gz [--by corpora|languages|documents]
                                 [--thresholds .5 .6 ...] [--only NAME]

BENCH/text has labeled texts and their scorer; line_data.py writes LINES. For each set of labeled
texts a classifier is trained without their corpora and their sites (`--by languages`: without any
text of the language; `--by documents`: without the documents themselves, in five parts, which
shows what it does on sites it knows), and `cleaner` cleans the texts with the packs and with all
rules. The table shows recall of boilerplate @ share of article text lost, then documents hurt /
documents with traps hurt; first without the classifier, then at each threshold. Before the table it
tells how many lines of the traps in tests/rules that were left out of the training are lost. A
training takes about two minutes.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any
from zlib import crc32

from line_data import TRAPS as LINE_TRAPS
from quality import predict
from train_lines import TrainingText, read_texts, train, write

from cleaner.classify.line_classifier import LineClassifier
from cleaner.pipeline import Cleaner
from cleaner.rules.ruleset import RuleSet, load_rules
from cleaner.text.normalization import Normalizer

SETS = {
    "English": ("random", "dev"),
    "other languages": ("multilang.dev", "multilang.random"),
    "forms": ("forms.dev",),
}
LANGUAGES = ("de", "fr", "es", "ru", "pl", "tr", "zh", "it", "el", "nl")
PARTS = 5
with LINE_TRAPS.open(encoding="utf-8") as file:
    TRAPS = {f"trap/{row['id']}": row for row in islice(map(json.loads, file), 1, None, 2)}
THRESHOLDS = (0.5, 0.55, 0.6, 0.7, 0.8)
Rows = list[dict[str, Any]]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("bench", type=Path)
    parser.add_argument("lines", type=Path)
    parser.add_argument("--by", choices=["corpora", "languages", "documents"], default="corpora")
    parser.add_argument("--thresholds", type=float, nargs="*", default=THRESHOLDS)
    parser.add_argument("--only", help="one of the sets or languages")
    given = parser.parse_args()
    folder = given.bench / "text"
    sys.path.insert(0, str(folder))
    import score_text

    texts = [text for text in read_texts(given.lines) if text.id not in TRAPS]
    golds = {
        name: list(score_text.read_jsonl(folder / f"{name}.jsonl"))
        for names in SETS.values() for name in names
    }  # fmt: skip
    split = {"corpora": by_corpora, "languages": by_languages, "documents": by_documents}[given.by]
    print(f"{'':27}{'without':>21}" + "".join(f"{t:>21}" for t in given.thresholds), flush=True)
    totals: dict[str, list[dict[str, Any]]] = {}
    chosen: dict[str, Rows] = {}
    for name, seen, tests in split(texts, golds):
        if given.only in (None, name):
            with tempfile.TemporaryDirectory() as weights:
                write(train(list(seen)), Path(weights))
                for test, rows in tests.items():
                    results = predictions(rows, Path(weights), given.thresholds)
                    for key, found in results.items():
                        known = totals.setdefault(f"{test}, {key}", [{} for _ in found])
                        for all_of, part in zip(known, found, strict=True):
                            all_of.update(part)
                        chosen.setdefault(f"{test}, {key}", []).extend(rows)
                hurt = traps_hurt(Path(weights), given.thresholds)
                lines = sum(len(row["keep"]) for row in TRAPS.values())
                cells = "".join(f"{count:>21}" for count in hurt)
                print(f"{f'{name}: of {lines} traps':27}{cells}", flush=True)
                if given.by != "documents":
                    show(totals, chosen)
                    totals.clear()
    show(totals, chosen)


def show(totals: dict[str, list[dict[str, Any]]], chosen: dict[str, Rows]) -> None:
    import score_text

    for key, found in totals.items():
        summaries = [score_text.score_set(chosen[key], part)[0] for part in found]
        cells = [
            f"{s['recall']:.3f} @ {s['loss']:.4f} {s['hurt']}/{s['trap_hurt']}" for s in summaries
        ]
        print(f"{key:27}" + "".join(f"{cell:>21}" for cell in cells), flush=True)


def predictions(
    rows: Rows, weights: Path, thresholds: Sequence[float]
) -> dict[str, list[dict[str, Any]]]:
    """The clean texts without the classifier and at each threshold, for each set of rules."""
    classifiers = [None, *(LineClassifier(t, weights) for t in thresholds)]
    rules = {"no rules": RuleSet(), "packs": load_rules(packs_only=True), "all": load_rules()}
    return {
        name: [predict(Cleaner(rules_, Normalizer(), classifier=c), rows) for c in classifiers]
        for name, rules_ in rules.items()
    }


def traps_hurt(weights: Path, thresholds: Sequence[float]) -> list[int]:
    """The lines that look like boilerplate and are removed, without the classifier and at each
    threshold. Half of the traps are in the training, the others are counted."""
    classifiers = [None, *(LineClassifier(t, weights) for t in thresholds)]
    cleaners = [Cleaner(load_rules(), Normalizer(), classifier=c) for c in classifiers]
    texts = [(row, [(c.clean(row["text"]).text or "") for c in cleaners]) for row in TRAPS.values()]
    return [
        sum(line not in cleaned[n].split("\n") for row, cleaned in texts for line in row["keep"])
        for n in range(len(cleaners))
    ]


Split = Iterator[tuple[str, Iterable[TrainingText], dict[str, Rows]]]


def by_corpora(texts: Sequence[TrainingText], golds: dict[str, Rows]) -> Split:
    """Leave out the corpora of a set and all texts of their sites."""
    for name, sets in SETS.items():
        corpora = {row["id"].split("/")[0] for s in sets for row in golds[s]}
        sites = {text.site for text in texts if text.corpus in corpora}
        seen = (t for t in texts if t.corpus not in corpora and t.site not in sites)
        yield name, seen, {s: golds[s] for s in sets}


def by_languages(texts: Sequence[TrainingText], golds: dict[str, Rows]) -> Split:
    """Leave out all texts in a language, and the corpora that are measured."""
    rows = [row for s in SETS["other languages"] for row in golds[s]]
    corpora = {row["id"].split("/")[0] for row in rows}
    for language in LANGUAGES:
        tests = [row for row in rows if row["lang"] == language]
        if tests:
            seen = (t for t in texts if t.lang != language and t.corpus not in corpora)
            yield language, seen, {language: tests}


def by_documents(texts: Sequence[TrainingText], golds: dict[str, Rows]) -> Split:
    """Leave out a fifth of the measured documents at a time; their sites stay."""
    measured = {row["id"] for rows in golds.values() for row in rows}
    for part in range(PARTS):
        out = {id_ for id_ in measured if crc32(id_.encode()) % PARTS == part}
        seen = (text for text in texts if text.id not in out)
        yield (
            f"part {part + 1}", seen,
            {name: [row for row in rows if row["id"] in out] for name, rows in golds.items()},
        )  # fmt: skip


if __name__ == "__main__":
    main()
