"""Starting, cancelling, resuming and retrying imports."""

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _
from django_q.tasks import async_task

from integrations.models import (
    ImportPhase,
    ImportRun,
    PhaseKind,
    ProblemOccurrence,
    RunState,
    SalesforceConnection,
)
from integrations.salesforce.records import estimate_calls
from integrations.services.errors import Refused
from integrations.services.plans import ImportPlan

# What a retry can change; deleted, merged and converted records are as they should be.
_RETRIED_LEVEL = "problem"


def start(*, plan: ImportPlan, by: AbstractBaseUser | None = None, detach: bool = True) -> ImportRun:
    """Writes the import and, with `detach`, hands it to a worker in the same transaction."""
    run = ImportRun(
        connection=plan.connection,
        record_group=plan.record_group,
        campaign_id=plan.campaign_id,
        campaign_name=plan.campaign_name,
        cutoff=plan.cutoff,
        requested_by=by,
        api_calls_estimated=plan.api_calls,
    )
    return _save(run, plan.phases, detach=detach)


def cancel(*, run: ImportRun, by: AbstractBaseUser | None = None) -> None:
    """Asks the worker to stop after the page it is on; an import that no worker has stops at once."""
    waiting = ImportRun.objects.filter(pk=run.pk, state__in=[RunState.QUEUED, RunState.PARKED])
    if waiting.update(state=RunState.CANCELLED, finished_at=timezone.now(), lease=None):
        return
    if not ImportRun.objects.filter(pk=run.pk, state=RunState.RUNNING).update(cancel_requested=True):
        raise Refused(_("Import %(id)s has already ended.") % {"id": run.pk})


def resume(*, run: ImportRun, by: AbstractBaseUser | None = None, detach: bool = True) -> ImportRun:
    """Goes on with an import that was cancelled, failed or lost its worker, from behind the last page that went in."""
    with transaction.atomic():
        run = ImportRun.objects.select_for_update().get(pk=run.pk)
        if run.state == RunState.FINISHED:
            raise Refused(_("Import %(id)s is finished; there is nothing left to resume.") % {"id": run.pk})
        if run.lease_until and run.lease_until > timezone.now() and run.state == RunState.RUNNING:
            raise Refused(
                _("A worker is on import %(id)s.") % {"id": run.pk},
                _("If it was stopped by force, wait half a minute and try again."),
            )
        if not run.is_active:
            _refuse_overlap(run, [phase.sobject for phase in run.phases.all()])
        requeue(run)
        if detach:
            enqueue(run)
    return run


def requeue(run: ImportRun) -> None:
    """Puts an import back in line with everything that stopped it forgotten."""
    run.state, run.cancel_requested, run.lease, run.finished_at, run.parked_until = RunState.QUEUED, False, None, None, None
    run.lease_until, run.faults = None, 0
    run.error_code = run.error_message = run.error_remedy = run.traceback = ""
    run.save()


def retry(*, run: ImportRun, by: AbstractBaseUser | None = None, detach: bool = True) -> ImportRun:
    """Starts an import of just the records that had an unresolved problem in this one."""
    if run.is_active:
        raise Refused(
            _("Import %(id)s is still under way.") % {"id": run.pk},
            _("Retry when it has ended, or cancel it first."),
        )
    counts = (
        ProblemOccurrence.objects.filter(run=run, problem__level=_RETRIED_LEVEL, problem__resolved_at=None)
        .exclude(problem__salesforce_id="")
        .values("problem__sobject")
        .annotate(records=Count("problem__salesforce_id", distinct=True))
        .order_by("problem__sobject")
    )
    expected = {row["problem__sobject"]: row["records"] for row in counts}
    if not expected:
        raise Refused(_("Import %(id)s has no problems left to retry.") % {"id": run.pk})
    phases = [
        ImportPhase(kind=PhaseKind.RECORDS, sobject=sobject, selection="problems", expected=records, order=order * 10)
        for order, (sobject, records) in enumerate(expected.items(), start=1)
    ]
    phases.append(ImportPhase(kind=PhaseKind.LINKING, sobject="Account", order=10 * len(phases) + 10))
    again = ImportRun(
        connection=run.connection,
        record_group=run.record_group,
        campaign_id=run.campaign_id,
        campaign_name=run.campaign_name,
        retry_of=run,
        requested_by=by,
        api_calls_estimated=sum(estimate_calls(number, bulk_above=number) for number in expected.values()),
    )
    return _save(again, phases, detach=detach)


def enqueue(run: ImportRun) -> None:
    """Hands the next slice to a worker when the surrounding transaction commits."""

    def hand_over() -> None:
        async_task("integrations.tasks.import_slice", run.pk, task_name=f"import {run.pk}", group="imports")

    if settings.Q_CLUSTER.get("orm"):
        hand_over()  # the queue is a table: it commits together with the import
    else:
        transaction.on_commit(hand_over)


def _save(run: ImportRun, phases: list[ImportPhase], *, detach: bool) -> ImportRun:
    try:
        with transaction.atomic():
            SalesforceConnection.objects.select_for_update().get(pk=run.connection_id)
            _refuse_overlap(run, [phase.sobject for phase in phases])
            run.save()
            for phase in phases:
                phase.run = run
            ImportPhase.objects.bulk_create(phases)
            if detach:
                enqueue(run)
    except IntegrityError as error:
        if "one_active_import_a_group" not in str(error):
            raise
        raise Refused(_("An import of the same records is already under way.")) from None
    return run


def _refuse_overlap(run: ImportRun, sobjects: list[str]) -> None:
    """Two imports that write the same records would only undo each other's work."""
    others = (
        ImportRun.objects.active()
        .filter(connection=run.connection_id, phases__kind=PhaseKind.RECORDS, phases__sobject__in=sobjects)
        .exclude(pk=run.pk)
    )
    if other := others.filter(phases__sobject__in=set(sobjects) & {"Lead", "Contact", "Account"}).first():
        raise Refused(
            _("Import %(id)s (%(group)s) of the same records is under way.")
            % {"id": other.pk, "group": other.get_record_group_display()},
            _("Wait until it has ended, or cancel it."),
        )
