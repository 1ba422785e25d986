"""Step 4b: e-mail addresses that move between contacts, of which no two may have the same at any moment."""

from integrations.pipeline.plan import PagePlan
from integrations.pipeline.statement import execute

_CLAIMS = """CREATE TEMP TABLE claims ON COMMIT DROP AS
    SELECT * FROM (
        SELECT m.id, lower(m.email) AS email, owner.id AS owner_id,
               row_number() OVER (PARTITION BY lower(m.email) ORDER BY d._created, d."Id") AS place
        FROM merged m
        JOIN contacts_contact c ON c.id = m.id
        JOIN matched t ON t.record_id = m.id AND t.state = 'linked'
        JOIN delta d ON d."Id" = t.salesforce_id
        LEFT JOIN contacts_contact owner ON lower(owner.email) = lower(m.email)
        WHERE m.email IS NOT NULL AND lower(m.email) IS DISTINCT FROM lower(c.email)
    ) moved WHERE owner_id IS NOT NULL OR place > 1"""

# A claim fails when another claim comes first, when the owner keeps the address, or when the owner's own claim fails.
_REFUSE = """WITH RECURSIVE refused AS (
        SELECT id FROM claims
        WHERE place > 1 OR NOT EXISTS (
            SELECT FROM merged o WHERE o.id = claims.owner_id AND lower(o.email) IS DISTINCT FROM claims.email)
        UNION
        SELECT claims.id FROM claims JOIN refused ON refused.id = claims.owner_id
    ), kept AS (
        UPDATE merged m SET email = c.email
        FROM refused JOIN contacts_contact c USING (id) WHERE m.id = refused.id
    )
    UPDATE matched t SET email_taken = true
    FROM refused WHERE t.record_id = refused.id AND t.state = 'linked'"""

_FREE = """UPDATE contacts_contact c SET email = NULL, updated_at = statement_timestamp()
    FROM claims JOIN merged m ON m.id = claims.id
    WHERE c.id = claims.owner_id AND lower(m.email) = claims.email"""


def settle(plan: PagePlan) -> None:
    """Decides in `merged` who gets an e-mail address that is another contact's or that two ask for.

    One that its owner gives up in this page moves on, two may even swap; otherwise the contact keeps what it
    has, `email_taken` says so, and the next import tries again. Addresses that move are freed first, because
    the unique index looks at every row as it is written.
    """
    if execute(_CLAIMS):
        execute(_REFUSE)
        execute(_FREE)
