"""Step 2: what is new since the last import, beside what the mirror knew; and the mirror itself."""

from datetime import timedelta

from psycopg import sql

from integrations.pipeline.plan import TABLES, PagePlan
from integrations.pipeline.statement import column, execute, fetch, joined, quoted, trimmed

# A change is stamped when it is made and seen when its transaction ends, which may take minutes.
_SETTLED_AFTER = timedelta(minutes=5)
# So few rows are looked up one by one, if the planner knows that they are few; joins of more read whole tables.
_FEW = 5_000


def delta(plan: PagePlan) -> None:
    """Makes the table `delta`: staged rows that are new, newer, read with other fields, or not settled yet.

    Rows that did not go in last time, whole (link state other than linked) or with one value (an open problem),
    come again each time, so that they heal when their cause is gone. So does a row that came within minutes of
    its stamp: stamps are whole seconds, and a second change in the same second carries the same one.
    `_base` is the record as last merged, null on first contact and without the values that did not go in;
    `_email` is null where it is blank.

    Narrow, because nearly every statement reads it: the fields themselves stay in `staged`, and what the mirror
    will hold is in `received`. Both are made here and not when they are written, because this step goes on
    beside the merge of the page before.
    """
    rows = execute(
        """CREATE TEMP TABLE delta ON COMMIT DROP AS
           SELECT s."Id", s."SystemModstamp"::timestamptz AS _stamp,
                  lower({email}) AS _email, {created} AS _created, {related} AS _related,
                  COALESCE({deleted} = 'true', false) AS _deleted, {master} AS _master,
                  m.received_at AS _known_since, m.link_state AS _known_state, m.{link} AS _known_link,
                  CASE WHEN m.link_state = 'linked' THEN m.fields - COALESCE(open.fields, '{{}}') END AS _base,
                  CASE WHEN m.link_state = 'linked' THEN m.{link} END AS _linked,
                  CASE WHEN m.link_state IN ('linked', 'converted', 'deleted', 'merged') THEN m.{link} END AS _seen,
                  CASE WHEN m.link_state = 'deleted' THEN m.{link} END AS _before_deletion
           FROM staged s
           LEFT JOIN integrations_salesforcerecord m
             ON m.connection_id = %(connection)s AND m.salesforce_id = s."Id"
           LEFT JOIN (
               SELECT p.salesforce_id, array_agg(p.field::text) AS fields FROM integrations_problem p
               WHERE p.connection_id = %(connection)s AND p.salesforce_id IN (SELECT "Id" FROM staged)
                 AND p.category = 'value' AND p.resolved_at IS NULL
               GROUP BY p.salesforce_id
           ) open ON open.salesforce_id = s."Id"
           WHERE m.salesforce_id IS NULL OR m.link_state <> 'linked'
              OR s."SystemModstamp"::timestamptz > m.system_modstamp
              OR s."SystemModstamp"::timestamptz = m.system_modstamp
                 AND (m.shape <> %(shape)s OR open.fields IS NOT NULL
                      OR m.as_of < m.system_modstamp + %(settled_after)s)""",
        {"connection": plan.connection_id, "shape": plan.shape, "settled_after": _SETTLED_AFTER},
        email=trimmed(column("s", plan.email_field, plan.columns)),
        created=column("s", "CreatedDate", plan.columns),
        related=column("s", plan.related_field or "", plan.columns),
        deleted=column("s", "IsDeleted", plan.columns),
        master=column("s", "MasterRecordId", plan.columns),
        link=link_column(plan),
    )
    if rows < _FEW:
        execute("ANALYZE delta")
    execute(
        """CREATE TEMP TABLE received ON COMMIT DROP AS
           SELECT s."Id", {fields} AS fields FROM delta d JOIN staged s ON s."Id" = d."Id" """,
        fields=_as_json(plan),
    )


def renew_delta(plan: PagePlan) -> None:
    """Makes `delta` again if the mirror has changed since: another import or a person was at the same records."""
    changed = """SELECT EXISTS (
        SELECT FROM delta d
        LEFT JOIN integrations_salesforcerecord m
          ON m.connection_id = %(connection)s AND m.salesforce_id = d."Id"
        WHERE (m.received_at, m.link_state, m.{link})
              IS DISTINCT FROM (d._known_since, d._known_state, d._known_link))"""
    if fetch(changed, {"connection": plan.connection_id}, link=link_column(plan)) == [(True,)]:
        execute("DROP TABLE delta, received")
        delta(plan)


def hold_linked(plan: PagePlan) -> None:
    """Locks the records that the delta is linked to; a link whose record a person has removed counts as none.

    What removes a record from now on waits for the page, and then finds the link that it has to release.
    """
    execute(
        """WITH here AS (
               SELECT c.id FROM delta d JOIN {table} c ON c.id = d._linked FOR UPDATE OF c)
           UPDATE delta SET _linked = NULL, _seen = NULL, _base = NULL
           WHERE _linked IS NOT NULL AND NOT EXISTS (SELECT FROM here WHERE here.id = _linked)""",
        table=sql.Identifier(TABLES[plan.sobject]),
    )


def link_column(plan: PagePlan) -> sql.Identifier:
    """The mirror's column that links a record of this object to ours."""
    return sql.Identifier("company_id" if plan.sobject == "Account" else "contact_id")


def release_removed(plan: PagePlan) -> None:
    """Lets go of the links of records that were deleted or merged away, so that the survivor may take them."""
    execute(
        """UPDATE integrations_salesforcerecord m
           SET is_deleted = true, merged_into = d._master,
               related_id = COALESCE(d._master, m.related_id),
               link_state = CASE WHEN d._master IS NULL THEN 'deleted' ELSE 'merged' END
           FROM delta d
           WHERE d._deleted AND m.connection_id = %(connection)s AND m.salesforce_id = d."Id" """,
        {"connection": plan.connection_id},
    )


def mirror(plan: PagePlan) -> None:
    """Writes the delta to the mirror with what `matched` decided.

    A field that did not come this time (hidden from the Salesforce user since) keeps what was received last.
    """
    execute(
        """INSERT INTO integrations_salesforcerecord AS m
               (connection_id, salesforce_id, sobject, system_modstamp, is_deleted, merged_into, related_id,
                fields, shape, link_state, {link}, as_of, received_at)
           SELECT %(connection)s, d."Id", %(sobject)s, d._stamp, d._deleted, d._master,
                  CASE WHEN t.state = 'merged' THEN d._master ELSE d._related END,
                  r.fields, %(shape)s, t.state, COALESCE(t.record_id, w.record_id),
                  COALESCE(%(as_of)s, now()), clock_timestamp()
           FROM delta d
           JOIN received r ON r."Id" = d."Id"
           JOIN matched t ON t.salesforce_id = d."Id"
           LEFT JOIN matched w ON w.salesforce_id = t.winner_id
           ON CONFLICT (connection_id, salesforce_id) DO UPDATE SET
               system_modstamp = excluded.system_modstamp, is_deleted = excluded.is_deleted,
               merged_into = excluded.merged_into, related_id = {kept_related},
               fields = (m.fields - %(columns)s::text[]) || excluded.fields, shape = excluded.shape,
               link_state = excluded.link_state, {link} = excluded.{link}, as_of = excluded.as_of,
               received_at = excluded.received_at""",
        {
            "connection": plan.connection_id,
            "sobject": plan.sobject,
            "shape": plan.shape,
            "as_of": plan.as_of,
            "columns": list(plan.columns),
        },
        link=link_column(plan),
        kept_related=_kept_related(plan),
    )


def _kept_related(plan: PagePlan) -> sql.Composable:
    """What the mirror keeps as the related record; the last one when the field that names it did not come."""
    if plan.related_field is not None:
        return sql.SQL("excluded.related_id")
    return sql.SQL("COALESCE(excluded.merged_into, m.related_id)")


def _as_json(plan: PagePlan) -> sql.Composed:
    """The row as a JSON object of texts without blanks.

    Blanks leave the list of names and values before it becomes an object, which takes two thirds of the time of
    `jsonb_strip_nulls` afterwards; a list, because functions take 100 arguments at most.
    """
    pair = sql.SQL("CASE WHEN {value} IS NOT NULL THEN {name} END, {value}")
    pairs = [pair.format(value=quoted("s", name), name=sql.Literal(name)) for name in plan.columns]
    return sql.SQL("jsonb_object(array_remove(ARRAY[{pairs}]::text[], NULL))").format(pairs=joined(pairs))
