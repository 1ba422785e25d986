"""Undoing an import, a file import, a back-fill, or an undo: what it would touch, and doing it slice by slice."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from crmbridge.errors import Refused
from crmbridge.properties.history import change_source
from crmbridge.properties.models import ChangeSource, RecordKind
from integrations.models import ImportPhase, ImportRun, PhaseKind, RunKind, RunState
from integrations.pipeline import outcome, undo_notes, undo_records, undo_values
from integrations.pipeline.outcome import Outcome
from integrations.pipeline.page import MERGE_LOCK
from integrations.pipeline.statement import execute, fetch
from integrations.pipeline.undo_values import UndoScope
from integrations.problem_texts import text_of
from integrations.salesforce.errors import Cancelled
from integrations.services import phase_state
from integrations.services.claims import Claim
from integrations.services.imports import write

EXAMPLES = 10
# The clock of the database and ours may differ by a moment.
_SLACK = timedelta(minutes=1)
_SOBJECTS = {RecordKind.CONTACT: "Contact", RecordKind.COMPANY: "Company"}
_KINDS = {sobject: kind for kind, sobject in _SOBJECTS.items()}


@dataclass
class Reason:
    """Why something stays as it is, how often, and some of it."""

    label: str
    sentence: str
    count: int


@dataclass
class UndoPreview:
    """What an undo would touch, in numbers of records."""

    restored: dict[str, int] = field(default_factory=dict)
    removed: dict[str, int] = field(default_factory=dict)
    returned: dict[str, int] = field(default_factory=dict)
    values: int = 0
    stays: list[Reason] = field(default_factory=list)
    # (kind, record, property, value now, value afterwards)
    examples: list[tuple[str, int, str, str | None, str | None]] = field(default_factory=list)

    @property
    def touches_nothing(self) -> bool:
        """Whether nothing would change."""
        return not any([*self.restored.values(), *self.removed.values(), *self.returned.values()])


def refuse(run: ImportRun) -> None:
    """Refused with the reason if the run cannot be undone."""
    if run.is_active:
        raise Refused(_("Import %(id)s is still under way.") % {"id": run.pk}, _("Cancel it first, or wait."))
    if run.is_dry:
        raise Refused(_("A preview changed nothing, so there is nothing to undo."))
    if run.started_at is None:
        raise Refused(_("Import %(id)s never began, so there is nothing to undo.") % {"id": run.pk})
    if run.kind == RunKind.UNDO and run.undo_of is not None and run.undo_of.kind == RunKind.UNDO:
        raise Refused(_("An undo can be undone once."), _("Undo the import again by importing it again."))
    if other := ImportRun.objects.filter(undo_of=run).first():
        raise Refused(
            _("Import %(id)s was undone by import %(other)s.") % {"id": run.pk, "other": other.pk},
            _("To have it back, undo that one; if it stopped, resume it."),
        )


def can_undo(run: ImportRun) -> bool:
    """Whether the run can be undone."""
    try:
        refuse(run)
    except Refused:
        return False
    return True


def preview(*, run: ImportRun) -> UndoPreview:
    """What an undo of the run would touch and what would stay; nothing is written."""
    refuse(run)
    found, reasons = UndoPreview(), dict[str, int]()
    with transaction.atomic():
        scope = _scope(run)
        for kind in RecordKind:
            undo_values.find(scope, kind=kind, after=0, limit=2**62)
            _count_values(found, kind, reasons)
            if scope.is_creator:
                undo_records.find_created(
                    scope, kind=kind, after=0, is_file=run.kind == RunKind.FILE, is_preview=True
                )
                found.removed[kind.value] = _count_records(reasons)
                if kind == RecordKind.CONTACT:
                    undo_records.note_leaving()
            if run.kind == RunKind.UNDO:
                undo_records.find_removed(run_id=run.pk, kind=kind, after=0, is_preview=True)
                found.returned[kind.value] = _count_records(reasons)
        transaction.set_rollback(True)
    found.stays = [
        Reason(label=str(text_of(code).label), sentence=str(text_of(code).sentence), count=count)
        for code, count in sorted(reasons.items(), key=lambda item: -item[1])
    ]
    return found


def start(*, run: ImportRun, by: User | None = None, detach: bool = True) -> ImportRun:
    """Starts the undo of the run; Refused if it cannot be undone or was already."""
    refuse(run)
    undo = ImportRun(kind=RunKind.UNDO, undo_of=run, connection=run.connection, requested_by=by)
    try:
        with transaction.atomic():
            write(run=undo, phases=_phases(run), detach=detach)
    except IntegrityError as error:
        if "undo_of" not in str(error):
            raise
        raise Refused(_("Import %(id)s is being undone already.") % {"id": run.pk}) from None
    return undo


def run_undo(*, run: ImportRun, phase: ImportPhase, held: Claim, deadline: float) -> bool:
    """Works on a step of the undo, some thousand records a transaction; returns whether it is done."""
    assert run.undo_of is not None
    phase_state.begin(phase, held)
    while True:
        if held.is_cancelled():
            raise Cancelled
        if not _take_back(undo=run, undone=run.undo_of, phase=phase, held=held):
            phase_state.finish(phase, held)
            return True
        if time.monotonic() >= deadline:
            return False
        phase.refresh_from_db()


def _take_back(*, undo: ImportRun, undone: ImportRun, phase: ImportPhase, held: Claim) -> bool:
    """One transaction; returns whether there was anything left to look at."""
    started = time.monotonic()
    kind = _KINDS[phase.sobject]
    after = phase.cursor["record"] if phase.cursor else 0
    with (
        change_source(ChangeSource.UNDO, source_id=undo.pk, actor_id=undo.requested_by_id),
        transaction.atomic(),
    ):
        execute("SET LOCAL work_mem = '64MB'; SET LOCAL random_page_cost = 1.1")
        execute("SELECT pg_advisory_xact_lock(%(lock)s)", {"lock": MERGE_LOCK})
        last, finish = _STEPS[PhaseKind(phase.kind)](undo, undone, kind, after)
        if last is None:
            return False
        result = finish()
        undo_notes.save(undo_id=undo.pk, kind=kind, of_values=phase.kind == PhaseKind.RESTORE)
        outcome.save(
            phase_id=phase.pk,
            outcome=result,
            cursor={"record": last},
            seconds=time.monotonic() - started,
        )
        held.fence(faults=0)
    return True


_Found = tuple[int | None, Callable[[], Outcome]]


def _restore(undo: ImportRun, undone: ImportRun, kind: RecordKind, after: int) -> _Found:
    last = undo_values.find(_scope(undone), kind=kind, after=after)
    return last, lambda: undo_values.put_back(kind=kind)


def _remove(undo: ImportRun, undone: ImportRun, kind: RecordKind, after: int) -> _Found:
    is_file = undone.kind == RunKind.FILE
    last = undo_records.find_created(_scope(undone), kind=kind, after=after, is_file=is_file)
    return last, lambda: undo_records.remove(undo_id=undo.pk, kind=kind)


def _return(undo: ImportRun, undone: ImportRun, kind: RecordKind, after: int) -> _Found:
    last = undo_records.find_removed(run_id=undone.pk, kind=kind, after=after)
    return last, lambda: undo_records.bring_back(kind=kind)


_STEPS: dict[PhaseKind, Callable[[ImportRun, ImportRun, RecordKind, int], _Found]] = {
    PhaseKind.RESTORE: _restore,
    PhaseKind.REMOVE: _remove,
    PhaseKind.RETURN: _return,
}


def _phases(run: ImportRun) -> list[ImportPhase]:
    """Values before records: a company that a contact has only through the run must be free before it goes."""
    contact, company = _SOBJECTS[RecordKind.CONTACT], _SOBJECTS[RecordKind.COMPANY]
    steps = [(PhaseKind.RESTORE, contact), (PhaseKind.RESTORE, company)]
    if _is_creator(run):
        steps += [(PhaseKind.REMOVE, contact), (PhaseKind.REMOVE, company)]
    if run.kind == RunKind.UNDO:
        steps = [(PhaseKind.RETURN, company), (PhaseKind.RETURN, contact), *steps]
    found = preview(run=run)
    numbers = {
        PhaseKind.RESTORE: found.restored,
        PhaseKind.REMOVE: found.removed,
        PhaseKind.RETURN: found.returned,
    }
    return [
        ImportPhase(kind=kind, sobject=sobject, expected=numbers[kind].get(_KINDS[sobject].value, 0))
        for kind, sobject in steps
    ]


def _is_creator(run: ImportRun) -> bool:
    return run.kind in (RunKind.SALESFORCE, RunKind.FILE)


def span(run: ImportRun) -> tuple[datetime, datetime]:
    """Between which moments the run wrote."""
    return (run.started_at or run.created_at) - _SLACK, (run.finished_at or timezone.now()) + _SLACK


def _scope(run: ImportRun) -> UndoScope:
    since, until = span(run)
    return UndoScope(
        run_id=run.pk,
        since=since,
        until=until,
        neutral=_neutral(),
        is_creator=_is_creator(run),
    )


def _neutral() -> list[int]:
    """Runs whose changes count for nothing: those that were undone, and the undos of these."""
    undos = ImportRun.objects.filter(kind=RunKind.UNDO, state=RunState.FINISHED).exclude(
        Q(undone_by__state=RunState.FINISHED)
    )
    pairs = undos.filter(undo_of__isnull=False).values_list("pk", "undo_of")
    return [number for pair in pairs for number in pair if number is not None]


def _count_values(found: UndoPreview, kind: RecordKind, reasons: dict[str, int]) -> None:
    rows = fetch("""SELECT reason, count(*), count(DISTINCT record_id) FROM undo_values GROUP BY reason""")
    for reason, values, records in rows:
        if reason is None:
            found.restored[kind.value], found.values = records, found.values + values
        else:
            reasons[reason] = reasons.get(reason, 0) + values
    shown = fetch(
        """SELECT DISTINCT ON (u.property) u.record_id, u.property, c.new, u.value
           FROM undo_values u JOIN undo_changes c USING (record_id, property) WHERE u.reason IS NULL
           ORDER BY u.property, u.record_id, c.id DESC LIMIT %(most)s""",
        {"most": EXAMPLES},
    )
    found.examples += [(kind.value, *row) for row in shown]


def _count_records(reasons: dict[str, int]) -> int:
    going = 0
    for reason, count in fetch("SELECT reason, count(*) FROM undo_records GROUP BY reason"):
        if reason is None:
            going = count
        else:
            reasons[reason] = reasons.get(reason, 0) + count
    return going
