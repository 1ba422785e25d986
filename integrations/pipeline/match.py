"""Step 3: which record here each Salesforce record is (behaviour.md, section 3).

Both functions make the table `matched`: salesforce_id, state (a LinkState), record_id (null where nothing is
linked), is_new, winner_id (the record that has the e-mail address) and email_taken.
"""

from integrations.pipeline.plan import PagePlan
from integrations.pipeline.statement import column, execute

# A record that this one follows: the lead that was converted to it, or the one that was merged into it.
_PREDECESSOR = """(
    SELECT DISTINCT ON (p.related_id) p.related_id AS successor_id, p.{link} AS record_id
    FROM delta d JOIN integrations_salesforcerecord p ON p.related_id = d."Id"
    WHERE p.connection_id = %(connection)s AND p.{link} IS NOT NULL
      AND p.link_state IN ('converted', 'merged')
      AND NOT EXISTS (
          SELECT FROM integrations_salesforcerecord taken
          WHERE taken.{link} = p.{link} AND taken.sobject = %(sobject)s
            AND taken.connection_id = %(connection)s AND taken.link_state = 'linked')
    ORDER BY p.related_id, p.salesforce_id)"""

_PEOPLE = """CREATE TEMP TABLE matched ON COMMIT DROP AS
WITH candidates AS (
    SELECT d."Id" AS salesforce_id, d._email AS email, {created} AS created,
           CASE WHEN d._deleted AND d._master IS NOT NULL THEN 'merged'
                WHEN d._deleted THEN 'deleted'
                WHEN {converted_id} IS NOT NULL THEN
                     CASE WHEN COALESCE(converted.contact_id, d._seen) IS NULL THEN 'waiting' ELSE 'converted' END
                WHEN d._linked IS NOT NULL THEN 'linked'
                WHEN d._email IS NULL AND %(skip_without_email)s AND predecessor.record_id IS NULL THEN 'no_email'
                ELSE 'linked' END AS state,
           d._linked IS NOT NULL AS was_linked,
           CASE WHEN d._deleted THEN d._seen
                WHEN {converted_id} IS NOT NULL THEN COALESCE(converted.contact_id, d._seen)
                ELSE COALESCE(d._linked, predecessor.record_id, c.id) END AS record_id,
           c.id AS email_owner, taken.salesforce_id AS taken_by
    FROM delta d
    LEFT JOIN {predecessor} predecessor ON predecessor.successor_id = d."Id"
    LEFT JOIN contacts_contact c ON lower(c.email) = d._email
    LEFT JOIN integrations_salesforcerecord taken
      ON taken.contact_id = c.id AND taken.sobject = %(sobject)s AND taken.connection_id = %(connection)s
     AND taken.link_state = 'linked' AND taken.salesforce_id <> d."Id"
    LEFT JOIN integrations_salesforcerecord converted
      ON converted.connection_id = %(connection)s AND converted.salesforce_id = {converted_id}
     AND converted.contact_id IS NOT NULL
), by_contact AS (
    SELECT *, first_value(salesforce_id) OVER same AS contact_winner
    FROM candidates
    WINDOW same AS (PARTITION BY state, record_id
                    ORDER BY was_linked DESC, email_owner IS DISTINCT FROM record_id DESC, created, salesforce_id)
), by_email AS (
    SELECT *, first_value(salesforce_id) OVER same AS email_winner
    FROM by_contact
    WINDOW same AS (PARTITION BY state, email
                    ORDER BY was_linked DESC, (email_owner = record_id) DESC NULLS LAST, taken_by IS NULL DESC,
                             created, salesforce_id)
), decided AS (
    SELECT *, CASE
        WHEN state <> 'linked' OR was_linked THEN NULL
        WHEN record_id = email_owner AND taken_by IS NOT NULL THEN taken_by
        WHEN record_id IS NOT NULL AND contact_winner <> salesforce_id THEN contact_winner
        WHEN email IS NOT NULL AND email_winner <> salesforce_id THEN email_winner
        END AS winner_id
    FROM by_email
)
SELECT salesforce_id,
       CASE WHEN winner_id IS NULL THEN state ELSE 'duplicate' END AS state,
       CASE WHEN state = 'linked' AND winner_id IS NULL AND record_id IS NULL
            THEN nextval('contacts_contact_id_seq') ELSE record_id END AS record_id,
       state = 'linked' AND winner_id IS NULL AND record_id IS NULL AS is_new,
       winner_id,
       COALESCE(state = 'linked' AND email IS NOT NULL AND winner_id IS NULL
           AND (email_owner <> record_id OR email_winner <> salesforce_id), false) AS email_taken
FROM decided"""

_COMPANIES = """CREATE TEMP TABLE matched ON COMMIT DROP AS
WITH candidates AS (
    SELECT d."Id" AS salesforce_id,
           CASE WHEN d._deleted AND d._master IS NOT NULL THEN 'merged'
                WHEN d._deleted THEN 'deleted' ELSE 'linked' END AS state,
           CASE WHEN d._deleted THEN d._seen ELSE COALESCE(d._linked, predecessor.record_id) END AS record_id
    FROM delta d
    LEFT JOIN {predecessor} predecessor ON predecessor.successor_id = d."Id"
)
SELECT salesforce_id, state, state = 'linked' AND record_id IS NULL AS is_new,
       CASE WHEN state = 'linked' AND record_id IS NULL
            THEN nextval('companies_company_id_seq') ELSE record_id END AS record_id,
       NULL::text AS winner_id, false AS email_taken
FROM candidates"""


def match_people(plan: PagePlan) -> None:
    """Decides for each lead or contact of the delta: linked ID, then predecessor, then e-mail, then new.

    Of records of one object with one e-mail address there is one winner: the one already linked, else the
    oldest CreatedDate, then the smallest Id. The others are duplicates that name it.
    """
    execute(
        _PEOPLE.replace("{predecessor}", _PREDECESSOR.replace("{link}", "contact_id")),
        {
            "connection": plan.connection_id,
            "sobject": plan.sobject,
            "skip_without_email": plan.skip_without_email,
        },
        created=column("d", "CreatedDate", plan.columns),
        converted_id=column("d", "ConvertedContactId" if plan.sobject == "Lead" else "", plan.columns),
    )


def match_companies(plan: PagePlan) -> None:
    """Decides for each account of the delta: linked ID, then the one merged into it, then new; never by name or domain."""
    execute(
        _COMPANIES.replace("{predecessor}", _PREDECESSOR.replace("{link}", "company_id")),
        {"connection": plan.connection_id, "sobject": plan.sobject},
    )


def heal_waiting_leads(plan: PagePlan) -> int:
    """Links converted leads that came before the contact they were converted to."""
    return execute(
        """UPDATE integrations_salesforcerecord l
           SET contact_id = t.record_id, link_state = 'converted'
           FROM matched t
           WHERE t.state = 'linked' AND l.related_id = t.salesforce_id AND l.connection_id = %(connection)s
             AND l.sobject = 'Lead' AND l.link_state = 'waiting'""",
        {"connection": plan.connection_id},
    )
