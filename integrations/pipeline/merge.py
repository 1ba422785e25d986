"""Step 4: new records in, changed values over, under the sync rules."""

from dataclasses import dataclass

from django.db import OperationalError
from psycopg import sql

from integrations.mapping.casts import cast
from integrations.mapping.mapped_field import MappedField
from integrations.mapping.rules import first_value, merged
from integrations.models import SyncRule
from integrations.pipeline import emails
from integrations.pipeline.plan import TABLES, PagePlan
from integrations.pipeline.statement import execute, fetch, joined, quoted, trimmed

_KINDS = {"Account": "company", "Contact": "contact", "Lead": "contact"}


class RecordGone(OperationalError):
    """A record was removed between two statements of its page, which has to be taken in again."""


def insert_new(plan: PagePlan) -> int:
    """Creates the records that `matched` found to be new and returns how many; contacts are born with their company."""
    columns = [item for item in plan.mapped if item.is_column]
    return execute(
        """INSERT INTO {table} (id, created_by_import, created_at, updated_at, properties, {names})
           SELECT t.record_id, %(run)s, statement_timestamp(), statement_timestamp(), {bag}, {values}
           FROM matched t JOIN delta d ON d."Id" = t.salesforce_id JOIN staged s ON s."Id" = d."Id" {companies}
           WHERE t.is_new""",
        {"run": plan.run_id, "connection": plan.connection_id},
        table=sql.Identifier(TABLES[plan.sobject]),
        names=joined([*(item.column for item in columns), *_company_names(plan)]),
        values=joined([*(_first(item) for item in columns), *_first_company(plan)]),
        bag=_bag([(item.property, _first(item)) for item in plan.mapped if not item.is_column]),
        companies=_companies(plan),
    )


def update_changed(plan: PagePlan) -> int:
    """Merges the rest of the delta and returns how many records really differ afterwards."""
    _make_merged(plan)
    _refuse_gone()
    if any(item.is_email for item in plan.mapped):
        emails.settle(plan)
    changes = [Change(item.column) for item in plan.mapped if item.is_column]
    changes += [Change(name) for name in _company_names(plan)] + [Change(sql.Identifier("properties"))]
    return execute(
        """UPDATE {table} c SET {assignments}, updated_at = statement_timestamp() FROM merged m
           WHERE c.id = m.id AND ({here}) IS DISTINCT FROM ({there})""",
        table=sql.Identifier(TABLES[plan.sobject]),
        assignments=joined([change.assignment for change in changes]),
        here=joined([change.here for change in changes]),
        there=joined([change.there for change in changes]),
    )


@dataclass(frozen=True)
class Change:
    """One column of the record and of the table `merged`."""

    name: sql.Composable

    @property
    def here(self) -> sql.Composed:
        """The record's column."""
        return sql.SQL("c.{}").format(self.name)

    @property
    def there(self) -> sql.Composed:
        """The merged value."""
        return sql.SQL("m.{}").format(self.name)

    @property
    def assignment(self) -> sql.Composed:
        """What the update sets."""
        return sql.SQL("{} = m.{}").format(self.name, self.name)


def _make_merged(plan: PagePlan) -> None:
    """Makes the table `merged`: one row for each linked record of the delta that existed before.

    Locks the records, so that what a person changes meanwhile waits instead of being overwritten.
    """
    values = [
        sql.SQL("{} AS {}").format(_merged(plan, item), item.column) for item in plan.mapped if item.is_column
    ]
    execute(
        """CREATE TEMP TABLE merged ON COMMIT DROP AS
           SELECT c.id, {values}
           FROM matched t
           JOIN delta d ON d."Id" = t.salesforce_id
           JOIN staged s ON s."Id" = d."Id"
           JOIN {table} c ON c.id = t.record_id
           {companies} {prevailing}
           WHERE t.state = 'linked' AND NOT t.is_new
           FOR UPDATE OF c""",
        {"connection": plan.connection_id},
        table=sql.Identifier(TABLES[plan.sobject]),
        values=joined([*values, *_merged_company(plan), _merged_bag(plan)]),
        companies=_companies(plan),
        prevailing=_prevailing(plan),
    )


def _refuse_gone() -> None:
    """Raises RecordGone when a person removed a record after it was matched by its address."""
    gone = """SELECT EXISTS (
        SELECT FROM matched t WHERE t.state = 'linked' AND NOT t.is_new
        AND NOT EXISTS (SELECT FROM merged m WHERE m.id = t.record_id))"""
    if fetch(gone) != [(False,)]:
        raise RecordGone("A record was removed while its page was merged.")


def _first(item: MappedField) -> sql.Composable:
    return first_value(item.rule, sf=cast(item, _value(item)))


def _value(item: MappedField) -> sql.Composable:
    """The field now; an e-mail address is stored without blanks around it, because it identifies."""
    value = quoted("s", item.field)
    return trimmed(value) if item.is_email else value


def _base(item: MappedField) -> sql.Composed:
    value = sql.SQL("(d._base ->> {})").format(sql.Literal(item.field))
    return cast(item, trimmed(value) if item.is_email else value)


def _here(item: MappedField) -> sql.Composed:
    if item.is_column:
        return sql.SQL("c.{}").format(item.column)
    return sql.SQL("(c.properties -> {})").format(sql.Literal(item.property))


def _merged(plan: PagePlan, item: MappedField) -> sql.Composed:
    """The value after the rule; what it must not touch stays: a misfit, a value that the contact record has."""
    here, now = _here(item), cast(item, _value(item))
    result = merged(item.rule, sf=now, base=_base(item), here=here, newer_here=_newer_here(plan, item))
    keep = []
    if item.can_misfit:
        keep.append(sql.SQL("({} IS NOT NULL AND {} IS NULL)").format(_value(item), now))
    if item.prevailing_field:
        keep.append(sql.SQL("(p.fields ->> {}) IS NOT NULL").format(sql.Literal(item.prevailing_field)))
    if not keep:
        return result
    return sql.SQL("CASE WHEN {} THEN {} ELSE {} END").format(joined(list(keep), " OR "), here, result)


def _newer_here(plan: PagePlan, item: MappedField) -> sql.Composable:
    """Whether anything but an import changed the property here after the record changed in Salesforce."""
    if item.rule != SyncRule.TWO_WAY:
        return sql.SQL("false")
    return sql.SQL(
        """COALESCE((SELECT max(h.at) FROM properties_propertychange h
             WHERE h.kind = {kind} AND h.record_id = c.id AND h.property = {name}
               AND h.source NOT IN ('import', 'sync', 'backfill')) > d._stamp, false)"""
    ).format(kind=sql.Literal(_KINDS[plan.sobject]), name=sql.Literal(item.property))


def _bag(pairs: list[tuple[str, sql.Composable]]) -> sql.Composed:
    """A JSON object of these keys without the blank ones."""
    arguments: list[sql.Composable] = [
        sql.SQL("jsonb_build_object({}, {})").format(sql.Literal(name), value) for name, value in pairs
    ]
    return sql.SQL("jsonb_strip_nulls({})").format(joined([sql.SQL("'{}'::jsonb"), *arguments], " || "))


def _merged_bag(plan: PagePlan) -> sql.Composed:
    """The bag with the mapped keys replaced and all others as they are."""
    custom = [item for item in plan.mapped if not item.is_column]
    values = _bag([(item.property, _merged(plan, item)) for item in custom])
    names = joined([sql.Literal(item.property) for item in custom])
    return sql.SQL("(c.properties - ARRAY[{}]::text[]) || {} AS properties").format(names, values)


def _has_company(plan: PagePlan) -> bool:
    return plan.sobject == "Contact" and plan.related_field is not None


def _company_names(plan: PagePlan) -> list[sql.Composable]:
    return [sql.Identifier("company_id")] if _has_company(plan) else []


def _first_company(plan: PagePlan) -> list[sql.Composable]:
    return [sql.SQL("a.company_id")] if _has_company(plan) else []


def _merged_company(plan: PagePlan) -> list[sql.Composable]:
    """The company follows AccountId when that changes; a company that a person chose stays otherwise."""
    if not _has_company(plan):
        return []
    follows = """CASE WHEN d._base IS NULL THEN COALESCE(a.company_id, c.company_id)
                      WHEN c.company_id IS NULL OR d._related IS DISTINCT FROM d._base ->> 'AccountId'
                      THEN a.company_id ELSE c.company_id END AS company_id"""
    return [sql.SQL(follows)]


def _companies(plan: PagePlan) -> sql.Composable:
    """The account of each contact, if it is here."""
    if not _has_company(plan):
        return sql.SQL("")
    return sql.SQL(
        """LEFT JOIN integrations_salesforcerecord a
             ON a.connection_id = %(connection)s AND a.salesforce_id = d._related AND a.link_state = 'linked'"""
    )


def _prevailing(plan: PagePlan) -> sql.Composable:
    """The Salesforce contact that the lead's contact is linked to as well: its values win."""
    if plan.sobject != "Lead":
        return sql.SQL("")
    return sql.SQL(
        """LEFT JOIN integrations_salesforcerecord p
             ON p.contact_id = t.record_id AND p.sobject = 'Contact' AND p.connection_id = %(connection)s
            AND p.link_state = 'linked'"""
    )


def value_of(item: MappedField) -> sql.Composable:
    """The field's text in `staged`, for those who report what did not fit."""
    return quoted("s", item.field)
