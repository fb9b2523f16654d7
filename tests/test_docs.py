"""What README and docs show works: rule files compile and pass their own tests, snippets run."""

import re
from pathlib import Path

import pytest

from cleaner.authoring.test import count_claims, run_file
from cleaner.rules.fields import FIELDS
from cleaner.rules.model import KINDS, Example, HtmlRules, Rule, RuleFile
from tests.conftest import make_rules

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def blocks(language: str) -> list[tuple[str, str]]:
    """(page, content) of each fenced block, its common indent taken off."""
    found = []
    for page in PAGES:
        text = page.read_text()
        for match in re.finditer(rf"^( *)```{language}\n(.*?)^ *```$", text, re.M | re.S):
            rows = [row.removeprefix(match[1]) for row in match[2].split("\n")]
            found.append((page.name, "\n".join(rows)))
    return found


RULE_BLOCKS = [(p, b) for p, b in blocks("yaml") if re.search(r"^\s*(site|pack|- kind):", b, re.M)]


@pytest.mark.parametrize(("page", "block"), RULE_BLOCKS)
def test_rule_files_shown_work(page: str, block: str) -> None:
    if re.match(r"\s*- kind:", block):
        block = f"site: example.org\nrules:\n{block}"
    rules = make_rules(block)
    (file,) = rules.files
    assert [str(failure) for failure in run_file(file, rules)] == []


def test_the_pages_show_rules_with_claims() -> None:
    assert len(RULE_BLOCKS) >= 7
    files = [make_rules(b).files[0] for _, b in RULE_BLOCKS if "site:" in b]
    assert sum(map(count_claims, files)) >= 3


@pytest.mark.parametrize(("page", "block"), blocks("python"))
def test_python_shown_runs(page: str, block: str, capsys: pytest.CaptureFixture[str]) -> None:
    exec(compile(block, page, "exec"), {})
    said = [row.split("# ", 1)[1] for row in block.split("\n") if "# " in row and "print(" in row]
    assert capsys.readouterr().out.split("\n")[:-1] == said


def test_every_key_kind_and_field_is_documented() -> None:
    text = (ROOT / "docs" / "rules.md").read_text()
    for model in (RuleFile, Rule, HtmlRules, Example):
        for name, info in model.model_fields.items():
            key = info.alias or name
            assert re.search(rf"\b{key}\b", text), key
    for kind in KINDS:
        assert re.search(rf"\b{kind}\b", text), kind
    for field in FIELDS:
        assert f"{{{field}}}" in text, field
