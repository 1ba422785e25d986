"""The claim of one worker on an import, kept alive while it works."""

import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import connection as database
from django.db.models import Q
from django.utils import timezone

from integrations.models import ACTIVE_STATES, ImportRun, RunState

# A worker that was killed is noticed after this time; its beat comes often enough to miss a few.
LEASE = timedelta(seconds=30)
_BEAT_SECONDS = 3.0


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

    def fence(self) -> None:
        """Renews the claim inside the page's transaction; ClaimLost rolls the page back if it is no longer ours."""
        if not self._renew():
            raise ClaimLost

    def _renew(self) -> int:
        now = timezone.now()
        mine = ImportRun.objects.filter(pk=self.run_id, lease=self.lease)
        return mine.update(lease_until=now + LEASE, heartbeat_at=now)

    def _beat(self) -> None:
        """Renews every few seconds and looks for the cancel flag, on a database connection of its own."""
        try:
            while not self._ended.wait(_BEAT_SECONDS):
                self._renew()
                self.look()
        finally:
            database.close()

    def look(self) -> None:
        """Reads the cancel flag."""
        if ImportRun.objects.filter(pk=self.run_id, cancel_requested=True).exists():
            self._cancelled.set()


@contextmanager
def claim(run_id: int) -> Iterator[Claim | None]:
    """Claims the import by compare-and-swap, or gives None: it has ended, waits, or another worker has it."""
    now, lease = timezone.now(), uuid.uuid4()
    free = Q(lease=None) | Q(lease_until__lt=now)
    ready = Q(state__in=[RunState.QUEUED, RunState.RUNNING]) | Q(state=RunState.PARKED, parked_until__lte=now)
    claimed = ImportRun.objects.filter(free, ready, pk=run_id, state__in=ACTIVE_STATES).update(
        state=RunState.RUNNING, lease=lease, lease_until=now + LEASE, heartbeat_at=now, parked_until=None
    )
    if not claimed:
        yield None
        return
    held = Claim(run_id=run_id, lease=lease)
    held.look()
    thread = threading.Thread(target=held._beat, name=f"import {run_id} heartbeat", daemon=True)
    thread.start()
    try:
        yield held
    finally:
        held._ended.set()
        thread.join()
        ImportRun.objects.filter(pk=run_id, lease=lease).update(lease=None, lease_until=None)
