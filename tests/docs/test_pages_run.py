"""Every command and every Python snippet of README and docs runs, and says what is shown.

The blocks of a page run in order in one folder, which has the `corpus` and the `rules` of the
project. `console` blocks have commands after `$ `, and below what they print (`...` for anything
between); `python` blocks share their names, and a `print(...)  # this` prints this; a block with
`file=NAME` is written there.
"""

from __future__ import annotations

import doctest
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.pages import PAGES, ROOT, Block, all_blocks, blocks

pytestmark = pytest.mark.slow

STEP = re.compile(r"((?:[^\n]*\\\n)*[^\n]*)\n(.*)", re.S)
SHOWN = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
STORIES = [page for page in PAGES if any(b.language in ("console", "python") for b in blocks(page))]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with what the pages speak of, and `cleaner`, `python` and `pip` on the path. This
    pip installs into the folder, without a network."""
    pytest.importorskip("pyarrow")
    for name in ("raw", "new-site"):
        shutil.copytree(ROOT / "corpus" / name, tmp_path / "corpus" / name)
    (tmp_path / "rules").symlink_to(ROOT / "rules")  # as they are in force, a copy would be others
    programs = tmp_path / ".bin"
    programs.mkdir()
    site = tmp_path / ".site"
    offline = f"--quiet --no-index --no-deps --no-build-isolation --target {site}"
    for name, what, more in (
        ("cleaner", "-m cleaner", ""), ("python", "", ""), ("pip", "-m pip", offline),
    ):  # fmt: skip
        (programs / name).write_text(f'#!/bin/sh\nexec {sys.executable} {what} "$@" {more}\n')
        (programs / name).chmod(0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("PYTHONPATH", f"{ROOT}{os.pathsep}{site}")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / ".config"))
    monkeypatch.setenv("COLUMNS", "100")
    return tmp_path


@pytest.mark.parametrize("page", STORIES, ids=lambda page: page.name)
def test_what_a_page_shows_is_so(folder: Path, page: Path) -> None:
    names: dict[str, Any] = {}
    for block in blocks(page):
        if block.info.startswith("file="):
            file = folder / block.info.removeprefix("file=")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(block.text, encoding="utf-8")
        elif block.info:  # needs=PACKAGE has a test of its own, run=no has none
            continue
        elif block.language == "console":
            _commands(block)
        elif block.language == "python":
            _python(block, names)


def _commands(block: Block) -> None:
    for command, shown in steps(block.text):
        done = subprocess.run(
            ["bash", "-c", command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            stdin=subprocess.DEVNULL, timeout=120,
        )  # fmt: skip
        where = f"{block.place}: {command}\n{done.stdout}"
        assert done.returncode == 0, where
        assert not shown or doctest.OutputChecker().check_output(shown, done.stdout, SHOWN), where


def steps(session: str) -> Iterator[tuple[str, str]]:
    """(command, what it prints) of a console session; a command goes on after `\\`."""
    for step in re.split(r"^\$ ", session, flags=re.M)[1:]:
        command, shown = STEP.fullmatch(step).groups()  # type: ignore[union-attr]
        yield command, shown.strip() and shown


def _python(block: Block, names: dict[str, Any]) -> None:
    printed = StringIO()
    with redirect_stdout(printed):
        exec(compile(block.text, block.place, "exec"), names)
    rows = block.text.split("\n")
    said = [row.split("# ", 1)[1] for row in rows if "print(" in row and "# " in row]
    assert printed.getvalue().split("\n")[:-1] == said, block.place


def test_commands_stand_in_blocks_that_run() -> None:
    for page in PAGES:
        for row in page.read_text(encoding="utf-8").split("\n"):
            assert not re.match(r" {4,}(\$ )?(cleaner|make|python) ", row), f"{page.name}: {row}"
    assert [block.place for block in all_blocks("sh", "bash", "shell")] == []


def test_few_blocks_are_not_run() -> None:
    unrun = [block.place for block in all_blocks("console", "python") if "run=no" in block.info]
    assert len(unrun) <= 8, unrun


def test_a_session_is_told_in_commands_and_what_they_print() -> None:
    session = "$ one \\\n    more\nsaid\n\nagain\n$ two\n"
    assert list(steps(session)) == [("one \\\n    more", "said\n\nagain\n"), ("two", "")]
    checker = doctest.OutputChecker()
    assert not checker.check_output("one\n...\nthree\n", "one\ntwo\n", SHOWN)
