"""Rules are added to existing files without changing anything else in them."""

import pytest

from cleaner.authoring.yaml_drafts import AmendError, LineRule, amend, new_file
from cleaner.rules.compiler import compile_text
from cleaner.rules.problems import RuleFileError

RULE = LineRule("social", "share", "Share: \\*now\\*", "Share: *now*")
BLOCK = """# A file with comments.
site: example.org   # the site
marks: |
  Become a Friend of Example News
# why these stay
keep: |
  Subscribe to the theory

# what goes
rules:
  # the ads
  - kind: ad
    line: |
      Advertisement
      # not a comment
  # the end of the rules

# the examples
examples:
  - text: one
    clean: one
# the end
"""


def kept(text: str) -> list[str]:
    return [template.source for template in compile_text(text, "x.yaml").keep]


def ids(text: str) -> list[str]:
    return [rule.id for rule in compile_text(text, "x.yaml").rules]


def test_rules_are_appended_and_nothing_else_changes() -> None:
    made = amend(BLOCK, "x.yaml", [RULE], ["The last word"])
    assert ids(made) == ["example.org/ad", "example.org/share"]
    assert kept(made) == ["Subscribe to the theory", "The last word"]
    added = set(made.split("\n")) - set(BLOCK.split("\n"))
    assert [row for row in made.split("\n") if row not in added] == BLOCK.split("\n")
    assert made.index("  # the end of the rules") < made.index("id: share") < made.index("# the ex")


@pytest.mark.parametrize(
    ("rules", "before"),
    [
        ("", []),
        ("rules: []\n", []),
        ("rules: []   # none yet\n# - kind: ad\n", []),
        ("rules:\n- kind: ad\n  line: x\n", ["example.org/ad"]),
        ("rules:\n    -   kind: ad\n        line: x\nname: Example\n", ["example.org/ad"]),
        ("rules:\n  - {kind: ad, line: x}\n", ["example.org/ad"]),
    ],
)
def test_rules_are_added_to_any_rule_list(rules: str, before: list[str]) -> None:
    made = amend(f"site: example.org\n{rules}", "x.yaml", [RULE])
    assert ids(made) == [*before, "example.org/share"]


@pytest.mark.parametrize(
    ("keep", "before"),
    [
        ("", []),
        ("keep: |\n    One: *\n    # Two\n", ["One: *", "# Two"]),
        ("keep:\n- 'One: *'\n- Two\n", ["One: *", "Two"]),
        ("keep: 'One: *'\n", ["One: *"]),
        ("keep: One\n", ["One"]),
    ],
)
@pytest.mark.parametrize("rules", ["", "# of rules\nrules:\n  - kind: ad\n    line: x\n"])
def test_kept_lines_are_added_to_any_keep_section(keep: str, before: list[str], rules: str) -> None:
    made = amend(f"site: example.org\n{keep}{rules}", "x.yaml", keep=["- a: 'b' #c"])
    assert kept(made) == [*before, "- a: 'b' #c"]
    assert rules in made


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("rules: [{kind: ad, line: x}]\n", "x.yaml:2: `rules` is in brackets"),
        ("keep: [One, Two]\n", "x.yaml:2: `keep` is in brackets"),
        ("keep: One   # why\n", "x.yaml:2: write `keep: |`"),
        ("keep: >\n  One\n  Two\n", "write `keep: |`"),
    ],
)
def test_files_that_cannot_be_amended_are_reported(text: str, why: str) -> None:
    with pytest.raises(AmendError) as error:
        amend(f"site: example.org\n{text}", "x.yaml", [RULE], ["x"])
    assert why in str(error.value)


@pytest.mark.parametrize("text", ["one\u0085two", "\ufeffx", "a\tb", 'it\'s \x07 "so" \\'])
def test_any_line_can_be_written(text: str) -> None:
    made = amend("site: example.org\n", "x.yaml", [LineRule("other", "x", "x", text)], [text])
    file = compile_text(made, "x.yaml")
    assert (file.rules[0].hit, kept(made)) == ((text,), [text])


def test_a_line_that_yaml_would_change_is_refused() -> None:
    with pytest.raises((AmendError, RuleFileError)):
        amend("site: example.org\nkeep: |\n  One\n", "x.yaml", keep=["one\u0085two"])


def test_a_new_file_selects_the_same_documents() -> None:
    made = amend(new_file("example.org", ["example.net"], ["Example: *"]), "x.yaml", [RULE])
    file = compile_text(made, "x.yaml")
    assert made.startswith("# yaml-language-server: ")
    assert file.hosts == ("example.org", "example.net")
    assert [mark.source for mark in file.marks] == ["Example: *"]
