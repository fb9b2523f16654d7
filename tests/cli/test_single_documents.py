"""`clean` and `explain` take the same single documents."""

import gzip
import json
from pathlib import Path

import pytest

from tests.cli.test_cli import cleaner
from tests.helpers.texts import MORE, PROSE

pytestmark = pytest.mark.slow

TEXT = f"{PROSE}\n\nShare on Facebook\n\n{MORE}"
RECORD = {"id": "a", "url": "https://example.org/a", "text": TEXT}
PAGE = f"<html><body><article><p>{PROSE}</p><p>{MORE}</p></article></body></html>"


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("a.html", PAGE.encode()),
        ("a.html.gz", gzip.compress(PAGE.encode())),
        ("a.txt", TEXT.encode()),
        ("a.TXT.GZ", gzip.compress(TEXT.encode())),
        ("a.md", TEXT.encode()),
        ("a.json", json.dumps(RECORD).encode()),
        ("indented.json", b"\xef\xbb\xbf" + json.dumps(RECORD, indent=2).encode()),
        ("list.json", json.dumps([RECORD]).encode()),
        ("lines.json", json.dumps(RECORD).encode() + b"\n\n"),
        ("a.json.gz", gzip.compress(json.dumps(RECORD).encode())),
        ("a.jsonl", json.dumps(RECORD).encode()),
        ("a.csv", f'id,text\na,"{TEXT}"\n'.encode()),
    ],
)
def test_any_file_of_one_document(tmp_path: Path, name: str, body: bytes) -> None:
    (tmp_path / name).write_bytes(body)
    cleaned = cleaner("clean", tmp_path / name)
    assert (cleaned.exit_code, cleaned.stdout) == (0, f"{PROSE}\n\n{MORE}\n"), cleaned.stderr
    explained = cleaner("explain", tmp_path / name)
    assert explained.exit_code == 0 and explained.stdout.startswith(PROSE)
    in_folder = cleaner("clean", tmp_path / name, "-o", tmp_path / "out")
    assert in_folder.exit_code == 0 and "1 document: 1 clean" in in_folder.stderr


ROWS = [{**RECORD, "id": str(n)} for n in range(3)]


@pytest.mark.parametrize(
    ("name", "body", "arguments", "code", "words"),
    [
        ("a.jsonl", "\n".join(map(json.dumps, ROWS)), (), 2, "a.jsonl: has several documents"),
        ("a.json", json.dumps(ROWS), (), 2, "a.json: has several documents"),
        ("a.json", json.dumps(ROWS), ("--id", "7"), 2, "no document has the id 7"),
        ("a.json", json.dumps(ROWS), ("--id-column", "x"), 2, "columns found: id, url, text"),
        ("a.json", "[]", (), 2, "a.json: no document"),
        ("a.json", "", (), 1, "a.json: not JSON"),
        ("a.json", '{"id": 1,', (), 1, "a.json: not JSON"),
        ("a.json", "17", (), 1, "a.json: expected a JSON object, found int"),
        ("a.json", '[{"text": "x"}, 17]', ("--id", "7"), 2, "no document has the id 7"),
        ("a.json", '{"n": 1}', (), 1, "a.json:1: no text; expected a column named html"),
        ("a.jsonl", "no json", (), 1, "a.jsonl:1: not JSON"),
        ("a.txt", "x", ("--text-column", "y"), 2, "--text-column y: no record has this column"),
        ("a.txt", "x", ("--as", "text", "--id", "y"), 2, "--as reads one document"),
        ("a.pdf", "x", (), 2, "a.pdf: not a supported kind of file"),
        ("a.txt", "x", ("--url", "y"), 2, "--url y: expected a URL"),
        ("a.txt.gz", "x", (), 1, "a.txt.gz: "),
    ],
)
@pytest.mark.parametrize("command", ["clean", "explain"])
def test_what_is_no_single_document(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    command: str,
    name: str,
    body: str,
    arguments: tuple[str, ...],
    code: int,
    words: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path(name).write_text(body)
    result = cleaner(command, name, *arguments)
    assert result.exit_code == code, result.output
    assert words in result.stderr and len(result.stderr.splitlines()) == 1
    assert result.stdout == ""


def test_one_document_of_many(tmp_path: Path) -> None:
    rows = [{**RECORD, "id": str(n), "text": f"{PROSE} {n}"} for n in range(3)]
    (tmp_path / "a.json").write_text(json.dumps(rows))
    assert cleaner("clean", tmp_path / "a.json", "--id", "1").stdout == f"{PROSE} 1\n"
    lines = "\n".join(map(json.dumps, rows))
    assert cleaner("clean", "-", "--id", "2", stdin=lines).stdout == f"{PROSE} 2\n"
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "b.txt").write_text(TEXT)
    result = cleaner("clean", tmp_path / "in", "--id", "b.txt", "--json")
    assert json.loads(result.stdout)["id"] == "b.txt"


def test_a_folder_skips_json_files_and_a_glob_for_them_does_not(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps(RECORD))
    (tmp_path / "b.txt").write_text(TEXT)
    folder = cleaner("clean", tmp_path, "-o", tmp_path / "one")
    assert "skipped 1 unsupported file (.json 1)" in folder.stderr
    assert "1 document: 1 clean" in folder.stderr
    glob = cleaner("clean", tmp_path / "*.json", "-o", tmp_path / "two")
    assert "1 document: 1 clean" in glob.stderr
    both = cleaner("clean", tmp_path / "*", "-o", tmp_path / "three")
    assert "skipped 1 unsupported file (.json 1)" in both.stderr


def test_a_cleaned_text_selects_the_site_file_of_its_url(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(
        "site: example.org\nrules:\n  - {kind: ad, id: nobody, line: Nobody will see this}\n"
    )
    (tmp_path / "a.jsonl").write_text(json.dumps(RECORD))
    (tmp_path / "a.html").write_text(
        f"<html><head><link rel=canonical href=https://example.org/a></head>{PAGE}</html>"
    )
    assert cleaner("clean", tmp_path / "a.html", "-o", tmp_path / "out").exit_code == 0
    text = tmp_path / "out" / "a.txt"
    text.write_text(f"{text.read_text()}\nNobody will see this\n")
    result = cleaner("clean", text, "--rules", tmp_path / "own.yaml")
    assert result.stdout == f"{PROSE}\n\n{MORE}\n"
