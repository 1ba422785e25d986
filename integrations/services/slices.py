"""One slice of an import: what a worker does before it lets others have their turn."""

import time
import traceback
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection as database
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from integrations.models import ImportRun, PhaseState, RunState
from integrations.salesforce.errors import Cancelled, LimitReached, SalesforceError, TemporaryProblem
from integrations.services import sessions
from integrations.services.claims import Claim, ClaimLost, claim
from integrations.services.errors import Refused
from integrations.services.phases import run_phase

# Salesforce counts calls over a rolling day, so some come free every hour.
_LIMIT_PAUSE = timedelta(hours=1)
_FAULT_PAUSE = timedelta(seconds=30)
_MOST_FAULTS = 10


def run_slice(*, run_id: int, seconds: float | None = None) -> bool:
    """Works on the import for about `seconds`; returns whether there is more to do right now."""
    started = time.monotonic()
    with claim(run_id) as held:
        if held is None:
            return False
        run = ImportRun.objects.select_related("connection__settings").get(pk=run_id)
        if run.started_at is None:
            ImportRun.objects.filter(pk=run_id).update(started_at=timezone.now())
        limit = settings.IMPORT_SLICE_SECONDS if seconds is None else seconds
        try:
            return _work(run, held, deadline=started + limit)
        finally:
            mine = ImportRun.objects.filter(pk=run_id, lease=held.lease)
            mine.update(seconds=F("seconds") + time.monotonic() - started)


def _work(run: ImportRun, held: Claim, *, deadline: float) -> bool:
    """Runs phases until the deadline; what stops them becomes the state of the run."""
    try:
        return _run_phases(run, held, deadline=deadline)
    except ClaimLost:
        return False
    except Cancelled:
        _end(held, RunState.CANCELLED)
    except LimitReached as error:
        _park(held, error, pause=_LIMIT_PAUSE if error.daily else _FAULT_PAUSE)
    except (SalesforceError, Refused) as error:
        if getattr(error, "permanent", True) or _too_many_faults(run, held):
            _end(held, RunState.FAILED, **_told(error))
        else:
            _park(held, error, pause=_FAULT_PAUSE)
    except Exception as error:
        if not _is_transient(error) or _too_many_faults(run, held):
            _end(held, RunState.FAILED, **_crashed(error))
            return False
        database.close()
        _park(held, TemporaryProblem("DATABASE"), pause=timedelta(0))
        return True
    return False


def _run_phases(run: ImportRun, held: Claim, *, deadline: float) -> bool:
    with sessions.open_session(run.connection) as session:
        try:
            while phase := run.phases.exclude(state=PhaseState.DONE).order_by("order").first():
                if not run_phase(run=run, phase=phase, session=session, held=held, deadline=deadline):
                    return True
        finally:
            sessions.count_calls(connection=run.connection, session=session, run=run)
    run.keys.all().delete()
    _end(held, RunState.FINISHED)
    return False


def _end(held: Claim, state: str, **told: Any) -> None:
    mine = ImportRun.objects.filter(pk=held.run_id, lease=held.lease)
    mine.update(state=state, finished_at=timezone.now(), cancel_requested=False, **told)


def _park(held: Claim, error: SalesforceError | Refused, *, pause: timedelta) -> None:
    mine = ImportRun.objects.filter(pk=held.run_id, lease=held.lease)
    mine.update(state=RunState.PARKED, parked_until=timezone.now() + pause, **_told(error))


def _told(error: SalesforceError | Refused) -> dict[str, str]:
    return {
        "error_code": getattr(error, "code", ""),
        "error_message": str(error.message),
        "error_remedy": str(error.remedy),
    }


def _crashed(error: Exception) -> dict[str, str]:
    """What is told of an error that nobody expected; the traceback holds code lines, no values."""
    return {
        "error_code": type(error).__name__,
        "error_message": _("The import met an unexpected error; nothing of the page it was on went in."),
        "error_remedy": _("Resume goes on from there. If it stops again, report the details below."),
        "traceback": "".join(traceback.format_tb(error.__traceback__)) + type(error).__name__,
    }


def _too_many_faults(run: ImportRun, held: Claim) -> bool:
    ImportRun.objects.filter(pk=run.pk, lease=held.lease).update(faults=F("faults") + 1)
    return bool(ImportRun.objects.filter(pk=run.pk, faults__gt=_MOST_FAULTS).exists())


def _is_transient(error: Exception) -> bool:
    """A deadlock, a lost database connection, or two writers of one e-mail address: the page can be tried again."""
    from django.db import IntegrityError, InterfaceError, OperationalError

    return isinstance(error, IntegrityError | OperationalError | InterfaceError)
