"""Keeps the planner's idea of the tables in step with an import that fills them.

Autovacuum looks once a minute; until then a table that grew from nothing is taken to be small, and a join
over it may run as a loop over all its rows: ten minutes instead of two seconds were seen for 10,000 accounts
and 100,000 contacts.
"""

from django.db import transaction

from integrations.pipeline.statement import execute, fetch

# Only the columns that joins and filters of the pipeline read: the sample need not detoast the rest.
_COLUMNS = {
    "contacts_contact": "id, email, company_id",
    "companies_company": "id, domain, parent_id",
    "integrations_salesforcerecord": (
        "connection_id, salesforce_id, sobject, system_modstamp, related_id, link_state, contact_id, company_id"
    ),
    "integrations_problem": "connection_id, salesforce_id, code, resolved_at",
}
_GROWN = 1.5
# A fifth of the usual sample: enough to tell few from many, and the next page waits for it. Autovacuum looks closer.
_SAMPLE = "SET LOCAL default_statistics_target = 20"


def refresh_grown() -> list[str]:
    """Analyzes the tables that have grown by half since they were last looked at; returns their names."""
    grown = [
        name
        for (name,) in fetch(
            """SELECT relname FROM pg_class
               WHERE oid = ANY(%(tables)s::regclass[])
                 AND pg_relation_size(oid) / current_setting('block_size')::int > %(grown)s * relpages""",
            {"tables": list(_COLUMNS), "grown": _GROWN},
        )
    ]
    with transaction.atomic():
        execute(_SAMPLE)
        for name in grown:
            execute(f"ANALYZE (SKIP_LOCKED) {name} ({_COLUMNS[name]})")
    return grown
