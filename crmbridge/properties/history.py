"""History of every value: statement-level triggers that no path can go round, and who is writing.

Explicit columns instead of a generic walk over the row as JSON, which cost many times as much a changed row
(docs/architecture.md). Only updates are recorded; the first values of a record carry its `created_by_import`.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pgtrigger
from django.db import connection, transaction

from crmbridge.properties.models import ChangeSource

# Planned at every call, by EXECUTE: PL/pgSQL keeps the plan of a plain statement for the whole session, and a
# plan made for three changed rows joins a hundred thousand row by row (more than ten minutes instead of two
# seconds).
_FUNCTION = """
EXECUTE $history$
INSERT INTO properties_propertychange (kind, record_id, property, old, new, source, source_id, actor_id, at)
SELECT '{kind}', n.id, v.property, v.old, v.new,
       COALESCE(NULLIF(current_setting('crmbridge.source', true), ''), '{default_source}'),
       NULLIF(current_setting('crmbridge.source_id', true), '')::bigint,
       NULLIF(current_setting('crmbridge.actor', true), '')::bigint,
       clock_timestamp()
FROM old_rows o JOIN new_rows n USING (id)
CROSS JOIN LATERAL (VALUES {pairs}) AS v(property, old, new, differs)
WHERE v.differs
UNION ALL
SELECT '{kind}', n.id, k.key, o.properties ->> k.key, n.properties ->> k.key,
       COALESCE(NULLIF(current_setting('crmbridge.source', true), ''), '{default_source}'),
       NULLIF(current_setting('crmbridge.source_id', true), '')::bigint,
       NULLIF(current_setting('crmbridge.actor', true), '')::bigint,
       clock_timestamp()
FROM old_rows o JOIN new_rows n USING (id)
CROSS JOIN LATERAL jsonb_object_keys(o.properties || n.properties) AS k(key)
WHERE o.properties IS DISTINCT FROM n.properties
  AND o.properties -> k.key IS DISTINCT FROM n.properties -> k.key
$history$;
RETURN NULL;
"""


def history_trigger(*, kind: str, columns: Sequence[str]) -> pgtrigger.Trigger:
    """The trigger that records each changed column and each changed key of the bag of one table.

    Values are compared in their own type: 1.0 and 1.00 are one number in two spellings, and no change.
    """
    pairs = ", ".join(
        f"('{name}', o.{name}::text, n.{name}::text, o.{name} IS DISTINCT FROM n.{name})" for name in columns
    )
    return pgtrigger.Trigger(
        name=f"{kind}_history",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.Update,
        referencing=pgtrigger.Referencing(old="old_rows", new="new_rows"),  # type: ignore[no-untyped-call]
        func=_FUNCTION.format(kind=kind, pairs=pairs, default_source=ChangeSource.DATABASE.value),
    )


@contextmanager
def change_source(
    source: str, *, source_id: int | None = None, actor_id: int | None = None
) -> Iterator[None]:
    """Runs the block in a transaction whose changes are recorded as made by this source and person."""
    with transaction.atomic():
        previous = _swap(source, _text(source_id), _text(actor_id))
        yield
        _swap(*previous)


def _text(number: int | None) -> str:
    return "" if number is None else str(number)


def _swap(source: str, source_id: str, actor: str) -> tuple[str, str, str]:
    """Sets the three settings for the rest of the transaction and returns what they were."""
    names = ("crmbridge.source", "crmbridge.source_id", "crmbridge.actor")
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(["COALESCE(current_setting(%s, true), '')"] * 3), names)
        previous: tuple[str, str, str] = cursor.fetchone()
        for name, value in zip(names, (source, source_id, actor), strict=True):
            cursor.execute("SELECT set_config(%s, %s, true)", [name, value])
    return previous
