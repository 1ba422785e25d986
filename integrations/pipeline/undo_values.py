"""Undo, first half: values that a run changed go back to what they were, unless somebody changed them since.

A run is the source of a change by kind and number. Changes of runs that were undone themselves, and of what undid
them, count for nothing: neither do they protect a value, nor do they hide what was there before.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.apps import apps
from django.db import connection, models
from psycopg import sql

from crmbridge.properties.models import RecordKind
from crmbridge.properties.types import PropertyType
from integrations.pipeline.outcome import Outcome
from integrations.pipeline.statement import execute, fetch, joined

RECORDS_AT_ONCE = 20_000
MODELS = {RecordKind.CONTACT: "contacts.Contact", RecordKind.COMPANY: "companies.Company"}
# Runs, by the name that the history has for them.
RUN_SOURCES = ["import", "file", "backfill", "undo"]


@dataclass(frozen=True)
class UndoScope:
    """Whose changes are undone, when they were made, and whose changes count for nothing."""

    run_id: int
    since: datetime
    until: datetime
    neutral: Sequence[int]
    # Records that it created are removed, not put back to an earlier state.
    is_creator: bool

    @property
    def values(self) -> dict[str, object]:
        """As parameters of a statement."""
        return {
            "run": self.run_id,
            "since": self.since,
            "until": self.until,
            "neutral": [self.run_id, *self.neutral],
            "runs": RUN_SOURCES,
            "is_creator": self.is_creator,
        }


_MINE = """h.kind = {kind} AND h.source = ANY(%(runs)s) AND h.source_id = %(run)s
    AND h.at BETWEEN %(since)s AND %(until)s"""

_CHANGES = """CREATE TEMP TABLE undo_changes ON COMMIT DROP AS
WITH part AS (
    SELECT DISTINCT h.record_id FROM properties_propertychange h
    WHERE {mine} AND h.record_id > %(after)s ORDER BY 1 LIMIT %(limit)s)
SELECT h.id, h.record_id, h.property, h.old, h.new
FROM properties_propertychange h JOIN part USING (record_id) WHERE {mine}"""

# For each value the last change of the run, and of those of others the last before and the first after it.
_VALUES = """CREATE TEMP TABLE undo_values ON COMMIT DROP AS
WITH mine AS (
    SELECT DISTINCT ON (record_id, property) record_id, property, id AS last, new
    FROM undo_changes ORDER BY record_id, property, id DESC
), others AS (
    SELECT m.record_id, m.property,
           max(h.id) FILTER (WHERE h.id < m.last) AS before, min(h.id) FILTER (WHERE h.id > m.last) AS later
    FROM mine m
    JOIN properties_propertychange h
      ON h.kind = {kind} AND h.record_id = m.record_id AND h.property = m.property
    WHERE NOT (h.source = ANY(%(runs)s) AND COALESCE(h.source_id = ANY(%(neutral)s), false))
    GROUP BY 1, 2
), first_after AS (
    SELECT DISTINCT ON (c.record_id, c.property) c.record_id, c.property, c.old, m.new
    FROM undo_changes c
    JOIN mine m USING (record_id, property)
    LEFT JOIN others o USING (record_id, property)
    WHERE c.id > COALESCE(o.before, 0)
    ORDER BY c.record_id, c.property, c.id
)
SELECT f.record_id, f.property, f.old AS value,
       CASE WHEN o.later IS NOT NULL THEN 'undo_changed_later' END AS reason
FROM first_after f
JOIN {table} c ON c.id = f.record_id
LEFT JOIN others o USING (record_id, property)
WHERE f.old IS DISTINCT FROM f.new AND NOT (%(is_creator)s AND COALESCE(c.created_by_import = %(run)s, false))"""

# An address that another contact has now stays there, unless that contact gets another one back here.
_TAKEN = """UPDATE undo_values v SET reason = 'undo_email_taken'
FROM contacts_contact owner
WHERE v.property = 'email' AND v.reason IS NULL AND v.value IS NOT NULL
  AND lower(owner.email) = lower(v.value) AND owner.id <> v.record_id
  AND NOT EXISTS (SELECT FROM undo_values o WHERE o.record_id = owner.id AND o.property = 'email'
                  AND o.reason IS NULL AND lower(o.value) IS DISTINCT FROM lower(owner.email))"""

_FREE = """UPDATE contacts_contact c SET email = NULL FROM undo_values v, undo_values mine
WHERE v.property = 'email' AND v.reason IS NULL AND lower(c.email) = lower(v.value) AND c.id <> v.record_id
  AND mine.record_id = c.id AND mine.property = 'email' AND mine.reason IS NULL"""

# A link whose record is gone leads nowhere.
_GONE = """UPDATE undo_values v SET reason = 'undo_company_gone'
WHERE v.property = {link} AND v.reason IS NULL AND v.value IS NOT NULL
  AND NOT EXISTS (SELECT FROM companies_company o WHERE o.id = v.value::bigint)"""


def find(scope: UndoScope, *, kind: RecordKind, after: int, limit: int = RECORDS_AT_ONCE) -> int | None:
    """Makes `undo_values`: what goes back and what stays, of the next records; returns the last of them, or None."""
    model = apps.get_model(MODELS[kind])
    names = {"kind": sql.Literal(kind.value), "table": sql.Identifier(model._meta.db_table)}
    mine = sql.SQL(_MINE).format(**names)
    values = {**scope.values, "after": after, "limit": limit}
    execute("DROP TABLE IF EXISTS undo_changes, undo_values")
    execute(_CHANGES, values, mine=mine)
    execute("CREATE INDEX ON undo_changes (record_id, property)")
    execute("ANALYZE undo_changes")
    execute(_VALUES, values, **names)
    if kind == RecordKind.CONTACT:
        execute(_TAKEN)
    execute(_GONE, link=sql.Literal("company_id" if kind == RecordKind.CONTACT else "parent_id"))
    return fetch("SELECT max(record_id) FROM undo_changes")[0][0]  # type: ignore[no-any-return]


def put_back(*, kind: RecordKind) -> Outcome:
    """Writes what `undo_values` holds; a record counts as updated if any value of it changed."""
    model = apps.get_model(MODELS[kind])
    table = sql.Identifier(model._meta.db_table)
    execute("DROP TABLE IF EXISTS undo_records")
    execute(
        """CREATE TEMP TABLE undo_records ON COMMIT DROP AS
           SELECT record_id, min(reason) AS reason, bool_or(reason IS NULL) AS goes_back
           FROM undo_values GROUP BY 1"""
    )
    execute("SELECT FROM {table} c JOIN undo_records r ON r.record_id = c.id FOR UPDATE OF c", table=table)
    if kind == RecordKind.CONTACT:
        execute(_FREE)
    updated = _write(model, kind=kind)
    reasons = fetch("SELECT reason, count(*) FROM undo_records WHERE NOT goes_back GROUP BY 1")
    read = int(fetch("SELECT count(*) FROM undo_records")[0][0])
    return Outcome(read=read, updated=updated, skip_reasons=dict(reasons))


def _write(model: type[models.Model], *, kind: RecordKind) -> int:
    columns = {field.column: str(field.db_type(connection)) for field in model._meta.concrete_fields}
    found = fetch("SELECT DISTINCT property FROM undo_values WHERE reason IS NULL")
    standard = [name for (name,) in found if name in columns and name != "properties"]
    if not found:
        return 0
    assignments = [
        sql.SQL(
            "{name} = CASE WHEN v.standard ? {key} THEN (v.standard ->> {key})::{type} ELSE c.{name} END"
        ).format(name=sql.Identifier(name), key=sql.Literal(name), type=sql.SQL(columns[name]))
        for name in standard
    ]
    bag = sql.SQL("properties = (c.properties - v.cleared) || v.custom")
    return execute(
        """WITH v AS (
               SELECT u.record_id,
                      COALESCE(jsonb_object_agg(u.property, u.value)
                          FILTER (WHERE u.property = ANY({standard}::text[])), '{{}}') AS standard,
                      COALESCE(jsonb_object_agg(u.property, {custom})
                          FILTER (WHERE u.property <> ALL({standard}::text[]) AND u.value IS NOT NULL), '{{}}')
                          AS custom,
                      COALESCE(array_agg(u.property)
                          FILTER (WHERE u.property <> ALL({standard}::text[])), '{{}}') AS cleared
               FROM undo_values u LEFT JOIN properties_property p ON p.kind = {kind} AND p.name = u.property
               WHERE u.reason IS NULL GROUP BY 1
           )
           UPDATE {table} c SET {assignments}, updated_at = statement_timestamp() FROM v WHERE c.id = v.record_id""",
        standard=sql.Literal(standard),
        custom=_custom_value(),
        kind=sql.Literal(kind.value),
        table=sql.Identifier(model._meta.db_table),
        assignments=joined([*assignments, bag]),
    )


def _custom_value() -> sql.Composed:
    """The history's text as the bag holds a value of the property's type."""
    return sql.SQL(
        """CASE p.type WHEN {number} THEN to_jsonb(u.value::numeric) WHEN {yes_no} THEN to_jsonb(u.value::boolean)
                       WHEN {several} THEN u.value::jsonb ELSE to_jsonb(u.value) END"""
    ).format(
        number=sql.Literal(PropertyType.NUMBER.value),
        yes_no=sql.Literal(PropertyType.YES_NO.value),
        several=sql.Literal(PropertyType.MULTIPLE_CHOICE.value),
    )
