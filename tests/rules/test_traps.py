"""Lines that look like boilerplate and are article text survive, in 35 languages.

`traps.jsonl` holds invented articles without boilerplate. `keep` lists the lines of each that must
survive. `verbatim` lists lines that repeat the words of a notice exactly, as a quotation on a line
of its own does: rules cannot tell these from the notice, and may remove them.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from cleaner import Cleaner

TRAPS = [
    json.loads(line)
    for line in Path(__file__).with_name("traps.jsonl").read_text("utf-8").splitlines()
]


@pytest.fixture(scope="module")
def cleaner() -> Cleaner:
    return Cleaner.load()


@pytest.mark.parametrize("trap", TRAPS, ids=lambda trap: str(trap["id"]))
def test_article_text_survives(cleaner: Cleaner, trap: dict[str, Any]) -> None:
    done = cleaner.clean(trap["text"])
    assert done.text is not None, done.message
    rows = set(done.text.split("\n"))
    assert [line for line in trap["keep"] if line not in rows] == []
    quoted = set(trap.get("verbatim", ()))
    removed = {row.strip() for r in done.removals for row in r.text.split("\n") if row.strip()}
    assert removed <= quoted


def test_traps_are_many_and_in_many_languages() -> None:
    assert sum(len(trap["keep"]) for trap in TRAPS) >= 600
    assert len({trap["lang"] for trap in TRAPS}) >= 35
    for trap in TRAPS:
        assert set(trap["keep"]) <= set(trap["text"].split("\n")), trap["id"]
