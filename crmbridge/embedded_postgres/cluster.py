"""What the server consists of: its data, its settings, its database."""

import logging
import shlex
import shutil
from pathlib import Path

import psycopg
from django.utils.translation import gettext_lazy as _
from psycopg.conninfo import make_conninfo

from crmbridge.embedded_postgres import place, processes, programs
from crmbridge.embedded_postgres.place import DATABASE, PORT, SUPERUSER, EmbeddedPostgresError

# A crash recovery reads at most max_wal_size again, which takes seconds; this is where patience ends.
PATIENCE_SECONDS = 120
LONGEST_LOG_BYTES = 5_000_000
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    # Updating 300,000 rows with two indexes took 2.2 s; 2.6 s with the default of 128 MB.
    "shared_buffers": "256MB",
    # At the default of 1 GB a large import forces checkpoints, and after each pages are logged whole again.
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


def launch(folder: Path) -> None:
    """Starts a server that is not there; returns when it accepts connections."""
    if not data(folder).exists():
        _initialise(folder)
    _check_version(folder)
    _clear_remains(folder)
    # Resolved, as the server's user may not be able to follow the link that leads root there.
    socket_folder = f'"{place.socket_folder(folder).resolve()}"'
    named = {"cluster_name": place.cluster_name(folder), "unix_socket_directories": socket_folder}
    options = " ".join(
        f"-c {shlex.quote(f'{name}={value}')}" for name, value in {**named, **SETTINGS}.items()
    )
    timeout = f"--timeout={PATIENCE_SECONDS}"
    run(folder, "pg_ctl", "start", "--wait", timeout, "--silent", "--log=log", f"--options={options}")
    logger.info("Started the embedded PostgreSQL in %s.", folder.resolve())


def create_database(folder: Path) -> None:
    """Makes the database `crmbridge` unless it is there."""
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


def end_remains(folder: Path) -> None:
    """Ends what is left of a server that was killed: all of its processes show the name of their cluster."""
    processes.end_all(named=place.cluster_name(folder), user=place.owner(folder))


def run(folder: Path, program: str, *arguments: str) -> None:
    """Runs one of PostgreSQL's programs as the server's user, in its folder: so paths need no quoting."""
    user, home = place.owner(folder), folder.resolve()
    path = programs.for_user(user, home=home) / program
    done = processes.run(path, *arguments, user=user, cwd=home, env={"PGDATA": "data"})
    if done.returncode:
        logger.error("%s failed: %s", program, done.stdout.strip())
        sentence = _("The embedded PostgreSQL cannot be used. See %(log)s.")
        raise EmbeddedPostgresError(sentence % {"log": folder / "log"})


def data(folder: Path) -> Path:
    """The data directory, as PostgreSQL calls it."""
    return folder.resolve() / "data"


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
    run(folder, "initdb", f"--pgdata={unfinished.name}", *locale, *access, "--no-instructions")
    unfinished.rename(data(folder))


def _check_version(folder: Path) -> None:
    found = (data(folder) / "PG_VERSION").read_text().strip()
    if found != programs.MAJOR_VERSION:
        sentence = _("%(data)s was written by PostgreSQL %(found)s, and %(wanted)s cannot read it.")
        raise EmbeddedPostgresError(
            sentence % {"data": data(folder), "found": found, "wanted": programs.MAJOR_VERSION}
        )


def _clear_remains(folder: Path) -> None:
    """Removes what a killed server left: processes, and lock files that name a process long gone."""
    end_remains(folder)
    (data(folder) / "postmaster.pid").unlink(missing_ok=True)
    (place.socket_folder(folder) / f".s.PGSQL.{PORT}.lock").unlink(missing_ok=True)
    log = folder / "log"
    if log.exists() and log.stat().st_size > LONGEST_LOG_BYTES:
        log.unlink()
