"""What an object type of the org consists of, as its describe tells."""

from dataclasses import dataclass
from typing import Any

from requests import Response

from .errors import SalesforceError, SchemaChanged
from .session import SalesforceSession

_NOT_SELECTABLE_TYPES = frozenset({"address", "location", "base64"})


@dataclass(frozen=True)
class PicklistValue:
    """One choice of a picklist. Records may hold inactive ones, and others that are not listed at all."""

    value: str
    label: str
    active: bool
    default: bool


@dataclass(frozen=True)
class Field:
    """A field of an object type, in Salesforce's terms; `length` in characters, 0 where it has none."""

    name: str
    label: str
    type: str
    length: int
    precision: int
    scale: int
    calculated: bool
    custom: bool
    updateable: bool
    nillable: bool
    compound_field_name: str | None
    picklist_values: tuple[PicklistValue, ...]
    reference_to: tuple[str, ...]
    restricted_picklist: bool


@dataclass(frozen=True)
class Describe:
    """An object type as the connected user sees it: fields hidden from that user are missing."""

    sobject: str
    label: str
    label_plural: str
    key_prefix: str | None
    fields: tuple[Field, ...]
    last_modified: str | None


def fetch_describe(
    session: SalesforceSession, sobject: str, *, if_modified_since: str | None = None
) -> tuple[dict[str, Any], str | None] | None:
    """The raw describe and its Last-Modified; None when unchanged since `if_modified_since`.

    Raises SchemaChanged when the org has no such object or hides it from the connected user.
    """
    headers = {"If-Modified-Since": if_modified_since} if if_modified_since else {}
    try:
        return session.fetch(
            "GET", f"sobjects/{sobject}/describe", read=_raw_describe, accept={304}, headers=headers
        )
    except SalesforceError as error:
        if error.code == "NOT_FOUND":
            raise SchemaChanged("INVALID_TYPE", raw=error.raw) from None
        raise


def parse_describe(raw: dict[str, Any], last_modified: str | None = None) -> Describe:
    """The describe in our terms, without fields that Salesforce has withdrawn."""
    return Describe(
        sobject=raw["name"],
        label=raw["label"],
        label_plural=raw["labelPlural"],
        key_prefix=raw["keyPrefix"],
        fields=tuple(_field(field) for field in raw["fields"] if not field.get("deprecatedAndHidden")),
        last_modified=last_modified,
    )


def importable_fields(describe: Describe) -> list[Field]:
    """The fields that a query may select one by one, Id first, the others as in the describe.

    Compound fields are left out in favour of their components, for the Bulk API refuses them; Name is text of
    its own and stays. Base64 bodies are left out too: no query delivers them in full.
    """
    compounds = {field.compound_field_name for field in describe.fields} - {"Name"}
    selectable = [
        field
        for field in describe.fields
        if field.type not in _NOT_SELECTABLE_TYPES and field.name not in compounds
    ]
    return sorted(selectable, key=lambda field: field.name != "Id")


def _raw_describe(response: Response) -> tuple[dict[str, Any], str | None] | None:
    if response.status_code == 304:
        return None
    return response.json(), response.headers.get("Last-Modified")


def _field(raw: dict[str, Any]) -> Field:
    return Field(
        name=raw["name"],
        label=raw["label"],
        type=raw["type"],
        length=raw["length"],
        precision=raw["precision"],
        scale=raw["scale"],
        calculated=raw["calculated"],
        custom=raw["custom"],
        updateable=raw["updateable"],
        nillable=raw["nillable"],
        compound_field_name=raw["compoundFieldName"],
        picklist_values=tuple(_picklist_value(value) for value in raw["picklistValues"]),
        reference_to=tuple(raw["referenceTo"]),
        restricted_picklist=raw["restrictedPicklist"],
    )


def _picklist_value(raw: dict[str, Any]) -> PicklistValue:
    return PicklistValue(
        value=raw["value"],
        label=raw["label"] or raw["value"],
        active=raw["active"],
        default=raw["defaultValue"],
    )
