"""`cleaner rules show`: the files of a site, and a rule by the id that `explain` prints."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cleaner.cli import app
from cleaner.rules.ruleset import bundled_rules

OWN = """site: cnn.com
html:
  # of the share bar
  prune: [.share]
rules:
  - kind: app
    id: mine
    line: |
      # Get my app

      Get it
    # of the next one
  - kind: ad
    line: x"""


def show(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["rules", "show", *map(str, arguments)])


@pytest.fixture
def own(tmp_path: Path) -> Path:
    (tmp_path / "cnn.com.yaml").write_text(OWN)
    return tmp_path


def test_one_file_is_printed_as_it_is() -> None:
    text = (bundled_rules() / "sites" / "bbc.com.yaml").read_text()
    for name in ("bbc.com", "BBC.com", "www.bbc.com"):
        assert show(name).stdout == text


def test_every_file_of_a_site_is_printed_with_its_path(own: Path) -> None:
    shown = show("cnn.com", "--rules", own).stdout
    theirs = bundled_rules() / "sites" / "cnn.com.yaml"
    mine = own / "cnn.com.yaml"
    assert shown == f"# {theirs}\n{theirs.read_text()}# {mine}\n{OWN}\n"


def test_a_rule_is_printed_by_its_id(own: Path) -> None:
    path = own / "cnn.com.yaml"
    of = ("--rules", own, "--no-bundled")
    rule = "  - kind: app\n    id: mine\n    line: |\n      # Get my app\n\n      Get it\n"
    assert show("cnn.com/mine", *of).stdout == f"# {path}\n{rule}"
    assert show("cnn.com/ad", *of).stdout == f"# {path}\n  - kind: ad\n    line: x\n"
    html = "html:\n  # of the share bar\n  prune: [.share]\n"
    assert show("cnn.com/html.prune", *of).stdout == f"# {path}\n{html}"
    assert "\n  - kind: social\n    id: share\n" in show("en/share").stdout


def test_what_there_is_not_is_said() -> None:
    assert "no rule file for 'nope.example'" in show("nope.example").stderr
    assert "no rule 'en/nope'" in show("en/nope").stderr
    assert show("en/nope").exit_code == 2


def test_a_path_that_is_not_there_is_no_folder_in_particular(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["rules", "check", str(tmp_path / "nope.yaml")])
    assert result.exit_code == 2 and "no rule file or folder" in result.stderr
