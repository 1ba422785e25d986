"""Runs an import in this process, without a worker."""

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.db import DatabaseError
from django.db import connection as database
from django.utils import timezone
from rich.console import Console

from crmbridge.errors import Refused
from integrations.management.console import runs
from integrations.management.progress_view import ProgressView
from integrations.models import ImportRun
from integrations.services import imports, progress
from integrations.services.slices import run_slice

_LOOK_SECONDS = 0.5


def run_here(console: Console, run: ImportRun) -> ImportRun:
    """Works on the import to its end, waiting through pauses; Ctrl-C cancels it after the page it is on."""
    with ProgressView(console) as view:
        with interrupt_noted() as interrupted, _Beside(view, run, interrupted):
            while run.is_active:
                if not run_slice(run_id=run.pk):
                    _pause(run)
                run.refresh_from_db()
        view.show(progress.status(run=run))
    return run


def _pause(run: ImportRun) -> None:
    """Waits for the end of the import's pause, or for another worker that is on it, a second at most."""
    run.refresh_from_db()
    left = (run.parked_until - timezone.now()).total_seconds() if run.parked_until else 1.0
    if run.is_active:
        time.sleep(min(max(left, 0.05), 1.0))


@contextmanager
def interrupt_noted() -> Iterator[threading.Event]:
    """Notes the first Ctrl-C instead of breaking off; the second breaks off as ever."""
    noted = threading.Event()

    def note(number: int, frame: object) -> None:
        noted.set()
        signal.signal(signal.SIGINT, before)

    before = signal.signal(signal.SIGINT, note)
    try:
        yield noted
    finally:
        signal.signal(signal.SIGINT, before)


class _Beside:
    """A thread with a database connection of its own that draws the progress and passes Ctrl-C on."""

    def __init__(self, view: ProgressView, run: ImportRun, interrupted: threading.Event) -> None:
        self.view, self.run_id, self.interrupted = view, run.pk, interrupted
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._work, name="progress", daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *args: object) -> None:
        self._ended.set()
        self._thread.join()

    def _work(self) -> None:
        try:
            while not self._ended.wait(_LOOK_SECONDS):
                # A database that is away for a moment is no reason to stop looking.
                with suppress(DatabaseError):
                    self._look()
        finally:
            database.close()

    def _look(self) -> None:
        run = runs().get(pk=self.run_id)
        if self.interrupted.is_set() and run.is_active and not run.cancel_requested:
            with suppress(Refused):
                imports.cancel(run=run)
        self.view.show(progress.status(run=run))
