"""`cleaner rules import ftr`: files of another tool become rule files, which work."""

from pathlib import Path

from cleaner.authoring.import_ftr import convert
from cleaner.document import Document, Format
from cleaner.pipeline import Cleaner
from cleaner.rules.compiler import compile_text
from tests.authoring.command import run
from tests.authoring.test_mine import article
from tests.conftest import make_rules

FTR = """# a comment
title: //h1[@class='headline']
body: //div[@id='story']
author: //span[@class='by']
date: //time/@datetime
strip: //div[@class='share']
strip_id_or_class: related
strip_id_or_class: it's
next_page_link: //a[@rel='next']
tidy: no
test_url: https://example.org/1
find_string: <br><br>
body: //div[
nonsense
"""


def test_ftr_files_are_converted_and_what_is_not_is_said(tmp_path: Path) -> None:
    imported = convert(FTR, ".example.org.txt")
    assert imported.host == "example.org"
    assert [u.split(": ")[0] for u in imported.unmapped] == [
        ".example.org.txt:9", ".example.org.txt:12", ".example.org.txt:13", ".example.org.txt:14",
    ]  # fmt: skip
    file = compile_text(imported.yaml(), "example.org.yaml")
    assert file.html.imported
    assert file.html.content == ["//div[@id='story']"]
    assert len(file.html.prune) == 2
    (tmp_path / "example.org.txt").write_text(FTR)
    result = run("rules", "import", "ftr", tmp_path, "-o", tmp_path / "out")
    assert result.exit_code == 0
    assert "no counterpart of `next_page_link`" in result.stderr
    assert (tmp_path / "out" / "example.org.yaml").exists()


def test_selectors_of_title_author_and_date_win() -> None:
    prose = "".join(f"<p>{row}</p>" for row in article(3).split("\n"))
    html = (
        f"<html><head><title>Wrong</title></head><body><div id='story'><h1 class='headline'>A Pier"
        f"</h1><span class='by'>Ann Smith</span><time datetime='2016-03-03'>x</time>{prose}</div>"
        f"</body></html>"
    )
    rules = make_rules(convert(FTR, "example.org.txt").yaml())
    found = Cleaner(rules).clean(Document("1", html, Format.HTML, url="https://example.org/1"))
    assert found.metadata.title == "A Pier"
    assert found.metadata.authors == ("Ann Smith",)
    assert found.metadata.date_published == "2016-03-03"
