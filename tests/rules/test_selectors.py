"""Selectors that can never work, or would take too long, are rejected with a reason."""

import pytest
from lxml.html import document_fromstring

from cleaner.rules.compiler import compile_text
from cleaner.rules.problems import RuleFileError
from cleaner.rules.selectors import SelectorError, check_selector, select


@pytest.mark.parametrize(
    ("selector", "words"),
    [
        ("//script[unknown-fn()]", "no function unknown-fn()"),
        ("//p[contians(., 'a')]", "did you mean contains()?"),
        ("//a[false() and unknown-fn()]", "no function unknown-fn()"),
        ("//div[re:test(., 'x')]", "the prefix of re:test is unknown"),
        ("//svg:g", "the prefix of svg:g is unknown"),
        ("//foo[$x]", "there are no variables"),
        ("//foo[contains('a')]", "contains() takes 2 arguments, not 1"),
        ("//foo[substring('a')]", "takes 2 to 3 arguments, not 1"),
        ("//foo[concat(@a)]", "takes 2 or more arguments, not 1"),
        ("//p[count('a')]", "fails: Invalid type"),
        ("//p * 2", "returns a number, not elements"),
        ("//p = 2", "returns true or false"),
        ("//p/text()", "ends in text(), which is not"),
        ("//time/@datetime", "ends in @datetime, which is not"),
        ("//div[", "does not parse"),
        ("div[", "does not parse"),
    ],
)
def test_selectors_that_never_work_are_rejected(selector: str, words: str) -> None:
    with pytest.raises(SelectorError) as caught:
        check_selector(selector)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    "selector",
    [
        "//p[count(//p[count(//p[count(//p)>.])>.])>.]",
        "//p[@class = //a/@class]",
        "//p[/html/body]",
        "//div[.//p[.//a]]",
        "//p[count(../p[count(../p)>1])>1]",
        "//p[a[following-sibling::b]]",
    ],
)
def test_nested_searches_of_the_page_are_rejected(selector: str) -> None:
    with pytest.raises(SelectorError, match=r"in \[\.\.\.\]"):
        check_selector(selector)


@pytest.mark.parametrize(
    "selector",
    [
        "//div[@id='//x' or contains(concat(' ', @class, ' '), ' $b re:test(.) ')]",
        "//p[.//a and not(a[@href and text()])]",
        "//*[local-name() = 'g'][position() mod 2 = 1][last()]",
        "//div/*[1] | //p[* * 2 > 1]/..",
        "//h2[. = 'More']/following-sibling::*",
        "article > p:not(.a) ~ div:has(> a), li:nth-child(2n+1), :lang(en)",
    ],
)
def test_valid_selectors_are_accepted(selector: str) -> None:
    check_selector(selector)


def test_title_author_and_date_may_select_text() -> None:
    for selector in ("//time/@datetime", "//h1/text()"):
        check_selector(selector, texts=True)
    with pytest.raises(SelectorError, match="a number"):
        check_selector("//p * 2", texts=True)


def test_a_bad_selector_is_reported_at_its_position() -> None:
    text = "site: a.org\nhtml:\n  prune:\n    - .ad\n    - //script[unknown-fn()]\n"
    with pytest.raises(RuleFileError) as caught:
        compile_text(text, "a.org.yaml")
    (problem,) = caught.value.problems
    assert (problem.line, problem.column) == (5, 7)


def test_accepted_selectors_find_their_elements() -> None:
    page = document_fromstring("<body><p>a <a href=x>b</a></p><p>c</p></body>")
    assert [p.text for p in select(page, "//p[.//a]")] == ["a "]
