"""Valid rule files load; invalid ones report what is wrong, where, and what to do."""

import re
from pathlib import Path
from typing import Any

import orjson
import pytest

from cleaner.authoring.lint import check_files
from cleaner.authoring.test import run_file
from cleaner.rights.licenses import CONDITIONS
from cleaner.rules.compiler import compile_text
from cleaner.rules.problems import RuleFileError
from cleaner.rules.ruleset import bundled_rules, compile_rules, load_rules, rule_paths
from cleaner.rules.schema import json_schema
from cleaner.rules.yaml_source import read

MAX_PATTERN = 150  # characters of an RE2 pattern that a reader can take in


def problems(text: str) -> list[str]:
    with pytest.raises(RuleFileError) as caught:
        compile_text(text, "rules/x.yaml")
    return [str(problem) for problem in caught.value.problems]


RULE = "site: example.org\nrules:\n"


@pytest.mark.parametrize(
    ("text", "where", "words"),
    [
        ("site: example.org\nmark: x\n", "2:1", "unknown key 'mark'; did you mean 'marks'?"),
        (RULE + "  - knd: ad\n    line: x\n", "3:5", "did you mean 'kind'?"),
        (RULE + "  - kind: donatoin\n    line: x\n", "3:11", "did you mean 'donation'?"),
        (RULE + "  - kind: ad\n    at: haed\n    line: x\n", "4:9", "did you mean 'head'?"),
        (RULE + "  - kind: ad\n", "3:5", "exactly one of line, from, span; this one has none"),
        (RULE + "  - kind: ad\n    line: x\n    span: y\n", "3:5", "this one has line and span"),
        (RULE + "  - kind: ad\n    from: x\n", "3:5", "how many lines it may span"),
        (RULE + "  - kind: ad\n    line: x\n    to: y\n", "3:5", "go with `from`"),
        (RULE + "  - kind: ad\n    line: x\n    put: y\n", "3:5", "`put` goes with `span`"),
        (
            RULE + "  - kind: ad\n    line: x\n    words: many\n",
            "5:12",
            "`words` is a whole number",
        ),
        (
            RULE + "  - kind: ad\n    line: x\n    set: {titel: y}\n",
            "5:11",
            "did you mean 'title'?",
        ),
        (RULE + "  - kind: ad\n    line: 'By {autor}'\n", "4:12", "did you mean {author}?"),
        (RULE + "  - kind: ad\n    line: |\n      ok\n      /(?<=a)b/\n", "6:7", "RE2 rejects"),
        (RULE + "  - kind: ad\n    line: '{title}'\n    at: head\n", "4:12", "make it the `from`"),
        (RULE + "  - kind: ad\n    line: x: y\n", "4:12", "quote a string that has ': '"),
        (RULE + "  - kind: ad\n    line: x\n  - kind: ad\n    line: y\n", "5:5", "give it an `id`"),
        (
            RULE + "  - kind: ad\n    span: a {text} b\n    put: '{url}'\n",
            "5:10",
            "no {url}, which `put` uses",
        ),
        ("site: a.org\nsource: a page\n", "2:9", "'a page' is not a URL, such as https://"),
        ("site: a.org\nsource: [https://a.org/x, x]\n", "2:27", "'x' is not a URL"),
        ("site: a.org\nseen: 2026-02-30\n", "2:7", "'2026-02-30' is not a date"),
        ("site: a.org\nseen: last year\n", "2:7", "nor `unverified`"),
        ("rules: []\n", "1:1", "either `site: HOST` or `pack: NAME`"),
        ("pack: x\nmarks: y\n", "1:1", "belong to site files"),
        ("site: not a host\n", "1:7", "is not a host such as example.org"),
        ("site: a.org\nsite: b.org\n", "2:1", "is repeated"),
        ("- a\n- b\n", "1:1", "is a mapping"),
        ("", "1:1", "is a mapping"),
        ("site: a.org\n---\nsite: b.org\n", "2:1", "a second document"),
        ("site: !!python/object:os.system x\n", "1:7", "not allowed in rule files"),
        ("site: &a x.org\nname: *a\n", "1:7", "anchor &a"),
        ("site: a.org\nkeep: *x\n", "2:7", "alias *x"),
        ("site: a.org\nhtml: {content: ['div[']}\n", "2:18", "does not parse"),
        ("site: a.org\nhtml: {prune: ['//div[']}\n", "2:16", "does not parse"),
        ("site: [\n", "2:1", "begins above has no end"),
    ],
)
def test_errors_point_at_the_place(text: str, where: str, words: str) -> None:
    found = problems(text)
    assert any(words in p for p in found), found
    assert any(p.startswith(f"rules/x.yaml:{where}: ") for p in found), found


def test_an_error_shows_its_line_with_a_pointer() -> None:
    (problem,) = problems(RULE + "  - kind: ad\n    lnie: x\n    line: y\n")
    assert problem.split("\n")[1:] == ["        lnie: x", "        ^"]


def test_all_problems_of_a_file_are_listed() -> None:
    text = RULE + "  - kind: ad\n    line: '{x}'\n  - kind: app\n    line: '*'\n"
    assert len(problems(text)) == 2


def test_scalars_stay_text() -> None:
    assert read("a: off\nb: 012\nc: 2017-10-12\nd: ~\n", "f").data == {
        "a": "off",
        "b": "012",
        "c": "2017-10-12",
        "d": "~",
    }


def test_an_alias_bomb_is_refused_before_it_grows() -> None:
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    assert "anchor" in problems("\n".join(rows))[0]


def test_deep_nesting_is_refused() -> None:
    assert "nested more than" in problems("site: " + "[" * 100_000)[0]


def test_a_huge_file_is_refused() -> None:
    assert "split it" in problems("site: " + "x" * (1 << 20))[0]


def test_one_bad_file_does_not_stop_the_others() -> None:
    good = b"site: a.org\nrules:\n  - kind: ad\n    line: x\n"
    rules = compile_rules([("a.yaml", good), ("b.yaml", b"site: b.org\nfoo: 1\n"), ("c", b"\xff")])
    assert [f.key for f in rules.files] == ["a.org"]
    assert [p.file for p in rules.problems] == ["b.yaml", "c"]


def test_duplicate_rule_ids_are_reported() -> None:
    text = b"site: a.org\nrules:\n  - kind: ad\n    line: x\n"
    rules = compile_rules([("1/a.yaml", text), ("2/a.yaml", text)])
    assert "is in 1/a.yaml too" in str(rules.problems[0])


def test_the_version_changes_with_the_content_alone() -> None:
    one, two = b"site: a.org\nname: A\n", b"site: b.org\nname: B\n"
    version = compile_rules([("a", one), ("b", two)]).version
    assert compile_rules([("z", two), ("y", one)]).version == version
    assert compile_rules([("a", one)]).version != version


def test_a_missing_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no rule file or folder"):
        load_rules([tmp_path / "none"])


def shape(schema: Any) -> Any:
    """Return a schema without the wording that depends on the version of its generator."""
    if isinstance(schema, dict):
        return {k: shape(v) for k, v in schema.items() if k in ("$defs", "properties", "enum") or
                not isinstance(v, str | int | None)}  # fmt: skip
    return schema


def test_the_schema_in_the_repository_is_current() -> None:
    path = Path(__file__).parents[2] / "rules" / "schema.json"
    there = orjson.loads(path.read_bytes())
    now = orjson.loads(orjson.dumps(json_schema()))
    assert shape(there) == shape(now), "run `make schema`"


def test_bundled_files_have_no_findings_and_show_what_they_do() -> None:
    folder = bundled_rules()
    sources = [(str(path), path.read_bytes()) for path in rule_paths(folder)]
    found = check_files(sources, load_rules())
    assert [str(finding) for finding in found] == []
    for file in load_rules().files:
        assert file.is_pack or (file.name and file.examples), file.path


def test_bundled_files_say_where_they_were_seen() -> None:
    for path in (Path(file.path) for file in load_rules().files):
        data = read(path.read_text(encoding="utf-8"), str(path)).data
        assert "seen" in data, path
        assert ("source" in data) == (data["seen"] != "unverified"), path


def test_bundled_patterns_are_short() -> None:
    for file in load_rules().files:
        for rule in file.rules:
            for template in (*rule.line, *rule.start, *rule.to, *rule.span, *rule.unless):
                if template.source.startswith("/"):
                    assert len(template.source) <= MAX_PATTERN, (rule.id, template.source)


def test_bundled_files_pass_their_own_tests() -> None:
    rules = load_rules()
    assert [str(f) for file in rules.files for f in run_file(file, rules)] == []


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("license: LicenseRef-Public-Domain", "did you mean 'LicenseRef-public-domain'?"),
        ("license: cc-by-4.0", "did you mean 'CC-BY-4.0'?"),
        ("license: CC BY-SA 3.0", "did you mean 'CC-BY-SA-3.0'?"),
        ("license: LicenseRef-harbor", "unknown license 'LicenseRef-harbor'"),
        ("rights_conditions: [attribution, share alike]", "did you mean 'share-alike'?"),
        ("rights_conditions: a fee", "known are attribution, link,"),
    ],
)
def test_licenses_and_conditions_have_a_vocabulary(setting: str, said: str) -> None:
    text = (
        f"site: example.org\nrules:\n  - kind: license\n    line: A pier\n    set: {{{setting}}}\n"
    )
    (problem,) = problems(text)
    assert said in problem and problem.startswith("rules/x.yaml:5:")


def test_the_schema_has_the_same_vocabulary() -> None:
    settings = json_schema()["$defs"]["Rule"]["properties"]["set"]["properties"]
    assert settings["rights_conditions"]["anyOf"][0]["enum"] == list(CONDITIONS)
    pattern = settings["license"]["anyOf"][0]["pattern"]
    assert re.search(pattern, "LicenseRef-CC-BY-SA") and re.search(pattern, "MIT")
    assert not re.search(pattern, "LicenseRef-Public-Domain")
