"""`cleaner rules check`: each finding has its place, and good files have none."""

from pathlib import Path

import orjson
import pytest

from cleaner.authoring.lint import check_files
from cleaner.authoring.lint_overbroad import tempting_lines
from cleaner.rules.match import find
from cleaner.rules.ruleset import load_rules
from tests.helpers.suggest_command import run

HEAD = "# yaml-language-server: $schema=../schema.json\nsite: example.org\n"


def findings(text: str, name: str = "example.org.yaml") -> list[str]:
    return [str(f) for f in check_files([(name, text.encode())])]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (HEAD + "rules:\n  - kind: ad\n    line: Buy *\n    words: 3\n", 5, "no hit and miss"),
        (HEAD + "html: {prune: ['.css-1a2b3c']}\n", 3, "looks generated"),
        (HEAD + "marks: Subscribe now\n", 3, "no proof"),
        (HEAD + "marks: The newsletter *\n", 3, "no proof"),
        (HEAD + "rules:\n  - kind: ad\n    line: |\n      Buy it\n      buy  IT\n", 7, "also in"),
        (HEAD + "rules:\n  - kind: ad\n    line: |\n      Buy *\n      Buy it now\n"
         "    hit: [Buy x]\n    miss: [Sell x]\n", 7, "never needed: example.org/ad matches it"),
        (HEAD + "rules:\n  - kind: comments\n    line: The minister *\n    hit: [The minister a]\n"
         "    miss: [A minister]\n", 5, "ordinary sentence: 'The minister had no comments.'"),
        (HEAD + "rules:\n  - kind: social\n    span: Follow us, *\n    hit: ['Follow us, x']\n"
         "    miss: [Follow]\n", 5, "takes an ordinary sentence"),
        (HEAD.replace("example.org", "example.net"), 2, "name it example.net.yaml"),
        (HEAD + "rulez: []\n", 3, "did you mean 'rules'?"),
    ],
)  # fmt: skip
def test_each_lint_points_at_its_line(text: str, line: int, words: str) -> None:
    found = [f for f in findings(text) if words in f]
    assert found, findings(text)
    assert found[0].startswith(f"example.org.yaml:{line}:"), found


def test_a_schema_comment_is_wanted_where_there_is_a_schema(tmp_path: Path) -> None:
    path = tmp_path / "example.org.yaml"
    path.write_text("site: example.org\n")
    assert run("rules", "check", path).stdout == ""
    (tmp_path / "schema.json").write_text(run("rules", "schema").stdout)
    shown = run("rules", "check", path).stdout
    assert shown.startswith(f"{path}:1:1: begin with: # yaml-language-server: $schema=schema.json")


def test_a_good_file_has_no_findings() -> None:
    good = HEAD + (
        "marks: Become a Friend of Example News\nrules:\n  - kind: byline\n    at: head\n"
        "    line: 'By {author}'\n    hit: [By Ann Smith]\n    miss: [By Monday it rained]\n"
    )
    assert findings(good) == []


def test_what_a_pack_has_is_not_needed_again() -> None:
    pack = b"# yaml-language-server: x\npack: en\nrules:\n  - kind: ad\n    line: Advertisement\n"
    site = (HEAD + "rules:\n  - kind: ad\n    line: ADVERTISEMENT\n").encode()
    found = check_files([("en.yaml", pack), ("example.org.yaml", site)])
    assert [str(f) for f in found] == [
        "example.org.yaml:5:11: not needed: the pack rule en/ad matches it already "
        "(example.org/ad, known)"
    ]


def test_check_prints_for_people_machines_and_reviews(tmp_path: Path) -> None:
    path = tmp_path / "example.org.yaml"
    path.write_text(HEAD + "marks: Subscribe now\n")
    assert "common-mark" in run("rules", "check", path).stdout
    (record,) = orjson.loads(run("rules", "check", path, "--json").stdout)
    assert (record["line"], record["check"], record["error"]) == (3, "common-mark", False)
    github = run("rules", "check", path, "--github").stdout
    assert github.startswith(f"::warning file={path},line=3,col=8,title=common-mark::")
    assert run("rules", "check", path).exit_code == 0
    assert run("rules", "check", path, "--strict").exit_code == 1


def test_bundled_packs_take_none_of_the_tempting_sentences() -> None:
    lines = tempting_lines()
    packs = [f for f in load_rules().files if f.is_pack]
    taken = [(m.rule.id, lines[m.first].plain) for m in find(lines, packs)]
    assert taken == []


@pytest.mark.parametrize(
    "head",
    ["# (C) Example Press\n# yaml-language-server: $schema=/usr/share/rules.json\n",
     "# $schema: https://example.org/rules.json\n"],
)  # fmt: skip
def test_a_schema_may_be_named_in_any_comment(head: str) -> None:
    assert findings(f"{head}site: example.org\n") == []
