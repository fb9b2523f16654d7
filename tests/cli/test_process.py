"""A command ends with a message and an exit code, whatever its streams, arguments and signals."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from cleaner.cli.process import run
from cleaner.errors import CleanerError
from tests.helpers.texts import PROSE

pytestmark = pytest.mark.skipif(os.name != "posix", reason="streams and signals as on POSIX")
ALONE = "--packs-only --workers 0"


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.txt").write_text(PROSE)
    (tmp_path / "r.jsonl").write_text(json.dumps({"id": "1", "text": PROSE}) + "\n")
    return tmp_path


def cleaner(command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A command in the shell, which redirects its streams; never with a traceback."""
    done = subprocess.run(
        ["bash", "-c", f'set -o pipefail; cleaner() {{ "$0" -m cleaner "$@"; }}; {command}',
         sys.executable],
        capture_output=True, timeout=100, env={**os.environ, **environment},
        encoding="utf-8", errors="surrogateescape",
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a shell may ignore it
    )  # fmt: skip
    assert "Traceback" not in done.stderr and "Exception" not in done.stderr, done.stderr
    return done


# --- streams ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "code", "words"),
    [
        ("cleaner --version >&-", 1, "stdout: Bad file descriptor"),
        ("cleaner --version >/dev/full", 1, "stdout: No space left on device"),
        ("cleaner --version 2>&- <&-", 0, ""),
        ("cleaner --nope 2>/dev/full", 2, ""),
        ("cleaner clean - --packs-only <&-", 2, "stdin is closed"),
        ("cleaner clean - --as text --packs-only <&-", 2, "stdin is closed"),
        (f"cleaner clean - {ALONE} <r.jsonl >/dev/full", 1, "stdout: No space left"),
        ("cleaner clean - --packs-only --workers 1 <r.jsonl >&-", 1, "stdout: Bad file"),
        ("cleaner explain a.txt --packs-only >/dev/full", 1, "stdout: No space left"),
    ],
)
def test_a_stream_that_is_closed_or_full_gives_a_message(
    work: Path, command: str, code: int, words: str
) -> None:
    done = cleaner(command)
    assert done.returncode == code and words in done.stderr, done.stderr


@pytest.mark.parametrize("command", ["rules schema", "clean - --packs-only --workers 0"])
def test_a_reader_that_goes_away_ends_a_command_silently(work: Path, command: str) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    call = [sys.executable, "-m", "cleaner", *command.split()]
    with (work / "r.jsonl").open() as records:
        done = subprocess.run(call, stdin=records, stdout=writer, stderr=subprocess.PIPE)
    os.close(writer)
    assert (done.returncode, done.stderr) == (1, b"")


@pytest.mark.parametrize("streams", ["<&- >&- 2>&-", "2>/dev/full"])
def test_work_that_needs_no_stream_is_done_without(work: Path, streams: str) -> None:
    assert cleaner(f"cleaner clean r.jsonl -o out {ALONE} {streams}").returncode == 0
    assert PROSE in (work / "out" / "r.jsonl").read_text()
    assert PROSE not in (work / "out" / "_run" / "lock").read_text()


def test_no_encoding_of_the_terminal_stops_a_command(work: Path) -> None:
    (work / "a.txt").write_text("Der Hafen in Fähr-Nord öffnet am Montag wieder, sagt die Stadt.")
    shown = cleaner("cleaner explain a.txt --no-bundled", PYTHONIOENCODING="ascii")
    assert shown.returncode == 0 and r"F\xe4hr-Nord" in shown.stdout
    data = cleaner("cleaner clean a.txt --no-bundled", PYTHONIOENCODING="ascii", LC_ALL="C")
    assert data.returncode == 0 and "Fähr-Nord öffnet" in data.stdout


# --- arguments ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("cleaner clean a.txt -o ''", "an argument is empty"),
        ("cleaner clean a.txt --rules=", "--rules= is empty"),
        ("cleaner clean ''", "an argument is empty"),
        ("cleaner clean r.jsonl -o out --max-error-rate nan", "--max-error-rate"),
        ("cleaner clean a.txt --timeout nan", "timeout"),
        ("cleaner clean a.txt --timeout inf", "timeout"),
        ("cleaner clean r.jsonl -o out --workers 99999999999999999999", "--workers"),
        ("cleaner review out --port 99999999999999999999", "--port"),
        (
            f"cleaner clean r.jsonl -o out {ALONE} --text-column $'\\xff'",
            "--text-column \ufffd: no",
        ),
        ("cleaner clean a.txt --url $'https://a.org/\\xff'", "--url https://a.org/\ufffd: "),
        ("cleaner clean --$'\\e[31m'.txt", "No such option"),
        ("cleaner clean $'\\e[31m'.txt", "no readable file"),
    ],
)
def test_a_value_that_makes_no_sense_is_a_usage_error(work: Path, command: str, words: str) -> None:
    done = cleaner(command)
    assert done.returncode == 2 and words in done.stderr, done.stderr
    assert "\x1b" not in done.stderr and not (work / "out").exists()


def test_limits_may_be_as_large_as_one_likes(work: Path) -> None:
    large = "--timeout 1e300 --max-memory 999999999999999999999999"
    done = cleaner(f"cleaner clean a.txt --packs-only {large}")
    assert (done.returncode, done.stdout) == (0, f"{PROSE}\n"), done.stderr


# --- signals ------------------------------------------------------------------------------------

INTERRUPTED = """
import os, signal, sys

class Interrupt:
    def find_spec(self, name, path=None, target=None):
        if name == os.environ["INTERRUPT_AT"]:
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Interrupt())
for name in ("signal", "enum"):
    sys.modules.pop(name, None)
"""


@pytest.mark.parametrize(
    "module", ["signal", "typer", "cleaner.cli.rules", "cleaner.text.normalization"]
)
def test_ctrl_c_prints_no_traceback_while_modules_are_imported(work: Path, module: str) -> None:
    (work / "sitecustomize.py").write_text(INTERRUPTED)
    done = cleaner("cleaner clean a.txt", PYTHONPATH=str(work), INTERRUPT_AT=module)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


ORPHANED = """
import os, signal, sys, time
from cleaner.document import CleanDocument, Document, Status
from cleaner.workers.pool import Pool

class Orphans:
    parent = os.getpid()

    def clean_batch(self, documents):
        os.kill(self.parent, signal.SIGKILL)
        while os.getppid() == self.parent:
            time.sleep(0.01)
        return [CleanDocument(document, Status.OK) for document in documents]

with Pool(Orphans(), 2) as pool:
    list(pool.map(Document(str(n), "a") for n in range(200)))
"""


def test_workers_end_silently_once_their_parent_is_killed() -> None:
    done = subprocess.run([sys.executable, "-c", ORPHANED], capture_output=True, timeout=100)
    assert (done.returncode, done.stderr) == (-signal.SIGKILL, b"")


STOPPED = """
import os, sys
from pathlib import Path
from cleaner.corpus.run import clean_corpus
from cleaner.pipeline import Cleaner

def engine(records):
    for number, record in enumerate(records):
        if number == 2:
            os._exit(9)
        yield cleaner.clean(record)

cleaner = Cleaner.load(packs_only=True)
clean_corpus(cleaner, [Path("a.txt"), Path("r.jsonl"), Path("s.jsonl")], Path("out"), engine=engine)
"""


def test_the_next_run_removes_what_a_killed_one_left_half_written(work: Path) -> None:
    (work / "s.jsonl").write_text((work / "r.jsonl").read_text())
    assert cleaner(f"cleaner clean a.txt -o out {ALONE}").returncode == 0
    assert subprocess.run([sys.executable, "-c", STOPPED]).returncode == 9
    assert len(list((work / "out").rglob("*.partial"))) > 2
    assert cleaner(f"cleaner clean a.txt -o out {ALONE}").returncode == 0
    names = {path.name for path in (work / "out").rglob("*") if path.parent.name != "journal"}
    assert not any("partial" in name for name in names)
    assert not {"r.jsonl", "s.jsonl", "r.metadata.jsonl"} & names


def test_an_error_of_cleaner_gives_its_message(capsys: pytest.CaptureFixture[str]) -> None:
    def app(*_: object, **__: object) -> int:
        raise CleanerError("a.txt: cannot be cleaned")

    assert run(app, ["clean"]) == 1
    assert capsys.readouterr().err == "cleaner: a.txt: cannot be cleaned\n"


def test_messages_and_output_come_in_the_order_in_which_they_were_printed(work: Path) -> None:
    (work / "rules").mkdir()
    (work / "rules" / "example.org.yaml").write_text("rules:\n  - {kind: ad, line: 'Shop *'}\n")
    env = {k: v for k, v in os.environ.items() if k != "PYTHONUNBUFFERED"}
    done = subprocess.run(
        [sys.executable, "-m", "cleaner", "rules", "check", "rules"], cwd=work, env=env,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    assert [line.split(":")[0] for line in done.stdout.splitlines()][-1].startswith("1 file")
    assert "rules/example.org.yaml:" in done.stdout.splitlines()[0]
