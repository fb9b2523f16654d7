"""The html rules of a site: when what they select is doubted."""

from cleaner.rules.html_rules import _doubt
from tests.helpers.texts import article


def test_imported_rules_are_used_only_where_they_agree() -> None:
    plain = article(1)
    assert _doubt(article(1), plain, imported=True) is None
    assert _doubt(plain.split("\n")[0], plain, imported=True) is None
    other = "imported and disagrees with plain extraction"
    assert _doubt("menu home search login " * 30, plain, imported=True) == f"was {other}"
    assert _doubt("menu home search login " * 30, plain, imported=False) is None
    assert _doubt("two words", plain, imported=True) == "left too little text"
