"""Starting, cancelling, resuming and retrying imports."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from uuid import UUID

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django_q.tasks import async_task

from crmbridge.errors import Refused
from integrations.models import (
    EventKind,
    ImportPhase,
    ImportRun,
    PhaseKind,
    RunKind,
    RunState,
    SalesforceConnection,
)
from integrations.services import journal
from integrations.services.plans import ImportPlan, refuse_without_account_sync
from integrations.services.retries import plan_retry

log = logging.getLogger(__name__)
# Seconds.
_LONGEST_DRY_RUN = 4 * 60 * 60


def start(
    *,
    plan: ImportPlan,
    by: User | None = None,
    detach: bool = True,
    token: UUID | None = None,
    is_dry: bool = False,
) -> ImportRun:
    """Writes the import and, with `detach`, hands it to a worker in the same transaction.

    A dry one is done and rolled back; what would have become of the records is in its report.

    With a `token` that was used before, the import that it started is returned and nothing starts.
    """
    try:
        return _started(plan=plan, by=by, detach=detach, token=token, is_dry=is_dry)
    except Refused:
        if token is None or (before := ImportRun.objects.filter(token=token).first()) is None:
            raise
        return before


def _started(
    *, plan: ImportPlan, by: User | None, detach: bool, token: UUID | None, is_dry: bool
) -> ImportRun:
    if token is not None and (before := ImportRun.objects.filter(token=token).first()):
        return before
    run = ImportRun(
        connection=plan.connection,
        record_group=plan.record_group,
        campaign_id=plan.campaign_id,
        campaign_name=plan.campaign_name,
        cutoff=plan.cutoff,
        retry_of=plan.retry_of,
        requested_by=by,
        api_calls_estimated=plan.api_calls,
        token=token,
        is_dry=is_dry,
    )
    with _alone(run, plan.phases):
        write(run=run, phases=plan.phases, detach=detach)
    return run


def write(*, run: ImportRun, phases: Sequence[ImportPhase], detach: bool) -> None:
    """Writes a run of any kind with its steps and, with `detach`, hands it to a worker in the same transaction."""
    with transaction.atomic():
        run.save()
        for order, phase in enumerate(phases, start=1):
            phase.run = run
            phase.order = phase.order or order
        ImportPhase.objects.bulk_create(phases)
        journal.note(run.pk, EventKind.ASKED, by=run.requested_by)
        if detach:
            enqueue(run)


def cancel(*, run: ImportRun, by: User | None = None) -> None:
    """Asks the worker to stop after the page it is on; an import that no worker is on stops at once."""
    log.info("Import %s: cancel asked for by %s", run.pk, by or "a command")
    # A worker that pauses an import is done with it, even if it still holds the claim for a moment.
    parked = ImportRun.objects.filter(pk=run.pk, state=RunState.PARKED)
    idle = parked | ImportRun.objects.active().unclaimed().filter(pk=run.pk)
    if idle.update(state=RunState.CANCELLED, finished_at=timezone.now(), lease=None, parked_until=None):
        journal.note(run.pk, EventKind.CANCELLED, by=by)
        return
    if not ImportRun.objects.active().filter(pk=run.pk).update(cancel_requested=True):
        raise Refused(_("Import %(id)s has already ended.") % {"id": run.pk})
    journal.note(run.pk, EventKind.CANCEL_ASKED, by=by)


def resume(*, run: ImportRun, by: User | None = None, detach: bool = True) -> ImportRun:
    """Goes on with an import that was cancelled, failed or lost its worker, behind the last page taken in."""
    with _alone(run, run.phases.all()):
        run = ImportRun.objects.select_for_update().get(pk=run.pk)
        _refuse_unless_idle(run)
        if run.connection is not None:
            refuse_without_account_sync(connection=run.connection, record_group=run.record_group)
        _put_back_in_line(run)
        journal.note(run.pk, EventKind.RESUMED, by=by)
        if detach:
            enqueue(run)
    log.info("Import %s: resumed by %s", run.pk, by or "a command")
    return run


def retry(*, run: ImportRun, by: User | None = None, detach: bool = True) -> ImportRun:
    """Starts an import of just the records that had an unresolved problem in this one."""
    if run.is_active:
        raise Refused(
            _("Import %(id)s is still under way.") % {"id": run.pk},
            _("Retry when it has ended, or cancel it first."),
        )
    if run.kind == RunKind.FILE:
        raise Refused(
            _("Rows of a file cannot be tried again as they are."),
            _("Export the rows with problems, correct them and import that file."),
        )
    if run.kind != RunKind.SALESFORCE or run.is_dry:
        raise Refused(_("Only an import from Salesforce can try its problems again."))
    return start(plan=plan_retry(run=run), by=by, detach=detach)


def enqueue(run: ImportRun) -> None:
    """Hands the next slice to a worker when the surrounding transaction commits: the queue is a table too."""
    # A dry run is one transaction, so it cannot be cut into slices.
    more = {"timeout": _LONGEST_DRY_RUN} if run.is_dry else {}
    async_task(
        "integrations.tasks.import_slice", run.pk, task_name=f"import {run.pk}", group="imports", **more
    )


@contextmanager
def _alone(run: ImportRun, phases: list[ImportPhase] | QuerySet[ImportPhase]) -> Iterator[None]:
    """A transaction in which no other import of the same records can begin; Refused when one is under way."""
    try:
        with transaction.atomic():
            if run.kind != RunKind.SALESFORCE:
                yield  # a file is imported once, an undo done once, and what they write is locked as it is written
                return
            SalesforceConnection.objects.select_for_update(no_key=True).get(pk=run.org.pk)
            _refuse_overlap(run, {phase.sobject for phase in phases if phase.kind == PhaseKind.RECORDS})
            yield
    except IntegrityError as error:
        if "one_active_import_a_group" not in str(error):
            raise
        raise Refused(_("An import of the same records is already under way.")) from None


def _refuse_overlap(run: ImportRun, sobjects: set[str]) -> None:
    """Two imports that write the same records would only undo each other's work."""
    same = Q(connection=run.connection_id, phases__kind=PhaseKind.RECORDS, phases__sobject__in=sobjects)
    if other := ImportRun.objects.active().filter(same).exclude(pk=run.pk).first():
        raise Refused(
            _("Import %(id)s (%(group)s) of the same records is under way.")
            % {"id": other.pk, "group": other.records},
            _("Wait until it has ended, or cancel it."),
        )


def _refuse_unless_idle(run: ImportRun) -> None:
    if run.state == RunState.FINISHED:
        raise Refused(_("Import %(id)s is finished; there is nothing left to resume.") % {"id": run.pk})
    if run.is_active and not ImportRun.objects.unclaimed().filter(pk=run.pk).exists():
        raise Refused(
            _("A worker is on import %(id)s.") % {"id": run.pk},
            _("If it was stopped by force, wait half a minute and try again."),
        )


def _put_back_in_line(run: ImportRun) -> None:
    """Forgets everything that stopped the import."""
    run.state, run.faults, run.cancel_requested = RunState.QUEUED, 0, False
    run.lease = run.lease_until = run.finished_at = run.parked_until = None
    run.heartbeat_at = timezone.now()
    run.error_code = run.error_message = run.error_remedy = run.traceback = ""
    run.save()
