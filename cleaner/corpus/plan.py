"""The files that a run would read and write, before it does."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import orjson

from cleaner.corpus.incremental import Identity, digest, identity_of, unchanged_run
from cleaner.corpus.inputs import Input, Say, find_inputs
from cleaner.corpus.output_folder import (
    MANIFEST,
    OUTPUTS,
    RUN,
    OutputManifest,
    OverwriteError,
    check_overwrite,
)
from cleaner.corpus.outputs import MIRRORED, Form, check_form, planned_names
from cleaner.corpus.read import Source, rows_of
from cleaner.corpus.rows import GUESSED, Columns, check_columns
from cleaner.corpus.selection import EVERYTHING, Selection
from cleaner.corpus.statistics import RunStatistics
from cleaner.errors import InputError
from cleaner.messages import plural
from cleaner.rules.ruleset import RuleSet


@dataclass(frozen=True)
class Plan:
    """A run that has read nothing but heads of tables, and written nothing.

    `names` are the files that it may write outside `_run`. `identity` decides which results of
    earlier runs hold, `whole_identity` also whether their outputs are the same.
    """

    out: Path
    source: Source
    names: tuple[str, ...]
    identity: Identity
    whole_identity: str

    @property
    def addresses(self) -> set[str]:
        return {address for _, address, _, _ in self.identity.inputs}

    @property
    def unchanged(self) -> RunStatistics | None:
        """The statistics of the last run, if it was the same and its outputs are still there."""
        return unchanged_run(self.out, self.whole_identity)

    @property
    def existing(self) -> list[str]:
        """The outputs that the run would replace."""
        return [name for name in self.names if os.path.lexists(self.out / name)]

    @property
    def obsolete(self) -> list[str]:
        """The outputs of earlier runs that this one would remove, unless someone changed them."""
        known = OutputManifest.read(self.out / OUTPUTS).outputs.keys() - {*self.names}
        there = (name for name in known if os.path.lexists(self.out / name))
        return sorted(name for name in there if not name.startswith(f"{RUN}/"))


def plan_run(
    rules: RuleSet,
    sources: Sequence[Path | str],
    out: Path,
    options: dict[str, Any],
    *,
    keep_only: str | None = None,
    columns: Columns = GUESSED,
    form: Form = MIRRORED,
    selection: Selection = EVERYTHING,
    say: Say | None = None,
    replace: bool = False,
    report: Any = None,
) -> Plan:
    """Plan a run as `clean_corpus` does it, with the same arguments and errors; `report` are the
    settings of the report, if the run makes one."""
    check_form(form)
    found = find_inputs(sources, skip=out, say=say)
    if not found:
        named = ", ".join(map(str, sources))
        raise InputError(f"nothing to clean in {named}: no file of a supported kind")
    tables = [item for item in found if item.has_rows]
    rows = (rows_of(item, columns) for item in tables)
    check_columns(rows, columns, need_text=len(tables) == len(found))
    inputs = selection.of_inputs(found, columns)
    if not inputs:
        raise InputError(f"nothing to clean in {', '.join(map(str, sources))}: no documents")
    identity = identity_of(inputs, rules, _decisive(inputs, options, keep_only, columns, form))
    whole_identity = digest([identity.digest, asdict(form), report])
    plan = Plan(
        out, Source(inputs, columns, say), tuple(planned_names(inputs, form, out)), identity,
        whole_identity,
    )  # fmt: skip
    check_overwrite(out, plan.addresses, plan.names, replace)
    if selection and not replace:
        _check_larger(out, plan.source.documents)
    return plan


def _check_larger(out: Path, documents: int) -> None:
    """Raise OverwriteError if `out` has the results of more documents, so that a trial does not
    replace those of a whole run."""
    try:
        earlier = orjson.loads((out / MANIFEST).read_bytes())["statistics"]["read"]
    except (OSError, ValueError, KeyError, TypeError):
        return
    if earlier > documents:
        raise OverwriteError(
            f"{out} has results of {plural(earlier, 'document')}, more than the {documents} chosen;"
            " choose another -o, or use --replace"
        )


def _decisive(
    inputs: Sequence[Input],
    options: dict[str, Any],
    keep_only: str | None,
    columns: Columns,
    form: Form,
) -> dict[str, Any]:
    """What decides all results of a run, beside its rules, as plain JSON values. The positions of
    chosen documents are part of it: results of other positions look the same."""
    return {
        "options": options,
        "keep_only": keep_only,
        "dolma": form.dolma,
        "columns": [columns.body, columns.id, columns.url],
        "chosen": [str(item.only) for item in inputs if item.only is not None],
    }
