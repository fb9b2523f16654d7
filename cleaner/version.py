"""The versions of cleaner and of the packages that affect its output."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

VERSION = "0.1.0"

# They read inputs or affect texts, dates, languages or rules. pyproject.toml bounds them.
OUTPUT_PACKAGES = (
    "trafilatura", "justext", "htmldate", "courlan", "charset-normalizer", "dateparser", "ftfy",
    "lxml", "lxml_html_clean", "cssselect", "resiliparse", "google-re2", "license-expression",
    "pydantic", "PyYAML", "orjson", "pyarrow", "zstandard", "brotli",
)  # fmt: skip


def package_versions() -> dict[str, str]:
    """The installed versions of OUTPUT_PACKAGES. Packages of extras may be missing."""
    return {name: found for name in OUTPUT_PACKAGES if (found := installed_version(name))}


def installed_version(package: str) -> str | None:
    """The version of an installed package, or None."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None
