"""Recognize licenses in words, abbreviations and links, and compare them by SPDX expressions.

Nothing is guessed: a Creative Commons license gets an SPDX id only if variant and version are
stated. Otherwise it is `LicenseRef-CC-BY-SA` (no version) or `LicenseRef-CC-unspecified`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches
from functools import cache
from typing import Any

from cleaner.errors import OptionError

UNSPECIFIED = "LicenseRef-CC-unspecified"
PUBLIC_DOMAIN = "LicenseRef-public-domain"

CC_URL = re.compile(
    r"creativecommons\.org/(?:licenses/(?P<kind>by(?:-(?:nc|nd|sa))*)/(?P<version>\d\.\d)"
    r"(?:/(?P<port>[a-z]{2,3})\b)?|(?P<zero>publicdomain/zero|publicdomain/mark|licenses/publicdomain))",
    re.IGNORECASE,
)
# The elements of the licenses, as spelled in their names in several languages.
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
ATTRIBUTION = (
    r"attribution|namensnennung|paternit[ée]|reconocimiento|atribuci[óo]n|attribuzione|atribuiç[ãa]o"
    r"|naamsvermelding|erkännande|uznanie autorstwa"
)
NAMED_CC = re.compile(
    rf"creative[- ]commons\b(?:(?! with | that | which ).){{0,30}}?\b(?P<name>(?:{ATTRIBUTION})\b.*)",
    re.IGNORECASE,
)
SHORT_CC = re.compile(
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
_OGL, _GFDL = r"open government licen[cs]e", r"free documentation licen[cs]e"
OTHER_LICENSES = tuple(
    (re.compile(pattern, re.IGNORECASE), license_id)
    for pattern, license_id in (
        (r"\bcc[- ]?(?:0|zero)\b|creative commons zero", "CC0-1.0"),
        (_OGL + r".{0,20}?\bv?3\.0|\bOGL(?:[- ]UK)?[- ]?v?\.?3", "OGL-UK-3.0"),
        (_OGL + r".{0,20}?\bv?2\.0|\bOGL(?:[- ]UK)?[- ]?v?\.?2", "OGL-UK-2.0"),
        (_OGL + r".{0,20}?\bv?1\.0", "OGL-UK-1.0"),
        (_OGL, "LicenseRef-OGL"),
        (_GFDL + r".{0,12}1\.3 or any later", "GFDL-1.3-or-later"),
        (_GFDL + r".{0,12}1\.2 or any later", "GFDL-1.2-or-later"),
        (_GFDL + r".{0,12}1\.3", "GFDL-1.3-only"),
        (_GFDL + r".{0,12}1\.2", "GFDL-1.2-only"),
        (rf"(?:{_GFDL}|\bGFDL)\b", "LicenseRef-GFDL"),
    )
)
CC_CONDITIONS = {
    "BY": "attribution",
    "NC": "non-commercial",
    "ND": "unaltered",
    "SA": "share-alike",
}


def find_license(text: str) -> str | None:
    """Return the SPDX id or LicenseRef of the license that a text names, or None.

    >>> find_license("licensed under a Creative Commons Attribution-NonCommercial 4.0 International")
    'CC-BY-NC-4.0'
    >>> find_license("under a Creative Commons license with attribution")
    'LicenseRef-CC-unspecified'
    """
    if found := CC_URL.search(text):
        return license_from_url(found[0])
    if found := SHORT_CC.search(text):
        version = found["version"]
        if not version and (near := VERSION.match(text[found.end() :].lstrip(" ("))):
            version = near["version"]
        return _creative_commons(found["kind"], version, found["port"])
    for pattern, license_id in OTHER_LICENSES:
        if pattern.search(text):
            return license_id
    if found := NAMED_CC.search(text):
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


def license_from_url(url: str) -> str | None:
    """Return the id of the license that a URL points to, or None.

    >>> license_from_url("https://creativecommons.org/licenses/by-nc-nd/4.0/")
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
    for license_id in (ported, plain):
        if is_spdx(license_id):
            return license_id
    return f"LicenseRef-{plain}"


def conditions_of(license_id: str | None) -> tuple[str, ...]:
    """Return the conditions of a Creative Commons license, by its name."""
    parts = (license_id or "").removeprefix("LicenseRef-").split("-")
    return tuple(CC_CONDITIONS[p] for p in parts if p in CC_CONDITIONS) if parts[0] == "CC" else ()


# All conditions that a notice or a rule can state.
CONDITIONS = (
    "attribution", "link", "non-commercial", "unaltered", "share-alike", "contact", "canonical",
    "personal-use", "large-audience",
)  # fmt: skip
# Licenses without an SPDX id, or named without variant, version or port.
CUSTOM = (PUBLIC_DOMAIN, UNSPECIFIED, "LicenseRef-OGL", "LicenseRef-GFDL")
CUSTOM_KEYS = frozenset(map(str.lower, CUSTOM))
CUSTOM_ID = re.compile(
    "|".join((*CUSTOM, r"LicenseRef-CC-BY(?:-NC)?(?:-(?:ND|SA))?(?:-[1-4]\.\d(?:-[A-Z]{2,3})?)?"))
)


@cache
def _spdx() -> Any:
    from license_expression import get_spdx_licensing  # slow to import and rarely needed

    return get_spdx_licensing()


def is_spdx(license_id: str) -> bool:
    """Whether an id is on the SPDX list."""
    return license_id in _spdx().known_symbols


GROUPS = ("permissive", "cc", "public-domain")


def check_license(license_id: str) -> None:
    """Raise OptionError with a suggestion unless a license is in SPDX or matches `CUSTOM_ID`.

    >>> check_license("LicenseRef-Public-Domain")
    Traceback (most recent call last):
    cleaner.errors.OptionError: unknown license 'LicenseRef-Public-Domain'; did you mean 'LicenseRef-public-domain'?
    """
    if not CUSTOM_ID.fullmatch(license_id) and not is_spdx(license_id):
        if (named := find_license(license_id)) and is_spdx(named):
            raise OptionError(f"unknown license {license_id!r}; did you mean {named!r}?")
        raise OptionError(_unknown("license", license_id, (*CUSTOM, *_spdx().known_symbols)))


def check_condition(condition: str) -> None:
    """Raise OptionError with a suggestion unless a condition is one of `CONDITIONS`."""
    if condition not in CONDITIONS:
        raise OptionError(_unknown("condition", condition, CONDITIONS))


def _unknown(what: str, given: str, known: Sequence[str]) -> str:
    lower = {name.lower(): name for name in known}
    close = get_close_matches(given.lower(), lower, n=1, cutoff=0.7)
    few = f"; known are {', '.join(known)}" if len(known) < 20 else ""
    return f"unknown {what} {given!r}" + (f"; did you mean {lower[close[0]]!r}?" if close else few)


def check_expression(wanted: str) -> None:
    """Raise OptionError unless `wanted` is an SPDX expression of known ids and groups.

    >>> check_expression("(cc-by-4.0 or mit) AND permissive")
    >>> check_expression("CC-BY-9")
    Traceback (most recent call last):
    cleaner.errors.OptionError: unknown license 'CC-BY-9'; did you mean 'CC-BY-4.0'? (groups: permissive, cc, public-domain)
    """
    for symbol in _parsed(wanted).symbols:
        if symbol.key not in GROUPS and symbol.key.lower() not in CUSTOM_KEYS:
            for part in symbol.decompose():
                try:
                    check_license(part.key)
                except OptionError as error:
                    raise OptionError(f"{error} (groups: {', '.join(GROUPS)})") from None


@cache
def _parsed(expression: str) -> Any:
    """Parse an SPDX expression; a comma means OR. Raise OptionError if it is invalid."""
    from license_expression import ExpressionError, ExpressionParseError

    try:
        tree = _spdx().parse(expression.replace(",", " OR "))
    except (ExpressionError, ExpressionParseError) as error:
        raise OptionError(f"{expression!r} is not an SPDX expression: {error}") from None
    if tree is None:
        raise OptionError("the license expression is empty; name a license, such as CC-BY-4.0")
    return tree


def license_matches(license_id: str | None, wanted: str) -> bool:
    """Whether a license matches `wanted`, an SPDX expression of ids and groups.

    The groups are `permissive` (at most attribution), `cc` (any Creative Commons license) and
    `public-domain`. "A OR B" matches if either does, "A AND B" if both do.

    >>> license_matches("CC-BY-4.0", "permissive"), license_matches("CC-BY-NC-4.0", "CC-BY-4.0 OR public-domain")
    (True, False)
    >>> license_matches("MIT AND CC-BY-4.0", "mit and (cc-by-4.0 or cc0-1.0)")
    True
    """
    if not license_id:
        return False
    try:
        held = _parsed(license_id)
    except ValueError:
        return False  # text of an input record that does not name a license
    return _is_wanted(held, _parsed(wanted))


def _is_wanted(held: Any, wanted: Any) -> bool:
    """Whether a parsed license expression matches a wanted one."""
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


def _is_one(license_id: str, name: str) -> bool:
    """Whether a single license has this id or belongs to this group."""
    if name == "public-domain":
        return license_id in ("CC0-1.0", PUBLIC_DOMAIN)
    if name == "cc":
        return license_id.removeprefix("LicenseRef-").startswith("CC-") or license_id == "CC0-1.0"
    if name == "permissive":
        return _is_permissive(license_id)
    return license_id.lower() == name.lower()


def _is_permissive(license_id: str) -> bool:
    if license_id in ("CC0-1.0", PUBLIC_DOMAIN) or license_id.startswith("OGL-UK"):
        return True
    return conditions_of(license_id) == ("attribution",) and not license_id.startswith("LicenseRef")
