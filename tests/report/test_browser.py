"""The report in a browser: it opens from disk, runs no code from documents, works with the
keyboard, and turns marked lines into rules."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from cleaner.authoring.test import run_file
from cleaner.report import collect
from cleaner.rules.ruleset import compile_rules
from tests.helpers.browser import chromium, opened
from tests.helpers.report_corpus import DOCUMENTS, article, write_run
from tests.helpers.rules import make_rules
from tests.helpers.texts import MORE, PROSE

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

expect = pytest.importorskip("playwright.sync_api", reason="needs playwright (dev extra)").expect
expect.set_options(timeout=60_000)

VIEWS = ("#overview", "#documents", "#doc=doc-8", "#rules", "#rule=pier.example/bio")
NAMES = "#view-documents .list .name"
MANY = [*DOCUMENTS, *(article(n, MORE, "Share this") for n in range(100, 150))]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as made:
        yield made


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    _, out = write_run(tmp_path_factory.mktemp("run"), MANY)
    return (out / "_run/report.html").as_uri()


def lines(page: Page) -> Any:
    return page.locator("#view-documents .lines li:not(.blank)")


def entries(page: Page) -> list[str]:
    return page.locator(NAMES).all_inner_texts()


def expect_entries(page: Page, *names: str) -> None:
    """Wait until the list shows these entries, because the page reacts to input with a delay."""
    expect(page.locator(NAMES)).to_have_text(list(names))


def expect_title(page: Page, name: str) -> None:
    expect(page.locator("#view-documents .detail h3")).to_have_text(name)


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_opens_from_disk(browser: Browser, url: str, view: str) -> None:
    with opened(browser, url + view) as page:
        assert page.locator("main .view:visible").count() == 1
        assert page.locator("nav [aria-current=page]").count() == 1


def test_all_views_begin_at_the_same_place(browser: Browser, url: str) -> None:
    tops = set()
    for view in ("overview", "documents", "rules"):
        with opened(browser, f"{url}#{view}") as page:
            tops.add(
                page.locator(f"#view-{view} h2").evaluate("e => e.getBoundingClientRect().top")
            )
    assert len(tops) == 1


def test_a_script_in_a_document_does_not_run(browser: Browser, url: str) -> None:
    with opened(browser, f"{url}#doc={quote('</script><b>')}") as page:
        expect_title(page, "<i>Title</i>")
        assert "</script><b>" in page.locator(".detail .meta").first.inner_text()
        assert lines(page).first.inner_text().startswith("<script>window.broken = 1</script>")
        assert "<i>Title</i>" in page.locator(".detail table").first.inner_text()
        assert page.evaluate("window.broken") is None
        assert page.locator(".detail script, .detail img, .detail i, .detail b").count() == 0


def test_removed_text_is_named_by_its_rule_on_focus_and_hover(browser: Browser, url: str) -> None:
    with opened(browser, f"{url}#doc=doc-8") as page:
        mark = page.locator("mark", has_text="The keeper")
        why = mark.locator(".why")
        assert why.inner_text() == "pier.example/bio (bio)"
        style = "element => getComputedStyle(element).clipPath"
        assert why.evaluate(style) != "none"
        mark.focus()
        assert why.evaluate(style) == "none"
        page.locator(".detail h4").first.focus()
        page.locator("h1").click()
        assert why.evaluate(style) != "none"
        mark.hover()
        assert why.evaluate(style) == "none"


def test_documents_are_filtered(browser: Browser, url: str) -> None:
    with opened(browser, f"{url}#documents") as page:
        form = page.locator("#view-documents form")
        form.locator("[name=kind]").select_option("bio")
        expect_entries(page, "doc-8")
        form.locator("[name=kind]").select_option("")
        form.locator("[name=site]").select_option("quay.example")
        expect(page.locator(NAMES, has_text="Are you a robot?")).to_have_count(1)
        assert set(entries(page)) == {"Are you a robot?", *(f"doc-{n}" for n in range(11, 16))}
        form.locator("[name=site]").select_option("")
        form.locator("[name=rule]").select_option("pier.example/newsletter")
        expect_entries(page, "doc-10")
        form.locator("[name=rule]").select_option("")
        form.locator("[name=text]").fill("NORTH LIGHT")
        expect_entries(page, "doc-8")
        assert page.locator("#view-documents .count").inner_text() == "1 document"
        form.locator("[name=text]").fill("no such words")
        expect_entries(page)
        assert "No documents to show" in page.locator("#view-documents .detail").inner_text()


def test_the_verdict_leads_to_the_documents_that_it_counts(browser: Browser, url: str) -> None:
    with opened(browser, url) as page:
        verdict = page.locator("#verdict")
        assert "3 documents are quarantined" in verdict.locator("h3").inner_text()
        assert verdict.locator("li").count() == 4
        assert "not estimated" in verdict.locator("li").nth(2).inner_text()
        verdict.get_by_role("link", name="1 document that may have lost running text").click()
        expect_entries(page, "doc-8")
        tag = page.locator("#view-documents .list .tag")
        assert tag.inner_text() == "running text may be lost"
        risky = page.locator("#view-documents .lines li[data-risk=lost]")
        expect(risky).to_have_count(1)
        assert risky.locator(".words").inner_text().startswith("The keeper of the north light")
        page.get_by_role("link", name="Overview").click()
        verdict.get_by_role("link", name="3 documents in quarantine").click()
        expect(page.locator("#view-documents .list li")).to_have_count(3)
        page.get_by_role("link", name="Overview").click()
        page.locator(".first a").first.click()
        expect_title(page, "Share this")


def test_a_document_links_to_its_original(browser: Browser, url: str) -> None:
    with opened(browser, f"{url}#doc=doc-8") as page:
        link = page.locator("#view-documents .detail a[target]")
        assert link.get_attribute("href") == "https://pier.example/8"
        assert link.get_attribute("rel") == "noopener noreferrer"


def test_documents_without_room_for_their_text_are_still_found(
    browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collect, "MAX_SUSPICIOUS", 2)
    monkeypatch.setattr(collect, "MAX_ORDINARY", 1)
    _, out = write_run(tmp_path, MANY)
    with opened(browser, f"{(out / '_run/report.html').as_uri()}#documents") as page:
        view = page.locator("#view-documents")
        said = f"All {len(MANY)} documents, the most suspicious first; 3 with their text."
        expect(view.locator(".hint").first).to_contain_text(said)
        view.locator("[name=text]").fill("example/141")
        expect_entries(page, "doc-141")
        expect(view.locator(".detail")).to_contain_text("no room for its text")
        view.locator("[name=text]").fill("")
        view.locator("[name=show]").select_option("random")
        expect(view.locator(".list li")).to_have_count(1)


def test_charts_lead_to_documents_and_rules(browser: Browser, url: str) -> None:
    with opened(browser, url) as page:
        page.get_by_role("link", name="bio", exact=True).click()
        expect_entries(page, "doc-8")
        page.get_by_role("link", name="Overview").click()
        page.get_by_role("link", name="pier.example/bio").click()
        detail = page.locator("#view-rules .detail")
        expect(detail.locator("h3")).to_have_text("pier.example/bio")
        assert "looks like running text" in detail.locator(".warning").inner_text()
        detail.get_by_role("link", name="doc-8").click()
        expect_title(page, "doc-8")


def test_long_lists_are_paged(browser: Browser, url: str) -> None:
    with opened(browser, f"{url}#documents") as page:
        first = entries(page)
        assert len(first) == 40
        page.get_by_role("button", name="Next page").click()
        expect(page.locator(NAMES).first).not_to_have_text(first[0])
        assert not set(entries(page)) & set(first)
        page.get_by_role("button", name="Previous page").click()
        expect_entries(page, *first)


def test_keys_lead_through_the_documents(browser: Browser, url: str) -> None:
    with opened(browser, f"{url}#documents") as page:
        ids = entries(page)
        expect_title(page, ids[0])
        for key, place in (("j", 1), ("ArrowRight", 2), ("k", 1), ("ArrowLeft", 0), ("k", 0)):
            page.keyboard.press(key)
            expect_title(page, ids[place])
        page.locator("#view-documents [name=text]").fill("")
        page.keyboard.type("jk")
        assert page.locator("#view-documents [name=text]").input_value() == "jk"


def test_a_fragment_leads_to_one_document(browser: Browser, url: str) -> None:
    with opened(browser, f"{url}#doc=doc-13") as page:
        expect_title(page, "doc-13")
        page.evaluate("location.hash = '#doc=doc-14'")
        page.wait_for_function("document.activeElement.textContent === 'doc-14'")
        page.go_back()
        page.wait_for_function("document.activeElement.textContent === 'doc-13'")
        page.evaluate("location.hash = '#doc=none%'")
        page.wait_for_function(
            "document.querySelector('#view-documents .detail').textContent.includes('No documents')"
        )


def test_every_control_is_reached_by_tab(browser: Browser, url: str) -> None:
    with opened(browser, f"{url}#doc=doc-8") as page:
        reached = []
        for _ in range(80):
            page.keyboard.press("Tab")
            reached.append(
                page.evaluate(
                    "(e => e.getAttribute('aria-label') || e.name || e.textContent)"
                    "(document.activeElement)"
                )
            )
        names = ("To the content", "Documents", "text", "rule", "Next", "Line 1: boilerplate")
        for wanted in names:
            assert any(wanted == name for name in reached), (wanted, reached)


def test_edits_make_rules_that_compile_and_pass(browser: Browser, url: str) -> None:
    with opened(browser, f"{url}#doc={quote('</script><b>')}") as page:
        page.evaluate(
            "() => { window.seen = []; window.onEdits = (edits) => seen.push(edits.length); }"
        )
        count = lines(page).count()
        lines(page).first.focus()
        for number in range(count):
            page.keyboard.press("t" if number == count - 2 else "b")
            page.keyboard.press("ArrowDown")
        made = page.evaluate("window.edits")
        assert page.evaluate("window.seen") == list(range(1, count + 1))
        assert [edit["as"] for edit in made].count("content") == 1
        assert {edit["site"] for edit in made} == {"pier.example"}
        yaml = page.locator(".marked pre").text_content() or ""
        page.locator(".marked summary").click()
        page.get_by_role("button", name="Clear all edits").click()
        assert page.evaluate("window.edits") == [] and not page.locator(".marked").is_visible()
    rules = make_rules(yaml)
    (file,) = rules.files
    assert [str(failure) for failure in run_file(file, rules)] == []
    assert len(file.rules[0].hit) == count - 1 == len(file.rules[0].line)
    assert file.rules[0].miss == tuple(m["line"] for m in made if m["as"] == "content")
    assert [template.source for template in file.keep] == list(file.rules[0].miss)


def test_a_mark_is_taken_back_and_changed_with_its_buttons(browser: Browser, url: str) -> None:
    with opened(browser, f"{url}#doc=doc-8") as page:
        lines(page).nth(1).hover()
        boilerplate = page.get_by_role("button", name="Line 3: boilerplate")
        content = page.get_by_role("button", name="Line 3: content")
        boilerplate.click()
        assert boilerplate.get_attribute("aria-pressed") == "true"
        content.click()
        assert boilerplate.get_attribute("aria-pressed") == "false"
        assert page.evaluate("window.edits.map(edit => edit.as)") == ["content"]
        content.click()
        assert page.evaluate("window.edits") == []


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_shows_it_without_scrolling_sideways(
    browser: Browser, url: str, view: str, scheme: Any
) -> None:
    phone = {"width": 360, "height": 740}
    with opened(browser, url + view, viewport=phone, color_scheme=scheme) as page:
        if view.startswith("#doc="):
            page.locator("mark[tabindex]").first.focus()
            page.keyboard.press("b")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_motion_is_left_out_where_it_is_not_wanted(browser: Browser, url: str) -> None:
    seconds = {}
    for motion in ("reduce", "no-preference"):
        with opened(browser, f"{url}#doc=doc-8", reduced_motion=motion) as page:
            seconds[motion] = page.evaluate(
                "getComputedStyle(document.querySelector('.why')).transitionDuration"
            )
    assert seconds["reduce"] == "0s" != seconds["no-preference"]


AUDIT = (Path(__file__).parent / "audit.js").read_text("utf-8")


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_the_page_is_accessible(
    browser: Browser, url: str, view: str, scheme: Any, width: int
) -> None:
    size = {"width": width, "height": 800}
    with opened(
        browser, url + view, viewport=size, color_scheme=scheme, reduced_motion="reduce"
    ) as page:
        if view.startswith("#doc="):
            lines(page).first.focus()
            page.keyboard.press("b")
        ink = page.evaluate("getComputedStyle(document.body).color")
        assert (sum(map(int, ink[4:-1].split(","))) > 380) == (scheme == "dark")
        assert page.evaluate(AUDIT) == []


def test_the_audit_finds_what_is_wrong(browser: Browser, tmp_path: Path) -> None:
    bad = tmp_path / "bad.html"
    bad.write_text(
        "<!doctype html><title>x</title><h1>One</h1><h3>Three</h3><button></button><input>"
        "<p style='color:#999;background:#fff'>Pale</p><i id=a></i><i id=a></i>"
    )
    with opened(browser, bad.as_uri()) as page:
        found = " ".join(page.evaluate(AUDIT))
    for wanted in ("no language", "H3 after H1", "BUTTON without a name", "INPUT without a name",
                   "Pale", "id a twice"):  # fmt: skip
        assert wanted in found


def test_prose_of_the_sample_is_prose() -> None:
    """The documents of these tests contain the prose that they need."""
    assert len(PROSE) > 60 and len({row["id"] for row in MANY}) == len(MANY)


def test_a_learned_rule_is_accepted_or_rejected_with_one_key(
    browser: Browser, tmp_path: Path
) -> None:
    content = b"site: pier.example\nrules:\n  - {kind: social, line: Share this}\n"
    learned = compile_rules([("out/_run/learned/pier.example.yaml", content)])
    _, out = write_run(tmp_path, rules=learned)
    with opened(browser, f"{(out / '_run/report.html').as_uri()}#rules") as page:
        expect(page.locator("#view-rules .list small").first).to_contain_text("learned")
        page.keyboard.press("b")
        expect(page.locator(".marked .yaml")).to_contain_text("Share this")
        assert page.evaluate("window.edits.map(edit => edit.as)") == ["boilerplate"]
        page.keyboard.press("t")
        expect(page.locator(".marked .yaml")).to_contain_text("keep:")
        assert page.evaluate("window.edits.map(edit => edit.as)") == ["content"]
