"""One bad value costs at most its own record, whatever field of whatever format it stands in."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cleaner.corpus.outcome import Outcome, Recorder
from cleaner.corpus.records import WholeRecord
from cleaner.corpus.run import clean_corpus
from cleaner.document import CleanDocument, Document, Status
from cleaner.pipeline import Cleaner
from tests.conftest import MORE, PROSE

HALF = "Boats \ud83d"  # the first half of a surrogate pair
WHOLE = "Boats \ufffd"
TEXT = f"{PROSE}\n\n{MORE}"


@pytest.fixture(scope="module")
def packs() -> Cleaner:
    return Cleaner.load(sites=False)


def records_in(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().decode("utf-8").splitlines()]


@pytest.mark.parametrize(
    "field", ["site_name", "authors", "license", "language", "title", "tags", "added", "created"]
)
@pytest.mark.parametrize("nested", [False, True])
def test_half_a_pair_in_metadata_is_replaced(
    packs: Cleaner, tmp_path: Path, field: str, nested: bool
) -> None:
    said = {field: [HALF] if field in ("authors", "tags") else HALF}
    row = {"text": TEXT, **({"metadata": said} if nested else said)}
    (tmp_path / "in.jsonl").write_text(json.dumps(row) + json.dumps({"text": TEXT}).join("\n\n"))
    account = clean_corpus(packs, [tmp_path / "in.jsonl"], tmp_path / "out")
    assert (account.read, account.written) == (2, 2)
    name = "in.jsonl" if field in ("added", "created") else "in.metadata.jsonl"
    found = records_in(tmp_path / "out" / name)[0][field]
    assert found == ([WHOLE] if isinstance(found, list) else WHOLE)


@pytest.mark.parametrize("field", ["id", "url", "source", "text"])
def test_half_a_pair_in_the_document_itself_is_replaced(
    packs: Cleaner, tmp_path: Path, field: str
) -> None:
    row = {"id": "1", "text": TEXT, field: f"{TEXT} {HALF}" if field == "text" else HALF}
    (tmp_path / "in.jsonl").write_text(json.dumps(row))
    assert clean_corpus(packs, [tmp_path / "in.jsonl"], tmp_path / "out").written == 1
    (found,) = records_in(tmp_path / "out/in.jsonl")
    assert str(found.get(field) or found["metadata"][field]).endswith(WHOLE)


def test_half_an_emoji_in_the_data_of_a_page_is_replaced(packs: Cleaner, tmp_path: Path) -> None:
    data = {"@type": "NewsArticle", "publisher": {"name": HALF}, "author": {"name": f"Ann {HALF}"}}
    page = f"<title>T</title><script type='application/ld+json'>{json.dumps(data)}</script>"
    (tmp_path / "in.html").write_text(f"<html><head>{page}<body><p>{PROSE}<p>{MORE}")
    assert clean_corpus(packs, [tmp_path / "in.html"], tmp_path / "out").written == 1
    assert json.loads((tmp_path / "out/in.json").read_bytes())["site_name"] == WHOLE


def test_half_a_pair_in_front_matter_is_replaced(packs: Cleaner, tmp_path: Path) -> None:
    head = '---\ntitle: "Boats \\ud83d"\n---\n'
    (tmp_path / "in.md").write_text(head + TEXT)
    assert clean_corpus(packs, [tmp_path / "in.md"], tmp_path / "out").written == 1
    assert json.loads((tmp_path / "out/in.json").read_bytes())["title"] == WHOLE


def test_a_result_that_cannot_be_written_has_failed(packs: Cleaner) -> None:
    class Unprintable:
        def __str__(self) -> str:
            raise LookupError("no text")

    done = packs.clean(Document("1", TEXT))
    broken = replace(done, document=replace(done.document, metadata={"added": Unprintable()}))
    outcome = Recorder("1")(broken)
    assert outcome.status == "error" and "LookupError: no text" in outcome.failure
    assert Outcome.from_json(outcome.to_json()) == outcome
    broken = replace(done, metadata=replace(done.metadata, title=Unprintable()))  # type: ignore[arg-type]
    line, is_clean = WholeRecord("1")(broken)
    assert json.loads(line)["status"] == "error" and not is_clean


def test_values_of_any_kind_can_be_written() -> None:
    metadata: dict[str, Any] = {"added": 2**70, "created": {"a": {1, 2}}}
    done = CleanDocument(Document(HALF, "x", metadata=metadata), Status.OK, text="x")
    outcome = Recorder("1")(replace(done, hosts=(HALF,), normalized=HALF))
    assert Outcome.from_json(outcome.to_json()).hosts == (WHOLE,)
    assert json.loads(outcome.text)["added"] == str(2**70)
