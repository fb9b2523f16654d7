"""`cleaner rules import ftr` converts files of another tool to working rule files."""

from pathlib import Path

from cleaner.authoring.import_ftr import convert
from cleaner.document import Document, Format
from cleaner.pipeline import Cleaner
from cleaner.rules.compiler import compile_text
from tests.helpers.rules import make_rules
from tests.helpers.suggest_command import run
from tests.helpers.texts import article

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
strip_image_src: pixel
prune: no
test_url: https://example.org/1
find_string: <br><br>
body: //div[
nonsense
"""


def test_ftr_files_are_converted_and_the_rest_is_reported(tmp_path: Path) -> None:
    imported = convert(FTR, ".example.org.txt")
    assert imported.host == "example.org"
    assert [u.split("`")[1].split(":")[0] for u in imported.unmapped] == [
        "strip_id_or_class", "next_page_link", "tidy", "strip_image_src", "prune", "find_string",
    ]  # fmt: skip
    assert [u.split(": ")[0] for u in imported.broken] == [
        ".example.org.txt:15", ".example.org.txt:16",
    ]  # fmt: skip
    file = compile_text(imported.yaml(), "example.org.yaml")
    assert file.html.imported
    assert file.html.content == ["//div[@id='story']"]
    assert len(file.html.prune) == 2
    (tmp_path / "example.org.txt").write_text(FTR)
    result = run("rules", "import", "ftr", tmp_path, "-o", tmp_path / "out")
    assert result.exit_code == 1  # as some of it cannot be used
    assert "example.org.txt:9: no counterpart of `next_page_link`" in result.stderr
    assert "1 rule file " in result.stderr and "1 file only in part" in result.stderr
    assert (tmp_path / "out" / "example.org.yaml").exists()


def test_only_ftr_files_that_are_broken_fail(tmp_path: Path) -> None:
    def said(name: str, text: str) -> tuple[int, str]:
        (tmp_path / name).write_text(text)
        result = run("rules", "import", "ftr", tmp_path / name, "-o", tmp_path / "out")
        return result.exit_code, result.stderr

    assert said("a.org.txt", "tidy: no\ntest_url: https://a.org\n")[0] == 0
    assert said("b.org.txt", "body: //article\n")[0] == 0
    code, words = said("no host.txt", "body: //article\n")
    assert code == 1 and "'no host' is not a host" in words
    assert said("c.org.txt", "body: //article[re:test(., 'x')]\n")[0] == 1
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["b.org.yaml"]


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
