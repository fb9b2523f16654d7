"""Lines that the block classifier inserted are recorded with their positions and probabilities."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest

from cleaner.corpus.journal_entry import JournalEntry, Recorder
from cleaner.corpus.output_records import pipe_record
from cleaner.document import CleanDocument
from cleaner.pipeline import Cleaner
from cleaner.report.model import Report
from cleaner.text.edits import restore
from tests.helpers.inserted import MISSED, PAGE, ROWS, miss
from tests.helpers.report_corpus import write_run
from tests.helpers.rules import make_rules

RULE = f"""
site: pier.example
rules:
  - kind: bio
    line: {MISSED[1]}
"""


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> CleanDocument:
    """The page; a rule removes the second of its two insertions."""
    miss(monkeypatch)
    return Cleaner(make_rules(RULE)).clean(PAGE)


def rows(path: Path) -> list[Any]:
    return [orjson.loads(line) for line in path.read_bytes().splitlines()]


def test_insertions_and_removals_count_in_the_same_text(done: CleanDocument) -> None:
    assert [line.text for line in done.insertions] == MISSED
    for line in done.insertions:
        assert done.normalized[line.start : line.end] == line.text
        assert line.rule == "cleaner/page" and 0.5 <= line.score <= 1
    assert [removal.text.strip() for removal in done.removals] == MISSED[1:]
    assert done.text == "\n\n".join(row for row in ROWS if row != MISSED[1])


def test_a_run_records_them_beside_the_removals_which_still_rebuild_the_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, done: CleanDocument
) -> None:
    row = {"id": "page", "url": PAGE.url, "html": PAGE.body}
    _, out = write_run(tmp_path, [row], make_rules(RULE))
    removals, inserted = (
        rows(out / "_run" / f"{name}.jsonl") for name in ("removals", "insertions")
    )
    (text,) = rows(out / "raw.jsonl")
    normalized = restore(text["text"], [(r["start"], r["text"], r["put"]) for r in removals])
    assert normalized == done.normalized
    assert [normalized[line["start"] : line["end"]] for line in inserted] == MISSED
    first = done.insertions[0]
    assert inserted[0] == {
        "id": "page", "rule": "cleaner/page", "start": first.start, "end": first.end,
        "text": first.text, "score": first.score,
    }  # fmt: skip
    report = Report.from_json((out / "_run/report.json").read_bytes())
    (shown,) = report.documents
    lines = [n for n, line in enumerate(normalized.split("\n")) if line in MISSED]
    assert list(shown.risks) == lines
    assert shown.risks[lines[0]] == (
        "inserted",
        f"inserted by cleaner/page, probability {first.score:.2f}",
    )
    share = len(MISSED[0]) / len(text["text"])
    assert f"1 line inserted, {share:.0%} of the text" in shown.reasons
    assert shown.suspicion >= 0.1 + share


def test_documents_with_a_line_that_is_probably_wrong_count(done: CleanDocument) -> None:
    def wrong(*scores: float) -> int:
        lines = [replace(done.insertions[0], score=score) for score in scores]
        return Recorder("1")(replace(done, insertions=tuple(lines))).wrong_insertions

    assert [wrong(), wrong(0.5), wrong(0.5, 0.5), wrong(*[0.9] * 9)] == [0, 0, 1, 0]
    removed = replace(done.insertions[1], score=0.0)
    assert Recorder("1")(replace(done, insertions=(removed,))).wrong_insertions == 0


def test_the_journal_keeps_them(done: CleanDocument) -> None:
    entry = JournalEntry.from_json(Recorder("1")(done).to_json())
    assert [record["text"] for record in entry.inserted()] == MISSED
    assert entry.normalized_text == done.normalized


def test_the_record_of_a_document_has_them(done: CleanDocument) -> None:
    record = pipe_record(done, "1")
    assert [line["text"] for line in record["insertions"]] == MISSED
