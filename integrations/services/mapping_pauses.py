"""Mappings that cannot work as they are: they pause alone, and the rest of the import goes on."""

from dataclasses import dataclass

from integrations.mapping.compatibility import fits
from integrations.models import FieldMapping, SalesforceConnection, SalesforceObject, SyncRule
from integrations.salesforce.describe import Field, parse_describe

GONE, MISFIT, CALCULATED = "mapping_field_gone", "mapping_type_misfit", "mapping_calculated"
CODES = (GONE, MISFIT, CALCULATED)
# What is calculated in Salesforce cannot be written there.
RULES_FOR_CALCULATED = (SyncRule.ALWAYS_SALESFORCE, SyncRule.DONT_SYNC)


# The column of a mapping that names the field of each object.
SIDES = {"Lead": "lead_field", "Contact": "contact_field", "Account": "account_field"}
# Object → API name → field, of the objects whose describe is kept.
Described = dict[str, dict[str, Field]]


@dataclass(frozen=True)
class Pause:
    """One side of a mapping that waits; the code tells why."""

    mapping: FieldMapping
    sobject: str
    field: str
    code: str


def described(connection: SalesforceConnection, sobject: str) -> Described:
    """The fields of an object as its kept describe has them; nothing if there is none."""
    kept = SalesforceObject.objects.filter(connection=connection, name=sobject).first()
    return {sobject: {item.name: item for item in parse_describe(kept.describe).fields}} if kept else {}


def pause_reason(mapping: FieldMapping, sobject: str, known: Described) -> str:
    """Why the side of a mapping is paused now, as a code; empty when it works or nothing is known of the object."""
    name, fields = str(getattr(mapping, SIDES[sobject])), known.get(sobject)
    if not name or fields is None or mapping.rule == SyncRule.DONT_SYNC:
        return ""
    field = fields.get(name)
    if field is None:
        return GONE
    if not fits(field.type, mapping.property.type):
        return MISFIT
    return CALCULATED if field.calculated and mapping.rule not in RULES_FOR_CALCULATED else ""


def paused(*, connection: SalesforceConnection, sobject: str) -> list[Pause]:
    """The sides of one object that are paused now."""
    known, side = described(connection, sobject), SIDES[sobject]
    mappings = FieldMapping.objects.filter(connection=connection, property__archived_at=None).exclude(
        **{side: ""}
    )
    found = [
        Pause(mapping, sobject, str(getattr(mapping, side)), pause_reason(mapping, sobject, known))
        for mapping in mappings.select_related("property").order_by("property__order", "id")
    ]
    return [pause for pause in found if pause.code]
