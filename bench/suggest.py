"""How good drafts of `cleaner rules suggest` are, applied untouched.

    python bench/suggest.py BENCH/text

For each site with labelled documents (dev.jsonl) a rule file is drafted from the site's documents
that are not labelled (sample.jsonl.gz), and applied, alone, to the labelled ones. BENCH/text also
holds the scorer, score_text.py.
"""

from __future__ import annotations

import gzip
import json
import sys
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

from cleaner.authoring.suggest import Site, draft_site
from cleaner.authoring.yaml_drafts import draft_yaml
from cleaner.document import Document
from cleaner.pipeline import Cleaner
from cleaner.rules.ruleset import compile_rules
from cleaner.text.normalization import Normalizer


def main(folder: Path) -> None:
    sys.path.insert(0, str(folder))
    import score_text

    labelled = score_text.read_jsonl(folder / "dev.jsonl")
    sites = unlabelled(folder, {row["id"] for row in labelled})
    begun = time.process_time()
    drafts = {
        name: draft_site(sites[name])
        for name in {row["source"] for row in labelled}
        if name in sites
    }
    print(f"drafted {len(drafts)} sites in {time.process_time() - begun:.1f} s of CPU time")
    rows = [row for row in labelled if row["source"] in drafts]
    rows = [row for row in rows if not drafts[row["source"]].too_few]
    cleaners = {
        name: Cleaner(compile_rules([(f"{name}.yaml", draft_yaml(draft).encode())]))
        for name, draft in drafts.items()
    }
    predictions = {row["id"]: predict(cleaners[row["source"]], row) for row in rows}
    table = []
    for half in ("tune", "confirm", "both"):
        chosen = [r for r in rows if half in ("both", score_text.half_of(r["id"]))]
        table.append((half, score_text.score_set(chosen, predictions)[0]))
    print(score_text.table(table))


def unlabelled(folder: Path, labelled: set[str]) -> dict[str, Site]:
    """The documents of the sample that are not labelled, by site."""
    normalize = Normalizer()
    texts: dict[str, list[str]] = defaultdict(list)
    with gzip.open(folder / "sample.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            if row["id"] not in labelled:
                texts[row["source"]].append(normalize(row["text"]))
    return {name: Site(name, found) for name, found in texts.items()}


def predict(cleaner: Cleaner, row: dict[str, Any]) -> dict[str, Any]:
    done = cleaner.clean(Document(row["id"], row["text"], sites=(row["source"],)))
    return {"id": row["id"], "text": done.text or ""}


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    main(Path(sys.argv[1]))
