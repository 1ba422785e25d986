"""The claim of one worker on an import, kept alive while it works."""

import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import InterfaceError, OperationalError
from django.db import connection as database
from django.db.models import Q
from django.utils import timezone

from integrations.models import ImportRun, RunState

# A worker that was killed is noticed after this time; its beat comes often enough to miss a few.
LEASE = timedelta(seconds=30)
_BEAT_SECONDS = 3.0
# So many passing faults in a row, or workers that died on the same page, end an import.
MOST_FAULTS = 10


class ClaimLost(Exception):
    """Another worker has taken the import over; what is not committed must not be."""


class Claim:
    """One worker's hold on one import."""

    def __init__(self, *, run_id: int, lease: uuid.UUID) -> None:
        self.run_id, self.lease = run_id, lease
        self._cancelled, self._ended = threading.Event(), threading.Event()

    def is_cancelled(self) -> bool:
        """Whether a person asked to stop; read from memory, so any thread may ask often."""
        return self._cancelled.is_set()

    def fence(self, **changes: int) -> None:
        """Renews the claim inside a transaction; ClaimLost rolls it back if the claim is no longer ours."""
        if not self._renew(**changes):
            raise ClaimLost
        self.look()

    def look(self) -> None:
        """Reads the cancel flag."""
        if ImportRun.objects.filter(pk=self.run_id, cancel_requested=True).exists():
            self._cancelled.set()

    def _renew(self, **changes: int) -> int:
        now = timezone.now()
        mine = ImportRun.objects.filter(pk=self.run_id, lease=self.lease)
        return mine.update(lease_until=now + LEASE, heartbeat_at=now, **changes)

    def _beat(self) -> None:
        """Renews every few seconds and looks for the cancel flag, on a database connection of its own."""
        try:
            while not self._ended.wait(_BEAT_SECONDS):
                self._renew_if_possible()
        finally:
            database.close()

    def _renew_if_possible(self) -> None:
        """A database that is away for a moment must not end the beat: the next one may reach it."""
        try:
            self._renew()
            self.look()
        except (OperationalError, InterfaceError):
            database.close()


@contextmanager
def claim(run_id: int) -> Iterator[Claim | None]:
    """Claims the import by compare-and-swap, or gives None: it has ended, waits, or another worker has it."""
    held = Claim(run_id=run_id, lease=uuid.uuid4())
    if not _take(held):
        yield None
        return
    held.look()
    thread = threading.Thread(target=held._beat, name=f"import {run_id} heartbeat", daemon=True)
    thread.start()
    try:
        yield held
    finally:
        held._ended.set()
        thread.join()
        ImportRun.objects.filter(pk=run_id, lease=held.lease).update(lease=None, lease_until=None)


def _take(held: Claim) -> int:
    """Claims the import if nobody has it and it is not paused; what paused it is forgotten then."""
    now = timezone.now()
    ready = Q(state__in=[RunState.QUEUED, RunState.RUNNING]) | Q(state=RunState.PARKED, parked_until__lte=now)
    return (
        ImportRun.objects.unclaimed()
        .filter(ready, pk=held.run_id)
        .update(
            state=RunState.RUNNING,
            lease=held.lease,
            lease_until=now + LEASE,
            heartbeat_at=now,
            parked_until=None,
            error_code="",
            error_message="",
            error_remedy="",
            traceback="",
        )
    )
