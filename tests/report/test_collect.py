"""The report agrees with the statistics of the run, its samples are bounded, and the same run makes
the same report."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cleaner.corpus.run import clean_corpus
from cleaner.pipeline import Cleaner
from cleaner.report import collect, counters, document_view
from cleaner.report.collect import Collector
from cleaner.report.document_view import text_of
from cleaner.report.model import Listed, Report, Shown
from cleaner.rules.ruleset import compile_rules
from cleaner.rules.template import parse
from cleaner.text.lines import Lines
from tests.helpers.report_corpus import DOCUMENTS, KEEPER, NASTY, article, rules, write_run
from tests.helpers.rules import make_rules
from tests.helpers.texts import MORE, PROSE


def load(out: Path) -> Report:
    return Report.from_json((out / "_run/report.json").read_bytes())


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    return load(write_run(tmp_path_factory.mktemp("run"))[1])


def shown(report: Report, id: str) -> Shown:
    return next(one for one in report.documents if one.id == id)


def test_the_sums_are_those_of_the_run(tmp_path: Path) -> None:
    statistics, out = write_run(tmp_path)
    report = load(out)
    assert {name: getattr(report, name) for name in collect.STATISTICS} == {
        name: statistics.record()[name] for name in collect.STATISTICS
    }
    gone = statistics.chars_in - statistics.chars_out
    for shares in (report.kinds, report.sites, report.rules):
        assert sum(share.removals for share in shares) == statistics.removals
        assert sum(share.characters for share in shares) == gone
    assert {rule.id: rule.removals for rule in report.rules} == statistics.rules
    assert sum(report.histogram) == statistics.written
    assert sum(one.documents for one in report.licenses) == statistics.written


def test_nodes_of_pages_are_distinguished_from_text(tmp_path: Path) -> None:
    given = make_rules("site: pier.example\nhtml:\n  prune: [.share]\n")
    page = f"<html><body><article><p>{PROSE}</p><p>{MORE}</p>"
    page += "<div class=share>Share</div></article></body></html>"
    row = {"id": "1", "url": "https://pier.example/1", "html": page}
    statistics, out = write_run(tmp_path, [row], given)
    report = load(out)
    pruned = [(rule.id, rule.removals) for rule in report.rules if rule.of_page]
    assert pruned == [("pier.example/html.prune", 1)]
    assert (report.removals, report.pruned) == (0, 1)
    assert shown(report, "1").pruned == (("pier.example/html.prune", ".share", "Share"),)
    assert sum(k.characters for k in report.kinds) == statistics.chars_in - statistics.chars_out


def test_a_document_is_shown_whole_and_in_order(report: Report) -> None:
    one = shown(report, "doc-10")
    text = next(row["text"] for row in DOCUMENTS if row["id"] == "doc-10")
    assert text_of(one.parts) == text
    gone = [part for part in one.parts if not isinstance(part, str)]
    assert ("common/markup", "<u>", "") in gone
    assert sum(len(part[1]) for part in gone) == one.chars_in - one.chars_out
    values = {value.name: (value.value, value.origin) for value in one.values}
    assert values["hostname"][0] == "pier.example"


def test_the_most_suspicious_are_first_and_say_why(report: Report) -> None:
    suspicious = report.documents[: report.suspicious]
    assert [one.suspicion for one in suspicious] == sorted(
        (one.suspicion for one in suspicious), reverse=True
    )
    assert suspicious[0].id == "gone"
    assert suspicious[0].reasons == ("empty: the rules left nothing of the text",)
    gone = [part for part in suspicious[0].parts if not isinstance(part, str)]
    assert {rule for rule, _, _ in gone} == {"common/social"}
    assert text_of(suspicious[0].parts) == "Share this\n\nShare this"
    keeper = shown(report, "doc-8")
    assert "1 line of running text may be lost" in keeper.reasons
    assert any("the median of pier.example is" in reason for reason in keeper.reasons)
    assert shown(report, "robot").reasons == ("reject: bot wall (common/error)",)


def test_near_misses_say_what_spared_the_line(report: Report) -> None:
    near = [(near.rule, near.why) for near in shown(report, "doc-9").near]
    assert near == [("pier.example/newsletter", "12 words; words: 6")]


def test_rules_say_what_they_took_and_where(report: Report) -> None:
    rule = next(rule for rule in report.rules if rule.id == "pier.example/bio")
    assert (rule.removals, rule.documents, rule.prose) == (1, 1, 1)
    assert rule.sites == (("pier.example", 1),)
    assert [text for text, _ in rule.texts] == [KEEPER]
    (context,) = rule.contexts
    assert context.id == "doc-8" and context.before.strip().endswith("channel. (8)")
    assert context.after.strip() == "Share this"
    friend = next(rule for rule in report.rules if rule.id == "pier.example/membership")
    assert friend.texts == (("Become a Friend of the Pier", 8),)
    assert len(friend.contexts) == counters.MAX_CONTEXTS


def test_rules_that_never_fired_are_those_of_files_in_force(report: Report) -> None:
    assert {file.file: file.rules for file in report.silent} == {
        "pier.example": ("pier.example/ad",),
    }
    assert report.rejected_by == (("common/error", 1),)


def test_sites_without_a_file_say_what_repeats(report: Report) -> None:
    (site,) = report.without_file
    assert (site.site, site.documents, site.looked_at) == ("quay.example", 5, 5)
    assert site.lines == ((MORE, 5), ("Weekly from elsewhere", 5))
    repeating, whole = len(MORE) + len("Weekly from elsewhere"), len(f"{PROSE} (11)")
    assert site.repeating == pytest.approx(repeating / (repeating + whole), abs=1e-3)


def test_copies_of_one_text_repeat_nothing(tmp_path: Path) -> None:
    copies = [{**article(1, MORE, site="quay.example"), "id": str(n)} for n in range(5)]
    (site,) = load(write_run(tmp_path, copies)[1]).without_file
    assert (site.documents, site.looked_at, site.repeating, site.lines) == (5, 1, 0.0, ())


def test_the_run_has_a_name_and_the_dates_of_its_articles(tmp_path: Path) -> None:
    dates = ["2019-05-01", "2018-03-04T10:00:00Z", None]
    rows = [{**article(n, MORE), "date": date} for n, date in enumerate(dates)]
    report = load(write_run(tmp_path, rows)[1])
    assert report.name == "raw.jsonl"
    assert report.published == ("2018-03-04", "2019-05-01")


def test_documents_without_room_for_their_text_are_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, bound in (("MAX_SUSPICIOUS", 2), ("MAX_ORDINARY", 1), ("MAX_LISTED", 6)):
        monkeypatch.setattr(collect, name, bound)
    whole = load(write_run(tmp_path)[1])
    assert (len(whole.documents), whole.suspicious) == (3, 2)
    few = [one.suspicion for one in whole.listed]
    assert 3 <= len(few) <= 6 and few == sorted(few, reverse=True)
    assert not {one.id for one in whole.listed} & {one.id for one in whole.documents}
    every: list[Shown | Listed] = [*whole.documents, *whole.listed]
    keeper = next(one for one in every if one.id == "doc-8")
    assert (keeper.title, keeper.url) == ("doc-8", "https://pier.example/8")
    assert keeper.flags == ("lost-prose",)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "ftp://pier.example/1"])
def test_only_addresses_of_web_pages_become_links(tmp_path: Path, url: str) -> None:
    (one,) = load(write_run(tmp_path, [{**article(1, MORE), "url": url}])[1]).documents
    assert one.url == ""


def test_the_report_is_read_as_it_was_written(report: Report) -> None:
    assert Report.from_json(report.to_json()) == report
    assert Report.from_json(report.to_json()).to_json() == report.to_json()
    with pytest.raises(ValueError, match="not of this version"):
        Report.from_json(report.to_json().replace(b'"format":2', b'"format":1'))
    with pytest.raises(ValueError, match="not of this version"):
        Report.from_json(b"{}")


def test_a_run_that_was_stopped_ends_with_the_same_report(tmp_path: Path) -> None:
    class Stopped(Exception):
        pass

    class Stops(Collector):
        def add(self, outcome: Any, name: str) -> None:
            super().add(outcome, name)
            if self.seen == 9:
                raise Stopped

    _, out = write_run(tmp_path)
    raw, again = tmp_path / "raw.jsonl", tmp_path / "again"
    given = rules()
    with pytest.raises(Stopped):
        clean_corpus(Cleaner(given), [raw], again, {"bundled": False}, report=Stops(given))
    statistics = clean_corpus(
        Cleaner(given), [raw], again, {"bundled": False}, report=Collector(given)
    )
    assert statistics.resumed == 9
    for name in ("report.json", "report.html", "manifest.json"):
        assert (again / "_run" / name).read_bytes() == (out / "_run" / name).read_bytes()


def test_an_unchanged_run_does_nothing_and_one_without_a_report_takes_it_away(
    tmp_path: Path,
) -> None:
    write_run(tmp_path)
    statistics, out = write_run(tmp_path)
    assert statistics.unchanged
    made = [out / "_run" / name for name in ("report.json", "report.html")]
    assert all(path.is_file() for path in made)
    again = clean_corpus(Cleaner(rules()), [tmp_path / "raw.jsonl"], out, {"bundled": False})
    assert not again.unchanged and not any(path.exists() for path in made)


def test_what_is_held_and_written_does_not_grow_with_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module, name, bound in (
        (collect, "MAX_CANDIDATES", 12), (collect, "MAX_SUSPICIOUS", 8),
        (collect, "MAX_ORDINARY", 4), (collect, "MAX_SITES", 5), (collect, "SHOWN_SITES", 4),
        (collect, "MAX_DETAILED_RULES", 1), (collect, "MAX_REPORT_CHARS", 4000),
        (counters, "MAX_RULE_TEXTS", 3), (counters, "MAX_RULE_SITES", 3),
        (collect, "MAX_REMEMBERED_LINES", 10), (document_view, "MAX_TEXT_CHARS", 500),
        (collect, "MAX_TEXT_CHARS", 500),
    ):  # fmt: skip
        monkeypatch.setattr(module, name, bound)
    held = []

    class Watched(Collector):
        def add(self, outcome: Any, name: str) -> None:
            super().add(outcome, name)
            lines = sum(len(seen.lines) for seen in self.repeats.values())
            texts = max((len(t.texts) for t in self.by_rule.values()), default=0)
            held.append((len(self._suspects), len(self._ordinary), len(self.sites), lines, texts))

    documents = [
        article(n, MORE * (n % 40), f"The keeper {n} {MORE}", "Share this", site=site)
        for n in range(120)
        for site in (f"s{n % 7}.pier.example", f"s{n % 7}.quay.example")
    ]
    monkeypatch.setattr("tests.helpers.report_corpus.Collector", Watched)
    report = load(write_run(tmp_path, documents)[1])
    suspects, ordinary, sites, lines, texts = (max(column) for column in zip(*held, strict=True))
    assert (suspects, ordinary, texts) == (12, 4, 3)
    assert sites <= 6 and lines <= 10 + 45
    assert len(report.documents) <= 12 and len(report.sites) == 4 and report.more_sites == 2
    assert sum(len(text_of(one.parts)) for one in report.documents) <= 4000
    assert all(len(text_of(one.parts)) <= 500 for one in report.documents)
    assert sum(bool(rule.texts) for rule in report.rules) == 1
    assert sum(share.removals for share in report.kinds) == report.removals


def test_documents_of_one_id_have_keys_of_their_own(tmp_path: Path) -> None:
    twice = [{**row, "id": "same"} for row in DOCUMENTS[:3]]
    report = load(write_run(tmp_path, twice)[1])
    assert [one.id for one in report.documents] == ["same"] * 3
    assert sorted(one.key for one in report.documents) == ["same", "same (2)", "same (3)"]


def test_every_line_has_a_template_that_matches_it(tmp_path: Path) -> None:
    more = ["# A heading", "* * *", "- an item", "7 * 7 = **49**", "a  b…", "\\", "/x/", "{title}"]
    _, out = write_run(tmp_path, [article(1, *NASTY, *more)])
    one = shown(load(out), "doc-1")
    rows = text_of(one.parts).split("\n")
    for number, row in enumerate(rows):
        if row.strip():
            template = parse(one.templates.get(number, row))
            (line,) = Lines(row)
            assert template.match(line) == {}, (row, template)


def test_learned_rules_are_marked(tmp_path: Path) -> None:
    rows = "rules:\n  - {kind: social, line: Share this}\n"
    rows += "  - {kind: ad, id: x, line: [Ad one, Ad two]}\n"
    learned = ("out/_run/learned/pier.example.yaml", f"site: pier.example\n{rows}".encode())
    own = ("rules/common.yaml", b"pack: common\nrules:\n  - {kind: ad, line: Advertisement}\n")
    text = "\n\n".join([PROSE, "Share this", "Ad two", "Advertisement"])
    row = {"id": "1", "url": "https://pier.example/1", "text": text}
    _, out = write_run(tmp_path, [row], compile_rules([learned, own]))
    found = {rule.id: rule.learned for rule in load(out).rules}
    assert found == {"pier.example/social": "Share this", "pier.example/x": "", "common/ad": None}
