"""`cleaner rules new`: captures from the heads of documents, or a scaffold."""

from pathlib import Path

from cleaner.authoring.scaffold import scaffold
from cleaner.document import Document
from cleaner.pipeline import Cleaner
from cleaner.rules.compiler import compile_text
from tests.authoring.command import run
from tests.authoring.test_mine import article
from tests.conftest import make_rules


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
