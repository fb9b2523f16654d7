"""Hostile names, links and devices do no harm: nothing is read or written outside a folder."""

import gzip
import json
import os
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cleaner.cli import app, sources
from cleaner.corpus import read
from cleaner.corpus.inputs import find_inputs
from cleaner.corpus.output_folder import OverwriteError
from cleaner.corpus.run import clean_corpus
from cleaner.corpus.streams import digest_of
from cleaner.pipeline import Cleaner
from tests.helpers.hostile_files import (
    TEXT,
    around,
    page,
    rows,
    run,
)

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="RLIMIT_AS is kept on Linux alone")
POSIX = pytest.mark.skipif(os.name != "posix", reason="names and links as on POSIX")
TOO_LARGE = ("not read", "larger", "limit", "more than")


# --- names ------------------------------------------------------------------------------------

NAMES = ["../../x", "/etc/x", "a\0b", "..\\..\\x", "x" * 10_000, "_run/manifest.json", "", "~/x"]


def test_no_id_url_or_site_leads_out_of_the_folder(packs: Cleaner, raw: Path) -> None:
    records = [
        {"id": n, "url": f"https://{n}.org/{n}", "site_name": n, "hostname": n, "source": n}
        for n in NAMES
    ]
    (raw / "a.jsonl").write_text("\n".join(json.dumps({**r, "text": TEXT}) for r in records))
    (raw / "zz-good.txt").write_text(TEXT)
    before, out = around(raw.parent / "out"), raw.parent / "out"
    assert run(packs, raw).written == len(NAMES) + 1
    assert around(out) == before
    assert {p.name for p in out.iterdir()} == {
        "_run", "a.jsonl", "a.metadata.jsonl", "zz-good.json", "zz-good.txt"}  # fmt: skip
    assert [r["id"] for r in rows(out / "a.jsonl") if r["id"] in NAMES] == [n for n in NAMES if n]


@POSIX
@pytest.mark.parametrize(
    "name",
    [
        b"x..%2f..%2fy.txt", b"a\nb.txt", b"-rf.txt", "\N{GRINNING FACE}.txt".encode(),
        b"_run/manifest.json.txt", b"_run/x.txt", b"_run.txt", b"x. . .txt", b"a/ /x...txt",
        b"zz-good.txt.partial/x.txt", b"con.txt",
        b"\xff\xfe.txt",
        b"a\\b.txt",
        b"a" * 251 + b".txt",
    ],
)  # fmt: skip
def test_a_file_of_any_name_is_cleaned_into_the_folder(
    packs: Cleaner, raw: Path, name: bytes
) -> None:
    path = raw / os.fsdecode(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(TEXT)
    (raw / "zz-good.txt").write_text(TEXT)
    out = raw.parent / "out"
    before = around(out)
    assert run(packs, raw).written == 2
    assert around(out) == before
    manifest = json.loads((out / "_run" / "manifest.json").read_bytes())
    assert manifest["statistics"]["read"] == 2


def test_a_folder_named_like_an_output_does_not_end_the_run(packs: Cleaner, raw: Path) -> None:
    (raw / "x.html").write_text(page())
    (raw / "x.txt").mkdir()
    (raw / "x.txt" / "y.txt").write_text(TEXT)
    assert run(packs, raw).written == 3


# --- links ------------------------------------------------------------------------------------


@POSIX
@pytest.mark.parametrize(
    ("name", "target"),
    [
        ("a.txt", "../outside.txt"), ("up", ".."), ("me", "."), ("loop", "loop"),
        ("gone.txt", "nowhere.txt"), ("null.txt", "/dev/null"),
        ("a.txt", "a.txt"),
    ],
)  # fmt: skip
def test_links_among_the_sources_do_no_harm(
    packs: Cleaner, raw: Path, name: str, target: str
) -> None:
    (raw.parent / "outside.txt").write_text(TEXT)
    (raw / "zz-good.txt").write_text(TEXT)
    (raw / name).symlink_to(target)
    before = around(raw.parent / "out")
    assert run(packs, raw).read <= 2
    assert around(raw.parent / "out") == before


@POSIX
def test_a_named_pipe_is_not_waited_for(packs: Cleaner, raw: Path) -> None:
    pipe = raw / "a.txt"
    os.mkfifo(pipe)

    def write() -> None:
        with suppress(OSError), pipe.open("w") as stream:
            stream.write("Something that came through the pipe.")

    threading.Thread(target=write, daemon=True).start()
    try:
        run(packs, raw)
    finally:
        os.close(os.open(pipe, os.O_RDONLY | os.O_NONBLOCK))  # lets the thread end
    assert not (raw.parent / "out" / "a.txt").exists()


@POSIX
@pytest.mark.parametrize(
    "name",
    [
        "_run/manifest.json", "_run/quarantine.jsonl", "_run/lock", "_run/state.json",
        "_run/outputs.jsonl", "_run/outputs.partial",
        "zz-good.txt.partial",
        "_run/removals.jsonl.partial",
        "_run/state.json.partial",
    ],
)  # fmt: skip
def test_a_link_at_the_place_of_an_output_is_not_written_through(
    packs: Cleaner, raw: Path, name: str
) -> None:
    (raw.parent / "outside.txt").write_text("theirs")
    (raw.parent / "out" / "_run").mkdir(parents=True)
    (raw.parent / "out" / name).symlink_to(raw.parent / "outside.txt")
    run(packs, raw)
    assert (raw.parent / "outside.txt").read_text() == "theirs"


@POSIX
@pytest.mark.parametrize("name", ["zz-good.txt", "zz-good.json"])
def test_a_run_refuses_where_a_link_is_at_the_place_of_a_text(
    packs: Cleaner, raw: Path, name: str
) -> None:
    (raw.parent / "outside.txt").write_text("theirs")
    (raw.parent / "out").mkdir()
    (raw.parent / "out" / name).symlink_to(raw.parent / "outside.txt")
    with pytest.raises(OverwriteError, match=name):
        run(packs, raw)
    assert (raw.parent / "outside.txt").read_text() == "theirs"


@POSIX
@pytest.mark.parametrize(
    "link",
    [
        "sub",
        "_run/journal",
        "_run",
    ],
)
def test_a_link_to_a_folder_outside_is_not_written_through(
    packs: Cleaner, raw: Path, link: str
) -> None:
    outside, out = raw.parent / "outside", raw.parent / "out"
    (raw / "sub").mkdir()
    (raw / "sub" / "x.txt").write_text(TEXT)
    (outside / "journal").mkdir(parents=True)
    (outside / "journal" / "x").write_text("theirs")
    (out / link).parent.mkdir(parents=True)
    (out / link).symlink_to(outside)
    before = around(out)
    with suppress(ValueError, OSError):  # a run that says so and ends is as good
        clean_corpus(packs, [raw], out)
    assert around(out) == before


@POSIX
def test_what_a_stranger_says_runs_wrote_removes_nothing_outside(packs: Cleaner, raw: Path) -> None:
    outside, out = raw.parent / "outside", raw.parent / "out"
    outside.mkdir()
    (outside / "x.txt").write_text("theirs")
    (out / "_run").mkdir(parents=True)
    (out / "away").symlink_to(outside)
    (out / "old.txt").write_text("theirs")
    names = ["../outside/x.txt", str(outside / "x.txt"), "away/x.txt", "a/\0", 5, "old.txt"]
    lines: list[Any] = [["written", name, digest_of(outside / "x.txt")] for name in names]
    lines += [["input", str(raw / "zz-good.txt")], ["written"], 5, {"a": "b"}, list("abcdef")]
    text = "".join(json.dumps(line) + "\n" for line in lines)
    (out / "_run" / "outputs.jsonl").write_text(text)
    (raw / "zz-good.txt").write_text(TEXT)
    clean_corpus(packs, [raw], out, replace=True)
    assert (outside / "x.txt").read_text() == "theirs"
    assert not (out / "old.txt").exists()


# --- what every command reads ------------------------------------------------------------------

READERS = [
    ("clean", "SRC"), ("clean", "SRC", "-o", "out"), ("clean", "SRC", "--as", "text"),
    ("explain", "SRC"), ("explain", "SRC", "--id", "1"), ("explain", "SRC", "--as", "html"),
    ("rules", "suggest", "SRC"), ("rules", "coverage", "SRC"), ("rules", "new", "a.org", "SRC"),
    ("rules", "import", "ftr", "SRC", "-o", "out"), ("rules", "check", "SRC"),
    ("rules", "test", "SRC"), ("clean", "good.txt", "--rules", "SRC"),
]  # fmt: skip


@POSIX
@pytest.mark.parametrize("command", READERS, ids=" ".join)
@pytest.mark.parametrize("name", ["pipe.txt", "zero.txt"])
def test_a_pipe_or_device_is_refused_by_every_command(
    raw: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...], name: str
) -> None:
    monkeypatch.chdir(raw)
    (raw / "good.txt").write_text(TEXT)
    os.mkfifo(raw / "pipe.txt")
    (raw / "zero.txt").symlink_to("/dev/zero")
    call = [name if word == "SRC" else word for word in command]
    made = CliRunner().invoke(app, [*call])
    assert made.exit_code == 2 and name in made.stderr, made.output


@POSIX
@pytest.mark.parametrize("source", ["deep", "deep/*.txt", "d*/*.txt", "**/*.txt"])
@pytest.mark.parametrize("command", ["clean -o out", "rules coverage", "explain --id good.txt"])
def test_links_out_of_a_folder_or_glob_are_not_followed_by_any_command(
    raw: Path, monkeypatch: pytest.MonkeyPatch, source: str, command: str
) -> None:
    monkeypatch.chdir(raw)
    (raw.parent / "outside.txt").write_text("The word is quillwort.")
    (raw / "deep").mkdir()
    (raw / "deep" / "good.txt").write_text(TEXT)
    (raw / "deep" / "x\x1b[31m.txt").symlink_to(raw.parent / "outside.txt")
    os.mkfifo(raw / "deep" / "p.txt")
    if "*/" in source:  # ids are relative to the first folder that is no pattern
        command = command.replace("good", "deep/good")
    made = CliRunner().invoke(app, [*command.split(), source])
    assert made.exit_code == 0, made.output
    assert "deep/x\ufffd[31m.txt is a link out of the folder; skipped" in made.stderr
    assert "deep/p.txt is not a regular file; skipped" in made.stderr
    assert "\x1b" not in made.output and "quillwort" not in made.output
    assert not [p for p in raw.glob("out/**/*") if p.is_file() and b"quillwort" in p.read_bytes()]


@POSIX
def test_a_folder_behind_a_link_is_not_followed_by_a_glob(raw: Path) -> None:
    (raw.parent / "outside").mkdir()
    (raw.parent / "outside" / "x.txt").write_text(TEXT)
    (raw / "y.txt").write_text(TEXT)
    (raw / "away").symlink_to(raw.parent / "outside")
    (raw / "here").symlink_to(".")
    said: list[str] = []
    found = find_inputs([raw / "*" / "*.txt"], say=said.append)
    assert [item.name for item in found] == ["here/y.txt"]
    assert said == [f"{raw / 'away' / 'x.txt'} is a link out of the folder; skipped"]


@pytest.mark.parametrize("option", ["--as text", ""])
def test_one_file_and_stdin_have_a_size_limit(
    raw: Path, monkeypatch: pytest.MonkeyPatch, option: str
) -> None:
    for module in (sources, read):
        monkeypatch.setattr(module, "MAX_RECORD_BYTES", 1000)
    (raw / "a.txt").write_text(TEXT * 10)
    (raw / "b.txt.gz").write_bytes(gzip.compress(b"a" * 2000))
    for source in (*raw.iterdir(), *(["-"] if option else [])):
        for command in ("clean", "explain"):
            call = [command, str(source), *option.split()]
            made = CliRunner().invoke(app, call, input=TEXT * 10)
            assert made.exit_code == 1 and "more than 1000 bytes; not read" in made.stderr


@POSIX
def test_names_of_any_bytes_reach_no_terminal_and_stop_no_command(
    raw: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(raw)
    odd = os.fsdecode(b"x\xff\x1b[31m")
    (raw / odd).mkdir()
    (raw / odd / f"{odd}.txt").write_text(TEXT)
    (raw / odd / f"{odd}.yaml").write_text("pack: own\nrules: [{kind: ad, lnie: Advert}]\n")
    os.mkfifo(raw / odd / f"{odd}.html")
    text = f"{odd}/{odd}.txt"
    for command, code in (
        (("clean", odd, "-o", f"out{odd}", "--log-format", "json"), 0),
        (("clean", odd, "-o", f"out{odd}", "--replace"), 0),
        (("clean", text, "--json"), 0),
        (("clean", text, "--as", "text", "--json"), 0),
        (("clean", f"{odd[0]}*/*", "-o", "out", "--log-format", "json"), 0),
        (("clean", f"none{odd}", "-o", "out", "--log-format", "json"), 2),
        (("clean", text, "--rules", odd), 2),
        (("explain", text), 0),
        (("explain", odd, "--id", odd), 2),
        (("rules", "coverage", odd), 0),
        (("rules", "check", odd), 1),
        (("rules", "check", odd, "--json"), 1),
        (("rules", "test", odd), 1),
        (("rules", "list", "--rules", odd), 2),
        (("report", f"out{odd}"), 0),
        (("diff", f"out{odd}", f"out{odd}"), 0),
    ):
        few = ["--no-bundled"] * (command[0] != "diff")
        made = CliRunner().invoke(app, [*command, *few])
        said = (command, made.output, made.exception)
        assert made.exit_code == code and isinstance(made.exception, SystemExit | None), said
        assert "\x1b" not in made.output, said


def run_with_fifo(out: Path) -> None:
    (out / "_run").mkdir()
    os.mkfifo(out / "_run" / "outputs.jsonl")


@pytest.mark.parametrize(
    "make",
    [
        lambda out: (out / "deep").write_text("theirs"),
        lambda out: (out / "good.txt").mkdir(),
        lambda out: (out / "deep").symlink_to("nowhere"),
        lambda out: (out / "_run").write_text("theirs"),
        lambda out: (out / "_run" / "removals.jsonl").mkdir(parents=True),
        lambda out: ((out / "_run").mkdir(), (out / "_run" / "journal").write_text("theirs")),
        run_with_fifo,
    ],
)
def test_what_stands_in_the_way_of_an_output_is_found_before_anything_is_written(
    packs: Cleaner, raw: Path, make: Callable[[Path], object]
) -> None:
    (raw / "deep").mkdir()
    (raw / "deep" / "z.txt").write_text(TEXT)
    (raw / "good.txt").write_text(TEXT)
    out = raw.parent / "out"
    out.mkdir()
    make(out)
    before = {*out.rglob("*")}
    with pytest.raises((OverwriteError, OSError)):
        clean_corpus(packs, [raw], out)
    assert {*out.rglob("*")} == before


@LINUX
def test_a_path_longer_than_the_system_allows_does_not_end_a_run(
    packs: Cleaner, raw: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(raw)
    for n in range(16):
        Path(f"{n:02}{'d' * 238}").mkdir()
        os.chdir(f"{n:02}{'d' * 238}")
    Path("z.txt").write_text(TEXT)
    os.chdir(raw)
    out = raw.parent / "out"
    assert clean_corpus(packs, [Path()], out).written == 1
    (found,) = out.glob("*.txt")
    assert found.name.startswith("00ddd") and len(found.name) < 200
    with pytest.raises((OverwriteError, OSError), match="long"):
        clean_corpus(packs, [found], out.joinpath(*["e" * 240] * 18))
