"""Every record becomes a document or a broken record with a reason."""

from pathlib import Path

import pytest

from cleaner.corpus.inputs import find_inputs
from cleaner.corpus.read import read_input, read_jsonl, read_page
from cleaner.corpus.rows import Broken, Record
from cleaner.document import Document, Format


def one(line: bytes) -> Record:
    (record,) = read_jsonl([line], "x.jsonl")
    return record


def document(line: bytes) -> Document:
    record = one(line)
    assert isinstance(record, Document), record
    return record


@pytest.mark.parametrize(
    ("line", "body", "format"),
    [
        (b'{"text": "a"}', "a", Format.TEXT),
        (b'{"html": "<p>a", "text": "b"}', "<p>a", Format.HTML),
        (b'{"raw_html": "<p>a"}', "<p>a", Format.HTML),
        (b'{"content": "<!DOCTYPE html><p>a"}', "<!DOCTYPE html><p>a", Format.HTML),
        (b'{"raw_content": "a"}', "a", Format.TEXT),
        (b'{"text": null, "content": "a"}', "a", Format.TEXT),
        (b'{"text": "# A\\n\\n## B\\n\\n[c](https://example.org)"}',
         "# A\n\n## B\n\n[c](https://example.org)", Format.MARKDOWN),
        (b'{"text": "\\ud800"}', "\ud800", Format.TEXT),
        (b'{"text": "a", "n": NaN}', "a", Format.TEXT),
        (b'\xef\xbb\xbf{"text": "a"}', "a", Format.TEXT),
    ],
)  # fmt: skip
def test_bodies(line: bytes, body: str, format: Format) -> None:
    found = document(line)
    assert (found.body, found.format) == (body, format)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b"{oops", "x.jsonl:1: not JSON"),
        (b"[1]", "expected a JSON object, found list"),
        (b'{"id": "1"}', "no text; expected a column named html or raw_html or text"),
        (b'{"text": 5}', "no text"),
        (b"[" * 100_000, "not JSON"),
    ],
)
def test_broken_lines_are_kept_with_a_reason(line: bytes, words: str) -> None:
    broken = one(line)
    assert isinstance(broken, Broken)
    assert words in broken.message
    assert broken.raw == line.decode()


def test_ids_urls_and_metadata() -> None:
    found = document(b'{"id": 7, "source": "https://example.org/1", "text": "a", "title": "T"}')
    assert (found.id, found.url, found.metadata) == ("7", "https://example.org/1", {"title": "T"})
    first, second = read_jsonl([b'{"text": "a"}\n', b"\n", b'{"text": "a"}'], "x.jsonl")
    assert first.id != second.id
    assert (first.index, second.index) == (0, 2)


def test_what_a_cleaner_wrote_names_its_sites() -> None:
    found = document(
        b'{"text": "a", "metadata": {"sites": ["example.org"], "url": "https://a.org"}}'
    )
    assert (found.sites, found.url) == (("example.org",), "https://a.org")


def test_front_matter_becomes_metadata() -> None:
    page = b"---\ntitle: A pier\ndate: 2016-03-12\nurl: https://example.org/1\n---\n\nText.\n"
    found = read_page(page, "a.md", Format.MARKDOWN)
    assert (found.body, found.url) == (b"\nText.\n", "https://example.org/1")
    assert found.metadata["title"] == "A pier"


@pytest.mark.parametrize(
    "head", ["---\n- a\n---\nx", "---\na: &b c\n---\nx", "---\nno end", "--- a"]
)
def test_what_is_no_front_matter_stays_text(head: str) -> None:
    assert read_page(head.encode(), "a.md", Format.MARKDOWN).body == head.encode()


def test_folders_are_read_in_order_without_what_is_skipped(tmp_path: Path) -> None:
    for name in ("b.txt", "a/z.html", "a/b/c.md", ".git/x.txt", "out/x.txt", "x.pdf", "c.jsonl"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    names = [item.name for item in find_inputs([tmp_path], skip=tmp_path / "out")]
    assert names == ["b.txt", "c.jsonl", "a/z.html", "a/b/c.md"]


def test_sources_that_are_not_there_or_not_known(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no such file or folder"):
        find_inputs([tmp_path / "none"])
    (tmp_path / "x.pdf").write_text("x")
    with pytest.raises(ValueError, match="not a supported kind of file"):
        find_inputs([tmp_path / "x.pdf"])


def test_a_file_that_cannot_be_opened_is_a_broken_record(tmp_path: Path) -> None:
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nowhere")
    (item,) = find_inputs([tmp_path])
    (broken,) = read_input(item)
    assert isinstance(broken, Broken) and "No such file" in broken.message
