"""Finished runs load from their journals; errors say what is wrong."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from cleaner.corpus.journal_entry import JournalEntry
from cleaner.corpus.run import clean_corpus
from cleaner.errors import LoadRunError
from cleaner.pipeline import Cleaner
from cleaner.report.load_run import open_run, restore
from tests.helpers.rules import make_rules
from tests.helpers.texts import MORE, PROSE

RULES = "site: example.org\nrules:\n  - kind: social\n    line: Share on Facebook\n"
GONE = f"{PROSE}\n\nShare on Facebook\n\n{MORE}"


def run(folder: Path, *, keep_only: str | None = None, forget: bool = False) -> Path:
    raw = folder / "raw"
    raw.mkdir(parents=True)
    (raw / "page.html").write_text(
        f"<html><body><article><p>{PROSE}</p><p>{MORE}</p></article></body></html>"
    )
    (raw / "bad.txt").write_bytes(b"\0\0")
    rows = [{"id": f"r{n}", "text": GONE, "url": "https://example.org/1"} for n in range(3)]
    lines = [json.dumps(row) for row in rows]
    (raw / "rows.jsonl").write_text("\n".join([*lines[:2], "no json", lines[2]]))
    cleaner = Cleaner(make_rules(RULES))
    clean_corpus(cleaner, [raw], folder / "out", keep_only=keep_only, forget=forget)
    return folder / "out"


def outcomes(out: Path) -> Iterator[tuple[str, JournalEntry]]:
    finished = open_run(out)
    for outcome in finished.outcomes():
        yield finished.inputs[outcome.owner], outcome


def test_outcomes_come_in_order_with_the_names_of_their_inputs(tmp_path: Path) -> None:
    found = [(name, restore(outcome)) for name, outcome in outcomes(run(tmp_path))]
    assert [(name, document.state) for name, document in found] == [
        ("bad.txt", "decode"), ("page.html", "ok"), ("rows.jsonl", "ok"), ("rows.jsonl", "ok"),
        ("rows.jsonl", "decode"), ("rows.jsonl", "ok"),
    ]  # fmt: skip
    row = found[2][1]
    assert (row.id, row.normalized, row.text) == ("r0", GONE, f"{PROSE}\n\n{MORE}")
    assert [removal.rule for removal in row.removals] == ["example.org/social"]
    assert row.metadata["url"] == "https://example.org/1"
    assert row.sites == ("example.org",)
    assert found[4][1].message
    assert found[4][1].text is None


def test_documents_set_aside_are_rebuilt_too(tmp_path: Path) -> None:
    found = [restore(outcome) for _, outcome in outcomes(run(tmp_path, keep_only="CC-BY-4.0"))]
    row = next(document for document in found if document.id == "r0")
    assert (row.state, row.normalized, row.text) == ("set-aside", GONE, f"{PROSE}\n\n{MORE}")
    assert [removal.text.strip() for removal in row.removals] == ["Share on Facebook"]


def test_a_folder_that_is_no_run_is_named(tmp_path: Path) -> None:
    with pytest.raises(LoadRunError, match="not the output folder of a run"):
        list(outcomes(tmp_path))


def test_a_run_without_a_journal_says_what_to_do(tmp_path: Path) -> None:
    out = run(tmp_path, forget=True)
    with pytest.raises(LoadRunError, match="kept no journal; clean into this folder again"):
        list(outcomes(out))


def test_an_unfinished_run_is_refused(tmp_path: Path) -> None:
    out = run(tmp_path)
    (out / "_run" / "manifest.json").unlink()
    with pytest.raises(LoadRunError, match="not finished"):
        list(outcomes(out))


@pytest.mark.parametrize("content", [b"", b"[]", b'{"statistics": 1}', b"\xff"])
def test_a_damaged_manifest_is_named(tmp_path: Path, content: bytes) -> None:
    out = run(tmp_path)
    (out / "_run" / "manifest.json").write_bytes(content)
    with pytest.raises(LoadRunError, match=r"manifest\.json: damaged"):
        list(outcomes(out))


def test_a_damaged_part_is_named(tmp_path: Path) -> None:
    out = run(tmp_path)
    (part,) = (out / "_run" / "journal").glob("*.part")
    part.write_bytes(part.read_bytes()[:-9])
    with pytest.raises(LoadRunError, match=rf"{part.name}: missing, damaged"):
        list(outcomes(out))


def test_a_journal_of_another_identity_is_damaged(tmp_path: Path) -> None:
    out = run(tmp_path)
    (out / "_run" / "journal" / "identity.json").write_bytes(b"{}")
    with pytest.raises(LoadRunError, match=r"identity\.json: missing, damaged"):
        list(outcomes(out))


def test_a_lost_part_is_missed_at_the_end(tmp_path: Path) -> None:
    out = run(tmp_path)
    for part in (out / "_run" / "journal").glob("*.part"):
        part.unlink()
    with pytest.raises(LoadRunError, match="has 0 records, the run had 6"):
        list(outcomes(out))


def test_the_journal_of_a_later_run_over_other_inputs_is_refused(tmp_path: Path) -> None:
    out, other = run(tmp_path / "a"), run(tmp_path / "b")
    stamp = json.loads((other / "_run" / "journal" / "identity.json").read_bytes())
    stamp["inputs"] = stamp["inputs"][:1]
    shutil.rmtree(out / "_run" / "journal")
    shutil.copytree(other / "_run" / "journal", out / "_run" / "journal")
    (out / "_run" / "journal" / "identity.json").write_text(json.dumps(stamp))
    with pytest.raises(LoadRunError, match="a later run over different inputs"):
        list(outcomes(out))
