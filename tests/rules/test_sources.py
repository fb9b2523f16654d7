"""Where rules come from: folders, files, installed packages."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import orjson
import pytest

from cleaner.cli.options import RULE_SOURCE
from cleaner.corpus.run import clean_corpus
from cleaner.errors import CleanerError, RuleSourceError
from cleaner.pipeline import Cleaner
from cleaner.rules.registry import version_of
from cleaner.rules.ruleset import load_rules, rule_paths
from cleaner.rules.sources import source_from
from cleaner.version import VERSION
from tests.cli.test_cli import cleaner
from tests.helpers.rule_packages import RULE, install

TEXT = "The pier opened on Monday.\n\nBuy the tern almanac\n"


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of installed packages; the working folder is an empty one."""
    place = tmp_path / "site"
    place.mkdir()
    monkeypatch.syspath_prepend(place)
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    return place


def keys(*given: str) -> list[str]:
    return [heading.key for heading in load_rules(given, bundled=False).headings]


@pytest.mark.parametrize("given", ["pkg:bird-rules", "bird-rules", "pkg:Bird_Rules", "bird.rules"])
def test_an_installed_package_is_used_by_its_name_and_is_not_imported(
    site: Path, given: str
) -> None:
    package = install(site, "bird-rules", "birds_of_the_coast")
    assert keys(given) == ["tern"]
    assert rule_paths(given) == [package / "tern.yaml"]
    assert "birds_of_the_coast" not in sys.modules
    assert Cleaner.load(given, bundled=False).clean(TEXT).text == "The pier opened on Monday."


def test_the_rules_of_a_package_may_be_in_a_package_below_it(site: Path) -> None:
    package = install(site, "bird-rules", "birds.of_the.coast")
    (site / "birds/other.yaml").write_text("not: a rule file")
    assert rule_paths("pkg:bird-rules") == [package / "tern.yaml"]


def test_a_file_or_folder_goes_before_a_package_of_its_name(site: Path) -> None:
    install(site, "bird-rules", "birds")
    Path("bird-rules").mkdir()
    Path("bird-rules/heron.yaml").write_text(RULE.format("heron"))
    assert keys("bird-rules") == ["heron"]
    assert keys("pkg:bird-rules") == ["tern"]


def test_what_is_not_installed_is_an_error_that_lists_what_is(site: Path) -> None:
    install(site, "bird-rules", "birds")
    with pytest.raises(RuleSourceError, match=r"pkg:gulls: .*\(installed: bird-rules\); install"):
        load_rules("pkg:gulls")
    with pytest.raises(FileNotFoundError, match=r"folder gulls, .*\(installed: bird-rules\)"):
        load_rules("gulls")
    assert issubclass(RuleSourceError, CleanerError)
    for given in ("pkg:gulls", "gulls"):
        for command in (["rules", "list"], ["rules", "check"], ["rules", "test"],
                        ["clean", "-", "--as", "text"]):  # fmt: skip
            made = cleaner(*command, "--rules", given)
            assert made.exit_code == 2 and "(installed: bird-rules)" in made.stderr, command


def test_two_packages_of_one_name_are_an_error(site: Path) -> None:
    install(site, "bird-rules", "birds")
    other = install(site, "gull-rules", "gulls")
    (site / "gull_rules-1.2.0.dist-info/entry_points.txt").write_text(
        "[cleaner.rules]\nbird_rules = gulls\n"
    )
    with pytest.raises(RuleSourceError, match=r"1\.2\.0 and .* 1\.2\.0 have this name; uninstall"):
        load_rules("pkg:bird-rules")
    assert other.is_dir()


@pytest.mark.parametrize("module", ["no_such_birds", "os", "birds.none"])
def test_an_entry_point_that_names_no_folder_is_an_error(site: Path, module: str) -> None:
    install(site, "bird-rules", "birds")
    (site / "bird_rules-1.2.0.dist-info/entry_points.txt").write_text(
        f"[cleaner.rules]\nbird-rules = {module}\n"
    )
    with pytest.raises(RuleSourceError, match=f"bird-rules 1.2.0 has no folder .* {module};"):
        load_rules("pkg:bird-rules")


def test_the_manifest_names_the_sources_with_version_and_digest(site: Path) -> None:
    install(site, "bird-rules", "birds")
    Path("ours").mkdir()
    Path("ours/heron.yaml").write_text(RULE.format("heron"))
    Path("a.txt").write_text(TEXT)

    def sources(*given: str, bundled: bool = False) -> list[dict[str, str | None]]:
        rules = load_rules(given, bundled=bundled)
        return [source.record() for source in rules.sources]

    clean_corpus(Cleaner(load_rules("bird-rules", bundled=False)), ["a.txt"], Path("out"))
    manifest = orjson.loads(Path("out/_run/manifest.json").read_bytes())
    assert manifest["rule_sources"] == sources("bird-rules")

    package, folder = sources("bird-rules", "ours")
    assert (package["name"], package["version"]) == ("pkg:bird-rules", "1.2.0")
    assert (folder["name"], folder["version"]) == ("ours", None)
    assert package["sha256"] != folder["sha256"]
    Path("ours").rename("moved")
    (moved,) = sources(str(Path("moved/heron.yaml").absolute()))
    assert (moved["name"], moved["sha256"]) == ("heron.yaml", folder["sha256"])
    Path("moved/heron.yaml").write_text(RULE.format("grey heron"))
    assert sources("moved")[0]["sha256"] != folder["sha256"]
    (own,) = sources(bundled=True)
    assert (own["name"], own["version"]) == ("cleaner", VERSION)


def test_sources_change_no_version_of_the_rules(site: Path) -> None:
    package = install(site, "bird-rules", "birds")
    content = (package / "tern.yaml").read_bytes()
    assert load_rules("bird-rules", bundled=False).version == version_of([content])


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("a", ["a"]),
        ("our rules:/b/c.yaml", ["our rules", "/b/c.yaml"]),
        ("a:pkg:b:c", ["a", "pkg:b", "c"]),
        ("git+ssh://git@h.org:22/r@1:a", ["git+ssh://git@h.org:22/r@1", "a"]),
        (
            "https://h.org:8443/r.zip#sha256=0:file:///r.zip#sha256=0&subdirectory=x",
            ["https://h.org:8443/r.zip#sha256=0", "file:///r.zip#sha256=0&subdirectory=x"],
        ),
    ],
)
@pytest.mark.skipif(os.pathsep != ":", reason="paths are separated by semicolons")
def test_the_variable_lists_sources_like_path(value: str, found: list[str]) -> None:
    assert RULE_SOURCE.findall(value) == found


def test_the_variable_and_the_file_of_settings_may_name_packages(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(site, "bird-rules", "birds")
    Path("our rules").mkdir()
    Path("our rules/heron.yaml").write_text(RULE.format("heron"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(site / "none"))
    listed = ["rules", "list", "--no-bundled"]

    def shown() -> list[str]:
        return [row.split("\t")[0] for row in cleaner(*listed).stdout.splitlines()]

    monkeypatch.setenv("CLEANER_RULES", "our rules:pkg:bird-rules")
    assert shown() == ["heron", "tern"]
    monkeypatch.delenv("CLEANER_RULES")
    Path("cleaner.yaml").write_text("rules: [bird-rules, our rules]\n")
    assert shown() == ["tern", "heron"]


def test_paths_in_a_file_are_relative_to_its_folder(site: Path, tmp_path: Path) -> None:
    install(site, "bird-rules", "birds")
    url = "https://example.org/r.zip#sha256=0"
    assert [source_from(tmp_path, given) for given in (url, "pkg:gulls", "bird-rules")] == [
        url, "pkg:gulls", "bird-rules",
    ]  # fmt: skip
    assert source_from(tmp_path, "ours") == str(tmp_path / "ours")
    (tmp_path / "bird-rules").mkdir()
    assert source_from(tmp_path, "bird-rules") == str(tmp_path / "bird-rules")


@pytest.mark.parametrize("first", ["pkg:bird-rules", "bird-rules", "https://example.org/r.zip"])
def test_a_review_writes_into_a_folder_only(site: Path, first: str) -> None:
    install(site, "bird-rules", "birds")
    made = cleaner("review", "out", "--rules", first)
    assert made.exit_code == 2 and f"{first}: expected a folder" in made.stderr
