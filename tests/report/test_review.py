"""Edits become rules only if these pass their tests, and only one browser can send edits."""

import http.client
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cleaner.cli import app
from cleaner.corpus.run import clean_corpus
from cleaner.pipeline import Cleaner
from cleaner.report import review as review_module
from cleaner.report.dry_run import dry_run
from cleaner.report.load_run import open_run
from cleaner.report.review import Review, ReviewEditError, make_patch, parse_edits
from cleaner.report.server import MAX_BODY_BYTES, ReviewServer
from cleaner.rules.ruleset import load_rules
from tests.helpers.rules import make_rules
from tests.helpers.texts import MORE, PROSE

SITE = "example.org"
BOILERPLATE = "Become a *Friend* of {Example} News"
SCRIPT = "<script>alert('x')</script> & \"quotes\""
FILE = f"""# the rules of the example
site: {SITE}
rules:
  # what is shared
  - kind: social
    line: Share on Facebook
# tests
examples:
  - text: |
      {PROSE}

      The end of it.
    clean: |
      {PROSE}

      The end of it.
"""


@pytest.fixture
def review(tmp_path: Path) -> Review:
    """A run over four documents of two sites, with a folder of rules."""
    rules, raw = tmp_path / "rules", tmp_path / "raw"
    rules.mkdir()
    raw.mkdir()
    (rules / f"{SITE}.yaml").write_text(FILE)
    text = f"{PROSE}\n\nShare on Facebook\n\n{BOILERPLATE}\n\n{SCRIPT}"
    rows = [{"id": f"d{n}", "text": text, "url": f"https://{SITE}/{n}"} for n in range(3)]
    rows.append({"id": "other", "text": text, "url": "https://example.net/1"})
    (raw / "r.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    clean_corpus(Cleaner(load_rules([rules], bundled=False)), [raw], tmp_path / "out")
    return Review(open_run(tmp_path / "out"), rules, bundled=False)


def edit(line: str, as_: str = "boilerplate", site: str = SITE) -> dict[str, str]:
    return {"site": site, "as": as_, "line": line}


def said(review: Review, *edits: dict[str, str], write: bool = True) -> dict[str, Any]:
    return review.answer({"edits": list(edits), "write": write})


def content(review: Review) -> dict[str, str]:
    return {p.name: p.read_text() for p in review.folder.rglob("*") if p.is_file()}


def test_boilerplate_becomes_a_rule_and_its_dry_run_is_shown(review: Review) -> None:
    answer = said(review, edit(BOILERPLATE))
    found = answer["dry_run"]
    assert (found["selected"], found["documents"], found["lines"]) == (3, 3, {"removed": 3})
    assert (found["complete"], found["same_rules"]) == (True, True)
    assert [(e["text"], e["times"]) for e in found["examples"]] == [(BOILERPLATE, 3)]
    written = content(review)[f"{SITE}.yaml"]
    added = set(written.split("\n")) - set(FILE.split("\n"))
    assert [row for row in written.split("\n") if row not in added] == FILE.split("\n")
    assert r"+    line: Become a Friend of \{Example\} News" in answer["files"][0]["diff"]


def test_the_effect_is_that_of_cleaning_again(review: Review, tmp_path: Path) -> None:
    said(review, edit(BOILERPLATE), edit("Share on Facebook", "content"))
    rules = load_rules([review.folder], bundled=False)
    clean_corpus(Cleaner(rules), [tmp_path / "raw"], tmp_path / "again")
    rows = (tmp_path / "again" / "r.jsonl").read_text().splitlines()
    texts = {row["id"]: row["text"] for row in map(json.loads, rows)}
    assert texts["d1"] == f"{PROSE}\n\nShare on Facebook\n\n{SCRIPT}"
    assert BOILERPLATE in texts["other"]


def test_the_dry_run_knows_marks_that_only_the_clean_text_has(tmp_path: Path) -> None:
    pack = "pack: p\nrules:\n  - {kind: ad, span: ' (Advertisement)', hit: ['a (Advertisement)']}\n"
    rule = "  - {kind: ad, line: The fair *}\n"
    site = f"site: new.example\nmarks: The fair by the quay\nrules:\n{rule}"
    text = f"{PROSE}\n\nThe fair (Advertisement) by the quay"
    (tmp_path / "r.jsonl").write_text(json.dumps({"id": "1", "text": text}))
    before, after = make_rules(pack), make_rules(pack, site)
    clean_corpus(Cleaner(before), [tmp_path / "r.jsonl"], tmp_path / "out")
    found = dry_run(open_run(tmp_path / "out"), before, after, frozenset({"new.example"}))
    assert (found.selected, found.documents, found.lines) == (1, 1, {"removed": 1})
    assert Cleaner(after).clean(text).text == PROSE


def test_content_is_kept(review: Review) -> None:
    answer = said(review, edit("Share on Facebook", "content"))
    assert answer["dry_run"]["lines"] == {"kept": 3}
    assert "keep:\n  - Share on Facebook\n" in content(review)[f"{SITE}.yaml"]


def test_trying_writes_nothing(review: Review) -> None:
    before = content(review)
    answer = said(review, edit(BOILERPLATE), write=False)
    assert (answer["wrote"], answer["dry_run"]["documents"]) == (False, 3)
    assert content(review) == before


def test_a_site_without_a_file_gets_one(review: Review) -> None:
    answer = said(review, edit(BOILERPLATE, site="example.net"), edit(MORE, site="example.net"))
    made = content(review)["example.net.yaml"]
    assert made.startswith("# yaml-language-server: ")
    assert (answer["dry_run"]["selected"], answer["dry_run"]["documents"]) == (1, 1)
    again = said(review, edit("Nobody", site="example.net"), write=False)
    assert again["dry_run"]["lines"] == {}
    assert content(review)["example.net.yaml"] == made


def test_a_new_file_of_a_site_that_another_folder_has_selects_the_same(review: Review) -> None:
    marks = FILE.replace("rules:", "hosts: [example.com]\nmarks: 'Example: * of {number}'\nrules:")
    (review.folder / f"{SITE}.yaml").write_text(marks)
    mine = Review(review.run, review.folder.with_name("mine"), (review.folder,), bundled=False)
    said(mine, edit(BOILERPLATE))
    (file,) = load_rules([mine.folder], bundled=False).files
    assert file.hosts == (SITE, "example.com")
    assert [template.source for template in file.marks] == ["Example: * of {number}"]
    assert content(review)[f"{SITE}.yaml"] == marks


def test_a_rule_that_breaks_an_example_is_refused_and_nothing_is_written(review: Review) -> None:
    before = content(review)
    with pytest.raises(ReviewEditError, match="the text differs"):
        said(review, edit(BOILERPLATE, site="example.net"), edit("The end of it."))
    assert content(review) == before


def test_files_that_cannot_all_be_written_are_put_back(
    review: Review, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = content(review)
    real, calls = review_module.replace, []

    def fails_once(path: Path, data: bytes) -> None:
        calls.append(path)
        if len(calls) == 2:
            raise OSError("disk full")
        real(path, data)

    monkeypatch.setattr(review_module, "replace", fails_once)
    with pytest.raises(OSError, match="disk full"):
        said(review, edit(BOILERPLATE), edit(BOILERPLATE, site="example.net"))
    assert len(calls) >= 2
    assert content(review) == before


def test_a_file_that_was_changed_meanwhile_is_left_alone(review: Review) -> None:
    rules = load_rules([review.folder], bundled=False)
    patch = make_patch(parse_edits([edit(BOILERPLATE)]), review.folder, rules)
    (review.folder / f"{SITE}.yaml").write_text("site: example.org\n")
    with pytest.raises(ReviewEditError, match="changed in the meantime"):
        review_module.write(patch)
    assert content(review) == {f"{SITE}.yaml": "site: example.org\n"}


@pytest.mark.parametrize(
    ("edits", "why"),
    [
        ([edit(BOILERPLATE, site="../../x")], "expected a host as site"),
        ([edit(BOILERPLATE, site="a.org/../b")], "expected a host as site"),
        ([edit(BOILERPLATE, site="example.org\n")], "expected a host as site"),
        ([edit(BOILERPLATE, site="unknown")], "expected a host as site"),
        ([edit(BOILERPLATE, as_="both")], "as boilerplate or content"),
        ([edit("one\ntwo")], "a line of 1 to"),
        ([edit("  ")], "a line of 1 to"),
        ([edit("x" * 3000)], "a line of 1 to"),
        ([{**edit(BOILERPLATE), "path": "x"}], "site, as and line"),
        ([{**edit(BOILERPLATE), "line": 1}], "must be strings"),
        (["x"], "site, as and line"),
        ([], "1 to 200 edits"),
        ([edit(str(n)) for n in range(201)], "1 to 200 edits"),
        ({}, "1 to 200 edits"),
        ([edit(BOILERPLATE), edit(BOILERPLATE, "content")], "as boilerplate and as content"),
        ([edit("Share on Facebook")], "contain all these rules already"),
    ],
)
def test_invalid_edits_are_refused(review: Review, edits: Any, why: str) -> None:
    before = content(review)
    with pytest.raises(ReviewEditError, match=why):
        review.answer({"edits": edits, "write": True})
    assert content(review) == before


def test_a_link_out_of_the_folder_is_not_written_through(review: Review, tmp_path: Path) -> None:
    (tmp_path / "outside.yaml").write_text("secret")
    (review.folder / "example.net.yaml").symlink_to(tmp_path / "outside.yaml")
    with pytest.raises(ReviewEditError, match=r"is not a valid rule file of example\.net"):
        said(review, edit(BOILERPLATE, site="example.net"))
    assert (tmp_path / "outside.yaml").read_text() == "secret"


def test_the_time_that_an_effect_takes_is_bounded(review: Review) -> None:
    rules = load_rules([review.folder], bundled=False)
    patch = make_patch(parse_edits([edit(BOILERPLATE)]), review.folder, rules)
    ticks = iter([0.0, 1.0, 10.0, 100.0])
    found = dry_run(review.run, rules, patch.rules, patch.keys, clock=lambda: next(ticks))
    assert (found.selected, found.complete) == (2, False)


@pytest.fixture
def server(review: Review) -> Iterator[ReviewServer]:
    with ReviewServer(b"<!doctype html>page", review.answer) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def ask(
    server: ReviewServer,
    method: str,
    path: str | None = None,
    body: bytes | None = None,
    **headers: str | None,
) -> tuple[int, http.client.HTTPMessage, bytes]:
    """The answer of the server; headers of `None` are left out."""
    own = f"127.0.0.1:{server.server_port}"
    sent: dict[str, str | None] = {"Host": own}
    if method == "POST":
        length = str(len(body or b""))
        sent |= {"Origin": f"http://{own}", "Content-Type": "application/json"}
        sent |= {"Content-Length": length}
    sent |= {name.replace("_", "-"): value for name, value in headers.items()}
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=10)
    connection.putrequest(
        method, f"/{server.token}/" if path is None else path, skip_host=True,
        skip_accept_encoding=True,
    )  # fmt: skip
    for name, value in sent.items():
        if value is not None:
            connection.putheader(name, value)
    connection.endheaders(body)
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer.status, answer.headers, content


def send(server: ReviewServer, data: Any, **headers: str | None) -> tuple[int, Any]:
    body = data if isinstance(data, bytes) else json.dumps(data).encode()
    status, _, said = ask(server, "POST", f"/{server.token}/edits", body, **headers)
    return status, json.loads(said) if said.startswith(b"{") else said


def test_the_page_is_served_with_strict_headers(server: ReviewServer) -> None:
    status, headers, page = ask(server, "GET")
    assert (status, page) == (200, b"<!doctype html>page")
    assert headers["Content-Type"] == "text/html; charset=utf-8"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"
    assert "Access-Control-Allow-Origin" not in headers
    assert server.server_address[0] == "127.0.0.1"
    assert len(server.token) >= 40


@pytest.mark.parametrize("path", ["/", "/x/", "/x/edits", "//", "/%c3%a9/", "/favicon.ico"])
def test_without_the_token_there_is_nothing(server: ReviewServer, path: str) -> None:
    assert ask(server, "GET", path)[0] == 403
    assert ask(server, "POST", path, b"{}")[0] == 403


def test_the_token_alone_is_not_an_address(server: ReviewServer) -> None:
    assert ask(server, "GET", f"/{server.token}")[0] == 403
    assert ask(server, "GET", f"/{server.token[:-1]}/")[0] == 403


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{port}", "127.0.0.1", "127.0.0.1:1", "", None]
)
def test_other_hosts_are_refused(server: ReviewServer, host: str | None) -> None:
    host = host.format(port=server.server_port) if host else host
    assert ask(server, "GET", Host=host)[0] == 403
    assert ask(server, "POST", f"/{server.token}/edits", b"{}", Host=host)[0] == 403


def test_localhost_is_the_same_machine(server: ReviewServer) -> None:
    assert ask(server, "GET", Host=f"localhost:{server.server_port}")[0] == 200


@pytest.mark.parametrize(
    "origin", [None, "null", "http://evil.example", "https://127.0.0.1:{port}"]
)
def test_other_origins_are_refused(
    server: ReviewServer, review: Review, origin: str | None
) -> None:
    before = content(review)
    origin = origin.format(port=server.server_port) if origin else None
    data = {"edits": [edit(BOILERPLATE)], "write": True}
    assert send(server, data, Origin=origin)[0] == 403
    assert content(review) == before


@pytest.mark.parametrize("path", ["x", "edits/x", "../rules", "..%2f..%2fetc/passwd", "edits?x=1"])
def test_there_are_no_other_places(server: ReviewServer, path: str) -> None:
    assert ask(server, "GET", f"/{server.token}/{path}")[0] == 404
    assert ask(server, "POST", f"/{server.token}/{path}", b"{}")[0] == 404


def test_other_methods_are_not_known(server: ReviewServer) -> None:
    for method in ("PUT", "DELETE", "OPTIONS"):
        assert ask(server, method)[0] == 501


def test_bodies_are_bounded_and_of_a_stated_size(server: ReviewServer) -> None:
    path = f"/{server.token}/edits"
    for size in (MAX_BODY_BYTES + 1, 10**30):
        assert ask(server, "POST", path, b"", Content_Length=str(size))[0] == 413
    for stated in (None, "-1", "x", "²"):
        stated = stated.encode().decode("latin-1") if stated else None
        assert ask(server, "POST", path, b"", Content_Length=stated)[0] == 411
    assert ask(server, "POST", path, b"{}", Transfer_Encoding="chunked")[0] == 411
    assert ask(server, "POST", path, b"{}", Content_Type="text/plain")[0] == 415


def test_edits_that_are_sent_are_answered(server: ReviewServer, review: Review) -> None:
    status, answer = send(server, {"edits": [edit(SCRIPT)], "write": True})
    assert (status, answer["dry_run"]["lines"]) == (200, {"removed": 3})
    (file,) = load_rules([review.folder], bundled=False).files
    assert file.rules[-1].hit == (SCRIPT,)


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"{", 400), (b"[]", 422), (b"{}", 422), (b'{"edits": [], "write": true}', 422),
     (b'{"edits": ' + b"[" * 100_000, 400)],
)  # fmt: skip
def test_what_makes_no_sense_is_said(server: ReviewServer, body: bytes, status: int) -> None:
    got, answer = send(server, body)
    assert got == status
    assert answer["problems"]


def test_a_refusal_says_all_problems(server: ReviewServer, review: Review) -> None:
    before = content(review)
    status, answer = send(server, {"edits": [edit("The end of it.")], "write": True})
    assert status == 422
    assert "example 1" in answer["problems"][0]
    assert content(review) == before


def test_the_command_wants_a_folder_for_rules(review: Review) -> None:
    def command(*arguments: str) -> tuple[int, str]:
        result = CliRunner().invoke(app, ["review", str(review.run.folder), *arguments])
        return result.exit_code, result.stderr

    assert command("--no-browser")[0] == 2
    assert "add --rules DIR" in command("--no-browser")[1]
    file = str(review.folder / f"{SITE}.yaml")
    assert "expected a folder" in command("--rules", file)[1]
    nothing = CliRunner().invoke(app, ["review", "nothing", "--rules", str(review.folder)])
    assert (nothing.exit_code, "not the output folder" in nothing.stderr) == (2, True)


def test_the_effect_reads_a_document_in_the_format_that_the_run_read(tmp_path: Path) -> None:
    """A Markdown document uses the packs for Markdown even if its input does not end in .md."""
    pack = "pack: p\nformats: [markdown]\nrules:\n  - {kind: ad, line: Advertisement}\n"
    site = "site: new.example\nskip: [p/ad]\n"
    text = f"# Piers\n\n{PROSE}\n\n## Boats\n\nAdvertisement\n\n{MORE}"
    row = {"id": "1", "text": text, "url": "https://new.example/1"}
    (tmp_path / "r.jsonl").write_text(json.dumps(row))
    before, after = make_rules(pack), make_rules(pack, site)
    clean_corpus(Cleaner(before), [tmp_path / "r.jsonl"], tmp_path / "out")
    run = open_run(tmp_path / "out")
    (outcome,) = run.outcomes()
    assert outcome.format == "markdown" and outcome.rules == {"p/ad": 1}
    found = dry_run(run, before, after, frozenset({"new.example"}))
    assert (found.documents, found.lines) == (1, {"kept": 1})
