"""Processes of manage.py on the test database, each in a process group of its own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings
from django.db import connection

Process = subprocess.Popen[str]
# The database connections of the processes bear it.
DATABASE_NAME = "crmbridge process"


def environment(folder: Path, **more: str) -> dict[str, str]:
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.e2e.worker_settings",
        "TEST_DATABASE": str(connection.settings_dict["NAME"]),
        "TEST_IMPORT_FOLDER": str(folder),
        "PGAPPNAME": DATABASE_NAME,
        **more,
    }


@contextmanager
def managed(*words: str, folder: Path, **more: str) -> Iterator[Process]:
    """`manage.py WORDS…`, killed in the end with all its children."""
    process = subprocess.Popen(
        [sys.executable, "manage.py", *words],
        cwd=settings.BASE_DIR,
        env=environment(folder, **more),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        kill(process)
        process.communicate()


def kill(process: Process) -> None:
    """SIGKILL to the whole group; nobody gets to tidy up."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def wait_for(condition: Callable[[], bool], *, seconds: float = 60) -> None:
    """Returns as soon as the condition holds; fails when it does not in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "The condition did not come true in time."
        time.sleep(0.02)
