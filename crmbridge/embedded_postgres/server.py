"""Starts and stops the server; any number of processes may ask at the same time."""

import contextlib
import fcntl
import logging
import os
import shlex
import shutil
import time
from collections.abc import Iterator
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from django.utils.translation import gettext_lazy as _
from psycopg.conninfo import make_conninfo

from crmbridge.embedded_postgres import place, processes, programs
from crmbridge.embedded_postgres.place import DATABASE, PORT, SUPERUSER, EmbeddedPostgresError

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

# A crash recovery reads at most max_wal_size again, which takes seconds; this is where patience ends.
PATIENCE_SECONDS = 120
LONGEST_LOG_BYTES = 5_000_000
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    # Updating 300,000 rows with two indexes took 2.2 s; 2.6 s with the default of 128 MB.
    "shared_buffers": "256MB",
    # An import writes steadily: at the default of 1 GB it would wait for a checkpoint every minute.
    # No wal_compression: the wheel knows pglz only, which made that update 40 % slower for 13 % less log.
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    "jit": "off",
    # /dev/shm has 64 MB in a container and is emptied when systemd sees a user's last session end.
    "dynamic_shared_memory_type": "mmap",
    # Statements and details would carry people's data into a plain file.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_checkpoints": "off",
}

logger = logging.getLogger(__name__)


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
            _launch(folder)
        _create_database(folder)


def stop(*, folder: Path) -> bool:
    """Stops the server, interrupting whoever uses it; says whether there was one."""
    if not folder.exists():
        return False
    with _lock(folder):
        if _settled_state(folder) is State.ABSENT:
            _end_remains(folder)
            return False
        _run(folder, "pg_ctl", "stop", "--mode=fast", f"--timeout={PATIENCE_SECONDS}", "--silent")
        return True


def remove(*, folder: Path) -> None:
    """Stops the server and deletes its data."""
    stop(folder=folder)
    place.remove(folder)


def is_ready(*, folder: Path) -> bool:
    """Whether the server answers now."""
    return _state(folder) is State.READY


def _launch(folder: Path) -> None:
    data = _data(folder)
    if not data.exists():
        _initialise(folder)
    if (found := (data / "PG_VERSION").read_text().strip()) != programs.MAJOR_VERSION:
        raise EmbeddedPostgresError(
            _("%(data)s was written by PostgreSQL %(found)s, and %(wanted)s cannot read it.")
            % {"data": data, "found": found, "wanted": programs.MAJOR_VERSION}
        )
    _clear_remains(folder)
    # Resolved, as the server's user may not be able to follow the link that leads root there.
    socket_folder = f'"{place.socket_folder(folder).resolve()}"'
    named = {"cluster_name": place.cluster_name(folder), "unix_socket_directories": socket_folder}
    options = " ".join(
        f"-c {shlex.quote(f'{name}={value}')}" for name, value in {**named, **SETTINGS}.items()
    )
    timeout = f"--timeout={PATIENCE_SECONDS}"
    _run(folder, "pg_ctl", "start", "--wait", timeout, "--silent", "--log=log", f"--options={options}")
    logger.info("Started the embedded PostgreSQL in %s.", folder.resolve())


def _initialise(folder: Path) -> None:
    """Creates the data under another name first, so that an interrupted run is not taken for a database.

    PostgreSQL's own C.UTF-8 needs no locale of the system and no ICU, and knows the case of all scripts.
    """
    logger.info("Creating the embedded PostgreSQL in %s.", folder.resolve())
    unfinished = folder.resolve() / "data.new"
    shutil.rmtree(unfinished, ignore_errors=True)
    locale = ("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
    # Trust is safe here: nobody but the server's user and root can enter the socket's folder.
    access = (f"--username={SUPERUSER}", "--auth=trust")
    _run(folder, "initdb", f"--pgdata={unfinished.name}", *locale, *access, "--no-instructions")
    unfinished.rename(_data(folder))


def _clear_remains(folder: Path) -> None:
    """Removes what a killed server left: processes, and lock files that name a process long gone."""
    _end_remains(folder)
    (_data(folder) / "postmaster.pid").unlink(missing_ok=True)
    (place.socket_folder(folder) / f".s.PGSQL.{PORT}.lock").unlink(missing_ok=True)
    log = folder / "log"
    if log.exists() and log.stat().st_size > LONGEST_LOG_BYTES:
        log.unlink()


def _end_remains(folder: Path) -> None:
    """All of PostgreSQL's processes show the name of their cluster."""
    processes.end_all(named=place.cluster_name(folder), user=place.owner(folder))


def _create_database(folder: Path) -> None:
    address = make_conninfo(
        host=str(place.socket_folder(folder)),
        port=PORT,
        user=SUPERUSER,
        dbname="postgres",
        requirepeer=place.owner(folder).pw_name,
    )
    with psycopg.connect(address, autocommit=True) as connection:
        known = connection.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
        if known is None:
            connection.execute(f"CREATE DATABASE {DATABASE}")


def _settled_state(folder: Path) -> State:
    """Ready or absent: a server that is starting, recovering or stopping is waited for."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (state := _state(folder)) is State.STARTING:
        if time.monotonic() > deadline:
            raise _failure(folder, _("The embedded PostgreSQL is still starting. See %(log)s."))
        time.sleep(0.05)
    return state


def _state(folder: Path) -> State:
    address = (
        f"--host={place.socket_folder(folder)}",
        f"--port={PORT}",
        f"--username={SUPERUSER}",
        "--dbname=postgres",
    )
    answer = processes.run(programs.in_wheel() / "pg_isready", *address)
    return State(answer.returncode)


def _run(folder: Path, program: str, *arguments: str) -> None:
    """Runs one of PostgreSQL's programs as the server's user, in its folder: so paths need no quoting."""
    user, home = place.owner(folder), folder.resolve()
    path = programs.for_user(user, home=home) / program
    done = processes.run(path, *arguments, user=user, cwd=home, env={"PGDATA": "data"})
    if done.returncode:
        logger.error("%s failed: %s", program, done.stdout.strip())
        raise _failure(folder, _("The embedded PostgreSQL cannot be used. See %(log)s."))


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


def _data(folder: Path) -> Path:
    return folder.resolve() / "data"


def _failure(folder: Path, sentence: "StrPromise") -> EmbeddedPostgresError:
    return EmbeddedPostgresError(sentence % {"log": folder / "log"})
