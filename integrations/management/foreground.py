"""Runs an import in this process, without a worker."""

import threading
import time

from django.db import connection as database
from django.utils import timezone
from rich.console import Console

from integrations.management.progress_view import ProgressView
from integrations.models import ImportRun, RunState
from integrations.services import imports, progress
from integrations.services.slices import run_slice

_LOOK_SECONDS = 0.5


def run_here(console: Console, run: ImportRun) -> ImportRun:
    """Works on the import until it has ended, waiting through pauses; Ctrl-C cancels it after the page it is on."""
    with ProgressView(console) as view, _Drawing(view, run):
        try:
            _work(run)
        except KeyboardInterrupt:
            run.refresh_from_db()
            if run.is_active:
                imports.cancel(run=run)
                _work(run)
    run.refresh_from_db()
    view.show(progress.status(run=run))
    return run


def _work(run: ImportRun) -> None:
    while True:
        more = run_slice(run_id=run.pk)
        run.refresh_from_db()
        if not run.is_active:
            return
        if not more:
            pause = (run.parked_until - timezone.now()).total_seconds() if run.parked_until else 1.0
            time.sleep(max(0.2, min(pause, 5.0)))
            if run.state == RunState.RUNNING:
                continue


class _Drawing:
    """Draws the progress twice a second from a thread with a database connection of its own."""

    def __init__(self, view: ProgressView, run: ImportRun) -> None:
        self.view, self.run_id, self._ended = view, run.pk, threading.Event()
        self._thread = threading.Thread(target=self._draw, name="progress", daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *args: object) -> None:
        self._ended.set()
        self._thread.join()

    def _draw(self) -> None:
        try:
            while not self._ended.wait(_LOOK_SECONDS):
                run = ImportRun.objects.select_related("connection__settings").get(pk=self.run_id)
                self.view.show(progress.status(run=run))
        finally:
            database.close()
