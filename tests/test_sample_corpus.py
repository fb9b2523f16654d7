"""The sample corpus comes out as it should: corpus/raw cleaned is corpus/expected."""

from dataclasses import replace
from pathlib import Path

import orjson
import pytest

from cleaner.corpus.run import clean_corpus
from cleaner.corpus.statistics import RunStatistics
from cleaner.document import CleanDocument, Document, Format
from cleaner.metadata.headlines import TITLE_RULE
from cleaner.pipeline import Cleaner
from cleaner.text.folding import plain

CORPUS = Path(__file__).parent.parent / "corpus"
PAGES = sorted((CORPUS / "raw").rglob("*.html"))
EXPECTED = sorted(p for p in (CORPUS / "expected").rglob("*") if p.is_file())


@pytest.fixture(scope="module")
def run(cleaner: Cleaner, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, RunStatistics]:
    out = tmp_path_factory.mktemp("clean")
    return out, clean_corpus(cleaner, [CORPUS / "raw"], out)


@pytest.mark.parametrize(
    "path", EXPECTED, ids=lambda p: p.relative_to(CORPUS / "expected").as_posix()
)
def test_each_document(run: tuple[Path, RunStatistics], path: Path) -> None:
    got = run[0] / path.relative_to(CORPUS / "expected")
    if path.suffix == ".jsonl":
        wanted = [orjson.loads(line) for line in path.read_bytes().splitlines()]
        found = [orjson.loads(line) for line in got.read_bytes().splitlines()]
        assert [(r["id"], r["text"]) for r in found] == [(r["id"], r["text"]) for r in wanted]
    else:
        assert got.read_text() == path.read_text()


def test_every_document_is_expected_and_accounted_for(run: tuple[Path, RunStatistics]) -> None:
    out, statistics = run
    texts = {p.relative_to(out) for p in out.rglob("*.txt")}
    texts |= {p.relative_to(out) for p in out.glob("*.jsonl") if ".metadata" not in p.name}
    assert texts == {p.relative_to(CORPUS / "expected") for p in EXPECTED}
    assert statistics.written + statistics.quarantined.total() == statistics.read
    assert statistics.quarantined == {"empty": 1}


def without_title(done: CleanDocument) -> str:
    """The article of a page before any rule, but without a headline that the page repeats."""
    text = done.normalized
    for removal in done.removals:
        if removal.rule == TITLE_RULE:
            text = text[: removal.start] + text[removal.end :]
    return text


def words(done: CleanDocument) -> list[str]:
    """The lines of a text without Markdown's marks."""
    return [plain(line).removeprefix("> ") for line in (done.text or "").split("\n") if line]


@pytest.mark.parametrize("path", PAGES, ids=lambda p: p.stem)
def test_an_article_is_the_same_as_page_text_and_markdown(cleaner: Cleaner, path: Path) -> None:
    page = Document("page", path.read_text(), Format.HTML)
    done = cleaner.clean(page)
    marked = replace(cleaner, markdown=True).clean(page)
    text = cleaner.clean(Document("text", without_title(done), sites=done.sites))
    note = Document("note", without_title(marked), Format.MARKDOWN, sites=done.sites)
    assert words(marked) == words(cleaner.clean(note)) == words(done)
    assert text.text == done.text


# What an article states in each of its forms; the date and the site are those of the copy.
SAME = ("title", "authors", "original_source", "original_date", "rights_holder", "rights_year")


def test_an_article_in_five_forms_has_one_text_and_one_origin(
    run: tuple[Path, RunStatistics],
) -> None:
    folder = run[0] / "one-article"
    texts = {path.name: path.read_text() for path in folder.glob("*.txt")}
    assert len(texts) == 5 and len(set(texts.values())) == 1
    found = {path.stem: orjson.loads(path.read_bytes()) for path in folder.glob("*.json")}
    stated = {name: {key: row[key] for key in SAME} for name, row in found.items()}
    assert all(row == stated["page"] for row in stated.values()), stated
    assert stated["page"]["original_source"] == "South Front"
    reposts = {name for name, row in found.items() if row["republished_by"] == ["Global Research"]}
    assert reposts == {"repost", "repost-of-repost"}
    assert found["page"]["regions"] == found["dump"]["regions"] == ["Northern Seas & Straits"]
    dates = {name: row["date_published"][:10] for name, row in found.items()}
    assert dates["page"] == dates["print-view"] == dates["dump"] == "2018-11-09"
    assert (dates["repost"], dates["repost-of-repost"]) == ("2018-11-10", "2018-11-12")
