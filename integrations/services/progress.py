"""Where an import stands, in the numbers that the page and the terminal show."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef
from django.utils.translation import gettext as _

from contacts.models import Contact
from integrations.models import (
    COUNTED_KINDS,
    ImportPhase,
    ImportRun,
    PhaseKind,
    PhaseState,
    Problem,
    ProblemLevel,
    RunKind,
    RunState,
    SalesforceRecord,
    WorkerHeartbeat,
)
from integrations.problem_texts import text_of
from integrations.services.sessions import calls_left


@dataclass(frozen=True)
class PhaseStatus:
    """One step; `percent` is of the records expected."""

    label: str
    kind: str
    state: str
    expected: int
    read: int
    created: int
    updated: int
    unchanged: int
    skipped: int
    failed: int
    removed: int
    percent: int
    records_per_second: int


@dataclass(frozen=True)
class Reason:
    """Why records were skipped, and how many."""

    code: str
    label: str
    count: int


@dataclass(frozen=True)
class ProblemGroup:
    """Problems of one kind that the import met."""

    code: str
    category: str
    level: str
    label: str
    remedy: str
    count: int


@dataclass(frozen=True)
class RunStatus:
    """An import in numbers: read = created + updated + unchanged + skipped + failed, and removed by an undo."""

    run: ImportRun
    phases: list[PhaseStatus]
    read: int
    created: int
    updated: int
    unchanged: int
    skipped: int
    failed: int
    removed: int
    skip_reasons: list[Reason]
    percent: int
    records_per_second: int
    seconds_left: int | None
    problems: list[ProblemGroup]
    api_calls_estimated: int
    api_calls_used: int
    calls_left: int | None
    worker_missing: bool
    waiting_for_account: int

    @property
    def is_active(self) -> bool:
        """Whether it is under way or waiting."""
        return self.run.is_active


_SUMS = ("read", "created", "updated", "unchanged", "skipped", "failed", "removed")


def status(*, run: ImportRun, waiting: Callable[[ImportRun], int] | None = None) -> RunStatus:
    """The import's numbers as of now, from our own database alone.

    `waiting` may count the contacts that wait for their account in another way than `waiting_for_account`.
    """
    phases = list(run.phases.all())
    records = [phase for phase in phases if phase.kind in COUNTED_KINDS]
    sums = {name: sum(getattr(phase, name) for phase in records) for name in _SUMS}
    speed = _speed(sum(phase.read for phase in phases), run.seconds or sum(phase.seconds for phase in phases))
    expected = sum(phase.expected for phase in phases)
    read = sum(min(phase.read, phase.expected) for phase in phases)
    return RunStatus(
        run=run,
        phases=[_phase_status(phase) for phase in phases],
        **sums,
        skip_reasons=_skip_reasons(records),
        percent=100 if run.state == RunState.FINISHED else _percent(read, expected),
        records_per_second=speed,
        seconds_left=round((expected - read) / speed) if speed and run.state == RunState.RUNNING else None,
        problems=problem_groups(run=run),
        api_calls_estimated=run.api_calls_estimated,
        api_calls_used=run.api_calls_used,
        calls_left=calls_left(run.connection) if run.connection else None,
        worker_missing=run.state == RunState.QUEUED and not WorkerHeartbeat.is_fresh(),
        waiting_for_account=waiting(run) if waiting else waiting_for_account(run=run),
    )


def problem_groups(*, run: ImportRun) -> list[ProblemGroup]:
    """The problems of an import by kind, the most frequent first."""
    rows = (
        Problem.objects.filter(occurrences__run=run)
        .values("code", "category", "level")
        .annotate(count=Count("id"))
        .order_by("-count", "code")
    )
    return [
        ProblemGroup(**row, label=str(text_of(row["code"]).label), remedy=str(text_of(row["code"]).remedy))
        for row in rows
    ]


def waiting_for_account(*, run: ImportRun) -> int:
    """How many linked contacts have an account in Salesforce that is not here yet."""
    if run.is_active or run.kind != RunKind.SALESFORCE:
        return 0
    records = SalesforceRecord.objects.filter(
        connection_id=run.connection_id, sobject="Contact", link_state="linked", related_id__isnull=False
    )
    homeless = Contact.objects.filter(pk=OuterRef("contact_id"), company=None)
    return records.filter(Exists(homeless)).count()


def _phase_status(phase: ImportPhase) -> PhaseStatus:
    return PhaseStatus(
        label=phase_label(phase),
        kind=phase.kind,
        state=phase.state,
        expected=phase.expected,
        percent=100 if phase.state == PhaseState.DONE else _percent(phase.read, phase.expected),
        records_per_second=_speed(phase.read, phase.seconds),
        **{name: getattr(phase, name) for name in _SUMS},
    )


def phase_label(phase: ImportPhase) -> str:
    """What a step is called."""
    names = {
        "Contact": _("Contacts"),
        "Lead": _("Leads"),
        "Account": _("Accounts"),
        "Company": _("Companies"),
    }
    if phase.kind == PhaseKind.RECORDS:
        return names[phase.sobject]
    kind = str(phase.get_kind_display())
    if phase.kind not in COUNTED_KINDS:
        return kind
    return f"{kind} · {names[phase.sobject]}"


def _skip_reasons(phases: list[ImportPhase]) -> list[Reason]:
    counts: Counter[str] = Counter()
    for phase in phases:
        counts.update(phase.skip_reasons)
    return [
        Reason(code=code, label=str(text_of(code).label), count=number)
        for code, number in counts.most_common()
    ]


def _percent(part: int, whole: int) -> int:
    return min(100, part * 100 // whole) if whole else 0


def _speed(rows: int, seconds: float) -> int:
    return round(rows / seconds) if seconds > 0 else 0


def _what(run: ImportRun) -> dict[str, Any]:
    """What the run is about, under the name that its kind has for it."""
    what: dict[str, dict[str, Any]] = {
        RunKind.SALESFORCE: {"record_group": run.record_group},
        RunKind.FILE: {"file": run.records},
        RunKind.BACKFILL: {"backfill": run.subject},
        RunKind.UNDO: {"undo_of": run.undo_of_id},
    }
    return what[run.kind] | ({"dry_run": True} if run.is_dry else {})


def as_json(*, run: ImportRun) -> dict[str, Any]:
    """The import as one object for machines."""
    now = status(run=run)
    error = " ".join(part for part in (run.error_message, run.error_remedy) if part)
    return {
        "run": run.pk,
        "state": run.state,
        **_what(run),
        **{name: getattr(now, name) for name in _SUMS if name not in ("skipped", "removed")},
        **({"removed": now.removed} if run.kind == RunKind.UNDO else {}),
        "skipped": {reason.code: reason.count for reason in now.skip_reasons},
        "problems": sum(group.count for group in now.problems if group.level == ProblemLevel.PROBLEM),
        "api_calls": {"estimated": now.api_calls_estimated, "used": now.api_calls_used},
        "seconds": round(run.seconds, 3),
        "records_per_second": now.records_per_second,
    } | ({"error": error} if error else {})
