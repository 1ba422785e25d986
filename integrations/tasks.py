"""What the worker runs; each task is a few lines around a service."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from crmbridge.lists import counting
from crmbridge.lists import exports as list_exports
from crmbridge.lists import services as lists
from crmbridge.properties import pruning
from integrations.models import WorkerHeartbeat
from integrations.services import files, revival, slices


def import_slice(run_id: int) -> None:
    """One slice of an import; the rest is handed back to the queue, so that other imports get their turn."""
    WorkerHeartbeat.beat()
    if slices.run_slice(run_id=run_id):
        revival.hand_back(run_id=run_id)


def every_minute() -> None:
    """Beats for the worker, puts stalled imports and exports back in line, removes old files."""
    WorkerHeartbeat.beat()
    revival.revive()
    files.remove_old()
    list_exports.revive()


def every_hour() -> None:
    """Counts the active lists again, for the page of all lists; within the time that a task may take."""
    WorkerHeartbeat.beat()
    lists.refresh(seconds=counting.SECONDS, within=timedelta(minutes=3))


def every_day() -> None:
    """Removes history that is older than the setting keeps it."""
    if settings.HISTORY_KEEP_DAYS > 0:
        pruning.prune(before=timezone.now() - timedelta(days=settings.HISTORY_KEEP_DAYS))
