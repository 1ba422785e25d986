"""Imports that nobody is on although somebody should be."""

from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from integrations.models import EventKind, ImportRun, RunState
from integrations.services import journal
from integrations.services.claims import MOST_FAULTS
from integrations.services.imports import enqueue

# A queued import waits its turn; after this long its task is taken to be lost with the worker that had it.
_QUEUED_TOO_LONG = timedelta(minutes=2)


def hand_back(*, run_id: int) -> None:
    """Puts an import that has more to do behind the others in the queue."""
    with transaction.atomic():
        run = ImportRun.objects.filter(
            pk=run_id, state__in=[RunState.RUNNING, RunState.PARKED], lease=None
        ).first()
        if run is not None:
            ImportRun.objects.filter(pk=run_id, state=RunState.RUNNING).update(heartbeat_at=timezone.now())
            enqueue(run)


def revive() -> int:
    """Puts imports back in line: lease run out, pause over, or waiting for too long; returns how many.

    An import that is handed over twice does no harm: the second task finds it claimed.
    """
    now = timezone.now()
    long_ago = now - _QUEUED_TOO_LONG
    stalled = Q(state=RunState.RUNNING) & (Q(lease_until__lt=now) | Q(lease=None, heartbeat_at__lt=long_ago))
    paused = Q(state=RunState.PARKED, parked_until__lte=now)
    forgotten = Q(state=RunState.QUEUED, created_at__lt=long_ago) & (
        Q(heartbeat_at=None) | Q(heartbeat_at__lt=long_ago)
    )
    with transaction.atomic():
        lost = list(
            ImportRun.objects.filter(state=RunState.RUNNING, lease_until__lt=now).values_list("pk", flat=True)
        )
        died = ImportRun.objects.filter(state=RunState.RUNNING, lease_until__lt=now)
        died.update(faults=F("faults") + 1)
        given_up = list(died.filter(faults__gt=MOST_FAULTS).values_list("pk", flat=True))
        ImportRun.objects.filter(pk__in=given_up).update(
            state=RunState.FAILED,
            finished_at=now,
            lease=None,
            lease_until=None,
            error_code="WORKER_DIED",
            error_message=_("The workers on this import died again and again at the same place."),
            error_remedy=_("Look into the worker's log, and whether it has enough memory; then resume."),
        )
        for number in given_up:
            journal.note(
                number,
                EventKind.FAILED,
                told=_("The workers on this import died again and again at the same place."),
            )
        runs = list(
            ImportRun.objects.select_for_update(skip_locked=True).filter(stalled | paused | forgotten)
        )
        # Queued with a fresh beat, so that the next minute does not hand them over once more.
        ImportRun.objects.filter(pk__in=[run.pk for run in runs]).update(
            state=RunState.QUEUED, lease=None, lease_until=None, parked_until=None, heartbeat_at=now
        )
        for run in runs:
            if run.pk in lost:
                journal.note(run.pk, EventKind.REVIVED)
            enqueue(run)
    return len(runs)
