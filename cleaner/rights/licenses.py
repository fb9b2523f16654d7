"""Licences named in words, abbreviations and links, as SPDX ids.

Nothing is guessed: a Creative Commons licence has an id only where variant and version are stated;
else it is `LicenseRef-CC-BY-SA` (no version) or `LicenseRef-CC-unspecified` (no variant).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches
from functools import cache
from typing import Any

UNSPECIFIED = "LicenseRef-CC-unspecified"
PUBLIC_DOMAIN = "LicenseRef-public-domain"

CC_URL = re.compile(
    r"creativecommons\.org/(?:licenses/(?P<kind>by(?:-(?:nc|nd|sa))*)/(?P<version>\d\.\d)"
    r"(?:/(?P<port>[a-z]{2,3})\b)?|(?P<zero>publicdomain/zero|publicdomain/mark|licenses/publicdomain))",
    re.IGNORECASE,
)
# The elements of the licences, as their names give them in some languages.
ELEMENTS = {
    "NC": r"non[- ]?commercial(?:e)?|nicht[- ]?kommerziell|pas d['’ ]?utilisation commerciale"
    r"|no[- ]?comercial|n[ãa]o[- ]?comercial|niet[- ]?commercieel|ickekommersiell|użycie niekomercyjne",
    "ND": r"no[- ]?deriv(?:ative)?(?:s| works)?|keine[- ]?bearbeitung(?:en)?|pas de modifications?"
    r"|sin[- ]?(?:obras?[- ]?)?derivad[ao]s?|non opere derivate|sem[- ]?deriva(?:ç[õo]es|dos)"
    r"|geen[- ]?afgeleide[- ]?werken|ingabearbetningar",
    "SA": r"share[- ]?alike|(?:weitergabe unter )?gleichen bedingungen|partage(?: dans les m[êe]mes"
    r" conditions| à l['’ ]identique)|compartir[- ]?igual|condividi allo stesso modo|compartilha[- ]?igual"
    r"|compartilhamento pela mesma licença|gelijk[- ]?delen|delalika",
}
BY = (
    r"attribution|namensnennung|paternit[ée]|reconocimiento|atribuci[óo]n|attribuzione|atribuiç[ãa]o"
    r"|naamsvermelding|erkännande|uznanie autorstwa"
)
NAMED = re.compile(
    rf"creative[- ]commons\b(?:(?! with | that | which ).){{0,30}}?\b(?P<name>(?:{BY})\b.*)",
    re.IGNORECASE,
)
SHORT = re.compile(
    r"\bcc[- ](?P<kind>by(?:[- /](?:nc|nd|sa))*)\b(?:[- ]?v?(?P<version>\d\.\d)(?:[- ](?P<port>[A-Z]{2,3})\b)?)?",
    re.IGNORECASE,
)
VERSION = re.compile(
    r"(?:version |v\.? ?)?\b(?P<version>[1-4]\.[0-9])\b(?P<rest>.{0,30})", re.IGNORECASE
)
PORTS = {
    "germany": "DE", "deutschland": "DE", "united states": "US", "us": "US", "usa": "US",
    "austria": "AT", "österreich": "AT", "australia": "AU", "netherlands": "NL", "nederland": "NL",
    "igo": "IGO", "france": "FR", "uk": "UK", "england": "UK", "japan": "JP",
}  # fmt: skip
OTHERS = (
    (re.compile(r"\bcc[- ]?(?:0|zero)\b|creative commons zero", re.I), "CC0-1.0"),
    (
        re.compile(r"open government licen[cs]e.{0,20}?\bv?3\.0|\bOGL(?:[- ]UK)?[- ]?v?\.?3", re.I),
        "OGL-UK-3.0",
    ),
    (
        re.compile(r"open government licen[cs]e.{0,20}?\bv?2\.0|\bOGL(?:[- ]UK)?[- ]?v?\.?2", re.I),
        "OGL-UK-2.0",
    ),
    (re.compile(r"open government licen[cs]e.{0,20}?\bv?1\.0", re.I), "OGL-UK-1.0"),
    (re.compile(r"open government licen[cs]e", re.I), "LicenseRef-OGL"),
    (
        re.compile(r"free documentation licen[cs]e.{0,12}1\.3 or any later", re.I),
        "GFDL-1.3-or-later",
    ),
    (
        re.compile(r"free documentation licen[cs]e.{0,12}1\.2 or any later", re.I),
        "GFDL-1.2-or-later",
    ),
    (re.compile(r"free documentation licen[cs]e.{0,12}1\.3", re.I), "GFDL-1.3-only"),
    (re.compile(r"free documentation licen[cs]e.{0,12}1\.2", re.I), "GFDL-1.2-only"),
    (re.compile(r"(?:free documentation licen[cs]e|\bGFDL)\b", re.I), "LicenseRef-GFDL"),
)
CONDITIONS_OF = {
    "BY": "attribution",
    "NC": "non-commercial",
    "ND": "unaltered",
    "SA": "share-alike",
}


def licence_in(text: str) -> str | None:
    """The SPDX id or LicenseRef of the licence that a text names; None where it names none.

    >>> licence_in("licensed under a Creative Commons Attribution-NonCommercial 4.0 International")
    'CC-BY-NC-4.0'
    >>> licence_in("under a Creative Commons license with attribution")
    'LicenseRef-CC-unspecified'
    """
    if found := CC_URL.search(text):
        return licence_of_url(found[0])
    if found := SHORT.search(text):
        version = found["version"]
        if not version and (near := VERSION.match(text[found.end() :].lstrip(" ("))):
            version = near["version"]
        return _creative_commons(found["kind"], version, found["port"])
    for pattern, licence in OTHERS:
        if pattern.search(text):
            return licence
    if found := NAMED.search(text):
        name = re.split(r"[.;](?:\s|$)", found["name"])[0]
        if not re.match(r"\S+(?:\s*(?:licen[cs]e|lizenz|licencia|\d)|\s*$|\s*[-–—,/ ]\s*\w)", name):
            name = found["name"]
        kinds = [key for key, pattern in ELEMENTS.items() if re.search(pattern, name, re.I)]
        version = VERSION.search(name)
        port = _port(version["rest"]) if version else None
        return _creative_commons("-".join(["by", *kinds]), version and version["version"], port)
    if re.search(r"creative[- ]commons", text, re.I):
        return UNSPECIFIED
    return None


def licence_of_url(url: str) -> str | None:
    """The id of the licence that a URL points at.

    >>> licence_of_url("https://creativecommons.org/licenses/by-nc-nd/4.0/")
    'CC-BY-NC-ND-4.0'
    """
    found = CC_URL.search(url)
    if not found:
        return "OGL-UK-3.0" if "open-government-licence/version/3" in url else None
    if zero := found["zero"]:
        return "CC0-1.0" if zero.lower().endswith("zero") else PUBLIC_DOMAIN
    return _creative_commons(found["kind"], found["version"], found["port"])


def _port(rest: str) -> str | None:
    words = rest.strip(" ().,-").lower()
    return next((port for name, port in PORTS.items() if re.match(rf"{name}\b", words)), None)


def _creative_commons(kind: str, version: Any, port: str | None) -> str:
    parts = [p.upper() for p in re.split(r"[- /]", kind)]
    kinds = [part for part in ("BY", "NC", "ND", "SA") if part in parts]
    if not version:
        return f"LicenseRef-CC-{'-'.join(kinds)}"
    plain = f"CC-{'-'.join(kinds)}-{version}"
    ported = f"{plain}-{port.upper()}" if port else plain
    for licence in (ported, plain):
        if is_spdx(licence):
            return licence
    return f"LicenseRef-{plain}"


def conditions_of(licence: str | None) -> tuple[str, ...]:
    """What a Creative Commons licence asks for, by its name."""
    parts = (licence or "").removeprefix("LicenseRef-").split("-")
    return tuple(CONDITIONS_OF[p] for p in parts if p in CONDITIONS_OF) if parts[0] == "CC" else ()


# Every condition that a notice or a rule can state.
CONDITIONS = (
    "attribution", "link", "non-commercial", "unaltered", "share-alike", "contact", "canonical",
    "personal-use", "large-audience",
)  # fmt: skip
# Licenses without an SPDX id, and those that are named without variant, version or port.
CUSTOM = (PUBLIC_DOMAIN, UNSPECIFIED, "LicenseRef-OGL", "LicenseRef-GFDL")
CUSTOM_ID = re.compile(
    "|".join((*CUSTOM, r"LicenseRef-CC-BY(?:-NC)?(?:-(?:ND|SA))?(?:-[1-4]\.\d(?:-[A-Z]{2,3})?)?"))
)


@cache
def _spdx() -> Any:
    from license_expression import get_spdx_licensing  # takes a moment, and is seldom needed

    return get_spdx_licensing()


def is_spdx(licence: str) -> bool:
    """Whether SPDX knows an id."""
    return licence in _spdx().known_symbols


GROUPS = ("permissive", "cc", "public-domain")


def check_license(licence: str) -> None:
    """Raise ValueError, with a suggestion, unless SPDX or `CUSTOM_ID` knows a license.

    >>> check_license("LicenseRef-Public-Domain")
    Traceback (most recent call last):
    ValueError: unknown license 'LicenseRef-Public-Domain'; did you mean 'LicenseRef-public-domain'?
    """
    if not CUSTOM_ID.fullmatch(licence) and not is_spdx(licence):
        if (named := licence_in(licence)) and is_spdx(named):
            raise ValueError(f"unknown license {licence!r}; did you mean {named!r}?")
        raise ValueError(_unknown("license", licence, (*CUSTOM, *_spdx().known_symbols)))


def check_condition(condition: str) -> None:
    """Raise ValueError, with a suggestion, unless a condition is one of `CONDITIONS`."""
    if condition not in CONDITIONS:
        raise ValueError(_unknown("condition", condition, CONDITIONS))


def _unknown(what: str, given: str, known: Sequence[str]) -> str:
    lower = {name.lower(): name for name in known}
    close = get_close_matches(given.lower(), lower, n=1, cutoff=0.7)
    few = f"; known are {', '.join(known)}" if len(known) < 20 else ""
    return f"unknown {what} {given!r}" + (f"; did you mean {lower[close[0]]!r}?" if close else few)


def check_expression(wanted: str) -> None:
    """Raise ValueError for what `matches` cannot read: no SPDX expression, or an id in it that is
    neither known nor a group.

    >>> check_expression("(cc-by-4.0 or mit) AND permissive")
    >>> check_expression("CC-BY-9")
    Traceback (most recent call last):
    ValueError: unknown license 'CC-BY-9'; did you mean 'CC-BY-4.0'? (groups: permissive, cc, public-domain)
    """
    for symbol in _parsed(wanted).symbols:
        if symbol.key not in GROUPS and symbol.key.lower() not in _custom():
            for part in symbol.decompose():
                try:
                    check_license(part.key)
                except ValueError as error:
                    raise ValueError(f"{error} (groups: {', '.join(GROUPS)})") from None


@cache
def _custom() -> frozenset[str]:
    return frozenset(map(str.lower, CUSTOM))


@cache
def _parsed(expression: str) -> Any:
    """An SPDX expression as a tree. A comma is an OR. Raises ValueError where it is none."""
    from license_expression import ExpressionError, ExpressionParseError

    try:
        tree = _spdx().parse(expression.replace(",", " OR "))
    except (ExpressionError, ExpressionParseError) as error:
        raise ValueError(f"{expression!r} is no SPDX expression: {error}") from None
    if tree is None:
        raise ValueError("the license expression is empty")
    return tree


def matches(licence: str | None, wanted: str) -> bool:
    """Whether a document with `licence` is wanted, by an SPDX expression of ids and groups:
    `permissive` (no condition but attribution), `cc` (any Creative Commons), `public-domain`.

    A document under "A OR B" is wanted if either is, one under "A AND B" if both are.

    >>> matches("CC-BY-4.0", "permissive"), matches("CC-BY-NC-4.0", "CC-BY-4.0 OR public-domain")
    (True, False)
    >>> matches("MIT AND CC-BY-4.0", "mit and (cc-by-4.0 or cc0-1.0)")
    True
    """
    if not licence:
        return False
    try:
        held = _parsed(licence)
    except ValueError:
        return False  # words of a record that name no license
    return _is_wanted(held, _parsed(wanted))


def _is_wanted(held: Any, wanted: Any) -> bool:
    """Whether a license, or an expression of several, is one of those wanted."""
    spdx = _spdx()
    if isinstance(held, spdx.OR):
        return any(_is_wanted(part, wanted) for part in held.args)
    if isinstance(wanted, spdx.OR):
        return any(_is_wanted(held, part) for part in wanted.args)
    if isinstance(held, spdx.AND) and isinstance(wanted, spdx.AND):
        return all(any(_is_wanted(one, part) for part in wanted.args) for one in held.args) and all(
            any(_is_wanted(one, part) for one in held.args) for part in wanted.args
        )
    if isinstance(held, spdx.AND):
        return all(_is_wanted(part, wanted) for part in held.args)
    if isinstance(wanted, spdx.AND):
        return all(_is_wanted(held, part) for part in wanted.args)
    return _is_one(held.render(), wanted.render())


def _is_one(licence: str, name: str) -> bool:
    """Whether a single license has this id, or is of this group."""
    if name == "public-domain":
        return licence in ("CC0-1.0", PUBLIC_DOMAIN)
    if name == "cc":
        return licence.removeprefix("LicenseRef-").startswith("CC-") or licence == "CC0-1.0"
    if name == "permissive":
        return _permissive(licence)
    return licence.lower() == name.lower()


def _permissive(licence: str) -> bool:
    if licence in ("CC0-1.0", PUBLIC_DOMAIN) or licence.startswith("OGL-UK"):
        return True
    return conditions_of(licence) == ("attribution",) and not licence.startswith("LicenseRef")
