"""History of every value: statement-level triggers that no path can go round, and who is writing.

Explicit columns instead of a generic walk over the row as JSON, which cost many times as much a changed row
(docs/architecture.md), and of these only the ones that changed in some row of the statement. Only updates are
recorded; the first values of a record carry its `created_by_import`.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pgtrigger
from django.db import connection, transaction

from crmbridge.properties.models import ChangeSource

# Planned at every call, by EXECUTE: PL/pgSQL keeps the plan of a plain statement for the whole session, and a
# plan made for three changed rows joins a hundred thousand row by row (more than ten minutes instead of two
# seconds). The first query finds the columns that changed at all: a row for each of thirty, of which one changed, cost
# more for a hundred thousand contacts that got a company than their update itself.
_FUNCTION = """
EXECUTE $history$
SELECT array_remove(ARRAY[{changed}], NULL) FROM old_rows o JOIN new_rows n USING (id)
$history$ INTO changed;

SELECT string_agg(format('(%1$L, o.%1$I::text, n.%1$I::text, o.%1$I IS DISTINCT FROM n.%1$I)', name), ', ')
INTO pairs FROM unnest(changed) AS name WHERE name <> 'properties';

IF pairs IS NOT NULL THEN
    EXECUTE $history$
    INSERT INTO properties_propertychange (kind, record_id, property, old, new, source, source_id, actor_id, at)
    SELECT '{kind}', n.id, v.property, v.old, v.new, {written_by}
    FROM old_rows o JOIN new_rows n USING (id)
    CROSS JOIN LATERAL (VALUES $history$ || pairs || $history$) AS v(property, old, new, differs)
    WHERE v.differs
    $history$;
END IF;

IF 'properties' = ANY(changed) THEN
    EXECUTE $history$
    INSERT INTO properties_propertychange (kind, record_id, property, old, new, source, source_id, actor_id, at)
    SELECT '{kind}', n.id, k.key, o.properties ->> k.key, n.properties ->> k.key, {written_by}
    FROM old_rows o JOIN new_rows n USING (id)
    CROSS JOIN LATERAL jsonb_object_keys(o.properties || n.properties) AS k(key)
    WHERE o.properties IS DISTINCT FROM n.properties
      AND o.properties -> k.key IS DISTINCT FROM n.properties -> k.key
    $history$;
END IF;
RETURN NULL;
"""
_WRITTEN_BY = """COALESCE(NULLIF(current_setting('crmbridge.source', true), ''), '{default}'),
           NULLIF(current_setting('crmbridge.source_id', true), '')::bigint,
           NULLIF(current_setting('crmbridge.actor', true), '')::bigint,
           clock_timestamp()"""
_CHANGED = "CASE WHEN bool_or(o.{name} IS DISTINCT FROM n.{name}) THEN '{name}' END"


def history_trigger(*, kind: str, columns: Sequence[str]) -> pgtrigger.Trigger:
    """The trigger that records each changed column and each changed key of the bag of one table.

    Values are compared in their own type: 1.0 and 1.00 are one number in two spellings, and no change.
    """
    changed = ", ".join(_CHANGED.format(name=name) for name in [*columns, "properties"])
    written_by = _WRITTEN_BY.format(default=ChangeSource.DATABASE.value)
    return pgtrigger.Trigger(
        name=f"{kind}_history",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.Update,
        referencing=pgtrigger.Referencing(old="old_rows", new="new_rows"),  # type: ignore[no-untyped-call]
        declare=[("changed", "text[]"), ("pairs", "text")],
        func=_FUNCTION.format(kind=kind, changed=changed, written_by=written_by),
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
