"""trafilatura's steps taken faster: what they give is what trafilatura itself gives."""

import random
import subprocess
import sys
from collections.abc import Iterator

import pytest
from lxml.html import HtmlElement
from trafilatura import external, xpaths
from trafilatura.baseline import html2txt
from trafilatura.metadata import extract_metadata

from cleaner.extract import extractors
from cleaner.extract.extractors import (
    DATE_OPTIONS,
    parse_page,
    trafilatura_metadata,
    trafilatura_text,
)
from cleaner.extract.quick_trafilatura.names import BODIES, discarded, teasers, unwanted
from cleaner.extract.quick_trafilatura.sizes import readability_at_most, spaced_at_most
from tests.helpers.texts import article

NAMES = (
    "post entry article-content Article-Body post_content story-body content main-content text "
    "Main-Content pageContent page-content comment-list Comments commentary comments reply-1 "
    "sidebar share-bar social cookie-note nav menu Footer related teaser bigTeaser caption hidden "
    "x-hide author author-name byline Byline writer date quote print infinite-scroll "
    "mvp-post-add-box elementor-share-buttons is-hidden fulltext FullText articleBody category "
    "entry-meta tags postmeta ad-break header pagination extra tweet widget-box wide a b2"
).split()
TAGS = (
    "div div div section article main aside span p p p ul ol li details table blockquote form "
    "footer header nav figure h1 h2 h3 time a strong em pre td iframe noscript svg"
).split()
ATTRIBUTES = (
    ("id", NAMES),
    ("class", NAMES),
    ("style", ["display:none", "visibility: hidden", "color:red"]),
    ("role", ["navigation", "article", "main", "presentation"]),
    ("itemprop", ["articleBody", "author", "author name"]),
    ("rel", ["author", "license"]),
    ("href", ["/tag/sea", "/category/town", "https://a.example/b"]),
    ("aria-hidden", ["true", "false"]),
    ("data-component", ["Byline", "MostPopularStories", "Figure"]),
    ("src", ["https://www.youtube.com/x", "https://a.example/x.png"]),
)
SENTENCES = [*article(1).split("\n"), "By Ann Smith", "March 12, 2019", "Share, and more", "x", " "]
HEAD = (
    "<head><title>A Pier Opens | Example News</title>"
    "<script type='application/ld+json'>{'a': 1}</script><style>p {}</style>{extra}</head>"
)
EXTRAS = (
    "",
    "<meta name='author' content='Ann Smith'>",
    "<meta property='article:section' content='Town'><link rel='canonical' href='https://a.example/x'>",
    '<script type=\'application/ld+json\'>{"@type": "DiscussionForumPosting"}</script>',
)


def pieces(chance: random.Random, depth: int) -> Iterator[str]:
    for _ in range(chance.randint(1, 4)):
        tag = chance.choice(TAGS)
        said = {key: chance.choice(values) for key, values in chance.sample(ATTRIBUTES, 3)}
        kept = [f" {key}='{value}'" for key, value in said.items() if chance.random() < 0.5]
        chance.shuffle(kept)
        inner = "".join(pieces(chance, depth - 1)) if depth and chance.random() < 0.8 else ""
        text = chance.choice(SENTENCES) * chance.choice((1, 1, 3))
        yield f"<{tag}{''.join(kept)}>{text}{inner}</{tag}>{chance.choice(SENTENCES)}"


def page(seed: int) -> str:
    chance = random.Random(seed)
    body = "".join(pieces(chance, chance.randint(1, 6)))
    return f"<html>{HEAD.replace('{extra}', chance.choice(EXTRAS))}<body>{body}</body></html>"


SEEDS = range(150)
# Only without its first paragraph, which goes before it, is the <div> a list of links.
LINKED = (
    f"<div><p><a href='/a'>{'Pupils win a prize. ' * 12}</a></p><p>{'The pier is open. ' * 8}</p>"
    "<a href='/b'>More</a> <a href='/c'>Less</a></div>"
)
ODD = (
    f"<html><body><article>{f'<p>{SENTENCES[0]}</p>' * 9}{LINKED}</article></body></html>",
    "",
    "plain words",
    "<p>one</p>",
    "<div><p>one</p><p>two</p></div>",
    "<!DOCTYPE html/><html/><body><p>one</p><p>two</p></body></html>",
    "<?xml version='1.0' encoding='utf-8'?><html><body><p>one</p><p>two</p></body></html>",
    "<html><body><p>a\x00b\x0bc \ud800 d</p><p>e</p></body></html>",
    f"<html><head></head><body>{'<div>' * 3000}<p>{SENTENCES[0] * 5}</p></body></html>",
    f"<html><body><noembed>&lt;p&gt;</noembed><article>{'<p>x y</p>' * 99}</article></body></html>",
)


def tree_of(source: str) -> HtmlElement:
    tree = parse_page(source)
    assert tree is not None
    return tree


@pytest.fixture
def stock(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Switches to trafilatura itself, as another version would, until it is undone."""
    monkeypatch.setattr(extractors, "is_tested", lambda: False)
    return monkeypatch


def text_of(source: str) -> str | None:
    tree = parse_page(source)
    return None if tree is None else trafilatura_text(tree, "https://a.example/x")


@pytest.mark.parametrize("source", [*map(page, SEEDS), *ODD])
def test_texts_are_those_of_trafilatura(source: str, stock: pytest.MonkeyPatch) -> None:
    expected = text_of(source)
    stock.undo()
    assert extractors.is_tested()
    assert text_of(source) == expected


def test_the_pages_take_all_ways() -> None:
    """What is compared above would otherwise be little."""
    texts = [text_of(page(seed)) for seed in SEEDS]
    assert sum(bool(text) for text in texts) > 100
    assert len({len(text or "") // 500 for text in texts}) > 5


def test_metadata_is_that_of_trafilatura() -> None:
    fields = "author title date url sitename description categories tags".split()
    for seed in SEEDS:
        tree = tree_of(page(seed))
        found, expected = (
            trafilatura_metadata(tree, None),
            extract_metadata(tree, None, DATE_OPTIONS),
        )
        for name in fields:
            assert getattr(found, name) == getattr(expected, name), (seed, name)


@pytest.mark.parametrize(
    ("find", "expressions"),
    [
        (discarded, xpaths.OVERALL_DISCARD_XPATH),
        (teasers, [*xpaths.DISCARD_IMAGE_ELEMENTS, *xpaths.TEASER_DISCARD_XPATH]),
        (unwanted, [*xpaths.RAW_TREE_PRUNE_XPATH, *xpaths.REMOVE_COMMENTS_AND_LISTS_XPATH]),
    ],
)
def test_elements_are_those_of_the_expressions(find, expressions) -> None:  # type: ignore[no-untyped-def]
    found = 0
    for seed in SEEDS:
        tree = tree_of(page(seed))
        expected = {node for expression in expressions for node in expression(tree)}
        assert set(find(tree)) == expected
        found += len(expected)
    assert found > 10


def test_frames_are_those_of_the_expressions() -> None:
    found = [0] * len(BODIES)
    for seed in SEEDS:
        tree = tree_of(page(seed))
        for n, (first, expression) in enumerate(zip(BODIES, xpaths.BODY_XPATH, strict=True)):
            expected = next(iter(expression(tree)), None)
            assert first(tree) is expected
            found[n] += expected is not None
    assert min(found) > 10


def test_sizes_are_not_exceeded() -> None:
    for seed in SEEDS:
        tree = tree_of(page(seed))
        most = readability_at_most(tree, 0)
        assert readability_at_most(tree, 1 << 30) >= most
        assert spaced_at_most(tree) >= len(html2txt(tree))
        taken = external.try_readability(tree_of(page(seed)))
        assert len(" ".join("".join(taken.itertext()).split())) <= most


def test_an_author_and_a_date_are_looked_for_where_they_are_wanted() -> None:
    source = "<html><body><p class='author'>Ann Smith</p><p>March 12, 2019</p></body></html>"
    wanted = trafilatura_metadata(tree_of(source), None)
    assert (wanted.author, wanted.date) == ("Ann Smith", "2019-03-12")
    other = trafilatura_metadata(tree_of(source), None, author=False, date=False)
    assert (other.author, other.date) == (None, None)


def test_what_pages_need_is_there_before_workers_are_forked() -> None:
    """Each of them would import it again else; a process of its own, since here it is there."""
    code = (
        "import sys; from cleaner.extract.extractors import preload; preload();"
        "print(*sorted(n for n in sys.modules if n.startswith('cleaner.extract.quick')))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    home = "cleaner.extract.quick_trafilatura"
    assert {f"{home}.text", f"{home}.metadata"} <= set(ran.stdout.split())
