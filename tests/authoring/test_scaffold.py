"""`cleaner rules new` drafts rules from the headers of documents, or writes a scaffold."""

from pathlib import Path

from cleaner.authoring.suggest import scaffold
from cleaner.authoring.test import run_file
from cleaner.document import Document
from cleaner.pipeline import Cleaner
from cleaner.rules.compiler import compile_text
from tests.helpers.rules import make_rules
from tests.helpers.suggest_command import run
from tests.helpers.texts import article


def test_new_drafts_captures_from_the_heads_of_documents(tmp_path: Path) -> None:
    for n in range(3):
        text = article(n, "Board to Dredge Channel", "By Ann Smith", "Example News, March 3, 2016",
                       "Region: North, South", "BODY")  # fmt: skip
        (tmp_path / f"{n}.txt").write_text(text)
    result = run("rules", "new", "www.example.org", tmp_path)
    assert result.exit_code == 0, result.output
    file = compile_text(result.stdout, "example.org.yaml")
    rules = make_rules(result.stdout)
    done = Cleaner(rules).clean(Document("1", (tmp_path / "0.txt").read_text(), sites=(file.key,)))
    assert done.text == article(0)
    assert done.metadata.title == "Board to Dredge Channel"
    assert done.metadata.date_published == "2016-03-03"
    assert done.metadata.regions == ("North", "South")


def test_new_without_documents_is_a_commented_scaffold() -> None:
    file = compile_text(scaffold("example.org"), "example.org.yaml")
    assert (file.key, file.rules) == ("example.org", ())
    assert run("rules", "new", "not a host").exit_code == 2


def test_new_has_one_rule_for_titles_and_none_for_lines_that_go_anyway(tmp_path: Path) -> None:
    for n in range(6):
        lead = ("By", "Words by", "Posted by")[n % 3]
        dates = ("March 3, 2016", "3. Oktober 2017", f"Filed on {n + 1} May 2018 from the quay")
        text = article(n, f"Board Digs Channel {n}", f"{lead} Ann Smith", dates[n % 3], "BODY")
        (tmp_path / f"{n}.txt").write_text(text)
    result = run("rules", "new", "example.org", tmp_path)
    file = compile_text(result.stdout, "example.org.yaml")
    assert [r.id.split("/")[1] for r in file.rules] == ["title", "dateline"]
    assert [t.source for t in file.rules[0].to] == ["Filed {date} from the quay"]
    rules = make_rules(result.stdout)
    assert list(run_file(rules.files[0], rules)) == []
    for n in range(6):
        text = (tmp_path / f"{n}.txt").read_text()
        done = Cleaner(rules).clean(Document("1", text, sites=("example.org",)))
        assert (done.text or "").endswith(article(n)) and done.metadata.authors == ("Ann Smith",)
        assert "Ann Smith" not in (done.text or "")
