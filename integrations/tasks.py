"""What the worker runs; each task is a few lines around a service."""

from integrations.models import WorkerHeartbeat
from integrations.services import files, revival, slices


def import_slice(run_id: int) -> None:
    """One slice of an import; the rest is handed back to the queue, so that other imports get their turn."""
    WorkerHeartbeat.beat()
    if slices.run_slice(run_id=run_id):
        revival.hand_back(run_id=run_id)


def every_minute() -> None:
    """Beats for the worker, puts stalled or parked imports back in line, removes old files."""
    WorkerHeartbeat.beat()
    revival.revive()
    files.remove_old()
