"""A real worker on the disturbed database, and how much memory it takes."""

import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import psutil
from django.conf import settings
from django.utils import timezone

from tests.e2e import processes


@dataclass(frozen=True)
class Memory:
    """The resident memory of a worker's processes, in MB."""

    pids: frozenset[int]
    megabytes: float


class Worker:
    """`manage.py qcluster`, started again after each end. What it logs goes to a file: a pipe would fill up."""

    def __init__(self, *, folder: Path) -> None:
        self._environment = processes.environment(folder, DJANGO_SETTINGS_MODULE="tests.soak.settings")
        self._log = folder.parent / "worker.log"
        self.started_at: datetime = timezone.now()
        self.start()

    def start(self) -> None:
        """Starts the worker; it is ready after about two seconds."""
        self.started_at = timezone.now()
        with self._log.open("a") as log:
            self._process = subprocess.Popen(
                [sys.executable, "manage.py", "qcluster"],
                cwd=settings.BASE_DIR,
                env=self._environment,
                stdout=log,
                stderr=log,
                text=True,
                start_new_session=True,
            )

    def kill(self) -> None:
        """SIGKILL to all its processes."""
        processes.kill(self._process)

    def stop(self) -> None:
        """SIGTERM: it finishes its slices and hands the imports on."""
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(timeout=60)

    def memory(self) -> Memory:
        """What its processes hold now."""
        parent = psutil.Process(self._process.pid)
        found = {}
        for process in [parent, *parent.children(recursive=True)]:
            with suppress(psutil.NoSuchProcess):
                found[process.pid] = process.memory_info().rss
        return Memory(frozenset(found), sum(found.values()) / 2**20)

    def log_tail(self, lines: int = 40) -> str:
        """The end of what it logged."""
        return "\n".join(self._log.read_text().splitlines()[-lines:])
