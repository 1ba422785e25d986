"""One record, found by its id or an external id, and as REST shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from integrations.sandbox import ids
from integrations.sandbox.errors import ApiError, not_found
from integrations.sandbox.rows import records, select_list
from integrations.sandbox.schema import Field, SObject
from integrations.sandbox.soql import translate, tree

if TYPE_CHECKING:
    from integrations.sandbox.org import DemoOrg


class MultipleChoices(Exception):
    """More than one record has the external id; `ids` names them."""

    def __init__(self, found: list[str]) -> None:
        super().__init__("external id is not unique")
        self.ids = found


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


def find(org: DemoOrg, sobject: SObject, record_id: str) -> str:
    """The 18-character id of a living record. Raises ApiError NOT_FOUND or ENTITY_IS_DELETED."""
    full = ids.to_18(record_id)
    rows = org.store.rows(f'SELECT {_gone(sobject)} FROM "{sobject.name}" WHERE Id = ?', [full])  # noqa: S608
    if not rows:
        raise no_record(record_id)
    if rows[0][0]:
        raise ApiError(404, "ENTITY_IS_DELETED", "entity is deleted")
    return full


def find_by_key(org: DemoOrg, sobject: SObject, key: Field, value: str) -> str | None:
    """The id of the living record with this external id. Raises MultipleChoices, ApiError NOT_FOUND."""
    if key.name != "Id" and "id_lookup" not in key.flags and "external_id" not in key.flags:
        raise not_found(f"Provided external ID field does not exist or is not accessible: {key.name}")
    exact = key.name == "Id"
    test = f'"{key.name}" = ? COLLATE {"BINARY" if exact else "NOCASE"} AND NOT {_gone(sobject)}'
    sql = f'SELECT Id FROM "{sobject.name}" WHERE {test}'  # noqa: S608
    found = [row[0] for row in org.store.rows(sql, [ids.to_18(value) if exact else value])]
    if len(found) > 1:
        raise MultipleChoices(found)
    return found[0] if found else None


def no_record(record_id: str) -> ApiError:
    """NOT_FOUND for an id that no record has."""
    return not_found(f"Provided external ID field does not exist or is not accessible: {record_id}")


def _gone(sobject: SObject) -> str:
    """The SQL that says whether a record is in the bin; users never are."""
    return "IsDeleted" if "IsDeleted" in sobject.fields else "FALSE"
