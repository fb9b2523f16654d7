"""The html rules of a site, and when their result is doubtful."""

from cleaner.rules.html_rules import _doubt
from tests.helpers.texts import article


def test_imported_rules_must_agree_with_plain_extraction() -> None:
    plain = article(1)
    assert _doubt(article(1), plain, imported=True) is None
    assert _doubt(plain.split("\n")[0], plain, imported=True) is None
    other = "imported and disagrees with plain extraction"
    assert _doubt("menu home search login " * 30, plain, imported=True) == f"was {other}"
    assert _doubt("menu home search login " * 30, plain, imported=False) is None
    assert _doubt("two words", plain, imported=True) == "left too little text"
