"""How many records have a value, property by property, without reading the records one by one."""

from typing import Any

from django.apps import apps
from django.core.cache import cache
from django.db import connection
from django.db.models import Count
from psycopg import sql

from crmbridge.properties.conversions import MODELS
from crmbridge.properties.models import RecordKind

_SECONDS = 300
# So many rows are counted in a moment; of more the planner's sample tells.
_FEW = 200_000
_SAMPLED = """SELECT s.attname, GREATEST(c.reltuples, 0), 1 - s.null_frac
    FROM pg_class c JOIN pg_stats s ON c.oid = to_regclass(quote_ident(s.tablename))
    WHERE s.tablename = %s AND s.schemaname = ANY(current_schemas(false))"""
_CUSTOM = """SELECT key, count(*) FROM {table}, jsonb_object_keys(properties) AS key
    WHERE properties <> '{{}}' GROUP BY key"""


def counts(kind: str) -> dict[str, int]:
    """Records with a value by the name of the property: counted, or of a large table's columns as last sampled."""
    return cache.get_or_set(f"filled-{kind}", lambda: _counted(kind), _SECONDS) or {}


def _counted(kind: str) -> dict[str, int]:
    model: Any = apps.get_model(MODELS[RecordKind(kind)])
    names = [item.name for item in model.STANDARD_PROPERTIES]
    with connection.cursor() as cursor:
        cursor.execute(_SAMPLED, [model._meta.db_table])
        found = {name: round(rows * share) for name, rows, share in cursor.fetchall() if rows > _FEW}
        if not set(names) <= set(found):
            found = model.objects.aggregate(**{f"n_{name}": Count(name) for name in names})
            found = {name: found[f"n_{name}"] for name in names}
        cursor.execute(sql.SQL(_CUSTOM).format(table=sql.Identifier(model._meta.db_table)))
        return found | dict(cursor.fetchall())
