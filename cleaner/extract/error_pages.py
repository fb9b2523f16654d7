"""Pages that are no article: what they are, by their structure and their own headline."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lxml.html import HtmlElement

# What pages call themselves; asked only of pages with hardly any text.
SAYS = {
    "a page of a bot wall": re.compile(
        r"^just a moment\b|^attention required"
        r"|^verif(?:y|ying) (?:that )?you(?:'| a)re (?:a )?human"
        r"|^are you a (?:ro)?bot|^access (?:to this page has been )?denied|^security check"
        r"|^checking your browser|^please wait\b|^pardon our interruption|^human verification",
        re.I,
    ),
    "an error page": re.compile(
        r"^(?:error\s*)?(?:40[0-9]|410|429|5\d\d)\b|\bnot found\b|^forbidden|^unauthorized"
        r"|\bpage (?:does not|doesn't|no longer) exists?\b|^internal server error|^bad gateway"
        r"|^service (?:temporarily )?unavailable|^too many requests|^seite nicht gefunden"
        r"|^page (?:introuvable|non trouvée)|^página no encontrada|^pagina non trovata",
        re.I,
    ),
    "a page to log in": re.compile(r"^(?:log|sign)[ -]?in\b|^anmelden\b|^connexion\b", re.I),
}
WALLS = (
    "//script[contains(@src, '/cdn-cgi/challenge-platform')] | //*[@id='challenge-form']"
    " | //*[@id='px-captcha'] | //*[@id='cf-wrapper'] | //form[@id='captcha-form']"
    " | //iframe[contains(@src, 'captcha-delivery.com')]"
)
REFRESH = re.compile(r"^\s*(\d{1,3})\s*[;,]\s*url\s*=", re.I)
SOON = 10  # seconds; a page that stays longer is one to be read
ROOTS = "//*[@id='root' or @id='app' or @id='__next' or @id='__nuxt' or @id='main-app']"


def why_no_article(tree: HtmlElement, headings: Sequence[str]) -> str | None:
    """What a page with hardly any text is, or None where nothing speaks against an article."""
    if tree.xpath(WALLS):
        return "a page of a bot wall"
    if _redirects(tree):
        return "a page that redirects to another"
    for what, says in SAYS.items():
        if any(says.search(heading) for heading in headings):
            return what
    if tree.xpath("//input[@type='password']"):
        return "a page to log in"
    if any(not str(root.text_content()).strip() for root in tree.xpath(ROOTS)):
        return "an empty shell that scripts fill"
    return None


def _redirects(tree: HtmlElement) -> bool:
    for meta in tree.iter("meta"):
        if (meta.get("http-equiv") or "").lower() == "refresh":
            found = REFRESH.match(meta.get("content") or "")
            if found and int(found[1]) <= SOON:
                return True
    return False
