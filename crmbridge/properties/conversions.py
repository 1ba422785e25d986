"""Another type for a custom property: which values convert, shown first; then all of them by one statement."""

from dataclasses import dataclass

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _
from psycopg import sql

from crmbridge.properties import uses
from crmbridge.properties.casts import typed
from crmbridge.properties.history import change_source
from crmbridge.properties.models import ChangeSource, Property, RecordKind

EXAMPLES = 10
MODELS = {RecordKind.CONTACT: "contacts.Contact", RecordKind.COMPANY: "companies.Company"}

# Several choices as text are separated as Salesforce separates them.
_AS_TEXT = """CASE jsonb_typeof(c.properties -> {name})
    WHEN 'array' THEN (SELECT string_agg(part, ';') FROM jsonb_array_elements_text(c.properties -> {name}) AS part)
    ELSE c.properties ->> {name} END"""
_VALUES = "SELECT c.id, {text} AS text FROM {table} c WHERE c.properties <> '{{}}' AND c.properties ? {name}"


@dataclass(frozen=True)
class TypeChange:
    """What a change of type would do: how many values convert, how many do not, and some of these."""

    fitting: int
    misfits: int
    # Number of the record and its value.
    examples: list[tuple[int, str]]


def preview(item: Property, type: str) -> TypeChange:
    """What the change would do; nothing is written."""
    _refuse(item, type)
    names = _names(item, type)
    counted = sql.SQL(
        "SELECT count(*) FILTER (WHERE {new} IS NOT NULL), count(*) FILTER (WHERE {new} IS NULL) FROM {v}"
    )
    shown = sql.SQL("SELECT v.id, v.text FROM {v} WHERE {new} IS NULL ORDER BY v.id LIMIT {most}")
    with connection.cursor() as cursor:
        cursor.execute(counted.format(**names))
        fitting, misfits = cursor.fetchone()
        cursor.execute(shown.format(**names, most=sql.Literal(EXAMPLES)))
        return TypeChange(fitting=fitting, misfits=misfits, examples=list(cursor.fetchall()))


def change_type(item: Property, type: str, *, by: int | None) -> TypeChange:
    """Gives the property the type; values that do not fit leave it and stay in the history.

    `by` is the number of the person. Raises ValidationError when something that uses the property stands against it.
    """
    _refuse(item, type)
    table = sql.Identifier(apps.get_model(MODELS[RecordKind(item.kind)])._meta.db_table)
    statement = sql.SQL(
        """UPDATE {table} c SET updated_at = statement_timestamp(), properties = CASE
               WHEN {new} IS NULL THEN c.properties - {name}
               ELSE jsonb_set(c.properties, ARRAY[{name}], to_jsonb({new})) END
           FROM {v} WHERE v.id = c.id"""
    )
    with change_source(ChangeSource.USER, actor_id=by), transaction.atomic():
        Property.objects.select_for_update().get(pk=item.pk)
        done = preview(item, type)
        with connection.cursor() as cursor:
            cursor.execute(statement.format(table=table, **_names(item, type)))
        item.type = type
        item.save(update_fields=["type"])
    return done


def _names(item: Property, type: str) -> dict[str, sql.Composable]:
    model = apps.get_model(MODELS[RecordKind(item.kind)])
    # A property's name may be cast by the database, not by the driver: operators have several types beside them.
    name = sql.SQL("{}::text").format(sql.Literal(item.name))
    values = sql.SQL(_VALUES).format(
        text=sql.SQL(_AS_TEXT).format(name=name), table=sql.Identifier(model._meta.db_table), name=name
    )
    return {
        "name": name,
        "new": typed(type, sql.SQL("v.text")),
        "v": sql.SQL("({}) AS v").format(values),
    }


def _refuse(item: Property, type: str) -> None:
    if item.is_standard:
        raise ValidationError(_("The type of a standard property cannot be changed."))
    if reason := uses.against_type(item, type):
        raise ValidationError(reason)
