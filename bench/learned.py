"""How good the rules are that `cleaner rules learn` learns from a corpus.

    python bench/learned.py BENCH [--drafts DIR]

BENCH/text has samples without labels, labeled texts and their scorer. Rules are learned from all of
them, as from a corpus of one's own; the bundled site files are not used, the packs are. The table
shows recall of boilerplate @ share of article text lost, then documents hurt / documents with traps
hurt. The shipped classifier was trained on the labeled texts (see line_quality.py).
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from quality import predict, read_rows

from cleaner.authoring.learn import certain, learn
from cleaner.authoring.sampling import sample_corpus
from cleaner.authoring.yaml_drafts import MIN_SITE_DOCUMENTS, draft_yaml
from cleaner.classify.line_classifier import LineClassifier
from cleaner.corpus.read import read_jsonl
from cleaner.corpus.rows import Record
from cleaner.pipeline import Cleaner
from cleaner.rules.ruleset import (
    RuleSet,
    bundled_rules,
    compile_rules,
    find_rule_files,
    load_rules,
)
from cleaner.text.normalization import Normalizer

SAMPLES = ("sample", "english2.sample", "multilang.sample", "multilang2.sample")
SETS = ("dev", "random", "multilang.dev", "multilang.random")
MANY = 15  # documents of a site
Rows = list[dict[str, Any]]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("bench", type=Path)
    parser.add_argument("--drafts", type=Path, help="keep the learned files in this folder")
    given = parser.parse_args()
    folder = given.bench / "text"
    sys.path.insert(0, str(folder))
    import score_text

    golds = {name: list(score_text.read_jsonl(folder / f"{name}.jsonl")) for name in SETS}
    rows = corpus(folder, golds)
    sizes = Counter(row.get("source") for row in rows)
    golds[f"random, {MANY} or more"] = [r for r in golds["random"] if sizes[r["source"]] >= MANY]
    with tempfile.TemporaryDirectory() as temporary:
        learned = given.drafts or Path(temporary)
        write_learned(rows, learned)
        alone = [(path.name, path.read_bytes()) for path in sorted(learned.glob("*.yaml"))]
        packs, classifier = load_rules(packs_only=True), LineClassifier()
        both = with_packs(alone)
        cleaners = {
            "packs": Cleaner(packs, Normalizer()),
            "learned": Cleaner(compile_rules(alone), Normalizer()),
            "packs, learned": Cleaner(both, Normalizer()),
            "packs, learned, classifier": Cleaner(both, Normalizer(), classifier=classifier),
        }
        print(f"{'':20}" + "".join(f"{name:>28}" for name in cleaners))
        for name, chosen in golds.items():
            cells = []
            for cleaner in cleaners.values():
                found = score_text.score_set(chosen, predict(cleaner, chosen))[0]
                cells.append(cell(found))
            print(f"{name:20}" + "".join(f"{text:>28}" for text in cells), flush=True)


def cell(found: dict[str, Any]) -> str:
    hurt = f"{found['hurt']}/{found['trap_hurt']}"
    return f"{found['recall']:.3f} @ {found['loss']:.4f} {hurt:>5}"


def with_packs(learned: list[tuple[str, bytes]]) -> RuleSet:
    """The bundled packs and the learned files."""
    packs = find_rule_files([bundled_rules() / "packs"])
    return compile_rules([*((path, Path(path).read_bytes()) for path in packs), *learned])


def corpus(folder: Path, golds: dict[str, Rows]) -> Rows:
    """All documents, each once."""
    rows: dict[str, dict[str, Any]] = {}
    for name in SAMPLES:
        rows.update((row["id"], row) for row in read_rows(folder / f"{name}.jsonl.gz"))
    for chosen in golds.values():
        rows.update((row["id"], row) for row in chosen)
    return list(rows.values())


def write_learned(rows: Rows, folder: Path) -> None:
    def read() -> Iterator[Record]:
        fields = ("id", "url", "source", "text")
        lines = (json.dumps({k: r.get(k) for k in fields}).encode() for r in rows)
        return iter(read_jsonl(lines, "corpus.jsonl"))

    begun, used = time.perf_counter(), time.process_time()
    cleaner = Cleaner(load_rules(packs_only=True), Normalizer())
    folder.mkdir(parents=True, exist_ok=True)
    sure, scopes = 0, Counter[str]()
    with sample_corpus(read, cleaner, MIN_SITE_DOCUMENTS, workers=2) as samples:
        texts = sum(len(sample.places) for sample in samples.found)
        print(f"{texts} texts sampled in {time.perf_counter() - begun:.0f} s", file=sys.stderr)
        for sample, draft in zip(samples.found, learn(samples.found, workers=2), strict=True):
            if certain(draft):
                sure += sum(s.doubt is None for s in draft.suggestions)
                scopes[sample.scope] += 1
                (folder / f"{draft.host}.yaml").write_text(draft_yaml(draft), encoding="utf-8")
    print(
        f"learned {sure} rules of {samples.sites} sites ({dict(scopes)}) in "
        f"{time.perf_counter() - begun:.0f} s ({time.process_time() - used:.0f} s of CPU here)",
        file=sys.stderr,
    )


if __name__ == "__main__":
    main()
