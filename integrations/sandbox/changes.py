"""Records created, updated, upserted and deleted as the API does it: checked, stamped, owned."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from integrations.sandbox.errors import ApiError
from integrations.sandbox.lookup import find, find_by_key, no_record
from integrations.sandbox.schema import Field, SObject
from integrations.sandbox.validation import Reader, Values, check, read_values
from integrations.sandbox.values import from_json

if TYPE_CHECKING:
    from integrations.sandbox.org import DemoOrg

RESPONDED = "Responded"


def create(org: DemoOrg, sobject: SObject, given: Mapping[str, Any], *, read: Reader = from_json) -> str:
    """Creates a record and returns its id. Raises ApiError."""
    values = read_values(sobject, given, right="create", read=read)
    check(org, sobject, values, creating=True)
    _check_unique(org, sobject, values, own_id="")
    return org.insert(sobject.name, **(_defaults(sobject) | _derived(sobject, values)))


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
        raise no_record(value)
    return create(org, sobject, rest | {key.name: value}, read=read), True


def delete(org: DemoOrg, sobject: SObject, record_id: str) -> None:
    """Moves a record to the bin. Raises ApiError."""
    org.delete(sobject.name, find(org, sobject, record_id))


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


def _defaults(sobject: SObject) -> Values:
    return {field.name: field.default for field in sobject if field.default}


def _derived(sobject: SObject, values: Values) -> Values:
    if sobject.name == "CampaignMember" and "Status" in values:
        return values | {"HasResponded": int(values["Status"] == RESPONDED)}
    return values
