"""The page escapes text from documents, and allows only its own script."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cleaner.cli import app
from cleaner.report import render
from cleaner.report.model import Report
from cleaner.report.render import embedded, report_page
from tests.helpers.report_corpus import NASTY, write_run


class Elements(HTMLParser):
    """The elements of a page with their attributes, and the text of each style and script."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.all: list[tuple[str, dict[str, str | None]]] = []
        self.inline: dict[str, list[str]] = {"style": [], "script": [], "data": []}
        self._in: str | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.all.append((tag, dict(attrs)))
        if tag in ("style", "script"):
            self._in = "data" if dict(attrs).get("type") == "application/json" else tag
            self.inline[self._in].append("")

    def handle_endtag(self, tag: str) -> None:
        self._in = None

    def handle_data(self, data: str) -> None:
        if self._in:
            self.inline[self._in][-1] += data


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_run(tmp_path_factory.mktemp("run"))[1]


@pytest.fixture(scope="module")
def page(out: Path) -> str:
    return (out / "_run/report.html").read_text("utf-8")


def policy_of(page: str) -> dict[str, list[str]]:
    (content,) = (
        attrs["content"] for tag, attrs in Elements(page).all
        if attrs.get("http-equiv") == "Content-Security-Policy"
    )  # fmt: skip
    assert content
    return {name: values for name, *values in (part.split() for part in content.split(";"))}


def digest(content: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"


def test_the_policy_allows_the_page_its_own_style_and_script_alone(page: str) -> None:
    found, policy = Elements(page), policy_of(page)
    assert policy["default-src"] == ["'none'"]
    assert policy["style-src"] == [digest(text) for text in found.inline["style"]]
    assert policy["script-src"] == [digest(text) for text in found.inline["script"]]
    assert policy["base-uri"] == policy["form-action"] == ["'none'"]
    assert "connect-src" not in policy
    for tag, attributes in found.all:
        assert tag not in ("iframe", "object", "embed", "base", "img")
        assert not [name for name in attributes if name.startswith("on") or name == "style"]
        for name in ("href", "src"):
            assert re.match(r"#|data:,|$", attributes.get(name) or ""), (tag, attributes)


def test_a_page_for_review_may_ask_its_own_server(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = render._source
    monkeypatch.setattr(
        render,
        "_source",
        lambda name: "window.review = 1;\n" if name == render.REVIEW else source(name),
    )
    report = Report.from_json((out / "_run/report.json").read_bytes())
    page = report_page(report, review=True).decode()
    assert policy_of(page)["connect-src"] == ["'self'"]
    scripts = Elements(page).inline["script"]
    assert scripts[1] == "window.review = 1;\n"
    assert policy_of(page)["script-src"] == [digest(text) for text in scripts]


def test_texts_stand_in_the_data_and_end_no_element(page: str) -> None:
    (data,) = Elements(page).inline["data"]
    assert not re.search("[<>&\u2028\u2029]", data)
    nasty = next(d for d in json.loads(data)["documents"] if d["id"] == "</script><b>")
    text = "".join(part if isinstance(part, str) else part[1] for part in nasty["parts"])
    for line in NASTY:
        assert line in text or "\u2028" in line or "\u202e" in line, line
    assert "window.broken" not in page.replace(data, "")


def test_names_of_sites_are_escaped_in_the_overview(tmp_path: Path) -> None:
    row = {"id": "1", "site_name": "<b onclick=x>&\"'", "text": "A line of text. " * 9}
    _, out = write_run(tmp_path, [row])
    report = Report.from_json((out / "_run/report.json").read_bytes())
    assert report.sites[0].name == "<b onclick=x>&\"'"
    page = (out / "_run/report.html").read_text("utf-8")
    assert "&lt;b onclick=x&gt;&amp;&#34;&#39;" in page
    assert all("onclick" not in attributes for _, attributes in Elements(page).all)


@pytest.mark.parametrize("text", [*NASTY, "</ScRiPt >", "\u2029", "a\0b", "<!--<script>"])
def test_embedded_json_is_read_as_it_was(text: str) -> None:
    made = embedded([text])
    assert json.loads(made) == [text]
    assert not re.search("[<>&\u2028\u2029]", made)


def test_the_overview_is_there_without_a_script(page: str) -> None:
    body = re.sub(r"<script.*?</script>", "", page, flags=re.S)
    for words in ("Documents read", 'id="verdict"', "Do not use this run as it is: 3 documents are",
                  "Look at these first", "pier.example/membership", "quay.example", "common/error",
                  "Weekly from elsewhere", "NOASSERTION", "Rules that never fired"):  # fmt: skip
        assert words in body, words


def test_a_run_of_nothing_has_a_page(tmp_path: Path) -> None:
    _, out = write_run(tmp_path, [{"id": "1", "text": ""}])
    assert b"No document was written." in (out / "_run/report.html").read_bytes()


def test_the_command_writes_the_page_again(out: Path, tmp_path: Path, page: str) -> None:
    made = CliRunner().invoke(app, ["report", str(out), "-o", str(tmp_path / "r.html")])
    assert made.exit_code == 0, made.output
    assert (tmp_path / "r.html").read_text("utf-8") == page


def test_the_command_makes_the_report_of_a_run_without_one(tmp_path: Path) -> None:
    raw, out = tmp_path / "raw.jsonl", tmp_path / "out"
    raw.write_text(json.dumps({"id": "1", "text": "The pier.\n\nShare on Facebook"}) + "\n")
    clean = ["clean", str(raw), "-o", str(out), "--packs-only", "--workers", "0"]
    assert CliRunner().invoke(app, [*clean, "--no-report"]).exit_code == 0
    assert not (out / "_run/report.html").exists()
    made = CliRunner().invoke(app, ["report", str(out), "--packs-only"])
    assert made.exit_code == 0 and "other rules" not in made.stderr
    late = (out / "_run/report.html").read_bytes()
    assert b"en/share" in late
    assert CliRunner().invoke(app, clean).exit_code == 0
    assert (out / "_run/report.html").read_bytes() == late


def test_the_command_says_what_is_wrong(tmp_path: Path) -> None:
    made = CliRunner().invoke(app, ["report", str(tmp_path)])
    assert made.exit_code == 2 and "not the output folder of a run" in made.stderr
    (tmp_path / "_run").mkdir()
    (tmp_path / "_run/report.json").write_text("{}")
    made = CliRunner().invoke(app, ["report", str(tmp_path)])
    assert made.exit_code == 2 and "not of this version" in made.stderr
