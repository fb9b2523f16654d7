"""Compile rule files: check the YAML, parse templates, and report problems with their position."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace

from pydantic import ValidationError

from cleaner.rights.licenses import check_condition, check_license
from cleaner.rules.compiled import CompiledFile, CompiledRule
from cleaner.rules.problems import Problem, RuleFileError
from cleaner.rules.schema import Rule, RuleFile, Settable
from cleaner.rules.selectors import SelectorError, check_selector
from cleaner.rules.template import Template, TemplateError, parse, put_pieces
from cleaner.rules.validation_messages import problems_of
from cleaner.rules.yaml_source import Path, YamlSource, read, require_mapping

TEXT_SELECTORS = ("title", "author", "date")  # these may select text or an attribute


class _Compiler:
    """Collects every problem of a file instead of stopping at the first."""

    def __init__(self, source: YamlSource) -> None:
        self.source = source
        self.problems: list[Problem] = []

    def templates(
        self, texts: Sequence[str], path: Path, *, inline: bool = False
    ) -> tuple[Template, ...]:
        made = []
        for text in texts:
            try:
                made.append(parse(text, inline=inline))
            except TemplateError as error:
                self.problems.append(self.source.row_problem(path, text, str(error)))
        return tuple(made)

    def rule(self, rule: Rule, index: int, file: RuleFile) -> CompiledRule:
        path: Path = ("rules", index)
        spans = self.templates(rule.span, (*path, "span"), inline=True)
        made = CompiledRule(
            id=f"{file.key}/{rule.name}",
            kind=rule.kind,
            at=rule.at,
            words=rule.words,
            lines=rule.lines or 1,
            line=self.templates(rule.line, (*path, "line")),
            start=self.templates(rule.from_, (*path, "from")),
            to=self.templates(rule.to, (*path, "to")),
            span=spans,
            put=self.put(rule, spans, (*path, "put")),
            unless=self.templates(rule.unless, (*path, "unless")),
            set={key: tuple(value) for key, value in rule.set.items()},
            in_pack=file.pack is not None,
            reject=rule.reject,
            hit=tuple(rule.hit),
            miss=tuple(rule.miss),
        )
        self._check_lone_fields(made, path)
        self._check_rights(rule, (*path, "set"))
        return made

    def _check_rights(self, rule: Rule, path: Path) -> None:
        """Report licenses and conditions that are not in the vocabulary."""
        checks: dict[Settable, Callable[[str], object]] = {
            "license": check_license,
            "rights_conditions": check_condition,
        }
        for key, check in checks.items():
            for value in rule.set.get(key, ()):
                try:
                    check(value)
                except ValueError as error:
                    self.problems.append(self.source.row_problem((*path, key), value, str(error)))

    def _check_lone_fields(self, rule: CompiledRule, path: Path) -> None:
        for template in rule.line:
            if template.source not in {f"{{{name}}}" for name in template.fields}:
                continue
            if rule.at is None or template.fields[0] in ("title", "author"):
                message = f"{template.source} alone matches too much; " + (
                    "make it the `from` of a block whose `to` is a line after it"
                    if rule.at
                    else "add `at: head`"
                )
                where: Path = (*path, "line")
                self.problems.append(self.source.row_problem(where, template.source, message))

    def put(self, rule: Rule, spans: Sequence[Template], path: Path) -> tuple[tuple[str, str], ...]:
        pieces = tuple(put_pieces(rule.put))
        wanted = [value for kind, value in pieces if kind == "field"]
        for span in spans:
            order = [name for name in dict.fromkeys(span.fields) if name in wanted]
            if missing := sorted(set(wanted) - set(order)):
                message = f"the span {span.source!r} has no {{{missing[0]}}}, which `put` uses"
                self.problems.append(self.source.problem(path, message))
            elif order != wanted:
                message = "the fields of `put` are not in the same order as in `span`"
                self.problems.append(self.source.problem(path, message))
        return pieces

    def file(self, file: RuleFile, path: str) -> CompiledFile:
        ids: dict[str, int] = {}
        for index, rule in enumerate(file.rules):
            if rule.name in ids:
                message = f"a second rule {rule.name!r} in this file; give it an `id`"
                self.problems.append(self.source.problem(("rules", index), message))
            ids[rule.name] = index
        hosts = tuple(dict.fromkeys([file.site, *file.hosts])) if file.site else ()
        compiled = CompiledFile(
            key=file.key,
            path=path,
            name=file.name,
            is_pack=file.pack is not None,
            formats=frozenset(file.formats),
            hosts=tuple(h for h in hosts if h),
            marks=self.templates(file.marks, ("marks",)),
            keep=self.templates(file.keep, ("keep",)),
            skip=frozenset(file.skip),
            page=file.html.model_dump(),
            rules=tuple(self.rule(rule, index, file) for index, rule in enumerate(file.rules)),
            claims=tuple(example.model_dump() for example in file.examples),
        )
        self._check_selectors(file)
        return compiled

    def _check_selectors(self, file: RuleFile) -> None:
        for key in ("content", "prune", *TEXT_SELECTORS):
            for number, selector in enumerate(getattr(file.html, key)):
                try:
                    check_selector(selector, texts=key in TEXT_SELECTORS)
                except SelectorError as error:
                    where: Path = ("html", key, number)
                    self.problems.append(self.source.problem(where, str(error)))


def compile_text(text: str, path: str) -> CompiledFile:
    """Compile the rule file `text`; raises RuleFileError with every problem found in it."""
    source = read(text, path)
    data = require_mapping(source)
    try:
        model = RuleFile.model_validate(data)
    except ValidationError as error:
        raise RuleFileError(problems_of(source, error)) from None
    compiler = _Compiler(source)
    compiled = compiler.file(model, path)
    if compiler.problems:
        raise RuleFileError(compiler.problems)
    return replace(compiled, digest=hashlib.sha256(text.encode()).hexdigest()[:16])
