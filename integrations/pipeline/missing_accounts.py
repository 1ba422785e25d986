"""Contacts whose account should be here after an import of accounts, and is not."""

from psycopg import sql

from integrations.pipeline.statement import execute

_WAITING = """
    FROM integrations_salesforcerecord r
    JOIN contacts_contact c ON c.id = r.contact_id
    WHERE r.connection_id = %(connection)s AND r.sobject = 'Contact' AND r.link_state = 'linked'
      AND r.related_id IS NOT NULL AND c.company_id IS NULL
"""


def save(*, connection_id: int, run_id: int) -> int:
    """Writes a problem for each contact whose account the Salesforce user cannot see; returns how many."""
    return execute(
        """WITH saved AS (
               INSERT INTO integrations_problem AS p
                   (connection_id, category, level, code, sobject, salesforce_id, field, property, other_id,
                    contact_id, raw_message, attempts)
               SELECT %(connection)s, 'association', 'problem', 'account_missing', 'Contact', r.salesforce_id, '', '',
                      r.related_id, r.contact_id, '', 1
               {waiting}
               ON CONFLICT (connection_id, salesforce_id, code, field) DO UPDATE SET
                   last_seen = now(), attempts = p.attempts + 1, resolved_at = NULL, resolved_by_id = NULL,
                   other_id = excluded.other_id
               RETURNING id)
           INSERT INTO integrations_problemoccurrence (problem_id, run_id, at)
           SELECT id, %(run)s, now() FROM saved ON CONFLICT DO NOTHING""",
        {"connection": connection_id, "run": run_id},
        waiting=sql.SQL(_WAITING),
    )


def resolve(*, connection_id: int) -> int:
    """Marks as resolved the problems of contacts that have their company now, or belong to no account any more."""
    return execute(
        """UPDATE integrations_problem p SET resolved_at = now()
           WHERE p.connection_id = %(connection)s AND p.code = 'account_missing' AND p.resolved_at IS NULL
             AND NOT EXISTS (SELECT {waiting} AND r.salesforce_id = p.salesforce_id)""",
        {"connection": connection_id},
        waiting=sql.SQL(_WAITING),
    )
