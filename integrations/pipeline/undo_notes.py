"""What an undo left alone, and why, as notes beside its run."""

from psycopg import sql

from crmbridge.properties.models import RecordKind
from integrations.pipeline.statement import execute

_SAVE = """WITH noted AS (
    INSERT INTO integrations_problem
        (category, level, code, sobject, salesforce_id, field, property, other_id, raw_value, raw_message,
         {link}, attempts)
    SELECT {category}, 'note', u.reason, {sobject}, '', '', {property}, '', {value}, '', u.record_id, 1
    FROM {source} u WHERE u.reason IS NOT NULL RETURNING id)
INSERT INTO integrations_problemoccurrence (problem_id, run_id) SELECT id, %(undo)s FROM noted"""


def save(*, undo_id: int, kind: RecordKind, of_values: bool) -> None:
    """Writes a note for each value, or each record, that stays as it is."""
    execute(
        _SAVE,
        {"undo": undo_id},
        link=sql.Identifier(f"{kind.value}_id"),
        category=sql.Literal("value" if of_values else "identity"),
        sobject=sql.Literal("Contact" if kind == RecordKind.CONTACT else "Account"),
        property=sql.SQL("u.property" if of_values else "''"),
        value=sql.SQL("u.value" if of_values else "NULL"),
        source=sql.Identifier("undo_values" if of_values else "undo_records"),
    )
