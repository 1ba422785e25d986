"""Starts and stops the server; any number of processes may ask at the same time."""

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from enum import IntEnum
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from crmbridge.embedded_postgres import cluster, place, processes, programs
from crmbridge.embedded_postgres.place import PORT, SUPERUSER, EmbeddedPostgresError


class State(IntEnum):
    """What `pg_isready` answers."""

    READY = 0
    STARTING = 1
    ABSENT = 2


def start(*, folder: Path) -> None:
    """Returns when the server in `folder` answers and has the database `crmbridge`; makes what is missing."""
    with _lock(folder):
        place.prepare(folder)
        if _settled_state(folder) is State.ABSENT:
            cluster.launch(folder)
        cluster.create_database(folder)


def stop(*, folder: Path) -> bool:
    """Stops the server, interrupting whoever uses it; says whether there was one."""
    if not folder.exists():
        return False
    with _lock(folder):
        if _settled_state(folder) is State.ABSENT:
            cluster.end_remains(folder)
            return False
        timeout = f"--timeout={cluster.PATIENCE_SECONDS}"
        cluster.run(folder, "pg_ctl", "stop", "--mode=fast", timeout, "--silent")
        return True


def remove(*, folder: Path) -> None:
    """Stops the server and deletes its data."""
    stop(folder=folder)
    place.remove(folder)


def is_ready(*, folder: Path) -> bool:
    """Whether the server answers now."""
    return _state(folder) is State.READY


def _settled_state(folder: Path) -> State:
    """Ready or absent: a server that is starting, recovering or stopping is waited for."""
    deadline = time.monotonic() + cluster.PATIENCE_SECONDS
    while (state := _state(folder)) is State.STARTING:
        if time.monotonic() > deadline:
            sentence = _("The embedded PostgreSQL is still starting. See %(log)s.")
            raise EmbeddedPostgresError(sentence % {"log": folder / "log"})
        time.sleep(0.05)
    return state


def _state(folder: Path) -> State:
    host, port = f"--host={place.socket_folder(folder)}", f"--port={PORT}"
    who = (f"--username={SUPERUSER}", "--dbname=postgres")
    return State(processes.run(programs.in_wheel() / "pg_isready", host, port, *who).returncode)


@contextlib.contextmanager
def _lock(folder: Path) -> Iterator[None]:
    """One process at a time, whoever it runs as; on the folder above, as ours may not exist yet."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder.parent, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
