"""What `cleaner clean --profile` prints: where the time went."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cleaner.clock import Stage
from cleaner.profile import Profile


def in_short(profile: Profile) -> str:
    """The sums, in a line."""
    return (
        f"{profile.documents} documents ({profile.size / 1e6:.2f} MB) cost "
        f"{profile.seconds:.2f} s of CPU, {_place(profile)}; {profile.elapsed:.2f} s passed, "
        f"{profile.waited:.2f} s of them in waiting for workers and the disk"
    )


def in_full(profile: Profile) -> str:
    """The sums, and a table each of stages, documents and rules."""
    return "\n".join(
        [
            in_short(profile),
            *("", "   CPU s   share  us/document  stage", *_stages(profile)),
            *("", "      ms       MB  document", *_documents(profile)),
            *("", "      ms    tried  matched  rule", *_rules(profile)),
        ]
    )


def _place(profile: Profile) -> str:
    if not profile.workers:
        return "in this process"
    return f"summed over {profile.workers} worker{'s' * (profile.workers > 1)} and this process"


def _stages(profile: Profile) -> Iterator[str]:
    whole, each = profile.seconds or 1.0, max(1, profile.documents)
    told = [(stage.value, profile.stages[stage]) for stage in Stage if stage in profile.stages]
    for name, seconds in (*told, ("all", profile.seconds)):
        yield f"{seconds:8.3f}  {seconds / whole:6.1%}  {1e6 * seconds / each:11.0f}  {name}"


def _documents(profile: Profile) -> Iterable[str]:
    return (f"{1e3 * c.seconds:8.2f}  {c.size / 1e6:7.3f}  {c.id}" for c in profile.slowest)


def _rules(profile: Profile) -> Iterator[str]:
    told = [*profile.costliest_rules, (f"all {len(profile.rules)} rules", profile.compared)]
    for name, cost in told:
        yield f"{1e3 * cost.seconds:8.2f}  {cost.tried:7}  {cost.matched:7}  {name}"
