"""One record by its id, as REST shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from integrations.sandbox.rows import records, select_list
from integrations.sandbox.schema import SObject
from integrations.sandbox.soql import translate, tree

if TYPE_CHECKING:
    from integrations.sandbox.org import DemoOrg


def record(org: DemoOrg, sobject: SObject, record_id: str, *, fields: list[str], base: str) -> dict[str, Any]:
    """The record with these fields, or with all. Raises ApiError INVALID_FIELD."""
    names = fields or list(sobject.fields)
    query = tree.Query(
        select=tuple(tree.Item(tree.Path(tuple(name.strip().split("."))), None) for name in names),
        sobject=sobject.name,
        alias=None,
        where=tree.Comparison(tree.Path(("Id",)), "=", tree.Literal("string", record_id)),
        group=(),
        having=None,
        order=(),
        limit=None,
        offset=None,
    )
    plan = translate(query, schema=org.schema, include_deleted=True)
    rows = org.store.rows(f"SELECT {', '.join(select_list(plan))} {plan.body}", plan.params)
    return next(records(plan, rows, base=base))
