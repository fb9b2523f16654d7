"""Every command that prints a table prints it as JSON, alone on stdout."""

from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.cli.test_cli import DIRTY, cleaner

RULES = "site: example.org\nrules:\n  - {kind: ad, line: Buy *, hit: [Sell x], miss: [Buy y]}\n"


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.txt").write_text(DIRTY)
    Path("own").mkdir()
    Path("own/example.org.yaml").write_text(RULES)
    for out, options in (("one", []), ("two", ["--no-bundled"])):
        assert cleaner("clean", "a.txt", "-o", out, "--quiet", *options).exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "code", "keys"),
    [
        (("clean", "a.txt"), 0, {"id", "text", "removals", "metadata", "status"}),
        (("clean", "a.txt", "-o", "three", "--dry-run"), 0, {"out", "read", "write"}),
        (("explain", "a.txt"), 0, {"id", "text", "removals", "near_misses", "insertions"}),
        (("diff", "one", "two"), 0, {"was", "now", "rules", "documents"}),
        (("config", "show"), 0, {"to", "workers", "rules"}),
        (("rules", "coverage", "one"), 0, {"rules", "never_fired", "sites_without_file"}),
        (("rules", "list"), 0, {"name", "rules", "path"}),
        (("rules", "show", "example.org", "--rules", "own"), 0, {"path", "yaml"}),
        (("rules", "check", "own"), 0, set()),
        (("rules", "test", "own"), 1, {"file", "line", "column", "message", "rule"}),
    ],
)
def test_every_table(arguments: tuple[str, ...], code: int, keys: set[str]) -> None:
    result = cleaner(*arguments, "--json")
    assert result.exit_code == code, result.output
    found: Any = orjson.loads(result.stdout)
    first = found if isinstance(found, dict) else next(iter(found), {})
    assert keys <= first.keys()
    assert result.stdout != cleaner(*arguments).stdout
