"""The comparison of two runs over the same input."""

import json
from collections import Counter
from pathlib import Path

import orjson
import pytest
from hypothesis import given
from typer.testing import CliRunner, Result

from cleaner.cli import app
from cleaner.corpus.run import clean_corpus
from cleaner.document import Document
from cleaner.errors import LoadRunError
from cleaner.pipeline import Cleaner
from cleaner.report import counters, load_run
from cleaner.report.diff import Diff, RuleChange, diff
from cleaner.report.line_status import ChangeType, line_changes, line_statuses
from tests.helpers.rules import make_rules
from tests.helpers.texts import MORE, PROSE
from tests.test_laws import files_drawn, load, rule_files, run, texts

SHARE = "Share on Facebook"
FEW = "site: example.org\nrules:\n  - kind: social\n    line: Share on Facebook\n"
MANY = f"{FEW}  - kind: membership\n    line: Become a Member\n"
HARSH = f"{MANY}  - kind: other\n    line: Nobody had spoken *\n"
ROW = {"id": "a", "url": "https://example.org/1", "text": f"{PROSE}\n\n{SHARE}\n\nBecome a Member"}


def rows(*ids: str, text: str = str(ROW["text"])) -> list[dict[str, str]]:
    return [{**ROW, "id": id, "text": text} for id in ids]


def cleaned(out: Path, inputs: dict[str, list[dict[str, str]]], *rules: str) -> Path:
    """A run over tables of documents with the given names."""
    raw = out.with_name(f"{out.name}-raw")
    raw.mkdir(parents=True)
    for name, found in inputs.items():
        (raw / name).write_text("".join(json.dumps(row) + "\n" for row in found))
    clean_corpus(Cleaner(make_rules(*rules)), [raw / name for name in inputs], out)
    return out


def compared(folder: Path, was: str, now: str, *texts: str) -> Diff:
    """The differences that two rule files make to documents of one site."""
    found = [{**ROW, "id": str(n), "text": text} for n, text in enumerate(texts)]
    one = cleaned(folder / "was", {"r.jsonl": found}, was)
    return diff(one, cleaned(folder / "now", {"r.jsonl": found}, now))


def rule(found: Diff, name: str) -> RuleChange:
    return next(r for r in found.rules if r.rule == f"example.org/{name}")


def test_two_runs_that_are_the_same_do_not_differ(tmp_path: Path) -> None:
    found = compared(tmp_path, FEW, FEW, str(ROW["text"]))
    assert not found.differs
    assert (found.paired, found.changed, found.rules, found.documents) == (1, 0, (), ())


def test_a_line_newly_removed_stands_under_its_rule_with_its_context(tmp_path: Path) -> None:
    found = compared(tmp_path, FEW, MANY, str(ROW["text"]), MORE)
    assert (found.changed, dict(found.lines), found.prose) == (1, {"removed": 1}, 0)
    change = rule(found, "membership")
    assert (change.more, change.less, change.removals_was, change.removals_now) == (1, 0, 0, 1)
    assert (change.documents, change.sites) == (1, (("example.org", 1),))
    (example,) = change.examples
    assert (example.what, example.text, example.before) == ("removed", "Become a Member", SHARE)
    assert (example.input, example.id, example.times) == ("r.jsonl", "0", 1)


def test_a_line_newly_kept_stands_under_the_rule_that_took_it(tmp_path: Path) -> None:
    found = compared(tmp_path, MANY, FEW, str(ROW["text"]))
    change = rule(found, "membership")
    assert (change.more, change.less) == (0, 1)
    assert [example.what for example in change.examples] == ["kept"]


def test_prose_that_is_newly_removed_comes_first(tmp_path: Path) -> None:
    text = f"Become a Member\n\n{PROSE}\n\n{MORE}"
    found = compared(tmp_path, FEW, HARSH, text, "Become a Member\n\nThe end of it.")
    assert [r.rule for r in found.rules] == ["example.org/other", "example.org/membership"]
    assert (found.prose, found.rules[0].prose, found.rules[1].prose) == (1, 1, 0)
    assert found.rules[0].examples[0].takes_prose
    assert [document.id for document in found.documents] == ["0", "1"]


def test_the_same_line_of_many_documents_is_one_example(tmp_path: Path) -> None:
    found = compared(tmp_path, FEW, MANY, *[str(ROW["text"])] * 7)
    (example,) = rule(found, "membership").examples
    assert (example.times, rule(found, "membership").more) == (7, 7)


def test_a_line_that_another_rule_takes_is_counted_for_both(tmp_path: Path) -> None:
    other = FEW.replace("kind: social", "kind: promo")
    found = compared(tmp_path, FEW, other, str(ROW["text"]))
    assert dict(found.lines) == {"moved": 1}
    assert (rule(found, "social").less, rule(found, "promo").more) == (1, 1)


def test_a_part_of_a_line_is_shown_as_it_was_and_is(tmp_path: Path) -> None:
    span = f"{FEW}  - kind: related\n    span: ' (RELATED: *)'\n"
    found = compared(tmp_path, FEW, span, "The pier opened (RELATED: Ten piers) on Monday.")
    (example,) = rule(found, "related").examples
    assert (example.what, example.was, example.now) == (
        "edited",
        "The pier opened (RELATED: Ten piers) on Monday.",
        "The pier opened on Monday.",
    )


def test_statuses_and_metadata_that_change_are_counted(tmp_path: Path) -> None:
    reject = "site: example.org\nrules:\n  - kind: error\n    line: Share *\n    reject: a wall\n"
    name = "site: example.org\nname: Example News\n"
    found = compared(tmp_path, name, reject, str(ROW["text"]), MORE)
    assert found.states == (("ok", "reject", 1),)
    assert found.documents[0].message == "a wall (example.org/error)"
    (field,) = [f for f in found.fields if f.field == "site_name"]
    assert (field.documents, field.lost, field.examples) == (1, 1, (("1", "Example News", ""),))


def test_text_that_is_another_is_distinguished_from_rules(tmp_path: Path) -> None:
    one = cleaned(tmp_path / "was", {"r.jsonl": rows("a", text=f"{PROSE}\nOld")}, FEW)
    two = cleaned(tmp_path / "now", {"r.jsonl": rows("a", text=f"{PROSE}\nNew")}, FEW)
    found = diff(one, two)
    assert (dict(found.lines), found.rules) == ({"lost": 1, "new": 1}, ())
    assert [(e.what, e.text) for e in found.other_lines] == [("lost", "Old"), ("new", "New")]


def test_a_node_that_is_pruned_stands_under_its_rule(tmp_path: Path) -> None:
    page = f"<html><body><article><p>{PROSE}</p><p class=x>{MORE}</p></article></body></html>"
    prune = f"site: example.org\nhtml:\n  prune: [.x]\n{FEW.partition('org')[2].lstrip()}"
    found = [{"id": "p", "html": page, "url": "https://example.org/1"}]
    one = cleaned(tmp_path / "was", {"p.jsonl": found}, FEW)
    change = rule(diff(one, cleaned(tmp_path / "now", {"p.jsonl": found}, prune)), "html.prune")
    assert (change.more, change.prose, change.examples[0].text) == (1, 1, MORE)
    assert (change.removals_was, change.removals_now) == (0, 1)


def test_documents_are_paired_by_input_and_id(tmp_path: Path) -> None:
    was = {"a.jsonl": rows("1", "2", "3"), "gone.jsonl": rows("1"), "z.jsonl": rows("9")}
    now = {"a.jsonl": rows("0", "1", "3"), "new.jsonl": rows("1", "2"), "z.jsonl": rows("9")}
    found = diff(cleaned(tmp_path / "was", was, FEW), cleaned(tmp_path / "now", now, FEW))
    assert (found.paired, found.changed) == (3, 0)
    assert found.lone_was == ("a.jsonl: 2", "gone.jsonl: 1")
    assert found.lone_now == ("a.jsonl: 0", "new.jsonl: 1", "new.jsonl: 2")
    assert found.differs


def test_ids_that_stand_twice_are_paired_in_their_order(tmp_path: Path) -> None:
    was = {"a.jsonl": [*rows("1", text=PROSE), *rows("1", text=MORE)]}
    found = diff(cleaned(tmp_path / "was", was, FEW), cleaned(tmp_path / "now", was, MANY))
    assert (found.paired, found.changed, found.only_was) == (2, 0, 0)


def test_what_waits_for_its_counterpart_is_bounded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(load_run, "MAX_WAITING", 2)
    ids = [str(n) for n in range(8)]
    was, now = {"a.jsonl": rows(*ids)}, {"a.jsonl": rows(*reversed(ids))}
    found = diff(cleaned(tmp_path / "was", was, FEW), cleaned(tmp_path / "now", now, FEW))
    assert (found.paired, found.only_was, found.only_now) == (4, 4, 4)
    assert found.lone_was == ("a.jsonl: 0", "a.jsonl: 1", "a.jsonl: 6", "a.jsonl: 7")


def test_inputs_in_another_order_are_refused(tmp_path: Path) -> None:
    was = {"a.jsonl": rows("1"), "b.jsonl": rows("2")}
    now = {"b.jsonl": rows("2"), "a.jsonl": rows("1")}
    with pytest.raises(LoadRunError, match="in different order"):
        diff(cleaned(tmp_path / "was", was, FEW), cleaned(tmp_path / "now", now, FEW))


def test_examples_are_few_and_counts_exact(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counters, "MAX_EXAMPLES", 3)
    wide = f"{FEW}  - kind: promo\n    line: Nobody *\n"
    texts = [*(f"{PROSE}\nNobody {n}" for n in range(9)), f"{PROSE}\n{MORE}"]
    change = rule(compared(tmp_path, FEW, wide, *texts), "promo")
    assert (change.more, len(change.examples), change.more_examples) == (10, 3, 7)
    assert change.examples[0].text == MORE


@given(files_drawn, files_drawn, texts)
def test_changes_add_up_to_the_two_clean_texts(
    was: list[list[int]], now: list[list[int]], text: str
) -> None:
    one, two = (run(load(rule_files(drawn, keep=False)), text) for drawn in (was, now))
    left = line_statuses(one.normalized, one.removals)
    right = line_statuses(two.normalized, two.removals)
    for done, found in ((one, left), (two, right)):
        kept = "".join(line.left for line in found)
        assert kept.replace("\n", "").split() == (done.text or "").replace("\n", "").split()
    changes = list(line_changes(left, right))
    balance = Counter(change.what for change in changes)
    assert not {ChangeType.LOST, ChangeType.NEW} & balance.keys()
    stands = [sum(not line.is_removed for line in lines) for lines in (left, right)]
    assert stands[0] - balance[ChangeType.REMOVED] + balance[ChangeType.KEPT] == stands[1]


def cleaner(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(a) for a in arguments])


@pytest.fixture
def two_runs(tmp_path: Path) -> tuple[Path, Path]:
    found = {"r.jsonl": rows("1", "2\x1b[31m")}
    return cleaned(tmp_path / "was", found, FEW), cleaned(tmp_path / "now", found, HARSH)


def test_the_command_says_what_a_reviewer_wants_to_know(two_runs: tuple[Path, Path]) -> None:
    result = cleaner("diff", *two_runs)
    assert result.exit_code == 0
    assert "2 of 2 documents differ" in result.stdout
    assert "2 lines newly removed" in result.stdout
    assert "example.org/membership (membership)  +2 -0 lines in 2 documents" in result.stdout
    assert "- Become a Member  x 2" in result.stdout
    assert "\x1b" not in result.stdout


def test_the_command_prints_json_of_one_rule(two_runs: tuple[Path, Path]) -> None:
    result = cleaner("diff", *two_runs, "--json", "--rule", "example.org/membership")
    found = orjson.loads(result.stdout)
    assert [r["rule"] for r in found["rules"]] == ["example.org/membership"]
    whole = orjson.loads(cleaner("diff", *two_runs, "--json").stdout)
    assert whole == orjson.loads(orjson.dumps(diff(*two_runs)))
    none = cleaner("diff", *two_runs, "--rule", "example.org/x")
    assert none.stdout == "no differences in example.org/x\n"


def test_changed_origins_are_text(tmp_path: Path) -> None:
    row = {"id": "1", "url": "https://example.org/1", "text": f"By Ann Example\n\n{PROSE}"}
    rule = "  - {kind: byline, id: ID, line: 'By {author}'}\n"
    runs = [
        cleaned(tmp_path / id, {"r.jsonl": [row]}, FEW + rule.replace("ID", id))
        for id in ("one", "two")
    ]
    shown = cleaner("diff", *runs).stdout
    assert "1: authors: text:example.org/one -> authors: text:example.org/two" in shown
    assert "{" not in shown and "boilerplate_left" not in shown


def test_the_exit_code_says_whether_anything_differs(two_runs: tuple[Path, Path]) -> None:
    was, now = two_runs
    assert cleaner("diff", was, now, "--exit-code").exit_code == 1
    assert cleaner("diff", was, was, "--exit-code").exit_code == 0
    assert "no difference in 2 documents" in cleaner("diff", was, was).stdout
    assert cleaner("diff", was, now, "--rule", "x/y", "--exit-code").exit_code == 0


def test_no_run_is_wrong_usage(tmp_path: Path, two_runs: tuple[Path, Path]) -> None:
    result = cleaner("diff", tmp_path / "nothing", two_runs[0])
    assert result.exit_code == 2
    assert "not the output folder of a run" in result.stderr


def test_the_title_put_at_the_head_belongs_to_the_first_line() -> None:
    cleaner = Cleaner(make_rules(FEW), with_title=True)
    done = cleaner.clean(Document("1", f"{PROSE}\n{MORE}", metadata={"title": "A Pier Opens"}))
    found = line_statuses(done.normalized, done.removals)
    assert [line.left for line in found] == [f"A Pier Opens\n\n{PROSE}", MORE]
