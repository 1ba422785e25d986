"""What Salesforce and we hold of mapped properties, beside each other: for one record, or counted over all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from psycopg import sql

from integrations.mapping.casts import cast
from integrations.mapping.mapped_field import MappedField
from integrations.mapping.rules import would_write
from integrations.pipeline.load import link_column
from integrations.pipeline.plan import TABLES, PagePlan
from integrations.pipeline.statement import fetch, joined

_FROM = """FROM integrations_salesforcerecord m JOIN {table} c ON c.id = m.{link}
    WHERE m.connection_id = %(connection)s AND m.sobject = %(sobject)s AND m.link_state = 'linked'"""


@dataclass(frozen=True)
class Held:
    """One property: Salesforce's text, the same as the property spells it, what is here, whether that would be sent."""

    item: MappedField
    salesforce_id: str
    received: datetime
    raw: str | None
    there: str | None
    here: str | None
    would_write: bool


def of_record(
    *, connection_id: int, sobject: str, record_id: int, mapped: Sequence[MappedField]
) -> list[Held]:
    """Each mapped property of one record; empty if no record of the object is linked to it."""
    if not mapped:
        return []
    columns = [part for item in mapped for part in _parts(item)]
    rows = fetch(
        "SELECT m.salesforce_id, m.received_at, {columns} " + _FROM + " AND m.{link} = %(record)s LIMIT 1",
        {"connection": connection_id, "sobject": sobject, "record": record_id},
        columns=joined(columns),
        **_names(connection_id, sobject),
    )
    return [
        Held(item, row[0], row[1], *row[2 + place * 4 : 6 + place * 4])
        for row in rows
        for place, item in enumerate(mapped)
    ]


def count_would_write(*, connection_id: int, sobject: str, mapped: Sequence[MappedField]) -> dict[str, int]:
    """How many records would send each property to Salesforce; reads the whole mirror of the object."""
    if not mapped:
        return {}
    [row] = fetch(
        "SELECT {columns} " + _FROM,
        {"connection": connection_id, "sobject": sobject},
        columns=joined([sql.SQL("count(*) FILTER (WHERE {})").format(_would_write(item)) for item in mapped]),
        **_names(connection_id, sobject),
    )
    return {item.property: number for item, number in zip(mapped, row, strict=True) if number}


def _parts(item: MappedField) -> list[sql.Composable]:
    as_text = sql.SQL("({})::text" if item.is_column else "({}) #>> '{{}}'")
    return [
        _raw(item),
        as_text.format(cast(item, _raw(item))),
        as_text.format(_here(item)),
        _would_write(item),
    ]


def _raw(item: MappedField) -> sql.Composed:
    return sql.SQL("(m.fields ->> {}::text)").format(sql.Literal(item.field))


def _here(item: MappedField) -> sql.Composed:
    if item.is_column:
        return sql.SQL("c.{}").format(item.column)
    return sql.SQL("(c.properties -> {}::text)").format(sql.Literal(item.property))


def _would_write(item: MappedField) -> sql.Composed:
    """At rest Salesforce's value is its base: what differs was changed here. A misfit is not ours to replace."""
    value, here = cast(item, _raw(item)), _here(item)
    decided = would_write(item.rule, sf=value, base=value, here=here, newer_here=sql.SQL("true"))
    return sql.SQL("({} AND NOT ({} IS NOT NULL AND {} IS NULL) AND ({} IS NOT NULL OR {}))").format(
        decided, _raw(item), value, here, _was_cleared(item)
    )


def _was_cleared(item: MappedField) -> sql.Composed:
    """Whether the value went away here; under a new mapping it just has not come yet."""
    return sql.SQL(
        """EXISTS (SELECT FROM properties_propertychange h
             WHERE h.kind = CASE m.sobject WHEN 'Account' THEN 'company' ELSE 'contact' END
               AND h.record_id = c.id AND h.property = {} AND h.new IS NULL)"""
    ).format(sql.Literal(item.property))


def _names(connection_id: int, sobject: str) -> dict[str, sql.Composable]:
    plan = PagePlan(connection_id=connection_id, run_id=0, phase_id=0, sobject=sobject)
    return {"table": sql.Identifier(TABLES[sobject]), "link": link_column(plan)}
