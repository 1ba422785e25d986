"""Runs one SQL statement with names and values in their places."""

from collections.abc import Sequence
from typing import Any

from django.db import connection
from psycopg import sql


def execute(template: str, values: dict[str, Any] | None = None, /, **names: sql.Composable) -> int:
    """Runs the statement, `{name}` standing for SQL and `%(name)s` for values; returns how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(template).format(**names), values)
        return int(cursor.rowcount)


def fetch(
    template: str, values: dict[str, Any] | None = None, /, **names: sql.Composable
) -> list[tuple[Any, ...]]:
    """Runs the query in the same way and returns its few rows."""
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(template).format(**names), values)
        return list(cursor.fetchall())


def quoted(alias: str, name: str) -> sql.Composed:
    """`alias."Name"`."""
    return sql.SQL("{}.{}").format(sql.SQL(alias), sql.Identifier(name))


def column(alias: str, name: str, columns: tuple[str, ...]) -> sql.Composable:
    """The column if the page has it, else null."""
    return quoted(alias, name) if name in columns else sql.SQL("NULL::text")


def trimmed(value: sql.Composable) -> sql.Composed:
    """The text without white space around it; null when nothing is left.

    In the database's own collation, because that of staged columns, "C", knows the case of ASCII letters only.
    """
    return sql.SQL("""NULLIF(btrim({} COLLATE "default", E' \\t\\r\\n'), '')""").format(value)


def joined(parts: Sequence[sql.Composable], separator: str = ", ") -> sql.Composed:
    """The parts with a separator between them."""
    return sql.SQL(separator).join(parts)
