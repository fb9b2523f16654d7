"""The command as a user runs it."""

import gzip
import subprocess
import sys
from pathlib import Path

import orjson
import pytest
from typer.testing import CliRunner, Result

from cleaner.cli import app
from tests.helpers.texts import MORE, PROSE

DIRTY = f"{PROSE}\n\nShare on Facebook\n\n{MORE}\n"
BAD_RULE = "site: example.org\nrules:\n  - kind: ad\n    lnie: x\n    line: y\n"


def cleaner(*arguments: str | Path, stdin: bytes | str = b"") -> Result:
    return CliRunner().invoke(app, [str(a) for a in arguments], input=stdin)


def test_one_text_from_the_pipe() -> None:
    result = cleaner("clean", "-", "--as", "text", stdin=DIRTY)
    assert (result.exit_code, result.stdout) == (0, f"{PROSE}\n\n{MORE}\n")


def test_one_record_as_json_carries_all() -> None:
    result = cleaner(
        "clean", "-", "--as", "text", "--json", "--url", "https://a.org/1", stdin=DIRTY
    )
    record = orjson.loads(result.stdout)
    assert set(record) == {"id", "text", "metadata", "removals", "insertions", "status"}
    assert record["metadata"]["url"] == "https://a.org/1"
    assert record["removals"][0]["rule"] == "en/share"


def test_a_pipe_of_records_keeps_its_order_and_loses_none() -> None:
    lines = [orjson.dumps({"id": str(n), "text": DIRTY}) for n in range(70)]
    lines[3], lines[40] = b"no json", b'{"id": "40", "text": ""}'
    result = cleaner("clean", "-", stdin=b"\n".join(lines))
    records = [orjson.loads(line) for line in result.stdout_bytes.splitlines()]
    assert result.exit_code == 0
    assert len(records) == 70
    assert [r["id"] for n, r in enumerate(records) if n != 3] == [
        str(n) for n in range(70) if n != 3
    ]
    assert records[0]["text"] == f"{PROSE}\n\n{MORE}"
    assert (records[3]["status"], records[3]["text"]) == ("decode", None)
    assert "stdin:4: not JSON" in records[3]["message"]
    assert records[40]["status"] == "empty"
    assert "2 records have no clean text" in result.stderr
    assert cleaner("clean", "-", "--strict", stdin=b"\n".join(lines)).exit_code == 3


def test_a_corpus_says_in_one_line_what_became_of_it(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text(DIRTY)
    (tmp_path / "in" / "b.txt").write_bytes(b"\0")
    out = tmp_path / "out"
    result = cleaner("clean", tmp_path / "in", "-o", out)
    assert result.exit_code == 0
    assert result.stdout == ""
    line, verdict = result.stderr.strip().split("\n")
    assert line.startswith(f"2 documents: 1 clean in {out}, 1 removal (")
    assert line.endswith(f"1 quarantined (1 decode; {out}/_run/quarantine.jsonl)")
    assert verdict.startswith("amber: ") and verdict.endswith(f"See {out}/_run/report.html")
    assert cleaner("clean", tmp_path / "in", "-o", out, "--strict").exit_code == 3


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("clean", "none", "-o", "OUT"), 2, "no such file or folder: none"),
        (("clean", "x.pdf", "-o", "OUT"), 2, "not a supported kind of file"),
        (("clean", "a.txt", "-o", "a.txt"), 1, "a.txt"),
        (("clean", "a.txt", "-o", "/proc/none"), 1, "/proc/none"),
        (("clean", "a.txt", "b.txt"), 2, "add -o OUT"),
        (("clean", "folder"), 2, "folder: no document"),
        (("clean", "-", "-o", "OUT"), 2, "remove -o"),
        (("clean", "-", "--as", "pdf"), 2, "'pdf' is not one of 'html', 'text', 'markdown'"),
        (("clean", "none.txt"), 2, "no such file or folder: none.txt"),
        (("clean", "a.txt", "-o", "OUT", "--json"), 2, "--json applies to one document"),
        (("clean", "a.txt", "-o", "OUT", "--as", "html"), 2, "--as applies to one document"),
        (("clean", "-", "--url", "https://a.org/"), 2, "--url applies to one document"),
        (("clean", "a.txt", "--engine", "nonsense"), 2, "'nonsense' is not one of 'local', 'ray'"),
        (("clean", "a.txt", "--to", "parquet"), 2, "--to needs an output folder; add -o OUT"),
        (("clean", "a.txt", "--no-report"), 2, "--report needs an output folder"),
        (("clean", "-", "--dolma"), 2, "--dolma needs an output folder"),
        (("clean", "a.txt", "--keep-only-license", "cc"), 2, "license needs an output folder"),
        (
            ("clean", "a.txt", "-o", "OUT", "--ray-address", "x"),
            2,
            "--ray-address needs --engine ray",
        ),
        (("clean", "a.txt", "--text-column", "x"), 2, "--text-column x: no record has this column"),
        (("clean", "a.txt", "--url", "notaurl"), 2, "--url notaurl: expected a URL like https://"),
        (
            ("explain", "a.txt", "--url", "http://[x"),
            2,
            "--url http://[x: expected a URL like https://",
        ),
        (("clean", "a.txt", "--lossy", "all"), 2, "--lossy"),
        (("clean", "a.txt", "--rules", "none"), 2, "no rule file or folder none"),
        (("clean", "a.txt", "--rules", "bad.yaml"), 2, "bad.yaml:4:5: unknown key 'lnie'"),
        (("clean", "a.txt", "-o", "OUT", "--rules", "."), 2, "bad.yaml:4:5: unknown key 'lnie'"),
        (("explain", "a.txt", "--rules", "bad.yaml"), 2, "1 rule file with errors"),
        (("rules", "suggest", "a.txt", "--rules", "bad.yaml"), 2, "1 rule file with errors"),
        (("rules", "coverage", "a.txt", "--rules", "bad.yaml"), 2, "1 rule file with errors"),
        (("rules", "list", "--rules", "bad.yaml"), 2, "1 rule file with errors"),
        (("rules", "test", "bad.yaml"), 1, "did you mean 'line'?"),
        (("clean", "b.txt"), 1, "b.txt: decode: binary data"),
        (("clean", "cut.txt.gz"), 1, "cut.txt.gz: ends early"),
        (("clean", "--as", "text", "cut.txt.gz"), 1, "cut.txt.gz: the gzip data ends early"),
        (("rules", "show", "none.org"), 2, "no rule file for 'none.org'"),
        (("rules", "check", "bad.yaml"), 1, "did you mean 'line'?"),
    ],
)
def test_bad_input_is_said_clearly(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    code: int,
    words: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("folder").mkdir()
    Path("a.txt").write_text(DIRTY)
    Path("b.txt").write_bytes(b"\0")
    Path("x.pdf").write_text("x")
    Path("cut.txt.gz").write_bytes(gzip.compress(DIRTY.encode())[:60])
    Path("bad.yaml").write_text(BAD_RULE)
    result = cleaner(*arguments)
    assert result.exit_code == code, result.output
    assert words in result.output
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    "source", ["a.txt.gz", "a.text.zst", "a.md.gz", "a.html.gz", "one", "one/*", "file:URL"]
)
def test_one_document_is_whatever_explain_takes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    monkeypatch.chdir(tmp_path)
    text, page = f"{PROSE}\n\n{MORE}", f"<article><p>{PROSE}</p><p>{MORE}</p></article>"
    Path("one").mkdir()
    Path("one/a.txt").write_text(text)
    for name in ("a.txt.gz", "a.md.gz"):
        Path(name).write_bytes(gzip.compress(text.encode()))
    Path("a.html.gz").write_bytes(gzip.compress(page.encode()))
    if "zst" in source:
        zstandard = pytest.importorskip("zstandard")
        Path(source).write_bytes(zstandard.compress(text.encode()))
    if "URL" in source:
        pytest.importorskip("upath")
        source = f"file://{tmp_path}/one/a.txt"
    result = cleaner("clean", source)
    assert result.exit_code == 0, result.output
    assert result.stdout.split() == text.split()
    assert cleaner("explain", source).exit_code == 0


def test_a_bad_rule_file_among_good_ones_is_said_once_and_nothing_is_cleaned(
    tmp_path: Path, recwarn: pytest.WarningsRecorder
) -> None:
    (tmp_path / "bad.yaml").write_text(BAD_RULE)
    (tmp_path / "good.yaml").write_text("pack: own\nrules: [{kind: ad, line: Advert of the day}]\n")
    result = cleaner("clean", "-", "--as", "text", "--rules", tmp_path, stdin=DIRTY)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.count("bad.yaml:4:5: unknown key") == 1
    assert not [warning for warning in recwarn if "bad.yaml" in str(warning.message)]


def test_rules_of_ones_own_and_none_of_the_bundled(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text("pack: own\nrules:\n  - kind: ad\n    line: Nobody had *\n")
    options = ("--no-bundled", "--no-classifier")
    own = cleaner("clean", "-", "--as", "text", "--rules", tmp_path, *options, stdin=DIRTY)
    assert own.stdout == f"{PROSE}\n\nShare on Facebook\n"


def test_rules_list_show_schema_test() -> None:
    assert "globalresearch.ca\t" in cleaner("rules", "list").stdout
    assert cleaner("rules", "show", "en").stdout.startswith("# yaml-language-server")
    assert "$schema" in orjson.loads(cleaner("rules", "schema").stdout)
    result = cleaner("rules", "test")
    assert result.exit_code == 0, result.output
    assert "0 failed" in result.stderr


def test_rules_test_shows_what_failed(tmp_path: Path) -> None:
    (tmp_path / "example.org.yaml").write_text(
        "site: example.org\nrules:\n"
        "  - kind: ad\n    line: Adv*\n    hit: [Bdv]\n    miss: [Advent]\n"
        "examples:\n  - text: |\n      Adv\n      x\n    clean: y\n    meta: {title: T, nope: z}\n"
    )
    result = cleaner("rules", "test", tmp_path / "example.org.yaml")
    assert result.exit_code == 1
    for words in ("hit is not removed: 'Bdv'", "miss is removed: 'Advent'", "- y", "+ x",
                  "title is None, not 'T'", "no field 'nope'"):  # fmt: skip
        assert words in result.stdout, words


def test_the_module_runs_as_a_command() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "cleaner", "clean", "-", "--as", "text"],
        input=DIRTY.encode(), capture_output=True, check=True,
    )  # fmt: skip
    assert done.stdout.decode() == f"{PROSE}\n\n{MORE}\n"


def test_version_and_help_do_not_load_the_extractor() -> None:
    code = "import sys, cleaner.cli; assert not {'trafilatura', 'ftfy', 're2'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
    assert cleaner("--version").stdout.startswith("cleaner ")
