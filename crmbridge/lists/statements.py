"""What lists say to PostgreSQL that the ORM has no words for."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import OperationalError, connection, transaction
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _

from crmbridge.errors import Refused
from crmbridge.lists.models import List

_QUERY_CANCELED = "57014"


class TakesTooLong(Refused):
    """The query did not end within its time."""

    def __init__(self) -> None:
        super().__init__(_("The database took too long."))


@contextmanager
def limited(seconds: int) -> Iterator[None]:
    """Runs a query of a list with a time limit and what suits queries over whole tables."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            # Compiling a plan takes longer than most counts; a hash of all companies shall fit into memory.
            cursor.execute(
                f"SET LOCAL statement_timeout = {int(seconds) * 1000}; SET LOCAL jit = off; SET LOCAL work_mem = '32MB'"
            )
            yield
            cursor.execute("SET LOCAL statement_timeout = DEFAULT")
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") == _QUERY_CANCELED:
            raise TakesTooLong from None
        raise


@contextmanager
def in_order() -> Iterator[None]:
    """Runs a query that the database shall read in the order of an index, as far as rows are asked for, unsorted."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_sort = off")
        yield
        cursor.execute("SET LOCAL enable_sort = on")


def drawn(model: Any, *, share: float) -> RawSQL:
    """The numbers of about this share of all records, drawn by chance page by page of the table."""
    # The name is the model's own.
    sample = f'SELECT id FROM "{model._meta.db_table}" TABLESAMPLE SYSTEM (%s)'  # noqa: S608
    return RawSQL(sample, [100 * share])  # noqa: S611


def put_on(item: List, records: QuerySet[Any]) -> int:
    """Puts all of them on a static list by one statement, however many they are; returns how many were not on it."""
    try:
        chosen, values = records.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:  # Django knows without asking that nobody is meant
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            # The query is the ORM's own, its values are parameters.
            f"INSERT INTO lists_listmember (list_id, {item.kind}_id) SELECT %s, chosen.id"  # noqa: S608
            f" FROM ({chosen}) AS chosen(id) ON CONFLICT DO NOTHING",
            [item.pk, *values],
        )
        return int(cursor.rowcount)


def empty(item: List) -> None:
    """Removes the members of the list and its files without reading them, however many they are."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM lists_listexportpart p USING lists_listexport e WHERE e.id = p.export_id AND e.list_id = %s",
            [item.pk],
        )
        cursor.execute("DELETE FROM lists_listmember WHERE list_id = %s", [item.pk])


def one_at_a_time() -> None:
    """Waits until nobody else is changing what lists are made of; holds to the end of the transaction.

    Two people could else make a circle of lists, each without seeing what the other does.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('crmbridge.lists'))")
