"""Locks of the test that stop a worker at a known place inside the transaction of a page."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

_OURS = "crmbridge fault"
_OTHERS = f"datname = current_database() AND pid <> pg_backend_pid() AND application_name <> '{_OURS}'"
# A page in its transaction owns a temporary table, which nobody else locks so.
_IN_PAGE = f"""SELECT w.pid FROM pg_locks w JOIN pg_stat_activity a USING (pid)
    WHERE NOT w.granted AND {_OTHERS} AND EXISTS (
        SELECT FROM pg_locks own WHERE own.pid = w.pid AND own.granted
           AND own.locktype = 'relation' AND own.mode = 'AccessExclusiveLock')"""


@contextmanager
def lock(statement: str) -> Iterator[None]:
    """Holds what the statement locks, on a database connection of its own."""
    other = connection.copy()
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute(f"SET application_name = '{_OURS}'")
            cursor.execute(statement)
            yield
    finally:
        other.rollback()
        other.close()


def page_waits() -> bool:
    """Whether a worker waits for a lock in the middle of a page."""
    return bool(_pids(_IN_PAGE))


def waits_for(table: str) -> bool:
    """Whether another process waits for a lock on a table or a row of it."""
    return bool(
        _pids(f"""SELECT pid FROM pg_locks w JOIN pg_stat_activity a USING (pid)
            WHERE {_OTHERS} AND a.wait_event_type = 'Lock' AND w.relation = '{table}'::regclass""")
    )


def page_waits_for_its_turn() -> bool:
    """Whether a worker waits until the page of another has been merged."""
    return bool(
        _pids(f"""SELECT pid FROM pg_locks JOIN pg_stat_activity USING (pid)
            WHERE {_OTHERS} AND NOT granted AND locktype = 'advisory'""")
    )


def waiting() -> int:
    """How many database connections of other processes wait for a lock."""
    return len(_pids(f"SELECT pid FROM pg_stat_activity WHERE {_OTHERS} AND wait_event_type = 'Lock'"))


def others_are_idle() -> bool:
    """Whether no other process is inside a statement or a transaction."""
    return not _pids(f"SELECT pid FROM pg_stat_activity WHERE {_OTHERS} AND state <> 'idle'")


def terminate_others() -> None:
    """Ends all database connections but those of the test."""
    _pids(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {_OTHERS}")


def nobody_else_is_connected() -> bool:
    return not _pids(f"SELECT pid FROM pg_stat_activity WHERE {_OTHERS}")


def _pids(query: str) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return [pid for (pid,) in cursor.fetchall()]
