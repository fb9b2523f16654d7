"""A run overwrites and removes only unchanged outputs of runs."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cleaner.cli import app
from cleaner.corpus.output_folder import OverwriteError
from cleaner.corpus.outputs import Form
from cleaner.corpus.run import clean_corpus
from cleaner.corpus.statistics import RunStatistics
from cleaner.pipeline import Cleaner
from tests.corpus.test_run import files
from tests.helpers.texts import MORE, PROSE

PAGE = f"<html><body><article><p>{PROSE}</p><p>{MORE}</p></article></body></html>"


@pytest.fixture(scope="module")
def packs() -> Cleaner:
    return Cleaner.load(packs_only=True)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("raw/a.txt", "raw/b.txt", "other/x.txt", "other/y.txt"):
        write(name)
    return tmp_path


def write(name: str, text: str = PROSE) -> Path:
    path = Path(name)
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    return path


def texts(folder: str) -> set[str]:
    return {path.name for path in Path(folder).glob("*.txt")}


@pytest.mark.parametrize(
    ("sources", "out"),
    [(["raw"], "raw"), (["raw/a.txt"], "raw"), (["other", "raw"], "raw/../raw"), (["."], ".")],
)
def test_no_input_is_overwritten(
    packs: Cleaner, sources: list[str], out: str, folder: Path
) -> None:
    write("a.txt")
    before = files(folder)
    with pytest.raises(OverwriteError, match="an input"):
        clean_corpus(packs, sources, Path(out))
    assert files(folder) == before


def test_an_input_is_not_overwritten_though_a_run_wrote_it(packs: Cleaner) -> None:
    clean_corpus(packs, ["raw"], Path("out"))
    with pytest.raises(OverwriteError, match="an input"):
        clean_corpus(packs, ["out/a.txt"], Path("out"), replace=True)


def test_an_input_is_not_removed_though_a_run_wrote_it(packs: Cleaner) -> None:
    write("raw/sub/c.txt")
    clean_corpus(packs, ["raw"], Path("out"))
    clean_corpus(packs, ["out/sub"], Path("out"), replace=True)
    assert Path("out/sub/c.txt").exists() and texts("out") == {"c.txt"}


def test_a_file_that_no_run_wrote_is_not_overwritten(packs: Cleaner, folder: Path) -> None:
    write("out/a.txt", "my notes")
    before = files(folder)
    with pytest.raises(OverwriteError, match=r"out/a\.txt.* no run into out wrote it"):
        clean_corpus(packs, ["raw"], Path("out"))
    assert files(folder) == before
    write("pages/b.html", PAGE)
    clean_corpus(packs, ["pages"], Path("out"))
    with pytest.raises(OverwriteError):
        clean_corpus(packs, ["pages", "raw"], Path("out"))
    assert Path("out/a.txt").read_text() == "my notes"


@pytest.mark.parametrize("form", [Form("jsonl"), Form(dolma=True), Form("jsonl.gz", dolma=True)])
def test_all_that_is_written_was_asked_for_before(packs: Cleaner, form: Form) -> None:
    write("raw/many.jsonl", '{"text": "A text."}\n')
    clean_corpus(packs, ["raw"], Path("out"), form=form)
    for name in set(files(Path("out"))):
        if name.startswith("_run/"):
            continue
        write_only(Path("new") / name)
        with pytest.raises(OverwriteError, match=name):
            clean_corpus(packs, ["raw"], Path("new"), form=form)
        (Path("new") / name).unlink()


def write_only(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("mine")


def test_folders_of_removed_outputs_go_if_they_are_empty(packs: Cleaner) -> None:
    for name in ("raw/deep/down", "raw/kept"):
        Path(name).mkdir(parents=True)
        write(f"{name}/c.txt")
    clean_corpus(packs, ["raw"], Path("out"))
    write("out/kept/notes.txt", "my notes")
    clean_corpus(packs, ["raw"], Path("out"), form=Form("jsonl"))
    assert not Path("out/deep").exists()
    assert [path.name for path in Path("out/kept").iterdir()] == ["notes.txt"]


def test_what_somebody_changed_is_not_removed(packs: Cleaner) -> None:
    clean_corpus(packs, ["raw"], Path("out"))
    write("out/b.txt", "my notes")
    Path("raw/b.txt").unlink()
    said: list[str] = []
    clean_corpus(packs, ["raw"], Path("out"), say=said.append)
    assert Path("out/b.txt").read_text() == "my notes"
    assert not Path("out/b.json").exists()
    assert said == [
        "removed 1 output of the previous run",
        "out/b.txt: changed since a run wrote it; not removed",
    ]


def test_a_run_over_other_inputs_alone_is_refused(packs: Cleaner) -> None:
    clean_corpus(packs, ["raw"], Path("out"))
    before = files(Path("out"))
    with pytest.raises(OverwriteError, match=r"out has 4 outputs of other inputs.*--replace"):
        clean_corpus(packs, ["other"], Path("out"))
    assert files(Path("out")) == before
    said: list[str] = []
    clean_corpus(packs, ["other"], Path("out"), replace=True, say=said.append)
    assert texts("out") == {"x.txt", "y.txt"}
    assert said == ["removed 4 outputs of the previous run"]


def test_a_run_that_shares_an_input_goes_on_and_says_what_it_removes(packs: Cleaner) -> None:
    clean_corpus(packs, ["raw"], Path("out"), forget=True)
    said: list[str] = []
    clean_corpus(packs, ["other", "raw/a.txt"], Path("out"), say=said.append)
    assert texts("out") == {"a.txt", "x.txt", "y.txt"}
    assert said == ["removed 2 outputs of the previous run"]


def test_what_a_stopped_run_wrote_is_known(packs: Cleaner) -> None:
    class Stopped(BaseException):
        pass

    def stop(statistics: RunStatistics) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        clean_corpus(packs, ["raw"], Path("out"), progress=stop)
    assert texts("out") == {"a.txt"}
    clean_corpus(packs, ["raw"], Path("out"))
    with pytest.raises(Stopped):
        clean_corpus(packs, ["other"], Path("out"), progress=stop, replace=True)
    clean_corpus(packs, ["other"], Path("out"))
    assert texts("out") == {"x.txt", "y.txt"}


def test_a_list_that_was_cut_off_is_read_as_far_as_it_goes(packs: Cleaner) -> None:
    clean_corpus(packs, ["raw"], Path("out"))
    with Path("out/_run/outputs.jsonl").open("a") as lines:
        lines.write('["written","c.t')
    write("raw/c.txt")
    assert clean_corpus(packs, ["raw"], Path("out")).written == 3


def clean(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["clean", *arguments, "--packs-only", "--workers", "0"])


def test_the_command_says_it_and_ends_with_2(folder: Path) -> None:
    refused = clean("raw", "-o", "raw")
    assert refused.exit_code == 2 and "raw/a.txt: an input" in refused.stderr
    assert not Path("raw/_run").exists()
    assert clean("raw", "-o", "out").exit_code == 0
    refused = clean("other", "-o", "out")
    assert refused.exit_code == 2 and "--replace" in refused.stderr
    assert clean("other", "-o", "out", "--replace").exit_code == 0
    assert texts("out") == {"x.txt", "y.txt"}
