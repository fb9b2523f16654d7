"""The rule files that README and docs show compile and pass their own tests."""

import re

import pytest

from cleaner.authoring.test import count_claims, run_file
from cleaner.rules.fields import FIELDS
from cleaner.rules.schema import KINDS, Example, HtmlRules, Rule, RuleFile
from tests.helpers.pages import ROOT, Block, all_blocks
from tests.helpers.rules import make_rules

RULES = [b for b in all_blocks("yaml") if re.search(r"^\s*(site|pack|- kind):", b.text, re.M)]


@pytest.mark.parametrize("block", RULES, ids=lambda block: block.place)
def test_rule_files_shown_work(block: Block) -> None:
    shown = block.text
    if re.match(r"\s*- kind:", shown):
        shown = f"site: example.org\nrules:\n{shown}"
    rules = make_rules(shown)
    (file,) = rules.files
    assert [str(failure) for failure in run_file(file, rules)] == []


def test_the_pages_show_rules_with_claims() -> None:
    assert len(RULES) >= 7
    files = [make_rules(block.text).files[0] for block in RULES if "site:" in block.text]
    assert sum(map(count_claims, files)) >= 3


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
