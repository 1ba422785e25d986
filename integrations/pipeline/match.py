"""Step 3: which record here each Salesforce record is (behaviour.md, section 3).

Both functions make the table `matched`: salesforce_id, state (a LinkState), record_id (null where nothing is
linked), is_new, winner_id (the record that stands for this one here) and email_taken (set in `emails.py`).
"""

from psycopg import sql

from integrations.pipeline.plan import PagePlan
from integrations.pipeline.statement import execute

# The record here that waits for a record of the delta: of the lead that was converted to it, of a record that was
# merged into it, or its own from before it was deleted. Only if no other record of the object has it now.
_HERITAGE = """(
    SELECT DISTINCT ON (heir) heir, record_id
    FROM (
        SELECT d."Id" AS heir, p.{link} AS record_id, p.salesforce_id AS left_by
        FROM delta d JOIN integrations_salesforcerecord p ON p.related_id = d."Id"
        WHERE p.connection_id = %(connection)s AND p.link_state IN ('converted', 'merged')
        UNION ALL
        SELECT d."Id", d._before_deletion, NULL FROM delta d WHERE d._before_deletion IS NOT NULL
    ) left_behind
    WHERE NOT EXISTS (
        SELECT FROM integrations_salesforcerecord taken
        WHERE taken.{link} = record_id AND taken.sobject = %(sobject)s
          AND taken.connection_id = %(connection)s AND taken.link_state = 'linked')
      AND record_id IS NOT NULL
    ORDER BY heir, left_by NULLS FIRST)"""

_PEOPLE = """CREATE TEMP TABLE matched ON COMMIT DROP AS
WITH candidates AS (
    SELECT d."Id" AS salesforce_id, d._email COLLATE "C" AS email, d._created AS created,
           CASE WHEN d._deleted AND d._master IS NOT NULL THEN 'merged'
                WHEN d._deleted THEN 'deleted'
                WHEN {converted_id} IS NOT NULL THEN
                     CASE WHEN COALESCE(converted.contact_id, d._seen) IS NULL THEN 'waiting' ELSE 'converted' END
                WHEN d._email IS NULL AND %(skip_without_email)s
                     AND COALESCE(d._linked, heritage.record_id) IS NULL THEN 'no_email'
                ELSE 'linked' END AS state,
           d._linked IS NOT NULL AS was_linked,
           COALESCE(d._linked, heritage.record_id) IS NOT NULL AS known_by_id,
           CASE WHEN d._deleted THEN d._seen
                WHEN {converted_id} IS NOT NULL THEN COALESCE(converted.contact_id, d._seen)
                ELSE COALESCE(d._linked, heritage.record_id, c.id) END AS record_id,
           taken.salesforce_id AS taken_by
    FROM delta d
    LEFT JOIN {heritage} heritage ON heritage.heir = d."Id"
    LEFT JOIN contacts_contact c ON lower(c.email) = d._email
    LEFT JOIN integrations_salesforcerecord taken
      ON taken.contact_id = c.id AND taken.sobject = %(sobject)s AND taken.connection_id = %(connection)s
     AND taken.link_state = 'linked'
    LEFT JOIN integrations_salesforcerecord converted
      ON converted.connection_id = %(connection)s AND converted.salesforce_id = {converted_id}
), first_of_record AS (
    SELECT DISTINCT ON (record_id) record_id, salesforce_id AS first_of_record
    FROM candidates WHERE state = 'linked' AND record_id IS NOT NULL
    ORDER BY record_id, was_linked DESC, known_by_id DESC, created, salesforce_id
), first_of_email AS (
    SELECT DISTINCT ON (email) email, salesforce_id AS first_of_email
    FROM candidates WHERE state = 'linked' AND email IS NOT NULL
    ORDER BY email, known_by_id DESC, created, salesforce_id
), decided AS (
    SELECT *, CASE
        WHEN state <> 'linked' OR was_linked THEN NULL
        WHEN record_id IS NULL THEN CASE WHEN email IS NOT NULL THEN NULLIF(first_of_email, salesforce_id) END
        WHEN known_by_id THEN NULLIF(first_of_record, salesforce_id)
        ELSE COALESCE(taken_by, NULLIF(first_of_record, salesforce_id))
        END AS winner_id
    FROM candidates LEFT JOIN first_of_record USING (record_id) LEFT JOIN first_of_email USING (email)
)
SELECT salesforce_id,
       CASE WHEN winner_id IS NULL THEN state ELSE 'duplicate' END AS state,
       CASE WHEN state = 'linked' AND winner_id IS NULL AND record_id IS NULL
            THEN nextval('contacts_contact_id_seq') ELSE record_id END AS record_id,
       state = 'linked' AND winner_id IS NULL AND record_id IS NULL AS is_new,
       winner_id, false AS email_taken
FROM decided"""

_COMPANIES = """CREATE TEMP TABLE matched ON COMMIT DROP AS
WITH candidates AS (
    SELECT d."Id" AS salesforce_id,
           CASE WHEN d._deleted AND d._master IS NOT NULL THEN 'merged'
                WHEN d._deleted THEN 'deleted' ELSE 'linked' END AS state,
           CASE WHEN d._deleted THEN d._seen ELSE COALESCE(d._linked, heritage.record_id) END AS record_id
    FROM delta d
    LEFT JOIN {heritage} heritage ON heritage.heir = d."Id"
)
SELECT salesforce_id, state, state = 'linked' AND record_id IS NULL AS is_new,
       CASE WHEN state = 'linked' AND record_id IS NULL
            THEN nextval('companies_company_id_seq') ELSE record_id END AS record_id,
       NULL::text AS winner_id, false AS email_taken
FROM candidates"""


def match_people(plan: PagePlan) -> None:
    """Decides for each lead or contact of the delta: linked ID, then heritage, then e-mail, then new.

    Of records of one object with one e-mail address there is one winner: the one already linked or known by ID,
    else the oldest CreatedDate, then the smallest Id. The others are duplicates that name it.
    """
    execute(
        _PEOPLE.replace("{heritage}", _HERITAGE.replace("{link}", "contact_id")),
        {
            "connection": plan.connection_id,
            "sobject": plan.sobject,
            "skip_without_email": plan.skip_without_email,
        },
        converted_id=sql.SQL("d._related" if plan.sobject == "Lead" else "NULL::text"),
    )


def match_companies(plan: PagePlan) -> None:
    """Decides for each account of the delta: linked ID, then heritage, then new; never by name or domain."""
    execute(
        _COMPANIES.replace("{heritage}", _HERITAGE.replace("{link}", "company_id")),
        {"connection": plan.connection_id, "sobject": plan.sobject},
    )


def heal_waiting_leads(plan: PagePlan) -> int:
    """Links converted leads that came before their contact, and resolves that they waited; the mirror has the page."""
    return execute(
        """WITH healed AS (
               UPDATE integrations_salesforcerecord l
               SET contact_id = r.contact_id, link_state = 'converted'
               FROM matched t
               JOIN integrations_salesforcerecord r
                 ON r.connection_id = %(connection)s AND r.salesforce_id = t.salesforce_id
               WHERE r.contact_id IS NOT NULL AND l.related_id = t.salesforce_id
                 AND l.connection_id = %(connection)s AND l.sobject = 'Lead' AND l.link_state = 'waiting'
               RETURNING l.salesforce_id)
           UPDATE integrations_problem p SET resolved_at = now()
           FROM healed
           WHERE p.connection_id = %(connection)s AND p.salesforce_id = healed.salesforce_id
             AND p.code = 'converted_waiting' AND p.resolved_at IS NULL""",
        {"connection": plan.connection_id},
    )
