"""Records created, updated, upserted and deleted as the API does it: checked, stamped, owned."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from integrations.sandbox import ids
from integrations.sandbox.errors import ApiError, not_found
from integrations.sandbox.schema import Field, SObject
from integrations.sandbox.validation import Reader, Values, check, read_values
from integrations.sandbox.values import from_json

if TYPE_CHECKING:
    from integrations.sandbox.org import DemoOrg

RESPONDED = "Responded"


class MultipleChoices(Exception):
    """More than one record has the external id; `ids` names them."""

    def __init__(self, found: list[str]) -> None:
        super().__init__("external id is not unique")
        self.ids = found


def create(org: DemoOrg, sobject: SObject, given: Mapping[str, Any], *, read: Reader = from_json) -> str:
    """Creates a record and returns its id. Raises ApiError."""
    values = read_values(sobject, given, right="create", read=read)
    check(org, sobject, values, creating=True)
    _check_unique(org, sobject, values, own_id="")
    return org.insert(sobject.name, **(_defaults(org, sobject) | _derived(sobject, values)))


def update(
    org: DemoOrg, sobject: SObject, record_id: str, given: Mapping[str, Any], *, read: Reader = from_json
) -> None:
    """Changes fields of a record. Raises ApiError."""
    found = find(org, sobject, record_id)
    _refuse_converted(org, sobject, found)
    values = read_values(sobject, given, right="update", read=read)
    check(org, sobject, values, creating=False)
    _check_unique(org, sobject, values, own_id=found)
    org.update(sobject.name, found, LastModifiedById=org.user_id, **_derived(sobject, values))


def upsert(
    org: DemoOrg,
    sobject: SObject,
    key: Field,
    value: str,
    given: Mapping[str, Any],
    *,
    read: Reader = from_json,
) -> tuple[str, bool]:
    """Updates the record with this external id or creates it; returns its id and whether it is new.

    Raises ApiError, and MultipleChoices when several records have the external id.
    """
    found = find_by_key(org, sobject, key, value)
    rest = {name: item for name, item in given.items() if name.lower() not in (key.name.lower(), "id")}
    if found is not None:
        update(org, sobject, found, rest, read=read)
        return found, False
    if key.name == "Id":
        raise _no_record(value)
    return create(org, sobject, rest | {key.name: value}, read=read), True


def delete(org: DemoOrg, sobject: SObject, record_id: str) -> None:
    """Moves a record to the bin. Raises ApiError."""
    org.delete(sobject.name, find(org, sobject, record_id))


def find(org: DemoOrg, sobject: SObject, record_id: str) -> str:
    """The 18-character id of a living record. Raises ApiError NOT_FOUND or ENTITY_IS_DELETED."""
    full = ids.to_18(record_id)
    state = "IsDeleted" if "IsDeleted" in sobject.fields else "0"
    rows = org.store.rows(f'SELECT {state} FROM "{sobject.name}" WHERE Id = ?', [full])  # noqa: S608
    if not rows:
        raise _no_record(record_id)
    if rows[0][0]:
        raise ApiError(404, "ENTITY_IS_DELETED", "entity is deleted")
    return full


def find_by_key(org: DemoOrg, sobject: SObject, key: Field, value: str) -> str | None:
    """The id of the living record with this external id. Raises MultipleChoices, ApiError NOT_FOUND."""
    if key.name != "Id" and "id_lookup" not in key.flags and "external_id" not in key.flags:
        raise not_found(f"Provided external ID field does not exist or is not accessible: {key.name}")
    sql = f'SELECT Id FROM "{sobject.name}" WHERE "{key.name}" = ? COLLATE NOCASE AND IsDeleted = 0'  # noqa: S608
    if key.name == "Id":
        sql, value = sql.replace("COLLATE NOCASE ", ""), ids.to_18(value)
    found = [row[0] for row in org.store.rows(sql, [value])]
    if len(found) > 1:
        raise MultipleChoices(found)
    return found[0] if found else None


def _no_record(record_id: str) -> ApiError:
    return not_found(f"Provided external ID field does not exist or is not accessible: {record_id}")


def _refuse_converted(org: DemoOrg, sobject: SObject, record_id: str) -> None:
    if sobject.name == "Lead" and org.store.rows(
        "SELECT 1 FROM Lead WHERE Id = ? AND IsConverted = 1", [record_id]
    ):
        raise ApiError(400, "CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead", fields=[])


def _check_unique(org: DemoOrg, sobject: SObject, values: Values, *, own_id: str) -> None:
    for name, value in values.items():
        if "unique" in sobject.fields[name].flags and value is not None:
            sql = f'SELECT Id FROM "{sobject.name}" WHERE "{name}" = ? COLLATE NOCASE AND Id <> ?'  # noqa: S608
            taken = org.store.rows(sql, [value, own_id])
            if taken:
                raise _duplicate(f"{name} duplicates value on record with id: {taken[0][0]}", name)
    if sobject.name == "CampaignMember" and not own_id:
        _check_member(org, values)


def _check_member(org: DemoOrg, values: Values) -> None:
    sql = "SELECT 1 FROM CampaignMember WHERE CampaignId = ? AND LeadOrContactId = ? AND NOT IsDeleted"
    person = values.get("ContactId") or values.get("LeadId")
    if org.store.rows(sql, [values.get("CampaignId"), person]):
        raise _duplicate("Already a campaign member.", "CampaignId")


def _duplicate(message: str, field: str) -> ApiError:
    return ApiError(400, "DUPLICATE_VALUE", f"duplicate value found: {message}", fields=[field])


def _defaults(org: DemoOrg, sobject: SObject) -> Values:
    owners = ("OwnerId", "CreatedById", "LastModifiedById")
    people: Values = {name: org.user_id for name in owners if name in sobject.fields}
    return people | {field.name: field.default for field in sobject if field.default}


def _derived(sobject: SObject, values: Values) -> Values:
    if sobject.name == "CampaignMember" and "Status" in values:
        return values | {"HasResponded": int(values["Status"] == RESPONDED)}
    return values
