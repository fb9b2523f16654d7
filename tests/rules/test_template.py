import pytest

from cleaner.rules.prefilter import TemplateIndex
from cleaner.rules.template import TemplateError, parse
from cleaner.text.lines import Lines
from cleaner.text.normalization import Normalizer


def match(template: str, row: str) -> dict[str, object] | None:
    found = parse(template).match(Lines(row)[0])
    return None if found is None else dict(found)


@pytest.mark.parametrize(
    ("template", "row"),
    [
        ("Share on Facebook", "SHARE ON FACEBOOK"),
        ("Share on Facebook", "**Share** on  Facebook"),
        ("Share on *", "Share on Reddit"),
        ("Follow us: *", "Follow us:"),
        ("* for our newsletter", "Sign up for our newsletter"),
        ("* for our newsletter", "for our newsletter"),
        ("**Bold** words*", "bold words and more"),
        (r"five \* stars", "Five * stars"),
        (r"\/path/", "/path/"),
        ("/share on [a-z]+/", "Share on Facebook"),
        ("/[A-Z ]+/c", "**READ THIS**"),
        ("- Share - *", "• share — now"),
        ("Don’t miss…", "Don't miss..."),
        ("a – b", "A - B"),
        ("{number} comments", "1,204 comments"),
        ("Read or share this story: {url}", "Read or Share this story: https://example.org/1"),
        ("Straße *", "straße frei"),
        ("Share this", "Share this:"),
        ("Share this:", "Share this"),
        ("Share this", "**Share this** :"),
        ("Share this...", "Share this…"),
        ("Read more", "Read more >>"),
        ("Read more →", "Read more —"),
        ("* contributed to this report.", "Ann Smith contributed to this report"),
        ("* contributed to this report", "Ann Smith contributed to this report."),
        ("{number} comments", "12 comments:"),
        ("- - -", "- - -"),
    ],
)
def test_matches(template: str, row: str) -> None:
    assert match(template, row) is not None


@pytest.mark.parametrize(
    ("template", "row"),
    [
        ("Share on Facebook", "Share on Facebook what you saw"),
        ("Share on Facebook", "Please share on Facebook"),
        ("By {author}", "By Wednesday, the board had not answered."),
        ("By {author}", "By the time it was over, nobody was left."),
        ("By {author}", "By Monday"),
        ("{source} {original_date}", "The strike began on 3 March 2016"),
        ("{date}", "In March 2016 it rained"),
        ("{number} comments", "Some comments"),
        ("{title} - The Hill", "They gathered on the grass below the hill"),
        ("/[A-Z ]+/c", "Read this"),
        ("By {author}", "By Ann Smith at ann@example.org"),
        ("/share on [a-z]+/", "Share on Facebook today"),
        ("Region: {regions}", "Region:"),
        ("Share this", "Share this?"),
        ("Share this", "Share this!"),
        ("*.", "Share this"),
        ("{author}:", "Ann Smith"),
        ("/share this/", "Share this:"),
        ("...", "---"),
    ],
)
def test_does_not_match(template: str, row: str) -> None:
    assert match(template, row) is None


@pytest.mark.parametrize(
    ("template", "row", "captures"),
    [
        ("By {author}", "By Ann Smith and Bo Li", {"author": ("Ann Smith", "Bo Li")}),
        ("By {author}", "By <u>Ludwig van Beek</u>", {"author": ("Ludwig van Beek",)}),
        ("{source} {original_date}", "South Front 11 October 2017",
         {"source": "South Front", "original_date": "2017-10-11"}),
        ("Global Research, {date}", "Global Research, October 12, 2017", {"date": "2017-10-12"}),
        ("Theme: {themes}", "Theme: Terrorism, US NATO War Agenda",
         {"themes": ("Terrorism", "US NATO War Agenda")}),
        ("In-depth Report: {series}", "In-depth Report: **SYRIA**", {"series": ("SYRIA",)}),
        ("© {year} {holder}", "© 2003–2017 İzmir Haber", {"year": 2017, "holder": "İzmir Haber"}),
        ("contact: {email}", "Contact: Press@Example.org.", {"email": ("Press@Example.org",)}),
        ("Write to {author} at {email} and {author} at {email}",
         "Write to Ann Smith at a@example.org and Bo Li at b@example.org",
         {"author": ("Ann Smith", "Bo Li"), "email": ("a@example.org", "b@example.org")}),
        ("/by (?P<author>.+)/", "BY Ann Smith", {"author": ("Ann Smith",)}),
    ],
)  # fmt: skip
def test_captures_are_read_from_the_text_itself(
    template: str, row: str, captures: dict[str, object]
) -> None:
    assert match(template, row) == captures


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("By {autor}", "did you mean {author}"),
        ("{date} and {date}", "is repeated"),
        ("*", "no words of its own"),
        ("{text}", "no words of its own"),
        ("* {number}", "no words of its own"),
        ("/(?=a)b/", "RE2 rejects"),
        (r"/(a)\1/", "RE2 rejects"),
        ("/a*/", "matches the empty line"),
        ("/(?P<nobody>a)/", "unknown field"),
        ("/(((a{1,100}){1,100}){1,100})/", "RE2 rejects"),
    ],
)
def test_bad_templates_say_why(template: str, words: str) -> None:
    with pytest.raises(TemplateError, match=words.replace("{", r"\{")):
        parse(template)


def test_an_index_finds_all_owners() -> None:
    index = TemplateIndex(
        [
            (parse("Share"), "a"),
            (parse("share"), "b"),
            (parse("Sh*re"), "c"),
            (parse("By {author}"), "d"),
        ]
    )
    lines = Lines("Share\n\nBy Ann Smith\nshAre\nBy and by it rained")
    found = sorted((owner, number) for owner, number, _ in index.matches(lines))
    assert found == [("a", 0), ("a", 3), ("b", 0), ("b", 3), ("c", 0), ("c", 3), ("d", 2)]


def test_spans_stay_within_a_line() -> None:
    index = TemplateIndex(
        (), [(parse("(see *)", inline=True), "a"), (parse("write to *", inline=True), "b")]
    )
    text = "one (see two) three (see\nfour) five. write to me\nsix"
    found = {text[m.start() : m.end()] for _, _, m in index.stretches(Lines(text))}
    assert found == {"(see two)", "write to me"}


def test_same_finds_repeated_text() -> None:
    pattern = r"/(?P<same>[A-Z]\w+) (?:[A-Z]\w* ){1,3}(?P<same__2>[A-Z]\w+).{4,80}? MORE\b/c"
    index = TemplateIndex((), [(parse(pattern, inline=True), "a")])
    text = "Then Mayor Ann Smith Ann Bo SmithMan bites dog Dog bites man MORE left. No MORE."
    found = [text[m.start() : m.end()] for _, _, m in index.stretches(Lines(text))]
    assert found == ["Smith Ann Bo SmithMan bites dog Dog bites man MORE"]


@pytest.mark.parametrize(
    "pasted",
    [
        "Join the harbor\u2060 club",
        "\ufeffJoin the harbor club",
        "Join the har\u00adbor\u200b club",
        "Join &lt;the&gt; harbor &amp; club",
        "Join the harbor cafÃ© club â€“ today",
        "Join the harbor cafe\u0301 club",
    ],
)
def test_a_pasted_line_is_normalized_like_the_text(pasted: str) -> None:
    line = Lines(Normalizer()(pasted))[0]
    assert parse(pasted).match(line) == {}
    assert parse(f"{pasted} by {{year}}").match(Lines(f"{Normalizer()(pasted)} by 2019")[0])
    assert parse(f" {pasted}", inline=True).compiled.search(f"A pier. {line.folded}")


def test_a_placeholder_at_the_end_keeps_its_punctuation() -> None:
    assert match("Quote: {text}", "Quote: it rained ...") == {"text": "it rained ..."}
    assert match("{text} - Example News", "Piers, etc. - Example News:") == {"text": "Piers, etc."}


@pytest.mark.parametrize("template", ["Share this:", "* at the harbor.", "*, the Harbor Gazette:"])
@pytest.mark.parametrize("end", ["", ".", ":", " :", ",", "...", "…", " ->", " →", " –"])
def test_the_index_finds_what_a_template_matches_whatever_its_end(template: str, end: str) -> None:
    row = template.replace("*", "Ann Smith").rstrip(".:") + end
    index = TemplateIndex([(parse(template), "rule")])
    assert [(n, owner) for owner, n, _ in index.matches(Lines(f"A pier.\n{row}"))] == [(1, "rule")]
