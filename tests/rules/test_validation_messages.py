"""Messages about rule files use the terms of the rule language, not of the libraries."""

import itertools

import pytest

from cleaner.rules.compiler import compile_text
from cleaner.rules.problems import RuleFileError
from cleaner.rules.schema import Example, HtmlRules, Rule, RuleFile

RULE = "site: a.org\nrules:\n  - kind: ad\n    "
RAW = ("Input should", "String should", "Field required", "Unable to", "valid ", "pattern '")


def problems(text: str) -> list[str]:
    try:
        compile_text(text, "a.org.yaml")
    except RuleFileError as error:
        return [str(problem) for problem in error.problems]
    return []


@pytest.mark.parametrize(
    ("text", "where", "words"),
    [
        ("site: https://www.example.org/news?x=1\n", "1:7", "did you mean 'www.example.org'?"),
        ("site: Example.org:80\n", "1:7", "did you mean 'example.org'?"),
        ("site: localhost\n", "1:7", "'localhost' is not a host such as example.org"),
        ("site: a.org\nhosts: b.org\n", "2:8", "`hosts` is a list: [b.org]"),
        ("site: a.org\nskip: {a: b}\n", "2:7", "`skip` is a list"),
        ("site: a.org\nname: [x]\n", "2:7", "expected a string, not a list; quote a string"),
        ("pack: My Pack\n", "1:7", "did you mean 'my-pack'?"),
        (f"pack: {'x' * 70}\n", "1:7", "`pack` has at most 60 characters"),
        ("pack: a\nformats: [pdf]\n", "2:11", "formats 'pdf' is not known; it is one of text"),
        ("site: a.org\nhtml: x\n", "2:7", "`html` has keys with values"),
        ("site: a.org\nhtml: {imported: maybe}\n", "2:18", "`imported` is true or false"),
        ("site: a.org\nrules: {kind: ad}\n", "2:8", "begin each of its rules with `- `"),
        ("site: a.org\nrules: [x]\n", "2:9", "a rule is keys with values"),
        ("site: a.org\nrules:\n  - line: x\n", "3:5", "`kind` is missing"),
        ("site: a.org\nexamples: [{text: x}]\n", "2:12", "`clean` is missing"),
        ("site: a.org\nexamples: [x]\n", "2:12", "an example is keys with values"),
        (RULE + "line: {author}\n", "4:11", "quote a string that begins with {"),
        (RULE + "line: {a: b}\n", "4:11", "quote a string that has ': ' in it"),
        (RULE + "line: [[a]]\n", "4:12", "quote a string that begins with ["),
        (RULE + "from: x\n    lines: 400\n", "5:12", "`lines` is at most 200"),
        (RULE + "from: x\n    lines: 0\n", "5:12", "`lines` is at least 1"),
        (RULE + f"line: x\n    words: {'9' * 5000}\n", "5:12", "`words` is a whole number"),
        (RULE + "line: x\n    reject: no\n", "5:13", "`reject` has at least 3 characters"),
        (RULE + "line: x\n    set: y\n", "5:10", "`set` has keys with values"),
        (RULE + "line: x\n    at:\n", "5:8", "`at` is empty; it is one of first"),
        (RULE + "line: x\n    at: [head]\n", "5:9", "`at` is one of first"),
        ("site: a.org\nrules:\n  - kind: ad\n\tline: x\n", "4:1", "a tab; indent with spaces"),
        (RULE + "line: `x\n", "4:11", "a string cannot begin with `; quote it"),
        (RULE + "line: {author} x\n", "4:20", "quote a string that begins with {"),
        (RULE + "line: *x*\n", "4:13", "quote a string that begins with *"),
        (RULE + "line: - x\n", "4:11", "quote a string that begins with -"),
        (RULE + "line: a: b\n", "4:12", "quote a string that has ': ' in it"),
        (RULE + "line: 'a\n", "4:11", "begins here has no end"),
        (RULE + 'line: "a\\qb"\n', "4:13", "use single quotes"),
        (RULE + " line: x\n", "4:10", "indent it like the lines above"),
        ("site: a.org\nname\n", "2:1", "a key ends in a colon"),
        ("site: a.org\nname: a\x07b\n", "2:8", "a control or invalid character (U+0007)"),
    ],
)
def test_mistakes_are_reported_with_a_hint(text: str, where: str, words: str) -> None:
    (found,) = problems(text)
    assert found.startswith(f"a.org.yaml:{where}: ") and words in found


def test_messages_do_not_use_terms_of_the_validator() -> None:
    values = ["''", "x", "'Not a. name'", "7000", "-1", "2.5", "[]", "[[]]", "[x]", "[{a: b}]",
              "{}", "{a: b}", "{a: [b]}", "{license: [[]]}"]  # fmt: skip
    said = []
    for model, begin in ((RuleFile, ""), (HtmlRules, "html: "), (Rule, "rules: - "),
                         (Example, "examples: - ")):  # fmt: skip
        keys = [info.alias or name for name, info in model.model_fields.items()]
        for key, value in itertools.product(keys, values):
            inside = f"{{{key}: {value}}}"
            text = f"{key}: {value}\n" if not begin else f"{begin.replace('- ', '[')}{inside}"
            text += "]" if "[" in text[: len(begin)] else ""
            said += problems(text if text.startswith("site: ") else f"site: a.org\n{text}\n")
    assert len(said) > 300
    assert [words for words in said if any(raw in words for raw in RAW)] == []


def test_terminal_controls_are_not_shown() -> None:
    (found,) = problems("site: a.org\nname: a\x1b[2Jb\n")
    assert found.startswith("a.org.yaml:2:8: ") and "\x1b" not in found
    (found,) = problems(f"site: {'a-' * 100_000}\n")
    assert "'a-a-" in found.split("\n")[0] and len(found.split("\n")[0]) < 200


def test_line_breaks_that_only_yaml_counts_are_handled() -> None:
    (found,) = problems("site: a.org\u2028\u2028\nname: `\n")
    assert "not YAML: a string cannot begin with" in found
