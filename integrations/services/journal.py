"""The log of an import."""

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.utils import timezone

from integrations.models import EventKind, ImportEvent, ImportPhase

# An import that pauses for days must not fill the log, nor the page.
SHOWN = 50


def note(
    run_id: int, kind: EventKind, *, step: ImportPhase | None = None, told: str = "", by: User | None = None
) -> None:
    """Writes a line. By our own clock, so that lines of one transaction keep their times."""
    ImportEvent.objects.create(run_id=run_id, kind=kind, step=step, told=told, by=by, at=timezone.now())


def of_run(run_id: int) -> QuerySet[ImportEvent]:
    """The last lines, newest first."""
    return ImportEvent.objects.filter(run=run_id).select_related("step", "by").order_by("-id")[:SHOWN]
