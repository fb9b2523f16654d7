"""What runs cleaner elsewhere: the GitHub Action's own steps, and the pre-commit hooks."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.helpers.pages import ROOT, all_blocks

GOOD = """\
# yaml-language-server: $schema=../schema.json
site: example.org
name: Example News
rules:
  - kind: membership
    at: tail
    line: Become a Friend of Example News
    hit: [Become a Friend of Example News]
"""
WRONG = GOOD.replace("hit: [Become", "hit: [Remain")
BROKEN = GOOD.replace("    line:", "    lnie:")
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text())
SCRIPTS = [step for step in ACTION["runs"]["steps"] if "cleaner rules" in step.get("run", "")]


@pytest.fixture
def command(tmp_path: Path) -> dict[str, str]:
    """An environment that has this repository's cleaner as the command."""
    script = tmp_path / "bin/cleaner"
    script.parent.mkdir()
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m cleaner "$@"\n')
    script.chmod(0o755)
    path = f"{script.parent}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT)}


def act(rules: Path, env: dict[str, str]) -> tuple[bool, str]:
    """Run the steps of the action until one fails, as GitHub's runner does."""
    said = ""
    for step in SCRIPTS:
        values = {"RULES": str(rules), "STRICT": ACTION["inputs"]["strict"]["default"]}
        assert step["env"].keys() <= values.keys()
        shell = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
        done = subprocess.run(shell, env={**env, **values}, capture_output=True, text=True)
        said += done.stdout
        if done.returncode:
            return False, said
    return True, said


def test_inputs_reach_the_scripts_as_variables_alone() -> None:
    assert ACTION["runs"]["using"] == "composite" and len(SCRIPTS) == 2
    for step in ACTION["runs"]["steps"]:
        assert "${{" not in step.get("run", "")
        if "run" in step:
            assert step["shell"] == "bash"
    used = set(re.findall(r"inputs\.([\w-]+)", (ROOT / "action.yml").read_text()))
    assert used == set(ACTION["inputs"])


def test_the_action_passes_good_rules_and_marks_bad_ones(
    tmp_path: Path, command: dict[str, str]
) -> None:
    rules = tmp_path / "our rules/example.org.yaml"
    rules.parent.mkdir()
    rules.write_text(GOOD)
    assert act(rules.parent, command)[0]
    rules.write_text(BROKEN)
    passed, said = act(rules.parent, command)
    assert not passed and "::error file=" in said and "line=7" in said
    rules.write_text(WRONG)
    assert not act(rules.parent, command)[0]


HOOKS: list[dict[str, Any]] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())


def takes(hook: dict[str, Any], path: str) -> bool:
    """Whether pre-commit gives a file of this name to a hook."""
    of_type = {"yaml": path.endswith((".yaml", ".yml"))}
    return bool(re.search(hook["files"], path)) and all(of_type[name] for name in hook["types"])


def shown_hooks() -> list[tuple[str, dict[str, Any]]]:
    """(folder of rules that a page names, hook as the page configures it)."""
    found, own = [], {hook["id"]: hook for hook in HOOKS}
    for block in all_blocks("yaml"):
        if block.text.startswith("repos:"):
            (folder,) = set(re.findall(r"\brules: \[([\w-]+)\]", block.page.read_text()))
            (repo,) = yaml.safe_load(block.text)["repos"]
            found += [(folder, {**own[hook["id"]], **hook}) for hook in repo["hooks"]]
    return found


def test_hooks_as_the_pages_configure_them_take_the_rules_that_the_pages_keep() -> None:
    shown = shown_hooks()
    assert {hook["id"] for _, hook in shown} == {hook["id"] for hook in HOOKS}
    for folder, hook in shown:
        assert takes(hook, f"{folder}/example.org.yaml"), (folder, hook["id"])
        assert not takes(hook, ".github/workflows/ci.yaml")
        assert not takes(hook, f"{folder}/README.md")


def test_hooks_take_rule_files_alone(command: dict[str, str], tmp_path: Path) -> None:
    results = {}
    for name, text in {"good": GOOD, "wrong": WRONG, "broken": BROKEN}.items():
        file = tmp_path / f"{name}/sites/example.org.yaml"
        file.parent.mkdir(parents=True)
        file.write_text(text)
        for hook in HOOKS:
            assert takes(hook, f"rules/sites/{file.name}")
            assert not takes(hook, ".github/workflows/ci.yaml")
            assert not takes(hook, "rules/sites/README.md")
            call = [*hook["entry"].split(), str(file)]
            done = subprocess.run(call, env=command, capture_output=True)
            results[name, hook["id"]] = done.returncode
    check, test = "cleaner-rules-check", "cleaner-rules-test"
    assert results["good", check] == results["good", test] == 0
    assert results["wrong", test] == results["broken", check] == 1


@pytest.mark.skipif(shutil.which("pre-commit") is None, reason="pre-commit is not installed")
def test_precommit_accepts_the_hooks() -> None:
    call = ["pre-commit", "validate-manifest", str(ROOT / ".pre-commit-hooks.yaml")]
    subprocess.run(call, check=True)
