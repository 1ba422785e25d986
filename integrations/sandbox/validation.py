"""What Salesforce refuses in a record before it saves it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from integrations.sandbox import ids
from integrations.sandbox.errors import ApiError, invalid_field
from integrations.sandbox.schema import Field, SObject
from integrations.sandbox.schema.model import TEXT_TYPES
from integrations.sandbox.soql.plan import SqlValue

if TYPE_CHECKING:
    from integrations.sandbox.org import DemoOrg

EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
Values = dict[str, SqlValue]
Reader = Callable[[Field, Any], SqlValue]


def read_values(sobject: SObject, given: Mapping[str, Any], *, right: str, read: Reader) -> Values:
    """The given values as stored ones, by the fields' own names. `right` is create or update.

    Raises ApiError for unknown fields, fields that may not be written and values of the wrong type.
    """
    fields = {name: _field(sobject, name) for name in given if name != "attributes"}
    locked = [field.name for field in fields.values() if right not in field.flags]
    if locked:
        raise _locked(locked)
    return {field.name: _read(field, given[name], read) for name, field in fields.items()}


def check(org: DemoOrg, sobject: SObject, values: Values, *, creating: bool) -> None:
    """Raises ApiError for the first rule that the values break."""
    _check_required(sobject, values, creating=creating)
    for name, value in values.items():
        if isinstance(value, str):
            _check_text(org, sobject.fields[name], value)


def _field(sobject: SObject, name: str) -> Field:
    field = sobject.find(name)
    if field is None:
        raise invalid_field(f"No such column '{name}' on sobject of type {sobject.name}")
    return field


def _locked(names: list[str]) -> ApiError:
    return ApiError(
        400,
        "INVALID_FIELD_FOR_INSERT_UPDATE",
        f"Unable to create/update fields: {', '.join(names)}. Please check the security settings of this "
        "field and verify that it is read/write for your profile or permission set.",
        fields=names,
    )


def _read(field: Field, value: Any, read: Reader) -> SqlValue:
    try:
        return read(field, value)
    except (ValueError, OverflowError):
        message = f"Cannot deserialize instance of {field.type} from {value!r}"
        raise _refused("JSON_PARSER_ERROR", message, field) from None


def _check_required(sobject: SObject, values: Values, *, creating: bool) -> None:
    required = [f.name for f in sobject if "create" in f.flags and not {"nillable", "defaulted"} & f.flags]
    missing = [n for n in required if (creating or n in values) and values.get(n) is None]
    if missing:
        message = f"Required fields are missing: [{', '.join(missing)}]"
        raise ApiError(400, "REQUIRED_FIELD_MISSING", message, fields=missing)


def _check_text(org: DemoOrg, field: Field, value: str) -> None:
    if field.type in TEXT_TYPES and field.length and len(value) > field.length:
        short = value if len(value) < 100 else value[:100] + "..."
        message = f"{field.label}: data value too large: {short} (max length={field.length})"
        raise ApiError(400, "STRING_TOO_LONG", message, fields=[field.name])
    if field.type == "email" and not EMAIL.fullmatch(value):
        raise _refused("INVALID_EMAIL_ADDRESS", f"{field.label}: invalid email address: {value}", field)
    if "restricted" in field.flags and not set(value.split(";")) <= set(field.values):
        message = f"{field.label}: bad value for restricted picklist field: {value}"
        raise _refused("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", message, field)
    if field.type == "reference":
        _check_reference(org, field, value)


def _check_reference(org: DemoOrg, field: Field, value: str) -> None:
    if not ids.is_id(value):
        raise _refused("MALFORMED_ID", f"{field.label}: id value of incorrect type: {value}", field)
    parent = org.schema.by_id(value)
    if parent is None or parent.name not in field.references:
        raise _refused(
            "FIELD_INTEGRITY_EXCEPTION", f"{field.label}: id value of incorrect type: {value}", field
        )
    if not org.store.rows(f'SELECT 1 FROM "{parent.name}" WHERE Id = ?', [value]):  # noqa: S608
        raise _refused("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", field)


def _refused(code: str, message: str, field: Field) -> ApiError:
    return ApiError(400, code, message, fields=[field.name])
