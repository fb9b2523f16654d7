"""Removals by the three forms of rules, their guards, and the white space around them."""

from collections.abc import Callable

import pytest

from cleaner.document import Document
from cleaner.pipeline import Cleaner
from tests.helpers.rules import make_rules
from tests.helpers.texts import MORE, PROSE

Clean = Callable[..., str | None]


def site(rules: str, head: str = "") -> str:
    return f"site: example.org\n{head}rules:\n{rules}"


LINE = site("  - kind: ad\n    line: Advertisement\n")


def test_a_line_goes_with_its_gap(clean_text: Clean) -> None:
    assert clean_text(f"{PROSE}\n\nAdvertisement\n\n{MORE}", LINE) == f"{PROSE}\n\n{MORE}"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a b\nAdvertisement\nc d", "a b\nc d"),
        ("a b\n\nAdvertisement\nc d", "a b\n\nc d"),
        ("a b\nAdvertisement\n\nc d", "a b\n\nc d"),
        ("a b\nAdvertisement\n\nAdvertisement\nc d", "a b\n\nc d"),
        ("Advertisement\n\na b\nAdvertisement", "a b"),
        ("a b\n\n**Advertisement**\n\n\n\nc d", "a b\n\nc d"),
        ("Advertisements\nAdvertisement of", "Advertisements\nAdvertisement of"),
    ],
)
def test_separate_paragraphs_stay_separate(clean_text: Clean, before: str, after: str) -> None:
    assert clean_text(before, LINE) == after


BLOCK = site(
    "  - kind: fair-use\n    from: 'Disclaimer: *'\n    to: '*contact: {email}'\n    lines: 3\n"
)


def test_a_block_ends_on_its_own_line_or_within_lines(clean_text: Clean) -> None:
    one = f"{PROSE}\nDisclaimer: all is ours, contact: a@example.org\n{MORE}"
    assert clean_text(one, BLOCK) == f"{PROSE}\n{MORE}"
    three = f"{PROSE}\nDisclaimer: all\n\nis ours\n\nand so contact: a@example.org\n{MORE}"
    assert clean_text(three, BLOCK) == f"{PROSE}\n\n{MORE}"


OPENING = site(
    "  - kind: byline\n    at: head\n    from: '/[^.,:;!?()]{3,40}/'\n    to: Follow us\n"
    "    lines: 2\n"
    "  - kind: markup\n    span: '[tweet]'\n"
)


@pytest.mark.parametrize(
    ("head", "left"),
    [
        ("Ann Smith\nFollow us", ""),
        ("Ann Smith\n\nFollow [tweet]us", ""),  # the end appears in the second round
        ("Follow us", ""),  # it may be the first line as well
        ("Bo Li\nAnn Smith\nFollow us", "Bo Li\n"),
        ("Ann Smith\nBo Li", "Ann Smith\nBo Li\n"),
        ("Ann Smith, 12\nFollow us\nnow", "Ann Smith, 12\nnow\n"),
    ],
)
def test_a_block_that_any_line_may_begin_is_found_by_its_end(
    clean_text: Clean, head: str, left: str
) -> None:
    assert clean_text(f"{head}\n{PROSE}", OPENING) == left + PROSE


def test_a_block_without_end_does_not_match(clean_text: Clean) -> None:
    four = f"{PROSE}\nDisclaimer: a\nb\nc\nd, contact: a@example.org\n{MORE}"
    assert clean_text(four, BLOCK) == four
    none = f"{PROSE}\nDisclaimer: a\nb"
    assert clean_text(none, BLOCK) == none


def test_a_block_without_to_ends_before_prose(clean_text: Clean) -> None:
    rules = site("  - kind: related\n    from: 'Read more:'\n    lines: 4\n")
    assert clean_text(f"{PROSE}\nRead more:\nOne\nTwo\n{MORE}", rules) == f"{PROSE}\n{MORE}"
    assert clean_text(f"{PROSE}\nRead more:\nOne", rules) == PROSE
    five = f"{PROSE}\nRead more:\n1\n2\n3\n4\n{MORE}"
    assert clean_text(five, rules) == five


def test_a_span_keeps_its_fields_and_other_rules_work_inside(clean_text: Clean) -> None:
    rules = site(
        "  - kind: markup\n    span: '<u>{text}</u>'\n    put: '{text}'\n"
        "  - kind: related\n    span: '(RELATED: *)'\n"
    )
    assert clean_text("So <u>it (Related: A thing) was</u>.", rules) == "So it was."
    assert clean_text("It was so (RELATED: More), he said.", rules) == "It was so, he said."
    assert clean_text("(RELATED: More) It was so.", rules) == "It was so."
    assert clean_text("One\n(RELATED: More)\nTwo", rules) == "One\nTwo"
    assert clean_text("<<u>u>deep</u></u>", rules) == "deep"


def test_put_may_contain_literal_words(clean_text: Clean) -> None:
    rules = site(
        "  - kind: markup\n    span: '[[{text}|{number}]]'\n    put: '{text} ({number})'\n"
    )
    assert clean_text("See [[page|12]] there", rules) == "See page (12) there"


def test_head_and_tail_refer_to_the_remaining_text(clean_text: Clean) -> None:
    rules = site(
        "  - kind: byline\n    at: head\n    line: 'By {author}'\n"
        "  - kind: disclaimer\n    at: tail\n    line: 'The views *'\n"
        "  - kind: ad\n    line: 'Our sponsor *'\n"
    )
    views = "The views expressed here are those of the author alone and not those of the paper."
    sponsor = (
        "Our sponsor wants you to know that its boats are the fastest boats on the whole coast."
    )
    article = "\n".join((*[PROSE] * 6, "By Ann Smith", views, MORE))
    text = f"{sponsor}\nBy Ann Smith\n{article}\n{views}\n{sponsor}\n{views}"
    assert clean_text(text, rules) == article


def test_first_is_the_first_remaining_line(clean_text: Clean) -> None:
    rules = site(
        "  - kind: title\n    at: first\n    from: '{title}'\n    to: 'By {author}'\n    lines: 2\n"
        "  - kind: ad\n    line: Advertisement\n"
    )
    text = (
        f"Advertisement\n\nBoard to Dredge Channel\nBy Ann Smith\n\n{PROSE}\n\nA Heading\nBy Bo Li"
    )
    assert clean_text(text, rules) == f"{PROSE}\n\nA Heading\nBy Bo Li"


def test_a_block_at_first_spans_no_prose(clean_text: Clean) -> None:
    rules = site(
        "  - kind: title\n    at: first\n    lines: 5\n    from: '{title}'\n    to: 'Coast, *'\n"
        "  - kind: disclaimer\n    line: 'The views expressed here are *'\n"
    )
    notice = "The views expressed here are those of the author alone and not those of the paper."
    title, date = "Board to Dredge Channel", "Coast, May 2"
    assert clean_text(f"{title}\nPart two\n{date}\n{PROSE}", rules) == PROSE
    assert clean_text(f"{title}\n{notice}\n{date}\n{PROSE}", rules) == PROSE
    for text in (f"{title}\n{PROSE}\n{date}", f"{title}\n{PROSE}\n{MORE}\n{date}"):
        assert clean_text(text, rules) == text


def test_body_spares_the_first_line(clean_text: Clean) -> None:
    rules = site("  - kind: related\n    at: body\n    line: 'Video: *'\n")
    assert clean_text(f"Video: A pier\n{PROSE}\nVideo: A goat", rules) == f"Video: A pier\n{PROSE}"


def test_guards(clean_text: Clean) -> None:
    rules = site("  - kind: related\n    line: 'See also: *'\n    words: 6\n    unless: '*, *'\n")
    assert clean_text("See also: The dredger\nx", rules) == "x"
    assert clean_text("See also: the dredger that came in the spring\nx", rules) != "x"
    assert clean_text("See also: one, two\nx", rules) != "x"


def test_keep_wins_over_everything(clean_text: Clean) -> None:
    rules = site(
        "  - kind: ad\n    line: 'Adv*'\n"
        "  - kind: related\n    from: Read more\n    to: End\n    lines: 9\n"
        "  - kind: markup\n    span: '**'\n",
        head="keep: |\n  Advent\n  Adv. of *\n",
    )
    text = "Advert\nAdvent\n**Adv. of** it\nRead more\nAdvent\nEnd"
    assert clean_text(text, rules) == "Advent\n**Adv. of** it\nAdvent"


def test_a_span_ends_after_the_links_in_it_and_takes_the_emphasis_around_it(
    clean_text: Clean,
) -> None:
    rules = site("  - kind: related\n    span: '(RELATED: *)'\n")
    text = "It rained. **(RELATED: [A \\[wet\\] pier](https://example.org/1))** It stopped."
    assert clean_text(text, rules) == "It rained. It stopped."


def test_skip_disables_a_rule_of_another_file() -> None:
    pack = (
        "pack: en\nrules:\n  - kind: ad\n    line: Advertisement\n"
        "  - kind: app\n    line: Get the app\n"
    )
    rules = make_rules(pack, "site: example.org\nskip: [en/ad]\n")
    text = "Advertisement\nGet the app\nx"
    here = Document("1", text, url="https://www.example.org/1")
    assert Cleaner(rules).clean(here).text == "Advertisement\nx"
    assert Cleaner(rules).clean(Document("2", text)).text == "x"


def test_the_narrowest_match_names_the_line_and_sites_go_before_packs() -> None:
    rules = make_rules(
        "pack: en\nrules:\n  - kind: ad\n    line: Two\n",
        "site: example.org\nrules:\n"
        "  - kind: related\n    from: One\n    to: Three\n    lines: 3\n"
        "  - kind: ad\n    line: Two\n",
    )
    done = Cleaner(rules).clean(Document("1", "One\nTwo\nThree\nx", sites=("example.org",)))
    assert [(r.rule, r.text) for r in done.removals] == [
        ("example.org/related", "One\n"),
        ("example.org/ad", "Two\n"),
        ("example.org/related", "Three\n"),
    ]


def test_the_context_of_a_span_stays(clean_text: Clean) -> None:
    rule = r"  - kind: ad\n    span: '/(?P<before>[,;]) AD(?P<after>\.|(?m:$))/c'\n"
    rules = site(rule.replace(r"\n", "\n"))
    assert clean_text("A pier, AD. B; AD\nC: AD. D, ADs", rules) == "A pier,. B;\nC: AD. D, ADs"


DATED = site("  - kind: dateline\n    at: head\n    line: '{date}'\n")


def test_dates_in_a_list_of_events_are_not_publication_dates(clean_text: Clean) -> None:
    days = ["27 Mart 2019", "28 Mart 2019", "2 Nisan 2019"]
    events = "\n".join(f"{day}\nLiman konseri {n}" for n, day in enumerate(days))
    assert clean_text(events, DATED) == events
    article = f"27 Mart 2019\nLiman konseri\n28 Mart 2019\n{PROSE}"
    assert clean_text(article, DATED) == f"Liman konseri\n{PROSE}"


TAIL = site(
    "  - kind: taxonomy\n    at: tail\n    line: 'Tags: {tags}'\n"
    "  - kind: copyright\n    at: tail\n    line: '© {year} {holder}'\n"
)
UNKNOWN = "A line that no rule knows, about the harbor and its friends, who wish to be remembered."


def test_one_unknown_line_does_not_keep_the_tail_before_it(clean_text: Clean) -> None:
    tail = f"Tags: piers, boats\n\n© 2019 Tarn Gazette\n\n{UNKNOWN}"
    assert clean_text(f"{PROSE}\n\n{tail}", TAIL) == f"{PROSE}\n\n{UNKNOWN}"


@pytest.mark.parametrize(
    "body",
    [
        f"{PROSE}\nTags: piers, boats\n{UNKNOWN}",
        f"{PROSE}\nTags: piers, boats\nTags: boats, ropes\n{UNKNOWN}",
        f"{PROSE}\nTags: piers, boats\nA word\n© 2019 Tarn Gazette\n{UNKNOWN}",
        f"{PROSE}\nTags: piers, boats\n© 2019 Tarn Gazette\n{UNKNOWN}\n{MORE}",
    ],
)
def test_lines_before_prose_that_are_not_a_tail_stay(clean_text: Clean, body: str) -> None:
    assert clean_text(body, TAIL) == body
