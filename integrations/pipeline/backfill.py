"""Fills one property of records that are here from the mirror, under its mapping's rule; nothing is ever cleared."""

from dataclasses import dataclass, replace
from typing import Any

from psycopg import sql

from integrations.mapping.casts import cast
from integrations.mapping.mapped_field import MappedField
from integrations.models import SyncRule
from integrations.pipeline import problems
from integrations.pipeline.load import link_column
from integrations.pipeline.outcome import Outcome
from integrations.pipeline.plan import TABLES, PagePlan
from integrations.pipeline.statement import execute, fetch

RECORDS_AT_ONCE = 20_000
EXAMPLES = 10

# `raw` is Salesforce's text, `value` what the property would hold, `here` what it holds; a value stays where the
# contact record has one of its own, or where it was changed here later than in Salesforce (two-way).
_FILLING = """CREATE TEMP TABLE filling ON COMMIT DROP AS
SELECT v.*, raw IS NOT NULL AND value IS NULL AS misfits,
       COALESCE(value IS NOT NULL AND NOT stays AND value IS DISTINCT FROM here, false) AS changes
FROM (
    SELECT m.salesforce_id, m.record_id, m.raw, m.is_known, {value} AS value, {here} AS here, {stays} AS stays
    FROM (
        SELECT salesforce_id, {link} AS record_id, fields ->> {field} AS raw,
               fields ? {field} OR shape = {shape} AS is_known, system_modstamp
        FROM integrations_salesforcerecord
        WHERE connection_id = %(connection)s AND sobject = %(sobject)s AND link_state = 'linked'
          AND {link} IS NOT NULL AND salesforce_id > %(after)s
        ORDER BY salesforce_id LIMIT %(limit)s
    ) m
    JOIN {table} c ON c.id = m.record_id
    {prevailing}
    {lock}
) v"""
_PREVAILING = """LEFT JOIN integrations_salesforcerecord p
    ON p.contact_id = m.record_id AND p.sobject = 'Contact' AND p.connection_id = %(connection)s
   AND p.link_state = 'linked'"""
_NEWER = """COALESCE((SELECT max(h.at) FROM properties_propertychange h
    WHERE h.kind = {kind} AND h.record_id = m.record_id AND h.property = {name}
      AND h.source NOT IN ('import', 'sync', 'backfill')) > m.system_modstamp, false)"""
_MISFITS = """SELECT 'value' AS category, 'problem' AS level, {code}::text AS code, salesforce_id,
       {field}::text AS field, {property}::text AS property, NULL AS other_id, raw AS raw_value, record_id
FROM filling WHERE misfits"""


@dataclass(frozen=True)
class Filling:
    """What a back-fill from one object would do, or has done to a part of the records."""

    records: int
    changes: int
    same: int
    blank: int
    stays: int
    misfits: int
    # Records that were last read without the field.
    unknown: int
    # (number of the record, value now, value afterwards)
    examples: list[tuple[int, Any, Any]]
    # (number of the record, Salesforce's text)
    misfit_examples: list[tuple[int, str]]


def find(plan: PagePlan, *, after: str = "", limit: int = RECORDS_AT_ONCE, lock: bool = True) -> str | None:
    """Makes `filling` of the next records of the mirror; returns the last Salesforce ID, or None if there is none."""
    [item] = plan.mapped
    raw = sql.SQL("m.raw")
    execute("DROP TABLE IF EXISTS filling")
    execute(
        _FILLING,
        {"connection": plan.connection_id, "sobject": plan.sobject, "after": after, "limit": limit},
        value=cast(item, raw),
        here=_here(item),
        stays=_stays(plan, item),
        link=link_column(plan),
        field=sql.SQL("{}::text").format(sql.Literal(item.field)),
        # The mirror keeps no blanks: whether a field was asked for shows in the names that the record came with.
        shape=sql.Literal(plan.shape if item.field in plan.columns else None),
        table=sql.Identifier(TABLES[plan.sobject]),
        prevailing=sql.SQL(_PREVAILING if item.prevailing_field else ""),
        lock=sql.SQL("FOR UPDATE OF c" if lock else ""),
    )
    return fetch("SELECT max(salesforce_id) FROM filling")[0][0]  # type: ignore[no-any-return]


def fill(plan: PagePlan) -> Outcome:
    """Writes what `filling` holds and the values that do not fit as problems."""
    [item] = plan.mapped
    code = problems.misfit_code(item)
    names = {
        "code": sql.Literal(code),
        "field": sql.Literal(item.field),
        "property": sql.Literal(item.property),
    }
    updated = execute(
        """UPDATE {table} c SET {assignment}, updated_at = statement_timestamp()
           FROM filling f WHERE f.record_id = c.id AND f.changes""",
        table=sql.Identifier(TABLES[plan.sobject]),
        assignment=_assignment(item),
    )
    problems.save(plan, sql.SQL(_MISFITS).format(**names))
    execute(
        """UPDATE integrations_problem p SET resolved_at = now() FROM filling f
           WHERE p.connection_id = %(connection)s AND p.salesforce_id = f.salesforce_id AND p.category = 'value'
             AND p.field = {field} AND p.property = {property} AND p.resolved_at IS NULL
             AND NOT (f.misfits AND p.code = {code})""",
        {"connection": plan.connection_id},
        code=names["code"],
        field=names["field"],
        property=names["property"],
    )
    told = counted(item, examples=0)
    return Outcome(
        read=told.records, updated=updated, skip_reasons={code: told.misfits} if told.misfits else {}
    )


def counted(item: MappedField, *, examples: int = EXAMPLES) -> Filling:
    """The numbers of `filling`, and some of it."""
    numbers = fetch(
        """SELECT count(*), count(*) FILTER (WHERE changes),
                  count(*) FILTER (WHERE value IS NOT NULL AND NOT changes AND value IS NOT DISTINCT FROM here),
                  count(*) FILTER (WHERE raw IS NULL AND is_known),
                  count(*) FILTER (WHERE value IS NOT NULL AND NOT changes AND value IS DISTINCT FROM here),
                  count(*) FILTER (WHERE misfits), count(*) FILTER (WHERE NOT is_known)
           FROM filling"""
    )[0]
    most = {"most": examples}
    text = sql.SQL("{}" if item.is_column else "{} #>> '{{}}'")
    shown = fetch(
        "SELECT record_id, {here}, {value} FROM filling WHERE changes ORDER BY record_id LIMIT %(most)s",
        most,
        here=text.format(sql.SQL("here")),
        value=text.format(sql.SQL("value")),
    )
    wrong = fetch("SELECT record_id, raw FROM filling WHERE misfits ORDER BY record_id LIMIT %(most)s", most)
    records, changes, same, blank, stays, misfits, unknown = numbers
    return Filling(records, changes, same, blank, stays, misfits, unknown, shown, wrong)


def plan_for(
    item: MappedField,
    *,
    sobject: str,
    connection_id: int,
    columns: tuple[str, ...],
    run_id: int = 0,
    phase_id: int = 0,
) -> PagePlan:
    """What the statements need to know; `columns` are the fields that an import would read now."""
    plan = PagePlan(connection_id=connection_id, run_id=run_id, phase_id=phase_id, sobject=sobject)
    return replace(plan, mapped=(item,), columns=columns)


def _here(item: MappedField) -> sql.Composed:
    if item.is_column:
        return sql.SQL("c.{}").format(item.column)
    return sql.SQL("(c.properties -> {}::text)").format(sql.Literal(item.property))


def _stays(plan: PagePlan, item: MappedField) -> sql.Composable:
    reasons: list[sql.Composable] = []
    if item.prevailing_field:
        reasons.append(sql.SQL("(p.fields ->> {}) IS NOT NULL").format(sql.Literal(item.prevailing_field)))
    if item.rule == SyncRule.TWO_WAY:
        kind = sql.Literal("company" if plan.sobject == "Account" else "contact")
        newer = sql.SQL(_NEWER).format(kind=kind, name=sql.Literal(item.property))
        reasons.append(newer)
    return (
        sql.SQL("COALESCE({}, false)").format(sql.SQL(" OR ").join(reasons)) if reasons else sql.SQL("false")
    )


def _assignment(item: MappedField) -> sql.Composed:
    if item.is_column:
        return sql.SQL("{} = f.value").format(item.column)
    return sql.SQL("properties = c.properties || jsonb_build_object({}::text, f.value)").format(
        sql.Literal(item.property)
    )
