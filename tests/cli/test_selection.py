"""`cleaner clean --limit`, `--sample` and `--dry-run`."""

from collections import Counter
from pathlib import Path

import orjson
import pytest

from tests.cli.test_cli import cleaner
from tests.helpers.texts import MORE, PROSE


@pytest.fixture
def raw(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    folder = Path("raw")
    folder.mkdir()
    for n in range(6):
        (folder / f"{n}.txt").write_text(f"{PROSE} ({n})\n\n{MORE}\n")
    rows = [orjson.dumps({"id": f"r{n}", "text": f"{PROSE} ({n})"}) for n in range(20)]
    (folder / "rows.jsonl").write_bytes(b"\n".join(rows))
    return folder


def outputs(out: Path) -> Counter[str]:
    """The number of files outside `_run`, by extension."""
    return Counter(p.suffix[1:] for p in out.rglob("*") if p.is_file() and "_run" not in p.parts)


@pytest.mark.parametrize(
    "options", [[], ["--limit", "9"], ["--sample", "5"], ["--to", "jsonl.gz"], ["--dolma"]]
)
def test_a_run_writes_what_its_dry_run_says(raw: Path, options: list[str]) -> None:
    arguments = ("clean", str(raw), "-o", "out", *options)
    planned = orjson.loads(cleaner(*arguments, "--dry-run", "--json").stdout)
    assert not Path("out").exists()
    assert cleaner(*arguments, "--quiet").exit_code == 0
    written = Counter({kind[-2:]: row["files"] for kind, row in planned["write"].items()})
    assert written == Counter({kind[-2:]: count for kind, count in outputs(Path("out")).items()})
    read = orjson.loads(Path("out/_run/manifest.json").read_bytes())["statistics"]["read"]
    counts = [row["documents"] for row in planned["read"].values()]
    assert read == (sum(counts) if None not in counts else 26)
    assert orjson.loads(cleaner(*arguments, "--dry-run", "--json").stdout)["unchanged"]


def test_a_dry_run_names_what_would_be_replaced_and_removed(raw: Path) -> None:
    assert cleaner("clean", raw, "-o", "out", "--quiet").exit_code == 0
    (raw / "0.txt").unlink()
    (raw / "new.md").write_text(PROSE)
    before = {path: path.stat().st_mtime_ns for path in Path("out").rglob("*")}
    result = cleaner("clean", raw, "-o", "out", "--dry-run")
    assert result.exit_code == 0, result.output
    assert {path: path.stat().st_mtime_ns for path in Path("out").rglob("*")} == before
    lines = [line.split() for line in result.stdout.splitlines()]
    assert [line[0] for line in lines[1:4]] == ["jsonl", "md", "txt"]
    assert (lines[1][1], lines[1][-1]) == ("1", "?") and lines[3][-1] == "5"
    assert ["txt", "6", "5", "1"] in lines and ["json", "6", "5", "1"] in lines
    assert "texts from text, ids from id, no URLs" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("none", "-o", "out"), "no such file or folder: none"),
        (("raw", "-o", "out", "--text-column", "x"), "no record has this column"),
        (("raw", "-o", "other"), "other/0.txt: the run would overwrite it"),
        (("raw/0.txt",), "--dry-run needs an output folder"),
        (("raw", "-o", "out", "--limit", "1", "--sample", "1"), "choose one"),
        (("raw", "-o", "out", "--limit", "0"), "greater than or equal to 1"),
    ],
)
def test_a_dry_run_fails_as_the_run_would(
    raw: Path, arguments: tuple[str, ...], words: str
) -> None:
    Path("other").mkdir()
    Path("other/0.txt").write_text("mine")
    result = cleaner("clean", *arguments, "--dry-run")
    assert result.exit_code == 2 and words in result.output
    assert result.stdout == "" and not Path("out").exists()


def test_samples_are_the_same_in_a_pipe_and_a_folder(raw: Path) -> None:
    assert cleaner("clean", raw / "rows.jsonl", "-o", "out", "--sample", "4").exit_code == 0
    rows = (raw / "rows.jsonl").read_bytes()
    lines = cleaner("clean", "-", "--sample", "4", stdin=rows).stdout_bytes.splitlines()
    in_folder = Path("out/rows.jsonl").read_bytes().splitlines()
    ids = [orjson.loads(line)["id"] for line in lines]
    assert ids == [orjson.loads(line)["id"] for line in in_folder] and len(ids) == 4
    first = cleaner("clean", "-", "--limit", "2", stdin=rows).stdout_bytes.splitlines()
    assert [orjson.loads(line)["id"] for line in first] == ["r0", "r1"]


def test_a_sample_of_one_document_makes_no_sense(raw: Path) -> None:
    result = cleaner("clean", raw / "0.txt", "--sample", "2")
    assert result.exit_code == 2 and "--sample applies to many documents" in result.stderr


def test_a_trial_does_not_replace_a_whole_run(raw: Path) -> None:
    assert cleaner("clean", raw, "-o", "out").exit_code == 0
    trial = cleaner("clean", raw, "-o", "out", "--limit", "2")
    assert trial.exit_code == 2 and "more than the 2 chosen; choose another -o" in trial.stderr
    assert outputs(Path("out"))["txt"] == 6
    assert cleaner("clean", raw, "-o", "out", "--limit", "2", "--replace").exit_code == 0
    assert outputs(Path("out")) == {"txt": 2, "json": 2}
