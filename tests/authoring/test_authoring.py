"""The commands with which rule files are written: suggest, new, check, coverage, import."""

import os
import subprocess
import sys
from pathlib import Path

import orjson
import pytest
from typer.testing import CliRunner, Result

from cleaner.authoring.check import check_files, tempting_lines
from cleaner.authoring.import_ftr import convert
from cleaner.authoring.scaffold import scaffold
from cleaner.authoring.test import run_file
from cleaner.cli import app
from cleaner.document import Document, Format
from cleaner.extract.site_html import _doubt
from cleaner.pipeline import Cleaner
from cleaner.rules.compiler import compile_text
from cleaner.rules.match import find
from cleaner.rules.ruleset import load_rules
from tests.authoring.test_mine import article
from tests.conftest import make_rules

HEAD = "# yaml-language-server: $schema=../schema.json\nsite: example.org\n"


def run(*arguments: str | Path, stdin: str | bytes = b"") -> Result:
    return CliRunner().invoke(app, [str(a) for a in arguments], input=stdin)


def findings(text: str, name: str = "example.org.yaml") -> list[str]:
    return [str(f) for f in check_files([(name, text.encode())])]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (HEAD + "rules:\n  - kind: ad\n    line: Buy *\n    words: 3\n", 5, "no hit and miss"),
        (HEAD + "html: {prune: ['.css-1a2b3c']}\n", 3, "looks made by a machine"),
        (HEAD + "marks: Subscribe now\n", 3, "no proof"),
        (HEAD + "marks: The newsletter *\n", 3, "no proof"),
        (HEAD + "rules:\n  - kind: ad\n    line: |\n      Buy it\n      buy  IT\n", 7, "also in"),
        (HEAD + "rules:\n  - kind: ad\n    line: |\n      Buy *\n      Buy it now\n"
         "    hit: [Buy x]\n    miss: [Sell x]\n", 7, "never needed: example.org/ad matches it"),
        (HEAD + "rules:\n  - kind: comments\n    line: The minister *\n    hit: [The minister a]\n"
         "    miss: [A minister]\n", 5, "ordinary sentence: 'The minister had no comments.'"),
        (HEAD + "rules:\n  - kind: social\n    span: Follow us, *\n    hit: ['Follow us, x']\n"
         "    miss: [Follow]\n", 5, "takes an ordinary sentence"),
        ("site: example.org\n", 1, "begin with: # yaml-language-server"),
        (HEAD.replace("example.org", "example.net"), 2, "name it example.net.yaml"),
        (HEAD + "rulez: []\n", 3, "did you mean 'rules'?"),
    ],
)  # fmt: skip
def test_each_lint_points_at_its_line(text: str, line: int, words: str) -> None:
    found = [f for f in findings(text) if words in f]
    assert found, findings(text)
    assert found[0].startswith(f"example.org.yaml:{line}:"), found


def test_a_good_file_has_no_findings() -> None:
    good = HEAD + (
        "marks: Become a Friend of Example News\nrules:\n  - kind: byline\n    at: head\n"
        "    line: 'By {author}'\n    hit: [By Ann Smith]\n    miss: [By Monday it rained]\n"
    )
    assert findings(good) == []


def test_what_a_pack_has_is_not_needed_again() -> None:
    pack = b"# yaml-language-server: x\npack: en\nrules:\n  - kind: ad\n    line: Advertisement\n"
    site = (HEAD + "rules:\n  - kind: ad\n    line: ADVERTISEMENT\n").encode()
    found = check_files([("en.yaml", pack), ("example.org.yaml", site)])
    assert [str(f) for f in found] == [
        "example.org.yaml:5:11: not needed: the pack rule en/ad has it (example.org/ad, known)"
    ]


def test_check_prints_for_people_machines_and_reviews(tmp_path: Path) -> None:
    path = tmp_path / "example.org.yaml"
    path.write_text(HEAD + "marks: Subscribe now\n")
    assert "common-mark" in run("rules", "check", path).stdout
    (record,) = orjson.loads(run("rules", "check", path, "--format", "json").stdout)
    assert (record["line"], record["check"], record["error"]) == (3, "common-mark", False)
    github = run("rules", "check", path, "--format", "github").stdout
    assert github.startswith(f"::warning file={path},line=3,col=8,title=common-mark::")
    assert run("rules", "check", path).exit_code == 0
    assert run("rules", "check", path, "--strict").exit_code == 1


def test_bundled_packs_take_none_of_the_tempting_sentences() -> None:
    lines = tempting_lines()
    packs = [f for f in load_rules().files if f.is_pack]
    taken = [(m.rule.id, lines[m.first].plain) for m in find(lines, packs)]
    assert taken == []


def test_suggest_drafts_a_file_that_check_and_test_accept(tmp_path: Path) -> None:
    for n in range(8):
        text = article(n, "By Ann Smith", "BODY", "Become a Friend of Example News", "Related: A #")
        (tmp_path / f"{n}.txt").write_text(text)
    out = tmp_path / "rules" / "example.org.yaml"
    result = run("rules", "suggest", tmp_path, "--site", "example.org", "--write", out)
    assert result.exit_code == 0, result.output
    assert "8 documents" in result.stderr
    assert "Become a Friend of Example News" in out.read_text()
    assert run("rules", "test", out).exit_code == 0
    assert run("rules", "check", out).exit_code == 0
    again = run("rules", "suggest", tmp_path, "--site", "example.org", "--write", out)
    assert again.exit_code == 1 and "exists" in again.stderr
    rules = ("--rules", tmp_path / "rules")
    cleaned = run("clean", tmp_path / "0.txt", *rules, "--url", "https://example.org/0").stdout
    assert "Friend" not in cleaned and cleaned.count(".") == 4


def test_suggest_tells_sites_apart_and_says_which_have_too_few(tmp_path: Path) -> None:
    rows = [
        {"url": f"https://www.{site}/{n}", "text": article(n, "BODY", "Buy our premium access")}
        for site, many in (("a.org", 6), ("b.org", 2))
        for n in range(many)
    ]
    source = b"\n".join(map(orjson.dumps, rows))
    result = run("rules", "suggest", "-", stdin=source)
    assert "site: a.org" in result.stdout and "b.org" not in result.stdout
    assert "too few distinct documents (5 are needed): b.org (2)" in result.stderr


def test_suggest_finds_nodes_of_pages(tmp_path: Path) -> None:
    for n in range(6):
        body = "".join(f"<p>{row}</p>" for row in article(n).split("\n"))
        (tmp_path / f"{n}.html").write_text(
            f"<html><head><link rel=canonical href='https://example.org/{n}'></head><body><article>"
            f"<h1>Title {n}</h1>{body}<div class='plea css-9x8y7z'><p>Become a Friend of"
            f" Example News, and support our work today.</p></div></article></body></html>"
        )
    result = run("rules", "suggest", tmp_path)
    assert "    - '.plea'" in result.stdout, result.output
    assert "css-9x8y7z" not in result.stdout


def test_suggest_needs_to_know_the_site(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(article(1))
    result = run("rules", "suggest", tmp_path)
    assert result.exit_code == 2
    assert "name it with --site HOST" in result.stderr


def rows_without_usual_names(many: int, site: str = "https://www.a.org/") -> str:
    rows = [{"nr": n, "link_to": f"{site}{n}", "story": article(n, "BODY", "Buy premium access")}
            for n in range(many)]  # fmt: skip
    return "\n".join(orjson.dumps(row).decode() for row in rows)


COLUMNS = ("--text-column", "story", "--id-column", "nr", "--url-column", "link_to")


@pytest.mark.parametrize(
    "command", [("suggest",), ("new", "a.org"), ("coverage", "--no-bundled")], ids=lambda c: c[0]
)
def test_columns_are_named_as_for_clean(tmp_path: Path, command: tuple[str, ...]) -> None:
    source = tmp_path / "rows.jsonl"
    source.write_text(rows_without_usual_names(6))
    result = run("rules", *command, source, *COLUMNS)
    assert result.exit_code == 0, result.output
    said = {"suggest": "site: a.org", "new": "site: a.org", "coverage": "6 documents"}
    assert said[command[0]] in result.stdout
    assert run("rules", "suggest", source).exit_code == 2  # no text, so no site


def test_suggest_says_what_it_leaves_out(tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_text(rows_without_usual_names(6) + "\nno json")
    for n in range(14):
        (tmp_path / f"{n}.txt").write_text(article(n + 20))
    said = run("rules", "suggest", tmp_path, *COLUMNS).stderr
    assert "14 documents without URL left out: name their site by --site HOST" in said
    assert "1 records could not be read; the first: rows.jsonl:7: not JSON" in said


def test_sources_may_be_urls_and_packages_that_lack_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = run("rules", "suggest", "nowhere://bucket/a.jsonl")
    assert result.exit_code == 2
    assert result.stderr.startswith("cleaner: nowhere://bucket/a.jsonl")
    (tmp_path / "a.parquet").write_bytes(b"PAR1")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    result = run("rules", "suggest", tmp_path)
    assert result.exit_code == 2 and "pip install 'cleaner[formats]'" in result.stderr


def test_sources_may_be_on_other_file_systems(tmp_path: Path) -> None:
    pytest.importorskip("upath")
    (tmp_path / "rows.jsonl").write_text(rows_without_usual_names(6))
    result = run("rules", "suggest", f"file://{tmp_path}/rows.jsonl", *COLUMNS)
    assert "site: a.org" in result.stdout, result.output


def test_a_draft_names_a_schema_that_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    said = run("rules", "new", "a.org", "--write", "mine/a.org.yaml").stderr
    assert "for editors: cleaner rules schema > mine/schema.json" in said
    first = "# yaml-language-server: $schema="
    assert Path("mine/a.org.yaml").read_text().startswith(f"{first}schema.json\n")
    Path("rules/sites").mkdir(parents=True)
    Path("schema.json").write_text('{"title": "Another"}')
    Path("rules/schema.json").write_text(run("rules", "schema").stdout)
    for target, path in (("b.org.yaml", "rules/schema.json"),
                         ("rules/sites/b.org.yaml", "../schema.json"),
                         ("mine/deep/b.org.yaml", "../../rules/schema.json")):  # fmt: skip
        result = run("rules", "new", "b.org", "--write", target)
        assert "for editors" not in result.stderr
        assert Path(target).read_text().startswith(f"{first}{path}\n")
        assert (Path(target).parent / path).is_file()
    again = run("rules", "new", "b.org", "--write", "b.org.yaml")
    assert again.exit_code == 1 and "b.org.yaml exists; remove it" in again.stderr


@pytest.mark.parametrize(
    "head",
    ["# (C) Example Press\n# yaml-language-server: $schema=/usr/share/rules.json\n",
     "# $schema: https://example.org/rules.json\n"],
)  # fmt: skip
def test_a_schema_may_be_named_in_any_comment(head: str) -> None:
    assert findings(f"{head}site: example.org\n") == []


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


def test_new_has_one_rule_for_titles_and_numbers_what_is_of_one_kind(tmp_path: Path) -> None:
    for n in range(6):
        lead = ("By", "Words by", "Posted by")[n % 3]
        dates = ("March 3, 2016", "3. Oktober 2017", f"Filed on {n + 1} May 2018 from the quay")
        text = article(n, f"Board Digs Channel {n}", f"{lead} Ann Smith", dates[n % 3], "BODY")
        (tmp_path / f"{n}.txt").write_text(text)
    result = run("rules", "new", "example.org", tmp_path)
    file = compile_text(result.stdout, "example.org.yaml")
    assert [r.id.split("/")[1] for r in file.rules] == [
        "title", "dateline", "byline", "byline-2", "byline-3", "dateline-2"
    ]  # fmt: skip
    assert len(file.rules[0].to) == 3
    rules = make_rules(result.stdout)
    assert list(run_file(rules.files[0], rules)) == []
    for n in range(6):
        text = (tmp_path / f"{n}.txt").read_text()
        done = Cleaner(rules).clean(Document("1", text, sites=("example.org",)))
        assert (done.text, done.metadata.authors) == (article(n), ("Ann Smith",))


def test_drafts_are_the_same_whatever_the_seed_of_hashes(tmp_path: Path) -> None:
    for n in range(6):
        text = article(n, f"Board Digs Channel {n}", ("By Ann Smith", "Words by Bo Li")[n % 2],
                       "March 3, 2016", "Region: North", "BODY", "Related: A #")  # fmt: skip
        (tmp_path / f"{n}.txt").write_text(text)
    for command in (["new", "example.org", tmp_path], ["suggest", tmp_path, "--site", "a.org"]):
        drafts = {
            subprocess.run(
                [sys.executable, "-m", "cleaner", "rules", *map(str, command)],
                env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True,
            ).stdout
            for seed in ("0", "1", "2", "3")
        }  # fmt: skip
        assert len(drafts) == 1


def test_new_without_documents_is_a_commented_scaffold() -> None:
    file = compile_text(scaffold("example.org"), "example.org.yaml")
    assert (file.key, file.rules) == ("example.org", ())
    assert run("rules", "new", "not a host").exit_code == 2


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


def test_imported_rules_are_used_only_where_they_agree() -> None:
    plain = article(1)
    assert _doubt(article(1), plain, imported=True) is None
    assert _doubt(plain.split("\n")[0], plain, imported=True) is None
    other = "imported and disagrees with plain extraction"
    assert _doubt("menu home search login " * 30, plain, imported=True) == f"was {other}"
    assert _doubt("menu home search login " * 30, plain, imported=False) is None
    assert _doubt("two words", plain, imported=True) == "left too little text"


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
