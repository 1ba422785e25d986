"""One slice of an import: what a worker does before it lets others have their turn."""

import time
import traceback
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, InterfaceError, OperationalError
from django.db import connection as database
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from crmbridge.errors import Refused
from integrations.models import EventKind, ImportRun, PhaseState, RunKind, RunState
from integrations.salesforce.errors import Cancelled, JobLost, LimitReached, SalesforceError, TemporaryProblem
from integrations.services import journal, sessions
from integrations.services.backfill import run_backfill
from integrations.services.claims import MOST_FAULTS, Claim, ClaimLost, claim
from integrations.services.dry_run import rehearse
from integrations.services.errors import AllotmentUsed
from integrations.services.file_slices import run_file
from integrations.services.folders import clean_folder
from integrations.services.phases import run_phase
from integrations.services.undo import run_undo

# Runs that need no session; each function works on a step until it is done or the deadline has passed.
_LOCAL_STEPS = {RunKind.FILE: run_file, RunKind.BACKFILL: run_backfill, RunKind.UNDO: run_undo}
# Salesforce counts calls over a rolling day, so some come free every hour.
_LIMIT_PAUSE = timedelta(hours=1)
_FAULT_PAUSE = timedelta(seconds=30)
_NO_PAUSE = timedelta(0)
# A deadlock, a lost database connection, or two writers of one e-mail address: the page can be tried again.
_PASSING = (IntegrityError, InterfaceError, OperationalError)


def run_slice(*, run_id: int, seconds: float | None = None) -> bool:
    """Works on the import for about `seconds`; returns whether there is more to do right now."""
    started = time.monotonic()
    with claim(run_id) as held:
        if held is None:
            return False
        run = ImportRun.objects.select_related("connection__settings", "file").get(pk=run_id)
        if run.started_at is None:
            journal.note(run_id, EventKind.STARTED)
            ImportRun.objects.filter(pk=run_id).update(started_at=timezone.now())
        limit = settings.IMPORT_SLICE_SECONDS if seconds is None else seconds
        try:
            with clean_folder(run_id):
                return _work(run, held, deadline=started + limit)
        finally:
            _update(held, seconds=F("seconds") + time.monotonic() - started)


def _work(run: ImportRun, held: Claim, *, deadline: float) -> bool:
    """Runs steps until the deadline; what stops them becomes the state of the run."""
    try:
        return _run_phases(run, held, deadline=deadline)
    except ClaimLost:
        return False
    except Cancelled:
        _end(held, RunState.CANCELLED)
        return False
    except AllotmentUsed as error:
        return _park(held, error, pause=_LIMIT_PAUSE)
    except LimitReached as error:
        return _park(held, error, pause=_LIMIT_PAUSE if error.daily else _FAULT_PAUSE)
    except (SalesforceError, Refused) as error:
        return _stop_or_park(held, error)
    except _PASSING as error:
        database.close()
        if _too_many_faults(held):
            _end(held, RunState.FAILED, **_crashed(error))
            return False
        return _park(held, TemporaryProblem("DATABASE"), pause=_NO_PAUSE)
    except Exception as error:
        _end(held, RunState.FAILED, **_crashed(error))
        return False


def _run_phases(run: ImportRun, held: Claim, *, deadline: float) -> bool:
    if run.kind in _LOCAL_STEPS:
        return _run_locally(run, held, deadline=deadline)
    with sessions.open_session(run.org) as session:
        try:
            if run.is_dry:
                rehearse(run=run, session=session, held=held)
            while phase := run.phases.exclude(state=PhaseState.DONE).order_by("order").first():
                if held.is_cancelled():
                    raise Cancelled
                if not run_phase(run=run, phase=phase, session=session, held=held, deadline=deadline):
                    return True
        finally:
            sessions.count_calls(connection=run.org, session=session, run=run)
    run.keys.all().delete()
    _end(held, RunState.FINISHED)
    return False


def _run_locally(run: ImportRun, held: Claim, *, deadline: float) -> bool:
    """Runs the steps of what needs no Salesforce."""
    run_step = _LOCAL_STEPS[RunKind(run.kind)]
    while phase := run.phases.exclude(state=PhaseState.DONE).order_by("order").first():
        if not run_step(run=run, phase=phase, held=held, deadline=deadline):
            return True
    _end(held, RunState.FINISHED)
    return False


def _stop_or_park(held: Claim, error: SalesforceError | Refused) -> bool:
    """Ends the import on what somebody has to change; what may pass is tried again, but not for ever."""
    if getattr(error, "permanent", True) or _too_many_faults(held):
        _end(held, RunState.FAILED, **_told(error))
        return False
    return _park(held, error, pause=_NO_PAUSE if isinstance(error, JobLost) else _FAULT_PAUSE)


# What the log calls the ends.
_ENDS = {
    RunState.FINISHED: EventKind.FINISHED,
    RunState.FAILED: EventKind.FAILED,
    RunState.CANCELLED: EventKind.CANCELLED,
}


def _end(held: Claim, state: RunState, **told: Any) -> None:
    if _update(held, state=state, finished_at=timezone.now(), cancel_requested=False, **told):
        journal.note(held.run_id, _ENDS[state], told=told.get("error_message", ""))


def _park(held: Claim, error: SalesforceError | Refused, *, pause: timedelta) -> bool:
    """Pauses the import, or ends it if a person asked for that; returns whether it may go on right now."""
    held.look()
    if held.is_cancelled():
        _end(held, RunState.CANCELLED)
        return False
    if _update(held, state=RunState.PARKED, parked_until=timezone.now() + pause, **_told(error)):
        journal.note(held.run_id, EventKind.PAUSED, told=str(error.message))
    return not pause


def _update(held: Claim, **changes: Any) -> int:
    return ImportRun.objects.filter(pk=held.run_id, lease=held.lease).update(**changes)


def _told(error: SalesforceError | Refused) -> dict[str, str]:
    return {
        "error_code": getattr(error, "code", ""),
        "error_message": str(error.message),
        "error_remedy": str(error.remedy),
        "traceback": getattr(error, "raw", ""),
    }


def _crashed(error: Exception) -> dict[str, str]:
    """What is told of an error that nobody expected; the traceback holds code lines, no values."""
    return {
        "error_code": type(error).__name__,
        "error_message": _("The import met an unexpected error; nothing of the page it was on went in."),
        "error_remedy": _("Resume goes on from there. If it stops again, report the details below."),
        "traceback": "".join(traceback.format_tb(error.__traceback__)) + type(error).__name__,
    }


def _too_many_faults(held: Claim) -> bool:
    _update(held, faults=F("faults") + 1)
    return ImportRun.objects.filter(pk=held.run_id, faults__gt=MOST_FAULTS).exists()
