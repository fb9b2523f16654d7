"""Hosts of URLs."""

from __future__ import annotations

from urllib.parse import urlsplit


def host_of(url: str | None) -> str | None:
    """Return the host of a URL or of a bare host name."""
    if not url:
        return None
    try:
        host = urlsplit(url if "//" in url else f"//{url}").hostname
    except ValueError:
        return None
    return host if host and "." in host and " " not in host else None


def site_named(name: str) -> str:
    """The site that a host or a URL names.

    >>> site_named("www.Example.org"), site_named("https://example.org/a"), site_named("x")
    ('example.org', 'example.org', 'x')
    """
    return (host_of(name.lower()) or name.lower()).removeprefix("www.")
