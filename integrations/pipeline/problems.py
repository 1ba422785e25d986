"""Step 6a: a problem for every row or value that did not go in, and the end of those that went away."""

from dataclasses import dataclass

from psycopg import sql

from integrations.mapping.casts import cast
from integrations.mapping.mapped_field import MappedField
from integrations.models import SyncRule
from integrations.pipeline.load import link_column
from integrations.pipeline.merge import value_of
from integrations.pipeline.plan import PagePlan
from integrations.pipeline.statement import execute, joined

# Link state → code, category, level of the problem that explains it.
SKIPPED_STATES = {
    "duplicate": ("duplicate_email", "identity", "problem"),
    "no_email": ("no_email", "identity", "note"),
    "converted": ("converted", "identity", "note"),
    "waiting": ("converted_waiting", "identity", "problem"),
    "deleted": ("deleted", "identity", "note"),
    "merged": ("merged", "identity", "note"),
}

_SAVE = """WITH found AS ({found}), saved AS (
    INSERT INTO integrations_problem AS p
        (connection_id, category, level, code, sobject, salesforce_id, field, property, other_id, raw_value, {link},
         raw_message, attempts)
    SELECT DISTINCT ON (salesforce_id, code, field)
           %(connection)s, category, level, code, %(sobject)s, salesforce_id, field, property,
           COALESCE(other_id, ''), raw_value, record_id, '', 1
    FROM found
    ORDER BY salesforce_id, code, field, property
    ON CONFLICT (connection_id, salesforce_id, code, field) DO UPDATE SET
        last_seen = now(), attempts = p.attempts + 1, resolved_at = NULL, resolved_by_id = NULL,
        other_id = excluded.other_id, raw_value = excluded.raw_value, {link} = excluded.{link},
        property = excluded.property, level = excluded.level
    RETURNING id)
INSERT INTO integrations_problemoccurrence (problem_id, run_id, at)
SELECT id, %(run)s, now() FROM saved
ON CONFLICT DO NOTHING"""

_SKIPPED = """SELECT s.category, s.level, s.code, t.salesforce_id, '' AS field, '' AS property,
       CASE t.state WHEN 'duplicate' THEN t.winner_id WHEN 'merged' THEN d._master ELSE {converted_id} END AS other_id,
       NULL AS raw_value, COALESCE(t.record_id, w.record_id) AS record_id
FROM matched t
JOIN delta d ON d."Id" = t.salesforce_id
LEFT JOIN matched w ON w.salesforce_id = t.winner_id
JOIN (VALUES {states}) AS s(state, code, category, level) ON s.state = t.state"""

# Sound rows are sorted out before the rest is multiplied by the number of fields.
_VALUES = """SELECT 'value' AS category, 'problem' AS level, v.code, t.salesforce_id, v.field, v.property,
       NULL AS other_id, v.raw AS raw_value, t.record_id
FROM matched t
JOIN staged s ON s."Id" = t.salesforce_id
CROSS JOIN LATERAL (VALUES {checks}) AS v(code, field, property, raw, is_wrong)
WHERE t.state = 'linked' AND v.is_wrong
  AND ({any_wrong})"""


def save_skipped(plan: PagePlan) -> int:
    """Writes why each row of the delta that is not linked was left out."""
    states = [
        sql.SQL("({}, {}, {}, {})").format(*(sql.Literal(part) for part in (state, *parts)))
        for state, parts in SKIPPED_STATES.items()
    ]
    converted = sql.SQL("d._related" if plan.sobject == "Lead" else "NULL")
    return save(plan, sql.SQL(_SKIPPED).format(states=joined(list(states)), converted_id=converted))


def save_misfits(plan: PagePlan) -> int:
    """Writes each value that its property cannot hold and each e-mail address that another contact has."""
    checks = [
        *(_Check(misfit_code(item), item, _misfits(item)) for item in plan.mapped if _is_checked(item)),
        *(_Check("email_taken", item, sql.SQL("t.email_taken")) for item in plan.mapped if item.is_email),
    ]
    if not checks:
        return 0
    any_wrong = joined([check.is_wrong for check in checks], " OR ")
    found = sql.SQL(_VALUES).format(checks=joined([check.row for check in checks]), any_wrong=any_wrong)
    return save(plan, found)


@dataclass(frozen=True)
class _Check:
    """One way in which a value of the page may be wrong."""

    code: str
    item: MappedField
    is_wrong: sql.Composable

    @property
    def row(self) -> sql.Composed:
        names = (self.code, self.item.field, self.item.property)
        return sql.SQL("({}::text, {}, {}, {}, {})").format(
            *map(sql.Literal, names), value_of(self.item), self.is_wrong
        )


def _is_checked(item: MappedField) -> bool:
    return item.can_misfit and item.rule != SyncRule.DONT_SYNC


def misfit_code(item: MappedField) -> str:
    """The code of a value that the property cannot hold."""
    return "value_too_long" if item.longest is not None else "value_misfit"


def _misfits(item: MappedField) -> sql.Composed:
    return sql.SQL("{} IS NOT NULL AND {} IS NULL").format(value_of(item), cast(item, value_of(item)))


def save(plan: PagePlan, found: sql.Composed) -> int:
    """Writes the problems that the query finds, and that this import met them."""
    return execute(
        _SAVE,
        {"connection": plan.connection_id, "run": plan.run_id, "sobject": plan.sobject},
        found=found,
        link=link_column(plan),
    )


def resolve_gone(plan: PagePlan) -> int:
    """Marks as resolved the problems of records that were looked at now and no longer have them.

    Associations are left alone: whether an account is missing shows only when all pages are in.
    """
    return execute(
        """UPDATE integrations_problem p SET resolved_at = now()
           FROM delta d
           WHERE p.connection_id = %(connection)s AND p.salesforce_id = d."Id"
             AND p.resolved_at IS NULL AND p.last_seen < now() AND p.category <> 'association'""",
        {"connection": plan.connection_id},
    )
