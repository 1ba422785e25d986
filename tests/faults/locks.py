"""Locks of the test that stop a worker at a known place inside the transaction of a page."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from tests.e2e.processes import DATABASE_NAME

_WORKERS = f"datname = current_database() AND application_name = '{DATABASE_NAME}'"
# A page in its transaction owns a temporary table, which nobody else locks so.
_IN_PAGE = f"""SELECT w.pid FROM pg_locks w JOIN pg_stat_activity a USING (pid)
    WHERE NOT w.granted AND {_WORKERS} AND EXISTS (
        SELECT FROM pg_locks own WHERE own.pid = w.pid AND own.granted
           AND own.locktype = 'relation' AND own.mode = 'AccessExclusiveLock')"""


@contextmanager
def lock(statement: str) -> Iterator[None]:
    """Holds what the statement locks, on a database connection of its own."""
    other = connection.copy()
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute(statement)
            yield
    finally:
        other.rollback()
        other.close()


def page_waits() -> bool:
    """Whether a worker waits for a lock in the middle of a page."""
    return bool(_pids(_IN_PAGE))


def waits_for(table: str) -> bool:
    """Whether a worker waits for a lock on a table or a row of it."""
    return bool(
        _pids(f"""SELECT pid FROM pg_locks w JOIN pg_stat_activity a USING (pid)
            WHERE {_WORKERS} AND a.wait_event_type = 'Lock' AND w.relation = '{table}'::regclass""")
    )


def page_waits_for_its_turn() -> bool:
    """Whether a worker waits until the page of another has been merged."""
    return bool(
        _pids(f"""SELECT pid FROM pg_locks JOIN pg_stat_activity USING (pid)
            WHERE {_WORKERS} AND NOT granted AND locktype = 'advisory'""")
    )


def waiting() -> int:
    """How many database connections of workers wait for a lock."""
    return len(_pids(f"SELECT pid FROM pg_stat_activity WHERE {_WORKERS} AND wait_event_type = 'Lock'"))


def workers_are_idle() -> bool:
    """Whether no worker is inside a statement or a transaction."""
    return not _pids(f"SELECT pid FROM pg_stat_activity WHERE {_WORKERS} AND state <> 'idle'")


def terminate_workers() -> None:
    """Ends all database connections of workers."""
    _pids(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {_WORKERS}")


def no_worker_is_connected() -> bool:
    return not _pids(f"SELECT pid FROM pg_stat_activity WHERE {_WORKERS}")


def pages_that_wait_behind_another() -> list[int]:
    """The database connections with a page that is compared and waits for the page before it."""
    return _pids(
        f"""SELECT pid FROM pg_stat_activity WHERE {_WORKERS} AND state = 'idle in transaction'
            AND EXISTS (SELECT FROM pg_locks own WHERE own.pid = pg_stat_activity.pid
                AND own.locktype = 'relation' AND own.mode = 'AccessExclusiveLock')"""
    )


def terminate(pid: int) -> None:
    """Ends one database connection."""
    _pids(f"SELECT pg_terminate_backend({pid})")


def _pids(query: str) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return [pid for (pid,) in cursor.fetchall()]
