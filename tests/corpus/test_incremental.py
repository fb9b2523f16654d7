"""A run with other site files or inputs cleans only affected documents again, and ends with the
bytes of a complete run."""

import json
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from cleaner.corpus import journal as journal_module
from cleaner.corpus.journal_entry import Recorder
from cleaner.corpus.rows import Broken
from cleaner.corpus.run import clean_corpus
from cleaner.corpus.statistics import RunStatistics
from cleaner.document import CleanDocument, Document, Pruned, Removal, Status
from cleaner.pipeline import Cleaner
from tests.corpus.test_resume import outputs
from tests.helpers.texts import article

PACK = """
pack: mine
rules:
  - kind: social
    line: Share on Facebook
  - kind: ad
    span: " (Advertisement)"
    hit: ["A fair (Advertisement)"]
    miss: ["A fair"]
"""
SITE = """
site: {host}
marks: {mark}
rules:
  - kind: donation
    line: {line}
"""


class Case:
    """Changing rules and a changing corpus, and the documents that are cleaned again."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.rules, self.raw = folder, folder / "rules", folder / "raw"
        self.seen: list[str] = []
        self.rules.mkdir()
        self.raw.mkdir()
        (self.rules / "mine.yaml").write_text(PACK)
        self.site("one.org", "Give to us")
        self.site("two.org", "Give to them")
        texts = [f"{article(n)}\nShare on Facebook\nGive to us\nGive to them" for n in range(12)]
        hosts = ["one.org", "two.org", "three.org"]
        rows = [
            {"id": f"{hosts[n % 3]}-{n}", "url": f"https://{hosts[n % 3]}/{n}", "text": text}
            for n, text in enumerate(texts)
        ]
        rows[2]["text"] += "\nA word of two.org"  # a mark: the text passed through there
        rows.append({"id": "empty", "url": "https://three.org/e", "text": ""})
        lines = [json.dumps(row) + "\n" for row in rows]
        (self.raw / "a.jsonl").write_text("".join([*lines[:6], "{\n"]))
        (self.raw / "b.jsonl").write_text("".join(lines[6:]))
        page = f"<html><link rel=canonical href='https://one.org/x'><article><p>{texts[0]}</p>"
        (self.raw / "c.html").write_text(page)

    def site(self, host: str, line: str, mark: str = "") -> None:
        text = SITE.format(host=host, line=line, mark=mark or f"A word of {host}")
        (self.rules / f"{host}.yaml").write_text(text)

    def run(self, out: str = "out", **options: object) -> RunStatistics:
        """Clean into `out`; `seen` has the cleaned documents."""
        cleaner = Cleaner.load([self.rules], bundled=False)
        self.seen.clear()

        def engine(records: Iterable[Document | Broken]) -> Iterator[CleanDocument | Broken]:
            for record in records:
                if isinstance(record, Document):
                    self.seen.append(record.id)
                yield cleaner.clean(record) if isinstance(record, Document) else record

        return clean_corpus(
            cleaner,
            [self.raw],
            self.folder / out,
            engine=engine,
            **options,  # type: ignore[arg-type]
        )

    def check(self, again: set[str], **options: object) -> None:
        """These documents are cleaned again, with the outputs of a complete run."""
        statistics = self.run(**options)  # type: ignore[arg-type]
        assert {name.partition("-")[0] for name in self.seen} == again
        assert statistics.reused == statistics.read - 1 - len(self.seen)  # one is no document
        shutil.rmtree(self.folder / "whole", ignore_errors=True)
        self.run("whole", **options)
        assert outputs(self.folder / "out") == outputs(self.folder / "whole")


@pytest.fixture
def case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Case:
    monkeypatch.setattr(journal_module, "MAX_PART_RECORDS", 4)
    made = Case(tmp_path)
    made.run()
    assert len(made.seen) == 14
    return made


def test_a_changed_site_file_redoes_what_its_host_or_mark_selects(case: Case) -> None:
    case.site("two.org", "Give to us")
    case.run()
    assert {"three.org-2", "two.org-1", "two.org-4", "two.org-7", "two.org-10"} == set(case.seen)


def test_all_outputs_are_as_if_everything_was_done_again(case: Case) -> None:
    case.site("one.org", "Give to *")
    case.check({"one.org", "c.html"})


def test_a_mark_that_a_file_has_now_selects(case: Case) -> None:
    case.site("one.org", "Give to us", mark="Give to them")
    case.check({"one.org", "two.org", "three.org", "c.html"})  # all but the empty one


@pytest.mark.parametrize("keep", [None, "CC-BY-4.0"])  # the documents, or all of them set aside
def test_a_mark_that_only_a_clean_text_has_selects(case: Case, keep: str | None) -> None:
    lines = {"bared": "A plain (Advertisement) new line", "other": "A plain old line"}
    rows = [json.dumps({"id": n, "text": f"{article(1)}\n{line}"}) for n, line in lines.items()]
    (case.raw / "d.jsonl").write_text("\n".join(rows))
    case.run(keep_only=keep)
    case.site("new.org", "A plain * line", mark="A plain new line")
    case.check({"bared"}, keep_only=keep)


def test_a_mark_that_went_with_a_line_that_a_bared_mark_selected(case: Case) -> None:
    lines = "A plain (Advertisement) old line\nA plain (Advertisement) new line"
    (case.raw / "d.jsonl").write_text(json.dumps({"id": "bared", "text": f"{article(1)}\n{lines}"}))
    case.site("old.org", "A plain * line", mark="A plain old line")
    case.run()
    case.site("new.org", "Nobody *", mark="A plain new line")
    case.check({"bared"})


def test_what_was_rejected_is_cleaned_again_where_marks_change(case: Case) -> None:
    reject = "\n  - {kind: error, line: Are you a robot?, reject: bot wall}"
    (case.rules / "mine.yaml").write_text(PACK + reject)
    text = "Are you a robot?\nA plain (Advertisement) new line"
    (case.raw / "d.jsonl").write_text(json.dumps({"id": "robot", "text": text}))
    case.run()
    new = SITE.format(host="new.org", mark="A plain new line", line="Are you a robot?")
    (case.rules / "new.org.yaml").write_text(f"{new}    reject: a wall of the site\n")
    case.check({"robot"})
    quarantine = (case.folder / "out/_run/quarantine.jsonl").read_text()
    assert "a wall of the site" in quarantine


def test_a_new_site_file_and_one_that_is_gone(case: Case) -> None:
    case.site("three.org", "Give to us")
    case.check({"three.org", "empty"})
    (case.rules / "three.org.yaml").unlink()
    case.check({"three.org", "empty"})


def test_a_changed_pack_redoes_everything(case: Case) -> None:
    (case.rules / "mine.yaml").write_text(PACK.replace("Facebook", "the boat"))
    case.check({"one.org", "two.org", "three.org", "empty", "c.html"})


def test_other_inputs_leave_the_rest(case: Case) -> None:
    (case.raw / "aa.txt").write_text(article(3))
    statistics = case.run()
    assert (case.seen, statistics.reused) == (["aa.txt"], 14)
    (case.raw / "b.jsonl").unlink()
    statistics = case.run()
    assert (case.seen, statistics.reused) == ([], 8)
    assert not (case.folder / "out/b.jsonl").exists()


def test_another_form_of_output_cleans_nothing_again(case: Case) -> None:
    from cleaner.corpus.outputs import Form

    statistics = case.run(form=Form("jsonl.gz"))
    assert (case.seen, statistics.resumed) == ([], 15)
    assert (case.folder / "out/documents.jsonl.gz").exists()
    assert not (case.folder / "out/c.txt").exists()


def test_a_run_that_forgets_leaves_nothing_to_take_over(case: Case) -> None:
    case.site("two.org", "Give to us")
    case.run(forget=True)
    assert not (case.folder / "out/_run/journal").exists()
    case.site("two.org", "Give to them")
    case.run()
    assert len(case.seen) == 14


def test_what_may_end_otherwise_is_tried_again(case: Case) -> None:
    cleaner = Cleaner.load([case.rules], bundled=False)

    def slow(records: Iterable[Document | Broken]) -> Iterator[CleanDocument | Broken]:
        for record in records:
            if isinstance(record, Broken) or record.id != "three.org-5":
                yield record if isinstance(record, Broken) else cleaner.clean(record)
            else:
                yield CleanDocument(record, Status.TIMEOUT, message="slow")

    clean_corpus(cleaner, [case.raw], case.folder / "other", engine=slow)
    case.site("two.org", "Give to us")
    case.run("other")
    assert "three.org-5" in case.seen and "three.org-8" not in case.seen


def test_a_run_stopped_halfway_leaves_both_journals_of_use(case: Case) -> None:
    class Stopped(BaseException):
        pass

    def stop(statistics: RunStatistics) -> None:
        if statistics.done == 9:
            raise Stopped

    case.site("two.org", "Give to us")
    with pytest.raises(Stopped):
        case.run(progress=stop)
    statistics = case.run()
    assert statistics.resumed == 9 and statistics.reused + len(case.seen) + 9 == 15
    assert not (case.folder / "out/_run/journal.earlier").exists()
    case.run("whole")
    assert outputs(case.folder / "out") == outputs(case.folder / "whole")


def test_texts_are_rebuilt_whatever_line_ends_stand_in_what_was_removed() -> None:
    node = Pruned("one.org/html.prune", ".share", "Share\u2028this\x85page\x1d")
    removal = Removal("mine/social", "social", 0, 5, "a\u2028\x85b\n")
    done = CleanDocument(
        Document("1", ""), Status.OK, "c", "a\u2028\x85b\nc", removals=(removal,), pruned=(node,)
    )
    outcome = Recorder("1")(done)
    assert outcome.normalized_text == done.normalized
    assert [record["text"] for record in outcome.removed()] == [removal.text, node.text]
