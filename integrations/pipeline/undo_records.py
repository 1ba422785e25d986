"""Undo, second half: records that a run created are removed, unless somebody changed them or they are needed.

What is removed is kept whole, so that the undo can be undone: then they come back under their numbers.
"""

from psycopg import sql

from crmbridge.properties.models import RecordKind
from integrations.pipeline.outcome import Outcome
from integrations.pipeline.statement import execute, fetch, joined
from integrations.pipeline.undo_values import RECORDS_AT_ONCE, UndoScope

_TABLES = {RecordKind.CONTACT: "contacts_contact", RecordKind.COMPANY: "companies_company"}
_LINKS = {RecordKind.CONTACT: "contact_id", RecordKind.COMPANY: "company_id"}

# Links that other imports set are no decision of anybody: they only say that the two records met.
_CREATED = """CREATE TEMP TABLE undo_records ON COMMIT DROP AS
WITH part AS (
    SELECT id FROM {table} WHERE created_by_import = %(run)s AND id > %(after)s ORDER BY id LIMIT %(limit)s)
SELECT part.id AS record_id, CASE
    WHEN EXISTS (
        SELECT FROM properties_propertychange h
        WHERE h.kind = {kind} AND h.record_id = part.id
          AND NOT (h.source = ANY(%(runs)s) AND (
              COALESCE(h.source_id = ANY(%(neutral)s), false)
              OR h.property IN ('company_id', 'parent_id')))) THEN 'undo_changed_later'
    {needed} END AS reason
FROM part"""

_NEEDED = {
    # A contact of a file that Salesforce has too is Salesforce's by now.
    RecordKind.CONTACT: """WHEN %(is_file)s AND EXISTS (
        SELECT FROM integrations_salesforcerecord m WHERE m.contact_id = part.id AND m.link_state = 'linked')
        THEN 'undo_in_salesforce'""",
    RecordKind.COMPANY: """WHEN EXISTS (SELECT FROM contacts_contact p WHERE p.company_id = part.id{but_leaving})
        THEN 'undo_has_contacts'""",
}

_KEEP = """INSERT INTO integrations_removedrecord (run_id, kind, record_id, row, links)
SELECT %(undo)s, {kind}, c.id, to_jsonb(c), jsonb_build_object(
    'salesforce', COALESCE((
        SELECT jsonb_agg(jsonb_build_array(m.connection_id, m.salesforce_id, m.link_state))
        FROM integrations_salesforcerecord m WHERE m.{link} = c.id), '[]'),
    'lists', COALESCE((SELECT jsonb_agg(l.list_id) FROM lists_listmember l WHERE l.{link} = c.id), '[]'))
FROM undo_records u JOIN {table} c ON c.id = u.record_id WHERE u.reason IS NULL"""

_RETURNED = """CREATE TEMP TABLE undo_records ON COMMIT DROP AS
SELECT r.record_id, r.row, r.links, CASE
    WHEN EXISTS (SELECT FROM {table} c WHERE c.id = r.record_id) THEN 'undo_is_here'
    WHEN EXISTS (
        SELECT FROM jsonb_array_elements(r.links -> 'salesforce') s
        JOIN integrations_salesforcerecord m
          ON m.connection_id = (s ->> 0)::bigint AND m.salesforce_id = s ->> 1
        WHERE m.{link} IS NOT NULL) THEN 'undo_imported_again'
    {taken} END AS reason
FROM integrations_removedrecord r
WHERE r.run_id = %(run)s AND r.kind = {kind} AND r.record_id > %(after)s
ORDER BY r.record_id LIMIT %(limit)s"""
_EMAIL_TAKEN = """WHEN EXISTS (SELECT FROM contacts_contact o WHERE lower(o.email) = lower(r.row ->> 'email'))
        THEN 'undo_email_taken'"""


def find_created(
    scope: UndoScope, *, kind: RecordKind, after: int, is_file: bool, is_preview: bool = False
) -> int | None:
    """Makes `undo_records`: the next records that the run created and why they stay; returns the last, or None.

    In a preview the contacts that will leave a company are still with it: `note_leaving` says which.
    """
    limit = 2**62 if is_preview else RECORDS_AT_ONCE
    but_leaving = " AND NOT EXISTS (SELECT FROM undo_leaving g WHERE g.id = p.id)" if is_preview else ""
    execute("DROP TABLE IF EXISTS undo_records")
    execute(
        _CREATED,
        {**scope.values, "after": after, "limit": limit, "is_file": is_file},
        table=sql.Identifier(_TABLES[kind]),
        kind=sql.Literal(kind.value),
        needed=sql.SQL(_NEEDED[kind].replace("{but_leaving}", but_leaving)),
    )
    return _last()


def note_leaving() -> None:
    """Makes `undo_leaving`: the contacts of `undo_records` and `undo_values` that will not be with their company."""
    execute(
        """CREATE TEMP TABLE undo_leaving ON COMMIT DROP AS
           SELECT record_id AS id FROM undo_records WHERE reason IS NULL
           UNION SELECT record_id FROM undo_values WHERE property = 'company_id' AND reason IS NULL"""
    )


def remove(*, undo_id: int, kind: RecordKind) -> Outcome:
    """Removes what `undo_records` says, with its places on lists; the mirror lets go of it, the history stays."""
    names = _names(kind)
    execute("SELECT FROM {table} c JOIN undo_records u ON u.record_id = c.id FOR UPDATE OF c", **names)
    removed = execute(_KEEP, {"undo": undo_id}, **names)
    execute(
        """UPDATE integrations_salesforcerecord m SET {link} = NULL, link_state = 'unlinked'
           FROM undo_records u WHERE m.{link} = u.record_id AND u.reason IS NULL""",
        **names,
    )
    execute(
        """DELETE FROM lists_listmember l USING undo_records u
           WHERE l.{link} = u.record_id AND u.reason IS NULL""",
        **names,
    )
    if kind == RecordKind.COMPANY:
        execute(
            """UPDATE companies_company c SET parent_id = NULL FROM undo_records u
               WHERE c.parent_id = u.record_id AND u.reason IS NULL"""
        )
    execute(
        "DELETE FROM {table} c USING undo_records u WHERE c.id = u.record_id AND u.reason IS NULL", **names
    )
    return _outcome(removed=removed)


def find_removed(*, run_id: int, kind: RecordKind, after: int, is_preview: bool = False) -> int | None:
    """Makes `undo_records`: the next records that an undo removed and why they cannot come back."""
    execute("DROP TABLE IF EXISTS undo_records")
    execute(
        _RETURNED,
        {"run": run_id, "after": after, "limit": 2**62 if is_preview else RECORDS_AT_ONCE},
        taken=sql.SQL(_EMAIL_TAKEN if kind == RecordKind.CONTACT else ""),
        **_names(kind),
    )
    return _last()


def bring_back(*, kind: RecordKind) -> Outcome:
    """Creates what `undo_records` holds as it was, linked and on its lists again as far as these are there."""
    names = _names(kind)
    company = "company_id" if kind == RecordKind.CONTACT else "parent_id"
    columns = [sql.Identifier(name) for (name,) in fetch(_COLUMNS, {"table": _TABLES[kind]})]
    created = execute(
        """INSERT INTO {table} ({columns})
           SELECT {values} FROM undo_records u, jsonb_populate_record(NULL::{table}, u.row) AS c
           WHERE u.reason IS NULL""",
        columns=joined(list(columns)),
        values=joined([sql.SQL("c.{}").format(name) for name in columns]),
        **names,
    )
    execute(
        """UPDATE {table} c SET {company} = NULL FROM undo_records u
           WHERE c.id = u.record_id AND u.reason IS NULL AND c.{company} IS NOT NULL
             AND NOT EXISTS (SELECT FROM companies_company o WHERE o.id = c.{company})""",
        company=sql.Identifier(company),
        **names,
    )
    execute(
        """UPDATE integrations_salesforcerecord m SET {link} = u.record_id, link_state = s ->> 2
           FROM undo_records u, jsonb_array_elements(u.links -> 'salesforce') s
           WHERE u.reason IS NULL AND m.connection_id = (s ->> 0)::bigint AND m.salesforce_id = s ->> 1""",
        **names,
    )
    execute(
        """INSERT INTO lists_listmember (list_id, {link})
           SELECT l.id, u.record_id FROM undo_records u, jsonb_array_elements_text(u.links -> 'lists') t(list_id)
           JOIN lists_list l ON l.id = t.list_id::bigint
           WHERE u.reason IS NULL ON CONFLICT DO NOTHING""",
        **names,
    )
    return _outcome(created=created)


_COLUMNS = """SELECT attname FROM pg_attribute
    WHERE attrelid = %(table)s::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum"""


def _names(kind: RecordKind) -> dict[str, sql.Composable]:
    return {
        "table": sql.Identifier(_TABLES[kind]),
        "kind": sql.Literal(kind.value),
        "link": sql.Identifier(_LINKS[kind]),
    }


def _last() -> int | None:
    return fetch("SELECT max(record_id) FROM undo_records")[0][0]  # type: ignore[no-any-return]


def _outcome(*, created: int = 0, removed: int = 0) -> Outcome:
    reasons = fetch("SELECT reason, count(*) FROM undo_records WHERE reason IS NOT NULL GROUP BY 1")
    read = int(fetch("SELECT count(*) FROM undo_records")[0][0])
    return Outcome(read=read, created=created, removed=removed, skip_reasons=dict(reasons))
