"""`rules test` reports where a hit, miss or example fails, and why."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from cleaner.cli import app
from tests.helpers.texts import MORE, PROSE


def failures(tmp_path: Path, text: str) -> list[str]:
    """The output of `rules test` for a file of example.org, without its path."""
    path = tmp_path / "example.org.yaml"
    path.write_text("site: example.org\n" + text)
    result = CliRunner().invoke(app, ["rules", "test", str(path)])
    assert result.exit_code == (1 if result.stdout else 0), result.output
    return [row.removeprefix(f"{path}:") for row in result.stdout.split("\n") if row]


@pytest.mark.parametrize(
    ("rule", "hit", "why"),
    [
        ("at: tail\n    line: Buy it", f"Buy it\n{PROSE}", "`at: tail` spares it"),
        ("at: first\n    line: Buy it", "Title\nBuy it", "`at: first` spares it"),
        ("words: 2\n    line: Buy *", "Buy it here", "the line has more than 2 `words`"),
        ("unless: '* here'\n    line: Buy *", "Buy it here", "so does `unless` ('* here')"),
        (
            "words: 2\n    at: tail\n    line: Buy *",
            f"Buy it here\n{PROSE}",
            "several guards spare it",
        ),
        ("from: Buy\n    to: Now\n    lines: 2", "Buy\nit\nNow", "more than 2 `lines`"),
        ("from: Buy\n    to: Now\n    lines: 2", "Buy\nit", "no line after that of `from` matches"),
        (
            "line: 'Of {date} here'",
            "Of 31 February 2021 here",
            "{date} does not catch '31 February 2021'",
        ),
        ("line: 'By {author}'", "By Wednesday it rained", "{author} does not catch 'Wednesday it"),
        ("span: '(By {date}, {name})'", "A (by 1/2, Ann Smith) b", "{date} does not catch '1/2'"),
        ("line: Buy it", "Buy them", "no template matches it"),
        ("line: /buy it/", "Buy them", "no template matches it"),
    ],
)
def test_a_kept_hit_reports_its_position_and_the_reason(
    tmp_path: Path, rule: str, hit: str, why: str
) -> None:
    quoted = '"' + hit.replace("\n", "\\n") + '"'
    text = f"rules:\n  - kind: ad\n    {rule}\n    hit:\n      - {quoted}\n"
    (said,) = failures(tmp_path, text)
    row = text.count("\n", 0, text.index("      - ")) + 2
    assert said.startswith(f"{row}:9: the hit is not removed: ") and why in said


def test_a_removed_miss_reports_the_removed_part(tmp_path: Path) -> None:
    text = "rules:\n  - kind: ad\n    span: (buy *)\n    hit: [a (buy it)]\n    miss: [b (buy x)]\n"
    (said,) = failures(tmp_path, text)
    assert said.startswith("6:12: the miss is removed: 'b (buy x)'; the rule matches '(buy x)'")


def test_a_failed_example_reports_the_differences(tmp_path: Path) -> None:
    text = (
        f"examples:\n  - text: |\n      {PROSE}\n\n      {MORE}\n    clean: {PROSE}\n"
        f"    meta: {{title: Pier, titel: x}}\n"
    )
    said = failures(tmp_path, text)
    assert said[0].startswith("7:12: the text differs")
    places = [s.split(" (")[0] for s in said if s.startswith("8:")]
    assert places == ["8:19: title is None, not 'Pier'", "8:32: metadata has no field 'titel'"]


def test_passing_files_print_nothing(tmp_path: Path) -> None:
    text = "rules:\n  - kind: ad\n    line: Buy *\n    hit: [Buy it]\n    miss: [Sell it]\n"
    assert failures(tmp_path, text) == []
