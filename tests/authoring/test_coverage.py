"""`cleaner rules coverage`: what each rule took, of documents and of a run."""

from pathlib import Path

import orjson

from tests.authoring.command import run
from tests.authoring.test_mine import article


def test_coverage_of_documents_and_of_a_run_agree(tmp_path: Path) -> None:
    rows = [{"id": str(n), "url": f"https://c.org/{n}", "text": article(n, "BODY", "Advertisement",
             "What the goat saw")} for n in range(4)]  # fmt: skip
    source = tmp_path / "c.jsonl"
    source.write_bytes(b"\n".join(map(orjson.dumps, rows)))
    assert run("clean", source, "-o", tmp_path / "out").exit_code == 0
    of_run = run("rules", "coverage", tmp_path / "out").stdout
    assert of_run == run("rules", "coverage", source).stdout
    assert "4 documents, 4 removals" in of_run
    assert "en/ad" in of_run and "4 x Advertisement" in of_run
    assert "en/paywall" in of_run.split("never fired")[1]
    assert "globalresearch.ca" in of_run.split("no document selected")[1]
    assert "c.org" in of_run.split("without a rule file")[1]
