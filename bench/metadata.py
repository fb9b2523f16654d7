"""Authors, dates and titles that the bundled rules find in labeled texts.

    python bench/metadata.py BENCH/text/multilang.dev.jsonl... [--show]

For each file and field: of the documents whose labels state a value, how many are found right,
missing or wrong; of the others, in how many a value is found, which is for a person to judge.
Dates in the label of a text are read as machine dates. `--show` prints what is not right.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from cleaner.document import Document
from cleaner.metadata.dates import parse_machine_date
from cleaner.metadata.headlines import MIN_REPEATED, fold_title
from cleaner.pipeline import Cleaner
from cleaner.text.words import tokens

FIELDS = ("authors", "date", "title")
COLUMNS = ("right", "missing", "wrong", "found, none stated")


def verdict(field: str, stated: Any, found: Any) -> str | None:
    """One of `COLUMNS` for a value that a document states and one that was found; None if there
    is neither.

    >>> verdict("authors", ["Ann Smith", "Bo Li"], ("Ann Smith",))
    'missing'
    >>> verdict("title", None, None)
    """
    if not stated:
        return "found, none stated" if found else None
    if not found:
        return "missing"
    if field == "authors":
        names = {fold_title(name) for name in ([stated] if isinstance(stated, str) else stated)}
        ours = {fold_title(name) for name in found}
        return "right" if ours == names else "missing" if ours < names else "wrong"
    if field == "date":
        day = parse_machine_date(str(stated)) or str(stated)
        return "right" if day[:10] == found[:10] else "wrong"
    words, ours = set(tokens(stated)), set(tokens(found))
    return "right" if len(words & ours) >= MIN_REPEATED * len(words | ours) else "wrong"


def compare(
    cleaner: Cleaner, rows: Iterable[dict[str, Any]], show: bool
) -> dict[str, Counter[str]]:
    counts: dict[str, Counter[str]] = {field: Counter() for field in FIELDS}
    for row in rows:
        done = cleaner.clean(Document(row["id"], row["text"], url=row.get("url")))
        facts = done.metadata
        found = {"authors": facts.authors, "date": facts.date_published, "title": facts.title}
        for field in FIELDS:
            stated = (row.get("metadata") or {}).get(field)
            word = verdict(field, stated, found[field])
            if word is None:
                continue
            counts[field][word] += 1
            if show and word != "right":
                key = "date_published" if field == "date" else field
                origin = facts.origins.get(key, "-")
                print(f"  {field} {word}: {row['id']}: {stated!r} {found[field]!r} ({origin})")
    return counts


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--show", action="store_true", help="print what is not right")
    options = parser.parse_args(arguments)
    cleaner = Cleaner.load()
    print(f"{'':28}" + "".join(f"{column:>20}" for column in COLUMNS))
    for path in options.files:
        with path.open(encoding="utf-8") as lines:
            counts = compare(cleaner, map(json.loads, lines), options.show)
        for field, found in counts.items():
            cells = "".join(f"{found[column]:>20}" for column in COLUMNS)
            print(f"{path.stem + ' ' + field:28}{cells}")


if __name__ == "__main__":
    main()
