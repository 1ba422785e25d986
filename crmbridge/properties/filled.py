"""How many records have a value, property by property, without reading the records one by one."""

from django.apps import apps
from django.core.cache import cache
from django.db import connection
from psycopg import sql

from crmbridge.properties.conversions import MODELS
from crmbridge.properties.models import RecordKind

_SECONDS = 300
_STANDARD = """SELECT s.attname, GREATEST(c.reltuples, 0) * (1 - s.null_frac)
    FROM pg_stats s JOIN pg_class c ON c.oid = to_regclass(quote_ident(s.tablename))
    WHERE s.tablename = %s AND s.schemaname = ANY(current_schemas(false))"""
_CUSTOM = """SELECT key, count(*) FROM {table}, jsonb_object_keys(properties) AS key
    WHERE properties <> '{{}}' GROUP BY key"""


def counts(kind: str) -> dict[str, int]:
    """Records with a value by the name of the property: of columns as last sampled, of custom ones counted."""
    return cache.get_or_set(f"filled-{kind}", lambda: _counted(kind), _SECONDS) or {}


def _counted(kind: str) -> dict[str, int]:
    table = apps.get_model(MODELS[RecordKind(kind)])._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(_STANDARD, [table])
        found = {name: round(number) for name, number in cursor.fetchall()}
        cursor.execute(sql.SQL(_CUSTOM).format(table=sql.Identifier(table)))
        return found | dict(cursor.fetchall())
