"""Columns that are named, guessed, inside objects, or missing."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cleaner.cli import app
from cleaner.corpus.inputs import Input
from cleaner.corpus.read import read_input, rows_of
from cleaner.corpus.rows import MAX_CHECKED_ROWS, Columns, MissingColumnError, check_columns
from cleaner.corpus.run import clean_corpus
from cleaner.document import Document
from cleaner.pipeline import Cleaner
from tests.helpers.texts import MORE, PROSE


@pytest.fixture(scope="module")
def packs() -> Cleaner:
    return Cleaner.load(packs_only=True)


def table(folder: Path, rows: Sequence[Mapping[str, object]], name: str = "many.jsonl") -> Path:
    path = folder / name
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def only(path: Path, columns: Columns | None = None) -> Document:
    item = Input(path, path.name)
    (found,) = read_input(item, columns) if columns else read_input(item)
    assert isinstance(found, Document), found
    return found


def test_a_named_column_may_stand_within_objects(tmp_path: Path) -> None:
    row = {"meta": {"url": "https://a.org/1", "id.x": {"id": 7}}, "data": {"html": "<p>A"}}
    path = table(tmp_path, [{**row, "a.b": "not this", "a": {"b": "nor this"}}])
    found = only(path, Columns("data.html", "meta.id.x.id", "meta.url"))
    assert (found.body, found.format.value, found.url) == ("<p>A", "html", "https://a.org/1")
    assert found.id != "7"  # a key with a dot is its own, not a way
    assert only(path, Columns("a.b", "meta.none", "meta.url.x")).body == "not this"


def test_guessed_columns_may_be_in_capitals(tmp_path: Path) -> None:
    found = only(table(tmp_path, [{"ID": 5, "Url": "https://a.org/1", "Text": "A text."}]))
    assert (found.id, found.url, found.body) == ("5", "https://a.org/1", "A text.")
    found = only(table(tmp_path, [{"HTML": "<p>A", "text": "as before"}]))
    assert found.body == "as before"
    assert only(table(tmp_path, [{"HTML": "<p>A"}])).format.value == "html"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", "id;url;text\n1;https://a.org/1;One, two\tand three.\n"),
        ("a.csv", 'id\turl\ttext\n1\thttps://a.org/1\t"One, two\tand three."\n'),
        ("a.tsv", 'id\turl\ttext\n1\thttps://a.org/1\t"One, two\tand three."\n'),
        ("a.csv", '\ufeff"id","url","text"\n1,https://a.org/1,"One, two\tand three."\n'),
        ("A.TSV", 'id,url,text\n1,https://a.org/1,"One, two\tand three."\n'),
        ("a.csv", '"a; b; c; d",id,url,text\n,1,https://a.org/1,"One, two\tand three."\n'),
    ],
)
def test_what_parts_the_columns_is_seen_in_their_names(
    tmp_path: Path, name: str, text: str
) -> None:
    (tmp_path / name).write_text(text)
    found = only(tmp_path / name)
    assert (found.id, found.url, found.body) == ("1", "https://a.org/1", "One, two\tand three.")


def test_a_table_of_one_column_has_no_delimiter(tmp_path: Path) -> None:
    for name in ("a.csv", "a.tsv"):
        (tmp_path / name).write_text("text\nA text; of one column\n")
        assert only(tmp_path / name).body == "A text; of one column"


def test_a_column_that_no_record_has_is_an_error(packs: Cleaner, tmp_path: Path) -> None:
    path = table(tmp_path, [{"id": 1, "text": PROSE}, {"id": 2, "title": "x", "text": MORE}])
    for columns, words in (
        (Columns("words"), "--text-column words: no record .* columns found: id, text, title"),
        (Columns(url="nope"), "--url-column nope"),
        (Columns("text", "nr", "nope"), "--id-column nr, --url-column nope"),
        (Columns("text.a"), "--text-column text.a"),
    ):
        with pytest.raises(MissingColumnError, match=words):
            clean_corpus(packs, [path], tmp_path / "out", columns=columns)
    assert not (tmp_path / "out").exists()


def test_one_record_of_any_input_that_has_it_is_enough(packs: Cleaner, tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    table(tmp_path / "raw", [{"text": PROSE}], "a.jsonl")
    table(tmp_path / "raw", [{"text": PROSE}, {"text": MORE, "where": "https://a.org/"}], "b.jsonl")
    (tmp_path / "raw/c.jsonl.gz").write_bytes(b"damaged")
    (tmp_path / "raw/d.txt").write_text(PROSE)
    columns = Columns(url="where")
    statistics = clean_corpus(packs, [tmp_path / "raw"], tmp_path / "out", columns=columns)
    assert (statistics.written, statistics.quarantined) == (4, {"decode": 1})
    with pytest.raises(MissingColumnError, match="columns found: none"):
        clean_corpus(packs, [tmp_path / "raw/d.txt"], tmp_path / "two", columns=columns)


def test_only_the_beginning_of_a_table_is_looked_at(tmp_path: Path) -> None:
    path = table(tmp_path, [{"text": "x"}] * 3 * MAX_CHECKED_ROWS)
    taken = 0

    def rows() -> Iterator[object]:
        nonlocal taken
        for row in rows_of(Input(path, path.name)):
            taken += 1
            yield row

    check_columns([rows()], Columns("text"))  # type: ignore[list-item]
    assert taken == 1
    with pytest.raises(MissingColumnError):
        check_columns([rows()], Columns("words"))  # type: ignore[list-item]
    assert taken == 1 + MAX_CHECKED_ROWS


# --- the command --------------------------------------------------------------------------------


def clean(*arguments: str | Path, stdin: str = "") -> Result:
    call = ["clean", *map(str, arguments), "--packs-only", "--workers", "0"]
    return CliRunner().invoke(app, call, input=stdin)


def test_the_command_ends_with_2_where_a_column_is_missing(tmp_path: Path) -> None:
    path = table(tmp_path, [{"id": 1, "text": PROSE}])
    for call in ((path, "-o", tmp_path / "out"), ("-",)):
        made = clean(*call, "--text-column", "nope", stdin=path.read_text())
        assert (made.exit_code, made.stdout) == (2, "")
        assert (
            "--text-column nope: no record has this column; columns found: id, text" in made.stderr
        )


def test_a_pipe_has_columns_too() -> None:
    rows = [{"text": "not this", "words": f"{PROSE} {n}", "nr": n, "at": {"u": "https://a.org/"}}
            for n in range(3)]  # fmt: skip
    lines = "not JSON\n" + "".join(json.dumps(row) + "\n" for row in rows)
    names = ("--text-column", "words", "--id-column", "nr", "--url-column", "at.u")
    made = clean("-", *names, stdin=lines)
    first, *others = [json.loads(line) for line in made.stdout.splitlines()]
    assert made.exit_code == 0 and first["status"] == "decode"
    assert [(r["id"], r["text"], r["metadata"]["url"]) for r in others] == [
        (str(n), f"{PROSE} {n}", "https://a.org/") for n in range(3)
    ]


@pytest.mark.parametrize("count", [1, 5, 6])
def test_tables_without_a_text_are_an_error_however_few_rows_they_have(
    tmp_path: Path, count: int
) -> None:
    path = table(tmp_path, [{"id": n, "words": PROSE} for n in range(count)])
    made = clean(path, "-o", tmp_path / "out")
    assert made.exit_code == 2 and not (tmp_path / "out").exists()
    assert (
        "found no column with texts; name it with --text-column; columns found: id, words"
        in made.stderr
    )
    made = clean("-", stdin=path.read_text())
    assert made.exit_code == 1 and len(made.stdout.splitlines()) == count
    assert ("none of 6 records" in made.stderr) == (count == 6)
    assert ("no record can be read; stdin:1: no text" in made.stderr) == (count != 6)


def test_a_table_without_a_text_beside_pages_is_unreadable(tmp_path: Path) -> None:
    """A list of something else is no reason to refuse the pages."""
    table(tmp_path, [{"id": 1, "words": PROSE}])
    (tmp_path / "a.txt").write_text(PROSE)
    for _ in range(2):  # and again, where nothing has changed
        made = clean(tmp_path, "-o", tmp_path / "out")
        assert made.exit_code == 1 and "many.jsonl: not read to the end" in made.stderr
    assert (tmp_path / "out" / "a.txt").exists()


def test_a_table_of_empty_texts_has_a_text_column(tmp_path: Path) -> None:
    made = clean(table(tmp_path, [{"text": ""}] * 6), "-o", tmp_path / "out")
    assert made.exit_code == 1 and "none of 6 documents is clean" in made.stderr
