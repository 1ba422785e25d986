"""Step 5: links between records, whichever of the two came first.

`(company_id IS NULL) IS TRUE` asks for "no company" in a form that no index answers: the contacts are found by
their ids, and the index on company_id would lead through all contacts without one. The planner still knows how
many there are, which it does not of an expression: for that it took a loop over all instead of a hash join.
"""

from integrations.pipeline.plan import PagePlan
from integrations.pipeline.statement import execute


def link_waiting_contacts(plan: PagePlan) -> int:
    """Gives the page's companies to the contacts that waited for them; returns how many."""
    return execute(
        """UPDATE contacts_contact c SET company_id = t.record_id, updated_at = statement_timestamp()
           FROM matched t
           JOIN integrations_salesforcerecord r ON r.related_id = t.salesforce_id
           WHERE t.state = 'linked' AND r.connection_id = %(connection)s AND r.sobject = 'Contact'
             AND r.link_state = 'linked' AND c.id = r.contact_id AND (c.company_id IS NULL) IS TRUE""",
        {"connection": plan.connection_id},
    )


def link_all_waiting_contacts(*, connection_id: int) -> int:
    """Links every contact without a company whose account is here: what pages could not see of each other."""
    return execute(
        """UPDATE contacts_contact c SET company_id = a.company_id, updated_at = statement_timestamp()
           FROM integrations_salesforcerecord r
           JOIN integrations_salesforcerecord a
             ON a.connection_id = r.connection_id AND a.salesforce_id = r.related_id
            AND a.link_state = 'linked'
           WHERE r.connection_id = %(connection)s AND r.sobject = 'Contact' AND r.link_state = 'linked'
             AND c.id = r.contact_id AND (c.company_id IS NULL) IS TRUE""",
        {"connection": connection_id},
    )


def link_parents(plan: PagePlan) -> int:
    """Links the page's companies to their parents, and companies already here to parents that came now."""
    if plan.related_field is None:
        return 0
    return execute(
        """UPDATE companies_company c SET parent_id = pair.parent_id, updated_at = statement_timestamp()
           FROM (
               SELECT t.record_id AS child_id, p.company_id AS parent_id,
                      d._base IS NOT NULL AND d._related IS DISTINCT FROM d._base ->> 'ParentId' AS changed
               FROM matched t JOIN delta d ON d."Id" = t.salesforce_id
               LEFT JOIN integrations_salesforcerecord p
                 ON p.connection_id = %(connection)s AND p.salesforce_id = d._related
                AND p.link_state = 'linked'
               WHERE t.state = 'linked'
               UNION
               SELECT r.company_id, t.record_id, false
               FROM matched t JOIN integrations_salesforcerecord r ON r.related_id = t.salesforce_id
               WHERE t.state = 'linked' AND r.connection_id = %(connection)s AND r.sobject = 'Account'
                 AND r.link_state = 'linked'
           ) pair
           WHERE c.id = pair.child_id AND (pair.changed OR c.parent_id IS NULL)
             AND c.parent_id IS DISTINCT FROM pair.parent_id""",
        {"connection": plan.connection_id},
    )


def follow_merged_accounts(plan: PagePlan) -> int:
    """Moves the contacts of accounts that were merged away to the company of the survivor; returns how many.

    Salesforce need not touch the stamp of contacts that it moves, so they may never come again.
    """
    return execute(
        """UPDATE contacts_contact c SET company_id = survivor.company_id, updated_at = statement_timestamp()
           FROM matched t
           JOIN delta d ON d."Id" = t.salesforce_id
           JOIN integrations_salesforcerecord survivor
             ON survivor.connection_id = %(connection)s AND survivor.salesforce_id = d._master
           JOIN integrations_salesforcerecord r
             ON r.related_id = t.salesforce_id AND r.connection_id = %(connection)s
           WHERE t.state = 'merged' AND survivor.link_state = 'linked'
             AND r.sobject = 'Contact' AND r.link_state = 'linked' AND c.id = r.contact_id
             AND (c.company_id IS NULL OR c.company_id = t.record_id)
             AND c.company_id IS DISTINCT FROM survivor.company_id""",
        {"connection": plan.connection_id},
    )


def fill_list(plan: PagePlan) -> int:
    """Puts the staged campaign members that are contacts here on the list; returns how many are new on it.

    A member whose e-mail address another record won is on the list as that winner: it is the same mailbox.
    """
    return execute(
        """INSERT INTO lists_listmember (list_id, contact_id, added_at)
           SELECT DISTINCT %(list)s, c.id, now()
           FROM staged s
           JOIN integrations_salesforcerecord r
             ON r.connection_id = %(connection)s AND r.salesforce_id = COALESCE(s."ContactId", s."LeadId")
           JOIN contacts_contact c ON c.id = r.contact_id
           WHERE s."IsDeleted" IS DISTINCT FROM 'true' AND NOT r.is_deleted
           ON CONFLICT DO NOTHING""",
        {"connection": plan.connection_id, "list": plan.list_id},
    )


def note_keys(plan: PagePlan) -> int:
    """Notes the accounts that the staged contacts belong to."""
    return execute(
        """INSERT INTO integrations_importkey (run_id, salesforce_id)
           SELECT DISTINCT %(run)s, s."AccountId" FROM staged s WHERE s."AccountId" IS NOT NULL
           ON CONFLICT DO NOTHING""",
        {"run": plan.run_id},
    )
